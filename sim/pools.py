"""Queue for units of hospitals: one rank over all pools, so that no wait can lock another.

Why nothing deadlocks and nobody starves. Every waiting request has a rank (urgency, time asked, patient), and no two
are equal. In a pool with f free units, the first f waiting requests hold the free units in reserve. A request starts
as soon as it is among the first f in every pool that it needs. Units in use belong to steps that need nothing more and
end by themselves, so free units keep coming; the request with the best rank of all is first in every pool it needs,
and starts as soon as each has one free unit. Only better ranks, and requests that need none of the units it holds in
reserve, go before it.
"""

from bisect import bisect_left, insort

from sim.journey import Journey, Outcome, go_on
from sim.log import UsageLog

Rank = tuple[int, float, int]
"""Order those who wait: urgency, time asked, patient; no two are equal."""

NOT_WAITING: Rank = (0, 0.0, -1)


class Waiter(Journey):
    """Let a journey wait for units of several pools at once; each wait has a rank of its own."""

    waits_for: "Needs" = ()
    rank: Rank = NOT_WAITING


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
        self.queue: list[tuple[int, float, int, Waiter]] = []
        self._log = log
        self._over_since = 0.0

    @property
    def free(self) -> int:
        """Return the units on duty that nobody uses; negative while there is overtime."""
        return self.level - self.busy

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
    rank = (urgency, now, journey.patient)
    if offered(needs, rank):
        for pool in needs:
            pool.busy += 1
        return True
    journey.waits_for = needs
    journey.rank = rank
    for pool in needs:
        insort(pool.queue, (*rank, journey))
    return False


def offered(needs: Needs, rank: Rank) -> bool:
    """Say whether a request of this rank is, in every pool, among those for whom there are free units."""
    for pool in needs:
        free = pool.level - pool.busy
        if free <= 0 or (pool.queue and bisect_left(pool.queue, rank) >= free):
            return False
    return True


def serve_waiting(pool: PriorityPool) -> None:
    """Start every waiting request that is now among the first in all its pools."""
    queue = pool.queue
    position = 0
    while position < len(queue) and position < pool.level - pool.busy:
        journey = queue[position][3]
        needs = journey.waits_for
        if len(needs) == 1:
            del queue[position]
            pool.busy += 1
        elif offered(needs, journey.rank):
            stop_waiting(journey)
            for other in needs:
                other.busy += 1
        else:
            position += 1
            continue
        journey.rank = NOT_WAITING
        go_on(journey)
        position = 0  # the journey may have touched this very queue


def stop_waiting(journey: Waiter) -> Needs:
    """Take a journey out of all its queues and return the pools it waited for."""
    needs: Needs = journey.waits_for
    for pool in needs:
        del pool.queue[bisect_left(pool.queue, journey.rank)]
    journey.rank = NOT_WAITING
    return needs


def leave_queue(journey: Waiter, outcome: Outcome) -> None:
    """End a wait without a unit, and let those move up who waited behind."""
    needs = stop_waiting(journey)
    journey.outcome = outcome
    go_on(journey)
    for pool in needs:
        if pool.queue:
            serve_waiting(pool)
