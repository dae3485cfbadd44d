"""Who goes where and why: totals that are reached, and mixes of conditions that fill beds as wanted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.importing.flows import LARGEST_MOVE, MOST_ROUNDS, PULL_TO_USUAL, TOLERANCE, balance, zone_mix

pytestmark = pytest.mark.unit

USUAL = np.array([0.6, 0.3, 0.1])
MEAN = 0.5
WARD_DAYS = np.array([0.0, 1.0, 2.0])  # only the first condition is lighter; the heavier two have 1.25 on average


def test_equal_pull_shares_out_in_proportion_in_one_correction() -> None:
    balanced = balance(np.ones((2, 3)), np.array([30.0, 70.0]), np.array([20.0, 30.0, 50.0]))
    np.testing.assert_allclose(balanced.share, [[0.2, 0.3, 0.5]] * 2, rtol=1e-12)
    assert balanced.rounds == 2


def test_two_by_two_keeps_the_odds_ratio_of_the_pull() -> None:
    # Totals of 1 each leave one unknown: x^2 / (1 - x)^2 = 4, so x = 2/3 (Deming & Stephan keep odds ratios).
    balanced = balance(np.array([[2.0, 1.0], [1.0, 2.0]]) * [[3.0], [5.0]], np.ones(2), np.ones(2))
    np.testing.assert_allclose(balanced.share, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]], rtol=1e-9)


@given(
    pull=arrays(float, (5, 3), elements=st.floats(0.01, 100)),
    rows=arrays(float, 5, elements=st.floats(0, 1000)),
    columns=arrays(float, 3, elements=st.floats(1, 1000)),
)
def test_totals_are_reached_and_rows_sum_to_one(
    pull: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    rows: np.ndarray[tuple[int], np.dtype[np.float64]],
    columns: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    rows[0] += 1.0
    columns = columns * rows.sum() / columns.sum()
    balanced = balance(pull, rows, columns)
    np.testing.assert_allclose(balanced.share.sum(axis=1), 1.0, rtol=1e-12)
    reached = np.abs(rows @ balanced.share / columns - 1).max()
    assert reached == pytest.approx(balanced.largest_miss, abs=1e-12)
    assert balanced.converged == (reached <= TOLERANCE) or balanced.rounds == MOST_ROUNDS


def test_a_zone_without_people_still_chooses() -> None:
    balanced = balance(np.array([[1.0, 3.0], [1.0, 1.0]]), np.array([0.0, 10.0]), np.array([5.0, 5.0]))
    np.testing.assert_allclose(balanced.share, [[0.25, 0.75], [0.5, 0.5]])


def test_zones_stay_usual_when_that_fills_the_wards() -> None:
    flow = [[10.0, 0.0], [0.0, 20.0]]
    mix = zone_mix(np.array(flow), USUAL, WARD_DAYS, np.array([5.0, 10.0]))
    np.testing.assert_allclose(mix, [USUAL, USUAL], atol=1e-9)


@pytest.mark.parametrize("wanted", [0.3, 0.8])
def test_a_zone_moves_towards_what_its_hospital_wants(wanted: float) -> None:
    mix = zone_mix(np.array([[10.0]]), USUAL, WARD_DAYS, np.array([10 * wanted]))
    days = float(mix[0] @ WARD_DAYS)
    # min (days / wanted - 1)^2 + PULL_TO_USUAL^2 (days / .5 - 1)^2: a weighted mean of wanted and usual.
    weights = 1 / wanted**2, PULL_TO_USUAL**2 / MEAN**2
    assert days == pytest.approx((weights[0] * wanted + weights[1] * MEAN) / sum(weights), rel=1e-6)
    assert mix.sum() == pytest.approx(1.0)
    heavier = mix[0, 1:] / USUAL[1:]
    assert heavier[0] == pytest.approx(heavier[1])


@pytest.mark.parametrize(("wanted", "kept"), [(0.001, [1, 2]), (1.5, [0])])
def test_no_condition_loses_more_than_the_largest_move(wanted: float, kept: list[int]) -> None:
    mix = zone_mix(np.array([[1.0]]), USUAL, WARD_DAYS, np.array([wanted]))
    np.testing.assert_allclose(mix[0, kept], (1 - LARGEST_MOVE) * USUAL[kept], rtol=1e-6)
