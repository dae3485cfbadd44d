"""Bind pathways to the pools of each hospital, so that a story looks nothing up by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.city import AtEnd, Discipline, Hospital, Pool
from sim.duty import Duty
from sim.journey import Clock
from sim.layout import Layout, ends_late
from sim.log import UsageLog
from sim.needs import AnyOf, Together
from sim.partner_choices import PartnerChoices, is_limited
from sim.pathway import CLEANING, MOVE, SET_UP, Balking, Phase, Step
from sim.pool_kinds import AccumulatingPool, BorrowingPool, LendingPool, StayingPool
from sim.pools import Needs, Pools, PriorityPool
from sim.scenario import Scenario
from sim.set_ups import SetUps
from sim.terms import owners_of

NONE = -1


@dataclass(frozen=True, slots=True)
class StepRoute:
    """Bind a step to its pools, its slot and its marks; a `plain` step waits for `needs` and gives `units` back.

    Steps that are not plain may have several `choices` of units, be `interruptible`, and end at the mark `ended`.
    `set_ups` belongs to their pool; `set_up` and `cleaning` are slots. What a step does not have is -1 or None.
    `way_min` says of those choices that are elsewhere how long the patient is on the road there and back.
    """

    slot: int
    started: int
    needs: Needs
    plain: bool
    units: Pools
    choices: tuple[Pools, ...]
    interruptible: bool
    ended: int
    set_ups: SetUps | None
    set_up: int
    cleaning: int
    way_min: Mapping[Pools, float]


@dataclass(frozen=True, slots=True)
class PhaseRoute:
    """Bind a phase to its place, its slots and the columns of its marks; what it does not have is -1 or None."""

    index: int
    place: PriorityPool | None
    room: int | None
    asked: int
    ready: int
    entered: int
    left: int
    move: int
    cleaning: int
    may_leave: bool
    may_worsen: bool
    transferable: bool
    balks: Balking | None
    steps: tuple[StepRoute, ...]


Route = tuple[PhaseRoute, ...]
PoolTable = dict[tuple[int, str], PriorityPool]


def numbered_pools(scenario: Scenario) -> Iterator[tuple[int, Pool]]:
    """Yield every pool with the index of its hospital; pools are numbered in this order."""
    for h, hospital in enumerate(scenario.city.hospitals):
        for pool in hospital.pools:
            yield h, pool


def make_pools(scenario: Scenario, log: UsageLog, clock: Clock) -> PoolTable:
    """Make every pool of every hospital, numbered in the order of hospitals and their pools, at its first level."""
    lenders = {(h, pool.borrows) for h, pool in numbered_pools(scenario) if pool.borrows}
    described = list(enumerate(numbered_pools(scenario)))
    pools: PoolTable = {}
    for index, (h, pool) in sorted(described, key=lambda one: one[1][1].borrows is not None):
        duty = Duty(index, pool.establishment, pool.levels[0], log)
        if (h, pool.code) in lenders:
            made: PriorityPool = LendingPool(index, duty, pool.discipline)
        elif pool.borrows:
            lender = pools[h, pool.borrows]
            assert isinstance(lender, LendingPool)
            made = BorrowingPool(index, duty, pool.discipline, lender, clock)
        elif pool.discipline is Discipline.ACCUMULATING:
            made = AccumulatingPool(index, duty, pool.credit_per_min)
        elif pool.at_shift_end is AtEnd.STAY_WHILE_BUSY:
            made = StayingPool(index, duty, pool.discipline)
        else:
            made = PriorityPool(index, duty, pool.discipline)
        made.interrupts = pool.interrupts
        pools[h, pool.code] = made
    return pools


def make_routes(layout: Layout, pools: PoolTable) -> list[list[Route]]:
    """Return the route of each hospital (first index) and pathway; empty where the hospital lacks a pool for it."""
    hospitals = layout.scenario.city.hospitals
    return [_Binder(layout, pools, h, hospital).routes() for h, hospital in enumerate(hospitals)]


class _Binder:
    """Bind the pathways to the pools of one hospital."""

    def __init__(self, layout: Layout, pools: PoolTable, hospital: int, described: Hospital) -> None:
        self._layout = layout
        self._pools = pools
        self._hospital = hospital
        self._codes = {pool.code for pool in described.pools}
        self._hospital_index = {other.id: h for h, other in enumerate(layout.scenario.city.hospitals)}
        self._set_ups = {code: SetUps() for code in layout.set_up_codes}

    def routes(self) -> list[Route]:
        """Return the route of each pathway, empty where the hospital lacks a pool for it."""
        pathways = self._layout.scenario.pathways
        return [
            tuple(self._phase(phase) for phase in pathway.phases) if pathway.pool_codes <= self._codes else ()
            for pathway in pathways
        ]

    def _pool(self, code: str) -> PriorityPool:
        """Return the pool of a code, at another hospital where the code says so."""
        own, _, elsewhere = code.partition("@")
        return self._pools[self._hospital_index[elsewhere] if elsewhere else self._hospital, own]

    def _phase(self, phase: Phase) -> PhaseRoute:
        marks = self._layout.mark_index
        described = self._layout.scenario.city.pool(self._hospital, phase.place) if phase.place else None
        return PhaseRoute(
            index=self._layout.phase_index[phase.name],
            place=self._pool(phase.place) if phase.place else None,
            room=described.waiting_room if described else None,
            asked=marks.get(f"{phase.name}_asked", NONE),
            ready=marks.get(f"{phase.name}_ready", NONE),
            entered=marks.get(f"{phase.name}_entered", NONE),
            left=marks.get(f"{phase.name}_left", NONE),
            move=self._slot(phase.name, MOVE) if phase.move else NONE,
            cleaning=self._slot(phase.name, CLEANING) if phase.cleaning else NONE,
            may_leave=phase.may_leave,
            may_worsen=phase.may_worsen,
            transferable=phase.transferable,
            balks=phase.balks,
            steps=tuple(self._step(phase, step) for step in phase.steps),
        )

    def _slot(self, *names: str) -> int:
        return self._layout.slot_index[".".join(names)]

    def _step(self, phase: Phase, step: Step) -> StepRoute:
        slot, marks = f"{phase.name}.{step.name}", self._layout.mark_index
        choices = tuple(self._together(codes) for codes in step.choices)
        set_ups = self._set_ups.get(step.needs[0]) if len(step.needs) == 1 else None
        return StepRoute(
            slot=self._slot(phase.name, step.name),
            started=marks[f"{slot}_started"],
            needs=choices[0] if len(choices) == 1 else self._any_of(step, choices),
            plain=self._layout.is_plain(step),
            units=choices[0],
            choices=choices,
            interruptible=any(pool.interrupts for choice in choices for pool in choice.pools),
            ended=marks[f"{slot}_ended"] if ends_late(step, self._layout.scenario.city.interruptible) else NONE,
            set_ups=set_ups,
            set_up=self._slot(phase.name, step.name, SET_UP) if step.set_up else NONE,
            cleaning=self._slot(phase.name, step.name, CLEANING) if step.cleaning else NONE,
            way_min=self._ways(step, choices),
        )

    def _ways(self, step: Step, choices: tuple[Pools, ...]) -> dict[Pools, float]:
        ways = [self._layout.way_min(self._hospital, step, codes) for codes in step.choices]
        return {choice: way for choice, way in zip(choices, ways, strict=True) if way > 0.0}

    def _any_of(self, step: Step, choices: tuple[Pools, ...]) -> AnyOf:
        scenario = self._layout.scenario
        owners = tuple(owners_of(scenario.city, self._hospital, codes) for codes in step.choices)
        if is_limited(scenario) and any(owners):
            return PartnerChoices(choices, owners, self._hospital)
        return AnyOf(choices)

    def _together(self, codes: tuple[str, ...]) -> PriorityPool | Together:
        pools = tuple(self._pool(code) for code in codes)
        return pools[0] if len(pools) == 1 else Together(pools)
