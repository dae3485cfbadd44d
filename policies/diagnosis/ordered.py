"""Tell levels 1 to 5 by models that know that levels have an order; one class for each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from policies.diagnosis.levels import fit_levels
from policies.diagnosis.members.base import Member, seen
from policies.diagnosis.members.parts import for_lines
from policies.diagnosis.ordinal import N_CUTS, logistic
from policies.diagnosis.patients import Patients
from sim.units import FloatArray, IntArray

FREE = 3.0
"""The column of an intercept is as long as this, so that the ridge hardly draws intercepts toward zero."""


class FittedOrder(Protocol):
    """Give the probability of every level."""

    def probabilities(self, patients: Patients) -> FloatArray:
        """Return P(level = 1..5 | x) of n patients, (n, 5)."""
        ...


class OrderedMember(Protocol):
    """Fit a model of levels."""

    @property
    def name(self) -> str:
        """Return the name by which tables call it."""
        ...

    def fit(self, patients: Patients, level: IntArray) -> FittedOrder:
        """Fit to n patients whose level 1 to 5, (n,), is known."""
        ...


@dataclass(frozen=True, slots=True)
class CutByCut:
    """Fit a model of one outcome to each of "this urgent or more", apart (Frank & Hall 2001)."""

    member: Member

    @property
    def name(self) -> str:
        """Return the name of the model of one outcome."""
        return self.member.name

    def fit(self, patients: Patients, level: IntArray) -> FittedOrder:
        """Fit to patients whose level is known."""
        return fit_levels(lambda x, y: self.member.fit(x, y).probability, patients, level)


@dataclass(frozen=True, slots=True, eq=False)
class FittedShared:
    """Hold what prepares a table, weights (4, k) and intercepts (4,)."""

    preparation: Any
    weight: FloatArray
    intercept: FloatArray

    def probabilities(self, patients: Patients) -> FloatArray:
        """Return P(level = 1..5 | x), (n, 5); where cuts cross, the greatest so far is taken, which errs on urgency."""
        score = np.asarray(self.preparation.transform(seen(patients, False)) @ self.weight.T) + self.intercept
        cumulative = np.maximum.accumulate(logistic(score), axis=1)
        return np.diff(cumulative, axis=1, prepend=0.0, append=1.0)


@dataclass(frozen=True, slots=True)
class SharedLines:
    """Fit four logistic regressions that share most of their weights (Peterson & Harrell 1990, 10.2307/2347760).

        min  sum_i sum_c log(1 + exp(-s_ic (b_c + (w + own v_c)' x_i))) + (|w|^2 + sum_c |v_c|^2) / (2 inverse_ridge)
        with s_ic = 1 where level_i <= c, else -1, c = 1..4

    What is rare, as level 1, borrows what was learned at the other cuts: w is the weight in common, v_c what the cut
    has of its own. With `own` zero odds are proportional. `curves` adds splines of every number.
    """

    name: str = "lines"
    inverse_ridge: float = 2.0
    own: float = 0.5
    curves: bool = False

    def fit(self, patients: Patients, level: IntArray) -> FittedShared:
        """Fit to patients whose level is known."""
        from sklearn.linear_model import LogisticRegression

        preparation = for_lines(patients, False, self.curves)
        design = self._design(preparation.fit_transform(seen(patients, False)))
        urgent = np.concatenate([level <= cut for cut in range(1, N_CUTS + 1)])
        fitted = LogisticRegression(C=self.inverse_ridge, max_iter=3000, tol=1e-5).fit(design, urgent)
        common, own, free = np.split(fitted.coef_[0], [(k := (design.shape[1] - N_CUTS) // (N_CUTS + 1)), -N_CUTS])
        weight = common + self.own * own.reshape(N_CUTS, k)
        return FittedShared(preparation, weight, FREE * free + fitted.intercept_[0])

    def _design(self, x: Any) -> Any:
        """Return one copy of x (n, k) for each cut: columns in common, own columns of each cut, intercepts."""
        from scipy import sparse

        x, cuts = sparse.csr_matrix(x), sparse.identity(N_CUTS)
        ones = np.ones((x.shape[0], 1))
        parts = [sparse.kron(np.ones((N_CUTS, 1)), x), sparse.kron(cuts, self.own * x), sparse.kron(cuts, FREE * ones)]
        return sparse.hstack(parts).tocsr()


def mean_order(p: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of several models' probabilities, each (n, 5)."""
    mean: FloatArray = np.mean(p, axis=0)
    return mean
