"""Read and write rosters as text: a line for each employee, a cell for each day, a dot for a day off."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from optimize.roster.case import OFF, Roster, RosterCase
from sim.faults import Fault, ScenarioError

DAY_OFF = "."
PUBLISHED_WIDTH = 2
"""Characters of a cell in published rosters, filled up by `=` behind and blanks in front."""


def write_roster_text(case: RosterCase, roster: Roster, comments: tuple[str, ...] = ()) -> str:
    """Write a roster: comments, the number of each day, then `name<tab>shift<tab>...` for each employee."""
    names = [*(shift.name for shift in case.shifts), DAY_OFF]  # OFF is the last one
    lines = [f"# {comment}" for comment in comments]
    lines.append("\t".join(["# day", *map(str, range(case.n_days))]))
    for employee, days in zip(case.employees, roster.tolist(), strict=True):
        lines.append("\t".join([employee.name, *(names[shift] for shift in days)]))
    return "\n".join(lines) + "\n"


def read_roster_text(path: Path, case: RosterCase) -> list[Roster]:
    """Read the rosters in a file, in our layout or in that of published ones (`  A: D=D= . .`).

    Lines that begin with no name of an employee are passed over, so a solver's log can be read too.

    Raises:
        ScenarioError: naming each line with a wrong number of cells or an unknown shift, and missing lines.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([Fault(path.name, str(error), "name a text file that can be read")]) from error
    faults: list[Fault] = []
    rows = list(_rows(path.name, text, case, faults))
    n, found = len(case.employees), [name for name, _ in rows]
    wanted = [employee.name for employee in case.employees]
    if not faults and (not rows or len(rows) % n or found != wanted * (len(rows) // n)):
        faults.append(
            Fault(path.name, f"{len(rows)} lines", f"give one line for each of {n} employees, in their order")
        )
    if faults:
        raise ScenarioError(faults)
    return [np.array([days for _, days in rows[i : i + n]], dtype=np.intp) for i in range(0, len(rows), n)]


def _rows(file: str, text: str, case: RosterCase, faults: list[Fault]) -> Iterator[tuple[str, list[int]]]:
    """Yield name and shifts of each line of an employee."""
    position = {DAY_OFF: OFF} | {shift.name: s for s, shift in enumerate(case.shifts)}
    names = {employee.name for employee in case.employees}
    for number, line in enumerate(text.splitlines(), start=1):
        name, cells = _cells(line)
        if name not in names:
            continue
        unknown = [cell for cell in cells if cell not in position]
        if unknown or len(cells) != case.n_days:
            found = f"{len(cells)} cells" if not unknown else unknown[0]
            mend = f"give {case.n_days} cells, each one of {' '.join(position)}"
            faults.append(Fault(f"{file} line {number}", found, mend))
        else:
            yield name, [position[cell] for cell in cells]


def _cells(line: str) -> tuple[str, list[str]]:
    """Split a line into the name and the cells."""
    if "\t" in line:
        name, *cells = map(str.strip, line.split("\t"))
        return name, cells
    name, colon, rest = line.partition(": ")
    starts = range(0, len(rest), PUBLISHED_WIDTH) if colon else ()
    return name.strip(), [rest[i : i + PUBLISHED_WIDTH].strip(" =") for i in starts]
