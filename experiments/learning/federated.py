"""Train one logistic regression over hospitals whose patients stay where they are (McMahan et al. 2017).

Federated averaging (arXiv 1602.05629): every hospital takes some steps of its own from the common weights, and the
weights are averaged by patients. All that leaves a hospital goes into secure sums: which columns are known how often,
their sums and squared deviations, and weights times patients.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.learning.secure_sum import FEWEST, Circle, Crossing, circle_of
from experiments.learning.sites import Site, Term
from policies.diagnosis.ordinal import logistic
from policies.diagnosis.plain import NumberTerm, PlainLogistic
from sim.faults import Fault
from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Course:
    """Hold the wishes of one training; `silent` names hospitals that drop out, each from a round on (0 the first)."""

    rounds: int = 100
    local_steps: int = 5
    ridge: float = 1.0
    root_seed: int = 20261122
    silent: Mapping[str, int] = field(default_factory=dict)

    def faults(self, names: Sequence[str]) -> Iterator[Fault]:
        """Yield every wish that cannot be met with hospitals of these names."""
        for option, number in (("--rounds", self.rounds), ("--local-steps", self.local_steps)):
            if number < 1:
                yield Fault(option, number, "give at least 1")
        if not 0 <= self.ridge < np.inf:
            yield Fault("--ridge", self.ridge, "give a finite number, zero or above")
        for name, start in self.silent.items():
            if name not in names:
                yield Fault("--silent", name, f"name one of {', '.join(names)}")
            if start < 0:
                yield Fault("--silent", start, "count rounds from 0")


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Hold what all patients together say of d columns: `mean`, `scale`, the share who know it, and which are `used`.

    A column that fewer than three hospitals know at all is not used: its sums would be theirs.
    """

    n: float
    mean: FloatArray
    scale: FloatArray
    known_share: FloatArray
    used: BoolArray

    def standardized(self, table: FloatArray) -> FloatArray:
        """Return a column of ones and the standardized columns, (n, d + 1); zero, the mean, where nothing is known."""
        scaled = np.where(np.isnan(table) | ~self.used, 0.0, (table - self.mean) / self.scale)
        return np.hstack((np.ones((len(table), 1)), scaled))


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Hold a logistic regression on standardized columns: `weight` (d + 1,), the first one the intercept.

    `last_move` is the greatest change of a weight in the last round, `crossings` every sum that was made.
    """

    moments: Moments
    weight: FloatArray
    crossings: tuple[Crossing, ...] = ()
    last_move: float = 0.0

    def probability(self, table: FloatArray) -> FloatArray:
        """Return P(y | x) of n patients, (n,), from their table (n, d)."""
        return logistic(self.moments.standardized(table) @ self.weight)


def fit_federated(sites: Sequence[Site], course: Course) -> Learned:
    """Fit to the patients of all sites without moving them.

    Raises:
        ScenarioError: when fewer than three hospitals take part, from the beginning or after some have dropped out.
    """
    circle = circle_of((site.name for site in sites), course.root_seed)
    moments = common_moments(sites, circle)
    tables = {site.name: (moments.standardized(site.table), site.y) for site in sites}
    weight, move = np.zeros(len(moments.mean) + 1), 0.0
    for k in range(course.rounds):
        present = {name: held for name, held in tables.items() if k < course.silent.get(name, course.rounds)}
        new = _averaged(weight, present, circle, moments, course, f"weights, round {k}")
        weight, move = new, float(np.abs(new - weight).max())
    return Learned(moments, weight, tuple(circle.crossings), move)


def common_moments(sites: Sequence[Site], circle: Circle) -> Moments:
    """Return mean and scale of each column over all patients who know it, from three secure sums."""
    known = {site.name: ~np.isnan(site.table) for site in sites}
    told = circle.total({site.name: _told(site, known[site.name]) for site in sites}, "who knows each column").values
    n, n_sites, n_known = told[0], *np.split(told[1:], 2)
    used = n_sites > FEWEST - 0.5
    filled = {site.name: np.where(known[site.name] & used, site.table, 0.0) for site in sites}
    added = circle.total({name: table.sum(axis=0) for name, table in filled.items()}, "sums").values
    many = np.maximum(n_known, 1.0)
    mean = added / many
    gaps = {name: np.where(known[name] & used, table - mean, 0.0) for name, table in filled.items()}
    squares = circle.total({name: (gap**2).sum(axis=0) for name, gap in gaps.items()}, "squared deviations").values
    scale = np.sqrt(squares / many)
    used = used & (scale > 0)
    return Moments(float(n), mean, np.where(used, scale, 1.0), n_known / max(n, 1.0), used)


def _told(site: Site, known: BoolArray) -> FloatArray:
    return np.concatenate(([float(len(site.y))], known.any(axis=0), known.sum(axis=0)))


def _averaged(
    weight: FloatArray,
    present: Mapping[str, tuple[FloatArray, BoolArray]],
    circle: Circle,
    moments: Moments,
    course: Course,
    label: str,
) -> FloatArray:
    """Return the mean of the weights that the sites come to by themselves, by patients."""
    # The trace of the second moments bounds their greatest eigenvalue, so that steps of 4 / trace never overshoot.
    step = 4.0 / (1.0 + float(moments.known_share[moments.used].sum()))
    ridge = np.full(len(weight), course.ridge / moments.n)
    ridge[0] = 0.0
    put_in = {}
    for name, (table, y) in present.items():
        own = _descended(weight, table, y, course.local_steps, step, ridge)
        put_in[name] = np.append(own, 1.0) * len(y)
    added = circle.total(put_in, label).values
    averaged: FloatArray = added[:-1] / added[-1]
    return averaged


def _descended(
    weight: FloatArray, table: FloatArray, y: BoolArray, n_steps: int, step: float, ridge: FloatArray
) -> FloatArray:
    """Return the weights after some steps down the mean log loss of one site and its share of the ridge."""
    for _ in range(n_steps):
        slope = table.T @ (logistic(table @ weight) - y) / len(y) + ridge * weight
        weight = weight - step * slope
    return weight


def as_plain(learned: Learned, terms: Sequence[Term]) -> PlainLogistic:
    """Return the regression as plain numbers by name, as `citycare train` saves one."""
    moments = learned.moments
    numbers: dict[str, NumberTerm] = {}
    categories: dict[str, dict[str, float]] = {}
    intercept = float(learned.weight[0])
    for j in np.flatnonzero(moments.used).tolist():
        mean, scale, weight = float(moments.mean[j]), float(moments.scale[j]), float(learned.weight[j + 1])
        term = terms[j]
        if term.word:
            categories.setdefault(term.column, {})[term.word] = weight / scale
            intercept -= weight * mean / scale
        else:
            numbers[term.column] = NumberTerm(mean, mean, scale, weight)
    return PlainLogistic(False, intercept, numbers, categories, ())
