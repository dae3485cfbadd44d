"""Set the records of each hospital in a table of numbers whose columns all hospitals have agreed on beforehand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.records import DataCard, Kind, Records, TargetKind, read_records
from experiments.records.cleaning import OTHER, UNKNOWN
from experiments.schema import close_match, stop_at
from sim.faults import Fault, ScenarioError
from sim.units import BoolArray, FloatArray, IntArray

MOST_SITES = 64
"""Every pair of hospitals shares a secret, so that more would take long."""


@dataclass(frozen=True, slots=True)
class Term:
    """Name one column of a table: a number, or whether a category is `word`."""

    column: str
    word: str = ""

    @property
    def label(self) -> str:
        """Return the name by which tables call it."""
        return f"{self.column}: {self.word}" if self.word else self.column


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Hold the patients of one hospital: `table` (n, d) with NaN where not known, `y` (n,) who has the outcome."""

    name: str
    table: FloatArray
    y: BoolArray

    def where(self, chosen: BoolArray | IntArray) -> "Site":
        """Return some of its patients."""
        return Site(self.name, self.table[chosen], self.y[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Hold hospitals whose tables have the same d columns, `terms`; `left_out` are features that none of them is of."""

    sites: tuple[Site, ...]
    terms: tuple[Term, ...]
    left_out: tuple[str, ...]
    cards: tuple[DataCard, ...]
    target: str
    meaning: str
    schema: str


def read_sites(paths: Sequence[Path], schema_name: str, target: str = "") -> Sites:
    """Read one file with a column of the site, or one file for each hospital, and set them in tables.

    Categories have one column for each word of the schema, so that nobody has to tell which ones occur. Text and
    categories without a list of words are left out.

    Raises:
        ScenarioError: with everything that is wrong with the files.
    """
    each = [read_records(path, schema_name) for path in paths]
    schema = each[0].schema
    target = target or next(one.name for one in schema.targets if one.kind is TargetKind.BINARY)
    _check_target(each[0], target)
    named = list(_named(paths, each))
    terms = tuple(dict.fromkeys(term for _, records in named for term in _terms(records)))
    sites = tuple(_site(name, records.where(records.known(target)), terms, target) for name, records in named)
    used = {term.column for term in terms}
    left_out = tuple(dict.fromkeys(str(c) for _, records in named for c in records.features if str(c) not in used))
    meaning = next(one.meaning for one in schema.targets if one.name == target)
    return Sites(sites, terms, left_out, tuple(one.card for one in each), target, meaning, schema.name)


def _check_target(records: Records, target: str) -> None:
    kinds = {one.name: one.kind for one in records.schema.targets}
    binary = [name for name, kind in kinds.items() if kind is TargetKind.BINARY]
    if target not in binary:
        raise ScenarioError([Fault("--target", target, close_match(target, binary))])


def _named(paths: Sequence[Path], each: Sequence[Records]) -> Iterator[tuple[str, Records]]:
    if len(paths) > 1:
        stop_at([Fault("--data", p.name, "name each file once") for p in paths if _stems(paths).count(p.stem) > 1])
        yield from zip(_stems(paths), each, strict=True)
        return
    records = each[0]
    names = records.site_names
    if not 0 < len(names) <= MOST_SITES:
        mend = f"name one file for each hospital, at most {MOST_SITES}, or a file with so many sites"
        raise ScenarioError([Fault("--data", f"{len(names)} sites in {paths[0].name}", mend)])
    for code, name in enumerate(names):
        yield name, records.where(records.group == code)


def _stems(paths: Sequence[Path]) -> list[str]:
    return [path.stem for path in paths]


def _terms(records: Records) -> Iterator[Term]:
    yield from map(Term, records.names_of(Kind.NUMBER))
    for column in records.schema.columns:
        if column.name in records.names_of(Kind.CATEGORY) and column.labels:
            for word in dict.fromkeys((*column.labels.values(), OTHER, UNKNOWN)):
                yield Term(column.name, word)


def _site(name: str, records: Records, terms: Sequence[Term], target: str) -> Site:
    table = np.full((records.n_patients, len(terms)), np.nan)
    for place, term in enumerate(terms):
        if term.column in records.features:
            values = records.features[term.column]
            table[:, place] = (values == term.word) if term.word else values.to_numpy(dtype=float)
    return Site(name, table, records.outcomes[target].to_numpy() == 1)
