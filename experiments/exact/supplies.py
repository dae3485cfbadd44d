"""Describe the systems in which something is shared or runs out: E15 (beds), E16 (repair crews), E17 (perishables)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.exact.queues import RATE, Exact, Pairs, service
from experiments.exact.system import Parameter, Span, System
from optimize.queueing_systems import machine_repair, perishable, shared_pool_blocking
from sim.city import Pool
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, BoolArray

KINDS = ("acute", "rehab")


def _pool(scenario: Scenario, code: str) -> Pool:
    pool = scenario.city.hospitals[0].pool(code)
    assert pool
    return pool


def _stay_mean(scenario: Scenario, kind: str) -> float:
    (pathway,) = (one for one in scenario.pathways if one.name == kind)
    return pathway.phases[0].steps[0].duration.values[0].mean


def _rates(scenario: Scenario) -> dict[str, float]:
    """Return the arrivals per minute of each kind of patient."""
    (source,) = scenario.sources
    per_min = float(source.hourly_rate[0]) / MINUTES_PER_HOUR
    return dict(zip(source.conditions, (per_min * source.condition_share).tolist(), strict=True))


def _loads(scenario: Scenario) -> tuple[float, float]:
    rates = _rates(scenario)
    first, second = (rates[kind] * _stay_mean(scenario, kind) for kind in KINDS)
    return first, second


def _beds(scenario: Scenario) -> tuple[tuple[int, int], int]:
    own, other = (_pool(scenario, f"{kind}_bed").establishment for kind in KINDS)
    return (own, other), _pool(scenario, "shared_bed").establishment


def shared_exact(scenario: Scenario) -> Exact:
    """Return the lost share of each kind, with beds of their own and a shared pool."""
    found = shared_pool_blocking(_loads(scenario), *_beds(scenario))
    return {_lost(kind): share for kind, share in zip(KINDS, found, strict=True)}


def shared_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the lost share of each kind."""
    arrived = run.patients["arrived"].to_numpy()
    seen = arrived >= scenario.horizon.warm_up_min
    away = (run.patients["outcome"] == "turned_away").to_numpy()
    of_kind = {kind: (run.patients["condition"] == kind).to_numpy() & seen for kind in KINDS}
    return {_lost(kind): (float((away & who).sum()), float(who.sum())) for kind, who in of_kind.items()}


def shared_span(scenario: Scenario) -> Span:
    """Return a span for beds where nobody waits; stays are exponential.

    Raises:
        ValueError: when losses are too rare.
    """
    rates = _rates(scenario)
    lost = shared_exact(scenario)
    rarest = min(rates[kind] * lost[_lost(kind)] for kind in KINDS)
    return Span.of(max(_stay_mean(scenario, kind) for kind in KINDS), rarest, sum(rates.values()))


def shared_words(scenario: Scenario) -> str:
    """Return the loads and beds."""
    (own, other), shared = _beds(scenario)
    loads = " and ".join(f"{load:.6g}" for load in _loads(scenario))
    return f"loads of {loads} erlangs, {own} and {other} beds of their own, {shared} shared"


def _lost(kind: str) -> str:
    return f"P(lost), {kind}"


def repair_exact(scenario: Scenario) -> Exact:
    """Return the mean number of machines that are down, and the availability."""
    machines, crews, fails, repairs = _shop(scenario)
    found = machine_repair(machines, crews, fails, repairs)
    return {"mean down": found.mean_down, "availability": found.availability}


def _shop(scenario: Scenario) -> tuple[int, int, float, float]:
    """Return machines, technicians, and the rates of failure and repair per minute."""
    machine, (crew,) = _pool(scenario, "machine"), scenario.city.crews
    assert machine.breakdown
    return machine.establishment, crew.size, 1 / machine.breakdown.up.mean, 1 / machine.breakdown.repair.mean


def repair_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe machine-minutes down and up, over whole hours after the warm-up."""
    machines = _pool(scenario, "machine").establishment
    levels = run.levels[run.levels["pool"] == "machine"]
    hours = levels["hour"].to_numpy()
    horizon = scenario.horizon
    whole = (hours * MINUTES_PER_HOUR >= horizon.warm_up_min) & ((hours + 1) * MINUTES_PER_HOUR <= horizon.end_min)
    up_min, minutes = float(levels["duty_min"].to_numpy()[whole].sum()), float(whole.sum()) * MINUTES_PER_HOUR
    return {"mean down": (machines * minutes - up_min, minutes), "availability": (up_min, machines * minutes)}


def repair_span(scenario: Scenario) -> Span:
    """Return a span for machines that fail and are repaired; the slowest of both rates settles it."""
    _, _, fails, repairs = _shop(scenario)
    return Span.of(1 / min(fails, repairs), min(fails, repairs), fails)


def repair_words(scenario: Scenario) -> str:
    """Return the machines and technicians."""
    machines, crews, fails, repairs = _shop(scenario)
    return f"{machines} machines, {crews} technicians, each fails {fails:g}/min and is repaired {repairs:g}/min"


def stock_exact(scenario: Scenario) -> Exact:
    """Return which share of the supply is outdated, and which share of the demand finds nothing."""
    found = perishable(*_flows(scenario))
    return {"P(outdated)": found.p_outdated, "P(stock-out)": found.p_stock_out}


def _flows(scenario: Scenario) -> tuple[float, float, float]:
    """Return supply and demand per day, and the life in days."""
    (shelf,) = scenario.city.hospitals[0].shelves
    return shelf.deliveries_per_day, sum(_rates(scenario).values()) * MINUTES_PER_DAY, shelf.life_min / MINUTES_PER_DAY


def stock_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe both shares, over whole days after the warm-up."""
    days = run.stock[_counted(scenario, run.stock["day"].to_numpy())]
    sums = {name: float(days[name].sum()) for name in ("delivered", "used", "expired", "short")}
    return {
        "P(outdated)": (sums["expired"], sums["delivered"]),
        "P(stock-out)": (sums["short"], sums["used"] + sums["short"]),
    }


def _counted(scenario: Scenario, day: np.ndarray) -> BoolArray:
    counted: BoolArray = day * MINUTES_PER_DAY >= scenario.horizon.warm_up_min
    return counted


def stock_words(scenario: Scenario) -> str:
    """Return supply, demand and life."""
    supply, demand, life = _flows(scenario)
    weeks = scenario.horizon.measured_min / MINUTES_PER_WEEK
    return f"{supply:g} delivered and {demand:g} wanted a day, good for {life:g} days, {weeks:g} weeks observed"


def _own_beds(numbers: Sequence[int]) -> Mapping[str, object]:
    """Return the settings of beds of their own.

    Raises:
        ValueError: when there are not two numbers.
    """
    if len(numbers) != len(KINDS):
        raise ValueError("give two numbers, those of the acute and of the rehabilitation unit")
    return {_roster(kind): [{"units": number}] for kind, number in zip(KINDS, numbers, strict=True)}


def _roster(kind: str) -> str:
    return f"city.pool_rules.{kind}_bed.roster"


def _loads_given(loads: Sequence[float]) -> Mapping[str, object]:
    """Return the settings of both loads; stays have mean 1.

    Raises:
        ValueError: when there are not two loads.
    """
    if len(loads) != len(KINDS):
        raise ValueError("give two loads, those of the acute and of the rehabilitation unit")
    weights = {f"conditions.{kind}.weight": load for kind, load in zip(KINDS, loads, strict=True)}
    return {RATE: sum(loads)} | weights


def _mean_of(path: str) -> Callable[[float], Mapping[str, object]]:
    """Return a reader of rates for the mean of an exponential."""
    return lambda rate: {f"{path}.exponential.mean_min": 1 / rate}


BREAKDOWN = "city.pool_rules.machine.breakdown"
SHELF = "city.shelves.0"

SUPPLIES = (
    System(
        "E15",
        "dedicated beds and a shared pool, loss",
        {
            "own": Parameter(list[int], _own_beds, may_be_zero=True),
            "shared": Parameter(int, lambda beds: {_roster("shared"): [{"units": beds}]}),
            "loads": Parameter(list[float], _loads_given),
            "mean": Parameter(float, lambda mean: {service("exponential.mean_min", kind): mean for kind in KINDS}),
        },
        shared_words,
        shared_exact,
        shared_seen,
        shared_span,
        cases=({}, {"own": [0, 0], "shared": 26}),
    ),
    System(
        "E16",
        "machine repair",
        {
            "machines": Parameter(int, lambda n: {"city.hospitals.clinic.equipment.machine": n}),
            "crews": Parameter(int, lambda n: {"city.crews.technicians": n}),
            "fails": Parameter(float, _mean_of(f"{BREAKDOWN}.up")),
            "repairs": Parameter(float, _mean_of(f"{BREAKDOWN}.repair")),
        },
        repair_words,
        repair_exact,
        repair_seen,
        repair_span,
    ),
    System(
        "E17",
        "perishable stock, oldest first",
        {
            "supply": Parameter(float, lambda per_day: {f"{SHELF}.deliveries_per_day": per_day}),
            "demand": Parameter(float, lambda per_day: {RATE: per_day}),
            "life": Parameter(float, lambda days: {f"{SHELF}.life_min": days * MINUTES_PER_DAY}),
        },
        stock_words,
        stock_exact,
        stock_seen,
        cases=({}, {"supply": 0.8, "demand": 1.0}),
    ),
)
