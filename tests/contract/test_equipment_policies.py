"""What every member of the equipment seat promises, whatever it is shown."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from experiments.plugins import shipped_policies
from policies.equipment import Imaging, OpenWhenLong, OwnUse
from sim.contract import EquipmentDecision, EquipmentView, Policy
from tests.equipment_views import any_facts, equipment_views, openings, some_facts, some_view

pytestmark = pytest.mark.contract

Member = Callable[[], Policy[EquipmentView, EquipmentDecision]]

MEMBERS: dict[str, Member] = {
    "own_use": OwnUse,
    "open_when_long": OpenWhenLong,
    "open_when_long_eager": lambda: OpenWhenLong(longest_queue=0, hours=30),
    "imaging": Imaging,
    "imaging_eager": lambda: Imaging(session_hours=1, wait_cost_per_hour=1000.0),
    "imaging_long": lambda: Imaging(session_hours=5, wait_cost_per_hour=60.0, max_travel_min=90.0),
}

each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)


def breaches(view: EquipmentView, decision: EquipmentDecision) -> list[str]:
    """List the promises that a decision breaks."""
    found = []
    columns = (decision.hospital, decision.equipment, decision.hour, decision.units)
    if len({len(column) for column in columns}) > 1:
        return ["columns of one length"]
    left = view.can_open.copy()
    for h, e, hour, units in zip(*(column.tolist() for column in columns), strict=True):
        later = hour - view.hour
        if not (0 <= h < left.shape[0] and 0 <= e < left.shape[1] and 0 <= later < left.shape[2]):
            found.append("only what the view shows")
            continue
        if units < 1:
            found.append("at least one unit")
        if hour * 60.0 < view.now_min + view.facts.opening_notice_min:
            found.append("with notice")
        left[h, e, later] -= units
    if np.any(left < 0):
        found.append("no more than can be opened")
    return found


def same(a: EquipmentDecision, b: EquipmentDecision) -> bool:
    return openings(a) == openings(b) and (a.ending, a.objective) == (b.ending, b.objective)


@each_member
@given(view=equipment_views())
@settings(max_examples=60, deadline=None)
def test_a_decision_keeps_every_promise(member: Member, view: EquipmentView) -> None:
    assert breaches(view, member().decide(view)) == []


@each_member
@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_decision_depends_on_its_view_alone(member: Member, data: st.DataObject) -> None:
    facts = data.draw(any_facts())
    seen: list[EquipmentView] = data.draw(st.lists(equipment_views(facts), min_size=1, max_size=3))
    seen.append(data.draw(equipment_views()))
    policy = member()
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    assert all(same(a, b) for a, b in zip(first, again, strict=True))
    assert same(first[-1], member().decide(seen[-1]))


@each_member
@given(view=equipment_views())
@settings(max_examples=20, deadline=None)
def test_nothing_opens_for_nobody(member: Member, view: EquipmentView) -> None:
    quiet = replace(view, waiting=np.zeros_like(view.waiting), asked=np.zeros_like(view.asked))
    assert openings(member().decide(quiet)) == {}


@pytest.mark.parametrize("name", ["open_when_long", "open_when_long_eager", "imaging_eager", "imaging_long"])
def test_the_promises_are_put_to_the_test_by_somebody_who_opens(name: str) -> None:
    view = some_view(some_facts([[2]]), waiting=[[30]], rostered=np.ones((1, 1, 24), dtype=int))
    assert openings(MEMBERS[name]().decide(view))


def test_every_broken_promise_is_seen() -> None:
    view = some_view(some_facts([[1], [0]]))

    def broken(*hours: tuple[int, int, int, int]) -> list[str]:
        columns = np.array(hours, dtype=np.int64).reshape(-1, 4).T
        return breaches(view, EquipmentDecision(*columns))

    assert broken((0, 0, 242, 1)) == []
    assert broken((0, 0, 241, 1)) == ["with notice"]
    assert broken((0, 0, 264, 1)) == broken((2, 0, 242, 1)) == broken((0, 1, 242, 1)) == ["only what the view shows"]
    assert broken((1, 0, 242, 1)) == broken((0, 0, 242, 1), (0, 0, 242, 1)) == ["no more than can be opened"]
    assert broken((0, 0, 242, 0)) == ["at least one unit"]
    uneven = EquipmentDecision(*(np.zeros(n, dtype=np.int64) for n in (1, 1, 2, 1)))
    assert breaches(view, uneven) == ["columns of one length"]


def test_every_shipped_member_is_held_to_this() -> None:
    assert set(shipped_policies()["equipment"]) <= set(MEMBERS)


SETTINGS: dict[Callable[[], object], set[str]] = {
    OwnUse: set(),
    OpenWhenLong: {"max_travel_min", "longest_queue", "hours"},
    Imaging: {"max_travel_min", "session_hours", "wait_cost_per_hour", "travel_cost_per_hour", "solver"},
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []
