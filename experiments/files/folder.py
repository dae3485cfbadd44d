"""Read the folder of a city as one description, with everything that is wrong in one list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from experiments.files import cases, demand, own_settings, resources, service, stock, ways
from experiments.files.cases import PatientCases
from experiments.files.demand import Demand
from experiments.files.own_settings import OwnSetting
from experiments.files.resources import Resources
from experiments.files.sheet import Position, Sheet
from optimize.cover_case import CoverCase
from sim.city import Hospital, Zone
from sim.faults import Fault, ScenarioError
from sim.units import FloatArray

T = TypeVar("T")
NEEDED = (resources.FILE, demand.FILE, cases.FILE)


@dataclass(frozen=True, slots=True, eq=False)
class CityFolder:
    """Describe a city as its files do.

    `hourly_rate` (n_zones, 168) are emergency visits per hour; `conditions` names their reasons and `condition_share`
    (n_zones, n_conditions) how they mix, rows sum to 1. `electives_per_day` (n_hospitals,) counts planned admissions,
    and `occupied` maps the code of a place to the patients in it at the start, (n_hospitals,); both are NaN where
    nothing is said. `travel_min` (n_hospitals, n_hospitals) and `choice_share` (n_zones, n_hospitals) are None
    without their files; `zone_travel_min` (n_zones, n_hospitals) is NaN for ways that nothing is said of, None for all.
    `settings` are numbers of the configuration that the city sets itself, by their path. `hashes` maps file names to
    SHA-256 sums.
    """

    name: str
    hospitals: tuple[Hospital, ...]
    zones: tuple[Zone, ...]
    hourly_rate: FloatArray
    conditions: tuple[str, ...]
    condition_share: FloatArray
    electives_per_day: FloatArray
    occupied: Mapping[str, FloatArray]
    travel_min: FloatArray | None
    choice_share: FloatArray | None
    cases: PatientCases
    service: CoverCase | None = None
    zone_travel_min: FloatArray | None = None
    settings: Mapping[str, OwnSetting] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


def read_city_folder(folder: Path, conditions: Collection[str] = ()) -> CityFolder:
    """Read and check the files of a city.

    `conditions` are the names that a patient's condition may have; an empty collection allows any.

    Raises:
        ScenarioError: with every fault of every file.
    """
    faults, city = _read(folder, conditions)
    if faults or city is None:
        raise ScenarioError(faults)
    return city


def check_city_folder(folder: Path, conditions: Collection[str] = ()) -> list[Fault]:
    """Return everything that is wrong with the files of a city, an empty list when nothing is."""
    return _read(folder, conditions)[0]


def _read(folder: Path, conditions: Collection[str]) -> tuple[list[Fault], CityFolder | None]:
    if not folder.is_dir():
        return [Fault("city.folder", str(folder), f"name a folder with {', '.join(NEEDED)}")], None
    reader = _Reader(folder)
    places = reader.places()
    patients = reader.keep(cases.read_cases(folder / cases.FILE, conditions))
    known = {*conditions, *patients.conditions}
    visits = reader.keep(demand.read_demand(folder / demand.FILE, places, known))
    places |= {zone.id: (zone.latitude, zone.longitude) for zone in visits.zones if zone.id not in places}
    supply = reader.keep(resources.read_resources(folder / resources.FILE, places))
    travel_min, choice_share = reader.travel_min(visits, supply), reader.choice_share(visits, supply)
    mix = reader.mix(visits, sorted(known))
    program, own, shelves = reader.service(), reader.settings(), reader.shelves(supply)
    faults = [fault for sheet in reader.sheets.values() for fault in sheet.all_faults()]
    if faults:
        return faults, None
    names, shares = _condition_share(visits, patients, mix)
    return [], CityFolder(
        name=folder.resolve().name,
        hospitals=stock.stocked(supply.hospitals, shelves),
        zones=visits.zones,
        hourly_rate=visits.hourly_rate,
        conditions=names,
        condition_share=shares,
        electives_per_day=supply.electives_per_day,
        occupied=supply.occupied,
        travel_min=travel_min,
        choice_share=choice_share,
        cases=patients,
        service=program,
        zone_travel_min=reader.zone_travel_min(visits, supply),
        settings=own,
        hashes={name: sheet.sha256 for name, sheet in reader.sheets.items()},
    )


def _condition_share(
    visits: Demand, patients: PatientCases, mix: Mapping[str, Mapping[str, float]]
) -> tuple[tuple[str, ...], FloatArray]:
    """Return the reasons of emergency visits, and how they mix in each zone, shape (n_zones, n_conditions).

    Demand without a condition has the zone's own mix, or else that of the past patients; so has a zone without demand.
    """
    named = set(visits.per_week) - {demand.ED_VISIT}
    names = tuple(sorted({*patients.conditions, *named, *(name for one in mix.values() for name in one)}))
    usual = dict(zip(patients.conditions, patients.condition_share.tolist(), strict=True))
    own = [mix.get(zone.id, usual) for zone in visits.zones]
    plain = visits.per_week.get(demand.ED_VISIT, np.zeros(len(visits.zones))) + (visits.hourly_rate.sum(axis=1) == 0)
    mixes = np.array([[one.get(name, 0.0) for name in names] for one in own])
    if not named:
        return names, ways.summing_to_one(mixes)
    weekly = plain[:, None] * mixes
    for name in named:
        weekly[:, names.index(name)] += visits.per_week[name]
    return names, weekly / weekly.sum(axis=1, keepdims=True)


@dataclass(slots=True)
class _Reader:
    """Read the files of one folder and keep their sheets; the optional files only when they are there."""

    folder: Path
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def keep(self, answer: tuple[Sheet, T]) -> T:
        self.sheets[answer[0].file] = answer[0]
        return answer[1]

    def places(self) -> dict[str, Position]:
        path = self.folder / ways.PLACES
        return self.keep(ways.read_places(path)) if path.exists() else {}

    def zone_travel_min(self, visits: Demand, supply: Resources) -> FloatArray | None:
        zones, hospitals = [zone.id for zone in visits.zones], [hospital.id for hospital in supply.hospitals]
        sheet = self.sheets.get(ways.TRAVEL)
        return ways.zone_travel(sheet, zones, hospitals) if sheet else None

    def travel_min(self, visits: Demand, supply: Resources) -> FloatArray | None:
        path, active = self.folder / ways.TRAVEL, [hospital.id for hospital in supply.hospitals]
        is_known = self.sheets[resources.FILE].is_whole and self.sheets[demand.FILE].is_whole
        known = [*supply.all_ids, *(zone.id for zone in visits.zones)] if is_known else []
        return self.keep(ways.read_travel(path, active, known)) if path.exists() else None

    def choice_share(self, visits: Demand, supply: Resources) -> FloatArray | None:
        path, zones = self.folder / ways.CHOICE, [zone.id for zone in visits.zones]
        is_known = self.sheets[resources.FILE].is_whole
        active, known = ([hospital.id for hospital in supply.hospitals], supply.all_ids) if is_known else ([], ())
        return self.keep(ways.read_choice(path, zones, active, known)) if path.exists() else None

    def mix(self, visits: Demand, known: Sequence[str]) -> dict[str, dict[str, float]]:
        path, zones = self.folder / ways.MIX, [zone.id for zone in visits.zones]
        found = self.keep(ways.read_mix(path, zones, known)) if path.exists() else {}
        return {
            zone: {name: float(share) for name, share in zip(known, shares, strict=True) if share > 0}
            for zone, shares in found.items()
        }

    def shelves(self, supply: Resources) -> stock.Shelves:
        path, is_known = self.folder / stock.FILE, self.sheets[resources.FILE].is_whole
        return self.keep(stock.read_stock(path, supply.all_ids if is_known else ())) if path.exists() else {}

    def service(self) -> CoverCase | None:
        path = self.folder / service.FILE
        return self.keep(service.read_service(path)) if path.exists() else None

    def settings(self) -> dict[str, OwnSetting]:
        path = self.folder / own_settings.FILE
        return self.keep(own_settings.read_own_settings(path)) if path.exists() else {}
