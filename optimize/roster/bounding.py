"""Raise the bound of a rostering question: whole people are missing or extra, never parts of one."""

import heapq
import itertools
from collections.abc import Callable, Mapping

import numpy as np

from optimize.program import FloatArray
from optimize.roster.generation import SMALL, Clock, generate
from optimize.roster.master import Master
from optimize.roster.pricing import Pricer

Bounds = tuple[FloatArray, FloatArray]
"""Missing and extra people of each cover, at least and at most; shape (2 C,) each."""
Node = tuple[float, int, Bounds, FloatArray]
"""A bound, a number that decides between equals, the bounds of the branch, and what its relaxation leaves uncovered."""


def raise_bound(
    master: Master,
    pricers: Mapping[int, Pricer],
    clock: Clock,
    enough: float,
    tell: Callable[[float], None],
    branches: int = 400,
) -> None:
    """Branch on how many people are missing or extra for a need, best bound first; tell the bound as it rises.

    Ends when the bound reaches `enough`, when the best relaxation counts whole people only, after so many branches,
    or when time is over. `master` keeps the bounds of the last branch.
    """
    n = master.tables.required.size
    numbers = itertools.count()
    nodes: list[Node] = []

    def relax(low: FloatArray, high: FloatArray) -> None:
        master.bound_uncovered(low, high)
        relaxation = generate(master, pricers, clock)
        uncovered = master.uncovered_of(relaxation.values)
        heapq.heappush(nodes, (master.tables.round_up(relaxation.bound), next(numbers), (low, high), uncovered))

    relax(np.zeros(2 * n), np.full(2 * n, np.inf))
    while clock.left:
        bound, number, (low, high), uncovered = heapq.heappop(nodes)
        tell(min(bound, enough))
        need = _split(uncovered)
        if bound >= enough - SMALL or number >= branches or need is None:
            return
        fewer, more = high.copy(), low.copy()
        fewer[need], more[need] = np.floor(uncovered[need]), np.ceil(uncovered[need])
        relax(low, fewer)
        relax(more, high)


def _split(uncovered: FloatArray) -> int | None:
    """Return where the part of a person is nearest to a half, missing before extra; None if there are no parts."""
    part = np.abs(uncovered - np.rint(uncovered))
    for half in np.split(np.arange(part.size), 2):
        if part[half].max(initial=0.0) > SMALL:
            return int(half[part[half].argmax()])
    return None
