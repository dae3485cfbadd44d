"""What every member of the medicines seat promises, whatever it is shown."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from policies.medicines import Exchange, Keep, NearExpiry
from sim.contract import MedicinesDecision, MedicinesView, Policy
from tests.medicines_views import a_pharmacy, a_stock, moved, stocks

pytestmark = pytest.mark.contract

Member = Callable[[], Policy[MedicinesView, MedicinesDecision]]
MEMBERS: dict[str, Member] = {
    "keep": Keep,
    "near_expiry": NearExpiry,
    "near_expiry_eager": lambda: NearExpiry(horizon_days=60),
    "exchange": Exchange,
    "exchange_eager": lambda: Exchange(freeze_days=0.0, shortage_factor=9.0),
}
each_member = pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)
any_view = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def breaches(view: MedicinesView, decision: MedicinesDecision) -> list[str]:
    """List the promises that a decision breaks; all members ask for a day of life on receipt."""
    lots, facts, found = view.lots, view.facts, []
    row_of = {number: row for row, number in enumerate(lots.number.tolist())}
    gone: Counter[int] = Counter()
    for number, destination, units in moved(decision):
        if number not in row_of:
            found.append("only lots at hand")
            continue
        row = row_of[number]
        origin, medicine = int(lots.hospital[row]), int(lots.medicine[row])
        transit_min = facts.transit_min[origin, destination]
        gone[row] += int(units)
        if units < 1 or units != int(units):
            found.append("whole units")
        if destination == origin or not facts.kept[destination, medicine]:
            found.append("to another hospital that keeps it")
        if facts.controlled[medicine] or (facts.cold[medicine] and transit_min > facts.cold_max_min):
            found.append("nothing controlled, nothing too long out of the cold")
        if lots.life_min[row] < transit_min + 1440.0:
            found.append("a day of life on receipt")
    if any(units > lots.units[row] for row, units in gone.items()):
        found.append("no more than there is")
    return found


@each_member
@any_view
@given(view=stocks())
def test_a_decision_keeps_every_promise(member: Member, view: MedicinesView) -> None:
    assert breaches(view, member().decide(view)) == []


@each_member
@any_view
@given(st.lists(stocks(), min_size=1, max_size=3))
def test_a_decision_depends_on_its_view_alone(member: Member, seen: list[MedicinesView]) -> None:
    policy = member()
    first = [policy.decide(view) for view in seen]
    again = [policy.decide(view) for view in reversed(seen)][::-1]
    fresh = [member().decide(view) for view in seen]
    for one, other, new in zip(first, again, fresh, strict=True):
        assert moved(one) == moved(other) == moved(new)
        assert (one.ending, one.objective) == (other.ending, other.objective) == (new.ending, new.objective)


@each_member
def test_a_view_without_lots_moves_nothing(member: Member) -> None:
    decision = member().decide(a_stock(a_pharmacy(2), [], [[0.0], [9.0]]))
    assert (moved(decision), decision.objective) == ([], 0.0)


@pytest.mark.parametrize("name", ["near_expiry", "exchange"])
def test_the_promises_are_put_to_the_test_by_somebody_who_moves(name: str) -> None:
    assert moved(MEMBERS[name]().decide(a_stock(a_pharmacy(2), [(0, 0, 5, 4)], [[0.0], [9.0]]))) == [(100, 1, 5.0)]


def test_every_broken_promise_is_seen() -> None:
    facts = a_pharmacy(2)
    view = a_stock(facts, [(0, 0, 3, 4), (0, 0, 3, 1)], [[0.0], [9.0]])

    def broken(lot: int, destination: int, units: float) -> list[str]:
        return breaches(view, MedicinesDecision(np.array([lot]), np.array([destination]), np.array([units])))

    assert broken(100, 1, 3.0) == []
    assert broken(7, 1, 3.0) == ["only lots at hand"]
    assert broken(100, 0, 3.0) == ["to another hospital that keeps it"]
    assert broken(100, 1, 0.5) == ["whole units"]
    assert broken(100, 1, 4.0) == ["no more than there is"]
    assert broken(101, 1, 3.0) == ["a day of life on receipt"]


SETTINGS: dict[Callable[[], object], set[str]] = {
    Keep: set(),
    NearExpiry: {"least_life_hours", "horizon_days"},
    Exchange: {"least_life_hours", "horizon_days", "freeze_days", "shortage_factor", "solver"},
}


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_policy_is_its_own_schema(kind: Callable[[], object]) -> None:
    schema = OmegaConf.structured(kind)
    assert set(schema) == SETTINGS[kind]
    assert OmegaConf.to_object(schema) == kind()
    assert list(getattr(kind(), "faults", lambda where: ())("seat")) == []
