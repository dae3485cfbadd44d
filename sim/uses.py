"""Read from the marks which medicines were wanted, where and when, again and again while the world moves."""

from typing import NamedTuple

import numpy as np

from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Ended, Log
from sim.units import BoolArray, FloatArray, IntArray

Demands = dict[tuple[int, str], tuple[FloatArray, FloatArray]]
"""Moments and units, in order of time, by hospital and medicine."""


class _Use(NamedTuple):
    """Name what one step of one pathway uses; `started` counts the columns of steps with medicines."""

    pathway: int
    phase: int
    started: int
    medicines: tuple[tuple[str, float], ...]


class Uses:
    """Look at the steps with medicines of those patients who may still want some; a step wants them when it starts."""

    def __init__(self, layout: Layout, cohort: Cohort, log: Log) -> None:
        self._marks = np.frombuffer(log.marks).reshape(cohort.n_patients, len(layout.marks))
        self._hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(-1, len(layout.phases))
        self._ended = np.frombuffer(log.ended, dtype=np.uint8)
        self._pathway = cohort.pathway
        columns = sorted({layout.mark_index[name] for *_, name, _ in _steps(layout)})
        self._columns = np.array(columns, dtype=np.int64)
        self._uses = [
            _Use(p, layout.phase_index[phase], columns.index(layout.mark_index[name]), medicines)
            for p, phase, name, medicines in _steps(layout)
        ]
        mine = np.flatnonzero(np.isin(cohort.pathway, [use.pathway for use in self._uses]))
        known = np.isfinite(cohort.arrived_min[mine])  # nobody knows when somebody comes back
        self._inside = mine[~known]
        self._to_come = mine[known][np.argsort(cohort.arrived_min[mine[known]], kind="stable")]
        self._arrives_min = cohort.arrived_min[self._to_come]
        self._since_min = -np.inf

    def before(self, until_min: float) -> Demands:
        """Return what was wanted since the last call and before this moment, which is now or has passed."""
        n_new = int(np.searchsorted(self._arrives_min, until_min, side="right"))
        rows = np.concatenate((self._inside, self._to_come[:n_new]))
        self._to_come, self._arrives_min = self._to_come[n_new:], self._arrives_min[n_new:]
        started = self._marks[rows[:, None], self._columns]
        found = self._found(rows, started, (started >= self._since_min) & (started < until_min))
        self._inside, self._since_min = rows[~self._gone(rows, started, until_min)], until_min
        return found

    def _found(self, rows: IntArray, started: FloatArray, new: BoolArray) -> Demands:
        parts: dict[tuple[int, str], list[tuple[FloatArray, FloatArray]]] = {}
        for use in self._uses:
            mine = np.flatnonzero((self._pathway[rows] == use.pathway) & new[:, use.started])
            here, times = self._hospital_at[rows[mine], use.phase], started[mine, use.started]
            for h in np.unique(here).tolist():
                for medicine, units in use.medicines:
                    wanted = times[here == h]
                    parts.setdefault((h, medicine), []).append((wanted, np.full(len(wanted), units)))
        return {where: _in_time(some) for where, some in parts.items()}

    def _gone(self, rows: IntArray, started: FloatArray, until_min: float) -> BoolArray:
        """Mark those whose journey is over, and of whom no step is left to be read."""
        ended = self._ended[rows] % Ended.NOT_COME > 0
        gone: BoolArray = (ended | ~np.isnan(self._marks[rows, -1])) & ~(started >= until_min).any(axis=1)
        return gone


def _steps(layout: Layout) -> list[tuple[int, str, str, tuple[tuple[str, float], ...]]]:
    """List pathway, phase, mark and medicines of all steps that use some."""
    return [
        (p, phase.name, f"{phase.name}.{step.name}_started", step.medicines)
        for p, pathway in enumerate(layout.scenario.pathways)
        for phase in pathway.phases
        for step in phase.steps
        if step.medicines
    ]


def _in_time(parts: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    times, units = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    return times[order], units[order]
