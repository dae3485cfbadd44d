"""Fit routing: as steps in one order, each with its probability and bounded repeats, where the log has an order.

Otherwise as a chain: what happens next depends on what happened last, event by event up to a bound. An order can be
read and edited by a planner; a chain keeps directly-follows shares (van der Aalst 2016, doi:10.1007/978-3-662-49851-4).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from experiments.statistics.shares import ShareInterval, share_interval
from sim.units import FloatArray

END = "END"
ORDERED_FROM = 0.97
MOST_COPIES = 20
LOST_SHARE = 0.02
MOST_EVENTS = 60
FEWEST_TOGETHER = 5.0

Traces = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Happening:
    """Hold how often one activity happens in an ordered pathway; repeats each with `again`, `at_most` times in all."""

    activity: str
    p: ShareInterval
    again: ShareInterval | None = None
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class Ordered:
    """Hold activities in their order; `exclusive` are groups of which a case has one at most."""

    steps: tuple[Happening, ...]
    exclusive: tuple[tuple[str, ...], ...] = ()
    share_in_order: float = 1.0


@dataclass(frozen=True, slots=True)
class Chain:
    """Hold the shares of what comes next, by what came last; "" before the first event, `END` after the last.

    `at_most` events a case; `lost_share` of all events lie beyond. `seen` says which activities were ever the k-th.
    """

    shares: Mapping[str, Mapping[str, float]]
    at_most: int
    lost_share: float
    seen: tuple[frozenset[str], ...]
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def traces_of(steps: pd.DataFrame) -> list[list[str]]:
    """Return the activities of each case, in order."""
    return [list(group) for _, group in steps.groupby("case", sort=False)["activity"]]


def in_order(traces: Traces) -> tuple[list[str], float]:
    """Return activities by where they first come in their cases, and the share of directly-follows pairs that keep it.

    An activity that follows itself keeps it; one that comes back after another does not.
    """
    places: dict[str, list[float]] = {}
    for trace in traces:
        for place, activity in enumerate(dict.fromkeys(trace)):
            places.setdefault(activity, []).append((place + 1) / (len(set(trace)) + 1))
    order = sorted(places, key=lambda one: (float(np.mean(places[one])), one))
    order = _swapped(order, _precedences(traces))
    rank = {activity: place for place, activity in enumerate(order)}
    pairs = [rank[a] <= rank[b] for trace in traces for a, b in pairwise(trace)]
    return order, float(np.mean(pairs)) if pairs else 1.0


def _precedences(traces: Traces) -> Counter[tuple[str, str]]:
    """Count the cases in which one activity first came before another."""
    found: Counter[tuple[str, str]] = Counter()
    for trace in traces:
        firsts = list(dict.fromkeys(trace))
        found.update((a, b) for i, a in enumerate(firsts) for b in firsts[i + 1 :])
    return found


def _swapped(order: list[str], before: Counter[tuple[str, str]]) -> list[str]:
    """Return the order with neighbors swapped as long as more cases are kept by it."""
    order = list(order)
    for _ in order:
        swaps = [i for i in range(len(order) - 1) if before[order[i + 1], order[i]] > before[order[i], order[i + 1]]]
        if not swaps:
            break
        for i in swaps:
            order[i], order[i + 1] = order[i + 1], order[i]
    return order


def fit_ordered(traces: Traces, n_cases: int) -> Ordered:
    """Return the ordered routing of cases, of which `n_cases` had a chance to have each activity."""
    order, share = in_order(traces)
    counts = {activity: np.zeros(len(traces), dtype=np.int64) for activity in order}
    for place, trace in enumerate(traces):
        for activity, n in Counter(trace).items():
            counts[activity][place] = n
    steps = tuple(_happening(activity, counts[activity], n_cases) for activity in order)
    return Ordered(steps, tuple(_exclusive(order, counts, n_cases)), share)


def _happening(activity: str, counts: "np.ndarray", n_cases: int) -> Happening:
    had = counts[counts > 0]
    at_most = int(min(had.max(), MOST_COPIES))
    if at_most == 1:
        return Happening(activity, share_interval(len(had), n_cases))
    again, chances = int(np.minimum(had - 1, at_most - 1).sum()), int(np.minimum(had, at_most - 1).sum())
    return Happening(activity, share_interval(len(had), n_cases), share_interval(again, chances), at_most)


def _exclusive(order: Sequence[str], counts: "Mapping[str, np.ndarray]", n_cases: int) -> "list[tuple[str, ...]]":
    """Return groups of neighbors of which no case had two, though five would be expected to by chance."""
    groups: list[tuple[str, ...]] = []
    group: tuple[str, ...] = ()
    for activity in order:
        had = counts[activity] > 0
        apart = all(not np.any(had & (counts[one] > 0)) for one in group)
        expected = [had.sum() * (counts[one] > 0).sum() / max(n_cases, 1) for one in group]
        if group and apart and min(expected) >= FEWEST_TOGETHER:
            group = (*group, activity)
            continue
        groups.append(group)
        group = (activity,)
    return [one for one in (*groups, group) if len(one) > 1]


def fit_chain(traces: Traces) -> Chain:
    """Return the chain: shares of every next activity after each, up to the length that loses 2 % of events."""
    counts: dict[str, Counter[str]] = {}
    for trace in traces:
        for a, b in pairwise(("", *trace, END)):
            counts.setdefault(a, Counter())[b] += 1
    lengths = np.array([len(trace) for trace in traces])
    lost = [float(np.maximum(lengths - k, 0).sum() / lengths.sum()) for k in range(1, MOST_EVENTS + 1)]
    at_most = next((k for k, share in enumerate(lost, start=1) if share <= LOST_SHARE), MOST_EVENTS)
    at_most = min(at_most, int(lengths.max()))
    shares = {a: {b: n / following.total() for b, n in following.items()} for a, following in counts.items()}
    return Chain(shares, at_most, lost[at_most - 1], tuple(_reachable(shares, at_most)), counts)


def _reachable(shares: Mapping[str, Mapping[str, float]], at_most: int) -> "list[frozenset[str]]":
    """Return which activities may be the k-th, for each k."""
    found = [frozenset(shares[""]) - {END}]
    while len(found) < at_most:
        found.append(frozenset(b for a in found[-1] for b in shares[a]) - {END})
    return found


def visits(chain: Chain) -> dict[str, float]:
    """Return how often each activity is expected in a case, up to the bound of the chain."""
    names = [one for one in chain.shares if one]
    rows = np.array([[chain.shares[a].get(b, 0.0) for b in names] for a in names])
    now: FloatArray = np.array([chain.shares[""].get(b, 0.0) for b in names])
    total = now.copy()
    for _ in range(1, chain.at_most):
        now = now @ rows
        total += now
    return dict(zip(names, total.tolist(), strict=True))
