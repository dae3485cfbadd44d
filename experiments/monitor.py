"""Watch a run as the platform's monitor does: supply against demand by hour, alerts, and the carbon of sharing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.log import Loan, Opening, StockMove, Transfer
from sim.platform.monitor import alerts, supply_over_demand, unmet, used_share
from sim.platform.thresholds import CarbonFactors
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_HOUR, FloatArray

EARTH_KM = 6371.0
ALERT_COLUMNS = ["hospital", "pool", "reason", "first_hour", "n_hours", "worst"]
ALERT_TYPES = ("str", "str", "str", "int64", "int64", "float64")


@dataclass(frozen=True)
class Watched:
    """Hold minutes of n pools in each observed hour, shape (n, n_hours): what is staffed, busy, and wanted.

    Supply is staffed time without overtime; demand is time in use and time waited for. Who may use several pools waits
    for each of them.
    """

    hospital: tuple[str, ...]
    pool: tuple[str, ...]
    first_hour: int
    supply_min: FloatArray
    demand_min: FloatArray
    busy_min: FloatArray
    duty_min: FloatArray

    @classmethod
    def of(cls, scenario: Scenario, run: Run) -> "Watched":
        """Take the hours after the warm-up out of the levels of a run, in order of pools, then hours."""
        first = int(np.ceil(scenario.horizon.warm_up_min / MINUTES_PER_HOUR))
        levels = run.levels[run.levels["hour"] >= first]
        columns = ["busy_min", "queue_min", "duty_min", "overtime_min"]
        starts = np.flatnonzero(np.diff(levels["hour"].to_numpy(), prepend=np.inf) <= 0)  # where a pool begins
        named = levels.iloc[starts]
        minutes = np.zeros((4, len(starts), int(levels["hour"].max()) - first + 1 if len(levels) else 0))
        pool = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(levels)))
        minutes[:, pool, levels["hour"].to_numpy(dtype=np.int64) - first] = levels[columns].to_numpy(dtype=float).T
        busy, queue, duty, overtime = minutes
        hospitals, codes = (tuple(map(str, named[name])) for name in ("hospital", "pool"))
        return cls(hospitals, codes, first, duty - overtime, busy + queue, busy, duty)

    @cached_property
    def ratio(self) -> FloatArray:
        """Return R = S / D by pool and hour; NaN where nothing is wanted."""
        return supply_over_demand(self.supply_min, self.demand_min)

    @cached_property
    def unmet_min(self) -> FloatArray:
        """Return the minutes wanted beyond the supply, by pool and hour."""
        return unmet(self.supply_min, self.demand_min)

    def rows_of(self, code: str) -> list[int]:
        """Return where the pools of one code stand."""
        return [row for row, pool in enumerate(self.pool) if pool == code]


def alert_table(scenario: Scenario, watched: Watched) -> pd.DataFrame:
    """Return one row an alert: hospital, pool, reason, first hour since time zero, hours, and the worst R or use."""
    used = used_share(watched.busy_min, watched.duty_min)
    found = alerts(watched.ratio, used, scenario.monitor.thresholds)
    rows = [
        (watched.hospital[one.row], watched.pool[one.row], one.reason, watched.first_hour + one.first_hour, *one[3:])
        for one in found
    ]
    types = dict(zip(ALERT_COLUMNS, ALERT_TYPES, strict=True))
    return pd.DataFrame(rows, columns=ALERT_COLUMNS).astype(types)  # typed where there is none, too


def road_km(scenario: Scenario) -> FloatArray:
    """Return kilometers of road between hospitals, shape (h, h): great circles, made longer by the road factor."""
    hospitals = scenario.city.hospitals
    north, east = (
        np.radians([getattr(hospital, name) for hospital in hospitals]) for name in ("latitude", "longitude")
    )
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    km: FloatArray = 2 * EARTH_KM * np.arcsin(np.sqrt(half)) * scenario.monitor.carbon.road_factor
    return km


def carbon_kg(scenario: Scenario, run: Run) -> Iterator[tuple[str, float]]:
    """Yield kg CO2e of what was shared after the warm-up: transfers, staff on the road, couriers, opened equipment."""
    factors, since_min = scenario.monitor.carbon, scenario.horizon.warm_up_min
    ids = [hospital.id for hospital in scenario.city.hospitals]
    km = road_km(scenario)
    moved = _done(run.transfers.reindex(columns=list(Transfer._fields)), since_min)
    yield "transfers", len(moved) * factors.transfer_kg
    loans = _done(run.loans.reindex(columns=list(Loan._fields)), since_min)
    ways = km[_places(loans["lender"], ids), _places(loans["borrower"], ids)]
    yield "staff", float(2 * (ways * loans["units"].to_numpy(dtype=float)).sum() * factors.car_kg_per_km)
    lots = _done(run.stock_moves.reindex(columns=list(StockMove._fields)), since_min)
    trips = lots.drop_duplicates(["time_min", "origin", "destination"])
    ways = km[_places(trips["origin"], ids), _places(trips["destination"], ids)]
    yield "couriers", float(2 * ways.sum() * factors.van_kg_per_km)
    yield "equipment", _opened_kwh(run, since_min, factors) * factors.grid_kg_per_kwh


def _done(rows: pd.DataFrame, since_min: float) -> pd.DataFrame:
    """Return what was carried out from a moment on."""
    return rows[(rows["time_min"] >= since_min) & (rows["refusal"] == "")]


def _places(names: "pd.Series[str]", ids: list[str]) -> list[int]:
    return [ids.index(str(name)) for name in names]


def _opened_kwh(run: Run, since_min: float, factors: CarbonFactors) -> float:
    """Return the energy of the hours opened."""
    opened = _done(run.openings.reindex(columns=list(Opening._fields)), since_min)
    power_kw = [factors.power_kw.get(str(code), factors.other_kw) for code in opened["pool"]]
    return float((np.array(power_kw) * opened["units"].to_numpy(dtype=float)).sum())
