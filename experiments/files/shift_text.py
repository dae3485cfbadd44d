"""Read a rostering question in the text format of the shift-scheduling benchmarks.

The format (sections of comma-separated lines, `#` for comments) is that of T. Curtois and R. Qu, "Computational
results on new staff scheduling benchmark instances", 2014.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from optimize.roster.case import Cover, Employee, Request, RosterCase, Shift
from sim.faults import Fault, ScenarioError

LARGEST_FILE = 20_000_000
SECTIONS = {
    "SECTION_HORIZON": 1,
    "SECTION_SHIFTS": 3,
    "SECTION_STAFF": 8,
    "SECTION_DAYS_OFF": 2,
    "SECTION_SHIFT_ON_REQUESTS": 4,
    "SECTION_SHIFT_OFF_REQUESTS": 4,
    "SECTION_COVER": 5,
}
"""The sections and how many cells their lines have; days off may have more."""
UNKNOWN = "an unknown section"
REQUIRED = ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER")
Line = tuple[int, list[str]]
T = TypeVar("T")


def read_shift_text(path: Path) -> RosterCase:
    """Read the question.

    Raises:
        ScenarioError: with every fault found: lines, cells, names and numbers; not what only follows from another.
    """
    faults: list[Fault] = []
    sections, blamed = _sections(path.name, _text(path), faults)
    for name in REQUIRED:
        if not sections.get(name) and not blamed & {name, UNKNOWN}:
            faults.append(Fault(path.name, f"no lines in {name}", f"add {name} and at least one line below it"))
    read = _Parser(path.name, sections, faults, blamed)
    n_days = read("SECTION_HORIZON", lambda cells: int(cells[0]))
    shifts = read("SECTION_SHIFTS", _shift)
    staff = read("SECTION_STAFF", _employee)
    days_off = read("SECTION_DAYS_OFF", lambda cells: (cells[0], frozenset(map(int, cells[1:]))))
    wanted = read("SECTION_SHIFT_ON_REQUESTS", lambda cells: _request(cells, True))
    unwanted = read("SECTION_SHIFT_OFF_REQUESTS", lambda cells: _request(cells, False))
    covers = read("SECTION_COVER", _cover)
    names = {employee.name for employee in staff}
    for name, _ in days_off:
        if name not in names and not blamed & {"SECTION_STAFF", UNKNOWN}:
            faults.append(Fault(f"{path.name} SECTION_DAYS_OFF", name, "name an employee of SECTION_STAFF"))
    if faults:
        raise ScenarioError(faults)
    free = dict(days_off)
    employees = tuple(replace(one, days_off=free.get(one.name, frozenset())) for one in staff)
    return _case(path, n_days[0], tuple(shifts), employees, (*wanted, *unwanted), tuple(covers))


def _case(path: Path, *parts: Any) -> RosterCase:
    """Put the parts together; the case itself checks that they fit."""
    try:
        return RosterCase(*parts)
    except ValueError as error:
        raise ScenarioError([Fault(path.name, "impossible", str(error))]) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            _stop(path, f"{path.stat().st_size} bytes", f"give at most {LARGEST_FILE} bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        _stop(path, error.strerror or str(error), "name a file that can be read")
    except UnicodeDecodeError:
        _stop(path, "not UTF-8", "save the file in the encoding UTF-8")


def _stop(path: Path, found: str, mend: str) -> NoReturn:
    raise ScenarioError([Fault(path.name, found, mend)])


def _sections(file: str, text: str, faults: list[Fault]) -> tuple[dict[str, list[Line]], set[str]]:
    """Split the text into lines of cells by section, blaming unknown sections and lines of a wrong length.

    Return the lines, and the sections that were blamed. Of lines that stand in no section only the first is blamed,
    and none below an unknown section, which is blamed itself.
    """
    sections: dict[str, list[Line]] = {}
    blamed: set[str] = set()
    present = ""
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split(",")]
        if line in SECTIONS:
            present = line
            sections.setdefault(line, [])
        elif not present or line.startswith("SECTION"):
            faults.append(Fault(f"{file} line {number}", line[:60], f"begin one of {', '.join(SECTIONS)}"))
            present = UNKNOWN
            blamed.add(present)
        elif present == UNKNOWN:
            continue
        elif len(cells) < SECTIONS[present] or (len(cells) > SECTIONS[present] and present != "SECTION_DAYS_OFF"):
            faults.append(Fault(f"{file} line {number}", f"{len(cells)} cells", f"give {SECTIONS[present]} cells"))
            blamed.add(present)
        else:
            sections[present].append((number, cells))
    return sections, blamed


@dataclass(frozen=True, slots=True)
class _Parser:
    """Parse the lines of a section one by one, blaming those that cannot be read."""

    file: str
    sections: dict[str, list[Line]]
    faults: list[Fault]
    blamed: set[str]

    def __call__(self, section: str, parse: Callable[[Sequence[str]], T]) -> list[T]:
        parsed = []
        for number, cells in self.sections.get(section, []):
            try:
                parsed.append(parse(cells))
            except ValueError:
                mend = "write whole numbers where days, minutes and limits stand"
                self.faults.append(Fault(f"{self.file} line {number}", ",".join(cells)[:60], mend))
                self.blamed.add(section)
        return parsed


def _shift(cells: Sequence[str]) -> Shift:
    return Shift(cells[0], int(cells[1]), frozenset(filter(None, cells[2].split("|"))))


def _employee(cells: Sequence[str]) -> Employee:
    limits = dict(part.split("=") for part in cells[1].split("|") if part)
    most, least, max_run, min_run, min_rest, weekends = map(int, cells[2:])
    counts = {name: int(count) for name, count in limits.items()}
    return Employee(cells[0], counts, least, most, max_run, min_run, min_rest, weekends)


def _request(cells: Sequence[str], wanted: bool) -> Request:
    return Request(cells[0], int(cells[1]), cells[2], float(cells[3]), wanted)


def _cover(cells: Sequence[str]) -> Cover:
    return Cover(int(cells[0]), cells[1], int(cells[2]), float(cells[3]), float(cells[4]))
