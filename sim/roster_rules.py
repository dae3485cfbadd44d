"""Say how the rosters of staff are made: when, for how long ahead, from which shifts, and at which price."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from sim.faults import Fault

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class RosterShift:
    """Name a shift by the hour of the day at which it starts, and how many hours it lasts."""

    starts_hour: int
    hours: int


def _three_shifts() -> dict[str, RosterShift]:
    return {name: RosterShift(start, 8) for name, start in (("early", 7), ("late", 15), ("night", 23))}


@dataclass(frozen=True, slots=True)
class RosterRules:
    """Set how rosters are made: at each review for the `horizon_days` that begin when the frozen time is over.

    Reviews come every `review_every_min`, the first `first_min` after midnight of a Monday. A day of the roster
    begins at `day_starts_hour`; the first one that begins `freeze_min` or more after a review is the first that can
    change. All `shifts` lie within one day of the roster. `roles` names the staff; none means all. Somebody works
    `weekly_hours` at most. The paid hours of the usual roster are never exceeded, but for agency staff, which may add
    up to `agency_share` of them and costs `wage_per_hour` and `agency_premium_share` of it. `monday_min` is
    midnight of a Monday, in minutes after time zero; it follows from the date at which a run starts.
    """

    review_every_min: float = 10080.0
    first_min: float = 0.0
    freeze_min: float = 420.0
    horizon_days: int = 7
    day_starts_hour: int = 7
    shifts: dict[str, RosterShift] = field(default_factory=_three_shifts)
    roles: tuple[str, ...] = ()
    weekly_hours: float = 40.0
    agency_share: float = 0.0
    agency_premium_share: float = 0.5
    wage_per_hour: float = 37.24
    monday_min: float = field(default=0.0, metadata={"in_files": False})

    def begins_after(self, shift: str) -> int:
        """Return how many hours after the beginning of a day of the roster a shift begins."""
        return (self.shifts[shift].starts_hour - self.day_starts_hour) % HOURS_PER_DAY

    @property
    def agency_cost_per_hour(self) -> float:
        """Return what an hour of agency staff costs."""
        return self.wage_per_hour * (1.0 + self.agency_premium_share)

    def faults(self) -> Iterator[Fault]:
        """Yield faults of times, shares and prices, and of shifts that do not lie within one day of the roster."""
        if not 0 < self.review_every_min < inf:
            yield Fault("rosters.review_every_min", self.review_every_min, "give minutes above zero")
        for name in ("first_min", "freeze_min", "agency_share", "agency_premium_share", "wage_per_hour"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"rosters.{name}", getattr(self, name), "give a number of zero or more")
        if self.horizon_days not in (7, 14, 21, 28):
            yield Fault("rosters.horizon_days", self.horizon_days, "give 7, 14, 21 or 28 days, which are whole weeks")
        if not 0 <= self.day_starts_hour < HOURS_PER_DAY:
            yield Fault("rosters.day_starts_hour", self.day_starts_hour, "give an hour from 0 to 23")
        if not 0 < self.weekly_hours <= 168:
            yield Fault("rosters.weekly_hours", self.weekly_hours, "give hours above 0, at most 168")
        yield from self._shift_faults()

    def _shift_faults(self) -> Iterator[Fault]:
        if not self.shifts:
            yield Fault("rosters.shifts", 0, "give at least one shift")
        for name, shift in self.shifts.items():
            if not 0 <= shift.starts_hour < HOURS_PER_DAY:
                yield Fault(f"rosters.shifts.{name}.starts_hour", shift.starts_hour, "give an hour from 0 to 23")
            elif not 1 <= shift.hours <= HOURS_PER_DAY - self.begins_after(name):
                left = HOURS_PER_DAY - self.begins_after(name)
                mend = f"give 1 to {left} hours, so that it ends before {self.day_starts_hour}:00"
                yield Fault(f"rosters.shifts.{name}.hours", shift.hours, mend)
