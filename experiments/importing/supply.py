"""Give each hospital of an import its beds, ED spaces, staff and scanners, from what tables say and patients need."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.importing.tables import Site
from sim.city import Kind, Pool
from sim.units import MINUTES_PER_HOUR, FloatArray, IntArray

SPACES_PER_DAILY_VISIT = 0.21
"""ED spaces for each visit a day (I02), as in the city that is shipped."""
SPACES_PER_NURSE = 4
"""ED spaces for each nurse (P72)."""
NIGHT_SHARE = 0.6
"""Nurses at night over nurses by day (P73: night about half)."""
BUSY_SHARE = 0.8
"""Share of the busiest hour's staff and scanner minutes that is asked for in each shift (I03)."""
ICU_SUPPLY = 1.37
"""Beds over patients in intensive care (P61), for a hospital that reports none."""
STAFF = ("triage_nurse", "ed_physician", "radiographer", "pharmacist")
SCANNERS = ("ct_scanner", "mri_scanner")
NURSE = "ed_nurse"


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Hold what the patients of one hospital ask for.

    `visits_per_hour` (168,) are emergency visits, `minutes` maps pools to minutes of a mean visit, `in_beds` maps
    beds to the patients who lie in them on average, and `electives` the planned patients among those in surgical beds.
    """

    visits_per_hour: FloatArray
    minutes: Mapping[str, float]
    in_beds: Mapping[str, float]
    electives: float


@dataclass(frozen=True, slots=True)
class BedCounts:
    """Count the beds of one hospital by kind; `icu_elsewhere` are held by patients whom no pathway describes."""

    medical: int
    surgical: int
    icu: int
    icu_elsewhere: int

    def pools(self) -> list[Pool]:
        """Return the beds as pools."""
        counts = {"medical_bed": self.medical, "surgical_bed": self.surgical, "icu_bed": self.icu}
        return [Pool(code, Kind.PLACE, (count,)) for code, count in counts.items()]


def count_beds(site: Site, need: Need) -> BedCounts:
    """Split the staffed beds of a hospital.

    Ward beds are all but those of intensive care, split so that medical and surgical ones are equally full (I06).
    Beds of intensive care that hold patients from elsewhere than the emergency department are set apart, so that
    as many are free as the table says (I07).
    """
    icu = round(site.icu_beds)
    wards = max(2, round(site.beds) - icu)
    surgical_need = need.in_beds["surgical_bed"] + need.electives
    share = need.in_beds["medical_bed"] / (need.in_beds["medical_bed"] + surgical_need)
    medical = min(wards - 1, max(1, round(wards * share)))
    load = need.in_beds["icu_bed"]
    if icu == 0:
        return BedCounts(medical, wards - medical, math.ceil(ICU_SUPPLY * load), 0)
    ours = min(icu, max(1, round(site.icu_beds - site.icu_used + load)))
    return BedCounts(medical, wards - medical, ours, icu - ours)


def emergency_pools(need: Need, shift_starts_hour: Sequence[int]) -> list[Pool]:
    """Return ED spaces, staff by shift and scanners that keep an emergency department stable."""
    spaces = math.ceil(SPACES_PER_DAILY_VISIT * need.visits_per_hour.sum() / 7)
    shifts = np.searchsorted(shift_starts_hour, np.arange(24), side="right") - 1
    by_load = {code: _levels(need, code, shifts) for code in (*STAFF, NURSE)}
    night = shifts == shifts[0]
    ratio = np.ceil(spaces / SPACES_PER_NURSE * np.where(night, NIGHT_SHARE, 1.0))
    by_load[NURSE] = np.maximum(by_load[NURSE], ratio.astype(np.int64))
    always = np.zeros(24, dtype=np.int64)
    return [
        Pool("ed_space", Kind.PLACE, (spaces,)),
        *(Pool(code, Kind.STAFF, tuple(levels.tolist()) * 7) for code, levels in by_load.items()),
        *(Pool(code, Kind.EQUIPMENT, (int(_levels(need, code, always)[0]),)) for code in SCANNERS),
    ]


def _levels(need: Need, code: str, shifts: IntArray) -> IntArray:
    """Return the units on duty in each hour of the day, shape (24,): enough for the busiest hour of each shift."""
    busiest = need.visits_per_hour.reshape(7, 24).max(axis=0) * need.minutes[code] / MINUTES_PER_HOUR
    by_shift = np.array([busiest[shifts == shift].max() for shift in np.unique(shifts)])
    levels: IntArray = np.maximum(1, np.ceil(by_shift / BUSY_SHARE)).astype(np.int64)
    return levels[np.searchsorted(np.unique(shifts), shifts)]
