"""Set variants side by side: what a measure is in each, and how they differ on the same patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from experiments.app.variants import Variant
from experiments.measure_list import MAIN, MEASURES
from experiments.report.findings import main_measure, ranked_findings
from experiments.report.folder import Cell, StoredRun
from experiments.report.numbers import ABSENT, difference_unit, plus_minus, scale_of, unit_in_words
from experiments.report.words import capitalized, decimals_of, label
from experiments.statistics import Interval, mean_interval, paired_difference, verdict

Pair = tuple[Variant, StoredRun]


@dataclass(frozen=True, slots=True)
class Line:
    """State one cell of one variant: the measure's mean, and the difference from the first line, as printed.

    `verdict` is "" on the first line, and "not paired" where the two did not meet the same patients.
    """

    variant: Variant
    cell: str
    level: str
    difference: str
    verdict: str
    n: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Compare variants in one measure; `measures` are all that can be asked for, by name, in words."""

    measure: str
    words: str
    unit: str
    difference_unit: str
    definition: str
    lines: tuple[Line, ...]
    measures: dict[str, str]


def comparison(pairs: Sequence[Pair], measure: str = "") -> Table | None:
    """Compare variants with the baseline of the first one, in a measure or the first one's own; None without any.

    Of each variant the baseline and the cell that leads are shown, or its only cell.
    """
    common = _measures(pairs)
    if not common:
        return None
    first = pairs[0][1]
    measure = measure if measure in common else main_measure(first.comparisons, str(first.manifest.get("measure", "")))
    measure = measure if measure in common else next(iter(common))
    shown = [(variant, run, cell) for variant, run in pairs for cell in _shown(run, measure)]
    lines = tuple(_line(shown[0][1:], one, measure, place == 0) for place, one in enumerate(shown))
    said = MEASURES[measure]
    units = unit_in_words(said.unit), difference_unit(said.unit)
    return Table(measure, said.label, *units, said.definition, lines, common)


def _measures(pairs: Sequence[Pair]) -> dict[str, str]:
    """Return the measures that all runs have, by name, in words; the main ones first."""
    if not pairs:
        return {}
    there = set.intersection(*(set(run.measures["measure"]) for _, run in pairs))
    return {name: MEASURES[name].label for name in dict.fromkeys((*MAIN, *MEASURES)) if name in there}


def _shown(run: StoredRun, measure: str) -> list[Cell]:
    """Return the baseline and the leading cell of a run, or its first cell when nothing is compared."""
    cells = {cell.name: cell for cell in run.cells}
    found = ranked_findings(measure, run.comparisons, cells)
    return [found[0].baseline, found[0].treatment] if found else list(cells.values())[:1]


def _line(
    reference: tuple[StoredRun, Cell], shown: tuple[Variant, StoredRun, Cell], measure: str, is_first: bool
) -> Line:
    variant, run, cell = shown
    scale = scale_of(MEASURES[measure].unit)
    own = _values(run, cell, measure) * scale
    level = mean_interval(own.to_numpy(dtype=float))
    printed = plus_minus(level.mean, level.half_width, decimals_of(measure, level.half_width))
    name = capitalized(label(cell))
    if is_first:
        return Line(variant, name, printed, ABSENT, "", level.n)
    if _chance(run) != _chance(reference[0]):
        return Line(variant, name, printed, ABSENT, "not paired", level.n)
    before, after = (_values(*reference, measure) * scale).align(own, join="inner")
    found = paired_difference(before.to_numpy(dtype=float), after.to_numpy(dtype=float))
    decimals = decimals_of(measure, found.half_width)
    difference = plus_minus(found.mean, found.half_width, decimals, sign=True)
    said = verdict(found, MEASURES[measure].better) if isfinite(found.half_width) else "undecided"
    return Line(variant, name, printed, difference, said, level.n, found)


def _values(run: StoredRun, cell: Cell, measure: str) -> pd.Series:
    """Return a measure of the whole city by replication."""
    rows = run.measures[(run.measures["measure"] == measure) & (run.measures["cell"] == cell.name)]
    return rows[rows["dimension"] == "all"].set_index("replication")["value"]


def _chance(run: StoredRun) -> tuple[object, ...]:
    """Return what two runs must share so that replications of equal index are pairs: seed and weeks."""
    cells = run.cells
    said = (cells[0].configuration.get("run") or {}) if cells else {}
    return tuple(said.get(key) for key in ("root_seed", "weeks", "warm_up_weeks"))
