"""Gather the evidence behind a report: configuration, seeds, versions, hashes, endings, failures, sources."""

import csv
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from experiments.report.catalogue import _, later
from experiments.report.codes import plain_name
from experiments.report.folder import Cell, StoredRun
from experiments.report.numbers import ABSENT, amount, number
from experiments.report.tables import Table
from experiments.report.words import label
from experiments.service_plan import STORED

PROVEN = "optimal"
UNNAMED = "run"
SOURCES = {
    "parameters.csv": later("Parameters and their sources"),
    "assumptions.csv": later("Assumptions and their ranges"),
}


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one key of a configuration: a value, or branches; `differs` when cells disagree about it or below it."""

    key: str
    value: str
    branches: tuple["Node", ...]
    differs: bool


def configuration_tree(cells: Sequence[Cell]) -> tuple[Node, ...]:
    """Return the configuration of the first cell as a tree in which what differs between cells is marked."""
    if not cells:
        return ()
    differing = {path for path, _ in differing_paths(cells)}
    return tuple(_nodes(cells[0].configuration, (), differing))


def _nodes(branch: Mapping[str, Any], path: tuple[str, ...], differing: set[tuple[str, ...]]) -> Iterator[Node]:
    for key, value in branch.items():
        here = (*path, str(key))
        inner = tuple(_nodes(value, here, differing)) if isinstance(value, Mapping) and value else ()
        differs = here in differing or any(node.differs for node in inner)
        yield Node(str(key), "" if inner else plain(value), inner, differs)


def differing_paths(cells: Sequence[Cell]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return every key path at which the cells' configurations differ, with the value of each cell."""
    flat = [dict(_leaves(cell.configuration, ())) for cell in cells]
    paths = dict.fromkeys(path for leaves in flat for path in leaves)
    valued = [(path, tuple(leaves.get(path, ABSENT) for leaves in flat)) for path in paths]
    return [(path, values) for path, values in valued if len(set(values)) > 1]


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    else:
        yield path, plain(value)


def plain(value: Any) -> str:
    """Return a configured value as one would write it in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {plain(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(plain(inner) for inner in value) + "]"
    return str(value)


def factor_table(cells: Sequence[Cell]) -> Table:
    """Return what differs between the cells, one row for each key."""
    rows = tuple((".".join(path), *values) for path, values in differing_paths(cells))
    columns = (_("Key"), *(label(cell) for cell in cells))
    return Table(_("What differs between the cells"), columns, rows, frozenset(range(len(columns))))


def seeds_table(run: StoredRun) -> Table:
    """Return trace hashes by replication, one column for each cell."""
    hashes: Mapping[str, Sequence[str]] = run.manifest.get("trace_hashes") or {}
    names = [cell.name for cell in run.cells if cell.name in hashes]
    n = max((len(hashes[name]) for name in names), default=0)
    rows = tuple(
        (str(index), *(str(hashes[name][index] or ABSENT) if index < len(hashes[name]) else ABSENT for name in names))
        for index in range(n)
    )
    return Table(_("Trace hashes"), (_("Replication"), *names), rows, frozenset(range(len(names) + 1)))


def endings_table(run: StoredRun) -> Table:
    """Return how often decisions of each cell ended how, and the share that was solved to optimality."""
    endings: Mapping[str, Mapping[str, int]] = run.manifest.get("endings") or {}
    kinds = sorted({kind for counts in endings.values() for kind in counts})
    rows = tuple(_ending_row(cell, endings[cell.name], kinds) for cell in run.cells if cell.name in endings)
    columns = (_("Cell"), _("Decisions"), *map(plain_name, kinds), _("Solved to optimality"))
    return Table(_("Decisions by ending, all replications together"), columns, rows)


def _ending_row(cell: Cell, counts: Mapping[str, int], kinds: Sequence[str]) -> tuple[str, ...]:
    solved = sum(count for kind, count in counts.items() if kind != "rule")
    share = f"{100 * counts.get(PROVEN, 0) / solved:.1f} %" if solved else _("no solver")
    total = sum(counts.values())
    return (label(cell), f"{total:,}", *(f"{counts.get(kind, 0):,}" for kind in kinds), share)


def timings_table(run: StoredRun) -> Table:
    """Return seconds of work by cell and part."""
    timings: Mapping[str, Mapping[str, float]] = run.manifest.get("timings") or {}
    parts = list(dict.fromkeys(part for each in timings.values() for part in each))
    rows = tuple(
        (label(cell), *(number(float(timings[cell.name].get(part, float("nan"))), 2) for part in parts))
        for cell in run.cells
        if cell.name in timings
    )
    return Table(_("Seconds of work, all replications together"), (_("Cell"), *map(plain_name, parts)), rows)


def service_tables(run: StoredRun) -> tuple[tuple[str, tuple[Table, ...], tuple[str, ...]], ...]:
    """Return for each covering program what to say of it, the tables of its plan, and the lines of its conflict."""
    return tuple(
        (_service_words(plan), _plan_tables(plan) if plan["cost"] is not None else (), tuple(plan["conflict"]))
        for plan in run.documents(STORED)
    )


def _service_words(plan: Mapping[str, Any]) -> str:
    file = str(plan["file"])
    if plan["cost"] is None:
        text = _("No plan meets the requirements of {file} ({ending}). What stands in the way:")
        return text.format(file=file, ending=plain_name(plan["ending"]))
    text = _(
        "The least-cost plan of {file} costs {cost} ({ending}); levels may be fractions of a unit. Shadow prices"
        " ({prices_of}) are in cost per unit: what one unit more of a requirement would add to the cost."
    )
    known = {"ending": plain_name(plan["ending"]), "prices_of": _(str(plan["prices_of"]))}
    return text.format(file=file, cost=amount(plan["cost"]), **known)


def _plan_tables(plan: Mapping[str, Any]) -> tuple[Table, ...]:
    activities = [(one["name"], *map(amount, (one["level"], one["unit_cost"]))) for one in plan["activities"]]
    parts = ("needed", "given", "slack", "price")
    met = [(one["name"], *(amount(one[part]) for part in parts)) for one in plan["requirements"]]
    return (
        Table(_("Activities of the plan"), (_("Activity"), _("Units"), _("Cost of one unit")), tuple(activities)),
        Table(
            _("Requirements"),
            (_("Requirement"), _("Needed"), _("Given"), _("To spare"), _("Shadow price")),
            tuple(met),
        ),
    )


def pairs_table(caption: str, columns: tuple[str, str], pairs: Mapping[str, Any]) -> Table:
    """Return a mapping as a table of two columns."""
    rows = tuple((str(key), str(value)) for key, value in sorted(pairs.items()))
    return Table(caption, columns, rows, frozenset({0, 1}))


def source_tables() -> tuple[Table, ...]:
    """Return the tables of parameters and assumptions that come with the configuration."""
    return tuple(
        Table(_(caption), tuple(map(plain_name, heading)), tuple(map(tuple, rows)), frozenset(range(len(heading))))
        for name, caption in SOURCES.items()
        for heading, *rows in [shipped_rows(name)]
    )


def shipped_rows(name: str) -> list[list[str]]:
    """Return the rows of a CSV file of the configuration, its heading first."""
    text = files("conf").joinpath(name).read_text(encoding="utf-8")
    return [row for row in csv.reader(text.splitlines()) if row]


def one_variation() -> str:
    """Return an override that sets the first assumption to the low end of its range."""
    heading, first, *_ = shipped_rows("assumptions.csv")
    assumption = dict(zip(heading, first, strict=True))
    return f"{assumption['where']}={assumption['low']}"


def experiment_name(run: StoredRun) -> str:
    """Return the name of the experiment, "" when it has none."""
    configuration = run.cells[0].configuration if run.cells else {}
    name = str((configuration.get("experiment") or {}).get("name") or "")
    return "" if name == UNNAMED else name


def command(run: StoredRun, *more: str) -> str:
    """Return the command that makes this run again, with `more` overrides.

    It is the stored one, when the manifest holds a `command`; else experiment or grid, size and seed name it, and
    what else was overridden is only to be seen in the configuration.
    """
    stored = run.manifest.get("command")
    if isinstance(stored, str) and stored:
        return shlex.join([*shlex.split(stored), *more])
    settings = (run.cells[0].configuration.get("run") or {}) if run.cells else {}
    kept = ("replications", "weeks", "warm_up_weeks", "root_seed")
    overrides = [f"run.{key}={settings[key]}" for key in kept if key in settings]
    name = experiment_name(run)
    asked = [f"experiment={name}"] if name else grid(run.cells)
    return shlex.join(["citycare", "run", *asked, *overrides, *more])


def grid(cells: Sequence[Cell]) -> list[str]:
    """Return the words that ask for the grid of these cells, none when nothing is swept."""
    factors = dict.fromkeys(factor for cell in cells for factor in cell.factors)
    levels = {factor: dict.fromkeys(str(cell.factors.get(factor)) for cell in cells) for factor in factors}
    return ["-m", *(f"{factor}={','.join(found)}" for factor, found in levels.items())] if levels else []
