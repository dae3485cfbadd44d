"""Medicines on the shelf: oldest first, expired, short, ordered."""

from dataclasses import replace

import pandas as pd
import pytest

from sim.city import Kind, Pool
from sim.pathway import Phase
from sim.scenario import Horizon
from sim.shelves import Review, Shelf
from sim.stock import daily_stock
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY
from tests.one_hospital import Case, Told, hospital, step

pytestmark = pytest.mark.unit

DAY = MINUTES_PER_DAY
NURSE = Pool("nurse", Kind.STAFF, (9,))


def days(shelf: Shelf, *used_at: float, units: float = 1.0) -> pd.DataFrame:
    """Return the days of a shelf in a four-day run in which a step uses units at these moments."""
    phase = Phase("visit", (step("drip", "nurse"),))
    world = hospital([NURSE], [phase])
    one = replace(world.city.hospitals[0], shelves=(shelf,))
    phase = Phase("visit", (step("drip", "nurse", medicines=(("saline", units),)),))
    pathways = (replace(world.pathways[0], phases=(phase,)),)
    world = replace(
        world, city=replace(world.city, hospitals=(one,)), pathways=pathways, horizon=Horizon(0.0, 4 * DAY)
    ).checked()
    seen = Told(world, [Case(at, {"visit.drip": 5}) for at in used_at])
    return daily_stock(seen.layout, seen.cohort, seen.network.log, Replication(0, 1))


def test_what_is_used_is_taken_off_the_shelf_and_the_rest_is_short() -> None:
    table = days(Shelf("saline", at_start=3), 10, 20, DAY + 5, units=2)
    assert table["used"].tolist() == [3, 0, 0, 0]
    assert table["short"].tolist() == [1, 2, 0, 0]
    assert table["at_hand"].tolist() == [0, 0, 0, 0]


def test_what_is_not_used_in_time_expires_on_its_day() -> None:
    table = days(Shelf("saline", at_start=3, life_min=1.5 * DAY), 10, 2 * DAY)
    assert table["expired"].tolist() == [0, 2, 0, 0]
    assert table["short"].tolist() == [0, 0, 1, 0]
    assert table["at_hand"].tolist() == [2, 0, 0, 0]


def test_orders_fill_up_to_the_level_after_the_lead_time() -> None:
    """Reviews at days 0, 1, 2, 3; six hours of lead; what is on its way is not ordered again."""
    shelf = Shelf("saline", at_start=1, review=Review(DAY, up_to=4, lead_min=6 * 60.0))
    table = days(shelf, 10, 20, DAY + 1)
    assert table["delivered"].tolist() == [3, 1, 1, 0]
    assert table["short"].tolist() == [1, 0, 0, 0]
    assert table["at_hand"].tolist() == [3, 3, 4, 4]


def test_the_oldest_lot_is_used_first() -> None:
    """One unit of day 0 and three of day 1, all good for two days: the demand of day 1 takes the old one."""
    shelf = Shelf("saline", at_start=1, life_min=2 * DAY, review=Review(DAY, up_to=4, lead_min=DAY))
    table = days(shelf, DAY + 10)
    assert table["used"].sum() == 1
    assert table["expired"].tolist()[:3] == [0, 0, 0]


def test_amounts_balance() -> None:
    shelf = Shelf("saline", at_start=2, life_min=0.1 * DAY, deliveries_per_day=12)
    table = days(shelf, *range(0, int(4 * DAY), 200))
    sums = table[["delivered", "used", "expired"]].sum()
    assert 2 + sums["delivered"] - sums["used"] - sums["expired"] == table["at_hand"].iloc[-1]
    assert sums["expired"] > 0
    assert table["used"].sum() + table["short"].sum() == len(range(0, int(4 * DAY), 200))


def test_a_medicine_that_nobody_keeps_is_refused() -> None:
    phase = Phase("visit", (step("drip", "nurse", medicines=(("saline", 1.0),)),))
    with pytest.raises(ValueError, match=r"saline.*keep it on a shelf"):
        hospital([NURSE], [phase])


def test_a_pool_of_a_hospital_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"nurse@two.*nurse@one"):
        hospital([NURSE], [Phase("visit", (step("drip", "nurse@two"),))])
