"""Queue for units of hospitals: one rank over all pools, so that no wait can lock another.

Why nothing deadlocks and nobody starves. Every waiting request has a rank (urgency, time asked, patient), and no two
are equal. In a pool with f free units, the first f waiting requests hold the free units in reserve. A request starts
as soon as it is among the first f in every pool that it needs. Units in use belong to steps that need nothing more and
end by themselves, so free units keep coming; the request with the best rank of all is first in every pool it needs,
and starts as soon as each has one free unit. Only better ranks, and requests that need none of the units it holds in
reserve, go before it. A request with alternatives stands in the queues of all of them and starts with the first that
offers; that only lets it start sooner.
"""

from bisect import bisect_left, insort
from enum import IntEnum
from typing import Protocol

from sim.city import Discipline
from sim.duty import Duty
from sim.journey import Teller


class Outcome(IntEnum):
    """Say how waiting ended."""

    GRANTED = 0
    LEFT = 1
    MOVED = 2
    TURNED_AWAY = 3
    BALKED = 4


GRANTED, LEFT, MOVED, TURNED_AWAY, BALKED = Outcome


class Pools(Protocol):
    """Stand for units that are taken together: of one pool, or of several."""

    fifo: bool

    @property
    def pools(self) -> "tuple[PriorityPool, ...]":
        """Return the pools."""
        ...

    def offers(self, rank: "Rank") -> bool:
        """Say whether a request of this rank may start now."""
        ...

    def use(self) -> None:
        """Take the units, which are free."""
        ...

    def give_back(self, now: float) -> None:
        """Give the units back and let those who wait start."""
        ...

    def to_clean(self) -> "Pools":
        """Return the units that are cleaned after a use, and given back then."""
        ...


class Needs(Protocol):
    """Stand for what a request waits for: a pool, several pools, or alternatives."""

    fifo: bool

    @property
    def pools(self) -> "tuple[PriorityPool, ...]":
        """Return all pools in whose queues the request stands."""
        ...

    @property
    def choices(self) -> "tuple[Pools, ...]":
        """Return the alternatives, any of which will do."""
        ...

    def take(self, waiter: "Waiter", now: float) -> bool:
        """Take the units and return True, or wait and return False."""
        ...

    def offers(self, rank: "Rank") -> bool:
        """Say whether a request of this rank may start now."""
        ...

    def start(self, rank: "Rank") -> None:
        """Take the units for a request that waits."""
        ...

    def join(self, rank: "Rank") -> None:
        """Put a request into the queues."""
        ...

    def drop(self, rank: "Rank") -> None:
        """Take a request out of the queues."""
        ...

    def serve(self) -> None:
        """Start those who can."""
        ...


class Waiter(Teller):
    """Let a patient's story wait for units.

    `rank` is set while it waits, `waits` counts the waits that have ended, and `taken` are the units of a step with
    alternatives.
    """

    __slots__ = ("acuity", "outcome", "patient", "rank", "taken", "waits")

    taken: Pools

    def __init__(self, patient: int, acuity: int) -> None:
        self.patient = patient
        self.acuity = acuity
        self.rank: Rank | None = None
        self.outcome = GRANTED
        self.waits = 0

    def go_on(self, outcome: Outcome = GRANTED) -> None:
        """End the wait with this outcome; the story goes on at this instant, after those who are ready already."""
        self.rank = None  # it holds the waiter: with the cycle cut, memory is freed at once
        self.outcome = outcome
        self.waits += 1
        self.clock.ready.append(self)

    def change_queues(self, pools: "tuple[PriorityPool, ...]", now: float) -> None:
        """Take note of the pools that the request waits for from now on, when they change."""

    def insist(self) -> None:
        """Try to take units from the less urgent, where somebody can be interrupted."""


class PriorityPool:
    """Hold interchangeable units and those who wait for them, best rank first.

    `level` units are in use or ready to be used and `busy` of them are taken; after a shift ends `busy` may exceed
    `level` until the patients in hand are finished. What changes the level is told in `sim.duty`. `serving` holds the
    ranks of those whose work may be interrupted, as `sim.work` tells; `preempts` says whether the more urgent may.
    """

    __slots__ = ("busy", "duty", "fifo", "index", "interrupts", "level", "preempts", "queue", "serving")

    def __init__(self, index: int, duty: Duty, discipline: Discipline = Discipline.PRIORITY) -> None:
        self.index = index
        self.duty = duty
        self.fifo = discipline is Discipline.FIFO
        self.preempts = discipline is Discipline.PREEMPTIVE
        self.interrupts = False
        self.level = duty.on_duty
        self.busy = 0
        self.queue: list[Rank] = []
        self.serving: list[Rank] = []

    @property
    def pools(self) -> "tuple[PriorityPool, ...]":
        """Return the pool itself, all that is needed."""
        return (self,)

    @property
    def choices(self) -> "tuple[Pools, ...]":
        """Return the pool itself: there is no other way."""
        return (self,)

    @property
    def free(self) -> int:
        """Return the units on duty that nobody uses; negative while there is overtime."""
        return self.level - self.busy

    def take(self, waiter: Waiter, now: float) -> bool:
        """Take one unit and return True, or wait in the queue and return False."""
        if self.busy < self.level and not self.queue:
            self.busy += 1
            return True
        rank = (0 if self.fifo else waiter.acuity, now, waiter.patient, waiter, self)
        if self.busy < self.level and self.offers(rank):
            self.busy += 1
            return True
        insort(self.queue, rank)
        waiter.rank = rank
        return False

    def offers(self, rank: "Rank") -> bool:
        """Say whether a request of this rank is among those for whom there are free units."""
        free = self.level - self.busy
        return free > 0 and bisect_left(self.queue, rank) < free

    def start(self, rank: "Rank") -> None:
        """Take one unit for a request that waits."""
        self.drop(rank)
        self.use()

    def use(self) -> None:
        """Take one unit that is free."""
        self.busy += 1

    def join(self, rank: "Rank") -> None:
        """Put a request into the queue."""
        insort(self.queue, rank)

    def drop(self, rank: "Rank") -> None:
        """Take a request out of the queue."""
        del self.queue[bisect_left(self.queue, rank)]

    def give_back(self, now: float) -> None:
        """Take one unit back and let those who wait start."""
        self.put_back(now)
        if self.queue:
            self.serve()

    def put_back(self, now: float) -> None:
        """Take one unit back and start nobody yet."""
        if self.busy > self.level:
            self.duty.note(now, self.busy, self.level)
        self.busy -= 1

    def to_clean(self) -> "Pools":
        """Return the unit that is cleaned after a use: one of this pool."""
        return self

    def serve(self) -> None:
        """Start every waiting request that is now among the first in all its pools."""
        queue = self.queue
        position = 0
        while self.busy + position < self.level and position < len(queue):
            rank = queue[position]
            needs = rank[4]
            if needs is self:  # the short way, to the same end
                del queue[position]
                self.busy += 1
            elif needs.offers(rank):
                needs.start(rank)
            else:
                rank[3].insist()
                position += rank[3].rank is rank
                continue
            rank[3].go_on()
        if self.preempts:
            self._press()

    def _press(self) -> None:
        """Let the first in the queue take a unit from somebody less urgent, as often as that is possible."""
        while self.queue and self.serving and self.queue[0][0] < self.serving[-1][0]:
            first = self.queue[0]
            first[3].insist()
            if first[3].rank is first:
                return

    def change(self, now: float, staffed: tuple[int, int] | None = None, down: int = 0) -> None:
        """Change the units on the roster and the guests, or how many are out of use, and start nobody yet."""
        self.duty.note(now, self.busy, self.level)
        self.level = self.duty.change(staffed, down)


Rank = tuple[int, float, int, Waiter, Needs]


def leave_queue(waiter: Waiter, outcome: Outcome) -> None:
    """End a wait without a unit, and let those move up who waited behind."""
    rank = waiter.rank
    assert rank is not None
    needs = rank[4]
    needs.drop(rank)
    waiter.go_on(outcome)
    needs.serve()


def grow_worse(waiter: Waiter) -> None:
    """Let a waiting patient become one level more urgent: the place in the queue follows."""
    rank = waiter.rank
    assert rank is not None
    needs = rank[4]
    needs.drop(rank)
    waiter.acuity -= 1
    worse = (rank[0] if needs.fifo else waiter.acuity, rank[1], rank[2], waiter, needs)
    needs.join(worse)
    waiter.rank = worse
    needs.serve()
