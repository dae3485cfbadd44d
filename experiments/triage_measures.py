"""Measure how triage errs, and who waits for it: critical patients, others, and groups of patients."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.scenario import Scenario
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray

CRITICAL_ACUITY = 2
ATTRIBUTE = "attribute."

Row = tuple[str, str, str, float]

TRIAGE_MEASURES = (
    Measure("undertriage_share", "Under-triage", "share", "Assigned less urgent than true.", "lower", 3),
    Measure("overtriage_share", "Over-triage", "share", "Assigned more urgent than true.", "lower", 3),
    Measure(
        "critical_found_share",
        "Critical patients found",
        "share",
        "Sensitivity: share assigned acuity 1 or 2, of patients whose true acuity is 1 or 2.",
        "higher",
        3,
    ),
    Measure(
        "false_alarm_share",
        "False alarms",
        "share",
        "Share assigned acuity 1 or 2, of patients whose true acuity is 3 to 5: 1 less the specificity.",
        "lower",
        3,
    ),
    Measure(
        "critical_wait_min",
        "Door to provider, critical patients",
        "min",
        "Mean time from arrival to the first step of care, of patients whose true acuity is 1 or 2.",
        "lower",
        1,
    ),
    Measure(
        "other_wait_min",
        "Door to provider, other patients",
        "min",
        "Mean time from arrival to the first step of care, of patients whose true acuity is 3 to 5.",
        "lower",
        1,
    ),
    Measure(
        "group_wait_gap_min",
        "Gap between groups",
        "min",
        "Mean time to the first step of care of the group that waits longest less that of the one that waits shortest, "
        "each weighted to the true acuity of all patients. Chance alone leaves some gap.",
        "lower",
        1,
    ),
)


def triage_rows(scenario: Scenario, patients: pd.DataFrame, wait_min: FloatArray) -> Iterator[Row]:
    """Yield the measures of n emergency patients, (n,) minutes until care (NaN for none), in all and by group.

    Groups are the options of every attribute; the gap is the greatest of attributes that change what the door shows.
    """
    assigned, true = (patients[name].to_numpy() for name in ("acuity", "acuity_true"))
    for dimension, level, mine in [("all", "all", np.ones(len(true), dtype=np.bool_)), *groups(patients)]:
        critical = true <= CRITICAL_ACUITY
        yield "undertriage_share", dimension, level, _mean(assigned > true, mine)
        yield "overtriage_share", dimension, level, _mean(assigned < true, mine)
        yield "critical_found_share", dimension, level, _mean(assigned <= CRITICAL_ACUITY, mine & critical)
        yield "false_alarm_share", dimension, level, _mean(assigned <= CRITICAL_ACUITY, mine & ~critical)
        yield "critical_wait_min", dimension, level, _mean(wait_min, mine & critical)
        yield "other_wait_min", dimension, level, _mean(wait_min, mine & ~critical)
    shown = sorted({shift.attribute for shift in scenario.case_mix.shifts})
    gaps = [_gap_min(name, patients, wait_min) for name in shown]
    if gaps:
        yield "group_wait_gap_min", "all", "all", max(gaps)


def groups(patients: pd.DataFrame) -> Iterator[tuple[str, str, BoolArray]]:
    """Yield attribute, option and the patients who have it."""
    for name in _attributes(patients):
        column = patients[f"{ATTRIBUTE}{name}"]
        for option in column.cat.categories:
            yield name, str(option), (column == option).to_numpy()


def _attributes(patients: pd.DataFrame) -> list[str]:
    return [str(name).removeprefix(ATTRIBUTE) for name in patients if str(name).startswith(ATTRIBUTE)]


def _gap_min(attribute: str, patients: pd.DataFrame, wait_min: FloatArray) -> float:
    """Return by how much the options of an attribute differ in their waits at equal true acuity."""
    true = patients["acuity_true"].to_numpy()
    alike = [_at_equal_acuity(wait_min, true, mine) for name, _, mine in groups(patients) if name == attribute]
    return max(alike) - min(alike)


def _at_equal_acuity(wait_min: FloatArray, true: IntArray, mine: BoolArray) -> float:
    """Return the mean wait of a group if its true acuity were that of all (direct standardization)."""
    share = np.bincount(true, minlength=ACUITIES + 1)[1:] / len(true)
    waits = np.array([_mean(wait_min, mine & (true == acuity)) for acuity in range(1, ACUITIES + 1)])
    return float(share[share > 0] @ waits[share > 0])


def _mean(values: FloatArray | BoolArray, among: BoolArray) -> float:
    """Return the mean of what is known of some; NaN when nothing is."""
    known = np.asarray(values, dtype=float)[among]
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")
