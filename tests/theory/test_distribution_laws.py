"""Every family of durations against its own sample, and against scipy's law of the same kind where there is one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

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
)
from sim.streams import Replication, stream

pytestmark = pytest.mark.theory

SIGMA = np.sqrt(np.log1p(0.25))
MIXED = Mixture((0.3, 0.5, 0.2), (Exponential(4.0), Lognormal(20.0, 10.0), Fixed(15.0)))
FAMILIES: dict[str, Distribution] = {
    "fixed": Fixed(7.0),
    "exponential": Exponential(12.0),
    "uniform": Uniform(2.0, 9.0),
    "triangular": Triangular(1.0, 3.0, 11.0),
    "triangular from its mode": Triangular(1.0, 1.0, 11.0),
    "lognormal": Lognormal(20.0, 10.0),
    "gamma": Gamma(16.0, 9.0),
    "weibull, falling hazard": Weibull(30.0, 50.0),
    "weibull, rising hazard": Weibull(30.0, 12.0),
    "empirical": Empirical((0.0, 0.2, 0.5, 0.8, 1.0), (1.0, 4.0, 4.0, 10.0, 60.0)),
    "mixture": MIXED,
    "truncated lognormal": Truncated(Lognormal(20.0, 10.0), 10.0, 45.0),
    "truncated mixture": Truncated(MIXED, 3.0, 30.0),
    "truncated from below": Truncated(Exponential(5.0), 8.0),
    "residual": Residual(Lognormal(20.0, 10.0)),
    "remaining lognormal": Remaining(Lognormal(20.0, 10.0), 25.0),
    "remaining empirical": Remaining(Empirical((0.0, 0.5, 1.0), (1.0, 10.0, 60.0)), 5.0),
}
SCIPY = {
    "exponential": stats.expon(scale=12.0),
    "uniform": stats.uniform(2.0, 7.0),
    "triangular": stats.triang(0.2, 1.0, 10.0),
    "lognormal": stats.lognorm(SIGMA, scale=20.0 * np.exp(-(SIGMA**2) / 2)),
    "gamma": stats.gamma((16 / 9) ** 2, scale=81 / 16),
    "truncated from below": stats.expon(8.0, 5.0),
}
P = np.linspace(0.0005, 0.9995, 400)
N = 400_000
CORNERS = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0, 9.0, 10.0, 11.0, 15.0, 30.0, 45.0, 55.0, 60.0]
FAR = [100.0, 300.0, 1_000.0, 3_000.0, 10_000.0]  # fewer than one in 10^20 durations are longer
families = pytest.mark.parametrize("name", FAMILIES)


@families
def test_a_sample_has_the_stated_mean_and_spread(name: str) -> None:
    law = FAMILIES[name]
    drawn = law.quantile(stream(Replication(0, 7), name).random(N))
    deviation = drawn - law.mean
    if law.sd == 0:
        assert set(deviation) == {0.0}
        return
    assert abs(deviation.mean() / law.sd * np.sqrt(N)) < 4
    squares = deviation**2
    assert abs((squares.mean() - law.sd**2) / squares.std() * np.sqrt(N)) < 4


@families
def test_a_sample_follows_the_distribution_function(name: str) -> None:
    """Compare the share below each of 400 points; the bound is that of Kolmogorov for one in ten thousand."""
    law = FAMILIES[name]
    drawn = np.sort(law.quantile(stream(Replication(1, 7), name).random(N)))
    at = np.unique(law.quantile(P) * (1 + 1e-12))
    below = np.searchsorted(drawn, at, side="right") / N
    assert np.abs(below - law.cdf(at)).max() < stats.kstwobign.ppf(0.9999) / np.sqrt(N)


@families
def test_quantiles_invert_the_distribution_function(name: str) -> None:
    law = FAMILIES[name]
    x = law.quantile(P)
    tolerance = 2e-5 if isinstance(law, Residual) else 1e-9  # what is left of a stay is read from a table
    assert (law.cdf(x * (1 + 1e-12)) >= P - tolerance).all()
    assert (law.cdf(x * (1 - 1e-4) - 1e-9) <= P + tolerance).all()


@families
def test_moments_are_the_integrals_of_the_tail(name: str) -> None:
    """E[X^k] is the integral of k x^(k-1) P(X > x), cut at the points where the law has its corners."""
    law = FAMILIES[name]
    inner = law.quantile(np.array([0, 0.2, 0.5, 0.8, 0.9, 0.99, 1 - 1e-6]))
    ends = np.unique(np.concatenate(([0.0], inner, CORNERS, FAR)))
    for order in (1, 2):

        def tail(x: float, order: int = order) -> float:
            return order * x ** (order - 1) * (1.0 - float(law.cdf(np.array(x))))

        pieces = [integrate.quad(tail, a, b, epsabs=1e-9, epsrel=1e-10, limit=200)[0] for a, b in pairwise(ends)]
        assert law.moment(order) == pytest.approx(sum(pieces), rel=1e-8)
    assert law.mean == pytest.approx(law.moment(1), rel=1e-12)
    assert law.sd == pytest.approx(np.sqrt(max(0.0, law.moment(2) - law.moment(1) ** 2)), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", SCIPY)
def test_families_agree_with_scipy(name: str) -> None:
    law, other = FAMILIES[name], SCIPY[name]
    assert law.quantile(P) == pytest.approx(other.ppf(P), rel=1e-9)
    assert law.cdf(other.ppf(P)) == pytest.approx(P, rel=1e-9)
    assert (law.mean, law.sd) == pytest.approx((other.mean(), other.std()), rel=1e-9)


@given(st.floats(0.01, 20.0), st.floats(0.1, 1000.0))
def test_weibull_shapes_give_back_mean_and_spread(variation: float, mean_min: float) -> None:
    law = Weibull(mean_min, variation * mean_min)
    other = stats.weibull_min(law.shape, scale=law.scale)
    assert other.mean() == pytest.approx(mean_min, rel=1e-9)
    assert np.log1p((other.std() / other.mean()) ** 2) == pytest.approx(np.log1p(variation**2), rel=1e-6)
    assert law.quantile(P) == pytest.approx(other.ppf(P), rel=1e-9)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@families
def test_partial_moments_rise_to_the_whole(name: str, order: int) -> None:
    law = FAMILIES[name]
    x = np.concatenate(([-1.0], law.quantile(P), [np.inf]))
    rising = law.partial_moment(order, x)
    assert rising[0] == pytest.approx(0.0, abs=1e-9)
    assert (np.diff(rising) >= -1e-9 * rising[-1]).all()
    assert rising[-1] == pytest.approx(law.moment(order))


@families
def test_a_scaled_law_is_that_of_scaled_durations(name: str) -> None:
    law = FAMILIES[name]
    assert law.scaled(2.5).quantile(P) == pytest.approx(2.5 * law.quantile(P), rel=1e-9)
    assert (law.scaled(2.5).mean, law.scaled(2.5).sd) == pytest.approx((2.5 * law.mean, 2.5 * law.sd))
