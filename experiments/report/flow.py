"""Show how patients flow: from where they come, through the places of a hospital, to how they leave."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

from experiments.measure_list import EMERGENCY
from experiments.report.catalogue import _
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.flow_chart import flow_chart, link_rows, node_rows
from experiments.report.folder import StoredRun
from experiments.report.journeys import ENTERED, later_phases
from experiments.report.numbers import number
from experiments.report.patterns import shown_pair
from experiments.report.tables import SMALLEST_COUNT, Table
from experiments.report.watch import place_name

EMERGENCIES, PLANNED = "emergency patients", "planned patients"
OUTCOMES = {"departed": "home", "inside": "still inside"}
DAYS_PER_WEEK = 7.0
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """Hold how many patients took each link, by its ends, over `n_replications`, and the layer of each node."""

    counts: Mapping[Link, int]
    layers: Mapping[str, int]
    n_replications: int


def flow(run: StoredRun, lead: Finding) -> Figure | None:
    """Show the flow under the leading cell, and beside it in the table that under the baseline."""
    pair = shown_pair(lead)
    found = {name: flow_of(run, name) for name in pair}
    shown = found[lead.treatment.name]
    if not shown.counts:
        return None
    days = _days(run)
    amounts = {link: n / shown.n_replications / days for link, n in shown.counts.items() if n >= SMALLEST_COUNT}
    names = {node: node_name(node) for node in shown.layers}
    links = link_rows(amounts, shown.layers, names)
    caption = _(
        "Patients a day who arrived after the warm-up, under “{cell}”: bands are as wide as patients are many. Moves"
        " back to an earlier place stand in the table only, and so do links of fewer than {n} patients."
    ).format(cell=pair[lead.treatment.name], n=SMALLEST_COUNT)
    return drawn(
        "flow",
        (_("Where patients come from and go to"), caption),
        [*links, *node_rows(amounts, shown.layers, names)],
        flow_chart,
        _table(found, pair, days),
    )


def flow_of(run: StoredRun, cell: str) -> Flow:
    """Return the flow of a cell over all its replications, from the marks of its patients."""
    files = run.tables("patients", cell)
    counts: Counter[Link] = Counter()
    seen: set[str] = set()
    for file in files:
        table = _marks(Path(file), run.warm_up_min)
        if table is None:
            continue
        for path, n in paths(table).items():
            seen.update(path[1:-1])
            counts.update(dict.fromkeys(pairwise(path), n))
    middle = sorted(seen, key=lambda node: (node != EMERGENCY, _lateness(node, counts, seen), node))
    ends = {node for link in counts for node in link} - set(middle)
    first = {node for node in ends if node in (EMERGENCIES, PLANNED)}
    layers = dict.fromkeys(sorted(first), 0) | {node: place for place, node in enumerate(middle, start=1)}
    layers |= dict.fromkeys(sorted(ends - first), len(middle) + 1)
    return Flow(counts, layers, len(files))


def _lateness(node: str, counts: Mapping[Link, int], places: Collection[str]) -> float:
    """Return 1 for a place that only receives from other places, -1 for one that only sends to them."""
    sent = sum(n for (start, end), n in counts.items() if start == node and end in places)
    received = sum(n for (start, end), n in counts.items() if end == node and start in places)
    return (received - sent) / max(received + sent, 1)


def _marks(file: Path, warm_up_min: float) -> pd.DataFrame | None:
    """Return what is needed of the patients who came after the warm-up; None where it was not kept."""
    names = [str(name) for name in parquet.read_schema(file).names]
    if not {"zone", "outcome", "arrived", "departed"} <= set(names):
        return None
    marks = [name for name in names if name.endswith(ENTERED)]
    table = pd.read_parquet(file, columns=["zone", "outcome", "arrived", *marks])
    return table[table["arrived"] >= warm_up_min]


def paths(table: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """Return how many patients took each way: where from, places in the order in which they were entered, and how out.

    Whoever never had a place goes from the source to the end.
    """
    phases = [EMERGENCY, *later_phases(table)] if f"{EMERGENCY}{ENTERED}" in table else later_phases(table)
    entered = table[[f"{phase}{ENTERED}" for phase in phases]].to_numpy(dtype=float)
    order = np.argsort(np.where(np.isnan(entered), np.inf, entered), axis=1, kind="stable")
    n_known = np.isfinite(entered).sum(axis=1)
    source = np.where(table["zone"].notna(), EMERGENCIES, PLANNED)
    outcome = [OUTCOMES.get(str(one), str(one)) for one in table["outcome"]]
    keys = zip(source, map(tuple, order.tolist()), n_known.tolist(), outcome, strict=True)
    ways: Counter[tuple[str, ...]] = Counter()
    for start, places, n, end in keys:
        ways[start, *(phases[place] for place in places[:n]), end] += 1
    return dict(ways)


def node_name(node: str) -> str:
    """Return a source, place or end in words."""
    known = {
        EMERGENCIES: _("Emergencies"),
        PLANNED: _("Planned"),
        "home": _("Discharged"),
        "still inside": _("Still inside"),
        "left_unseen": _("Left unseen"),
    }
    return known.get(node) or place_name(node)


def _days(run: StoredRun) -> float:
    settings: Mapping[str, Any] = (run.cells[0].configuration.get("run") or {}) if run.cells else {}
    return float(settings.get("weeks", 1.0)) * DAYS_PER_WEEK


def _table(found: Mapping[str, Flow], pair: Mapping[str, str], days: float) -> Table:
    """Return every link with patients a day under both cells; what stands for fewer than four patients is withheld."""
    links = dict.fromkeys(link for one in found.values() for link in one.counts)
    layers = {node: layer for one in found.values() for node, layer in one.layers.items()}
    ordered = sorted(links, key=lambda link: (layers[link[0]], link[0], layers[link[1]], link[1]))
    rows = tuple(
        (node_name(start), node_name(end), *(_entry(found[name], (start, end), days) for name in pair))
        for start, end in ordered
    )
    columns = (_("From"), _("To"), *pair.values())
    return Table(_("Patients a day from place to place"), columns, rows, frozenset({0, 1}))


def _entry(one: Flow, link: Link, days: float) -> str:
    n = one.counts.get(link, 0)
    return _("withheld") if 0 < n < SMALLEST_COUNT else number(n / max(one.n_replications, 1) / days, 1)
