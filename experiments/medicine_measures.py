"""Measure medicines: what expires, what is missing, what moves between hospitals, and what that costs."""

from collections.abc import Iterator

import pandas as pd

from sim.log import StockMove
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY

Row = tuple[str, str, str, float]


def medicine_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the measures of medicines over the days after the warm-up; nothing where no hospital keeps any."""
    prices = {(h.id, shelf.medicine): shelf.price for h in scenario.city.hospitals for shelf in h.shelves}
    if not prices:
        return
    stock = run.stock[run.stock["day"] * MINUTES_PER_DAY >= scenario.horizon.warm_up_min]
    places = zip(stock["hospital"], stock["medicine"], strict=True)
    stock = stock.assign(price=[prices[place] for place in places])
    yield from _shares("all", "all", stock)
    for hospital, mine in stock.groupby("hospital"):
        yield from _shares("hospital", str(hospital), mine)
    for medicine, mine in stock.groupby("medicine"):
        yield from _shares("medicine", str(medicine), mine)
    yield from _move_rows(scenario, run, float((stock["expired"] * stock["price"]).sum()))
    if stock["received"].sum() > 0:
        lost = float(stock["expired_received"].sum() / stock["received"].sum())
        yield "medicine_moved_expired_share", "all", "all", lost


def _shares(dimension: str, level: str, stock: pd.DataFrame) -> Iterator[Row]:
    """Yield what expires of what is delivered, in units and in money, and what is missing of what is wanted."""
    for name, part, whole in (
        ("medicine_waste_share", stock["expired"], stock["delivered"]),
        ("medicine_waste_spend_share", stock["expired"] * stock["price"], stock["delivered"] * stock["price"]),
        ("medicine_short_share", stock["short"], stock["used"] + stock["short"]),
    ):
        if whole.sum() > 0:
            yield name, dimension, level, float(part.sum() / whole.sum())


def _move_rows(scenario: Scenario, run: Run, waste_cost: float) -> Iterator[Row]:
    """Yield what was moved and refused, and what trips cost, alone and with what expires."""
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    moves = run.stock_moves.reindex(columns=list(StockMove._fields))
    counted = moves[moves["time_min"] >= scenario.horizon.warm_up_min]
    done = counted[counted["refusal"] == ""]
    transport_cost = float(done["cost"].sum())
    yield "medicine_loss_per_day", "all", "all", (waste_cost + transport_cost) / days
    yield "medicine_moved_units_per_day", "all", "all", float(done["units"].sum()) / days
    yield "medicine_transport_cost_per_day", "all", "all", transport_cost / days
    yield "refused_medicine_moves_per_day", "all", "all", (len(counted) - len(done)) / days
    for hospital in scenario.city.hospitals:
        sent = float(done.loc[done["origin"] == hospital.id, "units"].sum())
        yield "medicine_moved_units_per_day", "hospital", hospital.id, sent / days
