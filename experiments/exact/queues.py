"""Describe the systems with one queue: E1 to E7, E9 and E10."""

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.exact.one_queue import OneQueue, Waits, arrivals_and_services, waits
from experiments.exact.system import Pair, Parameter, Span, System
from optimize.queueing import (
    erlang_a,
    erlang_b,
    erlang_c,
    mg1_wait,
    mmc_wait,
    mmc_wait_tail,
    mmck,
    preemptive_sojourns,
    priority_waits,
)
from sim.run import Run
from sim.scenario import Scenario
from sim.units import ACUITIES

RATE = "city.demand.visits_per_1000_per_year"
STAFF = "city.hospitals.clinic.staff.server"
PATHWAY = "conditions.ill.pathway"

Exact = Mapping[str, float]
Pairs = Mapping[str, Pair]


def service(parameter: str, pathway: str = "visit") -> str:
    """Return the key path of a parameter of the service, such as `exponential.mean_min`."""
    return f"pathways.{pathway}.phases.0.steps.0.duration.{parameter}"


def describe(scenario: Scenario) -> str:
    """Return the queue of a scenario in words."""
    return OneQueue.of(scenario).describe()


def waiting_span(scenario: Scenario) -> Span:
    """Return a span that sees enough of those who wait, in the rarest class.

    Raises:
        ValueError: without a steady state, or when that takes too many patients.
    """
    queue = OneQueue.of(scenario)
    rarest = min(queue.rates) * erlang_c(queue.servers, queue.load)
    return Span.of(queue.relaxation_min, rarest, queue.rate)


def _mean(found: Waits) -> Pair:
    return float(found.minutes.sum()), found.n


def _share(found: Waits, longer_than_min: float) -> Pair:
    return float((found.minutes > longer_than_min).sum()), found.n


def mean_wait_mmc(scenario: Scenario) -> Exact:
    """Return the mean wait of M/M/c."""
    queue = OneQueue.of(scenario)
    return {"mean wait": mmc_wait(queue.rate, queue.service_rate, queue.servers)}


def mean_wait_mg1(scenario: Scenario) -> Exact:
    """Return the mean wait of M/G/1."""
    queue = OneQueue.of(scenario)
    return {"mean wait": mg1_wait(queue.rate, queue.service.mean, queue.service.sd)}


def mean_wait_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the mean wait."""
    return {"mean wait": _mean(waits(scenario, run))}


def waits_mmc(scenario: Scenario) -> Exact:
    """Return mean wait, share of those who wait, and of those who wait longer than half a service, of M/M/c."""
    queue = OneQueue.of(scenario)
    rate, service_rate, servers = queue.rate, queue.service_rate, queue.servers
    long_min = queue.service.mean / 2
    return {
        **mean_wait_mmc(scenario),
        "P(wait)": erlang_c(servers, queue.load),
        _longer(long_min): mmc_wait_tail(rate, service_rate, servers, long_min),
    }


def waits_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `waits_mmc` computes."""
    found, long_min = waits(scenario, run), OneQueue.of(scenario).service.mean / 2
    return {"mean wait": _mean(found), "P(wait)": _share(found, 0.0), _longer(long_min): _share(found, long_min)}


def _longer(minutes: float) -> str:
    return f"P(wait > {minutes:g} min)"


def lost(scenario: Scenario) -> Exact:
    """Return the lost share of M/G/c/c."""
    queue = OneQueue.of(scenario)
    return {"P(lost)": erlang_b(queue.servers, queue.load)}


def lost_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the lost share."""
    found = waits(scenario, run)
    return {"P(lost)": (float(found.left.sum()), found.n)}


def loss_span(scenario: Scenario) -> Span:
    """Return a span for a system where nobody waits.

    Raises:
        ValueError: when losses are too rare.
    """
    queue = OneQueue.of(scenario)
    return Span.of(queue.stay_relaxation_min, queue.rate * lost(scenario)["P(lost)"], queue.rate)


def class_waits(scenario: Scenario) -> Exact:
    """Return the mean wait of each class of M/M/c with non-preemptive priorities."""
    queue = OneQueue.of(scenario)
    found = priority_waits(queue.rates, queue.service_rate, queue.servers)
    return {of_class(acuity): wait for acuity, wait in zip(queue.acuities, found, strict=True)}


def class_waits_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the mean wait of each class."""
    found = waits(scenario, run)
    masks = {acuity: found.acuity == acuity for acuity in OneQueue.of(scenario).acuities}
    return {of_class(acuity): (float(found.minutes[who].sum()), float(who.sum())) for acuity, who in masks.items()}


def of_class(acuity: int) -> str:
    """Name the mean wait of a class."""
    return f"mean wait, class {acuity}"


def class_stays(scenario: Scenario) -> Exact:
    """Return the mean stay of each class of M/M/1 with preemptive-resume priorities."""
    queue = OneQueue.of(scenario)
    found = preemptive_sojourns(queue.rates, queue.service_rate)
    return {_stay_of_class(acuity): stay for acuity, stay in zip(queue.acuities, found, strict=True)}


def class_stays_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the mean stay of each class."""
    found = waits(scenario, run, until="departed")
    masks = {acuity: found.acuity == acuity for acuity in OneQueue.of(scenario).acuities}
    return {
        _stay_of_class(acuity): (float(found.minutes[who].sum()), float(who.sum())) for acuity, who in masks.items()
    }


def _stay_of_class(acuity: int) -> str:
    return f"mean stay, class {acuity}"


def limited_room(scenario: Scenario) -> Exact:
    """Return the share turned away and the mean number inside of M/M/c with a waiting room."""
    queue = OneQueue.of(scenario)
    found = mmck(queue.rate, queue.service_rate, queue.servers, queue.servers + queue.room)
    return {"P(blocked)": found.p_blocked, "mean number inside": found.mean_in_system}


def limited_room_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe who is turned away, and the minutes that all others are inside, between warm-up and its mirror image."""
    found, patients, horizon = waits(scenario, run), run.patients, scenario.horizon
    last_min = horizon.end_min - horizon.warm_up_min
    departed = patients["departed"].fillna(horizon.end_min).to_numpy()
    inside = np.minimum(departed, last_min) - np.maximum(patients["arrived"].to_numpy(), horizon.warm_up_min)
    away = float(found.away.sum())
    return {
        "P(blocked)": (away, found.n),
        "mean number inside": (float(np.maximum(inside, 0.0).sum()), last_min - horizon.warm_up_min),
    }


def limited_room_span(scenario: Scenario) -> Span:
    """Return a span for M/M/c with a waiting room, which forgets faster than the slower of arrivals and services.

    Raises:
        ValueError: when blocking is too rare.
    """
    queue = OneQueue.of(scenario)
    slowest = max(queue.service.mean, 1 / queue.rate) * (queue.room + 1)
    return Span.of(slowest, queue.rate * limited_room(scenario)["P(blocked)"], queue.rate)


def impatient(scenario: Scenario) -> Exact:
    """Return the share that leaves, the mean wait of all and the share that waits, of M/M/n+M."""
    queue = OneQueue.of(scenario)
    found = erlang_a(queue.rate, queue.service_rate, queue.servers, 1.0 / queue.patience_min)
    return {"P(leave)": found.p_abandon, "mean wait": found.mean_wait, "P(wait)": found.p_wait}


def impatient_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `impatient` computes."""
    found = waits(scenario, run)
    return {"P(leave)": (float(found.left.sum()), found.n), "mean wait": _mean(found), "P(wait)": _share(found, 0.0)}


def impatient_span(scenario: Scenario) -> Span:
    """Return a span for M/M/n+M, whose relaxation time is at most the longer of mean service and mean patience.

    Let two copies of the queue, one patient apart, share all arrivals and all ends of service or patience: the patient
    they differ in stays on no longer than a service or a patience, so the copies meet at the smaller rate or faster.

    Raises:
        ValueError: when leaving is too rare.
    """
    queue = OneQueue.of(scenario)
    rarest = queue.rate * impatient(scenario)["P(leave)"]
    return Span.of(max(queue.service.mean, queue.patience_min), rarest, queue.rate)


def class_rates(rates: Sequence[float]) -> Mapping[str, object]:
    """Return the settings of arrivals per minute by class.

    Raises:
        ValueError: when there are not one to five classes.
    """
    if not 1 <= len(rates) <= ACUITIES:
        raise ValueError(f"give 1 to {ACUITIES} rates, that of the most urgent class first")
    weights = [*rates, *([0.0] * (ACUITIES - len(rates)))]
    return {RATE: sum(rates)} | {f"conditions.class_{k}.weight": weight for k, weight in enumerate(weights, start=1)}


ARRIVALS = Parameter(float, lambda rate: {RATE: rate})
SERVERS = Parameter(int, lambda c: {STAFF: c})
SERVICE = Parameter(float, lambda mu: {service("exponential.mean_min"): 1 / mu})
SHAPE = Parameter(str, lambda shape: {PATHWAY: shape})
CLASSES = Parameter(list[float], class_rates)
MEANS = {"exponential": "exponential.mean_min", "fixed": "fixed.minutes", "lognormal": "lognormal.mean_min"}

QUEUES = (
    System(
        "E1",
        "M/M/1",
        {"rate": ARRIVALS, "mu": SERVICE},
        describe,
        mean_wait_mmc,
        mean_wait_seen,
        waiting_span,
        controls=arrivals_and_services,
    ),
    System(
        "E2",
        "M/M/c",
        {"c": SERVERS, "rate": ARRIVALS, "mu": SERVICE},
        describe,
        waits_mmc,
        waits_seen,
        waiting_span,
        controls=arrivals_and_services,
    ),
    System(
        "E3",
        "M/G/c/c, loss",
        {
            "c": Parameter(int, lambda c: {"city.hospitals.clinic.places.bed": c}),
            "load": Parameter(float, lambda load: {RATE: load}),
            "shape": SHAPE,
        },
        describe,
        lost,
        lost_seen,
        loss_span,
        cases=(
            *({"c": 10, "load": 8, "shape": shape} for shape in ("exponential", "fixed", "lognormal", "uniform")),
            *({"c": 5, "load": 3, "shape": shape} for shape in ("fixed", "lognormal")),
            *({"c": 10, "load": 5, "shape": shape} for shape in ("exponential", "uniform")),
        ),
    ),
    System(
        "E4",
        "M/G/1",
        {
            "rate": ARRIVALS,
            "mean": Parameter(float, lambda mean: {service(MEANS[shape], shape): mean for shape in MEANS}),
            "sd": Parameter(float, lambda sd: {service("lognormal.sd_min", "lognormal"): sd}, ("shape", "lognormal")),
            "shape": SHAPE,
        },
        describe,
        mean_wait_mg1,
        mean_wait_seen,
        waiting_span,
        cases=tuple({"shape": shape} for shape in ("lognormal", "fixed", "exponential")),
        controls=arrivals_and_services,
    ),
    System(
        "E5",
        "M/M/1, non-preemptive priorities",
        {"rates": CLASSES, "mu": SERVICE},
        describe,
        class_waits,
        class_waits_seen,
        waiting_span,
        controls=arrivals_and_services,
    ),
    System(
        "E6",
        "M/M/1, preemptive-resume priorities",
        {"rates": CLASSES, "mu": SERVICE},
        describe,
        class_stays,
        class_stays_seen,
        waiting_span,
    ),
    System(
        "E7",
        "M/M/c, non-preemptive priorities",
        {"c": SERVERS, "rates": CLASSES, "mu": SERVICE},
        describe,
        class_waits,
        class_waits_seen,
        waiting_span,
        controls=arrivals_and_services,
    ),
    System(
        "E10",
        "M/M/c/K, a waiting room",
        {
            "c": Parameter(int, lambda c: {"city.hospitals.clinic.places.desk": c}),
            "room": Parameter(int, lambda room: {"city.pool_rules.desk.waiting_room": room}, may_be_zero=True),
            "rate": ARRIVALS,
            "mu": SERVICE,
        },
        lambda scenario: f"{describe(scenario)}, room for {OneQueue.of(scenario).room} to wait",
        limited_room,
        limited_room_seen,
        limited_room_span,
    ),
    System(
        "E9",
        "M/M/n+M (Erlang-A)",
        {
            "n": Parameter(int, lambda n: {"city.hospitals.clinic.places.desk": n}),
            "rate": ARRIVALS,
            "mu": SERVICE,
            "theta": Parameter(float, lambda theta: {"patience.mean_min": 1 / theta}),
        },
        lambda scenario: f"{describe(scenario)}, patience of {scenario.patience.mean_min:g} min",
        impatient,
        impatient_seen,
        impatient_span,
    ),
)
