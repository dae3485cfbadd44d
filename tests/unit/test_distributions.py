"""Durations: quantiles agree with the mean and the standard deviation that each family states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Remaining,
    Residual,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
    remaining_min,
)

pytestmark = pytest.mark.unit

FAMILIES = [
    Fixed(7.0),
    Exponential(12.0),
    Uniform(2.0, 9.0),
    Triangular(1.0, 3.0, 11.0),
    Lognormal(20.0, 10.0),
    Gamma(16.0, 3.0),
    Weibull(20.0, 8.0),
    Empirical((0.0, 0.3, 0.6, 1.0), (2.0, 5.0, 5.0, 30.0)),
    Truncated(Lognormal(20.0, 10.0), 8.0, 40.0),
    Remaining(Uniform(2.0, 9.0), 4.0),
]
P = (np.arange(2_000_000) + 0.5) / 2_000_000


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: type(family).__name__)
def test_quantiles_integrate_to_the_stated_mean_and_sd(family: Distribution) -> None:
    drawn = family.quantile(P)
    assert drawn.mean() == pytest.approx(family.mean, rel=1e-4)
    assert drawn.std() == pytest.approx(family.sd, rel=2e-3)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: type(family).__name__)
@given(st.floats(0.0, 1.0, exclude_max=True), st.floats(0.0, 1.0, exclude_max=True))
def test_quantiles_are_finite_not_negative_and_rise(family: Distribution, p: float, q: float) -> None:
    low, high = family.quantile(np.array(sorted([p, q])))
    assert 0 <= low <= high < np.inf


def test_what_is_left_of_an_exponential_stay_is_the_same_exponential() -> None:
    left = Residual(Exponential(8.0))
    assert left.mean == 8.0
    assert left.quantile(np.array([0.1, 0.5, 0.9])) == pytest.approx(-8.0 * np.log([0.9, 0.5, 0.1]), rel=1e-3)


def test_what_is_left_of_a_fixed_stay_is_uniform() -> None:
    assert Residual(Fixed(10.0)).quantile(np.array([0.0, 0.25, 1.0])) == pytest.approx([0.0, 2.5, 10.0], abs=1e-3)


@pytest.mark.parametrize(
    ("family", "fields"),
    [
        (Fixed(-1.0), ["minutes"]),
        (Exponential(0.0), ["mean_min"]),
        (Uniform(5.0, 2.0), ["high_min"]),
        (Triangular(1.0, 0.5, 2.0), ["mode_min"]),
        (Lognormal(-2.0, float("nan")), ["mean_min", "sd_min"]),
        (Gamma(0.0, 0.0), ["mean_min", "sd_min"]),
        (Weibull(-1.0, 0.0), ["mean_min", "sd_min"]),
        (Weibull(10.0, 0.001), ["sd_min"]),
        (Weibull(10.0, 5_000.0), ["sd_min"]),
        (Uniform(1.0, np.inf), ["high_min"]),
        (Empirical((0.1, 1.0), (1.0, 2.0)), ["probabilities"]),
        (Empirical((0.0, 0.5, 0.5, 1.0), (1.0, 2.0, 3.0, 4.0)), ["probabilities"]),
        (Empirical((0.0, 1.0), (1.0, 2.0, 3.0)), ["quantiles_min"]),
        (Empirical((0.0, 1.0), (3.0, 2.0)), ["quantiles_min"]),
        (Empirical((0.0, 1.0), (-1.0, 2.0)), ["quantiles_min"]),
        (Mixture((0.5, 0.6), (Fixed(1.0), Fixed(2.0))), ["weights"]),
        (Mixture((0.5, 0.5), (Fixed(1.0), Fixed(-2.0))), ["parts[1].minutes"]),
        (Mixture((1.0,), (Fixed(1.0), Fixed(2.0))), ["weights"]),
        (Mixture((), ()), ["weights", "weights"]),
        (Truncated(Exponential(-1.0), -1.0, -2.0), ["law.mean_min", "low_min", "high_min"]),
        (Truncated(Fixed(5.0), 6.0, 9.0), [""]),
        (Truncated(Fixed(5.0), 5.0, 9.0), []),
        (Residual(Fixed(0.0)), [""]),
        (Remaining(Exponential(0.0), -1.0), ["stay.mean_min", "elapsed_min"]),
    ],
)
def test_impossible_parameters_are_named(family: Distribution, fields: list[str]) -> None:
    assert [fault.field for fault in family.faults("d")] == [f"d.{field}".rstrip(".") for field in fields]


def test_quantiles_of_observed_durations_lie_on_straight_lines() -> None:
    law = Empirical((0.0, 0.5, 0.75, 1.0), (10.0, 20.0, 20.0, 100.0))
    assert law.quantile(np.array([0.0, 0.25, 0.5, 0.6, 0.75, 0.875, 1.0])).tolist() == [10, 15, 20, 20, 20, 60, 100]
    assert law.cdf(np.array([9.0, 15.0, 20.0, 60.0, 200.0])).tolist() == [0.0, 0.25, 0.75, 0.875, 1.0]
    assert law.mean == 0.5 * 15.0 + 0.25 * 20.0 + 0.25 * 60.0


def test_a_mixture_of_what_does_not_overlap_is_one_after_the_other() -> None:
    law = Mixture((0.25, 0.5, 0.25), (Fixed(3.0), Uniform(10.0, 20.0), Fixed(40.0)))
    p = np.array([0.0, 0.1, 0.25, 0.5, 0.7, 0.76, 0.99])
    assert law.quantile(p) == pytest.approx([3.0, 3.0, 3.0, 15.0, 19.0, 40.0, 40.0])
    assert law.mean == 0.25 * 3.0 + 0.5 * 15.0 + 0.25 * 40.0


def test_a_quantile_of_a_mixture_is_never_too_short() -> None:
    law = Mixture((0.2, 0.5, 0.3), (Fixed(15.3), Lognormal(20.0, 10.0), Exponential(8.0)))
    p = P[::997]
    x = law.quantile(p)
    assert (law.cdf(x) >= p).all()
    assert (law.cdf(x * (1 - 1e-9)) < p).all()


def test_a_mixture_of_one_kind_is_that_kind() -> None:
    same = Mixture((0.4, 0.6), (Lognormal(20.0, 10.0), Lognormal(20.0, 10.0)))
    assert np.array_equal(same.quantile(P[::1000]), Lognormal(20.0, 10.0).quantile(P[::1000]))


def test_bounds_cut_off_what_lies_outside() -> None:
    law = Truncated(Uniform(0.0, 10.0), 4.0, 8.0)
    assert law.quantile(np.array([0.0, 0.25, 0.5, 1.0])) == pytest.approx([4.0, 5.0, 6.0, 8.0])
    assert (law.mean, law.sd) == pytest.approx((6.0, 4.0 / np.sqrt(12)))
    assert Truncated(Mixture((0.5, 0.5), (Fixed(4.0), Fixed(9.0))), 4.0, 8.0).quantile(
        np.array([0.01, 0.99])
    ).tolist() == [4, 4]


def test_what_remains_of_an_exponential_stay_forgets_how_long_it_was() -> None:
    law = Remaining(Exponential(8.0), 50.0)
    assert law.quantile(np.array([0.1, 0.5, 0.9])) == pytest.approx(-8.0 * np.log([0.9, 0.5, 0.1]), rel=1e-9)
    assert (law.mean, law.sd) == pytest.approx((8.0, 8.0), rel=1e-9)


def test_what_remains_after_an_unheard_of_time_is_that_of_the_longest_stays() -> None:
    law = Remaining(Exponential(8.0), 1e6)
    assert law.quantile(np.array([0.5])) == pytest.approx([8.0 * np.log(2)], rel=1e-3)
    assert law.mean == pytest.approx(8.0, rel=1e-3)
    assert Remaining(Fixed(5.0), 60.0).quantile(np.array([0.5])).tolist() == [0.0]


def test_every_patient_may_have_stayed_for_another_time() -> None:
    elapsed, p = np.array([0.0, 2.0, 9.0]), np.array([0.5, 0.5, 0.5])
    assert remaining_min(Uniform(0.0, 10.0), elapsed, p) == pytest.approx([5.0, 4.0, 0.5])
