"""Measure a run: numbers with a unit, a definition and a direction, from tables that the simulation left behind.

Emergency patients are those who come from a zone; they are counted when they arrive after the warm-up. Integrals over
time (hours of boarding, beds) count all that happens after the warm-up, whenever the patient arrived. A patient is
admitted when a place of a later phase is asked for while an emergency place is held; boarding lasts from then until
the emergency place is left. Who is still inside at the end is counted in integrals and in shares of arrivals and
admissions, and left out of means, quantiles and the share over four hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.bed_measures import bed_rows
from experiments.burden_measures import burden_rows
from experiments.control_measures import control_rows
from experiments.conveyance_measures import at_door, conveyance_rows
from experiments.equipment_measures import equipment_rows
from experiments.list_measures import list_rows
from experiments.loan_measures import figure_rows, loan_rows
from experiments.measure_list import DELAYED_AFTER_MIN, EMERGENCY, MEASURES, Measure
from experiments.medicine_measures import medicine_rows
from experiments.monitor_measures import monitor_rows, summed_rows
from experiments.outlier_measures import outlier_rows
from experiments.record_measures import record_rows
from experiments.roster_measures import roster_rows
from experiments.transfer_measures import surge_rows, transfer_rows
from experiments.triage_measures import triage_rows
from experiments.ward_measures import ward_rows
from sim.city import Kind
from sim.platform.monitor import gini
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, BoolArray, FloatArray

__all__ = ["MEASURES", "Measure", "measure_run"]

ADMITTED_DELAYED_PER_DEATH = 82.0  # P79
OVERTIME_PAY_PER_HOUR = 1.5 * 37.24  # P75, and half as much again, as is usual for overtime, USD
OVER_4H_MIN = 240.0  # P32

Row = tuple[str, str, str, float]
Groups = dict[str, BoolArray]


def measure_run(scenario: Scenario, run: Run) -> pd.DataFrame:
    """Return one row a measure, dimension and level: columns measure, dimension, level, value."""
    parts = (
        _visit_rows,
        _boarding_rows,
        _bed_rows,
        bed_rows,
        equipment_rows,
        conveyance_rows,
        surge_rows,
        transfer_rows,
        record_rows,
        medicine_rows,
        _untreated_rows,
        loan_rows,
        figure_rows,
        list_rows,
        outlier_rows,
        roster_rows,
        control_rows,
        ward_rows,
    )
    rows = [row for part in parts for row in part(scenario, run)]
    rows += [*monitor_rows(scenario, run), *summed_rows(rows), *burden_rows(scenario, run, rows)]
    return pd.DataFrame(rows, columns=["measure", "dimension", "level", "value"])


@dataclass(frozen=True)
class Visits:
    """Hold emergency patients of a run, observed from `start_min` to `end_min`."""

    patients: pd.DataFrame
    start_min: float
    end_min: float
    later_phases: tuple[str, ...]
    at_door_min: FloatArray

    @classmethod
    def of(cls, scenario: Scenario, run: Run, since_min: float) -> "Visits":
        """Take the emergency patients out of a run who arrived at `since_min` or later."""
        counted = (run.patients["arrived"] >= since_min) & run.patients["zone"].notna()
        patients = run.patients[counted]
        horizon, at_door_min = scenario.horizon, at_door(scenario, patients)
        return cls(patients, horizon.warm_up_min, horizon.end_min, _later_phases(scenario), at_door_min)

    def mark(self, name: str) -> FloatArray:
        """Return a column of moments, all NaN when the scenario has no such mark."""
        if name not in self.patients:
            return np.full(len(self.patients), np.nan)
        return self.patients[name].to_numpy(dtype=float)

    @cached_property
    def provider_wait_min(self) -> FloatArray:
        """Return the minutes from the door to the first step at the emergency place, whichever step that is."""
        steps = [self.mark(str(name)) for name in self.patients if str(name).startswith(f"{EMERGENCY}.")]
        first: FloatArray = np.fmin.reduce([np.full(len(self.patients), np.nan), *steps])
        return first - self.at_door_min

    @cached_property
    def stay_min(self) -> FloatArray:
        """Return the emergency department length of stay, boarding included."""
        return self.mark(f"{EMERGENCY}_left") - self.at_door_min

    @cached_property
    def decided_min(self) -> FloatArray:
        """Return the moment of the admission decision; NaN for those not admitted."""
        asked = [self.mark(f"{phase}_asked") for phase in self.later_phases]
        decided = np.fmin.reduce([np.full(len(self.patients), np.nan), *asked])
        return np.where(np.isnan(self.mark(f"{EMERGENCY}_entered")), np.nan, decided)

    @cached_property
    def boarding_min(self) -> FloatArray:
        """Return the minutes of boarding; NaN for those not admitted or still boarding."""
        return self.mark(f"{EMERGENCY}_left") - self.decided_min

    @cached_property
    def boarded_while_observed_min(self) -> FloatArray:
        """Return the minutes of boarding between `start_min` and `end_min`, 0 for those not admitted."""
        left = np.where(np.isnan(self.mark(f"{EMERGENCY}_left")), self.end_min, self.mark(f"{EMERGENCY}_left"))
        boarded: FloatArray = np.maximum(left - np.maximum(self.decided_min, self.start_min), 0.0)
        return np.nan_to_num(boarded)

    @cached_property
    def in_emergency_so_far_min(self) -> FloatArray:
        """Return the minutes since arrival until leaving the emergency place, or the end of the run."""
        left = self.mark(f"{EMERGENCY}_left")
        return np.where(np.isnan(left), self.end_min, left) - self.at_door_min

    def groups(self, *dimensions: str) -> Iterator[tuple[str, str, BoolArray]]:
        """Yield dimension, level and the patients that belong to it, for `all` and each dimension named."""
        yield "all", "all", np.ones(len(self.patients), dtype=np.bool_)
        columns = {"hospital": "hospital", "acuity": "acuity_true", "zone": "zone", "condition": "condition"}
        for dimension in (name for name in dimensions if columns[name] in self.patients):
            values = self.patients[columns[dimension]]
            codes, levels = pd.factorize(values, sort=True)
            for code, level in enumerate(levels):
                yield dimension, str(level), codes == code


def _later_phases(scenario: Scenario) -> tuple[str, ...]:
    """Return the phases with a place that stand behind the emergency phase of some pathway, in order."""
    later: dict[str, None] = {}
    for phases in (pathway.phases for pathway in scenario.pathways):
        names = [phase.name for phase in phases]
        behind = phases[names.index(EMERGENCY) + 1 :] if EMERGENCY in names else ()
        later |= dict.fromkeys(phase.name for phase in behind if phase.place)
    return tuple(later)


def _mean(values: FloatArray) -> float:
    """Return the mean of what is known; NaN when nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _p90(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(np.quantile(known, 0.9)) if len(known) else np.nan


def _share(hits: BoolArray, among: BoolArray) -> float:
    return float(hits[among].mean()) if among.any() else np.nan


def _visit_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    visits = Visits.of(scenario, run, scenario.horizon.warm_up_min)
    if not len(visits.patients):
        return
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    outcome = visits.patients["outcome"].to_numpy()
    left_unseen, inside = outcome == "left_unseen", outcome == "inside"
    admitted = ~np.isnan(visits.decided_min)
    settled = ~np.isnan(visits.stay_min)
    for dimension, level, mine in visits.groups("hospital", "acuity", "zone"):
        for name, values in (
            ("wait_for_provider_min", visits.provider_wait_min),
            ("ed_los_min", visits.stay_min),
            ("boarding_min", visits.boarding_min),
        ):
            yield name, dimension, level, _mean(values[mine])
        yield "lwbs_share", dimension, level, float(left_unseen[mine].mean())
    for dimension, level, mine in visits.groups("condition"):
        if dimension == "condition":
            yield "wait_for_provider_min", dimension, level, _mean(visits.provider_wait_min[mine])
    for dimension, level, mine in visits.groups("hospital", "acuity"):
        yield "wait_for_provider_p90_min", dimension, level, _p90(visits.provider_wait_min[mine])
        yield "ed_los_p90_min", dimension, level, _p90(visits.stay_min[mine])
        yield "over_4h_share", dimension, level, _share(visits.stay_min > OVER_4H_MIN, mine & settled)
        delayed = admitted & (visits.in_emergency_so_far_min > DELAYED_AFTER_MIN)
        yield "delayed_admissions_share", dimension, level, _share(delayed, mine & admitted)
        deaths = delayed[mine].sum() / ADMITTED_DELAYED_PER_DEATH / days
        yield "expected_delay_deaths_per_day", dimension, level, float(deaths)
        yield "arrivals_per_day", dimension, level, float(mine.sum() / days)
        yield "admissions_per_day", dimension, level, float(admitted[mine].sum() / days)
    yield from triage_rows(scenario, visits.patients, visits.provider_wait_min)
    yield "censored_share", "all", "all", float((inside & np.isnan(visits.mark(f"{EMERGENCY}_left"))).mean())
    by_hospital = [_mean(visits.boarding_min[mine]) for kind, _, mine in visits.groups("hospital") if kind != "all"]
    yield "boarding_gini", "all", "all", gini(np.array(by_hospital))


def _boarding_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the hours of boarding after the warm-up, also of those who arrived before it ended."""
    visits = Visits.of(scenario, run, -np.inf)  # those of a census came before the run began
    if not len(visits.patients):
        return
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    for dimension, level, mine in visits.groups("hospital", "acuity", "zone"):
        hours = visits.boarded_while_observed_min[mine].sum() / MINUTES_PER_HOUR
        yield "boarding_hours_per_day", dimension, level, float(hours / days)


def _bed_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield what the hourly levels say after the warm-up: occupancy, utilization, supply against demand."""
    levels = run.levels[run.levels["hour"] * MINUTES_PER_HOUR >= scenario.horizon.warm_up_min]
    kinds = {pool.code: pool.kind for hospital in scenario.city.hospitals for pool in hospital.pools}
    for code, sums in levels.groupby("pool")[["busy_min", "duty_min"]].sum().iterrows():
        if sums["duty_min"] > 0:
            yield "utilization", "pool", str(code), float(sums["busy_min"] / sums["duty_min"])
    yield from _overtime_rows(levels[levels["pool"].map(kinds).eq(Kind.STAFF)], scenario)
    beds = levels[levels["pool"].map(kinds).eq(Kind.PLACE) & levels["pool"].isin(bed_codes(scenario))]
    by_hospital = beds.groupby("hospital")[["busy_min", "queue_min", "duty_min", "overtime_min"]].sum()
    for dimension, level, sums in [
        ("all", "all", by_hospital.sum()),
        *(("hospital", str(hospital), sums) for hospital, sums in by_hospital.iterrows()),
    ]:
        staffed = sums["duty_min"] - sums["overtime_min"]
        demand = sums["busy_min"] + sums["queue_min"]
        if staffed > 0:
            yield "bed_occupancy", dimension, level, float(sums["busy_min"] / staffed)
        if demand > 0:
            yield "bed_supply_demand_ratio", dimension, level, float(staffed / demand)


def _overtime_rows(levels: pd.DataFrame, scenario: Scenario) -> Iterator[Row]:
    """Yield overtime and its cost by role, from the levels of staff."""
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    for code, minutes in levels.groupby("pool")["overtime_min"].sum().items():
        hours_per_day = float(minutes) / MINUTES_PER_HOUR / days
        yield "overtime_hours_per_day", "pool", str(code), hours_per_day
        yield "overtime_cost_per_day", "pool", str(code), hours_per_day * OVERTIME_PAY_PER_HOUR


def _untreated_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the share of patients who were not treated, by reason; a reason that never occurs has no row."""
    patients = run.patients[~(run.patients["arrived"] < scenario.horizon.warm_up_min)]
    for reason, n in patients["outcome"].value_counts().items():
        if n and reason not in ("inside", "departed"):
            yield "not_treated_share", "reason", str(reason), float(n) / len(patients)


def bed_codes(scenario: Scenario) -> set[str]:
    """Return the codes of places that patients can be transferred to."""
    phases = [phase for pathway in scenario.pathways for phase in pathway.phases]
    return {phase.place for phase in phases if phase.place and phase.transferable}
