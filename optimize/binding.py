"""Name the constraints that stand in the way of a better answer, and say what one unit more of each would be worth.

Prices are those of the linear program that was solved: of a program with whole numbers, its LP relaxation.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from optimize.program import FloatArray

MOST = 5
LEAST = 1e-6
"""A price below this is rounding."""

Binding = tuple[tuple[str, float], ...]
"""Words and prices, dearest first; prices are 0 or more, in the unit of the objective for one unit more."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Say which families of constraints may be named, and how a member is put into words; "" leaves it out."""

    families: tuple[str, ...]
    words: Callable[[str, Hashable], str]


def dearest(prices: FloatArray, name: Callable[[int], str]) -> Binding:
    """Name the rows of the greatest price, at most `MOST` of them, equal prices in the order of the rows.

    Args:
        prices: change of the objective for one unit more of each right-hand side, whichever sign; shape (m,).
        name: puts the row at a position into words; "" leaves it out.
    """
    size = np.abs(prices)
    found: list[tuple[str, float]] = []
    for row in np.argsort(-size, kind="stable").tolist():
        if len(found) == MOST or not size[row] > LEAST:
            break
        words = name(row)
        if words:
            found.append((words, round(float(size[row]), 6)))
    return tuple(found)


def joined(*parts: Binding) -> Binding:
    """Put several answers together, the dearest first; what is named twice keeps its greater price."""
    best: dict[str, float] = {}
    for words, price in (one for part in parts for one in part):
        best[words] = max(price, best.get(words, 0.0))
    return tuple(sorted(best.items(), key=lambda one: -one[1])[:MOST])
