"""What every member of the bedding seat promises, whatever it is shown."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from omegaconf import OmegaConf

from experiments.plugins import shipped_policies
from optimize.contract import Ending, Solved
from policies.bedding import Beds, FirstFree, OwnWard
from sim.contract import BeddingDecision, BeddingView, Policy
from tests.bedding_views import ED, ICU, MEDICAL, SURGICAL, moves, ward_facts, ward_view, ward_views

pytestmark = pytest.mark.contract

Member = Callable[[], Policy[BeddingView, BeddingDecision]]

MEMBERS: dict[str, Member] = {
    "own_ward": OwnWard,
    "first_free": FirstFree,
    "first_free_eager": lambda: FirstFree(min_wait_min=0.0, kept_free_share=0.0),
    "beds": Beds,
    "beds_eager": lambda: Beds(kept_free_share=0.0, outlier_cost=0.0),
}
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


def breaches(view: BeddingView, decision: BeddingDecision) -> list[str]:
    """List the promises that a decision breaks."""
    patients = decision.patient.tolist()
    if len(patients) != len(decision.place) or len(set(patients)) < len(patients):
        return ["one place for each patient, once"]
    row_of = {patient: row for row, patient in enumerate(view.patient.tolist())}
    if not set(patients) <= set(row_of):
        return ["only who waits"]
    found, left = [], view.free.copy()
    for patient, place in moves(decision).items():
        row = row_of[patient]
        if not view.facts.liking[view.place[row], place]:
            found.append("only places that stand in")
        left[view.hospital[row], place] -= 1
    if (left < 0).any():
        found.append("no more than free places")
    return found


@each_member
@given(view=ward_views())
@settings(max_examples=50, deadline=None)
def test_a_decision_keeps_every_promise_and_depends_on_its_view_alone(member: Member, view: BeddingView) -> None:
    policy = member()
    decision = policy.decide(view)
    assert breaches(view, decision) == []
    assert moves(policy.decide(view)) == moves(decision) == moves(member().decide(view))


def test_every_broken_promise_is_seen() -> None:
    view = ward_view(ward_facts(), [(MEDICAL, 300), (SURGICAL, 300)], [[9, 1, 0, 1]])

    def broken(*pairs: tuple[int, int]) -> list[str]:
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return breaches(view, BeddingDecision(patient=table[0], place=table[1]))

    assert broken((100, SURGICAL)) == []
    assert broken((100, SURGICAL), (100, ICU)) == ["one place for each patient, once"]
    assert broken((7, SURGICAL)) == ["only who waits"]
    assert broken((100, ED)) == ["only places that stand in"]
    assert broken((101, MEDICAL)) == ["no more than free places"]


def test_the_rule_takes_the_longest_wait_and_the_best_liked_place() -> None:
    patients = [(MEDICAL, 130), (MEDICAL, 300), (MEDICAL, 119), (MEDICAL, 200)]
    view = ward_view(ward_facts(), patients, [[0, 2, 0, 2]])
    assert moves(FirstFree(kept_free_share=0.0).decide(view)) == {101: SURGICAL, 103: SURGICAL, 100: ICU}
    assert moves(FirstFree(kept_free_share=0.05).decide(view)) == {101: SURGICAL, 103: ICU}


def test_the_plan_frees_intensive_care_first_and_leaves_who_will_soon_have_a_bed() -> None:
    """One bed to spare: waiting in intensive care costs four times an hour in an emergency space."""
    patients = [(MEDICAL, 10, ED), (MEDICAL, 5, ICU), (MEDICAL, 1, ED)]
    view = ward_view(ward_facts(), patients, [[0, 0, 0, 1]])
    decision = Beds(kept_free_share=0.0).decide(view)
    hours = 24 / (20 * 0.15)
    assert moves(decision) == {101: SURGICAL}
    assert decision.objective == pytest.approx(150.0 + 30.0 * hours * (1 + 3))
    ((words, price),) = decision.binding
    assert words == "one more bed to spare in surgical_bed at h0"
    assert price == pytest.approx(30 * hours * 3 - 150)
    assert moves(Beds(kept_free_share=0.0, outlier_cost=5000.0).decide(view)) == {}


def test_the_best_liked_place_is_cheapest() -> None:
    view = ward_view(ward_facts(), [(MEDICAL, 10)], [[0, 1, 0, 1]])
    assert moves(Beds(kept_free_share=0.0).decide(view)) == {100: SURGICAL}


def test_the_rule_decides_when_the_solver_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    unsolved: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 0.25)
    monkeypatch.setattr("optimize.bedding.planner.BeddingPlanner.plan", lambda *_: unsolved)
    view = ward_view(ward_facts(), [(MEDICAL, 130), (MEDICAL, 30)], [[0, 0, 0, 9]])
    decision = Beds().decide(view)
    assert moves(decision) == moves(FirstFree().decide(view)) == {100: SURGICAL}
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.25)


def test_every_shipped_member_is_held_to_this() -> None:
    assert set(shipped_policies()["bedding"]) <= set(MEMBERS)


SETTINGS: dict[Callable[[], object], set[str]] = {
    OwnWard: set(),
    FirstFree: {"min_wait_min", "kept_free_share"},
    Beds: {
        *("kept_free_share", "outlier_cost", "wait_cost_per_hour"),
        *("icu_factor", "bed_release_per_bed_per_day", "solver"),
    },
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (FirstFree(min_wait_min=-1.0), "min_wait_min"),
        (FirstFree(kept_free_share=1.1), "kept_free_share"),
        (Beds(kept_free_share=-0.1), "kept_free_share"),
        (Beds(outlier_cost=-1.0), "outlier_cost"),
    ],
)
def test_an_impossible_setting_is_named(policy: FirstFree | Beds, field: str) -> None:
    assert [one.field for one in policy.faults("bedding")] == [f"bedding.{field}"]
