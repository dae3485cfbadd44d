"""Work out how much is asked of every pool in the long run: arrivals times probabilities times mean durations.

In units: so many would be busy on average if everyone who waits however long it takes got what they need. What cannot
be known before a run is left out (boarding, set-up, returns, repairs), and so are those who would rather leave than
wait on: whoever is refused here would have seen a queue without end.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from experiments.alike import Cell, cells, probabilities
from experiments.load import arrivals_per_min
from sim.distributions import Drive
from sim.faults import Fault
from sim.graded import as_graded
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Patience, Scenario, Source

Need = tuple[tuple[str, ...], ...]
"""Alternative sets of pools, best liked first; a place is the only pool of the only set."""
PoolKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """Compare what is asked of a pool, or of pools that stand in for each other, with the units on duty on average."""

    hospital: str
    pools: tuple[str, ...]
    asked: float
    on_duty: float

    @property
    def load(self) -> float:
        """Return asked over on duty; queues grow without end from 1 on."""
        return self.asked / self.on_duty if self.on_duty > 0 else float("inf")


def offered_loads(scenario: Scenario) -> list[PoolLoad]:
    """Return the load of every pool that patients need, and of every set of pools that a step can choose from."""
    asked: Counter[frozenset[PoolKey]] = Counter()
    for source in scenario.sources:
        ways_min = _ways_min(scenario, source)
        for need, (minutes, n_ways) in _spent_by_need(scenario, source).items():
            for hospital, rate in enumerate(arrivals_per_min(scenario, source).tolist()):
                for pools, units in _pools_of(scenario, need, hospital):
                    asked[pools] += rate * (minutes + n_ways * ways_min[hospital]) * units
    return [_load(scenario, pools, asked) for pools in sorted(asked, key=sorted) if asked[pools] > 0]


def unstable(scenario: Scenario) -> Iterator[Fault]:
    """Yield a fault for every pool, or set of pools, whose queue would grow without end."""
    for one in offered_loads(scenario):
        if one.load >= 1.0:
            mend = (
                f"{one.asked:.4g} units are needed on average and {one.on_duty:.4g} are on duty: a steady state needs a"
                " load below 1; add units or send fewer patients, or set run.kind=terminating"
            )
            yield Fault(f"load of {' or '.join(one.pools)} at {one.hospital}", round(one.load, 4), mend)


def _load(scenario: Scenario, pools: frozenset[PoolKey], asked: Counter[frozenset[PoolKey]]) -> PoolLoad:
    """Return the load of pools: all that is asked of them alone, over all that they have."""
    hospitals = scenario.city.hospitals
    first = min(pools)[0]
    names = (code if h == first else f"{code}@{hospitals[h].id}" for h, code in sorted(pools))
    total = sum(units for some, units in asked.items() if some <= pools)
    return PoolLoad(hospitals[first].id, tuple(names), total, sum(_on_duty(scenario, key) for key in pools))


def _on_duty(scenario: Scenario, key: PoolKey) -> float:
    """Return the mean level of a pool, with that of the pool it borrows from."""
    hospital = scenario.city.hospitals[key[0]]
    pool = hospital.pool(key[1])
    if pool is None:
        return 0.0
    lender = hospital.pool(pool.borrows) if pool.borrows else None
    return float(pool.hourly.mean()) + (float(lender.hourly.mean()) if lender else 0.0)


def _pools_of(scenario: Scenario, need: Need, hospital: int) -> Iterator[tuple[frozenset[PoolKey], int]]:
    """Yield the pools that a need falls on, with the units it takes of them; none where patients are turned away."""
    alternatives = [[_key(scenario, code, hospital) for code in codes] for codes in need]
    if len(alternatives) > 1:
        yield frozenset(key for keys in alternatives for key in keys), min(map(len, alternatives))
        return
    for key in alternatives[0]:
        pool = scenario.city.hospitals[key[0]].pool(key[1])
        if pool is None or pool.waiting_room is None:
            yield frozenset((key,)), 1


def _key(scenario: Scenario, code: str, hospital: int) -> PoolKey:
    """Return hospital and code of a pool; `ct_scanner@north` is elsewhere."""
    name, _, other = code.partition("@")
    ids = [one.id for one in scenario.city.hospitals]
    return (ids.index(other) if other else hospital), name


def _ways_min(scenario: Scenario, source: Source) -> list[float]:
    """Return the minutes of the way from a source's zone to each hospital, 0 where that has no zone."""
    table = scenario.city.zone_travel_min
    if source.zone < 0 or table is None:
        return [0.0] * len(scenario.city.hospitals)
    ways: list[float] = table[source.zone].tolist()
    return ways


def _spent_by_need(scenario: Scenario, source: Source) -> dict[Need, tuple[float, float]]:
    """Return how long a patient of a source keeps a unit of every need busy: mean minutes, and beside them ways."""
    minutes: Counter[Need] = Counter()
    ways: Counter[Need] = Counter()
    conditions = {one.name: one for one in scenario.conditions}
    pathways = {one.name: one for one in scenario.pathways}
    patience = source.patience or scenario.patience
    for name, share in zip(source.conditions, source.condition_share.tolist(), strict=True):
        pathway = pathways[conditions[name].pathway]
        for p, cell in cells(scenario, conditions[name], pathway):
            for need, spent, n_ways in _spent(pathway, cell, patience):
                minutes[need] += share * p * spent
                ways[need] += share * p * n_ways
    return {need: (spent, ways[need]) for need, spent in minutes.items()}


def _spent(pathway: Pathway, cell: Cell, patience: Patience) -> Iterator[tuple[Need, float, float]]:
    """Yield the mean minutes, and ways, of every place and step for the patients of one cell."""
    happens = probabilities(pathway, cell)
    for phase in pathway.phases:
        steps = [(step, happens[f"{phase.name}.{step.name}"]) for step in phase.steps]
        for step, p in steps:
            if any(step.choices):
                yield step.choices, p * (_mean(step, cell) + _cleaning(step, cell)), p * _ways(step, cell)
        if phase.place:
            cared = sum(p * _mean(step, cell) for step, p in steps) + happens[phase.name] * _cleaning(phase, cell)
            stays, n_ways = _stays(phase, cell, patience), sum(p * _ways(step, cell) for step, p in steps)
            yield ((phase.place,),), cared * stays, n_ways * stays


def _mean(step: Step, cell: Cell) -> float:
    return step.duration.at(cell).mean


def _ways(step: Step, cell: Cell) -> float:
    """Return how many times a step lasts as long as the way to the hospital."""
    law = step.duration.at(cell)
    return law.factor if isinstance(law, Drive) else 0.0


def _cleaning(of: Step | Phase, cell: Cell) -> float:
    return of.cleaning.at(cell).mean if of.cleaning else 0.0


def _stays(phase: Phase, cell: Cell, patience: Patience) -> float:
    """Return the share of patients who wait for a place however long it takes; the others keep its queue finite."""
    share = as_graded(patience.never_leaves_share).at(cell) if phase.may_leave else 1.0
    return share * (1.0 - (phase.balks.p[-1] if phase.balks else 0.0))
