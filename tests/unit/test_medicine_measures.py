"""Measures of medicines, by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.measures import MEASURES
from experiments.medicine_measure_list import MEDICINE_MEASURES
from experiments.medicine_measures import medicine_rows
from sim.contract import Policies
from sim.run import Run, simulate
from sim.scenario import Horizon, Scenario
from sim.shelves import Shelf
from sim.streams import Replication
from tests.pharmacies import DAY, Script, two_pharmacies
from tests.small_worlds import KnowTruth, Stay

pytestmark = pytest.mark.unit

Key = tuple[str, str, str]
DEAR = Shelf("saline", at_start=8, life_min=4 * DAY, price=10.0)
CHEAP = Shelf("plaster", at_start=4, life_min=3 * DAY, price=1.0)


def measured(world: Scenario, script: Script) -> dict[Key, float]:
    run = simulate(world, Policies(KnowTruth(), Stay(), medicines=script), Replication(0, 1))
    return {(name, dimension, level): value for name, dimension, level, value in medicine_rows(world, run)}


@pytest.fixture(scope="module")
def found() -> dict[Key, float]:
    """Two units go on day 1 and three on day 2, which is the first counted of four; nobody wants any."""
    world = two_pharmacies([DEAR, CHEAP], [replace(DEAR, at_start=0.0, deliveries_per_day=0.0), CHEAP], days=6.0)
    world = replace(world, horizon=Horizon(2 * DAY, 4 * DAY))
    orders = {DAY: [(0, 1, 2.0)], 2 * DAY: [(0, 1, 3.0), (0, 1, 99.0)]}
    return measured(world, Script(orders))


def test_moves_after_the_warm_up_count(found: dict[Key, float]) -> None:
    city = {name: value for (name, dimension, _), value in found.items() if dimension == "all"}
    assert city["medicine_moved_units_per_day"] == 3 / 4
    assert city["medicine_transport_cost_per_day"] == 40 / 4
    assert city["refused_medicine_moves_per_day"] == 1 / 4
    assert city["medicine_moved_expired_share"] == 5 / 3  # two of those that expire came before the warm-up ended


def test_waste_is_what_expires_and_what_trips_cost(found: dict[Key, float]) -> None:
    """Eight units at 10 and eight at 1 expire, on days 4 and 3; nothing is delivered or wanted."""
    assert found["medicine_loss_per_day", "all", "all"] == (8 * 10 + 8 * 1 + 40) / 4
    assert not any(name.endswith(("waste_share", "short_share")) for name, *_ in found)


def test_hospitals_send(found: dict[Key, float]) -> None:
    assert found["medicine_moved_units_per_day", "hospital", "near"] == 3 / 4
    assert found["medicine_moved_units_per_day", "hospital", "far"] == 0.0


def a_run(rows: list[tuple[str, str, int, float, float, float, float]]) -> Run:
    columns = ["hospital", "medicine", "day", "delivered", "used", "expired", "short"]
    stock = pd.DataFrame(rows, columns=columns).assign(sent=0.0, received=0.0, expired_received=0.0)
    nothing = pd.DataFrame()
    tables = dict.fromkeys(("patients", "levels", "decisions", "transfers", "loans", "openings", "equipment"), nothing)
    return Run(**tables, stock=stock, trace_hash="", seconds_deciding=0.0)  # type: ignore[arg-type]


def test_shares_of_units_and_of_spend() -> None:
    world = replace(two_pharmacies([DEAR, CHEAP], [DEAR, CHEAP]), horizon=Horizon(DAY, DAY))
    run = a_run(
        [
            ("near", "saline", 0, 99, 99, 99, 99),
            ("near", "saline", 1, 10, 6, 1, 2),
            ("near", "plaster", 1, 10, 8, 3, 0),
            ("far", "saline", 1, 20, 6, 1, 0),
            ("far", "plaster", 1, 0, 0, 0, 0),
        ]
    )
    found = {(name, dimension, level): value for name, dimension, level, value in medicine_rows(world, run)}
    assert found["medicine_waste_share", "all", "all"] == 5 / 40
    assert found["medicine_waste_spend_share", "all", "all"] == (1 * 10 + 3 + 1 * 10) / (10 * 10 + 10 + 20 * 10)
    assert found["medicine_short_share", "all", "all"] == 2 / 22
    assert found["medicine_waste_share", "hospital", "near"] == 4 / 20
    assert found["medicine_waste_share", "medicine", "saline"] == 2 / 30
    assert found["medicine_loss_per_day", "all", "all"] == 23.0
    assert ("medicine_moved_expired_share", "all", "all") not in found


def test_a_city_without_medicines_has_no_such_measures() -> None:
    world = two_pharmacies([DEAR], [DEAR])
    hospitals = tuple(replace(one, shelves=()) for one in world.city.hospitals)
    bare = replace(world, city=replace(world.city, hospitals=hospitals))
    assert list(medicine_rows(bare, a_run([]))) == []


def test_all_are_listed_and_all_are_measured(found: dict[Key, float]) -> None:
    names = {one.name for one in MEDICINE_MEASURES}
    assert names <= MEASURES.keys()
    shares = {"medicine_waste_share", "medicine_waste_spend_share", "medicine_short_share"}
    assert {name for name, *_ in found} | shares == names
