"""Read census.csv: who is where at the moment from which a run starts, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.schema import close_match
from sim.census import NONE, Census, Position
from sim.faults import Fault
from sim.pathway import Pathway
from sim.scenario import Scenario
from sim.units import ACUITIES, FloatArray, IntArray, on_grid

FILE = "census.csv"
REQUIRED = ("hospital", "acuity", "phase", "step", "waits_for", "since")
MOMENT = "write a date and time, for example 2026-01-05 07:40"


def read_census(path: Path, start: datetime, scenario: Scenario) -> tuple[Sheet, Census | None]:
    """Read one row for each patient; what is wrong is in the sheet's faults, and then there is no census.

    `start` is time zero. A patient has the work of a `step` going on in a `phase`; or is in it and waits for a step or
    a later phase, which `waits_for` names; or has no phase yet and waits for one. `since` says from when on.
    """
    sheet = read_sheet(path, REQUIRED)
    if not sheet.faults and not {"condition", "pathway"} & set(sheet.columns):
        found = ", ".join(sheet.columns)
        sheet.faults.append(Fault(f"{sheet.file} row 1", found, "add a column condition, or one named pathway"))
    if sheet.faults:
        return sheet, None
    reader = _Reader(sheet, scenario)
    hospital = reader.ids("hospital", [one.id for one in scenario.city.hospitals], required=True)
    condition = reader.conditions()
    acuity = sheet.whole_numbers("acuity", low=1, high=ACUITIES)
    zone = reader.ids("zone", [one.id for one in scenario.city.zones], required=False)
    since_min = reader.minutes_before("since", start)
    here_min = reader.minutes_before("arrived", start, since_min)
    sheet.blame_all(here_min < since_min, "arrived", "let nobody arrive after what goes on began")
    position = reader.positions(condition)
    if sheet.faults:
        return sheet, None
    return sheet, Census(hospital, condition, acuity, zone, position, since_min, here_min)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turn texts of a sheet into indexes of a scenario."""

    sheet: Sheet
    scenario: Scenario

    def ids(self, column: str, known: Sequence[str], required: bool) -> IntArray:
        """Return the position of every id among those known, -1 where a cell is empty or blamed."""
        texts = self.sheet.texts(column, required=required)
        self.sheet.blame_unknown(texts, known, column)
        place = {name: index for index, name in enumerate(known)}
        return np.array([place.get(text, NONE) for text in texts], dtype=np.int64)

    def conditions(self) -> IntArray:
        """Return the condition of each patient: the one named, or the first on the pathway that is named."""
        found = self.scenario.conditions
        by_name = {one.name: index for index, one in enumerate(found)}
        by_pathway = {one.pathway: index for index, one in reversed(list(enumerate(found)))}
        names, pathways = self.sheet.texts("condition"), self.sheet.texts("pathway")
        self.sheet.blame_unknown(names, by_name, "condition")
        self.sheet.blame_unknown(pathways, by_pathway, "pathway")
        column = "condition" if "condition" in self.sheet.columns else "pathway"
        for record, (name, pathway) in enumerate(zip(names, pathways, strict=True)):
            if not name and not pathway:
                self.sheet.blame(record, column, "name a condition, or a pathway")
        pairs = zip(names, pathways, strict=True)
        return np.array([by_name.get(name, by_pathway.get(pathway, NONE)) for name, pathway in pairs], dtype=np.int64)

    def minutes_before(self, column: str, start: datetime, default: FloatArray | None = None) -> FloatArray:
        """Return how many minutes before the start a moment was; empty cells give `default`, or are blamed."""
        minutes = np.zeros(len(self.sheet)) if default is None else default.copy()
        for record, cell in enumerate(self.sheet.cells(column)):
            if not cell and default is not None:
                continue
            try:
                minutes[record] = (start - datetime.fromisoformat(cell)) / timedelta(minutes=1)
            except (ValueError, TypeError):
                self.sheet.blame(record, column, MOMENT)
                continue
            if minutes[record] < 0:
                self.sheet.blame(record, column, f"give a moment before the run starts, {start:%Y-%m-%d %H:%M}")
        return on_grid(minutes)

    def positions(self, condition: IntArray) -> IntArray:
        """Return where on their pathways the patients are, shape (n, 4)."""
        pathways = {one.name: one for one in self.scenario.pathways}
        cells = [self.sheet.texts(column) for column in ("phase", "step", "waits_for")]
        positions = np.full((len(self.sheet), 4), NONE)
        for record, texts in enumerate(zip(*cells, strict=True)):
            if condition[record] != NONE:
                pathway = pathways[self.scenario.conditions[condition[record]].pathway]
                found = self._position(record, pathway, *texts)
                positions[record] = found or positions[record]
        return positions

    def _position(self, record: int, pathway: Pathway, phase: str, step: str, waits_for: str) -> Position | None:
        """Return one position, or blame the row."""
        phases = [one.name for one in pathway.phases]
        if phase and phase not in phases:
            self.sheet.blame(record, "phase", f"{pathway.name} has no such phase; {close_match(phase, phases)}")
        elif bool(step) == bool(waits_for):
            self.sheet.blame(record, "step", "name the step that goes on, or what the patient waits for; not both")
        elif step:
            return self._working(record, pathway, phase, step)
        else:
            return self._waiting(record, pathway, phase, waits_for)
        return None

    def _working(self, record: int, pathway: Pathway, phase: str, step: str) -> Position | None:
        if not phase:
            self.sheet.blame(record, "phase", "name the phase in which the step goes on")
            return None
        index = [one.name for one in pathway.phases].index(phase)
        steps = [one.name for one in pathway.phases[index].steps]
        if step not in steps:
            self.sheet.blame(record, "step", f"{phase} of {pathway.name} has no such step; {close_match(step, steps)}")
            return None
        return Position(index, steps.index(step), NONE, NONE)

    def _waiting(self, record: int, pathway: Pathway, phase: str, waits_for: str) -> Position | None:
        """Return a wait for a step of the present phase, or for the place of a later one."""
        phases = [one.name for one in pathway.phases]
        index = phases.index(phase) if phase else NONE
        steps = [one.name for one in pathway.phases[index].steps] if phase else []
        later = [one.name for one in pathway.phases[index + 1 :] if one.place]
        if waits_for in steps:
            return Position(index, NONE, steps.index(waits_for), NONE)
        if waits_for in later:
            return Position(index, NONE, NONE, phases.index(waits_for))
        known = close_match(waits_for, (*steps, *later))
        self.sheet.blame(record, "waits_for", f"name a step of the phase, or a later phase with a place; {known}")
        return None
