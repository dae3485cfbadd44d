"""Import a wave of intensive care: a register's daily counts of beds become districts, and patients who fill them."""

import csv
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, inf
from pathlib import Path
from re import sub

import numpy as np
import yaml

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from sim.faults import Fault, ScenarioError
from sim.units import MINUTES_PER_DAY, FloatArray, IntArray

COLUMNS = ("district", "date", "beds", "occupied")
NAMES = {"betten_ges": "beds", "betten_belegt": "occupied", "beds_total": "beds", "beds_occupied": "occupied"}
CITY, PATIENTS, ARRIVALS = Path("conf/city/icu_districts.yaml"), Path("conf/patients/icu_wave.yaml"), "arrivals.csv"
WAY = "citycare import icu made this file from {source}: {first} to {last}, {share:g} of the beds."
STAY_MIN = 4900.0
"""Mean stay in intensive care (P57), as in the pathway `icu_usual`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Say what to take of a register: days from `first` to `last`, and districts, all but those in `exclude`.

    `beds_share` of the beds that are reported count as those that can be run safely (P65: crises from .90 on);
    `travel_min` is the way between any two districts, as a register knows none.
    """

    first: date
    last: date
    exclude: Collection[str] = ()
    beds_share: float = 0.9
    travel_min: float = 30.0

    def faults(self) -> Iterator[Fault]:
        """Yield faults of days in the wrong order and of numbers that mean nothing."""
        if self.last <= self.first:
            yield Fault("--until", self.last.isoformat(), f"give a day after {self.first.isoformat()}")
        if not 0 < self.beds_share < inf:
            yield Fault("--beds-share", self.beds_share, "give a share above zero")
        if not 0 <= self.travel_min < inf:
            yield Fault("--travel-min", self.travel_min, "give minutes of zero or more")


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """Hold one district: its beds, those taken at the start, and how many patients come each day, shape (n_days,)."""

    name: str
    beds: int
    at_start: int
    arrivals: IntArray


def import_icu(beds: Path, out: Path, choice: Choice) -> list[Wave]:
    """Write the districts and the patients of a wave, and return them.

    Raises:
        ScenarioError: with everything that is wrong with the table or the choice; then nothing is written.
    """
    faults = list(choice.faults())
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults.append(Fault("--out", str(out), "name a folder that is new or empty"))
    series = _series(beds, choice, faults)
    if faults:
        raise ScenarioError(faults)
    waves = [_wave(name, *columns, choice) for name, columns in series.items()]
    way = WAY.format(source=beds.name, first=choice.first, last=choice.last, share=choice.beds_share)
    _write(out, waves, choice, way)
    return waves


def arrivals_per_day(occupied: FloatArray, stay_days: float, at_start: float) -> FloatArray:
    """Return the patients a day who would have filled beds as counted, were stays exponential; shape (n_days,).

    Of those inside at one count, exp(-1/L) are there a day later; of one patient a day who comes between, L
    (1 - exp(-1/L)). A day on which beds empty faster has no arrivals, and the days after count from what is left.

    Args:
        occupied: beds taken at the end of each day; shape (n_days,).
        stay_days: L, the mean stay.
        at_start: beds taken when the first day begins.
    """
    stays = exp(-1.0 / stay_days)
    weight, inside, found = stay_days * (1 - stays), at_start, []
    for count in occupied.tolist():
        came = max(0.0, (count - inside * stays) / weight)
        inside = inside * stays + came * weight
        found.append(came)
    return np.array(found)


def whole(per_day: FloatArray) -> IntArray:
    """Round to whole patients so that their sum to any day is that of the numbers, rounded."""
    return np.diff(np.floor(np.concatenate(([0.0], per_day.cumsum())) + 0.5)).astype(np.int64)


def _series(path: Path, choice: Choice, faults: list[Fault]) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return beds and beds taken by district, one number a day; append a fault for all that is wrong."""
    sheet = read_sheet(path, COLUMNS, NAMES)
    names, days = sheet.texts("district", required=True), _days(sheet)
    beds, occupied = (sheet.numbers(column, low=0) for column in ("beds", "occupied"))
    faults.extend(sheet.all_faults())
    if faults:
        return {}
    for name in sorted(set(choice.exclude) - set(names)):
        faults.append(Fault("--exclude", name, f"name districts of {path.name}"))
    span = (choice.last - choice.first).days + 1
    found = {}
    for name in sorted(set(names) - set(choice.exclude)):
        mine = [i for i, other in enumerate(names) if other == name and choice.first <= days[i] <= choice.last]
        mine.sort(key=lambda i: days[i])
        if [days[i] for i in mine] != [choice.first + timedelta(k) for k in range(span)]:
            mend = f"give one row for each of the {span} days, or leave the district out with --exclude"
            faults.append(Fault(f"{path.name}, district {name}", f"{len(mine)} days", mend))
        found[name] = beds[mine], occupied[mine]
    if not found:
        faults.append(Fault(path.name, 0, "leave at least one district"))
    return found


def _days(sheet: Sheet) -> list[date]:
    """Return the dates; blame what is none."""
    found = []
    for record, cell in enumerate(sheet.cells("date")):
        try:
            found.append(date.fromisoformat(cell))
        except ValueError:
            sheet.blame(record, "date", "write a date such as 2020-12-24")
            found.append(date.min)
    return found


def _wave(name: str, beds: FloatArray, occupied: FloatArray, choice: Choice) -> Wave:
    """Return what one district brings: the first count is the start, the others are what has to be filled."""
    exist = max(1, round(choice.beds_share * float(np.median(beds))))
    at_start = min(exist, round(float(occupied[0])))
    return Wave(name, exist, at_start, whole(arrivals_per_day(occupied[1:], STAY_MIN / MINUTES_PER_DAY, at_start)))


def _write(out: Path, waves: list[Wave], choice: Choice, way: str) -> None:
    ids = {wave.name: _id(wave.name) for wave in waves}
    for file in (CITY, PATIENTS):
        (out / file).parent.mkdir(parents=True, exist_ok=True)
    (out / CITY).write_text(_text(_city(waves, ids, choice), way, "rules@_here_: usual"), encoding="utf-8")
    patients = _patients(out / ARRIVALS)
    (out / PATIENTS).write_text("# @package _global_\n" + _text(patients, way, "emergency_mix"), encoding="utf-8")
    with (out / ARRIVALS).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(_rows(waves, ids))


def _id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return sub(r"[^a-z0-9]+", "_", plain).strip("_") or "district"


def _text(settings: Mapping[str, object], way: str, default: str) -> str:
    body = yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True)
    return f"# {way}\ndefaults:\n  - {default}\n  - _self_\n\n{body}"


def _city(waves: list[Wave], ids: Mapping[str, str], choice: Choice) -> dict[str, object]:
    hospitals = {
        ids[wave.name]: {
            "name": wave.name,
            "latitude": 0.0,
            "longitude": 0.0,
            "places": {"icu_bed": wave.beds},
            "occupied_at_start": {"icu_bed": round(wave.at_start / wave.beds, 6)},
        }
        for wave in waves
    }
    ways = {a: {b: choice.travel_min for b in hospitals if b != a} for a in hospitals}
    rest = {"electives": {"per_bed_per_day": 0.0}, "start": {"conditions": {"icu_bed": "icu_inside"}}, "zones": {}}
    return {"name": "icu_districts", "folder": None, **rest, "travel": {"minutes": ways}, "hospitals": hospitals}


def _patients(arrivals: Path) -> dict[str, object]:
    conditions = {name: {"pathway": name, "acuity_share": [0, 1, 0, 0, 0]} for name in ("icu_usual", "icu_inside")}
    source = {
        "conditions": {"icu_usual": 1.0},
        "patience": {"never_leaves_share": 0.0, "mean_min": STAY_MIN},
        "arrivals": {"replay": {"file": str(arrivals.resolve())}},
    }
    return {"conditions": conditions, "sources": {"register": source}}


def _rows(waves: list[Wave], ids: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """Yield the header and a row for each patient: those of a day come at equal distances."""
    yield "arrived", "hospital"
    for wave in waves:
        for day, n in enumerate(wave.arrivals.tolist()):
            for k in range(n):
                yield round((day + (k + 0.5) / n) * MINUTES_PER_DAY, 3), ids[wave.name]
