"""Follow a run hour by hour from its first minute, warm-up included, so that one sees whether it settles.

`bed_occupancy` is beds in use over staffed beds; `waiting_patients` counts those who wait for a place, on average over
the hour; `wait_for_provider_min` and `ed_los_min` are means of those who arrived in the hour, NaN where nobody did.
"""

import numpy as np
import pandas as pd

from experiments.measures import Visits, bed_codes
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_HOUR, FloatArray

SERIES_OF = {
    "bed_occupancy": ("bed_occupancy",),
    "waiting_patients": ("boarding_hours_per_day", "boarding_min"),
    "wait_for_provider_min": ("wait_for_provider_min", "wait_for_provider_p90_min"),
    "ed_los_min": ("ed_los_min", "ed_los_p90_min"),
}
"""The series that are followed, and the measures that have a steady state when theirs does."""


def hourly_series(scenario: Scenario, run: Run) -> pd.DataFrame:
    """Return the columns measure, hour (from 0) and value, sorted by measure as in `SERIES_OF` and hour."""
    n_hours = int(-(-scenario.horizon.end_min // MINUTES_PER_HOUR))
    beds = run.levels[run.levels["pool"].isin(bed_codes(scenario))]
    busy, queue, duty, overtime = (_by_hour(beds, name, n_hours) for name in ("busy", "queue", "duty", "overtime"))
    visits = Visits.of(scenario, run, 0.0)
    hour = np.minimum((visits.patients["arrived"] // MINUTES_PER_HOUR).to_numpy(dtype=np.int64), n_hours - 1)
    found = {
        "bed_occupancy": _ratio(busy, duty - overtime),
        "waiting_patients": queue / MINUTES_PER_HOUR,
        "wait_for_provider_min": _mean_by_hour(visits.provider_wait_min, hour, n_hours),
        "ed_los_min": _mean_by_hour(visits.stay_min, hour, n_hours),
    }
    frames = [pd.DataFrame({"measure": k, "hour": np.arange(n_hours), "value": v}) for k, v in found.items()]
    return pd.concat(frames, ignore_index=True)


def _by_hour(levels: pd.DataFrame, name: str, n_hours: int) -> FloatArray:
    minutes = levels[f"{name}_min"].to_numpy(dtype=np.float64)
    return np.bincount(levels["hour"].to_numpy(), minutes, minlength=n_hours)[:n_hours].astype(np.float64)


def _mean_by_hour(values: FloatArray, hour: "np.ndarray[tuple[int], np.dtype[np.int64]]", n_hours: int) -> FloatArray:
    known = np.isfinite(values)
    sums = np.bincount(hour[known], values[known], minlength=n_hours).astype(np.float64)
    return _ratio(sums, np.bincount(hour[known], minlength=n_hours).astype(np.float64))


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    found: FloatArray = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return found
