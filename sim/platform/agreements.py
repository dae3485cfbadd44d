"""Say who may see and use what is another's: for which kinds, for which purpose, from when until when."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.faults import Fault
from sim.platform.kinds import Act, SharedKind

ANY = "*"
"""Every hospital, or every purpose."""

MINIMUM_CELL = 4
"""Counts of people from 1 up to one less than this are not shown to others; 0 is."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Name what is asked for: whose it is, of which kind, and how many people a count counts (None: no people)."""

    owner: str
    kind: SharedKind
    n_people: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Allow `user` to see and use what is `owner`'s, from `starts_min` up to, and not including, `ends_min`.

    Times are minutes from time zero. `owner`, `user` and `purpose` may be `ANY`. With `aggregate_only` nothing but
    counts is allowed, and counts of people from 1 to `minimum_cell` - 1 are never shown.
    """

    owner: str
    user: str
    kinds: tuple[SharedKind, ...] = tuple(SharedKind)
    starts_min: float = 0.0
    ends_min: float = math.inf
    purpose: str = ANY
    aggregate_only: bool = False
    minimum_cell: int = MINIMUM_CELL

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield what is impossible; `field` is where the agreement stands."""
        for name in ("owner", "user", "purpose"):
            if not getattr(self, name):
                yield Fault(f"{field}.{name}", "", f"give a name, or {ANY!r} for every {name}")
        if self.owner == self.user != ANY:
            yield Fault(f"{field}.user", self.user, "name another hospital than the owner")
        if not self.kinds:
            yield Fault(f"{field}.kinds", self.kinds, f"name at least one of {', '.join(SharedKind)}")
        if not self.starts_min < self.ends_min:
            yield Fault(f"{field}.ends_min", self.ends_min, f"end after the start, {self.starts_min:g}")
        if self.minimum_cell < 1:
            yield Fault(f"{field}.minimum_cell", self.minimum_cell, "give 1 or more; 1 shows every count")

    def names(self, owner: str, user: str) -> bool:
        """Say whether the agreement is between these two: about what is `owner`'s, for `user`."""
        return self.owner in (owner, ANY) and self.user in (user, ANY)

    def holds_at(self, time_min: float) -> bool:
        """Say whether the agreement is in force at a time."""
        return self.starts_min <= time_min < self.ends_min

    def refusals(self, action: Act, subject: Subject, purpose: str) -> Iterator[str]:
        """Yield, condition by condition, why a thing is not allowed at any time, or an empty text."""
        yield (
            "" if subject.kind in self.kinds else f"the agreement is on {', '.join(self.kinds)}, not on {subject.kind}"
        )
        yield (
            "" if self.purpose in (ANY, purpose) else f"the agreement is for the purpose {self.purpose}, not {purpose}"
        )
        yield "the agreement shows counts only" if self.aggregate_only and action is not Act.SEE_COUNTS else ""
        small = action is Act.SEE_COUNTS and subject.n_people is not None and 0 < subject.n_people < self.minimum_cell
        yield f"counts of people from 1 to {self.minimum_cell - 1} are not shown" if small else ""

    def early_or_late(self, time_min: float) -> Iterator[str]:
        """Yield why nothing is allowed at a time, or an empty text."""
        yield "" if self.starts_min <= time_min else "the agreement has not begun"
        yield "" if time_min < self.ends_min else "the agreement has ended"


@dataclass(frozen=True, slots=True)
class Answer:
    """Say yes (`reason` is empty, and true as a condition) or why not; `agreement` is what allows it, if one had to."""

    reason: str = ""
    agreement: Agreement | None = None

    def __bool__(self) -> bool:
        """Say whether it is allowed."""
        return not self.reason


class Agreements:
    """Hold agreements, in the order in which they are tried; the first that allows a thing decides."""

    __slots__ = ("_between", "all")

    def __init__(self, agreements: Iterable[Agreement] = ()) -> None:
        """Sort the agreements by who made them."""
        self.all = tuple(agreements)
        self._between: dict[tuple[str, str], list[Agreement]] = {}
        for one in self.all:
            self._between.setdefault((one.owner, one.user), []).append(one)

    def between(self, owner: str, user: str) -> list[Agreement]:
        """Return the agreements under which `user` may ask for what is `owner`'s, those that name both first."""
        pairs = ((owner, user), (owner, ANY), (ANY, user), (ANY, ANY))
        return [one for pair in pairs for one in self._between.get(pair, ())]

    def may(self, actor: str, action: Act, subject: Subject, time_min: float, purpose: str = ANY) -> Answer:
        """Answer whether `actor` may do this with the subject at a time; the owner always may.

        The reason of a no is that of the agreement which came nearest to a yes.
        """
        if actor == subject.owner:
            return Answer()
        nearest = (-1, f"{subject.owner} has no agreement with {actor}")
        for one in self.between(subject.owner, actor):
            refusals = (*one.refusals(action, subject, purpose), *one.early_or_late(time_min))
            first = next(((n, reason) for n, reason in enumerate(refusals) if reason), None)
            if first is None:
                return Answer("", one)
            nearest = max(nearest, first, key=lambda found: found[0])
        return Answer(nearest[1])
