"""Make patients who never lived from records of those who did, and measure how useful and how near they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.learning.copula import fit_copula
from experiments.model_card import Estimate, auroc, auroc_difference, mean_of
from experiments.records import Kind, Records, Role, TargetKind
from experiments.schema import close_match
from experiments.train.crossed import patients_of
from experiments.train.figures import over_repeats
from policies.diagnosis.members import Logistic
from policies.diagnosis.patients import Patients
from sim.faults import Fault, ScenarioError
from sim.streams import Replication, stream
from sim.units import BoolArray, FloatArray

NURSE = "nurse"
MOST_TRIES = 20
MOST_COMPARED = 2000
"""Distances are measured of so many rows at most."""
WITHIN = 0.02
"""A model learned from synthetic patients is to lose no more AUROC."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Say what is made: for which target, from which share of patients (the others judge), and how often judged."""

    target: str
    fitted_share: float = 0.7
    n_repeats: int = 5
    root_seed: int = 20261122
    n_rows: int = 0
    """0 makes as many as the copula is fitted to."""

    def faults(self, records: Records) -> Iterator[Fault]:
        """Yield every wish that cannot be met on these records."""
        if not 0.1 <= self.fitted_share <= 0.9:
            yield Fault("--fitted-share", self.fitted_share, "give a share from 0.1 to 0.9")
        if self.n_repeats < 1:
            yield Fault("--repeats", self.n_repeats, "give at least 1")
        if self.n_rows < 0:
            yield Fault("--rows", self.n_rows, "give a number above zero, or leave it out")
        binary = [one.name for one in records.schema.targets if one.kind is TargetKind.BINARY]
        if self.target not in binary:
            yield Fault("--target", self.target, close_match(self.target, binary))
            return
        y = records.outcomes[self.target][records.known(self.target)].to_numpy() == 1
        if min(int(y.sum()), int((~y).sum())) < 20:
            yield Fault("--data", f"{int(y.sum())} of {len(y)} with the outcome", "give at least 20 of either outcome")


@dataclass(frozen=True, slots=True)
class Nearness:
    """Say how near synthetic patients come to real ones, by columns that differ (Gower 1971, 10.2307/2528823).

    `closer_share` is how many are nearer to one of those the copula was fitted to than to one of equally many others:
    half if it remembers nobody. `median_*` and `low_*` (the 5th percentile) are distances to the nearest one.
    """

    closer_share: Estimate
    median_fitted: float
    median_others: float
    low_fitted: float
    low_others: float
    n_copies: int


@dataclass(frozen=True, slots=True, eq=False)
class Synthesized:
    """Hold synthetic patients, and what models from real and from synthetic ones reach on real ones they never saw."""

    table: pd.DataFrame
    n_fitted: int
    n_others: int
    real: Estimate
    synthetic: Estimate
    gap: Estimate
    nearness: Nearness
    n_redrawn: int


def synthesize(records: Records, wish: Wish) -> Synthesized:
    """Fit copulas to a share of the patients, draw others, and judge both on the rest; the first split is what is kept.

    Raises:
        ScenarioError: when a wish cannot be met, or so few different rows are possible that copies cannot be avoided.
    """
    faults = list(wish.faults(records))
    if faults:
        raise ScenarioError(faults)
    records = records.where(records.known(wish.target))
    table = table_of(records, wish.target)
    rounds = [_one_split(records, table, wish, k) for k in range(wish.n_repeats)]
    made, redrawn, fitted, _ = rounds[0]
    figures = [figure for *_, figure in rounds]
    real, synthetic, gap = (over_repeats(each) for each in zip(*figures, strict=True))
    near = nearness(made, table[fitted], table[~fitted], stream(Replication(0, wish.root_seed), "synthetic", "near"))
    return Synthesized(made, int(fitted.sum()), int((~fitted).sum()), real, synthetic, gap, near, redrawn)


def table_of(records: Records, target: str) -> pd.DataFrame:
    """Return what is imitated: features but text, the nurse's level, and every target; the one judged comes last."""
    texts = records.names_of(Kind.TEXT)
    table = records.features.drop(columns=list(texts)).copy()
    numbers = [name for name in records.names_of(Kind.NUMBER) if name in table]
    table[numbers] = table[numbers].astype(float)
    if np.isfinite(records.nurse).any():
        table[NURSE] = records.nurse
    for one in records.schema.targets:
        if one.name != target:
            table[one.name] = records.outcomes[one.name].to_numpy(dtype=float)
    table[target] = records.outcomes[target].to_numpy(dtype=float)
    return table.dropna(axis=1, how="all")


Round = tuple[pd.DataFrame, int, BoolArray, tuple[Estimate, Estimate, Estimate]]


def _one_split(records: Records, table: pd.DataFrame, wish: Wish, k: int) -> Round:
    """Return synthetic patients, how many were drawn again, to whom they were fitted, and AUROCs with their gap."""
    chance = stream(Replication(k, wish.root_seed), "synthetic", "split")
    y = table[wish.target].to_numpy() == 1
    fitted = _fitted(y, wish.fitted_share, chance)
    drawing = stream(Replication(k, wish.root_seed), "synthetic", "patients")
    made, redrawn = drawn_without_copies(table[fitted], wish.target, wish.n_rows or int(fitted.sum()), drawing)
    patients = replace(patients_of(records), texts=())
    judged = patients.where(~fitted)
    p_real = Logistic().fit(patients.where(fitted), y[fitted]).probability(judged)
    p_made = Logistic().fit(_like(patients, made), made[wish.target].to_numpy() == 1).probability(judged)
    others = y[~fitted]
    return (
        made,
        redrawn,
        fitted,
        (auroc(p_real, others), auroc(p_made, others), auroc_difference(p_made, p_real, others)),
    )


def _fitted(y: BoolArray, share: float, chance: np.random.Generator) -> BoolArray:
    """Choose a share of the patients of either outcome."""
    fitted = np.zeros(len(y), dtype=bool)
    for members in (np.flatnonzero(y), np.flatnonzero(~y)):
        fitted[chance.permutation(members)[: round(share * len(members))]] = True
    return fitted


def _like(patients: Patients, made: pd.DataFrame) -> Patients:
    """Return synthetic patients as models see real ones."""
    table = made.reindex(columns=[*patients.numbers, *patients.categories])
    nurse = made[NURSE].to_numpy(dtype=float) if NURSE in made else np.full(len(made), np.nan)
    return Patients(table, nurse, patients.numbers, patients.categories)


def drawn_without_copies(
    real: pd.DataFrame, target: str, n: int, chance: np.random.Generator
) -> tuple[pd.DataFrame, int]:
    """Return n rows like the real ones, none equal to one of them, and how many had to be drawn again.

    Raises:
        ScenarioError: when copies still come after many tries, since so few different rows are possible.
    """
    copula = fit_copula(real.drop(columns=target), real[target].to_numpy(dtype=float))
    kept, n_kept, n_drawn = [], 0, 0
    for _ in range(MOST_TRIES):
        made = copula.draw(n - n_kept, target, chance)[list(real.columns)]
        made = made[~copies(made, real)]
        n_drawn += n - n_kept
        n_kept += len(made)
        kept.append(made)
        if n_kept == n:
            return pd.concat(kept, ignore_index=True), n_drawn - n
    mend = f"{n - n_kept} of {n} are still equal to a real patient; use a file with more columns, or fewer --rows"
    raise ScenarioError([Fault("synthetic patients", f"{len(real.columns)} columns", mend)])


def copies(made: pd.DataFrame, real: pd.DataFrame) -> BoolArray:
    """Say which rows are equal to a real one in every column, (n,)."""
    known = set(map(tuple, _keys(real)))
    return np.array([tuple(key) in known for key in _keys(made)], dtype=bool)


def _keys(table: pd.DataFrame) -> "np.ndarray[tuple[int, int], np.dtype[np.object_]]":
    words = {
        name: table[name].map(lambda x: f"{x:.9g}") if pd.api.types.is_numeric_dtype(table[name]) else table[name]
        for name in table
    }
    return pd.DataFrame(words).to_numpy(dtype=object)


def nearness(made: pd.DataFrame, fitted: pd.DataFrame, others: pd.DataFrame, chance: np.random.Generator) -> Nearness:
    """Compare distances to those the copula was fitted to with distances to equally many whom it never saw."""
    n = min(len(fitted), len(others), MOST_COMPARED)
    chosen = [frame.iloc[np.sort(chance.permutation(len(frame))[:n])] for frame in (fitted, others)]
    some = made.iloc[:MOST_COMPARED]
    span = {str(name): _span(fitted[name]) for name in fitted if pd.api.types.is_numeric_dtype(fitted[name])}
    near, far = (nearest(some, one, span) for one in chosen)
    closer = np.where(near == far, 0.5, (near < far).astype(float))
    (low_near, low_far), (near_q, far_q) = ([float(np.quantile(d, q)) for d in (near, far)] for q in (0.05, 0.5))
    return Nearness(mean_of(closer), near_q, far_q, low_near, low_far, int(copies(made, fitted).sum()))


def _span(column: "pd.Series[float]") -> float:
    return float(column.max() - column.min()) or 1.0


def nearest(made: pd.DataFrame, real: pd.DataFrame, span: dict[str, float]) -> FloatArray:
    """Return the distance of each row to the nearest real one, (n,): the mean over columns of how far they differ.

    A number differs by its share of the span, a word by all or nothing, and so does a number that one of them lacks.
    """
    total = np.zeros((len(made), len(real)))
    for name in made:
        a, b = made[name].to_numpy()[:, None], real[name].to_numpy()[None, :]
        total += _apart(a.astype(float), b.astype(float), span[str(name)]) if str(name) in span else a != b
    least: FloatArray = total.min(axis=1) / len(made.columns)
    return least


def _apart(a: FloatArray, b: FloatArray, span: float) -> FloatArray:
    apart = np.minimum(np.abs(a - b) / span, 1.0)
    return np.where(np.isnan(a) & np.isnan(b), 0.0, np.where(np.isnan(apart), 1.0, apart))


def columns_of(records: Records, made: pd.DataFrame) -> pd.DataFrame:
    """Return the patients under the names of the file: numbers in our units, words as cleaned, levels as they are.

    What a level tells is not told twice. Columns that nothing was learned from are there, and empty, so that a file of
    the same schema can be read.
    """
    sources = {column.name: column.source for column in records.schema.columns}
    levels = {one.name: sources[one.column] for one in records.schema.targets if one.kind is not TargetKind.BINARY}
    nurse = dict(zip((NURSE,), (column.source for column in records.schema.of_role(Role.NURSE)), strict=False))
    of_level = {one.column for one in records.schema.targets if one.name in levels}
    told = [one.name for one in records.schema.targets if one.name not in levels and one.column in of_level]
    renamed = made.drop(columns=told, errors="ignore").rename(columns={**sources, **levels, **nurse})
    empty = [column.source for column in records.schema.columns if column.source not in renamed]
    return renamed.assign(**dict.fromkeys(empty, ""))


def left_out(records: Records) -> Sequence[str]:
    """Return the features that are not imitated."""
    return records.names_of(Kind.TEXT)
