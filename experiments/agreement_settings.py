"""Read agreements between hospitals: who may use what of whose, from which day and hour until which."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from experiments.schema import close_match
from sim.faults import Fault
from sim.platform.agreements import ANY, Agreement
from sim.platform.kinds import SharedKind
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

ALL = "all"
KINDS = {
    "beds": SharedKind.BED,
    "staff": SharedKind.STAFF,
    "equipment": SharedKind.EQUIPMENT,
    "medicines": SharedKind.MEDICINE,
    "information": SharedKind.INFORMATION,
}


@dataclass(slots=True)
class AgreementSettings:
    """Let `user` use what is `owner`'s, hospitals by their ids or all; days and hours count from time zero.

    `kinds` are beds, staff, equipment, medicines, information; all of them where none is named. Without `until_day` the
    agreement lasts.
    """

    owner: str = ALL
    user: str = ALL
    kinds: list[str] = field(default_factory=lambda: list(KINDS))
    from_day: int = 0
    from_hour: float = 0.0
    until_day: int | None = None
    until_hour: float = 0.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of kinds, of hours of a day, and of an end that does not come after the start."""
        for kind in self.kinds:
            if kind not in KINDS:
                yield Fault(f"{place}.kinds", kind, close_match(kind, KINDS))
        if not self.kinds:
            yield Fault(f"{place}.kinds", self.kinds, f"name at least one of {', '.join(KINDS)}")
        if self.from_day < 0:
            yield Fault(f"{place}.from_day", self.from_day, "give a day of zero or more")
        for name in ("from_hour", "until_hour"):
            if not 0 <= getattr(self, name) < 24:
                yield Fault(f"{place}.{name}", getattr(self, name), "give hours of a day, from 0 to below 24")
        if self.until_day is None and self.until_hour:
            yield Fault(f"{place}.until_hour", self.until_hour, "give until_day too")
        if not self.starts_min < self.ends_min:
            yield Fault(f"{place}.until_day", self.until_day, "end after the start")

    @property
    def starts_min(self) -> float:
        """Return the first minute of the agreement."""
        return self.from_day * MINUTES_PER_DAY + self.from_hour * MINUTES_PER_HOUR

    @property
    def ends_min(self) -> float:
        """Return the minute at which the agreement no longer holds."""
        return inf if self.until_day is None else self.until_day * MINUTES_PER_DAY + self.until_hour * MINUTES_PER_HOUR

    def agreement(self) -> Agreement:
        """Return the agreement."""
        owner, user = (ANY if name == ALL else name for name in (self.owner, self.user))
        return Agreement(owner, user, tuple(KINDS[kind] for kind in self.kinds), self.starts_min, self.ends_min)


def agreements_of(settings: list[AgreementSettings] | None) -> tuple[Agreement, ...] | None:
    """Return the agreements of a configuration; None where the flags of hospitals decide."""
    return None if settings is None else tuple(one.agreement() for one in settings)
