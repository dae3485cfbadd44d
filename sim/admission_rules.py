"""State the rules by which patients on waiting lists are called in, come on their day, or are cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.faults import Fault
from sim.units import ACUITIES, MINUTES_PER_DAY
from sim.ward_rules import WardRules
from sim.wish_rules import WishRules


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """Set how patients are called from their hospital's list.

    A policy reviews all lists `first_min` after time zero and then every `review_every_min`. It calls patients for
    moments within `horizon_days` from today, not sooner than `notice_days` from today, and fills no day beyond
    `most_booked_share` of the minutes on the roster, counted in expected minutes. Who is called stays called. Patients
    are due `due_days` after their referral, by acuity 1 to 5.

    On the day, from the moment they are called for, patients come in as soon as a place is free for them and so is a
    unit of what they are listed for, in the order of these moments; that is looked at every `retry_min`. A case that
    would end, as expected, more than `most_overrun_min` after the roster of its day does, is cancelled, and goes back
    to the list. Who is called stays away with probability `p_no_show`, which is known when the patient should come, and
    then leaves the list. `midnight_min` is the first midnight, and every `1440` minutes after it a day begins.
    `wards` says how patients are nursed, where plans should know, `wishes` when they like to come and from where.
    """

    review_every_min: float = MINUTES_PER_DAY
    first_min: float = 720.0
    horizon_days: int = 7
    notice_days: int = 1
    most_booked_share: float = 1.0
    most_overrun_min: float = 30.0
    retry_min: float = 10.0
    due_days: tuple[float, ...] = (1.0, 14.0, 28.0, 90.0, 180.0)
    midnight_min: float = 0.0
    p_no_show: float = 0.0
    wards: WardRules | None = None
    wishes: WishRules | None = None

    def day_of(self, moment_min: float) -> int:
        """Return the day of a moment, 0 for the one that begins at the first midnight."""
        return int((moment_min - self.midnight_min) // MINUTES_PER_DAY)

    def starts_min(self, day: int) -> float:
        """Return the midnight at which a day begins, in minutes since time zero."""
        return self.midnight_min + day * MINUTES_PER_DAY

    def faults(self) -> Iterator[Fault]:
        """Yield faults of times, of days, of shares, and of a window in which nobody can be called."""
        for name in ("review_every_min", "retry_min"):
            if not 0 < getattr(self, name) < inf:
                yield Fault(f"lists.{name}", getattr(self, name), "give minutes above zero")
        for name in ("first_min", "most_overrun_min", "most_booked_share", "notice_days"):
            if not 0 <= getattr(self, name) < inf:
                yield Fault(f"lists.{name}", getattr(self, name), "give a number of zero or more")
        if not 0 <= self.p_no_show < 1:
            yield Fault("lists.p_no_show", self.p_no_show, "give a probability from 0 to below 1")
        if self.horizon_days <= self.notice_days:
            yield Fault(
                "lists.horizon_days", self.horizon_days, f"give more days than notice_days ({self.notice_days})"
            )
        if not 0 <= self.midnight_min < MINUTES_PER_DAY:
            yield Fault("lists.midnight_min", self.midnight_min, "give minutes from 0 to below 1440")
        if len(self.due_days) != ACUITIES or not all(0 <= days < inf for days in self.due_days):
            yield Fault("lists.due_days", self.due_days, f"give {ACUITIES} numbers of days, for acuity 1 to {ACUITIES}")
        yield from self.wards.faults() if self.wards else ()
        yield from self.wishes.faults() if self.wishes else ()
