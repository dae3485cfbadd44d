"""Measure what all kinds of sharing are about on one scale: hours waited, medicines wasted, and what sharing costs."""

from collections.abc import Iterator, Sequence

import pandas as pd

from experiments.conveyance_measures import at_door
from experiments.loan_measures import loan_cost
from experiments.measure import Measure
from experiments.transfer_measures import CREW_COST_PER_HOUR
from sim.log import Loan, Opening, StockMove, Transfer
from sim.platform.kinds import SharedKind
from sim.run import Run
from sim.run_ledger import USE
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

EMERGENCY = "emergency"
Row = tuple[str, str, str, float]

BURDEN_MEASURES = (
    Measure(
        "waiting_hours_per_day",
        "Waiting",
        "patient-hours/day",
        "Time that patients wait for a provider or until they leave unseen, for a bed (boarding), for a scan, and on "
        "the road to that of another hospital and back.",
        "lower",
        0,
    ),
    Measure(
        "burden_cost_per_day",
        "Waiting, waste and sharing, priced",
        "USD/day",
        "Hours of waiting at the price of a bed’s hour, medicines that expire, and all that sharing costs.",
        "lower",
        0,
        "P88",
    ),
)


def burden_rows(scenario: Scenario, run: Run, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield hours waited and the burden in money, in all, by hospital and by part; `rows` are the other measures.

    Each hospital bears the waits of those who came to it (for a scan: of those scanned there), what expires there, and
    the price of what it uses of others: patients it sends, staff it borrows, hours opened at it, lots it receives.
    """
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    boarding = {row[2]: row[3] for row in rows if row[:2] == ("boarding_hours_per_day", "hospital")}
    waits = {"boarding": pd.Series(boarding, dtype=float)}
    waits |= {name: minutes / MINUTES_PER_HOUR / days for name, minutes in _waits_min(scenario, run).items()}
    price = scenario.monitor.wait_cost_per_hour
    costs = {f"waiting, {name}": hours * price for name, hours in waits.items()}
    costs |= {name: cost / days for name, cost in _costs(scenario, run).items()}
    for measure, parts in (("waiting_hours_per_day", waits), ("burden_cost_per_day", costs)):
        yield measure, "all", "all", float(sum(part.sum() for part in parts.values()))
        for hospital in scenario.city.hospitals:
            yield measure, "hospital", hospital.id, float(sum(part.get(hospital.id, 0.0) for part in parts.values()))
        for name, part in parts.items():
            yield measure, "part", name, float(part.sum())


def _waits_min(scenario: Scenario, run: Run) -> "dict[str, pd.Series[float]]":
    """Return minutes waited for a provider and for scans, of those who asked after the warm-up, by hospital."""
    since_min, end_min = scenario.horizon.warm_up_min, scenario.horizon.end_min
    here = run.patients[(run.patients["arrived"] >= since_min) & run.patients["zone"].notna()]
    steps = [name for name in here if str(name).startswith(f"{EMERGENCY}.")]
    seen = here[steps].min(axis=1).fillna(here["departed"]).fillna(end_min)
    found = {"provider": _by_hospital(seen - at_door(scenario, here), here["hospital"])}
    if len(run.equipment):
        uses = run.equipment[run.equipment["asked_min"] >= since_min]
        found["scan"] = _by_hospital(uses["started_min"] - uses["asked_min"], uses["hospital"])
        found["road to scans"] = _road_min(scenario, run)
    return found


def _road_min(scenario: Scenario, run: Run) -> "pd.Series[float]":
    """Return the minutes on the road, there and back, of patients scanned after the warm-up elsewhere, by their own."""
    if not len(run.ledger) or not any(step.travels for p in scenario.pathways for ph in p.phases for step in ph.steps):
        return pd.Series(dtype=float)
    used = (run.ledger["action"] == USE) & (run.ledger["kind"] == SharedKind.EQUIPMENT.value)
    abroad = run.ledger[used & (run.ledger["time_min"] >= scenario.horizon.warm_up_min)]
    ids = [hospital.id for hospital in scenario.city.hospitals]
    ways = [
        2.0 * float(scenario.city.travel_min[ids.index(user), ids.index(owner)])
        for user, owner in zip(abroad["user"].astype(str), abroad["owner"].astype(str), strict=True)
    ]
    return _by_hospital(pd.Series(ways, index=abroad.index, dtype=float), abroad["user"])


def _costs(scenario: Scenario, run: Run) -> "dict[str, pd.Series[float]]":
    """Return what expired and what sharing cost after the warm-up, in USD, by the hospital that bears it."""
    since_min = scenario.horizon.warm_up_min
    loans = _done(run.loans, Loan, "starts_min", since_min)
    moved = _done(run.transfers, Transfer, "time_min", since_min)
    opened = _done(run.openings, Opening, "from_min", since_min)
    opened = opened[opened["from_min"] < scenario.horizon.end_min]
    lots = _done(run.stock_moves, StockMove, "time_min", since_min)
    costs = {
        "transfers": _by_hospital(moved["crew_busy_min"] / MINUTES_PER_HOUR * CREW_COST_PER_HOUR, moved["origin"]),
        "staff lent": _by_hospital(loan_cost(scenario.loans, loans), loans["borrower"]),
        "hours opened": _by_hospital(opened["cost"], opened["hospital"]),
        "medicines moved": _by_hospital(lots["cost"], lots["destination"]),
    }
    if len(run.stock):
        stock = run.stock[run.stock["day"] * MINUTES_PER_DAY >= since_min]
        price = {(h.id, shelf.medicine): shelf.price for h in scenario.city.hospitals for shelf in h.shelves}
        paid = [price[place] for place in zip(stock["hospital"], stock["medicine"], strict=True)]
        costs["medicines wasted"] = _by_hospital(stock["expired"] * paid, stock["hospital"])
    return costs


def _done(rows: pd.DataFrame, kind: type, moment: str, since_min: float) -> pd.DataFrame:
    """Return what was carried out from a moment on; a run in which nobody decides has no rows of that kind."""
    rows = rows.reindex(columns=list(kind._fields))  # type: ignore[attr-defined]
    return rows[(rows[moment] >= since_min) & (rows["refusal"] == "")]


def _by_hospital(values: "pd.Series[float]", hospital: "pd.Series[str]") -> "pd.Series[float]":
    """Return sums by the names of hospitals."""
    sums: pd.Series[float] = values.astype(float).groupby(hospital.astype(str)).sum()
    return sums
