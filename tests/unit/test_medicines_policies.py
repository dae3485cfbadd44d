"""What the members of the medicines seat decide, in cases small enough to be done by hand."""

from math import exp

import numpy as np
import pytest

from policies.medicines import Exchange, Keep, NearExpiry
from policies.medicines.chance import Outlook, expected_used, worthwhile
from policies.medicines.near_expiry import spare_units
from sim.contract import MedicinesDecision
from sim.units import MINUTES_PER_DAY
from tests.medicines_views import a_pharmacy, a_stock, moved

pytestmark = pytest.mark.unit

TWO = a_pharmacy(2)
THREE = a_pharmacy(3)


def test_keep_moves_nothing() -> None:
    assert moved(Keep().decide(a_stock(TWO, [(0, 0, 9, 2)], [[0.0], [9.0]]))) == []


def test_what_is_not_used_in_time_is_spare() -> None:
    """Two units a day: of 3, 3 and 4 units that last for 1, 2 and 3 days, 1, 1 and 2 are left."""
    view = a_stock(TWO, [(0, 0, 4, 3), (0, 0, 3, 1), (0, 0, 3, 2), (1, 0, 5, 2)], [[2.0], [0.0]])
    assert spare_units(view).tolist() == [2, 1, 1, 5]


def test_the_rule_sends_what_is_spare_to_whom_can_use_it() -> None:
    """Nine units last for 4 days where one a day is wanted; the other wants 3 a day, has 4, and half a day of way."""
    view = a_stock(a_pharmacy(2, transit_min=720.0), [(0, 0, 9, 4), (1, 0, 4, 3)], [[1.0], [3.0]])
    assert moved(NearExpiry().decide(view)) == [(100, 1, 5.0)]
    assert moved(NearExpiry().decide(a_stock(TWO, [(0, 0, 9, 4), (1, 0, 9, 3)], [[1.0], [3.0]]))) == [(100, 1, 2.0)]


def test_the_rule_sends_nothing_to_whom_has_to_spare_too() -> None:
    assert moved(NearExpiry().decide(a_stock(TWO, [(0, 0, 9, 4), (1, 0, 10, 3)], [[1.0], [3.0]]))) == []


def test_the_rule_prefers_whom_can_use_most_then_the_nearer() -> None:
    lots = [(0, 0, 2, 3)]
    assert moved(NearExpiry().decide(a_stock(THREE, lots, [[0.0], [1.0], [0.4]]))) == [(100, 1, 2.0)]
    assert moved(NearExpiry().decide(a_stock(THREE, lots, [[0.0], [0.4], [2.0]]))) == [(100, 2, 2.0)]
    alike = a_pharmacy(3, transit_min=np.array([[0.0, 80.0, 60.0]] * 3))
    assert moved(NearExpiry().decide(a_stock(alike, lots, [[0.0], [2.0], [2.0]]))) == [(100, 2, 2.0)]


def test_the_rule_counts_what_it_has_sent() -> None:
    """Each of two hospitals has four to spare; the third can use five of them in its 3 days less an hour, not eight."""
    view = a_stock(THREE, [(0, 0, 4, 3), (1, 0, 4, 3)], [[0.0], [0.0], [2.0]])
    assert moved(NearExpiry().decide(view)) == [(100, 2, 4.0), (101, 2, 1.0)]


def test_the_rule_keeps_what_is_worth_less_than_its_trip() -> None:
    view = a_stock(a_pharmacy(2, price=10.0), [(0, 0, 3, 3)], [[0.0], [3.0]])
    assert moved(NearExpiry().decide(view)) == []
    assert moved(NearExpiry().decide(a_stock(a_pharmacy(2, price=10.0), [(0, 0, 5, 3)], [[0.0], [3.0]]))) == [
        (100, 1, 5.0)
    ]


@pytest.mark.parametrize("member", [NearExpiry(), Exchange()])
def test_a_day_of_life_on_receipt_is_asked_for(member: NearExpiry) -> None:
    """The way takes an hour, so that 25 hours are enough, and a minute less is not."""
    enough, short = 25 / 24, (25 * 60 - 1) / 1440
    use = [[0.0], [9.0]]
    assert moved(NearExpiry().decide(a_stock(TWO, [(0, 0, 5, enough)], use))) == [(100, 1, 5.0)]
    assert moved(member.decide(a_stock(TWO, [(0, 0, 5, short)], use))) == []


def test_the_rule_leaves_what_lasts_beyond_its_horizon() -> None:
    view = a_stock(TWO, [(0, 0, 2, 15)], [[0.0], [9.0]])
    assert moved(NearExpiry().decide(view)) == []
    assert moved(NearExpiry(horizon_days=15).decide(view)) == [(100, 1, 2.0)]


def test_the_exchange_sends_what_would_expire_to_whom_needs_it() -> None:
    view = a_stock(TWO, [(0, 0, 6, 4)], [[0.0], [3.0]])
    decision = Exchange().decide(view)
    assert moved(decision) == [(100, 1, 6.0)]
    assert decision.ending == "feasible"
    assert decision.seconds > 0


def test_the_exchange_leaves_what_came_of_late() -> None:
    view = a_stock(TWO, [(0, 0, 6, 4)], [[0.0], [3.0]], stood_days=1.0)
    assert moved(Exchange().decide(view)) == []
    assert moved(Exchange(freeze_days=1.0).decide(view)) == [(100, 1, 6.0)]


def test_the_exchange_relieves_who_is_short_until_more_can_come() -> None:
    """Far from any expiry: two a day are wanted elsewhere on the nine days from tomorrow to when more comes."""
    lots = [(0, 0, 20, 100)]
    view = a_stock(TWO, lots, [[0.2], [2.0]], more_in_days=10.0)
    ((_, destination, units),) = moved(Exchange().decide(view))
    assert (destination, units) == (1, 18.0)
    assert moved(Exchange().decide(a_stock(TWO, lots, [[0.2], [2.0]], more_in_days=0.0))) == []


def test_who_has_whole_units_of_nothing_has_nothing_to_decide() -> None:
    decision = Exchange().decide(a_stock(TWO, [(0, 0, 0.5, 2)], [[0.0], [9.0]]))
    assert (moved(decision), decision.ending) == ([], "optimal")


def test_expected_use_is_that_of_poisson_demand() -> None:
    """P(N >= 1) + P(N >= 2) for two units; P(N >= 2) for one behind another."""
    one, two = 1 - exp(-1.5), 1 - exp(-1.5) * 2.5
    assert expected_used(2.0, 0.0, 1.5) == pytest.approx(one + two)
    assert expected_used(1.0, 1.0, 1.5) == pytest.approx(two)
    assert expected_used(3.0, 0.0, 0.0) == expected_used(0.0, 0.0, 5.0) == 0.0


def test_a_move_gains_what_is_more_likely_to_be_used() -> None:
    """One unit, with a day of life at home and 23 hours away; one a day is wanted here, four there."""
    view = a_stock(TWO, [(0, 0, 1, 1)], [[1.0], [4.0]])
    gain = Outlook(view, 0.0, MINUTES_PER_DAY).gain([(0, 1, 1.0)])
    assert gain == pytest.approx(600.0 * (exp(-1) - exp(-4 * 23 / 24)))


def test_what_is_expected_to_be_missing_counts() -> None:
    """Nothing stands where one is wanted in a day and more comes after one: a unit spares its chance to be wanted."""
    view = a_stock(TWO, [(0, 0, 1, 99)], [[0.0], [1.0]], more_in_days=1.0)
    missing = Outlook(view, 4.0, 99 * MINUTES_PER_DAY).value(1, 0)
    assert missing == pytest.approx(-4 * 600.0)
    there = a_stock(TWO, [(1, 0, 1, 99)], [[0.0], [1.0]], more_in_days=1.0)
    spared = Outlook(there, 4.0, 99 * MINUTES_PER_DAY).value(1, 0) - missing
    assert spared == pytest.approx(600.0 + 4 * 600.0 * (1 - exp(-1)))


def test_trips_that_do_not_pay_are_left_out_one_after_another() -> None:
    """The second unit would find the first one there, and the demand of the day is then as good as met."""
    view = a_stock(THREE, [(0, 0, 1, 1), (1, 0, 1, 1)], [[0.0], [0.0], [1.0]], price=100.0)
    chosen = worthwhile(view, [(0, 2, 1.0), (1, 2, 1.0)], 0.0, 14)
    assert chosen == [(0, 2, 1.0)]
    assert worthwhile(view, [(1, 2, 1.0)], 0.0, 14) == [(1, 2, 1.0)]


def test_without_an_answer_the_rule_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    from optimize.contract import Ending, Solved
    from policies.medicines import exchange

    class Silent:
        def __init__(self, *_: float, **__: object) -> None:
            """Take any settings."""

        def plan(self, case: object) -> Solved[object]:
            return Solved(Ending.NO_ANSWER, None, None, None, 0.5)

    monkeypatch.setattr(exchange, "MedicinesPlanner", Silent)
    view = a_stock(TWO, [(0, 0, 9, 4)], [[1.0], [3.0]])
    decision: MedicinesDecision = Exchange().decide(view)
    assert moved(decision) == moved(NearExpiry().decide(view)) != []
    assert (decision.ending, decision.seconds) == (f"rule after {Ending.NO_ANSWER}", 0.5)


@pytest.mark.parametrize(
    "member", [NearExpiry(least_life_hours=-1.0), NearExpiry(horizon_days=0), Exchange(freeze_days=-1.0)]
)
def test_settings_that_cannot_be_are_named(member: NearExpiry) -> None:
    (fault,) = member.faults("medicines")
    assert fault.field.startswith("medicines.")


def test_every_wrong_setting_is_listed_at_once() -> None:
    wrong = Exchange(least_life_hours=float("nan"), horizon_days=0, freeze_days=-1.0, shortage_factor=float("inf"))
    assert [fault.field.partition(".")[2] for fault in wrong.faults("medicines")] == [
        "least_life_hours",
        "horizon_days",
        "freeze_days",
        "shortage_factor",
    ]
