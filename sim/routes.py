"""Bind pathways to the pools of each hospital, so that a story looks nothing up by name."""

from dataclasses import dataclass

from sim.city import Discipline, Hospital
from sim.layout import Layout
from sim.log import UsageLog
from sim.pathway import Phase, Step
from sim.pools import Needs, PriorityPool, Together
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class StepRoute:
    """Bind a step to its pools."""

    slot: int
    started: int
    needs: Needs


@dataclass(frozen=True, slots=True)
class PhaseRoute:
    """Bind a phase to its place and the columns of its marks."""

    index: int
    place: PriorityPool | None
    asked: int
    entered: int
    left: int
    may_leave: bool
    transferable: bool
    steps: tuple[StepRoute, ...]


Route = tuple[PhaseRoute, ...]
PoolTable = dict[tuple[int, str], PriorityPool]


def make_pools(scenario: Scenario, log: UsageLog) -> PoolTable:
    """Make every pool of every hospital, numbered in the order of hospitals and their pools, at its first level."""
    pools: PoolTable = {}
    for h, hospital in enumerate(scenario.city.hospitals):
        for pool in hospital.pools:
            fifo = pool.discipline is Discipline.FIFO
            pools[h, pool.code] = PriorityPool(len(pools), pool.levels[0], fifo, log)
    return pools


def make_routes(layout: Layout, pools: PoolTable) -> list[list[Route]]:
    """Return the route of each hospital (first index) and pathway; empty where the hospital lacks a pool for it."""
    scenario = layout.scenario
    return [
        [
            tuple(_phase_route(layout, pools, h, phase) for phase in pathway.phases)
            if _complete(hospital, pathway.pool_codes)
            else ()
            for pathway in scenario.pathways
        ]
        for h, hospital in enumerate(scenario.city.hospitals)
    ]


def _complete(hospital: Hospital, codes: frozenset[str]) -> bool:
    return codes <= {pool.code for pool in hospital.pools}


def _phase_route(layout: Layout, pools: PoolTable, hospital: int, phase: Phase) -> PhaseRoute:
    marks = layout.mark_index
    return PhaseRoute(
        index=layout.phase_index[phase.name],
        place=pools[hospital, phase.place] if phase.place else None,
        asked=marks.get(f"{phase.name}_asked", -1),
        entered=marks.get(f"{phase.name}_entered", -1),
        left=marks.get(f"{phase.name}_left", -1),
        may_leave=phase.may_leave,
        transferable=phase.transferable,
        steps=tuple(_step_route(layout, pools, hospital, phase, step) for step in phase.steps),
    )


def _step_route(layout: Layout, pools: PoolTable, hospital: int, phase: Phase, step: Step) -> StepRoute:
    slot = f"{phase.name}.{step.name}"
    needs = tuple(pools[hospital, code] for code in step.needs)
    return StepRoute(
        slot=layout.slot_index[slot],
        started=layout.mark_index[f"{slot}_started"],
        needs=needs[0] if len(needs) == 1 else Together(needs),
    )
