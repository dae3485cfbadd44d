"""Write events as XES (IEEE 1849-2016) or as CSV, patient by patient, without holding the text in memory.

Times are local; XES demands a time zone, and gets +00:00.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from experiments.columns import write_whole
from experiments.event_log.events import COLUMNS

CSV_COLUMNS = ("case_id", "activity", "timestamp", "lifecycle", "resource", "hospital")
EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Lifecycle", "lifecycle"), ("Organizational", "org"))
ROWS_AT_ONCE = 100_000
MICROSECONDS_PER_MINUTE = 60e6
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
{extensions}
  <global scope="trace">
    <string key="concept:name" value="unknown"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="unknown"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="org:group" value="unknown"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>
  <string key="concept:name" value={name}/>
  <string key="lifecycle:model" value="standard"/>
"""

Row = tuple[int, str, str, str, str, str]


def write_csv(events: pd.DataFrame, start: datetime, path: Path) -> None:
    """Write one line an event, columns `CSV_COLUMNS`; timestamps are local, in ISO 8601 with milliseconds."""

    def write(partial: Path) -> None:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(CSV_COLUMNS)
            writer.writerows(_rows(events, start))

    write_whole(path, write)


def write_xes(events: pd.DataFrame, start: datetime, path: Path, name: str) -> None:
    """Write a log called `name` with a trace for each patient; resources are pools, groups are hospitals."""

    def write(partial: Path) -> None:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            extensions = (
                f'  <extension name="{title}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
                for title, prefix in EXTENSIONS
            )
            stream.write(HEAD.format(extensions="\n".join(extensions), name=quoteattr(name)))
            for patient, rows in groupby(_rows(events, start), key=itemgetter(0)):
                _write_trace(stream, patient, rows)
            stream.write("</log>\n")

    write_whole(path, write)


def _write_trace(stream: TextIO, patient: int, rows: Iterator[Row]) -> None:
    stream.write(f'  <trace>\n    <string key="concept:name" value="{patient}"/>\n')
    for _, activity, moment, lifecycle, resource, hospital in rows:
        used = f'<string key="org:resource" value={quoteattr(resource)}/>' if resource else ""
        stream.write(
            f'    <event><string key="concept:name" value={quoteattr(activity)}/>'
            f'<date key="time:timestamp" value="{moment}+00:00"/>'
            f'<string key="lifecycle:transition" value="{lifecycle}"/>'
            f'{used}<string key="org:group" value={quoteattr(hospital)}/></event>\n'
        )
    stream.write("  </trace>\n")


def _rows(events: pd.DataFrame, start: datetime) -> Iterator[Row]:
    """Yield the events as plain values, so many at once."""
    zero = np.datetime64(start, "us")
    for first in range(0, len(events), ROWS_AT_ONCE):
        some = events.iloc[first : first + ROWS_AT_ONCE]
        microseconds = np.rint(some["time_min"].to_numpy() * MICROSECONDS_PER_MINUTE).astype("timedelta64[us]")
        moments = np.datetime_as_string(zero + microseconds, unit="ms").tolist()
        columns = {name: some[name].tolist() for name in COLUMNS} | {"time_min": moments}
        yield from zip(*columns.values(), strict=True)
