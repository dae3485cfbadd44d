"""State what patients of waiting lists like: which half-days of the week, and how far they come."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.faults import Fault

HALF_DAYS = 14
"""Mornings and afternoons of a week: twice the day, and one more for the afternoon."""


@dataclass(frozen=True, slots=True)
class WishRules:
    """Set which half-days patients like, and whether they may be called to other hospitals.

    Each day of the week suits a patient with probability `p_day` (assumption A-WISH-DAY). With `p_morning` only
    mornings do, with `p_afternoon` only afternoons, else both (A-WISH-HALF). With `elsewhere` patients may be called to
    a hospital that shares with their own and offers their pathway. They come from a zone.
    """

    p_day: float = 0.6
    p_morning: float = 0.35
    p_afternoon: float = 0.25
    elsewhere: bool = False

    def faults(self) -> Iterator[Fault]:
        """Yield faults of numbers that are no probabilities, and of halves that are more than all."""
        for name in ("p_day", "p_morning", "p_afternoon"):
            if not 0 <= getattr(self, name) <= 1:
                yield Fault(f"lists.wishes.{name}", getattr(self, name), "give a probability from 0 to 1")
        if self.p_morning + self.p_afternoon > 1:
            mend = f"give at most 1 together with p_morning ({self.p_morning})"
            yield Fault("lists.wishes.p_afternoon", self.p_afternoon, mend)


def half_day(day: int, minute: float) -> int:
    """Return the half of the week of a minute of a day, 0 to 13; day 0 begins at the first midnight."""
    return 2 * (day % 7) + int(minute >= 720.0)
