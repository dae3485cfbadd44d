"""Ask the large tables what the figures need: quantiles of waits, and what the hours of a week look like."""

from collections.abc import Mapping

import pandas as pd
import pyarrow.parquet as parquet

from experiments.measure_list import EMERGENCY
from experiments.report.folder import Cell, StoredRun, query
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR

QUANTILES = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}
ED_PLACE = "ed_space"
BED_ENDING = "_bed"


def wait_quantiles(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return quantiles of the wait for a provider by true acuity, in minutes, over all replications of a cell.

    Columns acuity, n, p10, p25, p50, p75, p90. Like the measure, it counts emergency patients who arrived after the
    warm-up, up to their first step at the emergency place; who never had one does not count.
    """
    tables = run.tables("patients", cell)
    seen = next((name for name in _columns(tables) if name.startswith(f"{EMERGENCY}.")), None)
    if seen is None:
        return pd.DataFrame(columns=["acuity", "n", *QUANTILES])
    columns = ", ".join(f"quantile_cont(wait_min, {share}) AS {name}" for name, share in QUANTILES.items())
    return query(
        f"""
        SELECT acuity_true AS acuity, count(*) AS n, {columns}
        FROM (SELECT acuity_true, {quoted(seen)} - arrived AS wait_min FROM read_parquet($tables)
              WHERE arrived >= $warm_up_min AND zone IS NOT NULL)
        WHERE isfinite(wait_min) GROUP BY acuity_true ORDER BY acuity_true
        """,
        tables=tables,
        warm_up_min=run.warm_up_min,
    )


def quoted(name: str) -> str:
    """Return a column's name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def _columns(tables: list[str]) -> list[str]:
    return [str(name) for name in parquet.read_schema(tables[0]).names] if tables else []


def weekly_profile(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return for every hospital and hour of the week how full it was, over all replications of a cell.

    Columns hospital, hour (0 to 167), occupancy (occupied over staffed bed time, all inpatient beds), census (patients
    in an ED space or waiting for one), census_per_space; the warm-up does not count.
    """
    tables = run.tables("levels", cell)
    if not tables:
        return pd.DataFrame(columns=["hospital", "hour", "occupancy", "census", "census_per_space"])
    beds, spaces = places_of(run.cell(cell))
    return query(
        f"""
        SELECT CAST(hospital AS VARCHAR) AS hospital, (CAST(hour AS BIGINT) + $first) % {HOURS_PER_WEEK} AS hour,
            sum(busy_min) FILTER (is_bed) / nullif(sum(duty_min - overtime_min) FILTER (is_bed), 0) AS occupancy,
            sum(busy_min + queue_min) FILTER (is_ed) / count(*) FILTER (is_ed) / {MINUTES_PER_HOUR} AS census,
            sum(busy_min + queue_min) FILTER (is_ed) / nullif(sum(duty_min) FILTER (is_ed), 0) AS census_per_space
        FROM (SELECT *, list_contains($spaces, CAST(pool AS VARCHAR)) AS is_ed,
                     CASE WHEN len($beds) > 0 THEN list_contains($beds, CAST(pool AS VARCHAR))
                     ELSE ends_with(CAST(pool AS VARCHAR), '{BED_ENDING}') END AS is_bed
              FROM read_parquet($tables) WHERE hour * {MINUTES_PER_HOUR} >= $warm_up_min)
        WHERE is_bed OR is_ed
        GROUP BY ALL ORDER BY ALL
        """,
        tables=tables,
        warm_up_min=run.warm_up_min,
        first=run.first_hour,
        beds=beds,
        spaces=spaces,
    )


def places_of(cell: Cell) -> tuple[list[str], list[str]]:
    """Return the codes of inpatient beds and of emergency spaces, as the pathways of a configuration name them.

    Beds are places that patients may be transferred to, as for the measure of occupancy; none when nothing is said.
    """
    pathways = cell.configuration.get("pathways")
    described = pathways.values() if isinstance(pathways, Mapping) else ()
    phases = [phase for each in described for phase in each.get("phases", ()) if phase.get("place")]
    beds = {str(phase["place"]) for phase in phases if phase.get("transferable")}
    spaces = {str(phase["place"]) for phase in phases if phase.get("name") == EMERGENCY}
    return sorted(beds), sorted(spaces or {ED_PLACE})


def patients_by_zone(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return how many patients came from each zone with each condition: columns zone, condition, n."""
    tables = run.tables("patients", cell)
    if not tables:
        return pd.DataFrame(columns=["zone", "condition", "n"])
    return query(
        """
        SELECT coalesce(CAST(zone AS VARCHAR), 'no zone: planned') AS zone, CAST(condition AS VARCHAR) AS condition,
            count(*) AS n
        FROM read_parquet($tables) WHERE arrived >= $warm_up_min GROUP BY ALL ORDER BY ALL
        """,
        tables=tables,
        warm_up_min=run.warm_up_min,
    )


def sensitivity(run: StoredRun, measure: str, cell: str) -> pd.DataFrame:
    """Return the sensitivity table of one measure and cell, largest shift first.

    Assumptions that move nothing are left out; the table is empty when none was made.
    """
    path = run.path / "tornado.parquet"
    if not path.is_file():
        return pd.DataFrame()
    table = pd.read_parquet(path)
    chosen = table.loc[(table["measure"] == measure) & (table["cell"] == cell)].copy()
    shifts = [(chosen[f"difference_{end}"] - chosen["difference_base"]).abs() for end in ("low", "high")]
    chosen["shift"] = pd.concat(shifts, axis=1).max(axis=1)
    moving = chosen[chosen["shift"] > 0]
    return moving.sort_values("shift", ascending=False, kind="stable").reset_index(drop=True)
