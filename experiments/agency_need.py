"""Measure the hours that an agency would have to fill: how far staff on duty fall short of what the work needs.

For each whole shift t of `loans` after the warm-up, each hospital h and role r, let w[h, r, t] be the hours of work
asked for in the shift, as if nobody had waited or been moved, and d[h, r, t] the hours on duty: those of the rosters
and of guests, less those lent, without overtime. Staff who are to be busy for the share u of their time
(`monitor.agency_used_share`, assumption A-AGENCY-USE) must be there for w / u hours, so that

    need[r] = Σ_h Σ_t max(0, w[h, r, t] / u − d[h, r, t])

is what is missing: a shift with too many makes up for none with too few, neither elsewhere nor later. It is told for a
month of 365.25 / 12 days and for five hospitals, as a float pool of five emergency departments was reported:

    need[r] · month / (n_shifts · shift) · 5 / (hospitals that have the role)

Patients who wait from shifts before are no part of it, and neither is the road to where somebody is lent.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.forecasting.work import work_by_hour
from sim.cohort import Cohort
from sim.layout import Layout
from sim.loans import staff_roles
from sim.run import Run, drawn
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray, IntArray

Row = tuple[str, str, str, float]
DAYS_PER_MONTH = 365.25 / 12
HOSPITALS = 5
NAME = "agency_need_hours_per_month"


def with_agency_need(measures: pd.DataFrame, scenario: Scenario, run: Run, replication: Replication) -> pd.DataFrame:
    """Return the measures of a run, and the hours an agency would have to fill where a share of use is stated."""
    if scenario.monitor.agency_used_share is None:
        return measures
    rows = list(agency_rows(scenario, run, drawn(scenario, replication)))
    return pd.concat([measures, pd.DataFrame(rows, columns=list(measures.columns))], ignore_index=True)


def agency_rows(scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Row]:
    """Yield the need by role and in all; nothing where no shift lies wholly after the warm-up, or none is lent."""
    roles, shift_of_hour = staff_roles(scenario), _shifts(scenario)
    n_shifts = int(shift_of_hour.max(initial=-1)) + 1
    if not roles or not n_shifts:
        return
    work_min, _ = work_by_hour(scenario, Layout.of(scenario), cohort, roles)
    duty_min, has = _on_duty(scenario, run, roles)
    assert scenario.monitor.agency_used_share is not None
    needed_min = _by_shift(work_min, shift_of_hour) / scenario.monitor.agency_used_share
    missing_min = np.maximum(needed_min - _by_shift(duty_min, shift_of_hour), 0.0)
    hours = missing_min.sum(axis=(0, 2)) / MINUTES_PER_HOUR
    months = n_shifts * scenario.loans.shift_min / MINUTES_PER_DAY / DAYS_PER_MONTH
    need = hours / months * HOSPITALS / has.sum(axis=0)
    yield NAME, "all", "all", float(need.sum())
    for role, one in zip(roles, need.tolist(), strict=True):
        yield NAME, "pool", role, one


def _shifts(scenario: Scenario) -> IntArray:
    """Return the number of the shift that each hour begins in, from 0 on; -1 outside of whole observed shifts."""
    rules, horizon = scenario.loans, scenario.horizon
    first_min = rules.first_min + rules.lead_min
    first = np.ceil((horizon.warm_up_min - first_min) / rules.shift_min)
    last = (horizon.end_min - first_min) // rules.shift_min
    hours_min = np.arange(int(-(-horizon.end_min // MINUTES_PER_HOUR))) * MINUTES_PER_HOUR
    shift = np.floor((hours_min - first_min) / rules.shift_min)
    found: IntArray = np.where((shift >= first) & (shift < last), shift - first, -1).astype(np.int64)
    return found


def _by_shift(minutes: FloatArray, shift_of_hour: IntArray) -> FloatArray:
    """Add up minutes (h, r, n_hours) by shift, shape (h, r, n_shifts)."""
    starts = np.flatnonzero(np.diff(shift_of_hour, prepend=-1) > 0)
    observed = shift_of_hour >= 0
    sums: FloatArray = np.add.reduceat(np.where(observed, minutes, 0.0), starts, axis=2)
    return sums


def _on_duty(scenario: Scenario, run: Run, roles: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Return minutes on duty without overtime (h, r, n_hours), and which hospital has which role (h, r)."""
    hospitals = [hospital.id for hospital in scenario.city.hospitals]
    levels = run.levels[run.levels["pool"].isin(roles)]
    n_hours = int(levels["hour"].max()) + 1
    minutes = np.zeros((len(hospitals), len(roles), n_hours))
    h = pd.Categorical(levels["hospital"].astype(str), hospitals).codes
    r = pd.Categorical(levels["pool"].astype(str), roles).codes
    minutes[h, r, levels["hour"]] = levels["duty_min"] - levels["overtime_min"]
    has = np.array([[hospital.pool(role) is not None for role in roles] for hospital in scenario.city.hospitals])
    return minutes, has
