"""Clean patient records column by column, and list every value that was not taken as it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from experiments.records.columns import Column, Kind, Role, Schema, Target, TargetKind
from experiments.records.records import ColumnCard, DataCard, Finding, Records
from sim.faults import Fault, ScenarioError
from sim.units import BoolArray, FloatArray, IntArray

FIRST_ROW = 2
"""The number of the first row below the header."""
TO_MISSING, TO_OTHER, NOT_USED = "taken as missing", "taken as another category", "row not used for this target"
BAND_EDGES, BANDS = (18, 40, 65), ("0 to 17", "18 to 39", "40 to 64", "65 and over")
"""Bands of age in years."""
OTHER = "other"
UNKNOWN = "unknown"


@dataclass(slots=True)
class _Cleaned:
    """Hold a column after cleaning: `values` as numbers or words, `tried` where it was not measurable, findings."""

    values: "pd.Series[float] | pd.Series[str]"
    tried: BoolArray
    findings: list[Finding] = field(default_factory=list)


def clean(schema: Schema, table: pd.DataFrame, sha256: str) -> Records:
    """Return the records of a table whose cells are words, as they stand in the file.

    Raises:
        ScenarioError: with every column that is described and missing, or when the table has no row.
    """
    _stop_at_missing(schema, table)
    schema = _with_others(schema, table)
    doubled = np.asarray(table.duplicated())
    cleaned = {column.name: _clean(column, table[column.source]) for column in schema.columns}
    findings = [finding for one in cleaned.values() for finding in one.findings]
    findings += [
        Finding(int(i) + FIRST_ROW, "", "", "the same as a row before", "left out") for i in np.flatnonzero(doubled)
    ]
    outcomes = pd.DataFrame({target.name: _outcome(target, cleaned[target.column]) for target in schema.targets})
    features = pd.DataFrame(dict(_features(schema, cleaned)), index=table.index)
    (group, sites), nurse = _group(schema, cleaned), _nurse(schema, cleaned)
    subgroups = pd.DataFrame({name: _bands(cleaned[name]) for name in _subgroup_names(schema)}, index=table.index)
    card = DataCard(
        schema=schema.name,
        source=schema.source,
        sha256=sha256,
        n_rows=len(table),
        n_used=int((~doubled).sum()),
        n_duplicates=int(doubled.sum()),
        columns=tuple(_column_card(column, cleaned[column.name]) for column in schema.columns),
        findings=tuple(findings),
    )
    row = np.arange(len(table), dtype=np.int64) + FIRST_ROW
    everyone = Records(schema, features, outcomes, nurse, group, subgroups, row, card, sites)
    return everyone.where(~doubled) if doubled.any() else everyone


def _stop_at_missing(schema: Schema, table: pd.DataFrame) -> None:
    listed = ", ".join(map(str, table.columns[:12]))
    faults = [
        Fault(f"column {column.source}", "missing", f"the schema {schema.name} needs it; the file has {listed} ...")
        for column in schema.columns
        if column.source not in table.columns
    ]
    if not len(table):
        faults.append(Fault("rows", 0, "give at least one row below the header"))
    if faults:
        raise ScenarioError(faults)


def _with_others(schema: Schema, table: pd.DataFrame) -> Schema:
    """Add the columns that no schema describes as features, where the schema takes them for such."""
    if not schema.others_are_features:
        return schema
    described = {column.source for column in schema.columns}
    others = (str(name) for name in table.columns if name not in described and not str(name).startswith("_"))
    return replace(schema, columns=(*schema.columns, *(Column(name, name) for name in others)))


def _clean(column: Column, raw: "pd.Series[str]") -> _Cleaned:
    words = raw.fillna("").astype(str).str.strip()
    tried = np.asarray(words.isin(column.not_measurable))
    empty = np.asarray(words.isin(("", "nan", "NaN", "<NA>", *column.missing))) | tried
    if column.kind is Kind.NUMBER:
        return _clean_numbers(column, words, empty, tried)
    if column.kind is Kind.CATEGORY:
        return _clean_category(column, words, empty, tried)
    return _Cleaned(words.where(~empty, "").str.lower(), tried)


def _clean_numbers(column: Column, words: "pd.Series[str]", empty: BoolArray, tried: BoolArray) -> _Cleaned:
    numbers = pd.to_numeric(words.where(~empty), errors="coerce")
    unreadable = np.asarray(numbers.isna()) & ~empty
    wrong = np.asarray((numbers < column.low) | (numbers > column.high)) | np.isinf(np.asarray(numbers, dtype=float))
    findings = list(_findings(column, words, unreadable, "not a number", TO_MISSING))
    reason = f"outside {column.low:g} to {column.high:g}"
    findings += _findings(column, words, wrong & ~unreadable, reason, TO_MISSING)
    return _Cleaned((numbers.where(~wrong) + column.offset) * column.factor, tried, findings)


def _clean_category(column: Column, words: "pd.Series[str]", empty: BoolArray, tried: BoolArray) -> _Cleaned:
    plain = words.str.removesuffix(".0")
    if not column.labels:
        return _Cleaned(plain.where(~empty, UNKNOWN), tried)
    named = plain.map(dict(column.labels))
    strange = np.asarray(named.isna()) & ~empty
    findings = list(_findings(column, words, strange, "no such code", TO_OTHER))
    return _Cleaned(named.where(~strange, OTHER).where(~empty, UNKNOWN), tried, findings)


def _findings(column: Column, words: "pd.Series[str]", where: BoolArray, reason: str, done: str) -> Iterator[Finding]:
    for place in np.flatnonzero(where).tolist():
        yield Finding(place + FIRST_ROW, column.source, words.iloc[place], reason, done)


def _outcome(target: Target, cleaned: _Cleaned) -> FloatArray:
    """Return 0 or 1, the level, or the amount; NaN where it is not known."""
    if target.kind is not TargetKind.BINARY:
        return np.asarray(pd.to_numeric(cleaned.values, errors="coerce"), dtype=float)
    words = _words(cleaned)
    known = ~words.isin((UNKNOWN, ""))
    return np.where(known, words.isin(target.positive).astype(float), np.nan)


def _subgroup_names(schema: Schema) -> tuple[str, ...]:
    known = {column.name for column in schema.columns}
    also = (name for name in schema.also_by if name in known)
    return (*also, *(column.name for column in schema.of_role(Role.SUBGROUP)))


def _bands(cleaned: _Cleaned) -> "pd.Series[str]":
    """Return the words of a category, or the band in which a number lies."""
    if not pd.api.types.is_numeric_dtype(cleaned.values):
        return _words(cleaned)
    bands = pd.cut(cleaned.values, [-np.inf, *BAND_EDGES, np.inf], right=False, labels=list(BANDS))
    return bands.astype(str).fillna(UNKNOWN)


def _words(cleaned: _Cleaned) -> "pd.Series[str]":
    return cleaned.values.astype(str).fillna("").str.removesuffix(".0")


def _features(schema: Schema, cleaned: dict[str, _Cleaned]) -> Iterator[tuple[str, object]]:
    for column in schema.of_role(Role.FEATURE):
        yield column.name, cleaned[column.name].values
        if column.not_measurable:
            yield f"{column.name}_not_measurable", cleaned[column.name].tried.astype(float)


def _group(schema: Schema, cleaned: dict[str, _Cleaned]) -> tuple[IntArray, tuple[str, ...]]:
    """Return the place of each row's site among the names of sites, and these."""
    if not schema.group:
        return np.zeros(len(next(iter(cleaned.values())).values), dtype=np.int64), ()
    codes, names = pd.factorize(_words(cleaned[schema.group]), sort=True)
    return np.asarray(codes, dtype=np.int64), tuple(map(str, names))


def _nurse(schema: Schema, cleaned: dict[str, _Cleaned]) -> FloatArray:
    columns = schema.of_role(Role.NURSE)
    if not columns:
        return np.full(len(next(iter(cleaned.values())).values), np.nan)
    return np.asarray(pd.to_numeric(cleaned[columns[0].name].values, errors="coerce"), dtype=float)


def _column_card(column: Column, cleaned: _Cleaned) -> ColumnCard:
    known = _words(cleaned)
    return ColumnCard(
        name=column.name,
        source=column.source,
        role=column.role.value,
        unit=column.unit,
        n_known=int((~known.isin(("", UNKNOWN))).sum()),
        n_not_measurable=int(cleaned.tried.sum()),
        n_findings=len(cleaned.findings),
        why=column.why,
    )
