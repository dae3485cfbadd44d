"""Say what an import did: what was read, left out, filled in and assumed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.importing.hours import HourlyProfile
from experiments.importing.plan import CityPlan

CREWS_PER_DAILY_VISIT = 0.004
"""Ambulance crews for transfers, as in the shipped city: 4 for 1 000 visits a day (A15)."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """Tell what an import did, as lines: figures by name, what was filled in, and who was left out and why.

    `crews` are ambulance crews for transfers in proportion to the shipped city, which no table tells.
    """

    crews: int
    figures: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    folder: Path | None = None
    files: tuple[Path, ...] = ()

    @classmethod
    def of(
        cls,
        plan: CityPlan,
        notes: tuple[str, ...],
        left_out: tuple[str, ...],
        profile: HourlyProfile | None = None,
    ) -> "ImportSummary":
        """Sum up a planned city."""
        crews = max(1, round(CREWS_PER_DAILY_VISIT * plan.city.hourly_rate.sum() / 7))
        hours = ("hours in which patients come", str(profile or "those of the shipped city, F02 and P03 (I10)"))
        return cls(crews, (*_figures(plan, crews), hours), notes, left_out)

    def __str__(self) -> str:
        """Return the summary as lines of text."""
        written = [f"Written to {self.folder}: {', '.join(path.name for path in self.files)}"] if self.files else []
        return "\n".join(
            [
                *(f"- {name}: {value}" for name, value in self.figures),
                *(f"- filled in: {note}" for note in self.notes),
                *(f"- left out: {line}" for line in self.left_out),
                *written,
            ]
        )


def _figures(plan: CityPlan, crews: int) -> Iterator[tuple[str, str]]:
    city, sites = plan.city, plan.sites
    visits = sum(site.visits_per_week for site in sites)
    population = sum(zone.population for zone in city.zones)
    yield "hospitals", f"{len(sites)}"
    yield "zones", f"{len(city.zones)} with {population:,.0f} residents"
    per_1000 = visits * 365.25 / 7 / population * 1000
    yield "emergency visits", f"{visits:,.0f} a week, {per_1000:.0f} a year for 1 000 residents (P07: about 515)"
    yield from _bed_figures(plan)
    yield from _flow_figures(plan)
    yield "ambulance crews for transfers", f"{crews}, in proportion to the shipped city (A15; transfers.crews)"


def _bed_figures(plan: CityPlan) -> Iterator[tuple[str, str]]:
    counts = {name: sum(getattr(one, name) for one in plan.beds) for name in ("medical", "surgical", "icu")}
    aside = sum(one.icu_elsewhere for one in plan.beds)
    kinds = f"{counts['medical']:,} medical, {counts['surgical']:,} surgical, {counts['icu']:,} of intensive care"
    others = f"{aside:,} more of intensive care hold patients whom no pathway describes, and are set aside (I07)"
    yield "beds", f"{kinds}; {others}"
    wards = np.array([one.medical + one.surgical for one in plan.beds])
    recorded = np.array([site.beds_used - site.icu_used for site in plan.sites])
    full = np.maximum(plan.ward_patients, recorded) / wards
    city = f"{100 * full @ wards / wards.sum():.0f} % in the city"
    yield "ward beds in use to expect", f"{city}, {100 * full.min():.0f} to {100 * full.max():.0f} % by hospital"
    above = int((plan.ward_patients > recorded).sum())
    yield "hospitals where emergencies alone take more ward beds than recorded", f"{above}"
    yield "planned admissions", f"{plan.city.electives_per_day.sum():,.0f} a day (I08)"


def _flow_figures(plan: CityPlan) -> Iterator[tuple[str, str]]:
    choices = plan.choices
    missed = f"up to {100 * choices.largest_miss:.2g} % off where they fit least (I04)"
    yield "visits of every hospital", "as recorded (I04)" if choices.converged else missed
    weight = plan.city.hourly_rate.sum(axis=1, keepdims=True) * choices.share
    mean_min = float((weight * plan.zone_travel_min).sum() / weight.sum())
    yield "mean drive to the chosen hospital", f"{mean_min:.1f} min"
