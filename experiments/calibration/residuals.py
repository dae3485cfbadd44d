"""Set what was observed beside what held-out replications show: by hospital and by hour of the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.calibration.aims import Aims
from experiments.calibration.city import Calibration
from experiments.importing.record import RECORDED, read_recorded
from experiments.schema import stop_at
from experiments.statistics import mean_interval
from sim.units import FloatArray

OCCUPANCY, VISITS, HOUR = "occupancy", "visits", "hour"


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

    What was observed of hospitals stands in `recorded.csv`, which an import writes; of hours in the targets.

    Raises:
        ScenarioError: with the faults of `recorded.csv`.
    """
    occupancy, visits = _recorded(folder)
    names = list(done.hospitals)
    by_hour = np.array(aims.hourly.share) / sum(aims.hourly.share)
    return [
        *_of(OCCUPANCY, "share", names, occupancy, [one.occupancy for one in done.after], RECORDED),
        *_of(VISITS, "patients/week", names, visits, [one.visits_per_week for one in done.after], RECORDED),
        *_of(
            HOUR,
            "share",
            [f"{hour:02d}:00" for hour in range(24)],
            {f"{hour:02d}:00": share for hour, share in enumerate(by_hour.tolist())},
            [one.hourly_share for one in done.after],
            aims.hourly.source,
        ),
    ]


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
