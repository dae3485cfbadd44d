"""Tie the platform's minutes to the calendar: local times, written as ISO 8601, since a Monday midnight."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from sim.faults import Fault

TIME_ZERO = datetime(2000, 1, 3)
"""Minute 0 of every registry: a Monday, so that hours of the week are those of `sim.units`."""

EXAMPLE = "2030-01-07T20:00"


def minutes_of(text: str) -> float:
    """Return the minutes from time zero to a local time; a date alone is its midnight.

    Raises:
        ValueError: saying how to mend the text.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"write a local date and time, for example {EXAMPLE}") from error
    if moment.tzinfo is not None:
        raise ValueError("leave the time zone out; all times are local")
    return (moment - TIME_ZERO) / timedelta(minutes=1)


def time_text(minutes: float) -> str:
    """Return minutes from time zero as a local time, to the minute or, where needed, finer; nothing for never."""
    if math.isinf(minutes):
        return ""
    moment = TIME_ZERO + timedelta(minutes=minutes)
    return moment.isoformat(timespec="minutes" if moment.second == moment.microsecond == 0 else "seconds")


def time_faults(field: str, text: str) -> Iterator[Fault]:
    """Yield a fault for a text that is no local time."""
    try:
        minutes_of(text)
    except ValueError as error:
        yield Fault(field, text, str(error))
