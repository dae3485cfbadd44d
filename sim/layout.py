"""Lay out a scenario's pathways in columns: phases, step slots and marks that all patients share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.pathway import Phase, Step
from sim.scenario import Scenario
from sim.units import IntArray, one_on_grid


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Name the columns of a cohort and of its marks.

    Phases and steps of the same name share a column over all pathways. Marks are `arrived`, for each phase with a
    place `<phase>_asked`, `<phase>_entered`, `<phase>_left`, for each step `<phase>.<step>_started`, and `departed`.
    Where the place is ready before the patient has moved in there is `<phase>_ready`; where a step may end later than
    its drawn duration says there is `<phase>.<step>_ended`; where illness may grow worse there is `worsened`.
    """

    scenario: Scenario
    phases: tuple[str, ...]
    slots: tuple[str, ...]
    marks: tuple[str, ...]
    pathway_of_condition: IntArray
    phase_index: dict[str, int]
    slot_index: dict[str, int]
    mark_index: dict[str, int]
    set_up_codes: frozenset[str]

    @classmethod
    def of(cls, scenario: Scenario) -> "Layout":
        """Make the layout of a scenario; names keep the order in which the pathways introduce them."""
        every = [phase for pathway in scenario.pathways for phase in pathway.phases]
        phases = _unique(phase.name for phase in every)
        slots = _unique(f"{phase.name}.{part.name}" for phase in every for part in phase.parts)
        marks = ["arrived"]
        for name in phases:
            marks += _marks_of(name, [phase for phase in every if phase.name == name], scenario.city.interruptible)
        if any(phase.may_worsen for phase in every):
            marks.append("worsened")
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
            set_up_codes=frozenset(
                code for phase in every for step in phase.steps if step.set_up for code in step.needs
            ),
        )

    def is_plain(self, step: Step) -> bool:
        """Say whether a step waits for its units, holds them for its drawn duration, and that is all."""
        late = ends_late(step, self.scenario.city.interruptible)
        return not (
            late or step.or_needs or step.cleaning or step.travels or self.set_up_codes.intersection(step.needs)
        )

    def way_min(self, hospital: int, step: Step, choice: tuple[str, ...]) -> float:
        """Return the minutes there and back of a patient of a hospital who is treated with these units, on the grid."""
        city = self.scenario.city
        ids = [other.id for other in city.hospitals]
        elsewhere = [ids.index(code.partition("@")[2]) for code in choice if "@" in code] if step.travels else []
        return one_on_grid(2.0 * max((float(city.travel_min[hospital, other]) for other in elsewhere), default=0.0))

    def phases_by_name(self, pathways: Iterable[int]) -> dict[str, list[tuple[int, Phase]]]:
        """Return for each phase name the pathways, among these, that have it."""
        found: dict[str, list[tuple[int, Phase]]] = {}
        for p in pathways:
            for phase in self.scenario.pathways[p].phases:
                found.setdefault(phase.name, []).append((int(p), phase))
        return found

    def steps_by_slot(self, pathways: Iterable[int]) -> dict[str, list[tuple[int, Phase, Step]]]:
        """Return for each slot the pathways, among these, that have it."""
        found: dict[str, list[tuple[int, Phase, Step]]] = {}
        for p in pathways:
            for phase in self.scenario.pathways[p].phases:
                for part in phase.parts:
                    found.setdefault(f"{phase.name}.{part.name}", []).append((int(p), phase, part))
        return found


def _marks_of(name: str, phases: list[Phase], interruptible: frozenset[str]) -> Iterator[str]:
    """Yield the marks of all phases of one name; `interruptible` are codes of pools that may interrupt a step."""
    if any(phase.place for phase in phases):
        yield f"{name}_asked"
        if any(phase.move for phase in phases):
            yield f"{name}_ready"
        yield f"{name}_entered"
        yield f"{name}_left"
    for step in _unique(step.name for phase in phases for step in phase.steps):
        yield f"{name}.{step}_started"
        if any(ends_late(one, interruptible) for phase in phases for one in phase.steps if one.name == step):
            yield f"{name}.{step}_ended"


def ends_late(step: Step, interruptible: frozenset[str]) -> bool:
    """Say whether a step may end later than its drawn duration after its start, as a drive does that is redirected."""
    codes = (code.partition("@")[0] for choice in step.choices for code in choice)
    return step.set_up is not None or step.drives or any(code in interruptible for code in codes)


def _columns(names: Iterable[str]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
