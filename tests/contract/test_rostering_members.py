"""What every member of the rostering seat promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from policies.rostering import Cover, UsualRoster, WeeklyRoster
from policies.staffing import ExpectedWork
from sim.contract import Policy, RosteringDecision, RosteringView
from tests.rostering_views import a_view, rows, some_facts, work

pytestmark = pytest.mark.contract

Member = Callable[[ExpectedWork], Policy[RosteringView, RosteringDecision]]
MEMBERS: dict[str, Member] = {
    "as_rostered": lambda past: UsualRoster(),
    "cover": lambda past: Cover(expected=past),
    "cover_untaught": lambda past: Cover(),
    "weekly_roster": lambda past: WeeklyRoster(expected=past, rounds=0),
}
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


@st.composite
def shown(draw: st.DrawFn) -> tuple[RosteringView, ExpectedWork]:
    """Return two hospitals with up to three nurses early and late, and what is expected there."""
    facts = some_facts(n_hospitals=2, units=draw(st.integers(0, 3)), agency_share=draw(st.sampled_from([0.0, 0.1])))
    offered = np.array([[draw(st.booleans())], [True]])
    facts = replace(facts, offered=offered, weekly_hours=np.where(offered, facts.weekly_hours, 0.0))
    view = a_view(facts, units=round(float(facts.weekly_hours.max()) / 112))
    loads = st.lists(st.sampled_from([0.0, 0.4, 1.5, 4.0]), min_size=2, max_size=2)
    return view, work(facts, draw(loads), draw(loads))


@each_member
@given(shown=shown())
@settings(max_examples=15, deadline=None)
def test_a_decision_stays_within_the_hours_that_are_paid(
    member: Member, shown: tuple[RosteringView, ExpectedWork]
) -> None:
    view, past = shown
    found = rows(member(past).decide(view))
    paid = view.usual.sum(axis=2)
    for post in {key[:2] for key in found}:
        assert view.facts.offered[post]
        own, agency = (8 * sum(n[who] for key, n in found.items() if key[:2] == post) for who in (0, 1))
        assert own <= paid[post]
        assert agency <= view.facts.agency_share * paid[post]
    assert all(own >= 0 and agency >= 0 for own, agency in found.values())


@each_member
@given(seen=st.lists(shown(), min_size=2, max_size=2))
@settings(max_examples=8, deadline=None)
def test_a_decision_depends_on_its_view_alone(member: Member, seen: list[tuple[RosteringView, ExpectedWork]]) -> None:
    past = seen[0][1]
    policy = member(past)
    first = [policy.decide(view) for view, _ in seen]
    again = [policy.decide(view) for view, _ in reversed(seen)][::-1]
    fresh = member(past).decide(seen[-1][0])
    for a, b in zip([*first, first[-1]], [*again, fresh], strict=True):
        assert (rows(a), a.ending, a.objective, a.people.tolist()) == (
            rows(b),
            b.ending,
            b.objective,
            b.people.tolist(),
        )


SETTINGS: dict[Callable[[], object], set[str]] = {
    UsualRoster: set(),
    Cover: {"safety", "short_cost_per_hour", "unsafe_cost_per_hour", "history_weeks", "gap", "fuse_seconds"},
}
SETTINGS[WeeklyRoster] = SETTINGS[Cover] | {
    "most_days_in_a_row",
    "least_rest_hours",
    "weekend_cycle_weeks",
    "most_weekends",
    "rounds",
    "seed",
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []
