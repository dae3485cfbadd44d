"""Let steps use units of partners only while that is agreed: who waits at a partner's goes on waiting elsewhere."""

from collections.abc import Callable, Iterator

from simpy.events import Event

from sim.journey import SHIFT, Alarm, Clock
from sim.needs import AnyOf
from sim.platform.kinds import SharedKind
from sim.pools import Pools
from sim.scenario import Scenario
from sim.terms import Terms


class PartnerChoices(AnyOf):
    """Stand for alternatives, some of them at partners; `owners[i]` are the other hospitals of choice i."""

    __slots__ = ("_every", "_owners", "user")

    def __init__(self, choices: tuple[Pools, ...], owners: tuple[frozenset[int], ...], user: int) -> None:
        """Offer all choices to patients of the hospital `user`."""
        super().__init__(choices)
        self._every = choices
        self._owners = owners
        self.user = user

    def limit(self, may_use: Callable[[int], bool], now: float) -> None:
        """Offer only what belongs to hospitals that may be used; all who wait keep their rank in the queues left."""
        both = zip(self._every, self._owners, strict=True)
        offered = tuple(choice for choice, owners in both if all(map(may_use, owners)))
        if offered == self._choices:
            return
        before = self.pools
        waiting = sorted({rank for pool in before for rank in pool.queue if rank[4] is self})
        for rank in waiting:
            self.drop(rank)
        self._choices = offered
        self.pools = tuple(dict.fromkeys(pool for choice in offered for pool in choice.pools))
        for rank in waiting:
            self.join(rank)
            rank[3].change_queues(self.pools, now)
        for pool in dict.fromkeys((*before, *self.pools)):
            pool.serve()


class PartnerGate:
    """Limit the choices of all steps to what is agreed, now and whenever that changes."""

    def __init__(self, clock: Clock, scenario: Scenario, choices: list[PartnerChoices]) -> None:
        """Limit the choices now, and set an alarm for each moment at which agreements change."""
        self._clock = clock
        self._choices = choices
        self._terms = Terms(scenario.city, scenario.agreements)
        if choices:
            self._limit()
            for moment in self._terms.moments:
                Alarm(clock, SHIFT, self._changed).set(moment)

    def _changed(self, _: Event) -> None:
        self._limit()

    def _limit(self) -> None:
        now = float(self._clock.now)
        pairs = self._terms.pairs(SharedKind.EQUIPMENT, now)
        for one in self._choices:
            one.limit(lambda owner, user=one.user: bool(pairs[owner, user]), now)  # type: ignore[misc]


def is_limited(scenario: Scenario) -> bool:
    """Say whether agreements decide who may use what is another's; without any, a pathway that names it does."""
    return scenario.agreements is not None


def steps_at_partners(scenario: Scenario) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Yield the field and the choices of every step that may use what is another hospital's."""
    for pathway in scenario.pathways:
        for phase in pathway.phases:
            for step in phase.steps:
                if any("@" in code for codes in step.choices for code in codes):
                    yield f"pathways.{pathway.name}.{phase.name}.{step.name}.needs", step.choices
