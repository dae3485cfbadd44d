"""Work out what patients need on average, in minutes of each pool, from conditions and pathways."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.alike import cells, probabilities
from sim.pathway import Pathway
from sim.scenario import Condition, Scenario
from sim.units import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CareLoad:
    """Hold the mean minutes that a patient of each condition keeps each pool busy, shape (n_conditions, n_pools).

    A place counts while care goes on in it, without the time that a patient waits there.
    """

    conditions: tuple[str, ...]
    pools: tuple[str, ...]
    minutes: FloatArray

    def of(self, pool: str) -> FloatArray:
        """Return the minutes of one pool by condition, shape (n_conditions,)."""
        return self.minutes[:, self.pools.index(pool)]


def care_load(scenario: Scenario, conditions: Sequence[str]) -> CareLoad:
    """Return the load of these conditions on all pools of their pathways."""
    pathways = {pathway.name: pathway for pathway in scenario.pathways}
    chosen = {condition.name: condition for condition in scenario.conditions}
    needs = [_minutes(scenario, chosen[name], pathways[chosen[name].pathway]) for name in conditions]
    pools = tuple(sorted(set().union(*needs)))
    minutes = np.array([[need.get(pool, 0.0) for pool in pools] for need in needs])
    return CareLoad(tuple(conditions), pools, minutes)


def _minutes(scenario: Scenario, condition: Condition, pathway: Pathway) -> dict[str, float]:
    """Return E[minutes] by pool: over patients who are alike, probabilities times mean durations."""
    need: dict[str, float] = {}
    for share, cell in cells(scenario, condition, pathway):
        happens = probabilities(pathway, cell, share)
        for phase in pathway.phases:
            for step in phase.steps:
                minutes = happens[f"{phase.name}.{step.name}"] * step.duration.at(cell).mean
                for pool in (*step.needs, *([phase.place] if phase.place else [])):
                    need[pool] = need.get(pool, 0.0) + minutes
    return need
