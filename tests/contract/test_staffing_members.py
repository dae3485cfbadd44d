"""What every member of the staffing seat promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from policies.staffing import Allocation, AsRostered, ExpectedWork, FloatPool, FloatPoolRecourse, MostLoaded
from sim.contract import Policy, StaffingDecision, StaffingView
from tests.staffing_views import a_view, asked, facts, some_facts, views

pytestmark = pytest.mark.contract

Member = Callable[[StaffingView], Policy[StaffingView, StaffingDecision]]


def work(view: StaffingView) -> ExpectedWork:
    """Return two people at work everywhere, one to three by week, and ten minutes for each patient."""
    shape = view.facts.offered.shape
    by_week = np.stack([np.full((*shape, 168), load) for load in (1.0, 2.0, 3.0)])
    return ExpectedWork(view.facts.hospital_ids, view.facts.roles, by_week.mean(axis=0), np.full(shape, 10.0), by_week)


MEMBERS: dict[str, Member] = {
    "as_rostered": lambda view: AsRostered(),
    "most_loaded": lambda view: MostLoaded(),
    "most_loaded_eager": lambda view: MostLoaded(least_queue=0.0),
    "float_pool": lambda view: FloatPool(history_weeks=0),
    "float_pool_eager": lambda view: FloatPool(safety=3.0, short_cost=9e4, unsafe_cost=9e5, history_weeks=0),
    "float_pool_taught": lambda view: FloatPool(expected=work(view)),
    "float_pool_recourse": lambda view: FloatPoolRecourse(history_weeks=0),
    "float_pool_recourse_taught": lambda view: FloatPoolRecourse(expected=work(view)),
    "allocation": lambda view: Allocation(history_weeks=0),
    "allocation_eager": lambda view: Allocation(safety=3.0, short_cost=9e4, unequal_cost=9e4, history_weeks=0),
    "allocation_taught": lambda view: Allocation(expected=work(view)),
}
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


def breaches(view: StaffingView, decision: StaffingDecision) -> list[str]:
    """List the promises that a decision breaks."""
    about, found = view.facts, []
    lent = np.zeros(about.offered.shape, dtype=int)
    for lender, borrower, role, units in asked(decision):
        lent[lender, role] += units
        if units < 1 or lender == borrower:
            found.append("somebody, elsewhere")
        if not (about.offered[lender, role] and about.offered[borrower, role]):
            found.append("to such staff")
        if not (about.agreed[lender] and about.agreed[borrower]):
            found.append("between two hospitals that agreed")
        if about.travel_min[lender, borrower] > about.max_travel_min:
            found.append("not too far")
    if np.any(lent > view.may_lend):
        found.append("no more than may be lent")
    return found


@each_member
@given(view=views())
@settings(max_examples=60, deadline=None)
def test_a_decision_keeps_every_promise(member: Member, view: StaffingView) -> None:
    assert breaches(view, member(view).decide(view)) == []


@each_member
@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_decision_depends_on_its_view_alone(member: Member, data: st.DataObject) -> None:
    about = data.draw(facts())
    seen: list[StaffingView] = data.draw(st.lists(views(about), min_size=1, max_size=3))
    policy = member(seen[0])
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    fresh = member(seen[0]).decide(seen[-1])
    for a, b in zip([*first, first[-1]], [*again, fresh], strict=True):
        assert (asked(a), a.ending, a.objective) == (asked(b), b.ending, b.objective)


@each_member
@given(view=views())
@settings(max_examples=20, deadline=None)
def test_nobody_lends_where_nobody_may(member: Member, view: StaffingView) -> None:
    kept = replace(view, may_lend=np.zeros_like(view.may_lend))
    assert asked(member(kept).decide(kept)) == []


TWO = some_facts([[0, 10], [10, 0]], [[True], [True]])


@pytest.mark.parametrize("name", [name for name in MEMBERS if name != "as_rostered" and "taught" not in name])
def test_the_promises_are_put_to_the_test_by_those_who_lend(name: str) -> None:
    view = a_view(TWO, [[6], [2]], [[0], [2]], [[0], [9]], [[6], [2]], [[3], [0]])
    decision = MEMBERS[name](view).decide(view)
    assert [loan[:3] for loan in asked(decision)] == [(0, 1, 0)]


def test_every_broken_promise_is_seen() -> None:
    about = some_facts([[0, 10, 99]] * 3, [[True, True], [True, False], [True, True]], [True, True, False])
    view = a_view(about, *[[[4, 4]] * 3] * 4, [[2, 2]] * 3)

    def broken(*loans: tuple[int, int, int, int]) -> list[str]:
        return breaches(view, StaffingDecision(*np.array(loans).T))

    assert broken((0, 1, 0, 2)) == []
    assert broken((0, 1, 0, 1), (0, 1, 0, 2)) == ["no more than may be lent"]
    assert broken((0, 1, 1, 1)) == ["to such staff"]
    assert broken((0, 2, 0, 1)) == ["between two hospitals that agreed", "not too far"]
    assert broken((1, 1, 0, 1)) == broken((0, 1, 0, 0)) == ["somebody, elsewhere"]


SETTINGS: dict[Callable[[], object], set[str]] = {
    AsRostered: set(),
    MostLoaded: {"least_queue"},
    FloatPool: {"safety", "short_cost", "unsafe_cost", "history_weeks", "solver"},
    FloatPoolRecourse: {"safety", "short_cost", "unsafe_cost", "history_weeks", "tell_up_to", "solver"},
    Allocation: {"safety", "short_cost", "unequal_cost", "history_weeks", "solver"},
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []
