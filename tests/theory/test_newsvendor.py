"""The sample-average newsvendor: its order is the sample's critical quantile, and its profit nears the closed form.

With demand exponential of mean m, price p and cost c, the best order is m ln(p / c), and an order q earns
p m (1 - exp(-q / m)) - c q on average.
"""

import numpy as np
import pytest

from optimize.recourse import value_of_recourse
from sim.streams import Replication, stream
from tests.unit.test_recourse import COST, PRICE, Newsvendor, newsvendors

pytestmark = pytest.mark.theory

MEAN, N = 10.0, 101


def sample(index: int) -> np.ndarray:
    return np.sort(stream(Replication(index, 20261122), "demand").exponential(MEAN, N))


def profit(order: float, demand: np.ndarray) -> np.ndarray:
    return PRICE * np.minimum(order, demand) - COST * order


@pytest.mark.parametrize("index", range(3))
def test_the_order_is_the_quantile_of_the_sample(index: int) -> None:
    demand = sample(index)
    value = value_of_recourse(newsvendors(demand.tolist()), Newsvendor(float(demand.mean()))).solution
    assert value is not None
    quantile = demand[int(np.ceil((1 - COST / PRICE) * N)) - 1]
    assert value.here_and_now.decisions["order", None] == pytest.approx(quantile)
    assert value.expected == pytest.approx(profit(quantile, demand).mean())
    assert value.of_mean == pytest.approx(profit(demand.mean(), demand).mean())
    assert value.evpi == pytest.approx((PRICE - COST) * demand.mean() - value.expected)
    assert value.vss == pytest.approx(value.expected - value.of_mean)


def test_the_profit_of_its_order_is_that_of_the_closed_form() -> None:
    """Judge orders of one sample on fresh demand, by z-score; none earns more than the best order can."""
    best = MEAN * np.log(PRICE / COST)
    most = PRICE * MEAN * (1 - COST / PRICE) - COST * best
    fresh = stream(Replication(0, 20261122), "fresh").exponential(MEAN, 100_000)
    for index in range(3):
        value = value_of_recourse(newsvendors(sample(index).tolist()), Newsvendor(MEAN)).solution
        assert value is not None
        order = value.here_and_now.decisions["order", None]
        expected = PRICE * MEAN * (1 - np.exp(-order / MEAN)) - COST * order
        earned = profit(order, fresh)
        z = (earned.mean() - expected) / (earned.std(ddof=1) / np.sqrt(fresh.size))
        assert abs(z) <= 4
        assert expected <= most
