"""Write a city as a folder of files that reads back as the same city."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path

import numpy as np

from experiments.files import cases, demand, own_settings, resources, service, stock, ways
from experiments.files.folder import CityFolder
from experiments.files.resource_types import HOSPITAL, write_type
from experiments.files.roster import write_roster
from optimize.cover_case import CoverCase
from sim.city import Pool
from sim.faults import Fault, ScenarioError
from sim.units import HOURS_PER_WEEK, FloatArray

README = "README.md"
Row = Sequence[object]


def write_city_folder(
    folder: Path,
    city: CityFolder,
    notes: str,
    set_aside: Sequence[tuple[str, Pool]] = (),
    beside: Mapping[str, Iterable[Row]] | None = None,
) -> list[Path]:
    """Write the files of a city, with `notes` on where it comes from, and return their paths; all of them or none.

    `set_aside` lists units by the id of their hospital that are written as inactive, which no reader takes; `beside`
    holds the rows of further files by name.

    Raises:
        ScenarioError: when the folder holds such files already, or cannot be written.
    """
    return write_tables(folder, {**dict(_tables(city, set_aside)), **(beside or {})}, notes)


def write_tables(folder: Path, tables: Mapping[str, Iterable[Row]], notes: str) -> list[Path]:
    """Write tables as comma-separated files by their names, with notes, and return the paths; all of them or none.

    Raises:
        ScenarioError: when the folder holds such files already, or cannot be written.
    """
    texts = {name: _text(rows) for name, rows in tables.items()} | {README: notes}
    if folder.exists() and not folder.is_dir():
        raise ScenarioError([Fault("out", str(folder), "name a new folder; this is a file")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = [name for name in texts if (folder / name).exists()]
        if present:
            mend = f"name a new folder, or remove {', '.join(present)} first"
            raise ScenarioError([Fault("out", str(folder), mend)])
        _write_together(folder, texts)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError([Fault("out", str(folder), f"name a folder that can be written ({reason})")]) from error
    return [folder / name for name in texts]


def _text(rows: Iterable[Row]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _write_together(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files under hidden names, and give them their own when all are there; leave nothing behind otherwise."""
    hidden = {name: folder / f".{name}.{os.getpid()}.partial" for name in texts}
    try:
        for name, text in texts.items():
            hidden[name].write_text(text, encoding="utf-8", newline="")
        for name, path in hidden.items():
            os.replace(path, folder / name)
    except BaseException:
        for path in (*hidden.values(), *(folder / name for name in texts)):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()  # other files may lie there
        raise


def _tables(city: CityFolder, set_aside: Sequence[tuple[str, Pool]]) -> Iterator[tuple[str, Iterable[Row]]]:
    zones, hospitals = [zone.id for zone in city.zones], [hospital.id for hospital in city.hospitals]
    yield resources.FILE, [*_resource_rows(city), *(_pool_row(*one, status="inactive") for one in set_aside)]
    yield demand.FILE, _demand_rows(city)
    yield cases.FILE, _case_rows(city.cases)
    travel = list(_travel_rows(city, hospitals, zones))
    if len(travel) > 1:
        yield ways.TRAVEL, travel
    if any(hospital.shelves for hospital in city.hospitals):
        yield stock.FILE, stock.stock_rows(city.hospitals)
    if city.choice_share is not None:
        shares = np.where(city.choice_share > 0, city.choice_share, np.nan)
        yield ways.CHOICE, _pair_rows(("zone", "hospital", "share"), zones, hospitals, shares)
    shares = _unusual_mix(city)
    if np.isfinite(shares).any():
        yield ways.MIX, _pair_rows(("zone", "condition", "share"), zones, city.conditions, shares)
    if city.service is not None:
        yield service.FILE, _service_rows(city.service)
    if city.settings:
        yield own_settings.FILE, own_settings.own_rows(city.settings)


def _number(value: float) -> str:
    """Write a number so that it reads back as the same number."""
    return repr(float(value)).removesuffix(".0")


def _number_or_empty(value: float) -> str:
    return _number(value) if np.isfinite(value) else ""


def _resource_rows(city: CityFolder) -> Iterator[Row]:
    yield (
        "id",
        "name",
        "type",
        "status",
        "location",
        "owner",
        "quantity",
        "roster",
        "occupied",
        "agreed",
        "electives_per_day",
        "region",
    )
    for index, hospital in enumerate(city.hospitals):
        location = f"{_number(hospital.latitude)} {_number(hospital.longitude)}"
        agreed = "yes" if hospital.agreed else "no"
        planned = _number_or_empty(city.electives_per_day[index])
        yield (
            hospital.id,
            hospital.name,
            HOSPITAL,
            "active",
            location,
            "",
            "",
            "",
            "",
            agreed,
            planned,
            hospital.region,
        )
        for pool in hospital.pools:
            patients = city.occupied.get(pool.code)
            yield _pool_row(hospital.id, pool, np.nan if patients is None else float(patients[index]))


def _pool_row(owner: str, pool: Pool, occupied: float = np.nan, status: str = "active") -> Row:
    roster = write_roster(pool.hourly.astype(np.int64)) if len(pool.levels) > 1 else ""
    id_ = f"{owner}-{pool.code}" if status == "active" else f"{owner}-{pool.code}-{status}"
    kind, units = write_type(pool.code, pool.kind), pool.establishment
    return (id_, "", kind, status, "", owner, units, roster, _number_or_empty(occupied), "", "", "")


def _demand_rows(city: CityFolder) -> Iterator[Row]:
    """Yield one row for each hour of the week; only the first row of a place describes it."""
    yield ("place", "name", "latitude", "longitude", "population", "weekday", "hour", "type", "per_hour")
    for zone, rates in zip(city.zones, city.hourly_rate, strict=True):
        place: Row = (zone.name, _number(zone.latitude), _number(zone.longitude), _number(zone.population))
        for weekday, hour, rate in _hours(rates):
            yield (zone.id, *place, weekday, hour, demand.ED_VISIT, rate)
            place = ("",) * 4


def _unusual_mix(city: CityFolder) -> FloatArray:
    """Return the shares of conditions, shape (n_zones, n_conditions), NaN where zero or as among all past patients."""
    shares = dict(zip(city.cases.conditions, city.cases.condition_share, strict=True))
    usual = np.array([shares.get(name, 0.0) for name in city.conditions])
    alike = np.isclose(city.condition_share, usual, rtol=1e-9).all(axis=1, keepdims=True)
    return np.where(alike | (city.condition_share == 0), np.nan, city.condition_share)


def _hours(rates: FloatArray) -> Iterator[tuple[object, object, str]]:
    """Yield weekday, hour and rate of each hour of the week, or one row for all when they are equal."""
    if np.all(rates == rates[0]):
        yield "", "", _number(rates[0])
        return
    for hour in range(HOURS_PER_WEEK):
        yield hour // 24, hour % 24, _number(rates[hour])


def _case_rows(known: cases.PatientCases) -> Iterator[Row]:
    yield (*cases.REQUIRED, *known.feature_names)
    n_digits = len(str(len(known.acuity)))
    for i, features in enumerate(known.features.tolist()):
        cells = ["" if np.isnan(value) else _number(value) for value in features]
        condition = known.conditions[known.condition[i]]
        yield (f"p{i + 1:0{n_digits}d}", condition, known.acuity[i], known.nurse_acuity[i], *cells)


def _pair_rows(header: Row, rows: Sequence[str], columns: Sequence[str], values: FloatArray) -> Iterator[Row]:
    """Yield a row for every value that is not NaN."""
    yield header
    yield from _pairs(rows, columns, values)


def _pairs(rows: Sequence[str], columns: Sequence[str], values: FloatArray) -> Iterator[Row]:
    for i, j in np.argwhere(np.isfinite(values)).tolist():
        yield (rows[i], columns[j], _number(values[i, j]))


def _travel_rows(city: CityFolder, hospitals: Sequence[str], zones: Sequence[str]) -> Iterator[Row]:
    """Yield the header, the ways between hospitals, and those from zones to hospitals."""
    yield "from", "to", "minutes"
    if city.travel_min is not None:
        yield from _pairs(hospitals, hospitals, _without_diagonal(city.travel_min))
    if city.zone_travel_min is not None:
        yield from _pairs(zones, hospitals, city.zone_travel_min)


def _without_diagonal(values: FloatArray) -> FloatArray:
    return np.where(np.eye(len(values), dtype=bool), np.nan, values)


def _service_rows(case: CoverCase) -> Iterator[Row]:
    yield (service.ROW, *case.activities, service.NEEDED)
    for name, given, needed in zip(case.requirements, case.coverage, case.needed, strict=True):
        yield (name, *map(_number, given), _number(needed))
    yield (service.COST, *map(_number, case.cost), "")
