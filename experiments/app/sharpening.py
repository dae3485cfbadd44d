"""Read what a run has found so far from the replications that are finished, and how its interval became narrower."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pandas as pd
import pyarrow.parquet as pq

from experiments.columns import read_notes
from experiments.comparisons import baselines, compare
from experiments.measure_list import MEASURES
from experiments.report.answer import lead_sentence
from experiments.report.findings import Finding, main_measure, pair_differences, ranked_findings
from experiments.report.folder import StoredRun, cells_of
from experiments.report.numbers import difference_unit, plus_minus
from experiments.report.words import capitalized, describe_against, label, spoken
from experiments.statistics import Interval, mean_interval
from experiments.store import BATCHES, MEASURE_COLUMNS, RECEIPT, RunFolder
from sim.faults import ScenarioError

FEWEST = 2
"""Replications from which there is an interval."""
MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class Row:
    """State what one cell changes against its baseline: in words, as an interval, and as printed."""

    label: str
    against: str
    interval: Interval
    printed: str
    verdict: str


@dataclass(frozen=True, slots=True)
class SoFar:
    """Say what is known of a run: the measure in words with its unit, a sentence, and all differences of the measure.

    `narrowing` has the interval of the leading difference after 2, 3, ... replications; `leading` names it.
    """

    measure: str
    unit: str
    sentence: str
    rows: tuple[Row, ...]
    leading: str
    narrowing: tuple[Interval, ...]


@dataclass(slots=True)
class Readings:
    """Read finished replications of runs once, though they are asked for again and again."""

    batches: dict[Path, dict[str, pd.DataFrame]] = field(default_factory=dict)
    found: dict[Path, tuple[int, SoFar | None]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def so_far(self, folder: Path) -> SoFar | None:
        """Return what a run has found so far, None before anything can be compared."""
        with self.lock:
            run = self._stored(folder)
            n = 0 if run is None else len(self.batches[folder])
            if self.found.get(folder, (-1, None))[0] != n:
                self.found[folder] = n, so_far(run) if run and not run.comparisons.empty else None
            return self.found[folder][1]

    def measures(self, folder: Path) -> StoredRun | None:
        """Return a run with the measures of the whole city in all finished replications, None before there are any."""
        with self.lock:
            return self._stored(folder)

    def _stored(self, folder: Path) -> StoredRun | None:
        try:
            manifest = RunFolder(folder).manifest()
        except ScenarioError:
            return None
        if folder not in self.batches and len(self.batches) >= MOST_KEPT:
            self.batches.pop(next(iter(self.batches)))
        kept = self.batches.setdefault(folder, {})
        there = sorted((folder / BATCHES).glob("[!.]*.parquet"))
        for file in there:
            if file.name not in kept and RECEIPT in (read_notes(file) or {}):
                kept[file.name] = _whole_city(file)
        for gone in kept.keys() - {file.name for file in there}:
            del kept[gone]
        return stored(folder, manifest, pd.concat(kept.values(), ignore_index=True)) if kept else None


def stored(folder: Path, manifest: Mapping[str, object], measures: pd.DataFrame) -> StoredRun:
    """Return an unfinished run like a finished one: its comparisons are made from the measures that there are."""
    cells = cells_of(manifest)
    baseline = (cells[0].configuration.get("run") or {}).get("baseline") or {} if cells else {}
    return StoredRun(folder, manifest, measures, compare(measures, baselines(cells, baseline), MEASURES))


def so_far(run: StoredRun) -> SoFar | None:
    """Return what the comparisons of a run say of its main measure."""
    measure = main_measure(run.comparisons, str(run.manifest.get("measure") or ""))
    found = ranked_findings(measure, run.comparisons, {cell.name: cell for cell in run.cells})
    if not found:
        return None
    lead = found[0]
    words = spoken(measure, lead.unit)
    return SoFar(
        measure=capitalized(words.thing),
        unit=difference_unit(lead.unit),
        sentence=lead_sentence(lead),
        rows=tuple(_row(one) for one in found),
        leading=capitalized(label(lead.treatment)),
        narrowing=narrowing(run, lead),
    )


def narrowing(run: StoredRun, lead: Finding) -> tuple[Interval, ...]:
    """Return the interval of a difference after the first 2, 3, ... pairs, in printed units."""
    pairs = pair_differences(run, lead)
    return tuple(mean_interval(pairs[:n]) for n in range(FEWEST, pairs.size + 1))


def _row(one: Finding) -> Row:
    interval = Interval(one.difference, (one.high - one.low) / 2, one.n)
    printed = plus_minus(one.difference, interval.half_width, one.decimals, sign=True)
    against = describe_against(one.baseline, one.treatment)
    return Row(capitalized(label(one.treatment)), against, interval, printed, one.verdict)


def _whole_city(file: Path) -> pd.DataFrame:
    rows: pd.DataFrame = pq.read_table(file).cast(MEASURE_COLUMNS).to_pandas()
    return rows[rows["dimension"] == "all"]
