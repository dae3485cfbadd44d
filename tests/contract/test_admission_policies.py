"""What every member of the admission seat promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.plugins import shipped_policies
from policies.admission import Appointments, FirstCome, LargestPriority, MostUrgent, Theatre, WeeklyPlan
from sim.contract import AdmissionDecision, AdmissionView, Policy
from tests.admission_views import DAY, any_list_facts, calls, list_views, some_list_facts, some_list_view

pytestmark = pytest.mark.contract

Member = Callable[[], Policy[AdmissionView, AdmissionDecision]]

MEMBERS: dict[str, Member] = {
    "first_come": FirstCome,
    "first_come_blind": lambda: FirstCome(minds_beds=False),
    "most_urgent": MostUrgent,
    "most_urgent_safe": lambda: MostUrgent(bed_safety=2.0),
    "largest_priority": LargestPriority,
    "weekly_plan": lambda: WeeklyPlan(n_moves=2_000),
    "weekly_plan_bold": lambda: WeeklyPlan(n_moves=500, filled_share=1.0, candidates=3.0, left_out_cost=9_000),
    "theatre": Theatre,
    "appointments": Appointments,
    "appointments_bold": lambda: Appointments(overflow_cost=0.0, idle_cost_per_hour=9e3),
    "theatre_bold": lambda: Theatre(p_overrun=0.5, bed_cost=0.0),
}

each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


def breaches(view: AdmissionView, decision: AdmissionDecision) -> list[str]:
    """List the promises that a decision breaks."""
    patients, moments = decision.patient.tolist(), decision.at_min.tolist()
    if len(patients) != len(moments) or len(set(patients)) < len(patients):
        return ["one moment for each patient, once"]
    row_of = {patient: row for row, patient in enumerate(view.patient.tolist()) if view.uncalled[row]}
    if not set(patients) <= set(row_of):
        return ["only who waits and is not called"]
    found = []
    most = view.rostered.sum(axis=3) * 60.0 * view.facts.most_booked_share
    booked = view.booked_min.copy()
    for patient, at_min in zip(patients, moments, strict=True):
        group = view.group[row_of[patient]]
        day, minute = divmod(at_min - view.moment_min(0, 0.0), DAY)
        where = int(view.hospital[row_of[patient]]), int(view.facts.list_of[group]), int(day)
        if not view.facts.notice_days <= day < view.rostered.shape[2]:
            found.append("within the window")
            continue
        if not view.rostered[(*where, int(minute // 60))]:
            found.append("when somebody is on duty")
        booked[where] += view.facts.mean_min[group]
        if booked[where] > most[where] + 1e-6:
            found.append("no day beyond its minutes")
    return found


def same(a: AdmissionDecision, b: AdmissionDecision) -> bool:
    return calls(a) == calls(b) and (a.ending, a.objective, a.binding) == (b.ending, b.objective, b.binding)


@each_member
@given(view=list_views())
@settings(max_examples=40, deadline=None)
def test_a_decision_keeps_every_promise(member: Member, view: AdmissionView) -> None:
    assert breaches(view, member().decide(view)) == []


@each_member
@given(st.data())
@settings(max_examples=12, deadline=None)
def test_a_decision_depends_on_its_view_alone(member: Member, data: st.DataObject) -> None:
    facts = data.draw(any_list_facts())
    seen: list[AdmissionView] = data.draw(st.lists(list_views(facts), min_size=1, max_size=3))
    policy = member()
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    assert all(same(a, b) for a, b in zip(first, again, strict=True))
    assert same(first[-1], member().decide(seen[-1]))


@each_member
def test_nobody_is_called_from_an_empty_list_or_to_a_closed_theatre(member: Member) -> None:
    facts = some_list_facts()
    closed = some_list_view(facts, [(0, 5)], rostered=np.zeros((1, 1, 4, 24), dtype=int))
    for view in (some_list_view(facts, []), closed):
        decision = member().decide(view)
        assert (calls(decision), decision.objective) == ({}, 0.0)


@each_member
def test_the_promises_are_put_to_the_test_by_somebody_who_calls(member: Member) -> None:
    view = some_list_view(some_list_facts(), [(0, 5), (1, 5)])
    assert len(calls(member().decide(view))) == 2


def test_every_broken_promise_is_seen() -> None:
    view = some_list_view(some_list_facts(), [(0, 1), (1, 1), (1, 1), (0, 1, 11 * DAY + 480.0)])
    morning = 11 * DAY + 480.0

    def broken(*pairs: tuple[int, float]) -> list[str]:
        patients = np.array([patient for patient, _ in pairs], dtype=np.int64)
        return breaches(view, AdmissionDecision(patient=patients, at_min=np.array([at for _, at in pairs])))

    assert broken((100, morning)) == []
    assert broken((100, morning), (100, morning)) == ["one moment for each patient, once"]
    assert broken((7, morning)) == broken((103, morning)) == ["only who waits and is not called"]
    assert broken((100, morning - DAY)) == broken((100, morning + 3 * DAY)) == ["within the window"]
    assert broken((100, morning - 1.0)) == ["when somebody is on duty"]
    assert broken((100, morning), (101, morning), (102, morning)) == ["no day beyond its minutes"]


def test_every_shipped_member_is_held_to_this() -> None:
    assert set(shipped_policies()["admission"]) <= set(MEMBERS)


RULE = {"minds_beds", "bed_safety"}
SETTINGS: dict[Callable[[], object], set[str]] = {
    FirstCome: RULE,
    MostUrgent: RULE,
    Appointments: {
        "late_cost_per_day",
        "idle_cost_per_hour",
        "overflow_cost",
        "dislike_cost",
        "travel_cost_per_min",
        "solver",
    },
    LargestPriority: RULE,
    WeeklyPlan: {
        *("delay_cost", "left_out_cost", "overload_cost", "skill_cost", "another_nurse_cost", "mixed_age_cost"),
        *("candidates", "ahead_days", "filled_share", "bed_safety", "n_moves", "seed", "tell_up_to"),
    },
    Theatre: {"p_overrun", "late_cost_per_day", "idle_cost_per_hour", "bed_cost", "bed_safety", "solver"},
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
        (FirstCome(bed_safety=-1.0), "bed_safety"),
        (Theatre(p_overrun=0.0), "p_overrun"),
        (Theatre(p_overrun=0.6), "p_overrun"),
        (Theatre(bed_cost=-1.0), "bed_cost"),
        (Theatre(idle_cost_per_hour=float("inf")), "idle_cost_per_hour"),
        (Theatre(late_cost_per_day=[1.0]), "late_cost_per_day"),
        (WeeklyPlan(delay_cost=-1), "delay_cost"),
        (WeeklyPlan(n_moves=0), "n_moves"),
        (WeeklyPlan(candidates=0.5), "candidates"),
        (WeeklyPlan(filled_share=0.0), "filled_share"),
        (WeeklyPlan(bed_safety=float("inf")), "bed_safety"),
    ],
)
def test_an_impossible_setting_is_named(policy: FirstCome | Theatre | WeeklyPlan, field: str) -> None:
    assert [one.field for one in policy.faults("admission")] == [f"admission.{field}"]


def test_a_view_can_be_decided_anew_after_it_was_kept() -> None:
    view = some_list_view(some_list_facts(), [(0, 5), (1, 5)])
    kept = replace(view)
    assert same(Theatre().decide(view), Theatre().decide(kept))
