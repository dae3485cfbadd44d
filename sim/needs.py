"""Ask for several pools at once, or for one of several alternatives."""

from bisect import insort

from sim.pools import Pools, PriorityPool, Rank, Waiter


class Together:
    """Stand for one unit of every pool, all at once; of no pool, for a step that needs nothing."""

    __slots__ = ("fifo", "pools")

    def __init__(self, pools: tuple[PriorityPool, ...]) -> None:
        self.pools = pools
        self.fifo = all(pool.fifo for pool in pools)

    @property
    def choices(self) -> tuple[Pools, ...]:
        """Return the pools themselves: there is no other way."""
        return (self,)

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

    def offers(self, rank: Rank) -> bool:
        """Say whether every pool offers a unit to a request of this rank."""
        for pool in self.pools:  # noqa: SIM110 (a generator would take twice the time)
            if not pool.offers(rank):
                return False
        return True

    def start(self, rank: Rank) -> None:
        """Take all units for a request that waits."""
        for pool in self.pools:
            pool.start(rank)

    def use(self) -> None:
        """Take one free unit of every pool."""
        for pool in self.pools:
            pool.use()

    def join(self, rank: Rank) -> None:
        """Put a request into all queues."""
        for pool in self.pools:
            pool.join(rank)

    def drop(self, rank: Rank) -> None:
        """Take a request out of all queues."""
        for pool in self.pools:
            pool.drop(rank)

    def to_clean(self) -> Pools:
        """Return the units that are cleaned after a use: all of them."""
        return self

    def give_back(self, now: float) -> None:
        """Give all units back, then let those who wait start, one pool after the other."""
        for pool in self.pools:
            pool.put_back(now)
        self.serve()

    def serve(self) -> None:
        """Start those who can in every pool."""
        for pool in self.pools:
            pool.serve()


class AnyOf:
    """Stand for alternatives: the first that offers its units is taken."""

    __slots__ = ("_choices", "fifo", "pools")

    def __init__(self, choices: tuple[Pools, ...]) -> None:
        self._choices = choices
        self.pools = tuple(dict.fromkeys(pool for choice in choices for pool in choice.pools))
        self.fifo = all(choice.fifo for choice in choices)

    @property
    def choices(self) -> tuple[Pools, ...]:
        """Return the alternatives, best liked first."""
        return self._choices

    def take(self, waiter: Waiter, now: float) -> bool:
        """Take the units of the first alternative that offers, or wait in all queues."""
        rank = (0 if self.fifo else waiter.acuity, now, waiter.patient, waiter, self)
        choice = self._offering(rank)
        if choice:
            choice.use()
            waiter.taken = choice
            return True
        self.join(rank)
        waiter.rank = rank
        return False

    def _offering(self, rank: Rank) -> Pools | None:
        return next((choice for choice in self._choices if choice.offers(rank)), None)

    def offers(self, rank: Rank) -> bool:
        """Say whether some alternative offers its units to a request of this rank."""
        return self._offering(rank) is not None

    def start(self, rank: Rank) -> None:
        """Take the units of the first alternative that offers, for a request that waits."""
        choice = self._offering(rank)
        assert choice
        self.drop(rank)
        choice.use()
        rank[3].taken = choice

    def join(self, rank: Rank) -> None:
        """Put a request into the queues of all alternatives."""
        for pool in self.pools:
            pool.join(rank)

    def drop(self, rank: Rank) -> None:
        """Take a request out of all queues."""
        for pool in self.pools:
            pool.drop(rank)

    def serve(self) -> None:
        """Start those who can in every pool."""
        for pool in self.pools:
            pool.serve()
