"""Set every assumption to the ends of its range, one at a time, and see how the leading difference moves.

Both cells of the comparison are simulated again with the assumption changed, on the same patients. The rows of a
tornado diagram follow (Eschenbach 1992, doi:10.1287/inte.22.6.40).
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from math import nan
from pathlib import Path

import pandas as pd
import pyarrow as pa

from experiments.columns import write_table
from experiments.config import CellConfig, vary
from experiments.files.own_settings import COUNTS
from experiments.means import THIS_MACHINE, Means
from experiments.own_settings import said_by
from experiments.plugins import shipped_policies
from experiments.progress import Watcher
from experiments.replication import Outcome, run_cell
from experiments.statistics import paired_difference
from experiments.store import RunFolder
from experiments.study import Study, run_study
from sim.streams import Replication

FOLDER, TABLE = "sensitivity", "tornado.parquet"
ENDS = ("low", "high")
ROLES = ("baseline", "treatment")
SEAT_OF = {"openings": "equipment", "loans": "staffing", "rosters": "rostering", "exchange": "medicines"}
"""Rules that matter only to who decides in a seat."""
Pair = tuple[CellConfig, CellConfig]
FEWEST = 4
"""Pairs of runs from which an interval says anything."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Name a number that has no source: where it is set, its range, and the value that ships."""

    id: str
    what: str
    where: str
    low: float
    high: float
    value: float = nan


def assumptions() -> list[Assumption]:
    """Return the assumptions that ship with the configuration."""
    lines = files("conf").joinpath("assumptions.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    return [
        Assumption(r["id"], r["what"], r["where"], float(r["low"]), float(r["high"]), float(r["value"])) for r in rows
    ]


def around(assumption: Assumption, cell: CellConfig) -> Assumption:
    """Return the assumption with its range in proportion to what the city's own folder sets, where that holds."""
    name = assumption.where
    own = said_by(cell.resolved.get("city", {}).get("folder")).get(name)
    unchanged = vary(cell, name, int(own) if name in COUNTS else own) if own is not None else None
    if own is None or unchanged is None or unchanged.hash != cell.hash:
        return assumption
    low, high = (end * own / assumption.value for end in (assumption.low, assumption.high))
    if name in COUNTS:
        low, high = max(1.0, round(low)), max(1.0, round(high))
    return replace(assumption, low=low, high=high)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Plan the runs: which cell stands for each role with each assumption at each end.

    `cells` holds every different configuration once; `cell_of` maps (role, assumption id, end) to the name of its
    cell, and (role, "", "") to that of the unchanged one.
    """

    cells: tuple[CellConfig, ...]
    cell_of: Mapping[tuple[str, str, str], str]
    varied: tuple[Assumption, ...]


def plan(baseline: CellConfig, treatment: CellConfig, weeks: float) -> Sensitivity:
    """Plan the runs of both cells over so many weeks; an assumption that neither cell knows or uses is left out."""
    cells: dict[str, CellConfig] = {}
    cell_of: dict[tuple[str, str, str], str] = {}
    varied = []
    for role, cell in zip(ROLES, (baseline, treatment), strict=True):
        short = vary(cell, "run.weeks", min(weeks, cell.settings.run.weeks))
        assert short is not None
        cell_of[role, "", ""] = _add(cells, short, role)
        for assumption in (around(one, short) for one in assumptions() if in_use(one, (baseline, treatment))):
            for end in ENDS:
                changed = vary(short, assumption.where, _number(getattr(assumption, end)))
                name = _add(cells, changed, f"{role}-{assumption.id}-{end}") if changed else cell_of[role, "", ""]
                cell_of[role, assumption.id, end] = name
            if changed and assumption not in varied:
                varied.append(assumption)
    return Sensitivity(tuple(cells.values()), cell_of, tuple(varied))


def in_use(assumption: Assumption, cells: Sequence[CellConfig]) -> bool:
    """Say whether a cell has anybody to whom the rule applies: a policy that decides in that seat, or a list."""
    part = assumption.where.partition(".")[0]
    if part in SEAT_OF:
        return any(_decides(cell, SEAT_OF[part]) for cell in cells)
    if part in ("lists", "admission"):
        return any("listed_for" in source for cell in cells for source in (cell.resolved.get("sources") or {}).values())
    return part != "reading_center" or any(cell.resolved.get(part) for cell in cells)


def _decides(cell: CellConfig, seat: str) -> bool:
    member = shipped_policies()[seat].get(str(cell.resolved[seat]["policy"]))
    return bool(getattr(member, "decides", True))


def _add(cells: dict[str, CellConfig], cell: CellConfig, name: str) -> str:
    """Keep a cell by its hash, under this name unless it is there already; return the name it has."""
    return cells.setdefault(cell.hash, replace(cell, name=name, factors={})).name


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def run_sensitivity(
    folder: Path, study: Study, pair: Pair, watcher: Watcher | None, means: Means = THIS_MACHINE
) -> None:
    """Run baseline and treatment of `pair` under every assumption and write `tornado.parquet` into the study's folder.

    Raises:
        FolderError, UnwrittenError, KeyboardInterrupt: as `run_study` does.
    """
    run = study.cells[0].settings.run
    planned = plan(*pair, run.sensitivity_weeks)
    own = Study(planned.cells, run.sensitivity_replications, study.root_seed, name=FOLDER)
    run_study(own, folder / FOLDER, run.workers, watcher, measures_only, means)
    measures = RunFolder(folder / FOLDER).measures()
    rows = list(tornado_rows(planned, measures, pair[1].name))
    write_table(pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False), folder / TABLE)


def measures_only(cell: CellConfig, replication: Replication) -> Outcome:
    """Run one replication and keep nothing but its measures."""
    return replace(run_cell(cell, replication), tables={}, kept=())


def tornado_rows(planned: Sensitivity, measures: pd.DataFrame, treatment: str) -> Iterator[dict[str, object]]:
    """Yield one row an assumption and measure: the difference as it stands, and at both ends of the range."""
    city = measures[measures["dimension"] == "all"]
    wide = city.pivot(index="replication", columns=["measure", "cell"], values="value")

    def difference(measure: str, assumption: str = "", end: str = "") -> tuple[float, float]:
        places = [(measure, planned.cell_of[role, assumption, end]) for role in ROLES]
        if not all(place in wide for place in places):  # not every measure exists under every policy
            return nan, nan
        before, after = (wide[place].to_numpy(dtype=float) for place in places)
        found = paired_difference(before, after)
        return found.mean, found.half_width if found.n >= FEWEST else nan

    for assumption in planned.varied:
        for measure in city["measure"].drop_duplicates():
            row: dict[str, object] = {"assumption": assumption.id, "what": assumption.what, "where": assumption.where}
            row |= {"measure": measure, "cell": treatment, "difference_base": difference(measure)[0]}
            for end in ENDS:
                mean, half_width = difference(measure, assumption.id, end)
                row |= {end: getattr(assumption, end), f"difference_{end}": mean, f"half_width_{end}": half_width}
            yield row


def leading_pair(cells: Sequence[CellConfig], baseline: str, treatment: str) -> tuple[CellConfig, CellConfig]:
    """Return the two cells of a comparison by their names."""
    by_name = {cell.name: cell for cell in cells}
    return by_name[baseline], by_name[treatment]
