"""Measure outliers: patients who lie in another ward than the one they waited for."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, FloatArray

Row = tuple[str, str, str, float]

OUTLIER_MEASURES = (
    Measure(
        "outliers",
        "Outliers",
        "patients",
        "Mean number of patients who lie in another ward than the one they waited for.",
        "lower",
        1,
    ),
    Measure("outliers_per_day", "New outliers", "patients/day", "Patients put into another ward.", "lower", 2),
    Measure("refused_beds_per_day", "Refused beds", "patients/day", "Beds given that were not to be had.", "lower", 2),
)


def outlier_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield how many lay in other wards after the warm-up; nothing where no policy decides about that."""
    if scenario.outliers is None:
        return
    since, until = scenario.horizon.warm_up_min, scenario.horizon.end_min
    days = (until - since) / MINUTES_PER_DAY
    rows = run.lodgings
    counted = rows[rows["time_min"] >= since]
    done = counted["refusal"] == ""
    yield "outliers_per_day", "all", "all", float(done.sum() / days)
    yield "refused_beds_per_day", "all", "all", float((~done).sum() / days)
    lodged = rows[rows["refusal"] == ""]
    minutes = np.clip(_left_min(run.patients, lodged, until), since, until)
    minutes -= np.clip(lodged["time_min"].to_numpy(dtype=float), since, until)
    yield "outliers", "all", "all", float(minutes.sum() / (until - since))
    for column, dimension in (("hospital", "hospital"), ("place", "pool")):
        for level, some in pd.Series(minutes).groupby(lodged[column].to_numpy(), observed=True):
            yield "outliers", dimension, str(level), float(some.sum() / (until - since))


def _left_min(patients: pd.DataFrame, lodged: pd.DataFrame, until: float) -> FloatArray:
    """Return when each outlier left the place, the end of the run for who is still there."""
    left_min = np.full(len(lodged), np.nan)
    marks, phases = patients.set_index("patient"), lodged["phase"].to_numpy()
    for phase in dict.fromkeys(phases):
        mine = phases == phase
        left_min[mine] = marks.loc[lodged["patient"][mine], f"{phase}_left"].to_numpy(dtype=float)
    return np.asarray(np.nan_to_num(left_min, nan=until))
