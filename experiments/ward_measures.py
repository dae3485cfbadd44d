"""Measure the work of nurses of wards where a scenario says how patients are nursed (`lists.wards`).

A patient is as much work as so many ordinary ones, more on the first days after coming from a list; what nurses on the
roster can take follows from the patients that one of them should have.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray
from sim.ward_rules import WardRules

Row = tuple[str, str, str, float]
HOURS_PER_DAY = 24

WARD_MEASURES = (
    Measure(
        "nursing_peak_share",
        "Peaks of nurses' work",
        "share",
        "Greatest work of a ward's nurses in any hour of a week, over what those on the roster should have; mean over "
        "wards and weeks.",
        "lower",
        3,
        "P72",
    ),
    Measure(
        "nursing_excess_hours_per_day",
        "Nurses' work beyond measure",
        "h/day",
        "Hours of nurses that the work of wards takes beyond those on the roster, hour by hour, summed over wards.",
        "lower",
        1,
        "P72",
    ),
)


def ward_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield peaks and excess of nurses' work after the warm-up; nothing where no nursing is described."""
    wards = scenario.lists.wards
    if wards is None or not wards.nursing:
        return
    first = int(scenario.horizon.warm_up_min // MINUTES_PER_HOUR)
    peaks, excess = [], []
    for hospital in scenario.city.hospitals:
        for place, nursing in wards.nursing.items():
            nurses = _hours(run.levels, hospital.id, nursing.nurses, "duty_min")
            patients = _hours(run.levels, hospital.id, place, "busy_min")
            if not len(nurses) or not len(patients):
                continue
            load = patients + _extra(scenario, wards, run, (hospital.id, place), len(patients))
            peaks.append(_weekly_peak(load[first:] / np.maximum(nursing.patients_each * nurses[first:], 1e-9)))
            beyond = np.maximum(load - nursing.patients_each * nurses, 0.0)[first:] / nursing.patients_each
            excess.append(float(beyond.mean()) * HOURS_PER_DAY)
            yield "nursing_peak_share", "hospital and place", f"{hospital.id} {place}", peaks[-1]
    if peaks:
        yield "nursing_peak_share", "all", "all", float(np.mean(peaks))
        yield "nursing_excess_hours_per_day", "all", "all", float(np.sum(excess))


def _hours(levels: pd.DataFrame, hospital: str, pool: str, column: str) -> FloatArray:
    """Return the mean number in each hour of the run, (n_hours,); empty where there is no such pool."""
    mine = levels[(levels["hospital"] == hospital) & (levels["pool"] == pool)].sort_values("hour")
    return mine[column].to_numpy(dtype=float) / MINUTES_PER_HOUR


def _weekly_peak(share: FloatArray) -> float:
    """Return the mean over weeks, the last one perhaps shorter, of the greatest share."""
    return float(np.mean([share[i : i + HOURS_PER_WEEK].max() for i in range(0, len(share), HOURS_PER_WEEK)]))


def _extra(scenario: Scenario, wards: WardRules, run: Run, where: tuple[str, str], n_hours: int) -> FloatArray:
    """Return what patients from lists add in each hour in a place, beyond one ordinary patient each, (n_hours,)."""
    came = run.lists[run.lists["hospital"].astype(str) == where[0]][["patient", "came_min"]].dropna()
    joined = came.merge(run.patients, on="patient")
    phases = {phase.name for pathway in scenario.pathways for phase in pathway.phases if phase.place == where[1]}
    added = np.zeros(n_hours)
    for phase in sorted(phases):
        entered, left = (joined[f"{phase}_{mark}"].to_numpy(dtype=float) for mark in ("entered", "left"))
        left = np.where(np.isnan(left), scenario.horizon.end_min, left)
        for day, load in enumerate(wards.load_by_day):
            since = joined["came_min"].to_numpy(dtype=float) + day * MINUTES_PER_DAY
            until = since + MINUTES_PER_DAY if day < len(wards.load_by_day) - 1 else np.full(len(since), np.inf)
            spells = np.fmax(entered, since), np.fmin(left, until)
            real = ~np.isnan(entered)
            added += (load - 1.0) * _inside(spells[0][real], spells[1][real], n_hours)
    return added


def _inside(since: FloatArray, until: FloatArray, n_hours: int) -> FloatArray:
    """Return how many of these spells hold on average in each hour, (n_hours,)."""
    edges = np.arange(n_hours + 1) * MINUTES_PER_HOUR
    real = until > since
    passed = np.zeros(n_hours + 1)
    for moments, sign in ((since[real], 1.0), (until[real], -1.0)):
        order = np.sort(moments)
        upto, sums = np.searchsorted(order, edges), np.concatenate([[0.0], np.cumsum(order)])
        passed += sign * (edges * upto - sums[upto])
    hourly: FloatArray = np.diff(passed) / MINUTES_PER_HOUR
    return hourly
