"""Keep what public tables recorded and what an import did with them beside the city, for its calibration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.importing.plan import CityPlan
from experiments.importing.summary import ImportSummary
from sim.units import FloatArray

RECORDED, FINDINGS = "recorded.csv", "import.csv"
COUNTS = ("beds", "beds_used", "visits_per_week")
Row = Sequence[object]


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Hold what tables say of hospitals, shape (n_hospitals,): staffed beds, those in use, emergency visits a week.

    Beds of intensive care that the import set aside (I07) count neither as staffed nor as used.
    """

    hospitals: tuple[str, ...]
    beds: FloatArray
    beds_used: FloatArray
    visits_per_week: FloatArray

    @property
    def occupancy(self) -> dict[str, float]:
        """Return used over staffed beds by hospital."""
        return dict(zip(self.hospitals, (self.beds_used / self.beds).tolist(), strict=True))


def record_tables(plan: CityPlan, summary: ImportSummary) -> Mapping[str, Iterable[Row]]:
    """Return the rows of both files: what was recorded, and what the import found, filled in and left out."""
    aside = np.array([one.icu_elsewhere for one in plan.beds])
    recorded: list[Row] = [("hospital", *COUNTS)]
    for site, elsewhere in zip(plan.sites, aside.tolist(), strict=True):
        beds, used = site.beds - elsewhere, max(0.0, site.beds_used - elsewhere)
        recorded.append((site.id, f"{beds:.6g}", f"{used:.6g}", f"{site.visits_per_week:.6g}"))
    findings: list[Row] = [("kind", "what"), *(("found", f"{name}: {value}") for name, value in summary.figures)]
    findings += [("filled in", note) for note in summary.notes]
    findings += [("left out", line) for line in summary.left_out]
    return {RECORDED: recorded, FINDINGS: findings}


def read_recorded(path: Path) -> tuple[Sheet, Recorded]:
    """Read what was recorded of the hospitals; what is wrong is in the sheet's faults."""
    sheet = read_sheet(path, ("hospital", *COUNTS))
    beds, used, visits = (sheet.numbers(name, low=0.0) for name in COUNTS)
    sheet.blame_all(beds == 0, "beds", "give a number above zero")
    return sheet, Recorded(tuple(sheet.ids("hospital")), beds, used, visits)


def read_findings(path: Path) -> list[tuple[str, str]]:
    """Return what an import found, as pairs of kind and text; none when the city was not imported."""
    sheet = read_sheet(path, ("kind", "what"))
    return [] if sheet.faults else list(zip(sheet.cells("kind"), sheet.cells("what"), strict=True))
