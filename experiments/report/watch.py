"""Watch one day of one replication: patients as dots that move between places, a clock, and how many are where.

Baseline and leading cell meet the same patients, so that one sees what deciding otherwise changes. In a large city only
some hospitals, and every so manieth patient, are shown; the numbers of patients always count all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.report.catalogue import _
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun
from experiments.report.journeys import BOARDING, WAITING, Window, busiest_day, counts_at, stored_stays
from experiments.report.patterns import moment, shown_pair
from experiments.report.tables import Table
from experiments.report.watch_chart import counts_chart
from sim.units import HOURS_PER_WEEK

MOST_HOSPITALS = 6
MOST_STAYS = 6000
MOST_PLACES = 6
STEP_MIN = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Hold what the player needs (see `_player`), and the figure that says the same without moving."""

    figure: Figure
    player: Mapping[str, Any]


def watch(run: StoredRun, lead: Finding | None, replication: int = 0) -> Watch | None:
    """Return the busiest day of a replication, baseline and leading cell; None where no patients are kept."""
    if lead is None:
        return None
    pair = shown_pair(lead)
    found = {name: stored_stays(run, name, replication) for name in pair}
    kept = {name: table for name, table in found.items() if table is not None and len(table)}
    if len(kept) < len(pair):
        return None
    window = busiest_day(run, kept[lead.baseline.name])
    inside = {name: _within(table, window) for name, table in kept.items()}
    if not all(len(table) for table in inside.values()):
        return None
    places = _places(inside[lead.baseline.name])
    hospitals = _hospitals(inside[lead.baseline.name])
    return Watch(
        _figure(inside, pair, places, window, replication),
        _player(inside, pair, places, {key: run.names("hospitals").get(key, key) for key in hospitals}, window),
    )


def _within(table: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the stays that touch the window."""
    return table[(table["start"] < window.end_min) & ~(table["end"] <= window.start_min)]


def _places(table: pd.DataFrame) -> list[str]:
    """Return the places on the way through a hospital, in order; of later ones those with most stays."""
    counts = table["place"].value_counts()
    early = [place for place in (WAITING, "emergency", BOARDING) if place in counts]
    late = sorted((place for place in counts.index if place not in early), key=lambda place: (-counts[place], place))
    return early + [str(place) for place in late[: MOST_PLACES - len(early)]]


def _hospitals(table: pd.DataFrame) -> list[str]:
    """Return the hospitals in which most stays begin, at most six, in the order of their names."""
    counts = table["hospital"].astype(str).value_counts()
    ranked = sorted(counts.index, key=lambda key: (-counts[key], key))
    return sorted(str(key) for key in ranked[:MOST_HOSPITALS])


def place_name(place: str) -> str:
    """Return a place in words."""
    known = {
        WAITING: _("Waiting"),
        "emergency": _("Emergency department"),
        BOARDING: _("Boarding"),
        "ward": _("Ward"),
        "icu": _("Intensive care"),
    }
    return known.get(place, place.replace("_", " ").capitalize())


def _figure(
    inside: Mapping[str, pd.DataFrame], pair: Mapping[str, str], places: Sequence[str], window: Window, replication: int
) -> Figure:
    """Return patients by place over the day, in the whole city."""
    moments = np.arange(window.start_min, window.end_min + 1.0, 2 * STEP_MIN)
    rows = [
        {"place": place_name(place), "cell": pair[name], "hour": round((at - window.start_min) / 60.0, 4), "n": int(n)}
        for name, table in inside.items()
        for place in places
        for at, n in zip(moments, counts_at(table[table["place"] == place], moments), strict=True)
    ]
    caption = _(
        "Replication {replication}, the day from {moment} on: the one with most boarding after the warm-up under the"
        " baseline. One day of one replication shows how things go, not what is usual: for that, read the figures"
        " above."
    ).format(replication=replication, moment=moment(window.first_hour))
    names = [place_name(place) for place in places]
    start = window.first_hour % 24
    return drawn(
        "watch",
        (_("Watch one day"), caption),
        rows,
        lambda frame: counts_chart(frame, names, list(pair.values()), start),
        _table(rows, names, list(pair.values()), window),
    )


def _table(rows: Sequence[Mapping[str, Any]], names: Sequence[str], cells: Sequence[str], window: Window) -> Table:
    """Return patients by hour, one column a place and cell."""
    found = {(row["place"], row["cell"], row["hour"]): f"{row['n']:,}" for row in rows}
    columns = [(name, cell) for name in names for cell in cells]
    hours = sorted({row["hour"] for row in rows if row["hour"] == int(row["hour"])})
    body = tuple(
        (
            moment((window.first_hour + int(hour)) % HOURS_PER_WEEK),
            *(found.get((*column, hour), "0") for column in columns),
        )
        for hour in hours
    )
    headings = (_("Hour"), *(f"{name}, {cell}" for name, cell in columns))
    return Table(_("Patients by place and hour, whole city"), headings, body)


def _player(
    inside: Mapping[str, pd.DataFrame],
    pair: Mapping[str, str],
    places: Sequence[str],
    hospitals: Mapping[str, str],
    window: Window,
) -> dict[str, Any]:
    """Return what the script moves: names, and for each cell its stays in columns and counts by place and hospital.

    A box is a place of a hospital: hospital times number of places, plus place. `start` and `end` are whole minutes of
    the day, `who` numbers the patients shown, whose acuities stand in `acuity`.
    """
    shown = {
        name: table[table["hospital"].isin(list(hospitals)) & table["place"].isin(list(places))]
        for name, table in inside.items()
    }
    every = max(1, -(-max(len(table) for table in shown.values()) // MOST_STAYS))
    return {
        "words": player_words(every),
        "places": [place_name(place) for place in places],
        "hospitals": list(hospitals.values()),
        "minutes": round(window.end_min - window.start_min),
        "first_minute": window.first_hour * 60 % 10080,
        "step": STEP_MIN,
        "every": every,
        "cells": [
            {"name": pair[name], **_moving(table, places, list(hospitals), window, every)}
            for name, table in shown.items()
        ],
    }


def player_words(every: int) -> dict[str, str]:
    """Return the texts that the script shows, with {placeholders} that it fills in."""
    days = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "days": " ".join(days),
        "counts": _("{moment}, {cell}: {counts}."),
        "count": _("{place} {n}"),
        "shown": _("One dot is one patient.") if every == 1 else _("One dot is one of {n} patients.").format(n=every),
    }


def _moving(
    table: pd.DataFrame, places: Sequence[str], hospitals: Sequence[str], window: Window, every: int
) -> dict[str, Any]:
    """Return the stays of a cell in columns, and how many are in each box every ten minutes."""
    place = table["place"].map({name: index for index, name in enumerate(places)}).to_numpy(dtype=np.int64)
    hospital = table["hospital"].astype(str).map({name: index for index, name in enumerate(hospitals)})
    box = hospital.to_numpy(dtype=np.int64) * len(places) + place
    moments = np.arange(window.start_min, window.end_min, STEP_MIN)
    counts = [counts_at(table[box == one], moments).astype(int).tolist() for one in range(len(places) * len(hospitals))]
    some = table["patient"].to_numpy() % every == 0
    minutes = window.end_min - window.start_min
    start = np.clip(np.floor(table["start"].to_numpy(dtype=float) - window.start_min), 0, minutes)[some]
    end = np.clip(np.ceil(table["end"].fillna(np.inf).to_numpy(dtype=float) - window.start_min), 0, minutes)[some]
    order = np.lexsort((table["patient"].to_numpy()[some], start))
    who, patients = pd.factorize(table["patient"].to_numpy()[some][order])
    acuity = table.drop_duplicates("patient").set_index("patient")["acuity"].reindex(patients)
    return {
        "counts": counts,
        "box": box[some][order].tolist(),
        "start": start[order].astype(int).tolist(),
        "end": end[order].astype(int).tolist(),
        "who": who.tolist(),
        "acuity": acuity.astype(int).tolist(),
    }
