"""Turn a table of destinations into hospitals: who keeps the hospital chosen, and where the others are driven."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.faults import Fault
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """Set how often a policy may decide anew where ambulances drive to."""

    review_every_min: float = 30.0

    def faults(self) -> Iterator[Fault]:
        """Yield a fault of the review interval."""
        if not self.review_every_min > 0:
            yield Fault("conveyance.review_every_min", self.review_every_min, "give minutes above zero")


@dataclass(frozen=True, slots=True, eq=False)
class Destinations:
    """Hold for each zone, acuity and chosen hospital who keeps the choice, and the gains of the other hospitals.

    `keep` (n_zones, 5, n_hospitals) is the probability to keep the hospital chosen; `gains` has the same shape and
    adds up, over hospitals, the shares in which those who do not keep it go elsewhere. Together they are the coupling
    of choice and destination under which most keep their choice (Lindvall 2002, Lectures on the Coupling Method, I.5).
    """

    keep: FloatArray
    gains: FloatArray

    @classmethod
    def of(cls, choice_share: FloatArray, share: FloatArray) -> Self:
        """Return the table that turns choices, (n_zones, n_hospitals), into shares, (n_zones, 5, n_hospitals)."""
        chosen = np.broadcast_to(choice_share[:, None, :], share.shape)
        keep = np.divide(np.minimum(share, chosen), chosen, out=np.ones(share.shape), where=chosen > 0)
        gains = np.cumsum(np.maximum(share - chosen, 0.0), axis=2)
        total = gains[..., -1:]
        return cls(keep, np.divide(gains, total, out=np.ones(share.shape), where=total > 0))

    def send(self, zone: IntArray, acuity: IntArray, chosen: IntArray, within: FloatArray) -> IntArray:
        """Return the hospitals of m patients of acuity 1 to 5; all shapes (m,).

        `within`, from 0 to below 1, is where the uniform number that chose the hospital lies inside that hospital's
        share: it is uniform itself, whichever hospital was chosen, and decides alone.
        """
        keep = self.keep[zone, acuity - 1, chosen]
        rest = np.divide(within - keep, 1.0 - keep, out=np.zeros(len(keep)), where=keep < 1.0)
        gains = self.gains[zone, acuity - 1]
        other = np.minimum((gains <= rest[:, None]).sum(axis=1), gains.shape[1] - 1)
        return np.where(within < keep, chosen, other).astype(np.int64)


def within_choice(choice_share: FloatArray, zone: IntArray, chosen: IntArray, uniform: FloatArray) -> FloatArray:
    """Return where uniform numbers lie inside the shares of the hospitals that they chose, shape (m,), below 1."""
    ends = np.cumsum(choice_share, axis=1)
    ends /= ends[:, -1:]
    end = ends[zone, chosen]
    start = np.where(chosen > 0, ends[zone, chosen - 1], 0.0)
    within = np.divide(uniform - start, end - start, out=np.zeros(len(uniform)), where=end > start)
    return np.clip(within, 0.0, 1.0 - 2.0**-53)
