"""Show what a run from a census foresees: how full hospitals will be, hour by hour, and how sure that is."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from experiments.report.catalogue import _, later, many
from experiments.report.charts import DAYS
from experiments.report.folder import StoredRun, query
from experiments.report.numbers import NBSP, number, span
from experiments.report.profiles import places_of
from experiments.report.tables import Table
from experiments.report.words import label, separated
from experiments.start_date import start_of
from sim.units import MINUTES_PER_HOUR

HOURS_SHOWN = (6, 12, 24, 36, 48, 60, 72, 96, 120, 144, 168)
LOW, HIGH = 0.05, 0.95
WHOLE_CITY = later("Whole city")
MOST_CELLS = 6


def outlook(run: StoredRun) -> list[Table]:
    """Return tables of beds in use and of patients in emergency departments, nothing unless a census was given."""
    tables = []
    for cell in run.cells[:MOST_CELLS]:
        beds, spaces = places_of(cell)
        if cell.configuration.get("start"):
            heading = label(cell) if len(run.cells) > 1 else ""
            tables += _tables(run, cell.name, (_("Inpatient beds in use"), heading), beds)
            tables += _tables(run, cell.name, (_("Patients in emergency departments"), heading), spaces, waiting=True)
    return tables


def _tables(
    run: StoredRun, cell: str, words: tuple[str, str], pools: Sequence[str], waiting: bool = False
) -> list[Table]:
    """Return the table of some places of a cell, none where no levels were kept."""
    found = patients_by_hour(run, cell, pools, waiting)
    if found.empty:
        return []
    last = int(found["hour"].max()) + 1
    hours = [hour for hour in HOURS_SHOWN if hour <= last]
    n = int(found["replication"].nunique())
    caption = _("{what}: mean and 90 % interval of {replications}").format(
        what=separated([word for word in words if word]),
        replications=many("{n} replication", "{n} replications", n),
    )
    names = {**run.names("hospitals"), WHOLE_CITY: _(WHOLE_CITY)}
    rows = tuple(
        (names.get(str(hospital), str(hospital)), *(_spread(own.loc[own["hour"] == hour - 1]) for hour in hours))
        for hospital, own in found.groupby("hospital", sort=False)
    )
    return [Table(caption, (_("Hospital"), *(_moment(run, cell, hour) for hour in hours)), rows)]


def patients_by_hour(run: StoredRun, cell: str, pools: Sequence[str], waiting: bool = False) -> pd.DataFrame:
    """Return the mean number of patients in places, and waiting for them if asked, in each hour of each replication.

    Columns hospital (each, then the whole city), hour since the start, replication, patients.
    """
    tables = run.tables("levels", cell)
    if not tables or not pools:
        return pd.DataFrame(columns=["hospital", "hour", "replication", "patients"])
    table = query(
        f"""
        SELECT CAST(hospital AS VARCHAR) AS hospital, CAST(hour AS BIGINT) AS hour, filename AS replication,
            sum(busy_min + CASE WHEN $waiting THEN queue_min ELSE 0 END) / {MINUTES_PER_HOUR} AS patients
        FROM read_parquet($tables, filename = true)
        WHERE list_contains($pools, CAST(pool AS VARCHAR)) GROUP BY ALL ORDER BY ALL
        """,
        tables=tables,
        pools=list(pools),
        waiting=waiting,
    )
    city = table.groupby(["hour", "replication"], as_index=False)["patients"].sum().assign(hospital=WHOLE_CITY)
    both: pd.DataFrame = pd.concat([table, city], ignore_index=True)
    return both


def _spread(rows: pd.DataFrame) -> str:
    """Return mean and interval of one hour over the replications."""
    values = rows["patients"].to_numpy(dtype=float)
    low, high = np.quantile(values, (LOW, HIGH))
    return _("{mean} ({interval})").format(mean=number(float(values.mean()), 0), interval=span(low, high, 0))


def _moment(run: StoredRun, cell: str, hour: int) -> str:
    """Return the hour that ends so many hours after the start, in words."""
    date = str((run.cell(cell).configuration.get("run") or {}).get("start_date", ""))
    at = start_of(date) + timedelta(hours=hour)
    return f"+{hour}{NBSP}h, {_(DAYS[at.weekday()])} {at:%H:%M}"
