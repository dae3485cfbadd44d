"""Write a scenario down as rows of numbers: the routes of its hospitals, their phases, steps and requests."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.city import Discipline
from sim.compiled.machine.tables import NONE, PHASE, Records
from sim.layout import Layout
from sim.pathway import CLEANING, MOVE, Pathway, Phase, Step
from sim.routes import numbered_pools
from sim.scenario import Scenario
from sim.units import IntArray

Row = tuple[float, ...]


def pool_numbers(scenario: Scenario) -> dict[tuple[int, str], int]:
    """Return the number of every pool by hospital and code."""
    return {(h, pool.code): number for number, (h, pool) in enumerate(numbered_pools(scenario))}


def records(rows: list[Row], dtype: "np.dtype[Any]") -> Records:
    """Return rows as records."""
    return np.array(rows, dtype=dtype)


@dataclass(slots=True)
class Program:
    """Hold the rows of all routes; rows of `needs`, `choices` and `requests` begin with one for each single pool.

    `width` is the largest number of queues that one request stands in.
    """

    layout: Layout
    pool_number: dict[tuple[int, str], int]
    phases: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    balks: list[Row] = field(default_factory=list)
    width: int = 1

    @classmethod
    def of(cls, layout: Layout) -> "Program":
        """Return a program that knows the pools, and as yet no route."""
        program = cls(layout, pool_numbers(layout.scenario))
        for h, pool in numbered_pools(layout.scenario):
            program._request(h, ((pool.code,),))
        return program

    def routes(self) -> IntArray:
        """Write every route; return its first row by hospital and pathway, -1 where the pathway is not offered."""
        scenario = self.layout.scenario
        hospitals = range(len(scenario.city.hospitals))
        return np.array([[self._route(h, pathway) for pathway in scenario.pathways] for h in hospitals])

    def _route(self, hospital: int, pathway: Pathway) -> int:
        """Write the phases of a pathway at a hospital, then a row that ends it."""
        if not all((hospital, code) in self.pool_number for code in pathway.pool_codes):
            return NONE
        rows = [self._phase(hospital, phase) for phase in pathway.phases]
        self.phases += [*rows, (NONE,) * len(PHASE.names or ())]
        return len(self.phases) - len(rows) - 1

    def _phase(self, hospital: int, phase: Phase) -> Row:
        """Write the steps of a phase; return its row."""
        first_step, first_balk = len(self.steps), len(self.balks)
        self.steps += [self._step(hospital, phase, step) for step in phase.steps]
        self.balks += zip(phase.balks.waiting, phase.balks.p, strict=True) if phase.balks else ()
        described = self.layout.scenario.city.pool(hospital, phase.place) if phase.place else None
        room = described.waiting_room if described else None
        asked, ready, entered, left = (f"{phase.name}_{moment}" for moment in ("asked", "ready", "entered", "left"))
        return (
            self.layout.phase_index[phase.name],
            self._pool(hospital, phase.place) if phase.place else NONE,
            NONE if room is None else room,
            *(self.layout.mark_index.get(mark, NONE) for mark in (asked, ready, entered, left)),
            self._slot(phase.name, MOVE) if phase.move else NONE,
            self._slot(phase.name, CLEANING) if phase.cleaning else NONE,
            first_step,
            len(self.steps),
            first_balk,
            len(self.balks),
            phase.may_leave,
            phase.may_worsen,
            phase.transferable,
        )

    def _step(self, hospital: int, phase: Phase, step: Step) -> Row:
        """Write the request of a step; return its row."""
        name = f"{phase.name}.{step.name}"
        return (
            self._slot(name),
            self.layout.mark_index[f"{name}_started"],
            self.layout.mark_index.get(f"{name}_ended", NONE),
            self._request(hospital, step.choices, step),
            self.layout.is_plain(step),
            self._slot(name, CLEANING) if step.cleaning else NONE,
        )

    def _slot(self, *names: str) -> int:
        return self.layout.slot_index[".".join(names)]

    def _request(self, hospital: int, choices: tuple[tuple[str, ...], ...], step: Step | None = None) -> int:
        """Write what is asked for, by a step, and return its row: all pools once, then the pools of each choice."""
        numbers = [[self._pool(hospital, code) for code in choice] for choice in choices]
        every = list(dict.fromkeys(number for choice in numbers for number in choice))
        first_need, first_choice = self._needs(every), len(self.choices)
        for codes, choice in zip(choices, numbers, strict=True):
            way = self.layout.way_min(hospital, step, codes) if step else 0.0
            self.choices.append((self._needs(choice), len(choice), way))
        pools = [pool for _, pool in numbered_pools(self.layout.scenario)]
        in_turn = all(pools[number].discipline is Discipline.FIFO for number in every)
        self.requests.append((first_need, len(every), first_choice, len(choices), in_turn))
        self.width = max(self.width, len(every))
        return len(self.requests) - 1

    def _needs(self, pools: list[int]) -> int:
        self.needs += pools
        return len(self.needs) - len(pools)

    def _pool(self, hospital: int, code: str) -> int:
        """Return the number of a pool, at another hospital where the code says so."""
        own, _, elsewhere = code.partition("@")
        ids = [other.id for other in self.layout.scenario.city.hospitals]
        return self.pool_number[ids.index(elsewhere) if elsewhere else hospital, own]
