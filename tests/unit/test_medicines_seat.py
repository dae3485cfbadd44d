"""Medicines that move between hospitals, minute by minute: what leaves, what comes, what is seen and refused."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from policies.medicines import Keep
from sim.scenario import Information, Sight
from sim.shelves import ExchangeRules, Review, Shelf
from tests.pharmacies import DAY, RULES, Order, Script, agreeing, kept, seeing, two_pharmacies, wanted

pytestmark = pytest.mark.unit

SALINE = Shelf("saline", at_start=5, life_min=3 * DAY)
EMPTY = Shelf("saline", life_min=3 * DAY)


def test_units_leave_at_once_and_come_after_their_way() -> None:
    """Two of five units go on day 1; the one wanted there within the hour of the way is missing, a later one is not."""
    people = wanted(DAY + 30, DAY + 61, hospital=1)
    found = kept(two_pharmacies([SALINE], [EMPTY]), people, Script({DAY: [(0, 1, 2.0)]}))
    assert found.days("near", "sent") == [0, 2, 0, 0]
    assert found.days("near", "at_hand") == [3, 3, 0, 0]  # what leaves at midnight is not at hand when the day ends
    assert found.days("near", "expired") == [0, 0, 0, 3]
    assert found.days("far", "received") == [0, 2, 0, 0]
    assert found.days("far", "short") == [0, 1, 0, 0]
    assert found.days("far", "used") == [0, 1, 0, 0]
    assert found.days("far", "expired") == found.days("far", "expired_received") == [0, 0, 0, 1]


def test_moves_are_written_down_with_what_they_cost_and_a_trip_is_paid_once() -> None:
    world = two_pharmacies([replace(SALINE, deliveries_per_day=0.0)], [EMPTY])
    found = kept(world, [], Script({DAY: [(0, 1, 2.0), (0, 1, 1.0)]}))
    rows = found.moves.drop(columns="lot").values.tolist()
    assert rows == [
        [DAY, "saline", "near", "far", 2.0, 2 * DAY, 60.0, 40.0, ""],
        [DAY, "saline", "near", "far", 1.0, 2 * DAY, 60.0, 0.0, ""],
    ]


def test_a_way_back_is_another_trip() -> None:
    world = two_pharmacies([SALINE], [replace(EMPTY, at_start=1.0)])
    found = kept(world, [], Script({DAY: [(0, 1, 1.0), (1, 0, 1.0)]}))
    assert found.moves["cost"].tolist() == [40.0, 40.0]
    assert found.days("far", "sent") == found.days("near", "received") == [0, 1, 0, 0]


def test_what_expires_on_its_way_is_received_and_gone() -> None:
    shelf = Shelf("saline", at_start=1, life_min=DAY + 30)
    found = kept(two_pharmacies([shelf], [EMPTY]), wanted(DAY + 61, hospital=1), Script({DAY: [(0, 1, 1.0)]}))
    assert [found.days("far", name)[1] for name in ("received", "expired", "expired_received", "short")] == [1, 1, 1, 1]
    assert found.days("near", "expired") == [0, 0, 0, 0]


def test_what_comes_is_used_before_what_lasts_longer() -> None:
    """The lot that comes expires on day 2; the own one, of day 0, lasts for 9 days."""
    own = Shelf("saline", at_start=1, life_min=9 * DAY)
    shelf = Shelf("saline", at_start=1, life_min=2 * DAY)
    found = kept(two_pharmacies([shelf], [own]), wanted(DAY + 100, hospital=1), Script({DAY: [(0, 1, 1.0)]}))
    assert found.stock["expired"].sum() == 0
    assert found.days("far", "at_hand") == [1, 1, 1, 1]


def test_what_is_on_its_way_is_not_ordered_too() -> None:
    """The far hospital fills up to 3 at each midnight; two come by exchange, so that one is ordered at day 1."""
    rules = replace(RULES, review_every_min=DAY - 60)
    far = Shelf("saline", at_start=3, review=Review(DAY, up_to=3, lead_min=100))
    world = two_pharmacies([Shelf("saline", at_start=5)], [far], rules)
    people = wanted(1, 2, 3, hospital=1)
    with_exchange = kept(world, people, Script({DAY - 60: [(0, 1, 2.0)]}))
    assert with_exchange.days("far", "delivered") == [0, 1, 0, 0]
    assert kept(world, people).days("far", "delivered") == [0, 3, 0, 0]


def refusals(orders: Sequence[Order], near: Shelf = SALINE, far: Shelf | None = EMPTY, *agreed: bool) -> list[str]:
    world = two_pharmacies([near], [far] if far else [Shelf("plaster")])
    found = kept(agreeing(world, *(agreed or (True, True))), [], Script({DAY: orders}))
    row = found.decisions[0]
    assert (row.n_moves, row.n_refused) == (len(orders), sum(map(bool, found.moves["refusal"])))
    return found.moves["refusal"].tolist()


def test_only_lots_that_are_there_can_go() -> None:
    assert refusals([(-1, 1, 1.0)]) == ["no such lot"]
    assert refusals([(0, 1, 5.0), (0, 1, 1.0)]) == ["", "not so many units"]


@pytest.mark.parametrize("units", [0.0, -1.0, 6.0, float("nan")])
def test_no_more_can_go_than_there_is(units: float) -> None:
    assert refusals([(0, 1, units)]) == ["not so many units"]


@pytest.mark.parametrize("destination", [0, -1, 2])
def test_a_lot_needs_another_hospital(destination: int) -> None:
    assert refusals([(0, destination, 1.0)]) == ["no other hospital"]


def test_nothing_goes_where_it_is_not_kept() -> None:
    assert refusals([(0, 1, 1.0)], SALINE, None) == ["not kept there"]


def test_what_the_law_controls_stays() -> None:
    assert refusals([(0, 1, 1.0)], replace(SALINE, controlled=True)) == ["controlled"]


def test_what_needs_the_cold_travels_no_longer_than_its_box_is_cold() -> None:
    cold = replace(SALINE, cold=True)
    assert refusals([(0, 1, 1.0)], cold) == [""]
    world = two_pharmacies([cold], [EMPTY], replace(RULES, cold_max_min=59.0))
    found = kept(world, [], Script({DAY: [(0, 1, 1.0)]}))
    assert found.moves["refusal"].tolist() == ["too long out of the cold"]


def test_who_takes_no_part_shows_no_lots() -> None:
    assert refusals([], SALINE, EMPTY, False, True) == []
    script = Script()
    kept(agreeing(two_pharmacies([SALINE], [SALINE]), False, True), [], script)
    assert script.views[0].lots.hospital.tolist() == [1]
    assert script.views[0].facts.kept.tolist() == [[False], [True]]


def test_who_takes_no_part_gets_nothing() -> None:
    """The near hospital's lot is named by its number, as somebody could who knew it."""
    assert refusals([(0, 1, 1.0)], SALINE, EMPTY, True, False) == ["no agreement"]


def test_a_view_shows_lots_orders_use_and_when_more_can_come() -> None:
    """On day 2: one of five units used on day 0, three on day 1; the far hospital has ordered four at midnight."""
    far = Shelf("saline", review=Review(2 * DAY, up_to=4, lead_min=90), life_min=DAY)
    script = Script({DAY: [(0, 1, 1.0)]})
    rules = replace(RULES, review_every_min=DAY)
    kept(two_pharmacies([SALINE], [far], rules), wanted(10, DAY + 10, DAY + 20, DAY + 30), script)
    view = script.views[1]
    assert (view.now_min, view.known_at_min) == (2 * DAY, 2 * DAY)
    assert view.daily_use.tolist() == [[2.0], [0.0]]
    assert view.more_in_min.tolist() == [[inf], [2 * DAY + 90]]
    assert (view.lots.hospital.tolist(), view.lots.units.tolist()) == ([1], [1.0])
    assert (view.lots.life_min.tolist(), view.lots.stood_min.tolist()) == ([DAY], [DAY - 60])
    assert (view.due.units.tolist(), view.due.in_min.tolist(), view.due.life_min.tolist()) == (
        [3.0],
        [90.0],
        [DAY + 90],
    )
    on_its_way = script.views[0].lots
    assert (on_its_way.units.tolist(), script.views[0].daily_use.tolist()) == ([4.0, 4.0], [[1.0], [0.0]][:2])


def test_what_starts_at_the_minute_of_a_review_is_not_known_yet() -> None:
    script = Script({DAY: [(0, 1, 5.0)]})
    found = kept(two_pharmacies([SALINE], [EMPTY]), wanted(DAY), script)
    assert script.views[0].lots.units.tolist() == [5.0]
    assert found.days("near", "short") == [0, 1, 0, 0]


def test_nobody_knows_of_deliveries_that_come_by_chance() -> None:
    script = Script()
    found = kept(two_pharmacies([replace(EMPTY, deliveries_per_day=4.0)], [EMPTY]), [], script)
    assert all(len(view.due.units) == 0 for view in script.views)
    assert script.views[0].more_in_min.tolist() == [[DAY / 4], [inf]]
    assert script.views[0].lots.units.sum() == found.days("near", "delivered")[0] > 0


def test_news_are_as_old_as_the_information_condition_says() -> None:
    world = two_pharmacies([SALINE], [EMPTY])
    people = wanted(10, DAY + 10)
    delayed, none = Script(), Script()
    kept(seeing(world, Information(Sight.DELAYED, DAY)), people, delayed)
    assert [(view.now_min, view.known_at_min) for view in delayed.views] == [
        (DAY, DAY),
        (2 * DAY, DAY),
        (3 * DAY, 2 * DAY),
    ]
    assert [view.lots.units.tolist() for view in delayed.views] == [[], [4.0], [3.0]]
    kept(seeing(world, Information(Sight.NONE)), people, none)
    assert [len(view.lots.units) for view in none.views] == [0, 0, 0]
    assert np.all(none.views[2].daily_use == 0)


def test_who_keeps_all_medicines_is_not_asked() -> None:
    assert kept(two_pharmacies([SALINE], [EMPTY]), [], Keep()).decisions == []


def test_reviews_are_written_down_unless_there_are_no_shelves() -> None:
    rows = kept(two_pharmacies([SALINE], [EMPTY]), [], Script()).decisions
    assert [(row.seat, row.policy, row.time_min, row.n_options) for row in rows] == [
        ("medicines", "Script", DAY, 1),
        ("medicines", "Script", 2 * DAY, 1),
        ("medicines", "Script", 3 * DAY, 0),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("review_every_min", 0.0), ("handling_min", -1.0), ("cost_per_hour", float("nan")), ("cold_max_min", 0.0)],
)
def test_rules_that_cannot_be_are_refused(field: str, value: float) -> None:
    (fault,) = ExchangeRules(**{field: value}).faults()
    assert (fault.field, fault.value) == (f"exchange.{field}", pytest.approx(value, nan_ok=True))


def test_a_price_must_not_be_negative() -> None:
    with pytest.raises(ValueError, match="price"):
        two_pharmacies([replace(SALINE, price=-1.0)], [EMPTY])
