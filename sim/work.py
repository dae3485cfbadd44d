"""Interrupt work and go on with it later: for the more urgent, at the end of a shift, or when a unit breaks down."""

from bisect import bisect_left, insort

from sim.city import INTERRUPTING, AtEnd
from sim.log import UsageLog
from sim.pools import Pools, PriorityPool, Rank, Waiter


class Pieces:
    """Log when one step asked for its pools, when it used them, and when it gave them back, piece by piece."""

    __slots__ = ("_log", "_rows")

    def __init__(self, log: UsageLog) -> None:
        self._log = log
        self._rows: dict[int, list[float]] = {}

    def ask(self, pools: tuple[PriorityPool, ...], now: float) -> None:
        """Begin to wait for all these pools."""
        self._rows = {pool.index: [pool.index, now, NAN, NAN] for pool in pools}
        self._log.pieces.extend(self._rows.values())

    def change(self, pools: tuple[PriorityPool, ...], now: float) -> None:
        """Wait for these pools from now on, instead of those before."""
        wanted = {pool.index for pool in pools}
        for index in self._rows.keys() - wanted:
            self._rows.pop(index)[ENDED] = now
        new = {index: [index, now, NAN, NAN] for index in sorted(wanted - self._rows.keys())}
        self._rows |= new
        self._log.pieces.extend(new.values())

    def start(self, taken: tuple[PriorityPool, ...], now: float) -> None:
        """Use the units of the pools taken; the wait for all others is over."""
        used = {pool.index for pool in taken}
        for index, row in self._rows.items():
            row[STARTED if index in used else ENDED] = now

    def stop(self, now: float) -> None:
        """Give back what was used."""
        for row in self._rows.values():
            if row[ENDED] != row[ENDED]:
                row[ENDED] = now


NAN = float("nan")
STARTED, ENDED = 2, 3


class Work:
    """Carry one piece of work over interruptions; `rank` is kept, so that it goes on before later requests."""

    __slots__ = ("_began_min", "_minutes", "done", "left_min", "pieces", "rank", "spell", "taken")

    taken: Pools

    def __init__(self, rank: Rank, minutes: float, pieces: Pieces) -> None:
        self.rank = rank
        self.pieces = pieces
        self.left_min = self._minutes = minutes
        self.spell = 0
        self.done = False
        self._began_min = 0.0

    def begin(self, taken: Pools, now: float) -> int:
        """Work with these units from now on, and return the number of this spell of work."""
        self.taken = taken
        self._began_min = now
        for pool in taken.pools:
            if pool.interrupts:
                insort(pool.serving, self.rank)
        self.spell += 1
        return self.spell

    def end(self) -> None:
        """Be done."""
        self.done = True
        self._stop()

    def interrupt(self, now: float, restart: bool) -> None:
        """Give the units back and wait again, for what is left or for everything anew."""
        self.left_min = self._minutes if restart else self.left_min - (now - self._began_min)
        self._stop()
        self.pieces.stop(now)
        waiter, needs = self.rank[3:]
        for pool in self.taken.pools:
            pool.put_back(now)
        self.pieces.ask(needs.pools, now)
        needs.join(self.rank)
        waiter.rank = self.rank
        for pool in self.taken.pools:
            pool.serve()

    def _stop(self) -> None:
        self.spell += 1
        for pool in self.taken.pools:
            if pool.interrupts:
                del pool.serving[bisect_left(pool.serving, self.rank)]


class Worker(Waiter):
    """Wait for units and do work that may be interrupted."""

    __slots__ = ("pieces", "work")

    pieces: Pieces
    work: Work

    def change_queues(self, pools: tuple[PriorityPool, ...], now: float) -> None:
        """Note that the request waits for these pools from now on."""
        self.pieces.change(pools, now)

    def insist(self) -> None:
        """Interrupt those less urgent, if the request can then start."""
        if self.rank:
            preempt(self.rank, self.clock.now)


def shed(pool: PriorityPool, rule: AtEnd, now: float) -> None:
    """Interrupt those with the worst ranks until no more work than there are units, if the rule says so."""
    while rule in INTERRUPTING and pool.busy > pool.level and pool.serving:
        _work_of(pool.serving[-1]).interrupt(now, restart=rule is AtEnd.PREEMPT_RESTART)


def preempt(rank: Rank, now: float) -> None:
    """Interrupt those less urgent for a request that waits, if it can then start with one of its choices."""
    for choice in rank[4].choices:
        wanting = [pool for pool in choice.pools if not pool.offers(rank)]
        if all(_gives_way(pool, rank) for pool in wanting):
            for pool in wanting:
                if rank[3].rank is rank and not pool.offers(rank) and _gives_way(pool, rank):  # one may free several
                    _work_of(pool.serving[-1]).interrupt(now, restart=False)
            return


def _gives_way(pool: PriorityPool, rank: Rank) -> bool:
    """Say whether somebody less urgent holds a unit that the request would be the first to get."""
    gets_it = pool.busy <= pool.level and bisect_left(pool.queue, rank) == 0
    return pool.preempts and gets_it and bool(pool.serving) and pool.serving[-1][0] > rank[0]


def _work_of(rank: Rank) -> Work:
    worker = rank[3]
    assert isinstance(worker, Worker)
    return worker.work
