"""Read an event log, XES or CSV: every row checked, every fault with its row and how to mend it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

import numpy as np
import pandas as pd

from experiments.from_log.columns import ACTIVITY, CASE, HOSPITAL, LIFECYCLE, RESOURCE, START, TIME, chosen_columns
from experiments.from_log.xes import UnsafeXmlError, read_xes
from experiments.schema import stop_at
from sim.faults import Fault, ScenarioError
from sim.units import BoolArray

OWN = frozenset({"arrival", "departure"})
"""Activities that only logs have which CityCare wrote."""

GROUP = "org:group"
DELIMITERS = ",;\t|"
FAULTS_SHOWN = 20
FORMATS = (
    "ISO8601",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
)
ZONE = r"\s*(?:Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Hold the events of a log, one row each, in the order of the file.

    Columns: row, case, activity, timestamp and start (local, NaT where none is), lifecycle, resource, hospital.
    `left_out` are the faults of rows that were left out; `is_own` says that CityCare wrote the log.
    """

    events: pd.DataFrame
    is_own: bool
    left_out: tuple[Fault, ...] = ()


def read_log(path: Path, given: Mapping[str, str] | None = None, leave_out: bool = False) -> EventLog:
    """Return the events of a log; `given` names the columns of roles, `leave_out` goes on without faulty rows.

    Raises:
        ScenarioError: with every fault of the file, its columns and its rows.
    """
    header, rows, texts = _texts(path)
    faults: list[Fault] = []
    columns = chosen_columns(header, given or {}, faults)
    stop_at(faults)
    own = {texts[columns[ACTIVITY]][i] for i in range(len(rows))} >= OWN
    if own and HOSPITAL not in columns and GROUP in texts:
        columns[HOSPITAL] = GROUP
    events = pd.DataFrame({role: texts[name] for role, name in columns.items()}, dtype=object)
    events.insert(0, "row", rows)
    wrong = _read_cells(events, columns, path.name, faults)
    if faults and not leave_out:
        mend = "mend the rows above, or leave them out with --leave-out"
        stop_at([*faults, Fault(path.name, f"{int(wrong.sum())} of {len(rows)} rows", mend)])
    kept = events[~wrong].reset_index(drop=True)
    if kept.empty:
        stop_at([*faults, Fault(path.name, 0, "name a log with at least one event")])
    return EventLog(kept, own, tuple(faults))


def _texts(path: Path) -> tuple[list[str], list[int], dict[str, list[str]]]:
    """Return the header, the row (XES: the line) of every event, and the columns as text."""
    try:
        if path.suffix.lower() == ".xes":
            return _in_columns(list(read_xes(path)))
        return _csv_texts(path)
    except UnsafeXmlError as error:
        mend = "remove the document type (<!DOCTYPE ...>); logs need none, and it could name other files"
        raise _unreadable(path, mend) from error
    except ExpatError as error:
        raise _unreadable(path, f"mend the XML ({error})") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "save the file in UTF-8") from error
    except (OSError, csv.Error) as error:
        raise _unreadable(path, f"name a log that can be read ({error})") from error


def _unreadable(path: Path, mend: str) -> ScenarioError:
    return ScenarioError([Fault("--log", path.name, mend)])


def _in_columns(events: Sequence[tuple[int, Mapping[str, str]]]) -> tuple[list[str], list[int], dict[str, list[str]]]:
    header = list(dict.fromkeys(key for _, event in events for key in event))
    return header, [row for row, _ in events], {key: [event.get(key, "") for _, event in events] for key in header}


def _csv_texts(path: Path) -> tuple[list[str], list[int], dict[str, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        first = stream.readline()
        stream.seek(0)
        delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(stream, delimiter=delimiter)
        header = next(reader, [])
        rows, records = [], []
        for record in reader:
            if record:
                rows.append(reader.line_num)
                records.append([*record, *[""] * (len(header) - len(record))])
    return header, rows, {name: [record[i] for record in records] for i, name in enumerate(header)}


def _read_cells(events: pd.DataFrame, columns: Mapping[str, str], file: str, faults: list[Fault]) -> BoolArray:
    """Turn texts into values in place, and return which rows are wrong, shape (n,)."""
    wrong = np.zeros(len(events), dtype=np.bool_)
    for role in (CASE, ACTIVITY):
        events[role] = events[role].str.strip()
        empty = (events[role] == "").to_numpy()
        wrong |= _blame(events, empty, role, (file, columns[role], "give every event its " + role), faults)
    for role in (TIME, START):
        if role not in columns:
            events[role] = pd.NaT
            continue
        texts = events[role].str.strip()
        moments = _moments(texts)
        bad = (moments.isna() & ((texts != "") | (role == TIME))).to_numpy()
        mend = "write local date and time, such as 2026-01-05 08:30:00"
        wrong |= _blame(events, bad, role, (file, columns[role], mend), faults)
        events[role] = moments
    backwards = (events[START] > events[TIME]).to_numpy()
    wrong |= _blame(events, backwards, TIME, (file, columns[TIME], "let it end after its start"), faults)
    events[LIFECYCLE] = events[LIFECYCLE].str.strip().str.lower() if LIFECYCLE in columns else ""
    events[LIFECYCLE] = events[LIFECYCLE].replace("", "complete")
    for role in (RESOURCE, HOSPITAL):
        events[role] = events[role].str.strip() if role in columns else ""
    return wrong


def _moments(texts: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Return local times, in the notation that reads most of them; a zone is dropped, since wards live by the clock."""
    plain = texts.str.replace(ZONE, "", regex=True)
    some = plain.iloc[:: max(1, len(plain) // 500)]
    best = max(FORMATS, key=lambda one: int(pd.to_datetime(some, format=one, errors="coerce").notna().sum()))
    return pd.to_datetime(plain, format=best, errors="coerce")


def _blame(
    events: pd.DataFrame, wrong: BoolArray, role: str, where: tuple[str, str, str], faults: list[Fault]
) -> BoolArray:
    """Append a fault for each wrong row, the first of many, and return the mask."""
    file, column, mend = where
    places = np.flatnonzero(wrong)
    faults.extend(_row_faults(events.iloc[places[:FAULTS_SHOWN]][["row", role]].itertuples(index=False), where))
    if len(places) > FAULTS_SHOWN:
        faults.append(Fault(f"{file}, column {column}", f"{len(places) - FAULTS_SHOWN} more rows", mend))
    return wrong


def _row_faults(rows: Iterable[tuple[int, object]], where: tuple[str, str, str]) -> Iterable[Fault]:
    file, column, mend = where
    for row, value in rows:
        yield Fault(f"{file} row {row}, column {column}", str(value)[:60], mend)
