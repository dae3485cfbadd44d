"""Intervals, paired differences, Holm's correction and verdicts, by hand and by invariants."""

from itertools import pairwise
from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics import (
    Difference,
    Interval,
    holm,
    mean_interval,
    paired_difference,
    t_quantile,
    verdict,
)

pytestmark = pytest.mark.unit

values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
probabilities = st.lists(st.floats(0, 1), max_size=12)
pairs = st.lists(st.tuples(values, values), min_size=2, max_size=20)


def test_the_interval_of_one_to_five_is_that_of_the_textbook() -> None:
    # mean 3, sample variance 2.5, t(4, 0.975) = 2.776445 (printed tables: 2.776)
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval.mean == 3
    assert interval.half_width == pytest.approx(2.7764451 * sqrt(2.5 / 5), rel=1e-7)
    assert (interval.n, interval.n_dropped) == (5, 0)
    assert (interval.low, interval.high) == (3 - interval.half_width, 3 + interval.half_width)


@pytest.mark.parametrize(
    ("degrees", "level", "printed"), [(1, 0.95, 12.706), (9, 0.95, 2.262), (9, 0.9, 1.833), (29, 0.99, 2.756)]
)
def test_quantiles_are_those_of_printed_tables(degrees: int, level: float, printed: float) -> None:
    assert round(t_quantile(degrees, level), 3) == printed


def test_one_value_has_a_mean_and_no_half_width() -> None:
    interval = mean_interval([7.0])
    assert (interval.mean, interval.n) == (7.0, 1)
    assert isnan(interval.half_width)


def test_no_value_has_nothing() -> None:
    interval = mean_interval([nan, inf])
    assert isnan(interval.mean)
    assert isnan(interval.half_width)
    assert (interval.n, interval.n_dropped) == (0, 2)


def test_values_that_are_not_finite_are_dropped_and_counted() -> None:
    assert mean_interval([1, nan, 2, inf, 3]) == Interval(2.0, mean_interval([1, 2, 3]).half_width, 3, 2)


def test_a_paired_difference_by_hand() -> None:
    # differences 1, 2, 3: mean 2, variance 1; variances 100 and 121; t = 2 / sqrt(1 / 3) = 3.4641
    found = paired_difference([10, 20, 30], [11, 22, 33])
    assert found.mean == 2
    assert found.half_width == pytest.approx(4.3026527 / sqrt(3), rel=1e-7)
    assert found.variance_ratio == pytest.approx(221)
    assert found.p_value == pytest.approx(0.07417990, rel=1e-6)  # 1 - t / sqrt(t^2 + 2), exact for 2 degrees
    assert (found.n, found.n_dropped) == (3, 0)


def test_a_pair_is_dropped_when_either_value_is_missing() -> None:
    found = paired_difference([10, nan, 20, 5, 30], [11, 1, 22, nan, 33])
    whole = paired_difference([10, 20, 30], [11, 22, 33])
    assert (found.n, found.n_dropped) == (3, 2)
    assert (found.mean, found.half_width, found.p_value) == (whole.mean, whole.half_width, whole.p_value)


@pytest.mark.parametrize(("shift", "p_value"), [(0.0, 1.0), (4.0, 0.0)])
def test_a_constant_difference_is_certain(shift: float, p_value: float) -> None:
    baseline = np.array([1.0, 5.0, 9.0])
    assert paired_difference(baseline, baseline + shift) == Difference(shift, 0.0, 3, 0, inf, p_value)


def test_one_tenth_thrice_has_no_variance_although_its_mean_is_rounded() -> None:
    assert mean_interval([0.1, 0.1, 0.1]).half_width == 0


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_pairs_promise_nothing(n: int) -> None:
    found = paired_difference([1.0] * n, [2.0] * n)
    assert isnan(found.half_width)
    assert isnan(found.variance_ratio)
    assert isnan(found.p_value)


def test_unequal_lengths_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="equal shapes"):
        paired_difference([1, 2, 3], [1, 2])


def test_holm_by_hand() -> None:
    # 4 x 0.005, 3 x 0.01, then 2 x 0.03 and 1 x 0.04, which may not fall below its forerunner
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_leaves_out_what_is_no_test() -> None:
    adjusted = holm([0.01, nan, 0.02])
    assert isnan(adjusted[1])
    assert [adjusted[0], adjusted[2]] == pytest.approx([0.02, 0.02])
    assert holm([]) == []


@given(probabilities)
def test_holm_keeps_the_order_and_lies_between_the_raw_value_and_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    ranked = [adjusted[i] for i in sorted(range(len(p_values)), key=p_values.__getitem__)]
    assert all(first <= second for first, second in pairwise(ranked))
    for raw, corrected in zip(p_values, adjusted, strict=True):
        assert raw <= corrected <= min(1.0, len(p_values) * max(raw, *p_values))
    if p_values:
        assert min(adjusted) == min(1.0, len(p_values) * min(p_values))


@given(pairs)
def test_exchanging_the_two_sides_changes_only_the_sign(both: list[tuple[float, float]]) -> None:
    baseline, treatment = np.array(both).T
    there, back = paired_difference(baseline, treatment), paired_difference(treatment, baseline)
    assert (there.mean, there.half_width, there.p_value) == (-back.mean, back.half_width, back.p_value)


@given(pairs)
def test_the_interval_leaves_out_zero_exactly_when_the_p_value_is_below_five_percent(
    both: list[tuple[float, float]],
) -> None:
    found = paired_difference(*np.array(both).T)
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.low > 0 or found.high < 0) == (found.p_value < 0.05)


@pytest.mark.parametrize(
    ("mean", "better", "word"),
    [
        (2.0, "higher", "better"),
        (2.0, "lower", "worse"),
        (-2.0, "higher", "worse"),
        (-2.0, "lower", "better"),
        (1.0, "lower", "undecided"),  # touches zero
        (-1.0, "higher", "undecided"),
        (2.0, "", "no direction"),
    ],
)
def test_the_verdict_follows_interval_and_direction(mean: float, better: str, word: str) -> None:
    assert verdict(Interval(mean, 1.0, 10), better) == word


def test_an_unknown_interval_decides_nothing() -> None:
    assert verdict(mean_interval([5.0]), "higher") == "undecided"
