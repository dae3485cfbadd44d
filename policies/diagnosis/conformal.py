"""Answer with a set of outcomes that holds the true one as often as promised; two at once mean: I do not know."""

from dataclasses import dataclass

import numpy as np

from sim.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class ConformalSets:
    """Hold the limits of split conformal prediction, apart for each outcome (Vovk 2012, 10.1007/s10994-013-5355-6).

    "Yes" is in the set of a patient with P of at least `least_yes`, "no" with P of at most `most_no`. Of those with
    either outcome at least 1 - `miss_share` have it in their set, if they come from where the limits were fitted.
    """

    miss_share: float
    least_yes: float
    most_no: float

    def sets(self, p: FloatArray) -> BoolArray:
        """Return whether "no" and "yes" are in the set of n patients, shape (n, 2)."""
        return np.stack([p <= self.most_no, p >= self.least_yes], axis=1)

    def abstains(self, p: FloatArray) -> BoolArray:
        """Say for whom the set does not hold exactly one outcome, (n,)."""
        unsure: BoolArray = self.sets(p).sum(axis=1) != 1
        return unsure


def fit_conformal(p: FloatArray, outcome: BoolArray, miss_share: float = 0.1) -> ConformalSets:
    """Fit limits to n patients that the model has not learned from, both (n,).

    With n_k patients of an outcome its limit is the ceil((n_k + 1)(1 - miss_share))-th least strange of them, and
    everybody is in the set where that is more than there are.

    Raises:
        ValueError: when `miss_share` does not lie between 0 and 1.
    """
    if not 0 < miss_share < 1:
        raise ValueError(f"miss_share is {miss_share}; give a share between 0 and 1")
    return ConformalSets(miss_share, -_limit(-p[outcome], miss_share), _limit(p[~outcome], miss_share))


def _limit(strangeness: FloatArray, miss_share: float) -> float:
    rank = int(np.ceil((len(strangeness) + 1) * (1 - miss_share) - 1e-12))
    return float(np.sort(strangeness)[rank - 1]) if rank <= len(strangeness) else np.inf
