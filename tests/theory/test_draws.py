"""Whole cohorts against the laws that they are drawn from: shares by chi-square, durations by Kolmogorov-Smirnov.

Seeds are fixed, so each verdict is one number for ever; the bounds let a sound draw fail once in ten thousand.
"""

import numpy as np
import pytest
from scipy.stats import chisquare, expon, ks_1samp, uniform

from sim.cohort import draw_cohort
from sim.layout import Layout
from sim.streams import Replication
from tests.drawn_worlds import CHOICE, NURSE_SHARE, PATIENCE, TEST_P, WARD_P, drawn_world

pytestmark = pytest.mark.theory

RARE = 1e-4
WORLD = drawn_world(rate_per_hour=300.0)
LAYOUT = Layout.of(WORLD)
COHORT = draw_cohort(WORLD, Replication(3, 20261122))
ZONE = COHORT.taken(np.flatnonzero(COHORT.source == 1))
LONG = ZONE.taken(np.flatnonzero(ZONE.pathway == 1))


def follows(codes: np.ndarray, shares: np.ndarray) -> bool:
    """Say whether codes from 0 on follow their shares; what has no share must not happen at all."""
    counts = np.bincount(codes, minlength=len(shares))
    assert counts[shares == 0].sum() == 0
    possible = shares > 0
    return possible.sum() == 1 or float(chisquare(counts[possible], shares[possible] * len(codes)).pvalue) > RARE


def test_conditions_and_choices_follow_their_shares() -> None:
    assert follows(ZONE.condition, np.array([0.3, 0.5, 0.2]))
    assert follows(ZONE.hospital, CHOICE[0])


def test_acuity_follows_the_condition_and_the_nurse_follows_the_acuity() -> None:
    for index, condition in enumerate(WORLD.conditions):
        assert follows(ZONE.acuity[ZONE.condition == index] - 1, condition.acuity_share)
    for acuity in range(1, 6):
        assert follows(ZONE.nurse_acuity[ZONE.acuity == acuity] - 1, NURSE_SHARE[acuity - 1])


def test_phases_and_steps_happen_as_often_as_they_should() -> None:
    for acuity in range(1, 6):
        enters = LONG.enters[LONG.acuity == acuity, LAYOUT.phase_index["ward"]].astype(int)
        assert follows(enters, np.array([1 - WARD_P[acuity - 1], WARD_P[acuity - 1]]))
    tested = (LONG.minutes[:, LAYOUT.slot_index["door.test"]] >= 0).astype(int)
    assert follows(tested, np.array([1 - TEST_P, TEST_P]))


def test_durations_follow_the_pathway_and_the_acuity() -> None:
    look, stay = (ZONE.minutes[:, LAYOUT.slot_index[slot]] for slot in ("door.look", "ward.stay"))
    for pathway, mean_min in ((0, 30.0), (1, 10.0)):
        assert ks_1samp(look[ZONE.pathway == pathway], expon(scale=mean_min).cdf).pvalue > RARE
    for acuity in range(1, 6):
        mine = stay[(ZONE.acuity == acuity) & (stay >= 0)]
        assert ks_1samp(mine, uniform(100.0 * acuity, 50.0).cdf).pvalue > RARE


def test_a_share_is_patient_for_ever_and_the_rest_exponentially() -> None:
    endless = np.isinf(ZONE.patience_min)
    assert follows(endless.astype(int), np.array([1 - PATIENCE.never_leaves_share, PATIENCE.never_leaves_share]))
    assert ks_1samp(ZONE.patience_min[~endless], expon(scale=PATIENCE.mean_min).cdf).pvalue > RARE


def test_transfers_take_as_long_as_the_rules_say() -> None:
    assert ks_1samp(ZONE.placement_min, uniform(0.0, 20.0).cdf).pvalue > RARE
    assert ks_1samp(ZONE.crew_busy_min, expon(scale=90.0).cdf).pvalue > RARE


def test_features_have_the_mean_and_the_spread_of_their_acuity() -> None:
    pulse = ZONE.features[:, 0]
    for acuity in range(1, 6):
        z = (pulse[ZONE.acuity == acuity] - 10.0 * acuity) / (0.5 * acuity)
        assert abs(z.mean() * np.sqrt(len(z))) < 4
        assert abs(z.var() - 1) * np.sqrt(len(z) / 2) < 4
    assert set(ZONE.features[:, 1] <= 60.0) == set(ZONE.features[:, 1] >= 30.0) == {True}


def test_nothing_drawn_moves_with_anything_else() -> None:
    """Of patients alike in condition and acuity, no two numbers are correlated beyond 4.5 standard errors."""
    alike = LONG.taken(np.flatnonzero((LONG.acuity == 3) & (LONG.minutes[:, -1] >= 0)))
    gaps = np.diff(alike.arrived_min, prepend=0.0)
    whole = [gaps, alike.condition, alike.hospital, alike.nurse_acuity, np.isinf(alike.patience_min)]
    columns = [*whole, alike.placement_min, alike.crew_busy_min, *alike.minutes.T, *alike.features.T]
    correlation = np.corrcoef(np.array(columns, dtype=float))[np.triu_indices(len(columns), 1)]
    assert np.abs(correlation).max() * np.sqrt(alike.n_patients) < 4.5
