"""Decisions carried out: what is asked, what is refused and why, and what is written down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.act import assigned_acuity
from sim.contract import AssignAcuity, Policies, TransferDecision, TransferView, TriageView
from sim.scenario import Information, Scenario, Sight
from tests.drawn_worlds import drawn_world
from tests.small_worlds import POLICIES, KnowTruth, Stay
from tests.two_hospitals import Moved, Patient, Stock, cohort_of, two_hospitals

pytestmark = pytest.mark.unit

Orders = dict[float, Sequence[tuple[int, int]]]
BED_IN_USE = Patient(0, ward=9999)


@dataclass
class Script:
    """Send patients to hospitals at the minutes written down."""

    orders: Orders

    def __post_init__(self) -> None:
        """Keep what was seen."""
        self.views: list[TransferView] = []

    def decide(self, view: TransferView) -> TransferDecision:
        self.views.append(view)
        pairs = np.array(self.orders.get(view.now_min, []), dtype=np.int64).reshape(-1, 2)
        return TransferDecision(pairs[:, 0], pairs[:, 1], ending="feasible", objective=2.5 + len(pairs), seconds=0.25)


def told(orders: Orders, patients: Sequence[Patient], world: Scenario | None = None) -> tuple[Moved, Script]:
    """Return what comes of these orders, and what the one who gave them saw."""
    script = Script(orders)
    return Moved(world or two_hospitals(Stock(ed_space=9)), patients, Policies(KnowTruth(), script)), script


def refusals(orders: Sequence[tuple[int, int]], world: Scenario | None = None, *others: Patient) -> list[str]:
    """Return the answers to orders at minute 60; patient 0 lies in the bed, patient 1 boards."""
    moved, _ = told({60.0: orders}, [BED_IN_USE, Patient(0, ward=10), *others], world)
    return [row.refusal for row in moved.network.log.transfers]


def with_hospital(index: int, **change: object) -> Scenario:
    world = two_hospitals(Stock(ed_space=9))
    hospitals = list(world.city.hospitals)
    hospitals[index] = replace(hospitals[index], **change)  # type: ignore[arg-type]
    return replace(world, city=replace(world.city, hospitals=tuple(hospitals)))


@pytest.mark.parametrize("patient", [0, -1, 7])
def test_only_who_waits_can_be_moved(patient: int) -> None:
    assert refusals([(patient, 1)]) == ["not waiting"]


def test_nobody_is_moved_twice_in_one_decision() -> None:
    assert refusals([(1, 1), (1, 1)]) == ["", "not waiting"]


@pytest.mark.parametrize("destination", [0, -1, 2])
def test_a_move_needs_another_hospital(destination: int) -> None:
    assert refusals([(1, destination)]) == ["no other hospital"]


@pytest.mark.parametrize("index", [0, 1])
def test_both_hospitals_must_have_agreed(index: int) -> None:
    assert refusals([(1, 1)], with_hospital(index, agreed=False)) == ["no agreement"]


def test_the_receiver_must_offer_the_whole_pathway() -> None:
    pools = tuple(pool for pool in two_hospitals().city.hospitals[1].pools if pool.code != "scanner")
    assert refusals([(1, 1)], with_hospital(1, pools=pools)) == ["service not offered"]


def test_the_receiver_must_have_a_bed_after_those_who_wait_there() -> None:
    there = replace(BED_IN_USE, hospital=1)
    assert refusals([(1, 1)], None, there) == ["no bed free"]
    assert refusals([(1, 1)], two_hospitals(Stock(ed_space=9, beds=(1, 2))), there) == [""]


def test_the_receiver_must_stay_within_its_cap() -> None:
    world = two_hospitals(Stock(ed_space=9, beds=(1, 2)))
    capped = replace(world, transfers=replace(world.transfers, receiving_cap_share=0.5))
    there = replace(BED_IN_USE, hospital=1)
    assert refusals([(1, 1)], capped) == [""]
    assert refusals([(1, 1)], capped, there) == ["receiver is full"]


def test_every_move_takes_a_crew_until_it_is_back() -> None:
    """The only crew drives for 90 minutes from minute 60 on."""
    world = two_hospitals(Stock(ed_space=9, beds=(1, 9)))
    orders: Orders = {60.0: [(1, 1), (2, 1)], 120.0: [(2, 1)], 180.0: [(2, 1)]}
    moved, script = told(orders, [BED_IN_USE, *[Patient(0, ward=10)] * 2], world)
    assert [row.refusal for row in moved.network.log.transfers] == ["", "no crew free", "no crew free", ""]
    assert [view.crews_free for view in script.views[:4]] == [1, 0, 1, 0]


def test_transfers_are_written_down_with_where_what_and_how_long() -> None:
    moved, _ = told({60.0: [(1, 1), (1, 1)]}, [BED_IN_USE, Patient(0, ward=10)])
    assert [tuple(row) for row in moved.network.log.transfers] == [
        (60.0, 1, 0, 1, 2, 90.0, ""),
        (60.0, 1, -1, 1, -1, 0.0, "not waiting"),
    ]


def test_a_refused_transfer_is_written_down_with_where_and_what() -> None:
    moved, _ = told({60.0: [(1, 0)]}, [BED_IN_USE, Patient(0, ward=10)])
    assert [tuple(row) for row in moved.network.log.transfers] == [(60.0, 1, 0, 0, 2, 0.0, "no other hospital")]


def test_decisions_are_written_down_at_every_review() -> None:
    moved, _ = told({120.0: [(1, 1), (9, 1)]}, [BED_IN_USE, Patient(0, ward=10), Patient(30, ward=10)])
    rows = moved.network.log.decisions
    assert [row.time_min for row in rows] == [60.0 * k for k in range(1, 10)]  # nothing happens at the end itself
    told_of = ("seat", "policy", "time_min", "n_options", "n_moves", "n_refused", "ending", "objective", "binding")
    first, second = (tuple(getattr(row, name) for name in told_of) for row in rows[:2])
    assert first == ("transfer", "Script", 60.0, 2, 0, 0, "feasible", 2.5, "")
    assert second == ("transfer", "Script", 120.0, 2, 2, 1, "feasible", 4.5, "")
    assert rows[0].view_hash != rows[1].view_hash
    assert rows[2].n_options == 1
    assert moved.network.log.seconds_deciding == 0.25 * 9


def test_an_order_without_a_destination_is_an_error() -> None:
    class Careless(Stay):
        def decide(self, view: TransferView) -> TransferDecision:
            return TransferDecision(np.array([1, 1]), np.array([1]))

    with pytest.raises(ValueError, match="shorter"):
        Moved(two_hospitals(), [BED_IN_USE, Patient(0, ward=10)], Policies(KnowTruth(), Careless()))


def test_a_review_comes_after_all_else_at_its_minute_but_before_arrivals() -> None:
    """At minute 60 a bed comes free for patient 1, patient 2 starts to wait, and patient 3 arrives."""
    crowd = [Patient(0, ward=60), Patient(1, ward=99), Patient(20, scan=40, ward=99), Patient(60, ward=99)]
    _, script = told({}, crowd, two_hospitals(Stock(ed_space=9)))
    assert script.views[0].patient.tolist() == [2]
    assert script.views[1].patient.tolist() == [2, 3]
    assert script.views[1].waited_min.tolist() == [60.0, 60.0]


class Levels:
    """Assign these acuities."""

    def __init__(self, acuity: Sequence[int]) -> None:
        self.acuity = np.array(acuity)

    def decide(self, view: TriageView) -> AssignAcuity:
        self.view = view
        return AssignAcuity(self.acuity)


CROWD = replace(cohort_of([Patient(0, 2), Patient(1, 5), Patient(2, 1)]), nurse_acuity=np.array([3, 4, 1]))
MIX = drawn_world().case_mix


def test_triage_assigns_what_it_says_or_the_truth() -> None:
    assert assigned_acuity(MIX, CROWD, Policies(Levels([5, 1, 3]), Stay())).tolist() == [5, 1, 3]
    assert assigned_acuity(MIX, CROWD, POLICIES).tolist() == [2, 5, 1]


def test_triage_sees_the_door_and_never_the_truth() -> None:
    triage = Levels([1, 1, 1])
    crowd = replace(CROWD, features=np.arange(6.0).reshape(3, 2))
    assigned_acuity(MIX, crowd, Policies(triage, Stay()))
    assert triage.view.feature_names == ("pulse", "age")
    assert triage.view.features is crowd.features
    assert triage.view.nurse_acuity.tolist() == [3, 4, 1]


@pytest.mark.parametrize("acuity", [[1, 2], [1, 2, 3, 4], [[1, 2, 3]], [1, 0, 2], [1, 6, 2]])
def test_triage_must_assign_one_to_five_to_everyone(acuity: Sequence[int]) -> None:
    with pytest.raises(ValueError, match="Levels must assign an acuity from 1 to 5 to every patient"):
        assigned_acuity(MIX, CROWD, Policies(Levels(acuity), Stay()))


class OnlyWhenWanted(Script):
    """Be asked only when somebody waits."""

    asked_when_idle = False


def test_a_policy_may_leave_reviews_without_boarders_out() -> None:
    """One boarder waits from minute 70 to 130; news of open beds is remembered all the while."""
    policy = OnlyWhenWanted({})
    world = two_hospitals(Stock(ed_space=9, beds=(1, 4)), Information(Sight.DELAYED, 60.0))
    patients = [Patient(0, ward=130), Patient(70, ward=10)]
    moved = Moved(world, patients, Policies(KnowTruth(), policy))
    rows = moved.network.log.decisions
    assert [view.now_min for view in policy.views] == [120.0]
    assert policy.views[0].known_at_min == 60.0
    assert [row.ending for row in rows[:3]] == ["nothing to decide", "feasible", "nothing to decide"]
    assert [(row.n_options, row.view_hash) for row in rows[2:]] == [(0, "")] * 7
