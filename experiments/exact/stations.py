"""Describe E11: patients who go from station to station, and back (a Jackson network)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.exact.one_queue import arrivals_per_min
from experiments.exact.queues import RATE, Exact, Pairs
from experiments.exact.system import Parameter, Span, System
from optimize.queueing_systems import jackson
from sim.city import Pool
from sim.pathway import Step
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_HOUR, FloatArray

STATIONS = ("first", "second", "third")
ROUTING = np.array([[0.0, 0.7, 0.1], [0.0, 0.0, 0.5], [0.0, 0.2, 0.0]])
"""Which share goes from station (row) to station (column), as the steps of `conf/exact/E11.yaml` have it."""


def _pools(scenario: Scenario) -> list[Pool]:
    pools = {pool.code: pool for pool in scenario.city.hospitals[0].pools}
    return [pools[code] for code in STATIONS]


def _rates(scenario: Scenario) -> tuple[float, FloatArray]:
    """Return arrivals per minute, and what one server of each station serves per minute, shape (3,)."""
    steps: dict[str, Step] = {step.needs[0]: step for step in scenario.pathways[0].phases[0].steps}
    means = np.array([steps[code].duration.values[0].mean for code in STATIONS])
    return float(arrivals_per_min(scenario).sum()), 1 / means


def network_exact(scenario: Scenario) -> Exact:
    """Return the mean number of patients at each station, and the mean stay, by the product form."""
    arrivals, service_rates = _rates(scenario)
    servers = [pool.establishment for pool in _pools(scenario)]
    found = jackson(np.array([arrivals, 0.0, 0.0]), ROUTING, service_rates, servers)
    numbers = {_number(code): mean for code, mean in zip(STATIONS, found.means.tolist(), strict=True)}
    return numbers | {"mean stay": found.sojourn}


def network_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe patient-minutes at the stations, over whole hours after the warm-up, and the stays of those who came."""
    horizon, levels = scenario.horizon, run.levels
    hours = levels["hour"].to_numpy()
    last_min = horizon.end_min - horizon.warm_up_min
    whole = (hours * MINUTES_PER_HOUR >= horizon.warm_up_min) & ((hours + 1) * MINUTES_PER_HOUR <= last_min)
    inside = (levels["busy_min"] + levels["queue_min"]).to_numpy()
    at = {code: (levels["pool"] == code).to_numpy() & whole for code in STATIONS}
    numbers = {
        _number(code): (float(inside[rows].sum()), float(rows.sum()) * MINUTES_PER_HOUR) for code, rows in at.items()
    }
    arrived = run.patients["arrived"].to_numpy()
    seen = (arrived >= horizon.warm_up_min) & (arrived < last_min)
    gone = run.patients["departed"].fillna(horizon.end_min).to_numpy()
    return numbers | {"mean stay": (float((gone - arrived)[seen].sum()), float(seen.sum()))}


def network_span(scenario: Scenario) -> Span:
    """Return a span in which the slowest station settles, as a queue of its own (see `OneQueue.relaxation_min`).

    Raises:
        ValueError: without a steady state.
    """
    arrivals, service_rates = _rates(scenario)
    visits = np.linalg.solve(np.eye(len(STATIONS)) - ROUTING.T, np.array([arrivals, 0.0, 0.0]))
    slack = np.sqrt([pool.establishment for pool in _pools(scenario)]) - np.sqrt(visits / service_rates)
    return Span.of(float((1 / service_rates + 1 / service_rates / slack**2).max()), arrivals, arrivals)


def network_words(scenario: Scenario) -> str:
    """Return the stations."""
    arrivals, service_rates = _rates(scenario)
    stations = ", ".join(
        f"{pool.establishment} of {rate:g}/min" for pool, rate in zip(_pools(scenario), service_rates, strict=True)
    )
    return f"{arrivals:g} arrivals/min; servers at the three stations: {stations}"


def _number(code: str) -> str:
    return f"mean number at the {code} station"


def _by_station(
    path: Callable[[str], Sequence[str]], turn: Callable[[float], object]
) -> Callable[[Sequence[float]], Mapping[str, object]]:
    """Return a reader of three numbers, one for each station."""

    def settings(numbers: Sequence[float]) -> Mapping[str, object]:
        if len(numbers) != len(STATIONS):
            raise ValueError("give three numbers, one for each station")
        return {key: turn(number) for code, number in zip(STATIONS, numbers, strict=True) for key in path(code)}

    return settings


STEPS = "pathways.visit.phases.0.steps"
BRANCHES = f"{STEPS}.1.branches"
MEAN = "duration.exponential.mean_min"
STEPS_AT = {
    "first": (f"{STEPS}.0",),
    "second": (f"{BRANCHES}.second.steps.0.steps.0", f"{BRANCHES}.third.steps.1.steps.0"),
    "third": (
        f"{BRANCHES}.second.steps.0.steps.1",
        f"{BRANCHES}.third.steps.0",
        f"{BRANCHES}.third.steps.1.steps.1",
    ),
}

JACKSON = System(
    "E11",
    "Jackson network",
    {
        "rate": Parameter(float, lambda rate: {RATE: rate}),
        "mu": Parameter(
            list[float], _by_station(lambda code: [f"{step}.{MEAN}" for step in STEPS_AT[code]], lambda mu: 1 / mu)
        ),
        "c": Parameter(list[int], _by_station(lambda code: [f"city.hospitals.clinic.staff.{code}"], lambda c: c)),
    },
    network_words,
    network_exact,
    network_seen,
    network_span,
)
