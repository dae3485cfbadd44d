"""Exact answers of queueing theory for one station: delay, loss, priorities, impatience, limited room.

Rates are per unit of time, any one unit; waits come out in that unit. `load` is arrival rate / service rate, in
erlangs. Systems of several stations or pools are in `optimize.queueing_systems`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, inf

import numpy as np
from scipy.linalg import expm

from optimize.program import FloatArray

NEGLIGIBLE = 1e-18
"""Tails are cut where a state is this much less probable than the most probable one."""


def _positive(**values: float) -> None:
    """Refuse values that are not positive and finite, naming each."""
    faults = [f"{name} is {value}; give a number above 0" for name, value in values.items() if not 0 < value < inf]
    if faults:
        raise ValueError("; ".join(faults))


def _stable(load: float, servers: int) -> None:
    """Refuse a queue that grows for ever."""
    if load >= servers:
        raise ValueError(f"the load is {load:g} erlangs with {servers} servers; a steady state needs more servers")


def birth_death(births: Sequence[float], deaths: Sequence[float]) -> FloatArray:
    """Find the steady state of a birth-death chain with N + 1 states.

    Args:
        births: rates from state i to i + 1, for i = 0 ... N - 1.
        deaths: rates from state i + 1 to i, for i = 0 ... N - 1, positive.

    Returns:
        Probabilities of the states, shape (N + 1,).

    Source: L. Kleinrock, Queueing Systems I, 1975, section 3.1.
    """
    with np.errstate(divide="ignore"):
        steps = np.log(np.asarray(births, dtype=np.float64)) - np.log(np.asarray(deaths, dtype=np.float64))
    weights = np.concatenate(([0.0], np.cumsum(steps)))
    shares = np.exp(weights - weights.max())
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def erlang_b(servers: int, load: float) -> float:
    """Give the blocked share of M/G/c/c, whatever the service distribution with that mean.

    Source: A. K. Erlang 1917; stable recursion 1/B(c) = 1 + (c / load) / B(c - 1).
    """
    _positive(load=load)
    inverse = 1.0
    for c in range(1, servers + 1):
        inverse = 1.0 + c / load * inverse
    return 1.0 / inverse


def erlang_c(servers: int, load: float) -> float:
    """Give the delayed share of M/M/c.

    Raises:
        ValueError: if the load is not below the number of servers.

    Source: A. K. Erlang 1917; C = B / (1 - (load / c)(1 - B)).
    """
    _stable(load, servers)
    blocked = erlang_b(servers, load)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


def mmc_wait(arrival_rate: float, service_rate: float, servers: int = 1) -> float:
    """Give the mean wait in queue of M/M/c: C / (c·service_rate - arrival_rate).

    Source: L. Kleinrock, Queueing Systems I, 1975, section 3.5.
    """
    _positive(arrival_rate=arrival_rate, service_rate=service_rate)
    delayed = erlang_c(servers, arrival_rate / service_rate)
    return delayed / (servers * service_rate - arrival_rate)


def mmc_wait_tail(arrival_rate: float, service_rate: float, servers: int, wait: float) -> float:
    """Give the share of M/M/c that waits longer than `wait`: C·exp(-(c·service_rate - arrival_rate)·wait).

    Source: L. Kleinrock, Queueing Systems I, 1975, section 3.5.
    """
    _positive(arrival_rate=arrival_rate, service_rate=service_rate)
    delayed = erlang_c(servers, arrival_rate / service_rate)
    return delayed * exp(-(servers * service_rate - arrival_rate) * wait)


def mmc_risk(arrival_rate: float, service_rate: float, servers: int, period: float) -> float:
    """Give the probability that somebody waits in M/M/c at some moment of a period that begins in the long run.

    With n present (n <= c nobody waits) and Q the generator on 0..c, left when a further patient comes to c:
    1 - sum_n p_n [exp(Q·period) 1]_n, where p is the stationary distribution. Rates per unit of `period`.

    Raises:
        ValueError: if the load is not below the number of servers.

    Source: first passage of a birth-death process, L. Kleinrock, Queueing Systems I, 1975, section 2.5.
    """
    _positive(arrival_rate=arrival_rate, service_rate=service_rate, period=period)
    load, n = arrival_rate / service_rate, np.arange(servers + 1)
    delayed = erlang_c(servers, load)
    ahead = birth_death([arrival_rate] * servers, [service_rate * k for k in range(1, servers + 1)])
    # Delayed are those who meet n >= c, so n < c has 1 - delayed, and n = c the share 1 - load / c of the rest.
    stay = np.append(ahead[:-1] / ahead[:-1].sum() * (1.0 - delayed), delayed * (1.0 - load / servers))
    rates = np.diag(np.full(servers, arrival_rate), 1) + np.diag(service_rate * n[1:], -1)
    generator = rates - np.diag(arrival_rate + service_rate * n)
    return float(1.0 - stay @ expm(generator * period) @ np.ones(servers + 1))


def mg1_wait(arrival_rate: float, service_mean: float, service_sd: float) -> float:
    """Give the mean wait in queue of M/G/1: arrival_rate·E[S²] / (2(1 - rho)).

    Source: Pollaczek 1930, Khinchine 1932; L. Kleinrock, Queueing Systems I, 1975, section 5.6.
    """
    _positive(arrival_rate=arrival_rate, service_mean=service_mean)
    load = arrival_rate * service_mean
    _stable(load, 1)
    return arrival_rate * (service_mean**2 + service_sd**2) / (2.0 * (1.0 - load))


def priority_waits(arrival_rates: Sequence[float], service_rate: float, servers: int = 1) -> list[float]:
    """Give the mean wait in queue of each class of non-preemptive M/M/c, the first class being served first.

    W_k = (C / (c·service_rate)) / ((1 - s_{k-1})(1 - s_k)) with s_k the load share of classes 1 ... k and C for
    all classes together.

    Source: A. Cobham 1954, doi:10.1287/opre.2.1.70; O. Kella and U. Yechiali 1985 for c servers of one rate.
    """
    _positive(service_rate=service_rate)
    loads = list(accumulate((rate / (servers * service_rate) for rate in arrival_rates), initial=0.0))
    residual = erlang_c(servers, servers * loads[-1]) / (servers * service_rate)
    return [residual / ((1.0 - before) * (1.0 - upto)) for before, upto in pairwise(loads)]


def preemptive_sojourns(arrival_rates: Sequence[float], service_rate: float) -> list[float]:
    """Give the mean time in system of each class of preemptive-resume M/M/1, the first class going first.

    T_k = (1 / service_rate) / (1 - s_{k-1}) + R_k / ((1 - s_{k-1})(1 - s_k)), R_k the mean residual service of
    classes 1 ... k.

    Source: L. Kleinrock, Queueing Systems II, 1976, section 3.4.
    """
    _positive(service_rate=service_rate)
    loads = list(accumulate((rate / service_rate for rate in arrival_rates), initial=0.0))
    _stable(loads[-1], 1)
    return [
        (1.0 / service_rate) / (1.0 - before) + (upto / service_rate) / ((1.0 - before) * (1.0 - upto))
        for before, upto in pairwise(loads)
    ]


@dataclass(frozen=True, slots=True)
class Impatient:
    """Steady state of a queue whose customers leave.

    Args:
        p_abandon: share that leaves unserved.
        p_wait: share that finds all servers busy.
        mean_queue: mean number waiting.
        mean_wait: mean time in queue of all, served or not.
    """

    p_abandon: float
    p_wait: float
    mean_queue: float
    mean_wait: float


def erlang_a(arrival_rate: float, service_rate: float, servers: int, leaving_rate: float) -> Impatient:
    """Solve M/M/n+M, where each waiting customer leaves at `leaving_rate`.

    p_abandon = leaving_rate·Lq / arrival_rate, and Lq = arrival_rate·mean wait.

    Source: C. Palm 1957; O. Garnett, A. Mandelbaum and M. Reiman 2002, doi:10.1287/msom.4.3.208.7753.
    """
    _positive(arrival_rate=arrival_rate, service_rate=service_rate, leaving_rate=leaving_rate)
    last = _last_state(arrival_rate, service_rate, servers, leaving_rate)
    states = np.arange(last + 1)
    deaths = np.minimum(states, servers) * service_rate + np.maximum(states - servers, 0) * leaving_rate
    share = birth_death(np.full(last, arrival_rate).tolist(), deaths[1:].tolist())
    mean_queue = float(share @ np.maximum(states - servers, 0))
    return Impatient(
        p_abandon=leaving_rate * mean_queue / arrival_rate,
        p_wait=float(share[servers:].sum()),
        mean_queue=mean_queue,
        mean_wait=mean_queue / arrival_rate,
    )


def _last_state(arrival_rate: float, service_rate: float, servers: int, leaving_rate: float) -> int:
    """Find the state beyond which the tail of M/M/n+M is negligible against the state of n customers."""
    state, weight = servers, 1.0
    while weight > NEGLIGIBLE:
        state += 1
        weight *= arrival_rate / (servers * service_rate + (state - servers) * leaving_rate)
    return state


@dataclass(frozen=True, slots=True)
class LimitedRoom:
    """Steady state of a queue with limited room.

    Args:
        p_blocked: share that finds no room.
        mean_in_system: mean number waiting or in service.
        mean_queue: mean number waiting.
        mean_wait: mean time in queue of those who enter.
    """

    p_blocked: float
    mean_in_system: float
    mean_queue: float
    mean_wait: float


def mmck(arrival_rate: float, service_rate: float, servers: int, room: int) -> LimitedRoom:
    """Solve M/M/c/K: at most `room` ≥ `servers` customers waiting or in service, the others are lost.

    Source: L. Kleinrock, Queueing Systems I, 1975, section 3.6 (truncated birth-death chain).
    """
    _positive(arrival_rate=arrival_rate, service_rate=service_rate)
    if room < servers:
        raise ValueError(f"room is {room} with {servers} servers; give at least {servers}")
    states = np.arange(room + 1)
    deaths = np.minimum(states, servers)[1:] * service_rate
    share = birth_death([arrival_rate] * room, deaths.tolist())
    mean_queue = float(share @ np.maximum(states - servers, 0))
    p_blocked = float(share[-1])
    return LimitedRoom(p_blocked, float(share @ states), mean_queue, mean_queue / (arrival_rate * (1.0 - p_blocked)))
