"""Queue for units of hospitals: one rank over all pools, so that no wait can lock another.

Why nothing deadlocks and nobody starves. Every waiting request has a rank (urgency, time asked, patient), and no two
are equal. In a pool with f free units, the first f waiting requests hold the free units in reserve. A request starts
as soon as it is among the first f in every pool that it needs. Units in use belong to steps that need nothing more and
end by themselves, so free units keep coming; the request with the best rank of all is first in every pool it needs,
and starts as soon as each has one free unit. Only better ranks, and requests that need none of the units it holds in
reserve, go before it.
"""

from bisect import bisect_left, insort

from sim.journey import GRANTED, Journey, Outcome
from sim.log import UsageLog


class Waiter(Journey):
    """Let a journey wait for units of several pools at once; `rank` is set while it waits."""

    waits_for: "Needs" = ()
    rank: "Rank"


Rank = tuple[int, float, int, Waiter]


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

    def offers(self, rank: Rank) -> bool:
        """Say whether a request of this rank is among those for whom there are free units."""
        free = self.level - self.busy
        return free > 0 and (not self.queue or bisect_left(self.queue, rank) < free)

    def give_back(self, now: float) -> None:
        """Take one unit back and let those who wait start."""
        if self.busy > self.level:
            self._note_overtime(now)
        self.busy -= 1
        if self.queue:
            serve_waiting(self)

    def set_level(self, level: int, now: float) -> None:
        """Change the units on duty; a unit in use stays on until its patient is finished."""
        self._note_overtime(now)
        self.level = level
        if self.queue:
            serve_waiting(self)

    def _note_overtime(self, now: float) -> None:
        """Log the overtime since it was last noted."""
        if self.busy > self.level:
            self._log.overtime.append((self.index, self._over_since, now, self.busy - self.level))
        self._over_since = now


Needs = tuple[PriorityPool, ...]


def take(needs: Needs, journey: Waiter, urgency: int, now: float) -> bool:
    """Take one unit of every pool at once and return True, or wait in all their queues and return False."""
    rank = (urgency, now, journey.patient, journey)
    for pool in needs:
        if not pool.offers(rank):
            break
    else:
        for pool in needs:
            pool.busy += 1
        return True
    for pool in needs:
        insort(pool.queue, rank)
    journey.waits_for = needs
    journey.rank = rank
    return False


def serve_waiting(pool: PriorityPool) -> None:
    """Start every waiting request that is now among the first in all its pools."""
    position = 0
    while position < len(pool.queue) and position < pool.free:
        rank = pool.queue[position]
        journey = rank[3]
        needs = journey.waits_for
        if len(needs) == 1 or all(other.offers(rank) for other in needs):
            stop_waiting(journey)
            for other in needs:
                other.busy += 1
            journey.go_on(GRANTED)
            position = 0  # the journey may have touched this very queue
        else:
            position += 1


def stop_waiting(journey: Waiter) -> Needs:
    """Take a journey out of all its queues and return the pools it waited for."""
    needs: Needs = journey.waits_for
    for pool in needs:
        del pool.queue[bisect_left(pool.queue, journey.rank)]
    journey.waits_for = ()
    del journey.rank  # it holds the journey: with the cycle cut, memory is freed at once
    return needs


def leave_queue(journey: Waiter, outcome: Outcome) -> None:
    """End a wait without a unit, and let those move up who waited behind."""
    needs = stop_waiting(journey)
    journey.go_on(outcome)
    for pool in needs:
        if pool.queue:
            serve_waiting(pool)
