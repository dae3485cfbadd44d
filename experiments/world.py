"""Bring together what a scenario says of its city and its patients, written in YAML or read from files."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from experiments.city import choices_by_distance, described_city, road_minutes, scaled
from experiments.files.folder import CityFolder, read_city_folder
from experiments.inflow import Inflow, described_inflow
from experiments.settings import CaseMixSettings, Settings
from sim.city import City
from sim.faults import Fault
from sim.scenario import CaseMix, Condition
from sim.units import ACUITIES, FloatArray

SIZE = "ed_space"
"""The pool whose size attracts patients where nothing else is said."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Hold a city before scaling, who comes to it, why, and what the door shows of them."""

    city: City
    inflow: Inflow
    conditions: tuple[Condition, ...]
    case_mix: CaseMix

    def scaled_city(self, settings: Settings) -> City:
        """Return the city with every pool multiplied by the scale of its kind."""
        return scaled(self.city, settings.city)


def described_world(settings: Settings, faults: list[Fault]) -> World:
    """Return the world of a configuration; append faults of meaning.

    Raises:
        ScenarioError: with every fault of the files, when the city comes from a folder.
    """
    if settings.city.folder is None:
        return World(
            described_city(settings.city, faults),
            described_inflow(settings.city, settings.conditions, faults),
            tuple(Condition(name, one.pathway, _row(one.acuity_share)) for name, one in settings.conditions.items()),
            _case_mix(settings.case_mix, faults),
        )
    return _world_of_files(settings, _read(Path(settings.city.folder), tuple(settings.conditions)), faults)


def place_names(settings: Settings) -> dict[str, dict[str, str]]:
    """Return the names of hospitals and zones by id, as the configuration or the files of its city give them.

    Raises:
        ScenarioError: as `described_world` does.
    """
    city = described_world(settings, []).city
    return {
        "hospitals": {hospital.id: hospital.name for hospital in city.hospitals},
        "zones": {zone.id: zone.name for zone in city.zones},
    }


def _world_of_files(settings: Settings, found: CityFolder, faults: list[Fault]) -> World:
    """Let the files say what they say, and the configuration the rest."""
    acuity_share = dict(zip(found.cases.conditions, found.cases.acuity_share, strict=True))
    conditions = tuple(
        Condition(name, one.pathway, acuity_share.get(name, _row(one.acuity_share)))
        for name, one in settings.conditions.items()
    )
    inflow = Inflow(
        found.hourly_rate, found.conditions, found.condition_share, found.electives_per_day, dict(found.occupied)
    )
    mix = found.cases.case_mix
    nurse_share = _with_errors(mix.nurse_share, settings.case_mix.nurse_error, faults)
    mix = replace(mix, sd=mix.sd * settings.case_mix.spread, nurse_share=nurse_share, shifts=settings.case_mix.shifts)
    return World(_city_of_files(settings, found), inflow, conditions, mix)


def _city_of_files(settings: Settings, found: CityFolder) -> City:
    travel, choice = found.travel_min, found.choice_share
    if travel is None:
        travel = road_minutes(found.hospitals, found.hospitals, settings.city.travel)
    if choice is None:
        pools = [hospital.pool(SIZE) for hospital in found.hospitals]
        attraction = np.array([pool.establishment if pool else 0 for pool in pools], dtype=float)
        choice = choices_by_distance(found.zones, found.hospitals, attraction, settings.city)
    ways = road_minutes(found.zones, found.hospitals, settings.city.travel)
    if found.zone_travel_min is not None:
        ways = np.where(np.isnan(found.zone_travel_min), ways, found.zone_travel_min)
    return City(found.name, found.hospitals, found.zones, travel, choice, zone_travel_min=ways)


def _read(folder: Path, conditions: tuple[str, ...]) -> CityFolder:
    """Read the files of a city once in a process, as long as they do not change."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    state = tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return _read_state(folder, conditions, state)


@lru_cache(maxsize=4)
def _read_state(folder: Path, conditions: tuple[str, ...], _state: tuple[tuple[str, int, int], ...]) -> CityFolder:
    return read_city_folder(folder, conditions)


def _case_mix(settings: CaseMixSettings, faults: list[Fault]) -> CaseMix:
    """Return the door's features, with spreads and nurses' mistakes multiplied by their factors."""
    for name, feature in settings.features.items():
        for part in ("mean", "sd"):
            if len(getattr(feature, part)) != ACUITIES:
                place = f"case_mix.features.{name}.{part}"
                faults.append(Fault(place, getattr(feature, part), f"give {ACUITIES} numbers, one for each acuity"))
    features = [one for one in settings.features.values() if len(one.mean) == len(one.sd) == ACUITIES]
    return CaseMix(
        features=tuple(settings.features),
        mean=_table([one.mean for one in features]),
        sd=_table([one.sd for one in features]) * settings.spread,
        low=_row([one.low for one in features]),
        high=_row([one.high for one in features]),
        nurse_share=_nurse_share(settings, faults),
        shifts=settings.shifts,
    )


def _nurse_share(settings: CaseMixSettings, faults: list[Fault]) -> FloatArray:
    rows = settings.nurse_share
    if [len(row) for row in rows] != [ACUITIES] * ACUITIES:
        faults.append(Fault("case_mix.nurse_share", rows, f"give {ACUITIES} rows of {ACUITIES} shares"))
        return np.eye(ACUITIES)
    return _with_errors(np.array(rows, dtype=float), settings.nurse_error, faults)


def _with_errors(share: FloatArray, factor: float, faults: list[Fault]) -> FloatArray:
    """Multiply all that is off the diagonal, shape (5, 5), and let the diagonal take the rest."""
    if factor == 1.0:
        return share
    mistakes = share * (1 - np.eye(ACUITIES)) * factor
    if np.any(mistakes.sum(axis=1) > 1):
        faults.append(Fault("case_mix.nurse_error", factor, "give less; a level would err more often than always"))
    return mistakes + np.diag(1 - mistakes.sum(axis=1))


def _row(numbers: list[float]) -> FloatArray:
    return np.array(numbers, dtype=float)


def _table(rows: list[list[float]]) -> FloatArray:
    """Return features by acuity, shape (5, n_features)."""
    return np.array(rows, dtype=float).reshape(len(rows), ACUITIES).T
