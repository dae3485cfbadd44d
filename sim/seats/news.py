"""Let policies know what happens elsewhere, as soon as the information condition allows."""

from collections import deque
from collections.abc import Callable

import numpy as np

from sim.scenario import Information, Sight
from sim.units import FloatArray

SMALLEST_COUNT = 4
"""Counts of fewer people than this are not told, where only aggregates may be."""


class News:
    """Remember what was seen for as long as news travels; `shape` is that of the tables seen, which hold counts.

    Where only aggregates may be told, counts from 1 up to 3 are NaN.
    """

    def __init__(self, information: Information, shape: tuple[int, ...]) -> None:
        self._information = information
        self._shape = shape
        self._seen: deque[tuple[float, FloatArray]] = deque()

    def known(self, now_min: float, look: Callable[[], FloatArray]) -> tuple[float, FloatArray]:
        """Return since when what is known is true, and what is known: NaN where nothing is.

        `look` returns what is true now.
        """
        if self._information.sight is Sight.LIVE:
            return now_min, self._told(look())
        unknown = np.full(self._shape, np.nan)
        if self._information.sight is Sight.NONE:
            return now_min, unknown
        self._seen.append((now_min, self._told(look())))
        newest = now_min - self._information.delay_min
        while len(self._seen) > 1 and self._seen[1][0] <= newest:
            self._seen.popleft()
        return self._seen[0] if self._seen[0][0] <= newest else (now_min, unknown)

    def _told(self, counts: FloatArray) -> FloatArray:
        """Leave out the small counts, where only aggregates may be told."""
        if not self._information.aggregate_only:
            return counts
        return np.where((counts > 0) & (counts < SMALLEST_COUNT), np.nan, counts)
