"""Set what was observed beside what held-out replications show: by hospital and by hour of the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.calibration.aims import Aims
from experiments.calibration.city import Calibration
from experiments.importing.hours import FILE as HOURS
from experiments.importing.hours import read_hours
from experiments.importing.record import RECORDED, read_recorded
from experiments.schema import stop_at
from experiments.statistics import mean_interval
from sim.units import FloatArray

OCCUPANCY, VISITS, HOUR, OWN_HOUR = "occupancy", "visits", "hour", "own hour"


@dataclass(frozen=True, slots=True)
class Residual:
    """Hold one number as observed (NaN where nothing is known) and as simulated: mean and half-width."""

    kind: str
    name: str
    unit: str
    observed: float
    simulated: tuple[float, float]
    source: str

    @property
    def miss(self) -> float:
        """Return simulated minus observed."""
        return self.simulated[0] - self.observed


def residuals(folder: Path, done: Calibration, aims: Aims) -> list[Residual]:
    """Return residuals of occupancy and visits by hospital, and of arrivals by hour of the day.

    What was observed of hospitals stands in `recorded.csv`, which an import writes; of hours in the targets, and
    in `hours.csv` where the import was given a profile of the city's own.

    Raises:
        ScenarioError: with the faults of `recorded.csv` or `hours.csv`.
    """
    occupancy, visits = _recorded(folder)
    names = list(done.hospitals)
    return [
        *_of(OCCUPANCY, "share", names, occupancy, [one.occupancy for one in done.after], RECORDED),
        *_of(VISITS, "patients/week", names, visits, [one.visits_per_week for one in done.after], RECORDED),
        *_hours(HOUR, np.array(aims.hourly.share), done, aims.hourly.source),
        *_own_hours(folder, done),
    ]


def _hours(kind: str, known: FloatArray, done: Calibration, source: str) -> Iterator[Residual]:
    """Yield residuals of arrivals by hour of the day from numbers (24,) of which only the shape counts."""
    names = [f"{hour:02d}:00" for hour in range(len(known))]
    shares = dict(zip(names, (known / known.sum()).tolist(), strict=True))
    yield from _of(kind, "share", names, shares, [one.hourly_share for one in done.after], source)


def _own_hours(folder: Path, done: Calibration) -> Iterator[Residual]:
    if (folder / HOURS).is_file():
        sheet, known, source = read_hours(folder / HOURS)
        stop_at(sheet.all_faults())
        yield from _hours(OWN_HOUR, known, done, source)


def elsewhere_share(rest: Sequence[Residual], kind: str) -> float:
    """Return the share of arrivals that would have to come in another hour for simulated and known to be alike."""
    return sum(abs(one.miss) for one in rest if one.kind == kind) / 2


def _recorded(folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return recorded occupancy and visits a week by hospital; nothing where no import wrote them."""
    if not (folder / RECORDED).is_file():
        return {}, {}
    sheet, recorded = read_recorded(folder / RECORDED)
    stop_at(sheet.all_faults())
    return recorded.occupancy, dict(zip(recorded.hospitals, recorded.visits_per_week.tolist(), strict=True))


def _of(
    kind: str, unit: str, names: Sequence[str], observed: dict[str, float], seen: Sequence[FloatArray], source: str
) -> Iterator[Residual]:
    for place, name in enumerate(names):
        interval = mean_interval([one[place] for one in seen])
        known = observed.get(name, float("nan"))
        yield Residual(kind, name, unit, known, (interval.mean, interval.half_width), source)
