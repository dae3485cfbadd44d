"""Lay out a scenario's pathways in columns: phases, step slots and marks that all patients share."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.pathway import Phase, Step
from sim.scenario import Scenario
from sim.units import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Name the columns of a cohort and of its marks.

    Phases and steps of the same name share a column over all pathways. Marks are `arrived`, for each phase with a
    place `<phase>_asked`, `<phase>_entered`, `<phase>_left`, for each slot `<phase>.<step>_started`, and `departed`.
    """

    scenario: Scenario
    phases: tuple[str, ...]
    slots: tuple[str, ...]
    marks: tuple[str, ...]
    pathway_of_condition: IntArray
    phase_index: dict[str, int]
    slot_index: dict[str, int]
    mark_index: dict[str, int]

    @classmethod
    def of(cls, scenario: Scenario) -> "Layout":
        """Make the layout of a scenario; names keep the order in which the pathways introduce them."""
        every = [phase for pathway in scenario.pathways for phase in pathway.phases]
        phases = _unique(phase.name for phase in every)
        slots = _unique(f"{phase.name}.{step.name}" for phase in every for step in phase.steps)
        marks = ["arrived"]
        for name in phases:
            if any(phase.place for phase in every if phase.name == name):
                marks += [f"{name}_asked", f"{name}_entered", f"{name}_left"]
            marks += [f"{slot}_started" for slot in slots if slot.startswith(f"{name}.")]
        marks.append("departed")
        names = [pathway.name for pathway in scenario.pathways]
        return cls(
            scenario,
            phases,
            slots,
            tuple(marks),
            pathway_of_condition=np.array([names.index(c.pathway) for c in scenario.conditions]),
            phase_index=_columns(phases),
            slot_index=_columns(slots),
            mark_index=_columns(marks),
        )

    def phases_by_name(self, pathways: IntArray) -> dict[str, list[tuple[int, Phase]]]:
        """Return for each phase name the pathways, among these, that have it."""
        found: dict[str, list[tuple[int, Phase]]] = {}
        for p in pathways:
            for phase in self.scenario.pathways[p].phases:
                found.setdefault(phase.name, []).append((int(p), phase))
        return found

    def steps_by_slot(self, pathways: IntArray) -> dict[str, list[tuple[int, Phase, Step]]]:
        """Return for each slot the pathways, among these, that have it."""
        found: dict[str, list[tuple[int, Phase, Step]]] = {}
        for p in pathways:
            for phase in self.scenario.pathways[p].phases:
                for step in phase.steps:
                    found.setdefault(f"{phase.name}.{step.name}", []).append((int(p), phase, step))
        return found


def _columns(names: Iterable[str]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
