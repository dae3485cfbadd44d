"""Notice that patients are no longer those a model learned from: more, or fewer, have the outcome than it expects."""

from dataclasses import dataclass

import numpy as np

from sim.units import BoolArray, FloatArray

ODDS_RATIO = 2.0
"""The charts look for odds that are twice, or half, what the model expects."""
LIMIT = 7.0
"""A chart at this height raises the alarm; with nothing shifted one in thirty does so within 1000 patients."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Say whether the outcome has become more or less frequent than promised.

    `observed_to_expected` is 1 where promises are kept; `z` is how many standard errors lie between the two;
    `noticed_after` counts patients until the alarm, None where it never came.
    """

    observed_to_expected: float
    z: float
    noticed_after: int | None


def drift_of(p: FloatArray, outcome: BoolArray) -> Drift:
    """Compare what a model promised with what happened to n patients, in the order in which they came, both (n,).

        z = (sum y - sum p) / sqrt(sum p (1 - p))                                 (Spiegelhalter 1986)

    The alarm is that of a pair of risk-adjusted CUSUM charts (Steiner et al. 2000, 10.1093/biostatistics/1.4.441), one
    for odds `ODDS_RATIO` times as high, one for odds as many times lower:

        height = max(0, height + y log R - log(1 - p + R p)),   alarm where height >= LIMIT

    Raises:
        ValueError: if there is nobody.
    """
    if not len(p):
        raise ValueError("drift needs patients whose outcome is known; give at least one")
    expected, spread = float(p.sum()), float(np.sqrt((p * (1 - p)).sum()))
    observed = float(outcome.sum())
    z = (observed - expected) / spread if spread > 0 else 0.0
    alarms = [_alarm(p, outcome, ratio) for ratio in (ODDS_RATIO, 1 / ODDS_RATIO)]
    return Drift(observed / expected if expected > 0 else np.inf, z, min((n for n in alarms if n), default=None))


def _alarm(p: FloatArray, outcome: BoolArray, odds_ratio: float) -> int | None:
    """Return after how many patients a chart reaches the limit.

    The height is the walk of the scores less its lowest point so far, zero included.
    """
    score = outcome * np.log(odds_ratio) - np.log1p((odds_ratio - 1) * p)
    walk = np.cumsum(score)
    height = walk - np.minimum.accumulate(np.minimum(walk, 0.0))
    reached = np.flatnonzero(height >= LIMIT)
    return int(reached[0]) + 1 if len(reached) else None
