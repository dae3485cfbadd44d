"""Describe pathways as plain values: phases hold a place, steps use resources."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sim.choices import Choice
from sim.distributions import Distribution, Drive
from sim.faults import Fault
from sim.graded import ALWAYS, share_faults
from sim.graded import Graded as Graded

SET_UP, CLEANING, MOVE = "set_up", "cleaning", "move"


def _duration_faults(duration: Graded[Distribution], field: str) -> Iterator[Fault]:
    yield from duration.faults(field)
    for one in duration.values:
        yield from one.faults(field)


@dataclass(frozen=True, slots=True)
class Step:
    """Describe one piece of care: what it needs, how long it takes, and how likely it is.

    `needs` are obtained together; `or_needs` are alternatives to them, in order of preference. A need may name another
    hospital's pool, `ct_scanner@north`. Before the work, `set_up` prepares a unit that did another step last; after it,
    `cleaning` keeps the units from the next patient. `medicines` are units of each medicine that the step uses up.
    With `after`, the step happens only if what is named there did: an earlier step of the same phase, an earlier phase,
    or a step of one (`emergency.ct`). Where it `travels`, whoever was treated with units of another hospital is on the
    road there and back before going on; where the image travels instead, or nothing does, they are not.
    """

    name: str
    duration: Graded[Distribution]
    needs: tuple[str, ...] = ()
    p: Graded[float] = ALWAYS
    or_needs: tuple[tuple[str, ...], ...] = ()
    set_up: Graded[Distribution] | None = None
    cleaning: Graded[Distribution] | None = None
    medicines: tuple[tuple[str, float], ...] = ()
    after: str | None = None
    travels: bool = False

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Return the sets of pools that the step can be done with, best liked first."""
        return (self.needs, *self.or_needs)

    @property
    def drives(self) -> bool:
        """Say whether the step drives patients to the hospital, so that its duration depends on the way."""
        return any(isinstance(law, Drive) for law in self.duration.values)

    @property
    def parts(self) -> "Iterator[Step]":
        """Yield what is drawn for this step: itself, then the set-up before it and the cleaning after it."""
        yield self
        for name, duration in ((SET_UP, self.set_up), (CLEANING, self.cleaning)):
            if duration is not None:
                yield Step(f"{self.name}.{name}", duration, after=self.name)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the probability, the needs, the medicines and every duration."""
        yield from share_faults(self.p, f"{field}.p")
        for name, duration in (("duration", self.duration), (SET_UP, self.set_up), (CLEANING, self.cleaning)):
            if duration is not None:
                yield from _duration_faults(duration, f"{field}.{name}")
        for needs in self.choices:
            if len(set(needs)) < len(needs):
                yield Fault(f"{field}.needs", list(needs), "name each pool once")
        if self.or_needs and not all(self.choices):
            yield Fault(
                f"{field}.or_needs", [list(needs) for needs in self.choices], "name a pool in every alternative"
            )
        if self.set_up and not (len(self.needs) == 1 and not self.or_needs):
            yield Fault(f"{field}.{SET_UP}", list(self.needs), "name the one pool whose units are set up in needs")
        if self.cleaning and not any(self.choices):
            yield Fault(f"{field}.{CLEANING}", list(self.needs), "name the pools whose units are cleaned in needs")
        for medicine, units in self.medicines:
            if not units > 0:
                yield Fault(f"{field}.medicines.{medicine}", units, "give units above zero")


@dataclass(frozen=True, slots=True)
class Balking:
    """Describe who does not even queue: with so many waiting already, at least this share turns away at once.

    `waiting` rises and `p` belongs to it, one probability for each number.
    """

    waiting: tuple[int, ...]
    p: tuple[float, ...]

    def p_at(self, n_waiting: int) -> float:
        """Return the probability of turning away when so many wait already."""
        index = bisect_right(self.waiting, n_waiting) - 1
        return self.p[index] if index >= 0 else 0.0

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the numbers, their order, and every probability."""
        if not self.waiting or len(self.waiting) != len(self.p):
            yield Fault(f"{field}.p", list(self.p), f"give one probability for each of {len(self.waiting)} numbers")
        if any(n < 0 for n in self.waiting) or sorted(set(self.waiting)) != list(self.waiting):
            yield Fault(f"{field}.waiting", list(self.waiting), "give rising numbers of patients, zero or more")
        for p in self.p:
            if not 0 <= p <= 1:
                yield Fault(f"{field}.p", p, "give a probability between 0 and 1")


@dataclass(frozen=True, slots=True)
class Phase:
    """Describe a part of a journey that holds one place, from the moment it is obtained until the next one is.

    `may_leave` lets patience run out while waiting for the place; `transferable` lets a policy send the waiting
    patient to another hospital instead; `may_worsen` lets the condition of those who wait become more urgent; `balks`
    says who does not even queue. `move` is the time from the place
    being ready to the patient being in it, spent in the old place; `cleaning` keeps the place from the next patient.
    With `after`, the phase happens only if an earlier phase, or a step of one (`emergency.ct`), did.
    """

    name: str
    steps: tuple[Step, ...]
    place: str | None = None
    may_leave: bool = False
    transferable: bool = False
    p: Graded[float] = ALWAYS
    may_worsen: bool = False
    balks: Balking | None = None
    move: Graded[Distribution] | None = None
    cleaning: Graded[Distribution] | None = None
    after: str | None = None

    @property
    def parts(self) -> Iterator[Step]:
        """Yield everything that takes time in this phase, in the order in which it is drawn."""
        if self.move:
            yield Step(MOVE, self.move)
        for step in self.steps:
            yield from step.parts
        if self.cleaning:
            yield Step(CLEANING, self.cleaning)

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of the probability, of the flags without a place, and of every step."""
        yield from share_faults(self.p, f"{field}.p")
        waits = self.may_leave or self.transferable or self.may_worsen or self.balks
        if self.place is None and (waits or self.move or self.cleaning):
            yield Fault(f"{field}.place", None, "name a place, since patients wait for it here")
        if self.balks:
            yield from self.balks.faults(f"{field}.balks")
        for name, duration in ((MOVE, self.move), (CLEANING, self.cleaning)):
            if duration is not None:
                yield from _duration_faults(duration, f"{field}.{name}")
        names = [step.name for step in self.steps]
        for name in sorted({MOVE, CLEANING}.intersection(names)):
            yield Fault(f"{field}.steps", name, "choose another name; this one means a part of every phase")
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(f"{field}.steps", name, "give every step of a phase its own name")
        for step in self.steps:
            yield from step.faults(f"{field}.{step.name}")


@dataclass(frozen=True, slots=True)
class Pathway:
    """Describe the phases of one kind of journey, in order, and the choices drawn for it at the door."""

    name: str
    phases: tuple[Phase, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def pool_codes(self) -> frozenset[str]:
        """Return the codes of all pools that a patient may need at the hospital itself."""
        places = {phase.place for phase in self.phases if phase.place}
        every = (choice for phase in self.phases for step in phase.steps for choice in step.choices)
        return frozenset(code for code in places.union(*every) if "@" not in code)

    def faults(self) -> Iterator[Fault]:
        """Yield faults of every phase, and of a place that a later phase would need again."""
        field = f"pathways.{self.name}"
        if not self.phases:
            yield Fault(f"{field}.phases", [], "give at least one phase")
        names = [phase.name for phase in self.phases]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(f"{field}.phases", name, "give every phase its own name")
        for choice in self.choices:
            yield from choice.faults(f"{field}.choices.{choice.name}")
        for phase in self.phases:
            yield from phase.faults(f"{field}.{phase.name}")
        yield from self._order_faults(field)

    def _order_faults(self, field: str) -> Iterator[Fault]:
        """Yield a fault for whatever depends on something that does not stand before it."""
        before: list[str] = []
        for phase in self.phases:
            if phase.after is not None and phase.after not in before:
                yield Fault(f"{field}.{phase.name}.after", phase.after, "name a phase or step that stands before it")
            here: list[str] = []
            for step in phase.steps:
                if step.after is not None and step.after not in (*before, *here):
                    mend = "name a step that stands before it in its phase, or an earlier phase or phase.step"
                    yield Fault(f"{field}.{phase.name}.{step.name}.after", step.after, mend)
                here.append(step.name)
            before += [phase.name, *(f"{phase.name}.{name}" for name in here)]
