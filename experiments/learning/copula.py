"""Draw tables like a given one: every column by itself as it was, and their dependence as a Gaussian copula has it.

Each value stands for the interval of a standard normal that has its share; the mean over that interval is its score.
For normal Z with correlation r, scores of intervals have covariance r v w to first order, v and w being their variances
(Olsson, Drasgow & Dorans 1982, 10.1007/BF02294164), so r is estimated as covariance / (v w), also between a word and
a number. Missing numbers are a column of their own, since who was not measured is no accident.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from sim.units import BoolArray, FloatArray

FEWEST = 4
"""Words of fewer patients are drawn as one, `OTHER`."""
OTHER = "other"
MOST_STEPS = 20
"""Numbers with more distinct values are drawn between them."""
MOST_DEPENDENT = 0.98
LEAST_EIGENVALUE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """Hold one column: its k distinct values in order, and the `edges` (k + 1,) of their shares from 0 to 1.

    `decimals` is how numbers are rounded, None for words; `between` says that they are drawn between the values.
    """

    name: str
    values: NDArray[np.object_] | FloatArray
    edges: FloatArray
    decimals: int | None = None
    between: bool = False

    def drawn(self, u: FloatArray) -> NDArray[np.object_] | FloatArray:
        """Return the values of uniform numbers u, (n,)."""
        if self.between and self.decimals is not None:
            middle = (self.edges[:-1] + self.edges[1:]) / 2
            between: FloatArray = np.interp(u, middle, self.values.astype(float))
            return np.round(between, self.decimals) + 0.0  # no negative zeros
        place = np.clip(np.searchsorted(self.edges, u, "right") - 1, 0, len(self.values) - 1)
        drawn: NDArray[np.object_] | FloatArray = self.values[place]
        return drawn

    def scores(self) -> FloatArray:
        """Return the mean of a standard normal over the interval of each value, (k,)."""
        density = norm.pdf(norm.ppf(self.edges))
        means: FloatArray = -np.diff(density) / np.diff(self.edges)
        return means


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Hold the patients of one outcome: its value, their share, and the margin of every column among them."""

    value: float
    share: float
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Copula:
    """Hold margins by outcome and one correlation (d, d) of all columns, `gaps` (is a number missing?) among them.

    `gaps` names the columns of numbers that may be missing; the column that says so is called `<name> missing`.
    """

    outcomes: tuple[Outcome, ...]
    gaps: tuple[str, ...]
    correlation: FloatArray

    def draw(self, n: int, outcome_name: str, chance: np.random.Generator) -> pd.DataFrame:
        """Return n rows with the outcome in a column of that name, in random order."""
        root = np.linalg.cholesky(self.correlation)
        u = norm.cdf(chance.standard_normal((n, len(root))) @ root.T)
        which = chance.choice(len(self.outcomes), n, p=[one.share for one in self.outcomes])
        parts = [self._of(one, u[which == k], outcome_name) for k, one in enumerate(self.outcomes)]
        together = pd.concat(parts, ignore_index=True)
        return together.iloc[np.argsort(np.argsort(which, kind="stable"), kind="stable")].reset_index(drop=True)

    def _of(self, outcome: Outcome, u: FloatArray, outcome_name: str) -> pd.DataFrame:
        drawn = {margin.name: margin.drawn(u[:, j]) for j, margin in enumerate(outcome.margins)}
        for name in self.gaps:
            missing = drawn.pop(_gap(name)).astype(float) == 1
            drawn[name] = np.where(missing, np.nan, drawn[name].astype(float))
        return pd.DataFrame({**drawn, outcome_name: np.full(len(u), outcome.value)})


def _gap(name: str) -> str:
    return f"{name} missing"


def fit_copula(frame: pd.DataFrame, outcome: FloatArray) -> Copula:
    """Fit to a table of numbers (floats, NaN where missing) and words, and the outcome of each row, (n,).

    Margins are those of each outcome, so that what tells it is kept whatever its form; the dependence of columns
    beside it is one for all.

    Raises:
        ValueError: when a column is empty.
    """
    empty = [str(name) for name in frame if frame[name].isna().all()]
    if empty:
        raise ValueError(f"nothing is known of {', '.join(empty)}; leave it out")
    gaps = tuple(str(name) for name in frame if _is_number(frame[name]) and frame[name].isna().any())
    table = frame.assign(**{_gap(name): frame[name].isna().astype(float) for name in gaps})
    wholes = [_whole(table[name], outcome) for name in table]
    outcomes, scores = [], np.full(table.shape, np.nan)
    for value in np.unique(outcome):
        inside = outcome == value
        margins = tuple(_margin(column, order, inside) for column, order in wholes)
        outcomes.append(Outcome(float(value), float(inside.mean()), margins))
        for j, (margin, (column, _)) in enumerate(zip(margins, wholes, strict=True)):
            scores[inside, j] = _scored(margin, column[inside])
    return Copula(tuple(outcomes), gaps, _correlation(scores))


def _is_number(column: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(column)


Whole = tuple["pd.Series[Any]", list[Any]]


def _whole(column: "pd.Series[Any]", outcome: FloatArray) -> Whole:
    """Return a column with rare words made one, and its values in order: numbers, or words by share of outcome."""
    if _is_number(column):
        return column.astype(float), sorted(column.dropna().unique())
    words = column.astype(str)
    common = words.where(words.map(words.value_counts()) >= FEWEST, OTHER)
    order = pd.Series(outcome, index=common.index).groupby(common).mean().sort_values(kind="stable").index
    return common, list(order)


def _margin(column: "pd.Series[Any]", order: list[Any], inside: BoolArray) -> Margin:
    """Return the margin of the rows of one outcome, of all where none of them knows the column."""
    counts = (column[inside] if column[inside].notna().any() else column).value_counts()
    values = [value for value in order if value in counts.index]
    steps = np.cumsum([counts[value] for value in values])
    edges = np.append(0.0, steps) / counts.sum()
    if not _is_number(column):
        return Margin(str(column.name), np.array(values, dtype=object), edges)
    numbers = np.array(values, dtype=float)
    return Margin(str(column.name), numbers, edges, _decimals(numbers), len(numbers) > MOST_STEPS)


def _scored(margin: Margin, column: "pd.Series[Any]") -> FloatArray:
    score = dict(zip(margin.values.tolist(), margin.scores().tolist(), strict=True))
    return column.map(score).to_numpy(dtype=float)


def _decimals(values: FloatArray) -> int:
    return next((d for d in range(6) if np.allclose(values, np.round(values, d), atol=1e-9)), 6)


def _correlation(scores: FloatArray) -> FloatArray:
    """Return the correlation of the normals behind d columns, (d, d), from rows (n, d) that know both of a pair."""
    known = ~np.isnan(scores)
    filled = np.where(known, scores, 0.0)
    variance = (filled**2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    both = known.T.astype(float) @ known
    product = filled.T @ filled / np.maximum(both, 1.0)
    scale = np.outer(variance, variance)
    found = np.where((scale > 0) & (both >= FEWEST), product / np.where(scale > 0, scale, 1.0), 0.0)
    found = np.clip(found, -MOST_DEPENDENT, MOST_DEPENDENT)
    np.fill_diagonal(found, 1.0)
    return _possible(found)


def _possible(found: FloatArray) -> FloatArray:
    """Return the matrix with eigenvalues below a small one raised to it, and ones on the diagonal."""
    value, vector = np.linalg.eigh(found)
    raised = vector @ np.diag(np.maximum(value, LEAST_EIGENVALUE)) @ vector.T
    size = np.sqrt(np.diag(raised))
    possible: FloatArray = raised / np.outer(size, size)
    return possible
