"""Read a city from the document of a bundle, or say with paths why there is none in it."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from experiments.files.cases import PatientCases
from experiments.files.folder import CityFolder
from experiments.files.own_settings import COUNTS, NUMBERS, OwnSetting
from experiments.schema import close_match, stop_at
from experiments.standards.fhir.check import cut, is_hospital
from experiments.standards.fhir.city import CITY
from experiments.standards.fhir.document import Document, Entry
from experiments.standards.fhir.stock import shelves
from experiments.standards.fhir.supply import GONE, Owned, Rosters, is_zone, occupied, pools, supply
from experiments.standards.fhir.systems import extended, extensions, identified
from sim.city import Hospital, Kind, Zone
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK, FloatArray

ROUNDING = 0.001
"""Shares may miss 1 by this much, as in the files of a city."""
MakeCases = Callable[[tuple[str, ...], FloatArray], PatientCases]
"""Give past patients for conditions and their visits a week, shape (n_conditions,)."""


def city_of(document: Document, make_cases: MakeCases) -> CityFolder:
    """Return the city of a bundle; `make_cases` gives past patients, which no bundle holds.

    Raises:
        ScenarioError: with every fault, each with its path in the bundle.
    """
    faults: list[Fault] = []
    reader = _Reader(document, faults)
    hospitals, zones = reader.hospitals(), tuple(map(reader.zone, reader.towns))
    rates = reader.table([reader.rates(one) for one in reader.towns], HOURS_PER_WEEK)
    conditions, mixes = reader.mixes()
    choice = reader.to_hospitals(reader.towns, "choice", "share")
    reader.check_sums(choice, "choice")
    travel = reader.between()
    ways = reader.to_hospitals(reader.towns, "travel", "minutes")
    stop_at(cut(faults))
    weekly: FloatArray = rates.sum(axis=1) @ mixes
    return CityFolder(
        name=reader.name,
        hospitals=hospitals,
        zones=zones,
        hourly_rate=rates,
        conditions=conditions,
        condition_share=mixes,
        electives_per_day=reader.electives_per_day(),
        occupied=reader.occupied(),
        travel_min=travel,
        choice_share=None if np.isnan(choice).all() else np.nan_to_num(choice),
        cases=make_cases(conditions, weekly),
        zone_travel_min=None if np.isnan(ways).all() else ways,
        settings=reader.settings(),
    )


class _Reader:
    """Read the parts of a city, and collect what is wrong with them."""

    def __init__(self, document: Document, faults: list[Fault]) -> None:
        places = document.of("Location")
        self.document, self.faults = document, faults
        self.homes = [one for one in places if is_hospital(one.resource) and _is_open(one)]
        self.towns = [one for one in places if is_zone(one)]
        self.owned: list[list[Owned]] = []
        organizations = {one.resource.get("id"): one.resource for one in document.of("Organization")}
        self._city: dict[str, Any] = organizations.get(CITY, {})
        self.name = str(self._city.get("name", CITY))
        if not self.towns:
            mend = "add a Location of the physical type area for each zone, with visits-per-hour"
            faults.append(Fault("Bundle.entry", "no zones", mend))

    def hospitals(self) -> tuple[Hospital, ...]:
        """Return the hospitals in the order of the bundle."""
        found = supply(self.document, self.homes, self.faults)
        self.owned = [found[one.path] for one in self.homes]
        rosters = Rosters(self.document)
        self._check_ids()
        return tuple(
            Hospital(
                identified(home.resource, "hospital"),
                str(home.resource.get("name", identified(home.resource, "hospital"))),
                *self._position(home),
                pools(owned, rosters, self.faults),
                bool(extended(home.resource, "agreed", True)),
                shelves(self.document, home, self.faults),
                str(extended(home.resource, "region", "")),
            )
            for home, owned in zip(self.homes, self.owned, strict=True)
        )

    def zone(self, town: Entry) -> Zone:
        """Return one zone."""
        id_ = identified(town.resource, "zone")
        people = float(extended(town.resource, "population", 0.0))
        return Zone(id_, str(town.resource.get("name", id_)), *self._position(town), people)

    def rates(self, town: Entry) -> list[float]:
        """Return the emergency visits per hour of a zone: 168 numbers."""
        text = extended(town.resource, "visits-per-hour", {}).get("data", "")
        try:
            numbers = [float(word) for word in text.split()]
        except ValueError:
            numbers = []
        if len(numbers) != HOURS_PER_WEEK or not all(0 <= number < math.inf for number in numbers):
            mend = f"give visits-per-hour: {HOURS_PER_WEEK} numbers of zero or more, from Monday midnight on"
            self.faults.append(Fault(f"{town.path}.extension", f"{len(numbers)} numbers", mend))
            return [0.0] * HOURS_PER_WEEK
        return numbers

    def mixes(self) -> tuple[tuple[str, ...], FloatArray]:
        """Return the conditions, in the order of the bundle, and their shares, shape (n_zones, n_conditions)."""
        found = [_shares(extensions(town.resource, "mix"), "condition") for town in self.towns]
        conditions = tuple(dict.fromkeys(name for one in found for name in one))
        table = self.table([[one.get(name, 0.0) for name in conditions] for one in found], len(conditions))
        self.check_sums(table, "mix")
        return conditions, table

    def to_hospitals(self, origins: Sequence[Entry], name: str, what: str) -> FloatArray:
        """Return a number from each place to each hospital, NaN where none is given, (n_origins, n_hospitals)."""
        column = {home.path: index for index, home in enumerate(self.homes)}
        table = np.full((len(origins), len(self.homes)), math.nan)
        for row, origin in enumerate(origins):
            for parts in extensions(origin.resource, name):
                home = self.document.target(parts, "to")
                if home is None or home.path not in column or what not in parts:
                    mend = f"give {name} with the parts to, a hospital of the bundle, and {what}"
                    self.faults.append(Fault(f"{origin.path}.extension", str(parts)[:60], mend))
                else:
                    table[row, column[home.path]] = float(parts[what])
        return table

    def between(self) -> FloatArray | None:
        """Return minutes between hospitals, shape (n, n); None where nothing is said, a fault where it is not all."""
        minutes = self.to_hospitals(self.homes, "travel", "minutes")
        for row, column in np.argwhere(np.isnan(minutes)) if not np.isnan(minutes).all() else ():
            other = identified(self.homes[column].resource, "hospital")
            mend = f"give travel to {other}, or none between hospitals at all"
            self.faults.append(Fault(f"{self.homes[row].path}.extension", "missing", mend))
        return None if np.isnan(minutes).all() else minutes

    def check_sums(self, table: FloatArray, name: str) -> None:
        """Blame zones whose shares miss 1; a table that is not given at all misses nothing."""
        sums = np.nan_to_num(table).sum(axis=1)
        for row in np.flatnonzero(np.abs(sums - 1.0) > ROUNDING) if sums.any() or name == "mix" else ():
            mend = f"let the shares of {name} of a zone sum to 1"
            self.faults.append(Fault(f"{self.towns[row].path}.extension", round(float(sums[row]), 6), mend))

    def electives_per_day(self) -> FloatArray:
        """Return planned admissions a day, shape (n_hospitals,), NaN where nothing is said."""
        known = np.full(len(self.homes), math.nan)
        for service in self.document.of("HealthcareService"):
            value = extended(service.resource, "electives-per-day")
            places = service.resource.get("location", ()) if value is not None else ()
            for place in places:
                home = self.document.target({"location": place}, "location")
                if home in self.homes:
                    known[self.homes.index(home)] = float(value)
        return known

    def occupied(self) -> dict[str, FloatArray]:
        """Return the patients inside by place, shape (n_hospitals,) each."""
        codes = sorted({one.code for owned in self.owned for one in owned if one.kind is Kind.PLACE})
        found = occupied(self.owned, codes)
        return {code: patients for code, patients in found.items() if np.isfinite(patients).any()}

    def settings(self) -> dict[str, OwnSetting]:
        """Return the numbers of the configuration that the city sets itself."""
        found = {str(one.get("name")): one for one in extensions(self._city, "setting")}
        faults = [
            Fault("Organization/city.extension", name, close_match(name, (*COUNTS, *NUMBERS)))
            for name, one in found.items()
            if name not in (*COUNTS, *NUMBERS) or "value" not in one
        ]
        stop_at(faults)
        return {name: OwnSetting(float(one["value"]), str(one.get("reason", ""))) for name, one in found.items()}

    def table(self, rows: Sequence[Sequence[float]], width: int) -> FloatArray:
        """Return rows of numbers as a table, shape (n_rows, width)."""
        return np.array(rows, dtype=float).reshape(len(rows), width)

    def _position(self, place: Entry) -> tuple[float, float]:
        found = place.resource.get("position")
        if not found:
            mend = "give a position with longitude and latitude"
            self.faults.append(Fault(f"{place.path}.position", None, mend))
            return 0.0, 0.0
        return float(found["latitude"]), float(found["longitude"])

    def _check_ids(self) -> None:
        """Blame hospitals and zones that share an id."""
        first: dict[str, str] = {}
        for kind, some in (("hospital", self.homes), ("zone", self.towns)):
            for one in some:
                id_ = identified(one.resource, kind)
                if first.setdefault(f"{kind} {id_}", one.path) != one.path:
                    mend = f"give it an identifier of its own; {first[f'{kind} {id_}']} has it"
                    self.faults.append(Fault(f"{one.path}.identifier", id_, mend))


def _is_open(entry: Entry) -> bool:
    return entry.resource.get("status") not in GONE


def _shares(parts: Sequence[dict[str, Any]], name: str) -> dict[str, float]:
    return {str(one[name]): float(one["share"]) for one in parts if name in one and "share" in one}
