"""Exact answers for several stations, pools or stocks: networks, shared beds, repair crews, perishables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, expm1

import numpy as np

from optimize.program import FloatArray
from optimize.queueing import birth_death, erlang_c


def flow_rates(external: FloatArray, routing: FloatArray) -> FloatArray:
    """Solve the traffic equations rate = external + routingᵀ · rate.

    Args:
        external: arrivals from outside; shape (n,), per unit of time.
        routing: share that goes from station (row) to station (column); shape (n, n), rows sum to at most 1.

    Returns:
        Arrivals from everywhere, shape (n,).

    Raises:
        ValueError: if customers never leave some stations.

    Source: J. R. Jackson 1957, doi:10.1287/opre.5.4.518.
    """
    leaves = np.eye(external.size) - routing.T
    if np.linalg.matrix_rank(leaves) < external.size:
        raise ValueError("routing keeps customers for ever; let some row sum to less than 1")
    return np.asarray(np.linalg.solve(leaves, external), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class OpenNetwork:
    """Steady state of an open network of n stations.

    Args:
        rates: arrivals at each station; shape (n,).
        means: mean number at each station; shape (n,).
        sojourn: mean time from entering to leaving the network.
    """

    rates: FloatArray
    means: FloatArray
    sojourn: float


def jackson(
    external: FloatArray, routing: FloatArray, service_rates: FloatArray, servers: Sequence[int]
) -> OpenNetwork:
    """Solve an open network of M/M/c stations, each as if alone with its own arrival rate.

    Args:
        external: arrivals from outside; shape (n,), per unit of time.
        routing: share that goes from station (row) to station (column); shape (n, n).
        service_rates: rate of one server of each station; shape (n,).
        servers: of each station, n numbers.

    Raises:
        ValueError: if a station is overloaded or customers never leave.

    Source: J. R. Jackson 1957, doi:10.1287/opre.5.4.518; the sojourn by Little's law.
    """
    rates = flow_rates(external, routing)
    loads = rates / service_rates
    means = np.array([a + erlang_c(c, a) * a / (c - a) for a, c in zip(loads.tolist(), servers, strict=True)])
    return OpenNetwork(rates, means, float(means.sum() / external.sum()))


def infinite_server_means(external: FloatArray, routing: FloatArray, mean_stays: FloatArray) -> FloatArray:
    """Give the mean census of each unit of an M/G/∞ network; the censuses are independent and Poisson.

    Args:
        external: arrivals from outside; shape (n,), per unit of time.
        routing: share that goes from unit (row) to unit (column); shape (n, n).
        mean_stays: mean stay in each unit; shape (n,).

    Source: J. M. Harrison and A. J. Lemoine 1981, Journal of Applied Probability 18, 561-567.
    """
    return np.asarray(flow_rates(external, routing) * mean_stays, dtype=np.float64)


def infinite_server_mean_at(
    time: float, edges: Sequence[float], rates: Sequence[float], survived: Callable[[float], float]
) -> float:
    """Give the mean census of M(t)/G/∞ at `time`: the integral of rate(u)·P(S > time - u) over u ≤ time.

    Args:
        time: when, in the unit of the edges.
        edges: n + 1 ascending times between which the arrival rate is constant; before and after there are
            no arrivals.
        rates: n arrival rates per unit of time.
        survived: x -> the integral of P(S > s) over s from 0 to x; `exponential_survived` for one.

    Source: S. G. Eick, W. A. Massey and W. Whitt 1993, doi:10.1287/opre.41.4.731.
    """
    since = [survived(max(0.0, time - edge)) for edge in edges]
    return sum(rate * (older - newer) for rate, (older, newer) in zip(rates, pairwise(since), strict=True))


def exponential_survived(mean: float) -> Callable[[float], float]:
    """Give x -> the integral of exp(-s / mean) over s from 0 to x."""
    return lambda x: -mean * expm1(-x / mean)


def shared_pool_blocking(loads: tuple[float, float], dedicated: tuple[int, int], shared: int) -> tuple[float, float]:
    """Give the blocked shares of two kinds of patients with beds of their own and beds that both may use.

    The steady state is the product of two Poisson distributions over the states (i, j) with
    max(0, i - dedicated[0]) + max(0, j - dedicated[1]) ≤ shared (patients move to a dedicated bed that frees).

    Args:
        loads: offered load of each kind, erlangs.
        dedicated: beds of each kind.
        shared: beds for both.

    Source: J. S. Kaufman 1981, doi:10.1109/TCOM.1981.1094894 (product form of a coordinate-convex policy).
    """
    first, second = np.indices((dedicated[0] + shared + 1, dedicated[1] + shared + 1))
    over_first, over_second = np.maximum(0, first - dedicated[0]), np.maximum(0, second - dedicated[1])
    weights = _poisson(loads[0], first.shape[0])[:, None] * _poisson(loads[1], first.shape[1])
    share = np.where(over_first + over_second <= shared, weights, 0.0)
    share /= share.sum()
    full = over_first + over_second == shared
    return (
        float(share[full & (first >= dedicated[0])].sum()),
        float(share[full & (second >= dedicated[1])].sum()),
    )


def _poisson(mean: float, n_states: int) -> FloatArray:
    """Give Poisson probabilities of 0 ... n_states - 1, scaled to sum to 1."""
    return birth_death([mean] * (n_states - 1), list(range(1, n_states)))


@dataclass(frozen=True, slots=True)
class RepairShop:
    """Steady state of machines and technicians.

    Args:
        mean_down: mean number of machines that do not work.
        availability: mean share of machines that work.
        p_repair_waits: share of failures that find all technicians busy.
    """

    mean_down: float
    availability: float
    p_repair_waits: float


def machine_repair(machines: int, technicians: int, failure_rate: float, repair_rate: float) -> RepairShop:
    """Solve machine repair: each working machine fails at `failure_rate`, one technician repairs one machine.

    Source: L. Kleinrock, Queueing Systems I, 1975, section 3.8 (finite-source birth-death chain).
    """
    down = np.arange(machines + 1)
    births = (machines - down[:-1]) * failure_rate
    share = birth_death(births.tolist(), (np.minimum(down[1:], technicians) * repair_rate).tolist())
    mean_down = float(share @ down)
    failures = share[:-1] * births
    return RepairShop(mean_down, 1.0 - mean_down / machines, float(failures[technicians:].sum() / failures.sum()))


@dataclass(frozen=True, slots=True)
class PerishableStock:
    """Steady state of a stock that perishes.

    Args:
        p_outdated: share of the supply that outlives its life unused.
        p_stock_out: share of the demand that finds nothing.
    """

    p_outdated: float
    p_stock_out: float


def perishable(supply_rate: float, demand_rate: float, life: float) -> PerishableStock:
    """Solve a stock of Poisson supply and Poisson demand, oldest first, lost demand, fixed `life`.

    With d = supply_rate - demand_rate and K = 1 / ((e^{d·life} - 1) / d + 1 / supply_rate): outdated share
    K·e^{d·life} / supply_rate, stock-out share K / supply_rate.

    Source: S. C. Graves 1982, doi:10.1287/mnsc.28.4.400 (virtual age of the oldest unit).
    """
    drift = supply_rate - demand_rate
    grown = life if drift == 0 else expm1(drift * life) / drift
    stock_out = 1.0 / (supply_rate * grown + 1.0)
    return PerishableStock(stock_out * exp(drift * life), stock_out)
