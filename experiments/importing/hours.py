"""Read when patients come, from a table of one's own: shares or counts of the hours of a day or of a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from experiments.files.reading import read_sheet
from experiments.files.sheet import Sheet
from experiments.importing.tables import MOST, PublicTables
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray

FILE = "hours.csv"
COLUMNS = ("hour", "share", "source")
HOURS_PER_DAY = 24


class ProfileUse(StrEnum):
    """Say what a profile is for: to check arrivals that do not follow it, or to be followed by them."""

    CHECK = "check"
    ARRIVALS = "arrivals"


@dataclass(frozen=True, slots=True, eq=False)
class HourlyProfile:
    """Hold shares of the hours of a day (24,), or of a week from Monday on (168,), that sum to 1, and their source."""

    share: FloatArray
    source: str
    use: ProfileUse = ProfileUse.CHECK

    @property
    def by_day(self) -> FloatArray:
        """Return the shares of the hours of the day, shape (24,)."""
        shares: FloatArray = self.share.reshape(-1, HOURS_PER_DAY).sum(axis=0)
        return shares

    def rhythm(self, usual: FloatArray) -> FloatArray:
        """Return the shares of the hours of the week, shape (168,); a profile of a day keeps the usual weekdays."""
        if self.use is ProfileUse.CHECK:
            return usual
        by_day = usual.reshape(-1, HOURS_PER_DAY).sum(axis=1)
        return self.share if len(self.share) == HOURS_PER_WEEK else np.outer(by_day, self.share).ravel()

    def __str__(self) -> str:
        """Return in words where it comes from and what it is for."""
        use = "arrivals follow it" if self.use is ProfileUse.ARRIVALS else "held out for comparison"
        return f"{self.source}, {use}"


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Name a table of hours and say what it is for."""

    path: Path
    use: ProfileUse = ProfileUse.CHECK

    def read(self, tables: PublicTables) -> HourlyProfile | None:
        """Return the profile, or None when the table has faults, which `tables` keeps.

        Hours 0 to 23 make a day and 0 to 167 a week that begins on Monday; rows of the same hour add up, so a long
        record of counts by date and hour will do.
        """
        sheet = tables.open(self.path, "hourly_profile", ("hour", "share"))
        hours = sheet.whole_numbers("hour", low=0, high=HOURS_PER_WEEK - 1)
        counts = sheet.numbers("share", low=0, high=MOST)
        n_hours = HOURS_PER_WEEK if len(hours) and hours.max() >= HOURS_PER_DAY else HOURS_PER_DAY
        self._blame_gaps(sheet, hours.tolist(), n_hours, float(counts.sum()))
        if sheet.all_faults():
            return None
        share = np.bincount(hours, weights=counts, minlength=n_hours) / counts.sum()
        return HourlyProfile(share, self.path.name, self.use)

    def _blame_gaps(self, sheet: Sheet, hours: Sequence[int], n_hours: int, total: float) -> None:
        """Add a fault for hours that are missing, and for a table of nothing but zeros."""
        if sheet.all_faults():
            return
        missing = sorted(set(range(n_hours)) - set(hours))
        if missing:
            mend = f"give every hour from 0 to {n_hours - 1}; 24 make a day, 168 a week from Monday"
            sheet.faults.append(Fault(f"{sheet.file}, column hour", f"without {missing[:3]}", mend))
        elif not total > 0:
            sheet.faults.append(Fault(f"{sheet.file}, column share", "0 in all", "give at least one hour arrivals"))


def hour_rows(profile: HourlyProfile) -> Iterable[Sequence[object]]:
    """Return the rows of the folder's own table, the header first: shares of the hours of the day."""
    yield COLUMNS
    for hour, share in enumerate(profile.by_day.tolist()):
        yield hour, f"{share:.6f}", str(profile)


def read_hours(path: Path) -> tuple[Sheet, FloatArray, str]:
    """Read a folder's own table: shares (24,) that sum to 1, and where they come from; faults are in the sheet."""
    sheet = read_sheet(path, COLUMNS[:2])
    hours = sheet.whole_numbers("hour", low=0, high=HOURS_PER_DAY - 1)
    share = sheet.numbers("share", low=0.0)
    if sorted(hours.tolist()) != list(range(HOURS_PER_DAY)) and not sheet.all_faults():
        sheet.faults.append(
            Fault(f"{sheet.file}, column hour", f"{len(hours)} rows", "give every hour from 0 to 23 once")
        )
    by_hour = np.zeros(HOURS_PER_DAY)
    by_hour[hours] = share
    return sheet, by_hour / max(by_hour.sum(), 1e-300), next(iter(sheet.texts("source")), "")
