"""Know the kinds of pools beside the ordinary one: units that stay on, that follow credit, that borrow and lend."""

from bisect import bisect_left
from collections.abc import Iterator

from sim.city import Discipline
from sim.duty import Duty
from sim.journey import Clock
from sim.pools import Pools, PriorityPool, Rank, Waiter


class StayingPool(PriorityPool):
    """Keep units that are busy when their shift ends, for as long as patients wait."""

    __slots__ = ()

    def give_back(self, now: float) -> None:
        """Take one unit back, let those who wait start, and let units go whose shift is over."""
        super().give_back(now)
        if self.busy < self.level > self.duty.on_duty:
            self.duty.note(now, self.busy, self.level)
            self.level = max(self.duty.on_duty, self.busy)

    def change(self, now: float, staffed: tuple[int, int] | None = None, down: int = 0) -> None:
        """Change the units on the roster and the guests; those who are busy stay."""
        self.duty.note(now, self.busy, self.level)
        self.level = max(self.duty.change(staffed, down), min(self.level, self.busy))


class AccumulatingPool(PriorityPool):
    """Serve first whose credit is highest: minutes waited times the rate of the acuity (Kleinrock 1964)."""

    __slots__ = ("_credit_per_min",)

    def __init__(self, index: int, duty: Duty, credit_per_min: tuple[float, ...]) -> None:
        super().__init__(index, duty)
        self._credit_per_min = credit_per_min

    def serve(self) -> None:
        """Start the request with the highest credit for each free unit."""
        while self.busy < self.level and self.queue:
            best = max(self._heads(), key=self._credit)
            self.start(best)
            best[3].go_on()

    def _heads(self) -> Iterator[Rank]:
        """Yield the request of each acuity that has waited longest; the queue is sorted by acuity, then time."""
        position = 0
        while position < len(self.queue):
            head = self.queue[position]
            yield head
            position = bisect_left(self.queue, (head[0] + 1,), position)

    def _credit(self, rank: Rank) -> tuple[float, float]:
        urgency, asked_min, _, waiter, _ = rank
        return self._credit_per_min[urgency - 1] * (waiter.clock.now - asked_min), -asked_min


class BorrowingPool(PriorityPool):
    """Hold units of its own, and borrow those of a lender when all are taken; what is borrowed goes back first."""

    __slots__ = ("_clock", "lender", "lent")

    def __init__(self, index: int, duty: Duty, discipline: Discipline, lender: "LendingPool", clock: Clock) -> None:
        super().__init__(index, duty, discipline)
        self.lender = lender
        self.lent = 0
        self._clock = clock
        lender.borrowers.append(self)

    @property
    def free(self) -> int:
        """Return the units that a patient could have: its own, and those that can be borrowed."""
        return max(0, self.level - self.busy + self.lent) + max(0, self.lender.level - self.lender.busy)

    def take(self, waiter: Waiter, now: float) -> bool:
        """Take a unit of its own, borrow one, or wait in the queue."""
        rank = (0 if self.fifo else waiter.acuity, now, waiter.patient, waiter, self)
        if self.offers(rank):
            self.use()
            return True
        self.join(rank)
        waiter.rank = rank
        return False

    def offers(self, rank: Rank) -> bool:
        """Say whether a request of this rank is among those for whom there are free or lendable units."""
        return bisect_left(self.queue, rank) < self.free

    def use(self) -> None:
        """Take a unit of its own, or borrow one."""
        if self.busy - self.lent >= self.level:
            self.lender.use()
            self._lend(1)
        self.busy += 1

    def _lend(self, change: int) -> None:
        self.lent += change
        self.duty.log.lent.append((self.index, self.lender.index, self._clock.now, change))

    def put_back(self, now: float) -> None:
        """Take one unit back, a borrowed one first, and start nobody yet."""
        if self.lent:
            self._lend(-1)
            self.lender.put_back(now)
        elif self.busy > self.level:
            self.duty.note(now, self.busy, self.level)
        self.busy -= 1

    def to_clean(self) -> Pools:
        """Return the unit that is cleaned after a use: a borrowed one first, which is the lender's again."""
        if not self.lent:
            return self
        self._lend(-1)
        self.busy -= 1
        return self.lender

    def give_back(self, now: float) -> None:
        """Take one unit back and let those start who wait for it: here, or wherever a borrowed one is wanted."""
        borrowed = self.lent > 0
        self.put_back(now)
        (self.lender if borrowed else self).serve()

    def serve(self) -> None:
        """Start those who are first in the queue, as long as there are units to take or to borrow."""
        while self.queue and self.free > 0:
            rank = self.queue[0]
            self.start(rank)
            rank[3].go_on()


class LendingPool(PriorityPool):
    """Lend free units to other pools, after those who wait for this one."""

    __slots__ = ("borrowers",)

    def __init__(self, index: int, duty: Duty, discipline: Discipline = Discipline.PRIORITY) -> None:
        super().__init__(index, duty, discipline)
        self.borrowers: list[BorrowingPool] = []

    def give_back(self, now: float) -> None:
        """Take one unit back and let those start who wait here or for a borrower."""
        self.put_back(now)
        self.serve()

    def serve(self) -> None:
        """Start those who wait here, then the best ranked of those who wait for borrowers."""
        super().serve()
        while self.busy < self.level and any(pool.queue for pool in self.borrowers):
            min((pool for pool in self.borrowers if pool.queue), key=lambda pool: pool.queue[0][:3]).serve()
