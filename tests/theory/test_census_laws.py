"""A system that starts from a census drawn at steady state stays in the steady state; ages are taken into account."""

from collections.abc import Callable
from dataclasses import replace
from math import factorial

import numpy as np
import pytest

from sim.census import NONE, Census
from sim.distributions import Distribution, Exponential, Lognormal, Residual
from sim.run import drawn, simulate
from sim.scenario import Horizon, Patience, Scenario
from sim.streams import Replication, stream
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.theory

N_RUNS = 400
IN_SERVICE, WAITING_AS_STAFF, WAITING_AS_PLACE = (0, 0, NONE, NONE), (0, NONE, 0, NONE), (NONE, NONE, NONE, 0)


def census_of(positions: list[tuple[int, int, int, int]], since_min: np.ndarray, acuity: int = 1) -> Census:
    n = len(positions)
    zeros = np.zeros(n, dtype=np.int64)
    position = np.array(positions, dtype=np.int64).reshape(n, 4)
    return Census(zeros, zeros, np.full(n, acuity), zeros, position, since_min, since_min)


def inside_at(scenario: Scenario, times: np.ndarray, replication: Replication) -> np.ndarray:
    """Return how many patients are in the system at each of these times, shape (n_times,)."""
    patients = simulate(scenario, POLICIES, replication).patients
    arrived = patients["arrived"].to_numpy()[:, None]
    departed = np.nan_to_num(patients["departed"].to_numpy(), nan=np.inf)[:, None]
    inside: np.ndarray = ((arrived <= times) & (departed > times)).sum(axis=0)
    return inside


def z_of(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the z-score of the mean of found, shape (n_runs, n_times), against what is expected."""
    z: np.ndarray = (found.mean(axis=0) - expected) / (found.std(axis=0, ddof=1) / np.sqrt(len(found)))
    return z


@pytest.mark.parametrize("stay", [Lognormal(300.0, 450.0), Exponential(300.0)])
def test_without_queues_the_ages_of_a_census_decide_who_is_still_there(stay: Distribution) -> None:
    """M/G/inf from given ages: each stays on with P(S > age + t) / P(S > age), and newcomers are Poisson."""
    rate, times = 0.05, np.array([30.0, 240.0, 900.0])
    ages = stream(Replication(0, 3), "ages").exponential(200.0, 40) * np.repeat([0.1, 4.0], 20)
    scenario = one_queue(10_000, [rate], stay, Horizon(0.0, 1000.0))
    scenario = replace(scenario, census=census_of([IN_SERVICE] * len(ages), ages)).checked()
    found = np.array([inside_at(scenario, times, Replication(index, 7)) for index in range(N_RUNS)])
    survive = (1 - stay.cdf(ages + times[:, None])) / (1 - stay.cdf(ages))
    grid = np.linspace(0.0, 1.0, 4001)
    newcomers = np.array([rate * t * np.trapezoid(1 - stay.cdf(grid * t), grid) for t in times])
    assert np.all(np.abs(z_of(found, survive.sum(axis=1) + newcomers)) < 4.0)


def test_what_is_left_is_exactly_that_of_stays_that_lasted_so_long() -> None:
    """The quantile transform of what is left is uniform, for every age."""
    stay, ages = Lognormal(300.0, 450.0), np.repeat([0.0, 100.0, 2000.0], 2000)
    scenario = one_queue(10_000, [0.001], stay, Horizon(0.0, 1.0))
    scenario = replace(scenario, census=census_of([IN_SERVICE] * len(ages), ages))
    assert scenario.census is not None
    left = drawn(scenario, Replication(0, 1)).minutes[: len(ages), 0]
    ages = ages[scenario.census.ranked]
    u = (stay.cdf(ages + left) - stay.cdf(ages)) / (1 - stay.cdf(ages))
    for age in np.unique(ages):
        mine = u[ages == age]
        assert abs(mine.mean() - 0.5) < 4.0 / np.sqrt(12 * len(mine))
        assert abs((mine < 0.1).mean() - 0.1) < 4.0 * np.sqrt(0.09 / len(mine))


def stationary(c: int, a: float, n_max: int = 400) -> np.ndarray:
    """Return the probabilities of 0, 1, ... in an M/M/c with offered load a (Erlang C)."""
    weights = [a**n / factorial(n) for n in range(c)]
    weights += [weights[-1] * (a / c) ** (n - c + 1) for n in range(c, n_max)]
    return np.array(weights) / sum(weights)


def in_system(c: int, patience: Patience | None, start: Callable[[int, np.random.Generator], Census]) -> np.ndarray:
    """Return the numbers in M/M/c systems, load 0.8, that start from `start`, shape (N_RUNS, 3)."""
    times = np.array([1.0, 20.0, 100.0])
    base = one_queue(c, [0.08 * c], Exponential(10.0), Horizon(0.0, 101.0), patience)
    found = []
    for index in range(N_RUNS):
        replication = Replication(index, 11)
        scenario = replace(base, census=start(index, stream(replication, "state")))
        found.append(inside_at(scenario, times, replication))
    return np.array(found)


@pytest.mark.parametrize(("patience", "waiting"), [(None, WAITING_AS_STAFF), (Patience(), WAITING_AS_PLACE)])
def test_a_queue_that_starts_at_its_steady_state_stays_there(
    patience: Patience | None, waiting: tuple[int, int, int, int]
) -> None:
    """M/M/3 with pools of staff, then of places: the mean number in the system is that of Erlang C at every moment."""
    c, p = 3, stationary(3, 2.4)

    def start(_: int, generator: np.random.Generator) -> Census:
        n = int(generator.choice(len(p), p=p))
        positions = [IN_SERVICE] * min(n, c) + [waiting] * max(0, n - c)
        return census_of(positions, generator.exponential(5.0, n))

    expected = np.full(3, float(np.arange(len(p)) @ p))
    assert np.all(np.abs(z_of(in_system(c, patience, start), expected)) < 4.0)


def test_a_queue_that_starts_empty_is_not_in_its_steady_state() -> None:
    p = stationary(3, 2.4)
    expected = np.full(3, float(np.arange(len(p)) @ p))
    found = in_system(3, None, lambda *_: census_of([], np.zeros(0)))
    assert z_of(found, expected)[0] < -10.0


def test_those_who_have_waited_long_are_more_often_those_who_never_leave() -> None:
    patience, waited = Patience(0.3, 60.0), 45.0
    n = 20_000
    scenario = one_queue(1, [0.001], Exponential(10.0), Horizon(0.0, 1.0), patience)
    scenario = replace(scenario, census=census_of([WAITING_AS_PLACE] * n, np.full(n, waited)))
    left = drawn(scenario, Replication(0, 5)).patience_min[:n]
    never = 0.3 / (0.3 + 0.7 * np.exp(-waited / 60.0))
    assert abs(np.isinf(left).mean() - never) < 4.0 * np.sqrt(never * (1 - never) / n)
    finite = left[np.isfinite(left)]
    assert abs(finite.mean() - 60.0) < 4.0 * 60.0 / np.sqrt(len(finite))


def test_a_stay_that_is_met_by_chance_has_the_residual_law() -> None:
    """Ages at a random moment have the equilibrium law, and so has what is left of those stays (Feller 1971, XI.4)."""
    stay, n = Lognormal(300.0, 200.0), 20_000
    ages = Residual(stay).quantile(stream(Replication(0, 2), "ages").random(n))
    scenario = one_queue(n, [0.001], stay, Horizon(0.0, 1.0))
    scenario = replace(scenario, census=census_of([IN_SERVICE] * n, ages))
    left = drawn(scenario, Replication(0, 9)).minutes[:n, 0]
    z = (left.mean() - Residual(stay).mean) / (left.std() / np.sqrt(n))
    assert abs(z) < 4.0
