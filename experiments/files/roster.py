"""Read and write rosters: `07-15:12 15-23:10 23-07:6`, with weekdays in front where days differ."""

import re
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from sim.units import HOURS_PER_WEEK, IntArray

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_ON_DUTY = 100_000
_SPAN = re.compile(r"(\d{1,2})-(\d{1,2}):(\d{1,6})", re.ASCII)
_EXAMPLE = "write spans such as 07-15:12 15-23:10 23-07:6, with weekdays in front such as Mon-Fri or Sat"


def read_roster(text: str) -> IntArray:
    """Return the units on duty in each hour of the week, shape (168,).

    Spans add up. A span that runs over midnight ends on the next day. Weekdays count until others are named.

    Raises:
        ValueError: saying how to mend the text.
    """
    levels = np.zeros(HOURS_PER_WEEK, dtype=np.int64)
    days = list(range(7))
    for word in text.split():
        span = _SPAN.fullmatch(word)
        if span is None:
            days = _days(word)
            continue
        start, length, units = _hours(word, *map(int, span.groups()))
        for day in days:
            levels[(day * 24 + start + np.arange(length)) % HOURS_PER_WEEK] += units
    return levels


def _days(word: str) -> list[int]:
    first, _, last = word.lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f"{word[:20]!r} is no span: {_EXAMPLE}")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + i) % 7 for i in range((end - start) % 7 + 1)]


def _hours(word: str, start: int, end: int, units: int) -> tuple[int, int, int]:
    if start > 23 or end > 24 or start == end:
        raise ValueError(f"{word!r}: begin at an hour from 0 to 23, end at another from 0 to 24")
    if units > MOST_ON_DUTY:
        raise ValueError(f"{word!r}: put at most {MOST_ON_DUTY} on duty")
    return start, (end - start) % 24 or 24, units


def write_roster(levels: IntArray) -> str:
    """Write the units on duty in each hour of the week, shape (168,), so that `read_roster` gives them back."""
    days = [tuple(day) for day in levels.reshape(7, 24).tolist()]
    parts = []
    for spans, group in groupby(enumerate(days), key=lambda item: item[1]):
        named = [DAYS[day].title() for day, _ in group]
        prefix = f"{named[0]}-{named[-1]}" if len(named) > 1 else named[0]
        parts.append(" ".join([*([] if len(named) == 7 else [prefix]), *_spans(spans)]))
    return " ".join(parts)


def _spans(day: tuple[int, ...]) -> Iterator[str]:
    hour = 0
    for level, group in groupby(day):
        length = len(list(group))
        if level:
            yield f"{hour:02d}-{hour + length:02d}:{level}"
        hour += length
