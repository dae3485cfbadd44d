"""What every policy promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.plugins import shipped_policies
from policies.diagnosis import fit_diagnosis
from policies.transfer import Balance, NearestFree, StayPut
from policies.triage import Model, NoTriage, Nurse, Oracle, SecondReader, Shuffled
from sim.contract import AssignAcuity, CityFacts, Policy, TransferDecision, TransferView, TriageDecision, TriageView
from tests.door_patients import past_patients
from tests.transfer_views import UNKNOWN, a_city, a_view, cities, moves, views

pytestmark = pytest.mark.contract

TransferMember = Callable[[], Policy[TransferView, TransferDecision]]
TriageMember = Callable[[], Policy[TriageView, TriageDecision]]

TRANSFER: dict[str, TransferMember] = {
    "stay_put": StayPut,
    "nearest_free": NearestFree,
    "nearest_free_eager": lambda: NearestFree(max_travel_min=90, min_wait_min=0),
    "balance": Balance,
    "balance_eager": lambda: Balance(max_travel_min=90, placement_min=0, move_cost_min=0),
}
DIAGNOSIS = fit_diagnosis(*(lambda past: (past.feature_names, past.features, past.acuity))(past_patients(400, seed=1)))
TRIAGE: dict[str, TriageMember] = {
    "none": NoTriage,
    "nurse": Nurse,
    "model": lambda: Model(diagnosis=DIAGNOSIS),
    "second_reader": lambda: SecondReader(diagnosis=DIAGNOSIS),
    "oracle": Oracle,
    "shuffled": Shuffled,
}

each_transfer_member = pytest.mark.parametrize("member", TRANSFER.values(), ids=TRANSFER)
each_triage_member = pytest.mark.parametrize("member", TRIAGE.values(), ids=TRIAGE)


def breaches(view: TransferView, decision: TransferDecision) -> list[str]:
    """List the promises that a decision breaks."""
    patients, destinations = decision.patient.tolist(), decision.destination.tolist()
    row_of = {patient: row for row, patient in enumerate(view.patient.tolist())}
    found = []
    if len(patients) != len(destinations) or len(set(patients)) < len(patients):
        found.append("one destination for each patient, once")
    if len(patients) > view.crews_free:
        found.append("no more than free crews")
    taken = np.zeros(view.free.shape)
    for patient, destination in zip(patients, destinations, strict=False):
        if patient not in row_of:
            found.append("only boarders of the view")
            continue
        origin, place = int(view.hospital[row_of[patient]]), int(view.place[row_of[patient]])
        if destination == origin or not (view.city.agreed[origin] and view.city.agreed[destination]):
            found.append("between two hospitals that agreed")
        if np.isnan(view.free[destination, place]):
            found.append("never to the unknown")
        taken[destination, place] += 1
    if np.any(taken > np.nan_to_num(view.free, nan=np.inf)):
        found.append("no more than known open beds")
    return found


def same(a: TransferDecision, b: TransferDecision) -> bool:
    return moves(a) == moves(b) and (a.ending, a.objective) == (b.ending, b.objective)


@each_transfer_member
@given(view=views())
@settings(max_examples=60)
def test_a_transfer_decision_keeps_every_promise(member: TransferMember, view: TransferView) -> None:
    assert breaches(view, member().decide(view)) == []


@each_transfer_member
@given(st.data())
@settings(max_examples=25)
def test_a_transfer_decision_depends_on_its_view_alone(member: TransferMember, data: st.DataObject) -> None:
    city = data.draw(cities())
    seen: list[TransferView] = data.draw(st.lists(views(city), min_size=1, max_size=3))
    seen.append(data.draw(views()))
    policy = member()
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    assert all(same(a, b) for a, b in zip(first, again, strict=True))
    assert same(first[-1], member().decide(seen[-1]))


@each_transfer_member
@given(view=views())
@settings(max_examples=25)
def test_nobody_moves_where_nothing_is_known(member: TransferMember, view: TransferView) -> None:
    unknown = replace(view, free=np.full_like(view.free, UNKNOWN))
    assert len(member().decide(unknown).patient) == 0


@each_transfer_member
@pytest.mark.parametrize("establishment", [[[5.0], [5.0]], [[], []], [[5.0]]])
def test_a_view_without_boarders_moves_nobody(member: TransferMember, establishment: list[list[float]]) -> None:
    n = len(establishment)
    city = a_city(np.full((n, n), 10.0).tolist(), establishment)
    decision = member().decide(a_view(city, [], establishment))
    assert (len(decision.patient), decision.objective) == (0, 0.0)


@pytest.mark.parametrize("name", ["nearest_free_eager", "balance_eager"])
def test_the_promises_are_put_to_the_test_by_somebody_who_moves(name: str) -> None:
    city = a_city([[0, 10], [10, 0]], [[7.0], [20.0]])
    view = a_view(city, [(0, 0, 3, 500.0)] * 4, [[0.0], [3.0]], crews_free=2)
    assert len(TRANSFER[name]().decide(view).patient) == 2


def test_every_broken_promise_is_seen() -> None:
    city = a_city(np.full((4, 4), 5.0).tolist(), [[9.0]] * 4, agreed=[True, True, True, False])
    view = a_view(city, [(0, 0, 3, 500.0)] * 3, [[0.0], [1.0], [UNKNOWN], [9.0]], crews_free=2)

    def broken(patients: list[int], destinations: list[int]) -> list[str]:
        return breaches(view, TransferDecision(np.array(patients, dtype=int), np.array(destinations, dtype=int)))

    assert broken([100], [1]) == []
    assert broken([100, 100], [1, 1]) == ["one destination for each patient, once", "no more than known open beds"]
    assert broken([100, 101], [1]) == ["one destination for each patient, once"]
    assert broken([100, 101, 102], [1, 1, 1]) == ["no more than free crews", "no more than known open beds"]
    assert broken([7], [1]) == ["only boarders of the view"]
    assert broken([100], [2]) == ["never to the unknown"]
    assert broken([100], [3]) == ["between two hospitals that agreed"]
    assert broken([100], [0]) == ["between two hospitals that agreed", "no more than known open beds"]


def triage_view(n: int) -> TriageView:
    past = past_patients(n, seed=2)
    return TriageView(past.feature_names, past.features, np.resize(np.arange(1, 6), n))


def levels(decision: TriageDecision) -> list[int] | None:
    return decision.acuity.tolist() if isinstance(decision, AssignAcuity) else None


@each_triage_member
@pytest.mark.parametrize("n", [0, 1, 50])
def test_every_patient_gets_one_level(member: TriageMember, n: int) -> None:
    decision = member().decide(triage_view(n))
    if isinstance(decision, AssignAcuity):
        assert decision.acuity.shape == (n,)
        assert decision.acuity.dtype == np.int64
        assert set(decision.acuity.tolist()) <= {1, 2, 3, 4, 5}


@each_triage_member
def test_a_triage_decision_depends_on_its_view_alone(member: TriageMember) -> None:
    policy, view = member(), triage_view(40)
    first = levels(policy.decide(view))
    policy.decide(triage_view(7))
    assert levels(policy.decide(view)) == first == levels(member().decide(view))


LEARNED = {"model_file", "past_acuity_share", "recalibrated_on"}


@each_triage_member
def test_a_triage_decision_never_touches_its_view(member: TriageMember) -> None:
    view = triage_view(30)
    before = view.features.copy(), view.nurse_acuity.copy()
    member().decide(view)
    np.testing.assert_array_equal(view.features, before[0])
    np.testing.assert_array_equal(view.nurse_acuity, before[1])


def test_every_shipped_triage_member_is_held_to_its_promises() -> None:
    assert set(TRIAGE) == set(shipped_policies()["triage"])


SETTINGS: dict[Callable[[], object], set[str]] = {
    StayPut: set(),
    NearestFree: {"max_travel_min", "min_wait_min", "fairness_min"},
    Balance: {
        *("max_travel_min", "min_wait_min", "fairness_min"),
        *(
            "bed_release_per_bed_per_day",
            "bed_release_by_place",
            "placement_min",
            "move_cost_min",
            "region_min",
            "acuity_weight",
            "solver",
        ),
    },
    Nurse: set(),
    Oracle: set(),
    NoTriage: set(),
    Shuffled: set(),
    Model: {"under_cost", "over_cost", *LEARNED},
    SecondReader: {"threshold", *LEARNED},
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []


def test_a_city_where_nobody_takes_part_moves_nobody() -> None:
    city: CityFacts = a_city([[0, 10], [10, 0]], [[7.0], [20.0]], agreed=[False, True])
    view = a_view(city, [(0, 0, 3, 500.0)] * 4, [[0.0], [9.0]])
    assert [len(member().decide(view).patient) for member in TRANSFER.values()] == [0] * len(TRANSFER)
