"""Describe what waiting does to patients: they leave, turn away, grow worse, or come back."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from sim.distributions import Distribution, Truncated
from sim.faults import Fault
from sim.graded import Graded, as_graded, only_acuity_faults, share_faults
from sim.units import FloatArray, IntArray, on_grid

RETURN_WITHIN_MIN = 72 * 60.0
"""A visit counts as a return when it comes within 72 hours, as is usual in emergency care."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Describe how long patients wait before they leave unseen: a share never does, the rest exponentially (P36).

    Both numbers may differ by acuity.
    """

    never_leaves_share: float | Graded[float] = 1.0
    mean_min: float | Graded[float] = 1.0

    def faults(self, field: str = "patience") -> Iterator[Fault]:
        """Yield faults of a share outside [0, 1], or of a mean that is negative or not finite."""
        yield from share_faults(self.never_leaves_share, f"{field}.never_leaves_share", "a share")
        yield from as_graded(self.mean_min).faults(f"{field}.mean_min")
        for minutes in as_graded(self.mean_min).values:
            if not 0 <= minutes < inf:
                yield Fault(f"{field}.mean_min", minutes, "give minutes above zero, or zero for those who never wait")
        tables = [(f"{field}.{name}", getattr(self, name)) for name in ("never_leaves_share", "mean_min")]
        yield from only_acuity_faults(tables)


@dataclass(frozen=True, slots=True)
class Deterioration:
    """Describe how waiting patients grow worse: of `share`, after an exponential wait of `mean_min` minutes on average.

    Whoever still waits then becomes one level more urgent. Both may differ by true acuity.
    """

    share: float | Graded[float]
    mean_min: float | Graded[float]

    def faults(self, field: str = "deterioration") -> Iterator[Fault]:
        """Yield faults of a share outside [0, 1], or of a mean that is not above zero and finite."""
        yield from share_faults(self.share, f"{field}.share", "a share")
        yield from as_graded(self.mean_min).faults(f"{field}.mean_min")
        for minutes in as_graded(self.mean_min).values:
            if not 0 < minutes < inf:
                yield Fault(f"{field}.mean_min", minutes, "give minutes above zero")
        yield from only_acuity_faults([(f"{field}.{name}", getattr(self, name)) for name in ("share", "mean_min")])


@dataclass(frozen=True, slots=True)
class Returns:
    """Describe unplanned returns: with probability `p` after care, `p_unseen` after leaving unseen, `within` minutes.

    `p` may differ by true acuity. `within` runs from the end of the first visit and is cut off at 72 hours. Of those
    who come from a zone, `elsewhere_share` come to another hospital than before, by the choices of their zone.
    """

    p: float | Graded[float]
    p_unseen: float
    within: Distribution
    elsewhere_share: float = 0.0

    @property
    def after(self) -> Truncated:
        """Return the law of the minutes from the end of a visit to the return."""
        return Truncated(self.within, 0.0, RETURN_WITHIN_MIN)

    def p_after(self, unseen: bool, acuity: int) -> float:
        """Return the probability of a return after a visit that ended unseen, or after care, by true acuity."""
        return self.p_unseen if unseen else as_graded(self.p).of(acuity)

    def faults(self, field: str = "returns") -> Iterator[Fault]:
        """Yield faults of the probabilities and of the time until the return."""
        yield from share_faults(self.p, f"{field}.p")
        yield from share_faults(self.p_unseen, f"{field}.p_unseen")
        yield from share_faults(self.elsewhere_share, f"{field}.elsewhere_share")
        yield from only_acuity_faults([(f"{field}.p", self.p)])
        wrong = list(self.within.faults(f"{field}.within"))
        yield from wrong or self.after.faults(f"{field}.within")


def by_acuity(value: float | Graded[float], acuity: IntArray) -> FloatArray:
    """Return the value of each patient, shape (n,), for acuities 1 to 5."""
    values = np.asarray(as_graded(value).values, dtype=np.float64)
    return values[acuity - 1] if len(values) > 1 else np.full(len(acuity), values[0])


def draw_patience(patience: Patience, uniform: FloatArray, acuity: IntArray) -> FloatArray:
    """Return minutes of patience; infinite for the share that never leaves."""
    never, mean_min = by_acuity(patience.never_leaves_share, acuity), by_acuity(patience.mean_min, acuity)
    minutes = np.full(len(uniform), np.inf)
    leaves = uniform >= never
    rest = (uniform[leaves] - never[leaves]) / (1 - never[leaves])
    minutes[leaves] = on_grid(-mean_min[leaves] * np.log1p(-rest))
    return minutes


def draw_worsening(deterioration: Deterioration, uniform: FloatArray, acuity: IntArray) -> FloatArray:
    """Return the minutes of waiting after which each patient becomes more urgent; infinite for never."""
    share, mean_min = by_acuity(deterioration.share, acuity), by_acuity(deterioration.mean_min, acuity)
    minutes = np.full(len(uniform), np.inf)
    worsens = uniform < share
    minutes[worsens] = on_grid(-mean_min[worsens] * np.log1p(-uniform[worsens] / share[worsens]))
    return minutes
