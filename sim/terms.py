"""Tell who may use what of whom now: by the flags of hospitals for a whole run, or by agreements in time.

Without agreements, hospitals that are `agreed` share everything with each other. With them nothing else holds: each
names an owner, a user, kinds and a time, and stops when it ends. A hospital that is not `agreed` never takes part.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Generic, TypeVar

import numpy as np

from sim.city import City
from sim.faults import Fault
from sim.platform.agreements import ANY, Agreement, Agreements, Subject
from sim.platform.kinds import Act, SharedKind
from sim.units import BoolArray

Facts = TypeVar("Facts")


class Terms:
    """Hold what hospitals have agreed on, from one moment at which that changes to the next."""

    def __init__(self, city: City, agreements: tuple[Agreement, ...] | None) -> None:
        """Sort the moments at which agreements begin or end."""
        self.by_flags = agreements is None
        self._ids = [hospital.id for hospital in city.hospitals]
        self._agreed = np.array([hospital.agreed for hospital in city.hospitals])
        self._agreements = Agreements(agreements or ())
        ends = {moment for one in agreements or () for moment in (one.starts_min, one.ends_min)}
        self.moments = sorted(moment for moment in ends if 0.0 < moment < np.inf)
        self._pairs = cache(self._pairs_of)

    def epoch(self, now: float) -> int:
        """Return how many of the moments have come."""
        return bisect_right(self.moments, now)

    def pairs(self, kind: SharedKind, now: float) -> BoolArray:
        """Mark whose things of a kind (rows) may be used by whom (columns) now, shape (h, h); False for one's own."""
        return self._pairs(kind, self.epoch(now))

    def may(self, kind: SharedKind, owner: int, user: int, now: float) -> bool:
        """Say whether one hospital may use what is another's now."""
        return bool(self.pairs(kind, now)[owner, user])

    def shown(self, now: float) -> BoolArray:
        """Mark the hospitals that let at least one other see how they are, shape (h,)."""
        if self.by_flags:
            return self._agreed
        shown: BoolArray = np.any(self.pairs(SharedKind.INFORMATION, now), axis=1)
        return shown

    def always(self, kind: SharedKind, owner: int, user: int) -> bool:
        """Say whether one hospital may use what is another's at any time from zero on."""
        return all(bool(self._pairs(kind, epoch)[owner, user]) for epoch in range(len(self.moments) + 1))

    def _pairs_of(self, kind: SharedKind, epoch: int) -> BoolArray:
        pairs: BoolArray = self._agreed[:, None] & self._agreed[None, :]
        np.fill_diagonal(pairs, False)
        if not self.by_flags:
            now = self.moments[epoch - 1] if epoch else 0.0
            action = Act.SEE_COUNTS if kind is SharedKind.INFORMATION else Act.USE
            for owner, user in np.argwhere(pairs).tolist():
                subject = Subject(self._ids[owner], kind)
                pairs[owner, user] = bool(self._agreements.may(self._ids[user], action, subject, now))
        return pairs


class InForce(Generic[Facts]):
    """Keep facts that change only when agreements do: the same object as long as nothing changes."""

    def __init__(
        self, terms: Terms, kind: SharedKind, usual: Facts, make: Callable[[Facts, BoolArray, BoolArray], Facts]
    ) -> None:
        """Make facts from the usual ones, who takes part, (h,), and whose may be used by whom, (h, h)."""
        self._terms = terms
        self._kind = kind
        self._usual = usual
        self._make = make
        self._made: dict[int, Facts] = {}

    def at(self, now: float) -> Facts:
        """Return the facts that hold now; by flags always the usual ones."""
        if self._terms.by_flags:
            return self._usual
        epoch = self._terms.epoch(now)
        if epoch not in self._made:
            pairs = self._terms.pairs(self._kind, now)
            takes_part: BoolArray = np.any(pairs, axis=0) | np.any(pairs, axis=1)
            self._made[epoch] = self._make(self._usual, takes_part, pairs)
        return self._made[epoch]


def owners_of(city: City, user: int, codes: Collection[str]) -> frozenset[int]:
    """Return the other hospitals whose pools these codes (`code@id`) name for a hospital."""
    ids = [hospital.id for hospital in city.hospitals]
    named = {code.partition("@")[2] for code in codes}
    return frozenset(ids.index(name) for name in named if name in ids and name != ids[user])


def agreement_faults(city: City, agreements: tuple[Agreement, ...]) -> Iterator[Fault]:
    """Yield faults of agreements, of hospitals that are not there, and of those that take no part."""
    agreed = {hospital.id: hospital.agreed for hospital in city.hospitals}
    for place, one in enumerate(agreements):
        field = f"agreements[{place}]"
        yield from one.faults(field)
        for name in ("owner", "user"):
            hospital = getattr(one, name)
            if hospital not in (ANY, *agreed):
                yield Fault(f"{field}.{name}", hospital, f"name all, or one of {', '.join(agreed)}")
            elif not agreed.get(hospital, True):
                mend = f"set city.hospitals.{hospital}.agreed to true, or leave the agreement out"
                yield Fault(f"{field}.{name}", hospital, mend)
