"""Judge the sharing of beds: how much longer patients waited for beds than they had to, had all stays been known.

An episode is a day. Its cost are the hours that patients wait for a bed, of every kind of bed k that comes after an
emergency place; a[k] are the moments at which patients asked for a bed, and how long they then needed it. No
sharing lets a patient leave before asking and needing are over, so that at any moment at least N[k] patients are
there, who asked no longer ago than they need a bed, as if beds had no end (an infinite-server queue). At most c[k] of
them lie in the staffed beds of all who share, which gives, hour by hour,

    waiting[k] ≥ max(0, ∫ N[k] dt − ∫ c[k] dt)

It holds for every policy of transfers, with any order of patients and without any minute on the road. Hospitals that
take no part have beds of their own only.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.hindsight.base import Episode, Hindsight
from experiments.measure_list import EMERGENCY
from sim.cohort import Cohort
from sim.layout import Layout
from sim.pathway import Phase
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray

HOURS_PER_DAY = 24


class TransferHindsight(Hindsight):
    """Judge every day of waiting for beds, by kind of bed, in patient-hours a day."""

    seat = "transfer"
    dimension = "pool"

    def applies(self, scenario: Scenario, run: Run) -> bool:
        """Say whether beds are shared by terms that do not change, and no place stands in for another."""
        seats = set(run.decisions.get("seat", ()))
        return "transfer" in seats and not scenario.agreements and scenario.outliers is None

    def levels(self, scenario: Scenario) -> tuple[str, ...]:
        """Name the kinds of beds."""
        return tuple(dict.fromkeys(str(phase.place) for phase in bed_phases(scenario)))

    def episodes(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Episode]:
        """Yield every whole day after the warm-up."""
        kinds = self.levels(scenario)
        if not kinds:
            return
        priced = [_by_hour(scenario, run, cohort, kind) for kind in kinds]
        cost, bound = (np.stack(one, axis=1) for one in zip(*priced, strict=True))
        first = int(np.ceil(scenario.horizon.warm_up_min / MINUTES_PER_DAY))
        for day in range(first, int(scenario.horizon.end_min // MINUTES_PER_DAY)):
            hours = slice(day * HOURS_PER_DAY, (day + 1) * HOURS_PER_DAY)
            yield Episode(day * MINUTES_PER_DAY, cost[hours].sum(axis=0), bound[hours].sum(axis=0))


def bed_phases(scenario: Scenario) -> list[Phase]:
    """Return the phases with a bed that come after an emergency place on some pathway, each name once."""
    behind: dict[str, Phase] = {}
    for pathway in scenario.pathways:
        names = [phase.name for phase in pathway.phases]
        after = pathway.phases[names.index(EMERGENCY) + 1 :] if EMERGENCY in names else ()
        behind |= {phase.name: phase for phase in after if phase.place}
    return list(behind.values())


def _by_hour(scenario: Scenario, run: Run, cohort: Cohort, kind: str) -> tuple[FloatArray, FloatArray]:
    """Return the hours waited for a kind of bed in each hour of the run, and their bound; both shape (n_hours,)."""
    levels = run.levels[run.levels["pool"] == kind]
    sharing = {hospital.id: hospital.id if not hospital.agreed else "" for hospital in scenario.city.hospitals}
    stays = needed(scenario, run, cohort, kind)
    n_hours = int(run.levels["hour"].max()) + 1
    waited, bound = np.zeros(n_hours), np.zeros(n_hours)
    group = levels["hospital"].astype(str).map(sharing)
    for one, mine in levels.groupby(group.to_numpy()):
        by_hour = mine.groupby("hour")[["queue_min", "duty_min"]].sum().reindex(range(n_hours), fill_value=0.0)
        here = stays[stays["hospital"].astype(str).map(sharing) == one]
        there = in_hours(here["asked"].to_numpy(dtype=float), here["until"].to_numpy(dtype=float), n_hours)
        waited += by_hour["queue_min"].to_numpy(dtype=float)
        bound += np.maximum(there - by_hour["duty_min"].to_numpy(dtype=float), 0.0)
    return waited / MINUTES_PER_HOUR, bound / MINUTES_PER_HOUR


def needed(scenario: Scenario, run: Run, cohort: Cohort, kind: str) -> pd.DataFrame:
    """Return who asked for a kind of bed: hospital, when, and until when they had to be there at least.

    Who left while waiting is left out.
    """
    layout, patients = Layout.of(scenario), run.patients
    rows = patients["patient"].to_numpy(dtype=np.int64)
    found: list[pd.DataFrame] = []
    for pathway in scenario.pathways:
        mine = cohort.pathway[rows] == scenario.pathways.index(pathway)
        for phase in pathway.phases:
            if phase.place == kind:
                columns = [layout.slot_index[f"{phase.name}.{step.name}"] for step in phase.steps]
                minutes = np.maximum(cohort.minutes[rows[mine]][:, columns], 0.0).sum(axis=1)
                asked, entered = (patients.loc[mine, f"{phase.name}_{mark}"] for mark in ("asked", "entered"))
                until = np.minimum(asked + minutes, scenario.horizon.end_min)
                gone = entered.isna() & (patients.loc[mine, "outcome"] != "inside")
                stays = pd.DataFrame({"hospital": patients.loc[mine, "hospital"], "asked": asked, "until": until})
                found.append(stays[asked.notna() & ~gone])
    return pd.concat(found)


def in_hours(since: FloatArray, until: FloatArray, n_hours: int) -> FloatArray:
    """Integrate how many are there, from `since` to `until`, over each hour; minutes, shape (n_hours,)."""
    edges = np.arange(n_hours + 1) * MINUTES_PER_HOUR
    total = np.array([_passed(since, edge) - _passed(until, edge) for edge in edges])
    return np.diff(total)


def _passed(moments: FloatArray, edge: float) -> float:
    """Add up how long ago, at an edge, moments are that have passed."""
    return float(np.maximum(edge - moments, 0.0).sum())
