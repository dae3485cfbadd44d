"""Let several members vote."""

from dataclasses import dataclass, field

import numpy as np

from policies.forecast.base import Expectation, Forecaster
from policies.forecast.boosting import GradientBoosting
from policies.forecast.linear import PoissonRegression
from policies.forecast.series import HourlySeries
from sim.units import FloatArray, IntArray


def _default_members() -> tuple[Forecaster, ...]:
    return PoissonRegression(), GradientBoosting()


@dataclass(slots=True)
class Combination:
    """Expect the plain mean of what several members expect.

    Equal weights are hard to beat (Smith & Wallis 2009, 10.1111/j.1468-0084.2008.00541.x).
    """

    members: tuple[Forecaster, ...] = field(default_factory=_default_members)

    def fit(self, series: HourlySeries, lead_h: int) -> Expectation:
        """Let every member learn."""
        return _Mean(tuple(member.fit(series, lead_h) for member in self.members))


@dataclass(frozen=True, slots=True)
class _Mean:
    parts: tuple[Expectation, ...]

    def mean(self, series: HourlySeries, at: IntArray) -> FloatArray:
        expected: FloatArray = np.mean([part.mean(series, at) for part in self.parts], axis=0)
        return expected
