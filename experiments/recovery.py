"""Measure what an outage costs, against the very same patients without it, and how long it is felt."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.build import build
from experiments.measures import Visits
from experiments.settings import Settings
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY, BoolArray, FloatArray

WITHIN_SHARE = 0.1
WITHIN_MIN = 5.0
"""Waits are back when they are at most a tenth, or five minutes, above those of the same day without the outage."""
DAYS_RUNNING = 2

Row = tuple[str, str, str, float]


def with_recovery(
    measures: pd.DataFrame, settings: Settings, scenario: Scenario, run: Run, replication: Replication
) -> pd.DataFrame:
    """Return the measures of a run, and those that compare it with the same replication without closures, if any."""
    if not settings.closures:
        return measures
    calm_scenario, policies = build(replace(settings, closures=()))
    calm = simulate(calm_scenario, policies, replication, settings.run.engine)
    ends_min = max(one.window_min(scenario.horizon.warm_up_min)[1] for one in settings.closures)
    rows = pd.DataFrame(recovery_rows(scenario, run, calm, ends_min), columns=list(measures.columns))
    return pd.concat([measures, rows], ignore_index=True)


def recovery_rows(scenario: Scenario, run: Run, calm: Run, ends_min: float) -> Iterator[Row]:
    """Yield what an outage that ends at `ends_min` costs in waits and boarding, and for how many days it is felt."""
    since = scenario.horizon.warm_up_min
    seen, unseen = (Visits.of(scenario, one, since) for one in (run, calm))
    if not len(seen.patients) or not len(unseen.patients):
        return
    hospitals = [("all", "all"), *(("hospital", one.id) for one in scenario.city.hospitals)]
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    for dimension, level in hospitals:
        pair = [(visits, _at(visits, level)) for visits in (seen, unseen)]
        waits, boarded = zip(*((_wait(*one), _boarded_hours(*one)) for one in pair), strict=True)
        yield "extra_wait_min", dimension, level, waits[0] - waits[1]
        yield "extra_boarding_hours_per_day", dimension, level, (boarded[0] - boarded[1]) / days
        if ends_min < scenario.horizon.end_min:
            outage, without = (daily_wait(visits, some, ends_min, scenario.horizon.end_min) for visits, some in pair)
            yield "recovery_days", dimension, level, recovered_after(outage, without)


def _at(visits: Visits, level: str) -> BoolArray:
    at: BoolArray = visits.patients["hospital"].astype(str).to_numpy() == level
    return at | (level == "all")


def _wait(visits: Visits, some: BoolArray) -> float:
    known = visits.provider_wait_min[some & ~np.isnan(visits.provider_wait_min)]
    return float(known.mean()) if len(known) else np.nan


def _boarded_hours(visits: Visits, some: BoolArray) -> float:
    return float(visits.boarded_while_observed_min[some].sum() / 60.0)


def daily_wait(visits: Visits, some: BoolArray, from_min: float, end_min: float) -> FloatArray:
    """Return the mean wait of those who arrive on each whole day from a moment on, shape (n_days,); NaN for nobody."""
    n_days = int((end_min - from_min) // MINUTES_PER_DAY)
    day = np.floor((visits.patients["arrived"].to_numpy(dtype=float) - from_min) / MINUTES_PER_DAY)
    counted = some & (day >= 0) & (day < n_days) & ~np.isnan(visits.provider_wait_min)
    index = day[counted].astype(np.int64)
    sums = np.bincount(index, visits.provider_wait_min[counted], minlength=n_days)
    counts = np.bincount(index, minlength=n_days)
    means: FloatArray = np.divide(sums, counts, out=np.full(n_days, np.nan), where=counts > 0)
    return means


def recovered_after(outage_min: FloatArray, without_min: FloatArray) -> float:
    """Return the whole days before the first of two days running on which waits are back; all days if there are none.

    Args:
        outage_min: mean wait of each day after the outage; shape (n_days,).
        without_min: the same had there been no outage.
    """
    back = ~(outage_min > np.maximum(without_min * (1 + WITHIN_SHARE), without_min + WITHIN_MIN))
    for day in range(len(back) - DAYS_RUNNING + 1):
        if back[day : day + DAYS_RUNNING].all():
            return float(day)
    return float(len(back))
