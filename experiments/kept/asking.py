"""Ask the tables of a run by SQL, with DuckDB, which reads only the columns that a question needs."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from experiments.kept.listing import KeptRun
from experiments.store import BATCHES, MEASURES, TIMINGS, RunFolder, stem
from sim.faults import Fault, ScenarioError

KEYS = r"""regexp_extract(filename, '([^/\\]+)-r(\d+)\.parquet$', 1) AS cell,
           CAST(regexp_extract(filename, '-r(\d+)\.parquet$', 1) AS INTEGER) AS replication"""


def ask(run: KeptRun, sql: str) -> pd.DataFrame:
    """Return the answer to a question in DuckDB's SQL.

    There is a view for every kind of table (`patients`, `levels`, ...), with the columns `cell` and `replication`
    added, and the tables `measures` and `timings`.

    Raises:
        ScenarioError: when the question cannot be understood.
    """
    with duckdb.connect() as connection:
        for name, files in _tables(run).items():
            listed = ", ".join("'{}'".format(str(file).replace("'", "''")) for file in files)
            keys = "*" if name in ("measures", "timings") else f"* EXCLUDE (filename), {KEYS}"
            source = f"read_parquet([{listed}], filename = {str('EXCLUDE' in keys).lower()}, union_by_name = true)"
            connection.execute(f'CREATE VIEW "{name}" AS SELECT {keys} FROM {source}')
        try:
            return connection.execute(sql).df()
        except duckdb.Error as error:
            known = ", ".join(_tables(run))
            raise ScenarioError([Fault("question", sql, f"{error}; there are {known}")]) from error


def quantiles(run: KeptRun, of: str, by: Sequence[str], shares: Sequence[float]) -> pd.DataFrame:
    """Return quantiles over all finished patients that came after the warm-up: one row for each cell and group.

    `of` is a column of the patients, or a difference of marks such as `departed - arrived`, in minutes; `by` are
    columns, for example acuity and hospital. Quantiles are of the pooled patients, interpolated between neighbors.

    Raises:
        ScenarioError: when a column is unknown.
    """
    warm_up = max((_warm_up_min(cell) for cell in run.cells.values()), default=0.0)
    groups = ", ".join(["cell", *(f'"{name}"' for name in by)])
    columns = ", ".join(f"quantile_cont({of}, {share}) AS q{100 * share:g}" for share in shares)
    where = f"({of}) IS NOT NULL AND NOT isnan({of}) AND arrived >= {warm_up}"
    return ask(run, f"SELECT {groups}, count(*) AS n, {columns} FROM patients WHERE {where} GROUP BY ALL ORDER BY ALL")


def _warm_up_min(cell: dict[str, dict[str, dict[str, float]]]) -> float:
    return float((cell.get("configuration") or {}).get("run", {}).get("warm_up_weeks", 0)) * 10080.0


def _tables(run: KeptRun) -> dict[str, list[Path]]:
    """Return the files of finished replications by the name of their table."""
    folder, n = RunFolder(run.path), int(run.manifest.get("replications", 0))
    done = [stem(cell, i) for cell in run.cells for i in range(n) if folder.receipt(cell, i)]
    found: dict[str, list[Path]] = {}
    for kind in sorted(path for path in run.path.iterdir() if path.is_dir() and path.name != BATCHES):
        files = [kind / f"{name}.parquet" for name in done if (kind / f"{name}.parquet").is_file()]
        if files:
            found[kind.name] = files
    for name in (MEASURES, TIMINGS):
        if (run.path / name).is_file():
            found[name.removesuffix(".parquet")] = [run.path / name]
    return found
