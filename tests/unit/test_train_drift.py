"""A shifted prevalence is noticed, and rarely imagined."""

import numpy as np
import pytest

from policies.diagnosis.drift import LIMIT, ODDS_RATIO, drift_of
from policies.diagnosis.ordinal import logistic
from sim.units import BoolArray, FloatArray

pytestmark = pytest.mark.unit


def patients(shift: float, n: int, seed: int) -> tuple[FloatArray, BoolArray]:
    """Return what a model promises, and outcomes whose log odds are higher by `shift`."""
    chance = np.random.default_rng(seed)
    score = chance.normal(-2, 1.5, n)
    return logistic(score), chance.random(n) < logistic(score + shift)


def test_observed_to_expected_and_its_standard_errors() -> None:
    found = drift_of(np.full(100, 0.2), np.arange(100) < 28)
    assert found.observed_to_expected == pytest.approx(1.4)
    assert found.z == pytest.approx(8 / np.sqrt(100 * 0.2 * 0.8))


def test_an_alarm_comes_when_the_chart_reaches_its_limit() -> None:
    # Every outcome adds log 2 - log(1 + p); from p = .5 that is log(4 / 3).
    n_needed = int(np.ceil(LIMIT / np.log(ODDS_RATIO / 1.5)))
    p = np.full(100, 0.5)
    assert drift_of(p, np.ones(100, dtype=bool)).noticed_after == n_needed
    assert drift_of(p[: n_needed - 1], np.ones(n_needed - 1, dtype=bool)).noticed_after is None


def test_fewer_outcomes_than_expected_are_noticed_too() -> None:
    # Each patient without the outcome adds -log(1 - p / 2) = log(4 / 3) from p = .5.
    n_needed = int(np.ceil(LIMIT / np.log(4 / 3)))
    assert drift_of(np.full(100, 0.5), np.zeros(100, dtype=bool)).noticed_after == n_needed


def test_a_chart_forgets_a_quiet_past() -> None:
    """Years of patients as expected do not delay the alarm: the chart never falls below zero."""
    p, quiet = patients(0.0, 3000, 5)
    shifted = np.ones(60, dtype=bool)
    found = drift_of(np.append(p, np.full(60, 0.5)), np.append(quiet, shifted)).noticed_after
    assert found is not None
    assert 3000 < found <= 3000 + int(np.ceil(LIMIT / np.log(4 / 3)))


@pytest.mark.parametrize("shift", [np.log(2), -np.log(2)])
def test_doubled_or_halved_odds_are_noticed_within_a_thousand_patients(shift: float) -> None:
    assert all(drift_of(*patients(shift, 1000, seed)).noticed_after for seed in range(20))


def test_where_nothing_shifts_alarms_are_rare_and_z_is_standard() -> None:
    found = [drift_of(*patients(0.0, 1000, seed)) for seed in range(200)]
    assert sum(one.noticed_after is not None for one in found) <= 14  # of 200 at .034: more has a chance below 1 %
    z = np.array([one.z for one in found])
    assert abs(z.mean()) < 4 / np.sqrt(200)
    assert abs(z.var() - 1) < 4 * np.sqrt(2 / 200)


def test_nobody_says_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        drift_of(np.array([]), np.array([], dtype=bool))
