"""Figures of a card: exact small cases, and what intervals over folds and repeats are."""

import numpy as np
import pytest

from experiments.model_card import Estimate, linear_kappa, quadratic_kappa
from experiments.train.crossed import Crossed
from experiments.train.figures import (
    bins_of,
    calibration_error,
    decision_curve,
    figures_of,
    figures_of_group,
    net_benefit,
    over_repeats,
    reliability,
    threshold_of,
)

pytestmark = pytest.mark.unit

Y = np.array([True, True, False, False])


def crossed(p: list[list[float]], y: list[int], fold: list[list[int]]) -> Crossed:
    return Crossed("member", np.array(p), np.array(y, dtype=bool), np.array(fold))


def test_repeats_do_not_narrow_an_interval() -> None:
    assert over_repeats([Estimate(0.5, 0.1), Estimate(0.7, 0.3)]) == Estimate(0.6, pytest.approx(0.2))


def test_patients_of_different_folds_are_not_compared() -> None:
    # Each fold ranks its own two patients rightly; over folds the order is wrong half the time.
    one = crossed([[0.4, 0.3, 0.9, 0.8]], [1, 0, 1, 0], [[0, 0, 1, 1]])
    assert figures_of(one, 0.5)["auroc"].value == 1.0
    assert figures_of_group(
        crossed([[0.4, 0.3, 0.9, 0.8] * 10], [1, 0, 1, 0] * 10, [[0] * 40]), np.ones(40, bool), 0.5
    )["auroc"].value == pytest.approx(0.75)


def test_a_fold_with_one_outcome_only_says_nothing_about_ranks() -> None:
    one = crossed([[0.9, 0.2, 0.5, 0.4]], [1, 0, 1, 1], [[0, 0, 1, 1]])
    assert figures_of(one, 0.5)["auroc"].value == 1.0


def test_alarms_are_raised_at_the_threshold_or_above() -> None:
    one = crossed([[0.5, 0.2, 0.5, 0.1]], [1, 1, 0, 0], [[0, 0, 0, 0]])
    figures = figures_of(one, 0.5)
    assert (figures["sensitivity"].value, figures["specificity"].value) == (0.5, 0.5)


def test_net_benefit_prices_a_false_alarm_by_the_threshold() -> None:
    # One of two alarms is true: (1 - 1 * 0.2 / 0.8) / 4.
    assert net_benefit(np.array([0.9, 0.1, 0.3, 0.1]), Y, 0.2).value == pytest.approx((1 - 0.25) / 4)
    assert net_benefit(np.zeros(4), Y, 0.2).value == 0.0


def test_the_threshold_is_where_an_alarm_begins_to_pay() -> None:
    t = threshold_of(4.0)
    assert t == 0.2
    assert t * 4.0 == pytest.approx(1 - t)


def test_an_alarm_for_everybody_is_worth_its_share_less_the_price() -> None:
    one = crossed([[1.0] * 4], [1, 1, 0, 0], [[0] * 4])
    ((t, model, everybody),) = decision_curve(one, [0.2])
    assert (t, model) == (0.2, pytest.approx(everybody))
    assert everybody == pytest.approx(0.5 - 0.5 * 0.25)


def test_the_calibration_error_is_the_mean_gap_of_groups() -> None:
    # Ten groups of two: five promise .2 and see .5 of one in two, five promise .5 and see .5.
    p, y = np.repeat([0.2, 0.5], 10), np.tile([True, False], 10)
    assert calibration_error(p, y).value == pytest.approx((0.3 + 0.0) / 2)


def test_groups_hold_everybody_once_in_rising_order() -> None:
    p = np.array([0.3, 0.1, 0.2] * 11)
    places = bins_of(p)
    assert sorted(np.concatenate(places).tolist()) == list(range(33))
    assert [len(part) for part in places] == [4, 4, 4] + [3] * 7
    tops = [p[part].max() for part in places]
    assert tops == sorted(tops)


def test_reliability_shows_promised_and_observed_shares() -> None:
    one = crossed([[0.25] * 20], [1] * 5 + [0] * 15, [[0] * 20])
    rows = reliability(one)
    assert len(rows) == 10
    assert {promised for promised, _, _, _ in rows} == {0.25}
    assert sum(seen * n for _, seen, _, n in rows) == pytest.approx(5)


def test_groups_with_under_ten_of_an_outcome_have_no_figures() -> None:
    p, y = [[0.1, 0.9] * 10], [0, 1] * 10
    one = crossed(p, y, [[0] * 20])
    assert figures_of_group(one, np.ones(20, bool), 0.5)["brier"].value == pytest.approx(0.01)
    assert figures_of_group(one, np.arange(20) < 19, 0.5) == {}


def test_linear_kappa_weighs_levels_and_quadratic_their_squares() -> None:
    true, given = np.array([1, 1, 3, 3]), np.array([1, 3, 1, 3])
    assert linear_kappa(true, given).value == pytest.approx(0.0)
    a, b = np.array([1, 2, 3, 3]), np.array([1, 2, 2, 3])
    gap = np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    shares = np.array([0.25, 0.25, 0.5]), np.array([0.25, 0.5, 0.25])
    assert linear_kappa(a, b).value == pytest.approx(1 - 0.25 / (shares[0] @ gap @ shares[1]))
    assert quadratic_kappa(a, b).value == pytest.approx(1 - 0.25 / (shares[0] @ gap**2 @ shares[1]))
