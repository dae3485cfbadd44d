"""Queue for units of hospitals: one rank over all pools, so that no wait can lock another.

Why nothing deadlocks and nobody starves. Every waiting request has a rank (urgency, time asked, patient), and no two
are equal. In a pool with f free units, the first f waiting requests hold the free units in reserve. A request starts
as soon as it is among the first f in every pool that it needs. Units in use belong to steps that need nothing more and
end by themselves, so free units keep coming; the request with the best rank of all is first in every pool it needs,
and starts as soon as each has one free unit. Only better ranks, and requests that need none of the units it holds in
reserve, go before it.
"""

from bisect import bisect_left, insort
from enum import IntEnum

from sim.journey import Teller
from sim.log import UsageLog


class Outcome(IntEnum):
    """Say how waiting ended."""

    GRANTED = 0
    LEFT = 1
    MOVED = 2


GRANTED, LEFT, MOVED = Outcome


class Waiter(Teller):
    """Let a patient's story wait for units; `rank` is set while it waits, and another one for every wait."""

    __slots__ = ("acuity", "outcome", "patient", "rank")

    def __init__(self, patient: int, acuity: int) -> None:
        self.patient = patient
        self.acuity = acuity
        self.rank: Rank | None = None
        self.outcome = GRANTED

    def go_on(self, outcome: Outcome = GRANTED) -> None:
        """End the wait with this outcome; the story goes on at this instant, after those who are ready already."""
        self.rank = None  # it holds the waiter: with the cycle cut, memory is freed at once
        self.outcome = outcome
        self.clock.ready.append(self)


class PriorityPool:
    """Hold interchangeable units and those who wait for them, best rank first.

    `level` units are on duty and `busy` of them are taken; after a shift ends `busy` may exceed `level` until the
    patients in hand are finished.
    """

    __slots__ = ("_log", "_over_since", "busy", "fifo", "index", "level", "queue")

    def __init__(self, index: int, level: int, fifo: bool, log: UsageLog) -> None:
        self.index = index
        self.level = level
        self.fifo = fifo
        self.busy = 0
        self.queue: list[Rank] = []
        self._log = log
        self._over_since = 0.0

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
        self.busy += 1

    def drop(self, rank: "Rank") -> None:
        """Take a request out of the queue."""
        del self.queue[bisect_left(self.queue, rank)]

    def give_back(self, now: float) -> None:
        """Take one unit back and let those who wait start."""
        if self.busy > self.level:
            self.note_overtime(now)
        self.busy -= 1
        if self.queue:
            self.serve()

    def set_level(self, level: int, now: float) -> None:
        """Change the units on duty and start nobody yet; a unit in use stays on until its patient is finished."""
        self.note_overtime(now)
        self.level = level

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
                position += 1
                continue
            rank[3].go_on()

    def note_overtime(self, now: float) -> None:
        """Log the overtime since it was last noted."""
        if self.busy > self.level:
            self._log.overtime.append((self.index, self._over_since, now, self.busy - self.level))
        self._over_since = now


class Together:
    """Stand for one unit of every pool, all at once; of no pool, for a step that needs nothing."""

    __slots__ = ("fifo", "pools")

    def __init__(self, pools: tuple[PriorityPool, ...]) -> None:
        self.pools = pools
        self.fifo = all(pool.fifo for pool in pools)

    def take(self, waiter: Waiter, now: float) -> bool:
        """Take all units and return True, or wait in all queues and return False."""
        if not self.pools:
            return True
        rank = (0 if self.fifo else waiter.acuity, now, waiter.patient, waiter, self)
        if self.offers(rank):
            for pool in self.pools:
                pool.busy += 1
            return True
        for pool in self.pools:
            insort(pool.queue, rank)
        waiter.rank = rank
        return False

    def offers(self, rank: "Rank") -> bool:
        """Say whether every pool offers a unit to a request of this rank."""
        for pool in self.pools:  # noqa: SIM110 (a generator would take twice the time)
            if not pool.offers(rank):
                return False
        return True

    def start(self, rank: "Rank") -> None:
        """Take all units for a request that waits."""
        for pool in self.pools:
            pool.start(rank)

    def drop(self, rank: "Rank") -> None:
        """Take a request out of all queues."""
        for pool in self.pools:
            pool.drop(rank)

    def give_back(self, now: float) -> None:
        """Give all units back, one pool after the other."""
        for pool in self.pools:
            pool.give_back(now)

    def serve(self) -> None:
        """Start those who can in every pool."""
        for pool in self.pools:
            pool.serve()


Needs = PriorityPool | Together
Rank = tuple[int, float, int, Waiter, Needs]


def leave_queue(waiter: Waiter, outcome: Outcome) -> None:
    """End a wait without a unit, and let those move up who waited behind."""
    rank = waiter.rank
    assert rank is not None
    needs = rank[4]
    needs.drop(rank)
    waiter.go_on(outcome)
    needs.serve()
