"""Set results in tables, every number already in words: columns, rows, and what a caption must say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import pandas as pd

from experiments.measures import MEASURES
from experiments.report.catalogue import _, later
from experiments.report.codes import plain_name
from experiments.report.findings import ALPHA
from experiments.report.folder import Cell, StoredRun, records
from experiments.report.numbers import (
    ABSENT,
    difference_unit,
    number,
    plus_minus,
    scale_of,
    signed,
    span,
    unit_in_words,
)
from experiments.report.words import decimals_of, label
from experiments.statistics import mean_interval

UNCHANGED = later("unchanged")
REFUSED = later("no steady state")
VERDICTS = (later("better"), later("worse"), later("undecided"), later("no direction"))
SMALLEST_COUNT = 4
SUPPRESSED = f"< {SMALLEST_COUNT}"


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table as text; the first entry of every row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: frozenset[int] = field(default_factory=lambda: frozenset({0}))


@dataclass(frozen=True, slots=True)
class MeasureCell:
    """Hold one cell of the table of measures: the mean, the difference and its verdict; "" where there is none."""

    mean: str
    difference: str = ""
    verdict: str = ""
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """Hold one measure over all cells."""

    label: str
    unit: str
    definition: str
    cells: tuple[MeasureCell, ...]
    name: str = ""


def measure_rows(run: StoredRun, cells: Sequence[Cell]) -> tuple[MeasureRow, ...]:
    """Return every measure over the whole city in these cells, as the registry orders them, then any other stored."""
    city = run.measures[run.measures["dimension"] == "all"]
    stored = list(dict.fromkeys(city["measure"]))
    known = [name for name in MEASURES if name in stored]
    compared = {
        (row["measure"], row["treatment"]): row
        for row in records(run.comparisons[run.comparisons["dimension"] == "all"])
    }
    values = {key: group["value"] for key, group in city.groupby(["measure", "cell"], observed=True)}
    ordered = known + [name for name in stored if name not in MEASURES]
    return tuple(_measure_row(name, cells, values, compared) for name in ordered)


def without(
    rows: Sequence[MeasureRow], cells: Sequence[Cell], refused: Collection[tuple[str, str]]
) -> tuple[MeasureRow, ...]:
    """Return the rows with every mean refused that has no steady state, by cell and measure."""
    if not refused:
        return tuple(rows)
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(each, mean=_(REFUSED)) if (cell.name, row.name) in refused else each
                for cell, each in zip(cells, row.cells, strict=True)
            ),
        )
        for row in rows
    )


def _measure_row(
    name: str,
    cells: Sequence[Cell],
    values: Mapping[Any, "pd.Series[float]"],
    compared: Mapping[tuple[str, str], Mapping[str, Any]],
) -> MeasureRow:
    unit, title, definition = describe_measure(name)
    made = [_measure_cell(name, values.get((name, cell.name)), compared.get((name, cell.name))) for cell in cells]
    return MeasureRow(title, unit_in_words(unit), definition, tuple(made), name)


def _measure_cell(measure: str, values: "pd.Series[float] | None", row: Mapping[str, Any] | None) -> MeasureCell:
    if values is None:
        return MeasureCell(ABSENT)
    interval = mean_interval(values.to_numpy() * scale_of(describe_measure(measure)[0]))
    mean = plus_minus(interval.mean, interval.half_width, decimals_of(measure, interval.half_width))
    if row is None:
        return MeasureCell(mean)
    if row["difference"] == 0 and row["half_width"] == 0:
        return MeasureCell(mean, "", UNCHANGED)
    return MeasureCell(mean, difference_text(row), str(row["verdict"]), has_reserve(row))


def describe_measure(name: str) -> tuple[str, str, str]:
    """Return unit, label and definition of a measure; an unknown one speaks for itself."""
    measure = MEASURES.get(name)
    if measure is None:
        return "", name.replace("_", " "), ""
    return measure.unit, _(measure.label), _(measure.definition)


def difference_text(row: Mapping[str, Any]) -> str:
    """Return a comparison's difference ± half-width, in printed units."""
    scale = scale_of(str(row["unit"]))
    difference, half_width = float(row["difference"]) * scale, float(row["half_width"]) * scale
    return plus_minus(difference, half_width, decimals_of(str(row["measure"]), half_width), sign=True)


def has_reserve(row: Mapping[str, Any]) -> bool:
    """Return whether a row says better or worse, and Holm's correction does not agree."""
    p_holm = float(row["p_value_holm"])
    return row["verdict"] in ("better", "worse") and isfinite(p_holm) and p_holm > ALPHA


def differences_table(run: StoredRun, caption: str, rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return differences with their intervals, p-values and gains from pairing."""
    columns = (
        _("Measure"),
        _("Of"),
        _("Cell"),
        _("Difference"),
        _("95 % interval"),
        _("p (Holm)"),
        "n",
        _("Pairing gain"),
        _("Verdict"),
    )
    body = tuple(_difference_row(run, row) for row in rows)
    return Table(caption, columns, body, frozenset({0, 1, 2, 8}))


def _difference_row(run: StoredRun, row: Mapping[str, Any]) -> tuple[str, ...]:
    scale = scale_of(str(row["unit"]))
    low, high, half_width = (float(row[name]) * scale for name in ("low", "high", "half_width"))
    decimals = decimals_of(str(row["measure"]), half_width)
    title = describe_measure(str(row["measure"]))[1]
    return (
        measure_in(title, difference_unit(str(row["unit"]))),
        part_of_city(run, str(row["dimension"]), str(row["level"])),
        label(run.cell(str(row["treatment"]))),
        signed(float(row["difference"]) * scale, decimals),
        span(low, high, decimals, sign=True),
        p_text(float(row["p_value_holm"])),
        str(int(row["n"])),
        number(float(row["variance_ratio"]), 1),
        _(str(row["verdict"])),
    )


def measure_in(title: str, unit: str) -> str:
    """Return a measure's name with the unit of its figures, as a heading."""
    return _("{measure}, {unit_of_it}").format(measure=title, unit_of_it=unit) if unit else title


def part_of_city(run: StoredRun, dimension: str, level: str) -> str:
    """Return what a row is about in words: the whole city, a hospital or zone by its name, or an acuity."""
    if dimension == "all":
        return _("whole city")
    if dimension == "acuity":
        return _("acuity {level}").format(level=level)
    return run.names(f"{dimension}s").get(level, f"{dimension} {level}")


def p_text(p_value: float) -> str:
    """Return a p-value with the digits that matter."""
    if not isfinite(p_value):
        return ABSENT
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def zone_table(counts: pd.DataFrame, cell: str, names: Mapping[str, str]) -> Table:
    """Return patients by zone (in `names`, by id) and condition; counts under 4 are suppressed."""
    conditions = sorted(set(counts["condition"]))
    zones = sorted(set(counts["zone"]))
    found = {(row["zone"], row["condition"]): int(row["n"]) for row in records(counts)}
    rows = tuple(
        (names.get(zone, zone), *(_count(found.get((zone, condition), 0)) for condition in conditions))
        for zone in zones
    )
    caption = _("Patients after the warm-up by zone and condition, all replications of “{cell}” together")
    return Table(caption.format(cell=cell), (_("Zone"), *map(plain_name, conditions)), rows)


def _count(n: int) -> str:
    return SUPPRESSED if 0 < n < SMALLEST_COUNT else f"{n:,}"
