"""Observe in one replication what public sources know of a city."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.measures import Visits
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray

QUANTITIES = ("bed_occupancy_mean", "bed_occupancy_sd", "bed_supply_demand_ratio", "ed_stay_median_min", "lwbs_share")
HOURS_PER_DAY, HOURS_PER_WEEK = 24, 168


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Hold what was observed after the warm-up.

    `quantities` (n_quantities,) follow `QUANTITIES`; `occupancy` and `visits_per_week` (n_hospitals,) the hospitals of
    the city; `hourly_share` (24,) are emergency arrivals by hour of the day, which sum to 1.
    """

    quantities: FloatArray
    occupancy: FloatArray
    visits_per_week: FloatArray
    hourly_share: FloatArray


def observe(scenario: Scenario, run: Run, first_hour: int = 0) -> Observed:
    """Return what a run shows; `first_hour` is the hour of the day at time zero.

    Occupancy is occupied over staffed bed time of the places that patients may be transferred to, by hospital and
    week (as P60 counts); its spread is over all hospitals and weeks. R is staffed bed time over that occupied or
    waited for (P61). Emergency patients are those who come from a zone; stays are those of patients who have left.
    """
    visits = Visits.of(scenario, run, scenario.horizon.warm_up_min)
    beds = _bed_minutes(scenario, run)
    by_week = beds.groupby(["hospital", "week"], observed=True)[["busy", "staffed"]].sum()
    weekly = (by_week["busy"] / by_week["staffed"]).to_numpy()
    total = beds[["busy", "queue", "staffed"]].sum()
    unseen = (visits.patients["outcome"] == "left_unseen").to_numpy()
    quantities = [
        weekly.mean(),
        weekly.std(ddof=1) if len(weekly) > 1 else 0.0,
        total["staffed"] / (total["busy"] + total["queue"]),
        np.nanmedian(visits.stay_min),
        unseen.mean(),
    ]
    hours = (visits.patients["arrived"].to_numpy() // MINUTES_PER_HOUR + first_hour).astype(np.int64) % HOURS_PER_DAY
    counts = np.bincount(hours, minlength=HOURS_PER_DAY)
    names = [hospital.id for hospital in scenario.city.hospitals]
    own = beds.groupby("hospital", observed=True)[["busy", "staffed"]].sum().reindex(names)
    arrivals = visits.patients["hospital"].value_counts().reindex(names, fill_value=0).to_numpy()
    weeks = scenario.horizon.measured_min / MINUTES_PER_WEEK
    return Observed(
        np.array(quantities, dtype=float),
        (own["busy"] / own["staffed"]).to_numpy(dtype=float),
        arrivals / weeks,
        counts / counts.sum(),
    )


def _bed_minutes(scenario: Scenario, run: Run) -> pd.DataFrame:
    """Return minutes of beds by hospital and whole week after the warm-up: busy, queue, staffed."""
    codes = {p.place for pathway in scenario.pathways for p in pathway.phases if p.place and p.transferable}
    since = run.levels["hour"] * MINUTES_PER_HOUR - scenario.horizon.warm_up_min
    kept = run.levels[(since >= 0) & run.levels["pool"].isin(codes)]
    n_weeks = max(1, int(scenario.horizon.measured_min // MINUTES_PER_WEEK))
    return pd.DataFrame(
        {
            "hospital": kept["hospital"].astype(str),
            "week": np.minimum(since[kept.index] // (7 * MINUTES_PER_DAY), n_weeks - 1),
            "busy": kept["busy_min"],
            "queue": kept["queue_min"],
            "staffed": kept["duty_min"] - kept["overtime_min"],
        }
    )
