"""Closed forms of networks, shared beds, repair and perishables reproduce published values and each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.queueing import erlang_b, mmck
from optimize.queueing_systems import (
    exponential_survived,
    flow_rates,
    infinite_server_mean_at,
    infinite_server_means,
    jackson,
    machine_repair,
    perishable,
    shared_pool_blocking,
)
from tests.theory.test_queueing import printed

pytestmark = pytest.mark.theory


def test_jackson_network() -> None:
    routing = np.array([[0, 0.7, 0.1], [0, 0, 0.5], [0, 0.2, 0]])
    network = jackson(np.array([10.0, 0, 0]), routing, np.array([12.0, 5, 6]), [1, 3, 2])
    assert network.rates.tolist() == pytest.approx([10, 8, 5], rel=1e-12)
    assert network.means.tolist() == [pytest.approx(5, rel=1e-12), printed(1.912911, 6), printed(1.008403, 6)]
    assert network.sojourn == printed(0.792131, 6)


def test_customers_must_leave_a_network() -> None:
    with pytest.raises(ValueError, match="keeps customers for ever"):
        flow_rates(np.array([1.0, 0]), np.array([[0, 1.0], [1.0, 0]]))


# Monks et al. 2016, doi:10.1186/s12913-016-1789-4: patients per day and days of stay by kind of patient.
def test_census_of_a_published_stroke_unit() -> None:
    acute = 1 / np.array([1.2, 9.3, 3.6, 3.2])  # stroke, TIA, neurology, other
    to_rehab = np.array([0.24, 0.01, 0.11, 0.05])
    acute_stay = np.array([0.24 * 7.4 + 0.13 * 4.6 + 0.63 * 7.0, 1.8, 4.0, 3.8])
    early = np.array([0.40, 0, 0.09, 0.13 / 1.01])
    rehab_stay = np.array([30.3 * early[0] + 28.4 * (1 - early[0]), 18.7, 27.6, 16.1])
    direct = 1 / np.array([21.8, np.inf, 31.7, 28.6])
    zeros = np.zeros((4, 4))
    routing = np.block([[zeros, np.diag(to_rehab)], [zeros, zeros]])
    means = infinite_server_means(np.concatenate([acute, direct]), routing, np.concatenate([acute_stay, rehab_stay]))
    assert means[:4].sum() == printed(8.145493, 6)
    assert means[4:].sum() == printed(9.718218, 6)


# Nelson 2013, Foundations and Methods of Stochastic Simulation: patients per hour of a clinic, from 6 a.m.
CLINIC_PER_HOUR = (
    *(2.36666666666667, 2.8, 8.83333333333333, 10.4333333333333, 14.8, 26.2666666666667),
    *(31.4, 18.0666666666667, 16.4666666666667, 12.0333333333333, 11.6, 28.8666666666667),
    *(18.0333333333333, 11.5, 5.3, 4.06666666666667, 2.2, 2.1),
)


@pytest.mark.parametrize(("minute", "census"), [(360, 27.8008), (420, 37.1915), (720, 31.6006)])
def test_census_with_arrivals_that_change(minute: float, census: float) -> None:
    edges = [60.0 * hour for hour in range(19)]
    rates = [rate / 60 for rate in CLINIC_PER_HOUR]
    assert infinite_server_mean_at(minute, edges, rates, exponential_survived(90)) == printed(census, 4)


def test_census_settles_at_arrivals_times_stay() -> None:
    assert infinite_server_mean_at(1e5, [0, 1e5], [0.3], exponential_survived(90)) == pytest.approx(27)


LOADS = (8.145493, 9.718218)


@pytest.mark.parametrize(
    ("dedicated", "shared", "blocked"),
    [((14, 12), 0, (0.0192, 0.1091)), ((11, 11), 4, (0.0169, 0.0357)), ((0, 0), 26, (0.0158, 0.0158))],
)
def test_shared_beds(dedicated: tuple[int, int], shared: int, blocked: tuple[float, float]) -> None:
    assert shared_pool_blocking(LOADS, dedicated, shared) == tuple(printed(p, 4) for p in blocked)


@given(st.floats(0.5, 20), st.floats(0.5, 20), st.integers(1, 20), st.integers(1, 20))
def test_beds_that_nobody_shares_or_all_share_are_loss_systems(
    load: float, other: float, beds: int, other_beds: int
) -> None:
    apart = shared_pool_blocking((load, other), (beds, other_beds), 0)
    together = shared_pool_blocking((load, other), (0, 0), beds)
    assert apart == pytest.approx((erlang_b(beds, load), erlang_b(other_beds, other)))
    assert together == pytest.approx((erlang_b(beds, load + other),) * 2)


def test_machine_repair() -> None:
    shop = machine_repair(6, 1, 0.05, 0.5)
    assert shop.mean_down == printed(0.845149, 6)
    assert shop.availability == printed(0.859142, 6)


@given(st.integers(1, 12), st.floats(0.01, 2), st.floats(0.1, 5))
def test_machines_with_a_technician_each_fail_independently(n: int, fails: float, repairs: float) -> None:
    shop = machine_repair(n, n, fails, repairs)
    assert shop.availability == pytest.approx(repairs / (fails + repairs))
    assert shop.p_repair_waits == 0


def test_two_machines_and_one_technician_wait_when_one_is_down() -> None:
    # States 0, 1, 2 down with weights 1, 2, 2: failures at rates 2, 1 from states 0 and 1.
    assert machine_repair(2, 1, 1, 1).p_repair_waits == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("supply", "demand", "outdated", "stock_out"), [(1, 0.9, 0.149497, 0.054997), (0.8, 1, 0.030353, 0.224283)]
)
def test_perishables(supply: float, demand: float, outdated: float, stock_out: float) -> None:
    stock = perishable(supply, demand, life=10)
    assert stock.p_outdated == printed(outdated, 6)
    assert stock.p_stock_out == printed(stock_out, 6)


def test_perishables_in_balance() -> None:
    stock = perishable(2, 2, life=3)
    assert (stock.p_outdated, stock.p_stock_out) == pytest.approx((1 / 7, 1 / 7))


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.1, 10))
def test_perishables_are_used_or_outdated(supply: float, demand: float, life: float) -> None:
    stock = perishable(supply, demand, life)
    assert supply * (1 - stock.p_outdated) == pytest.approx(demand * (1 - stock.p_stock_out))


def test_a_full_room_of_one_server_matches_the_sharing_formula() -> None:
    assert mmck(3, 1, 4, 4).p_blocked == pytest.approx(shared_pool_blocking((1, 2), (0, 0), 4)[0])
