"""Compare and attribute again, from measures, and set the tables of a run beside what comes out."""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import pandas as pd

from experiments import attribution, comparisons
from experiments.attribution import WHOLE, attribute, factorial_of
from experiments.comparisons import baselines, compare
from experiments.measures import MEASURES
from experiments.report.folder import Cell, cells_of
from experiments.store import ATTRIBUTION, COMPARISONS, RunFolder
from experiments.verify.mismatch import Mismatch, by_field, differing

COMPARED_BY = ("measure", "dimension", "level", "baseline", "treatment")
ATTRIBUTED_BY = ("measure", "term", "switches", "baseline", "treatment")


def compared_again(manifest: Mapping[str, Any], measures: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that follow from measures, with the columns of `comparisons.COLUMNS`."""
    cells = cells_of(manifest)
    return compare(measures, baselines(cells, baseline_of(cells)), MEASURES)


def attributed_again(manifest: Mapping[str, Any], measures: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return the attribution that follows from measures; empty where none was made."""
    cells = cells_of(manifest)
    grid = _grid(cells, stored)
    return attribute(measures, factorial_of(grid, baseline_of(cells)), MEASURES) if grid else stored


def _grid(cells: tuple[Cell, ...], stored: pd.DataFrame) -> list[Cell]:
    """Return the cells of the full factorial that was attributed: every factor as at one of its two ends."""
    whole = stored[stored["term"] == WHOLE] if "term" in stored else stored
    if whole.empty:
        return []
    found = {cell.name: cell.factors for cell in cells}
    ends = [found.get(str(whole.iloc[0][end]), {}) for end in ("baseline", "treatment")]
    return [
        cell for cell in cells if all(level in [end.get(key) for end in ends] for key, level in cell.factors.items())
    ]


def baseline_of(cells: tuple[Cell, ...]) -> dict[str, str]:
    """Return the levels that name the baseline of every comparison."""
    runs = [cell.configuration.get("run") or {} for cell in cells]
    return {str(key): str(level) for key, level in ((runs[0].get("baseline") or {}) if runs else {}).items()}


def altered_comparisons(folder: RunFolder, found: pd.DataFrame) -> Iterator[Mismatch]:
    """Yield every value of `comparisons.csv` that does not follow from the measures."""
    printed = pd.read_csv(folder.path / COMPARISONS)
    yield from _differing(COMPARISONS, printed, found[comparisons.COLUMNS], COMPARED_BY)


def altered_attribution(folder: RunFolder, found: pd.DataFrame) -> Iterator[Mismatch]:
    """Yield every value of `attribution.csv`, where there is one, that does not follow from the measures."""
    if (folder.path / ATTRIBUTION).is_file():
        printed = pd.read_csv(folder.path / ATTRIBUTION)
        yield from _differing(ATTRIBUTION, printed, found[attribution.COLUMNS], ATTRIBUTED_BY)


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is read again after it was written: numbers and gaps of a CSV file."""
    return pd.read_csv(StringIO(table.to_csv(index=False, lineterminator="\n")))


def _differing(name: str, printed: pd.DataFrame, found: pd.DataFrame, keys: tuple[str, ...]) -> Iterator[Mismatch]:
    sides = (by_field(table, [key for key in keys if key in table], name) for table in (printed, as_written(found)))
    yield from differing(*sides)
