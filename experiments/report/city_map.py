"""Show hospitals and zones on a map that needs no network: where patients board, and who is moved where."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import pandas as pd

from experiments.report.catalogue import _
from experiments.report.city_map_chart import map_chart
from experiments.report.drawing import Row
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import Cell, StoredRun, query
from experiments.report.numbers import ABSENT, number
from experiments.report.tables import SMALLEST_COUNT, Table
from experiments.report.words import label

KM_PER_DEGREE = 111.2
DAYS_PER_WEEK = 7.0
MOST_ZONES = 400
BOARDING = "boarding_hours_per_day"


@dataclass(frozen=True, slots=True)
class Spot:
    """Place a hospital or zone: kilometers east and north of the middle of the city."""

    east_km: float
    north_km: float


def city_map(run: StoredRun, lead: Finding) -> Figure | None:
    """Show the leading cell's boarding and transfers; None where the configuration does not say where hospitals are."""
    spots = spots_of(lead.treatment)
    hospitals = {key: spot for (kind, key), spot in spots.items() if kind == "hospitals"}
    if len(hospitals) < 2:
        return None
    boarding = boarding_hours(run, lead.treatment.name)
    moves = transfers_per_day(run, lead.treatment.name)
    rows = [
        *_zone_rows(run, spots),
        *_move_rows(moves, hospitals, run.names("hospitals")),
        *_hospital_rows(run, hospitals, boarding),
    ]
    caption = _(
        "Hospitals as circles, the larger the more patient-hours of boarding a day under “{cell}”; lines are transfers"
        " between hospitals, the wider the more a day, with a knob where they lead; small squares are zones where"
        " patients come from. Distances are true, {km} km from left to right."
    ).format(cell=label(lead.treatment), km=number(_width(spots), 0))
    words = (_("Where patients board, and who is moved where"), caption)
    return drawn("map", words, rows, lambda frame: map_chart(frame, rows), _table(run, hospitals, boarding, moves))


def spots_of(cell: Cell) -> dict[tuple[str, str], Spot]:
    """Return where hospitals and zones are, by kind and id, on a plane that touches the earth amid them."""
    city = cell.configuration.get("city") or {}
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for kind in ("hospitals", "zones"):
        described = city.get(kind)
        for key, one in described.items() if isinstance(described, Mapping) else ():
            if isinstance(one, Mapping) and one.get("latitude") is not None and one.get("longitude") is not None:
                found[kind, str(key)] = float(one["latitude"]), float(one["longitude"])
    if not found:
        return {}
    middle = [sum(one[axis] for one in found.values()) / len(found) for axis in (0, 1)]
    wide = KM_PER_DEGREE * cos(radians(middle[0]))
    return {
        key: Spot(round((east - middle[1]) * wide, 3), round((north - middle[0]) * KM_PER_DEGREE, 3))
        for key, (north, east) in found.items()
    }


def _width(spots: Mapping[Any, Spot]) -> float:
    east = [spot.east_km for spot in spots.values()]
    return max(east) - min(east)


def boarding_hours(run: StoredRun, cell: str) -> dict[str, float]:
    """Return patient-hours of boarding a day by hospital, means over replications."""
    table = run.measures
    mine = table[(table["measure"] == BOARDING) & (table["dimension"] == "hospital") & (table["cell"] == cell)]
    return {str(key): float(value) for key, value in mine.groupby("level")["value"].mean().items()}


def transfers_per_day(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return accepted transfers after the warm-up: origin, destination, n over all replications, and n per_day."""
    files = run.tables("transfers", cell)
    if not files:
        return pd.DataFrame(columns=["origin", "destination", "n", "per_day"])
    table = query(
        """
        SELECT CAST(origin AS VARCHAR) AS origin, CAST(destination AS VARCHAR) AS destination, count(*) AS n
        FROM read_parquet($files) WHERE refusal = '' AND time_min >= $warm_up_min GROUP BY ALL ORDER BY ALL
        """,
        files=files,
        warm_up_min=run.warm_up_min,
    )
    weeks = float((run.cells[0].configuration.get("run") or {}).get("weeks", 1.0))
    return table.assign(per_day=table["n"] / len(files) / weeks / DAYS_PER_WEEK)


def _zone_rows(run: StoredRun, spots: Mapping[tuple[str, str], Spot]) -> list[Row]:
    zones = [(key, spot) for (kind, key), spot in spots.items() if kind == "zones"][:MOST_ZONES]
    names = run.names("zones")
    return [_row("zone", names.get(key, key), spot, spot, 0.0, names.get(key, key)) for key, spot in zones]


def _move_rows(moves: pd.DataFrame, hospitals: Mapping[str, Spot], names: Mapping[str, str]) -> list[Row]:
    """Return one row a pair of hospitals, its ends a little to the right of the straight line: both ways are seen."""
    rows = []
    for origin, destination, n, per_day in moves.itertuples(index=False, name=None):
        if n >= SMALLEST_COUNT and origin in hospitals and destination in hospitals:
            start, end = beside(hospitals[origin], hospitals[destination])
            route = _("{origin} to {destination}").format(
                origin=names.get(origin, origin), destination=names.get(destination, destination)
            )
            told = _("{n} transfers a day").format(n=number(per_day, 2))
            rows.append(_row("move", route, start, end, float(per_day), told))
    return rows


def beside(start: Spot, end: Spot, aside: float = 0.025, kept: float = 0.88) -> tuple[Spot, Spot]:
    """Return the ends of an arrow that runs beside the line between two spots, and stops short of both."""
    east, north = end.east_km - start.east_km, end.north_km - start.north_km
    left = (1 - kept) / 2
    shift = (aside * north, -aside * east)
    return (
        Spot(start.east_km + left * east + shift[0], start.north_km + left * north + shift[1]),
        Spot(end.east_km - left * east + shift[0], end.north_km - left * north + shift[1]),
    )


def _hospital_rows(run: StoredRun, hospitals: Mapping[str, Spot], boarding: Mapping[str, float]) -> list[Row]:
    names = run.names("hospitals")
    rows = []
    for key, spot in hospitals.items():
        told = _("{n} patient-hours of boarding a day").format(n=number(boarding.get(key, 0.0), 1))
        rows.append(_row("hospital", names.get(key, key), spot, spot, boarding.get(key, 0.0), told))
    return rows


def _row(kind: str, name: str, start: Spot, end: Spot, value: float, shown: str) -> Row:
    ends = {"x": start.east_km, "y": start.north_km, "x2": end.east_km, "y2": end.north_km, "value": value}
    return {"kind": kind, "name": name, "shown": shown} | {key: round(one, 3) for key, one in ends.items()}


def _table(run: StoredRun, hospitals: Mapping[str, Spot], boarding: Mapping[str, float], moves: pd.DataFrame) -> Table:
    """Return boarding by hospital, and transfers a day from each (row) to each (column)."""
    names = run.names("hospitals")
    found = {(row[0], row[1]): _moved(row[2], row[3]) for row in moves.itertuples(index=False, name=None)}
    columns = (_("Hospital"), _("Boarding, patient-hours/day"))
    headings = (*columns, *(_("to {hospital}").format(hospital=names.get(key, key)) for key in hospitals))
    body = tuple(
        (
            names.get(key, key),
            number(boarding.get(key, float("nan")), 1),
            *(found.get((key, there), ABSENT) for there in hospitals),
        )
        for key in hospitals
    )
    return Table(_("Boarding, and transfers a day from hospital to hospital"), headings, body)


def _moved(n: int, per_day: float) -> str:
    return number(per_day, 2) if n >= SMALLEST_COUNT else _("withheld")
