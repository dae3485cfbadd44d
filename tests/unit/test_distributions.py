"""Durations: quantiles agree with the mean and the standard deviation that each family states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.distributions import Distribution, Exponential, Fixed, Gamma, Lognormal, Residual, Triangular, Uniform

pytestmark = pytest.mark.unit

FAMILIES = [
    Fixed(7.0),
    Exponential(12.0),
    Uniform(2.0, 9.0),
    Triangular(1.0, 3.0, 11.0),
    Lognormal(20.0, 10.0),
    Gamma(16.0, 3.0),
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
    ],
)
def test_impossible_parameters_are_named(family: Distribution, fields: list[str]) -> None:
    assert [fault.field for fault in family.faults("d")] == [f"d.{field}" for field in fields]
