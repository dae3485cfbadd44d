"""Describe pathways as plain values: phases hold a place, steps use resources."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.distributions import Distribution
from sim.faults import Fault
from sim.units import ACUITIES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Graded(Generic[T]):
    """Hold one value for all acuities, or five, from the most urgent to the least."""

    values: tuple[T, ...]

    def of(self, acuity: int) -> T:
        """Return the value for an acuity from 1 to 5."""
        return self.values[acuity - 1 if len(self.values) > 1 else 0]

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault when there are neither one nor five values."""
        if len(self.values) not in (1, ACUITIES):
            yield Fault(field, len(self.values), f"give 1 value, or {ACUITIES}, one for each acuity")


def _probability_faults(p: Graded[float], field: str) -> Iterator[Fault]:
    yield from p.faults(field)
    for value in p.values:
        if not 0 <= value <= 1:
            yield Fault(field, value, "give a probability between 0 and 1")


@dataclass(frozen=True, slots=True)
class Step:
    """Describe one piece of care: what it needs, how long it takes, and how likely it is."""

    name: str
    duration: Graded[Distribution]
    needs: tuple[str, ...] = ()
    p: Graded[float] = Graded((1.0,))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the probability, the needs and every duration."""
        yield from _probability_faults(self.p, f"{field}.p")
        yield from self.duration.faults(f"{field}.duration")
        for duration in self.duration.values:
            yield from duration.faults(f"{field}.duration")
        if len(set(self.needs)) < len(self.needs):
            yield Fault(f"{field}.needs", list(self.needs), "name each pool once")


@dataclass(frozen=True, slots=True)
class Phase:
    """Describe a part of a journey that holds one place, from the moment it is obtained until the next one is.

    `may_leave` lets patience run out while waiting for the place; `transferable` lets a policy send the waiting
    patient to another hospital instead.
    """

    name: str
    steps: tuple[Step, ...]
    place: str | None = None
    may_leave: bool = False
    transferable: bool = False
    p: Graded[float] = Graded((1.0,))

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the probability, of the flags without a place, and of every step."""
        yield from _probability_faults(self.p, f"{field}.p")
        if self.place is None and (self.may_leave or self.transferable):
            yield Fault(f"{field}.place", None, "name a place, since patients wait for it here")
        names = [step.name for step in self.steps]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(f"{field}.steps", name, "give every step of a phase its own name")
        for step in self.steps:
            yield from step.faults(f"{field}.{step.name}")


@dataclass(frozen=True, slots=True)
class Pathway:
    """Describe the phases of one kind of journey, in order."""

    name: str
    phases: tuple[Phase, ...]

    @property
    def pool_codes(self) -> frozenset[str]:
        """Return the codes of all pools that a patient may need."""
        places = {phase.place for phase in self.phases if phase.place}
        return frozenset(places.union(*(step.needs for phase in self.phases for step in phase.steps)))

    def faults(self) -> Iterator[Fault]:
        """Yield faults of every phase, and of a place that a later phase would need again."""
        field = f"pathways.{self.name}"
        if not self.phases:
            yield Fault(f"{field}.phases", [], "give at least one phase")
        names = [phase.name for phase in self.phases]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(f"{field}.phases", name, "give every phase its own name")
        for phase in self.phases:
            yield from phase.faults(f"{field}.{phase.name}")
