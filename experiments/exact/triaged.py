"""Describe the systems behind a triage: E19 to E23, where a nurse errs, and E24 with five levels as in real waits."""

from collections.abc import Mapping

import numpy as np

from experiments.exact.one_queue import OneQueue, arrivals_and_services, waits
from experiments.exact.queues import (
    CLASSES,
    RATE,
    SERVERS,
    Exact,
    Pairs,
    class_waits_seen,
    of_class,
    service,
    waiting_span,
)
from experiments.exact.system import Parameter, System
from optimize.queueing import mmc_wait
from optimize.triage_queue import (
    Classifier,
    Station,
    TriagedWaits,
    accumulating,
    accumulating_waits,
    non_preemptive,
    preemptive,
    preemptive_servers,
)
from sim.resources import Discipline
from sim.run import Run
from sim.scenario import Scenario
from sim.units import ACUITIES

DISEASED, OTHERS = 1, 2
"""The true acuities; the nurse gives the first level to positives, the second to negatives."""

KTAS_PREVALENCE = 0.194
KTAS = {  # sensitivity and false-positive share of who is critical (F04; the nurse or a model; a model alone)
    "nurse": (212 / 246, 20 / 1021),
    "nurse or model": (0.916, 0.057),
    "model": (212 / 246, 0.2),
    "perfect": (1.0, 0.0),
}


def classifier(scenario: Scenario) -> Classifier:
    """Return how the nurse of a scenario tells the diseased from others."""
    rates, share = OneQueue.of(scenario).rates, scenario.case_mix.nurse_share
    return Classifier(rates[0] / sum(rates), float(share[DISEASED - 1, 0]), float(share[OTHERS - 1, 0]))


def station(scenario: Scenario) -> Station:
    """Return the queue of a scenario with one server.

    Raises:
        ValueError: when it grows for ever.
    """
    queue = OneQueue.of(scenario)
    return Station(queue.rate, queue.service.mean, queue.service.sd)


def triaged_waits(scenario: Scenario) -> Exact:
    """Return the mean waits of positives, negatives, diseased and others, by the discipline of the pool.

    Raises:
        ValueError: when the queue grows for ever.
    """
    found = _triaged(scenario)
    names = ("positive", "negative", "diseased", "others")
    return {_wait_of(name): getattr(found, name) for name in names}


def _triaged(scenario: Scenario) -> TriagedWaits:
    (pool,), queue = scenario.city.hospitals[0].pools, OneQueue.of(scenario)
    triage = classifier(scenario)
    if queue.servers > 1:
        return preemptive_servers(queue.rate, queue.service.mean, queue.servers, triage)
    if pool.discipline is Discipline.PREEMPTIVE:
        return preemptive(station(scenario), triage)
    if pool.discipline is Discipline.ACCUMULATING:
        return accumulating(station(scenario), triage, (pool.credit_per_min[0], pool.credit_per_min[1]))
    return non_preemptive(station(scenario), triage)


def triaged_waits_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `triaged_waits` computes; with interruptions a wait is the stay less a mean service."""
    (pool,) = scenario.city.hospitals[0].pools
    interrupted = pool.discipline is Discipline.PREEMPTIVE
    found = waits(scenario, run, until="departed") if interrupted else waits(scenario, run)
    minutes = found.minutes - (OneQueue.of(scenario).service.mean if interrupted else 0.0)
    groups = {
        "positive": found.assigned == DISEASED,
        "negative": found.assigned != DISEASED,
        "diseased": found.acuity == DISEASED,
        "others": found.acuity == OTHERS,
    }
    return {_wait_of(name): (float(minutes[who].sum()), float(np.sum(who))) for name, who in groups.items()}


def untriaged_waits(scenario: Scenario) -> Exact:
    """Return the mean wait of M/M/c, which is that of the diseased and of the others.

    Raises:
        ValueError: when the queue grows for ever.
    """
    queue = OneQueue.of(scenario)
    wait = mmc_wait(queue.rate, queue.service_rate, queue.servers)
    return {_wait_of("diseased"): wait, _wait_of("others"): wait}


def untriaged_waits_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `untriaged_waits` computes."""
    seen = triaged_waits_seen(scenario, run)
    return {name: seen[name] for name in (_wait_of("diseased"), _wait_of("others"))}


def level_waits(scenario: Scenario) -> Exact:
    """Return the mean wait of each class of M/M/1 with accumulating priority.

    Raises:
        ValueError: when the queue grows for ever.
    """
    (pool,), queue = scenario.city.hospitals[0].pools, OneQueue.of(scenario)
    slopes = [pool.credit_per_min[acuity - 1] for acuity in queue.acuities]
    found = accumulating_waits(queue.rates, queue.service.mean, queue.service.sd, slopes)
    return {of_class(acuity): wait for acuity, wait in zip(queue.acuities, found, strict=True)}


def describe(scenario: Scenario) -> str:
    """Return the queue and its triage in words."""
    triage = classifier(scenario)
    return (
        f"{OneQueue.of(scenario).describe()}; {triage.prevalence:g} diseased, found {triage.sensitivity:.4g}, "
        f"others taken for them {triage.false_positive:.4g}"
    )


def _wait_of(group: str) -> str:
    return f"mean wait, {group}"


def _share(key: str) -> Parameter:
    """Return the parameter of a row of the nurse's table: who is given the first level."""

    def settings(share: float) -> Mapping[str, object]:
        if share > 1:
            raise ValueError("give a share from 0 to 1")
        return {f"{key}.0": share, f"{key}.1": 1 - share}

    return Parameter(float, settings, may_be_zero=True)


def prevalence(share: float) -> Mapping[str, object]:
    """Return the settings of a share of diseased.

    Raises:
        ValueError: when nobody or everybody would be diseased.
    """
    if share >= 1:
        raise ValueError("give a share below 1")
    return {"conditions.diseased.weight": share, "conditions.other.weight": 1 - share}


def two_slopes(credit: list[float]) -> Mapping[str, object]:
    """Return the settings of credit per minute for positives and negatives.

    Raises:
        ValueError: when there are not two, or they rise.
    """
    if len(credit) != 2 or credit[0] < credit[1]:
        raise ValueError("give two slopes, that of positives first, and not below that of negatives")
    return {CREDIT: [credit[0], *[credit[1]] * (ACUITIES - 1)]}


def five_slopes(credit: list[float]) -> Mapping[str, object]:
    """Return the settings of credit per minute for levels 1 to 5.

    Raises:
        ValueError: when there are not five, or they rise.
    """
    if len(credit) != ACUITIES or credit != sorted(credit, reverse=True):
        raise ValueError("give five slopes, that of level 1 first, none above the one before")
    return {CREDIT: credit}


CREDIT = "city.pool_rules.server.credit_per_min"
REAL_WAITS_MIN = (28.8, 38.2, 46.2, 42.4, 41.3)
"""Mean waits for a provider by level 1 to 5 in real emergency departments (F07)."""
TRIAGE = {
    "rate": Parameter(float, lambda rate: {RATE: rate}),
    "mu": Parameter(float, lambda mu: {service("exponential.mean_min"): 1 / mu}),
    "prevalence": Parameter(float, prevalence),
    "sensitivity": _share("case_mix.nurse_share.0"),
    "false_positive": _share("case_mix.nurse_share.1"),
}
KTAS_QUEUE = {"rate": 0.085, "prevalence": KTAS_PREVALENCE}

TRIAGED = (
    System(
        "E19",
        "M/M/c, nobody is told apart",
        {"c": SERVERS} | {name: TRIAGE[name] for name in ("rate", "mu", "prevalence")},
        lambda scenario: f"{OneQueue.of(scenario).describe()}; {classifier(scenario).prevalence:g} diseased",
        untriaged_waits,
        untriaged_waits_seen,
        waiting_span,
        cases=({}, KTAS_QUEUE),
        controls=arrivals_and_services,
    ),
    System(
        "E20",
        "M/M/1 behind a triage, nobody interrupted",
        TRIAGE,
        describe,
        triaged_waits,
        triaged_waits_seen,
        waiting_span,
        cases=({}, *(KTAS_QUEUE | {"sensitivity": se, "false_positive": f} for se, f in KTAS.values())),
        controls=arrivals_and_services,
    ),
    System(
        "E21",
        "M/M/1 behind a triage, positives interrupt",
        TRIAGE,
        describe,
        triaged_waits,
        triaged_waits_seen,
        waiting_span,
        cases=({}, {"rate": 0.05}),
    ),
    System(
        "E22",
        "M/M/c behind a triage, positives interrupt",
        {"c": SERVERS} | TRIAGE,
        describe,
        triaged_waits,
        triaged_waits_seen,
        waiting_span,
    ),
    System(
        "E23",
        "M/M/1 behind a triage, accumulating priority",
        TRIAGE | {"slopes": Parameter(list[float], two_slopes)},
        describe,
        triaged_waits,
        triaged_waits_seen,
        waiting_span,
        cases=({}, {"prevalence": 0.375, "sensitivity": 1.0, "false_positive": 0.0}),
        controls=arrivals_and_services,
    ),
    System(
        "E24",
        "M/M/1, accumulating priority of five levels, fitted to real waits",
        {"rates": CLASSES, "mu": TRIAGE["mu"], "slopes": Parameter(list[float], five_slopes)},
        lambda scenario: OneQueue.of(scenario).describe(),
        level_waits,
        class_waits_seen,
        waiting_span,
        published={of_class(acuity): wait for acuity, wait in enumerate(REAL_WAITS_MIN, start=1)},
        controls=arrivals_and_services,
    ),
)
