"""Search for rosters of large cases: construct, relax, dive, then improve a few employees, or a few days, at a time.

The decomposition by employees is that of P. Strandmark, Y. Qu and T. Curtois (2020,
doi:10.1016/j.cor.2020.104945); the bound is the Lagrangian one of column generation (M. E. Lübbecke and
J. Desrosiers, 2005, doi:10.1287/opre.1050.0234).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.contract import SolveOptions
from optimize.program import IntArray
from optimize.roster.bounding import raise_bound
from optimize.roster.case import DAYS_PER_WEEK, OFF, Roster, RosterCase
from optimize.roster.diving import dive
from optimize.roster.generation import SMALL, Clock, Timer, generate
from optimize.roster.master import Master
from optimize.roster.pricing import Pricer, total
from optimize.roster.tables import Tables

SWEEPS = 20
RELAXING, DIVING, BRANCHING = 0.4, 0.5, 0.2
"""Shares of the time that is left which the first relaxation, the first dive and the bound may take."""
FEW, MORE = 8, 2
PATIENCE = 5
"""Rounds without success after which more employees, or more days, are freed at once."""
CELLS = 450
"""Days of employees that are freed together where only some days in a row are."""
WHOLE_UP_TO = 12
"""Employees whose schedules are chosen by branch and bound; more are dived for."""
REMEMBERED = 30
"""Latest schedules of each employee that a round begins with."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: seconds since its start, the cost of the best roster, and the bound (None: none yet)."""

    step: str
    seconds: float
    objective: float
    bound: float | None


@dataclass(frozen=True, slots=True)
class Effort:
    """Say how hard to search.

    Args:
        seconds: wall-clock fuse; a search that it ends depends on the machine.
        rounds: rounds of improvement at most, None for no limit; such a search is the same on every machine.
        seed: of the choice of employees.
        gap: share of the cost at which the best is good enough.
        timer: what the fuse looks at; `time.process_time` for seconds of computation.
    """

    seconds: float = 60.0
    rounds: int | None = None
    seed: int = 0
    gap: float = 0.0
    timer: Timer = perf_counter


@dataclass(slots=True)
class Widening:
    """Widen what is freed after some rounds without success, and begin anew beyond the most."""

    least: int
    step: int
    most: int
    size: int = field(init=False)
    failures: int = 0

    def __post_init__(self) -> None:
        self.size = self.least

    def widen(self, helped: bool) -> None:
        """Take note of a round."""
        self.failures = 0 if helped else self.failures + 1
        if self.failures >= PATIENCE:
            self.size, self.failures = (self.size + self.step if self.size < self.most else self.least), 0


class UnrosterableError(Exception):
    """Nobody can keep the rules of one employee, whatever the others do."""


@dataclass(slots=True)
class Search:
    """A search in progress; `roster` and `bound` are always valid, so it may be left at any time.

    Args:
        case: the question.
        effort: how hard to search.
        tell: called with each progress.

    Attributes:
        roster: the best so far; None until one is constructed.
        cost: its cost.
        bound: no roster costs less.
    """

    case: RosterCase
    effort: Effort
    tell: Callable[[Progress], None]
    roster: Roster | None = None
    cost: float = np.inf
    bound: float = -np.inf
    clock: Clock = field(init=False)
    _tables: Tables = field(init=False)
    _pricers: dict[int, Pricer] = field(init=False)
    _known: dict[int, list[IntArray]] = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.effort.timer(), self.effort.seconds, self.effort.timer)
        self._tables = Tables.of(self.case)
        self._pricers = {e: Pricer(self.case, one) for e, one in enumerate(self.case.employees)}
        self._known = {e: [] for e in self._pricers}

    @property
    def proven(self) -> bool:
        """Say whether no roster is better than the best so far."""
        return self.cost <= self.bound + SMALL

    @property
    def _good_enough(self) -> bool:
        return self.cost - self.bound <= max(self.effort.gap * abs(self.cost), SMALL)

    def run(self) -> None:
        """Search until the best is proven, or effort is over.

        Raises:
            UnrosterableError: if one employee alone cannot be rostered.
        """
        roster = self._constructed()
        self._take(roster, "first roster")
        self._relax_and_dive(roster)
        if not self._good_enough:
            self._raise_bound()
        generator = np.random.Generator(np.random.PCG64(self.effort.seed))
        n_free, n_days = Widening(FEW, MORE, len(roster)), Widening(DAYS_PER_WEEK, DAYS_PER_WEEK, self.case.n_days // 2)
        turn = 0
        while self.clock.left and not self._good_enough and turn != self.effort.rounds:
            turn += 1
            before = self.cost
            if turn % 2:
                self._improve(self._choose(generator, n_free.size, turn))
                n_free.widen(self.cost < before)
            else:
                self._improve_days(generator, n_days.size, turn)
                n_days.widen(self.cost < before)

    def _take(self, roster: Roster, step: str) -> None:
        """Keep a roster if none better is known, and tell."""
        cost = self._tables.cost(roster)
        if cost <= self.cost:
            self.roster = roster.copy()
            for employee, shifts in enumerate(self.roster):
                self._known[employee].append(shifts)
        if cost < self.cost:
            self.cost = cost
            self._say(step)

    def _say(self, step: str) -> None:
        bound = self.bound if np.isfinite(self.bound) else None
        self.tell(Progress(step, self.clock.elapsed, self.cost, bound))

    def _constructed(self) -> Roster:
        """Give everybody in turn the days that help most, until nobody's change helps."""
        roster = np.full((len(self.case.employees), self.case.n_days), OFF, dtype=np.intp)
        cost = np.inf
        for sweep in range(SWEEPS):
            for employee in range(len(roster)):
                prices = self._marginal(roster, employee)
                days = self._pricers[employee].within_limits(prices)
                if days is None:
                    raise UnrosterableError(self.case.employees[employee].name)
                if not sweep or days.price < total(prices, roster[employee]) - SMALL:
                    roster[employee] = days.shifts
            before, cost = cost, self._tables.cost(roster)
            if cost >= before:
                break
        return roster

    def _marginal(self, roster: Roster, employee: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Price what one more shift of an employee changes while all others stay; shape (days, shifts + 1)."""
        tables = self._tables
        missing = tables.required - tables.present(np.delete(roster, employee, axis=0))
        change = np.append(np.where(missing > 0, -tables.under, tables.over), 0.0)  # -1 is no cover
        return np.column_stack([tables.wish[employee] + change[tables.cover], np.zeros(self.case.n_days)])

    def _relax_and_dive(self, roster: Roster) -> None:
        """Bound the cost from below, and try to turn the fractions into a roster."""
        master = self._master(np.arange(len(roster)), roster)
        relaxation = generate(master, self._pricers, self.clock.part(RELAXING))
        self._bounded(self._tables.round_up(relaxation.bound))
        for employee, shifts in master.schedules:
            self._known[employee].append(shifts)
        found = dive(master, self._pricers, self.clock.part(DIVING), self.cost)
        if found is not None:
            self._take(found, "dive")

    def _raise_bound(self) -> None:
        """Branch on missing and extra people for a while."""
        assert self.roster is not None
        master = self._master(np.arange(len(self.roster)), self.roster, remembered=10**6)
        raise_bound(master, self._pricers, self.clock.part(BRANCHING), self.cost, self._bounded)

    def _bounded(self, bound: float) -> None:
        """Keep a bound if it is better, and tell."""
        bound = max(bound, 0.0) + 0.0  # no cost is negative, and rounding up may leave -0.0
        if bound > self.bound:
            self.bound = bound
            self._say("bound")

    def _master(self, staff: IntArray, roster: Roster, remembered: int = REMEMBERED) -> Master:
        """Begin a program for some employees, with schedules that are known."""
        master = Master(self._tables, staff, roster)
        for employee in staff.tolist():
            for shifts in (roster[employee], *self._known[employee][-remembered:]):
                master.add(employee, shifts)
        return master

    def _choose(self, generator: np.random.Generator, n_free: int, turn: int) -> IntArray:
        """Choose whose days to free: in turn anyone, those who pay for wishes, those who can fill a gap."""
        assert self.roster is not None
        tables = self._tables
        everybody = generator.permutation(len(self.roster))
        first = np.empty(0, dtype=np.intp)
        missing = tables.required - tables.present(self.roster)
        gaps = np.flatnonzero(missing > 0)
        if turn % 3 == 1 and gaps.size:
            days, shifts = np.nonzero(np.isin(tables.cover, generator.choice(gaps, min(3, gaps.size), replace=False)))
            can = [e for e in everybody if self._pricers[e].allowed()[days, shifts].any()]
            first = np.array(can, dtype=np.intp)
        elif turn % 3 == 2:
            best = np.minimum(tables.wish, 0).min(axis=2).sum(axis=1)
            paid = np.array([tables.wish_cost(e, days) for e, days in enumerate(self.roster)]) - best
            if paid.sum() > 0:
                n_payers = min(n_free // 2 + 1, int((paid > 0).sum()))
                first = generator.choice(len(paid), n_payers, replace=False, p=paid / paid.sum())
        order = np.concatenate([first, everybody[~np.isin(everybody, first)]])
        return np.sort(order[:n_free]).astype(np.intp)

    def _improve(self, staff: IntArray) -> None:
        """Choose anew the days of some employees while all others keep theirs."""
        assert self.roster is not None
        before = self.cost
        master = self._master(staff, self.roster)
        relaxation = generate(master, self._pricers, self.clock, enough=before)
        if self._tables.round_up(relaxation.bound) >= before - SMALL:
            return
        many = staff.size > WHOLE_UP_TO
        found = dive(master, self._pricers, self.clock, before) if many else self._whole(master)
        if found is not None:
            self._take(found, f"{staff.size} employees")

    def _improve_days(self, generator: np.random.Generator, n_days: int, turn: int) -> None:
        """Choose anew some days in a row of many employees while everything else stays."""
        assert self.roster is not None
        n_days = min(n_days, self.case.n_days)
        first = int(generator.integers(0, self.case.n_days - n_days + 1))
        staff = self._choose(generator, max(1, CELLS // n_days), turn)
        window = range(first, first + n_days)
        found = dive(self._master(staff, self.roster), self._pricers, self.clock, self.cost, window)
        if found is not None:
            self._take(found, f"{n_days} days")

    def _whole(self, master: Master) -> Roster | None:
        """Choose whole schedules by branch and bound, beginning with the roster as it is."""
        fuse = max(min(20.0, self.clock.left), 0.01)
        held = engine.Held(master.whole_program(), SolveOptions(node_limit=200, fuse_seconds=fuse))
        held.start_from(*master.start())
        values = held.run().values
        return None if values is None else master.rostered(values)
