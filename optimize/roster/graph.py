"""Describe what one employee may do day by day as states and arcs between them: the graph of the cheapest days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from optimize.program import IntArray
from optimize.roster.case import Employee, RosterCase

ANY_DAY = -1
Kinds = list[list[int]]
"""Shifts (positions) that differ in nothing but their prices stand together."""


@dataclass(frozen=True, slots=True)
class Graph:
    """States hold all that the rules of one employee ask about the past; arcs lead to the next day.

    A state is (slot, worked weekends, count, worked minutes). The first slots are for 1, ..., min_rest or more days
    of rest, the others for each kind of shift and each length of run. A count is the mixed-radix number of shifts
    worked of each kind that is counted.

    Args:
        kinds: shifts of each kind; G kinds.
        shape: numbers of slots, weekends, counts and minutes that states tell apart.
        rested: the slot of those who have rested long enough.
        least: minutes at least, in units.
        minutes: units of each kind and of rest, which comes last; shape (G + 1,).
        next_count: to which count each kind leads from each count, -1 for none; shape (counts, G + 1).
        arcs: (source slot, target slot, kind, whether a run begins, only day or ANY_DAY); shape (arcs, 5).
        window: first and past-the-last units that may have been worked before each day; shape (days + 1, 2).
    """

    kinds: Kinds
    shape: tuple[int, int, int, int]
    rested: int
    least: int
    minutes: IntArray
    next_count: IntArray
    arcs: IntArray
    window: IntArray


def graph_of(case: RosterCase, employee: Employee, counted: Sequence[int]) -> Graph:
    """Build the graph; limits on kinds of shift are kept only for the shifts `counted` (positions)."""
    kinds = _kinds(case, counted)
    rest, run = (min(n, case.n_days) for n in (employee.min_rest, employee.max_run))
    lengths = [case.shifts[kind[0]].minutes for kind in kinds]
    unit = gcd(*lengths) or 1
    most = min(employee.max_minutes, max(lengths) * case.n_days) // unit
    least = -(-employee.min_minutes // unit)
    minutes = np.array([*lengths, 0], dtype=np.intp) // unit
    next_count = _next_count(case, employee, kinds, counted)
    weekends = min(employee.max_weekends, case.n_weekends)
    return Graph(
        kinds,
        (rest + len(kinds) * run, weekends + 1, len(next_count), most + 1),
        rest - 1,
        least,
        minutes,
        next_count,
        np.array(list(_arcs(case, employee, kinds, rest, run)), dtype=np.intp),
        _window(case.n_days, employee, int(minutes.max()), least, most),
    )


def n_counts(case: RosterCase, employee: Employee, counted: Sequence[int]) -> int:
    """Say how many counts the states must tell apart."""
    most = [employee.max_shifts[case.shifts[shift].name] + 1 for shift in counted]
    return int(np.prod(most, dtype=np.intp))


def _kinds(case: RosterCase, counted: Sequence[int]) -> Kinds:
    """Put shifts together that are as long, and follow and are followed alike; those counted stand alone."""
    groups: dict[object, list[int]] = {}
    for position, shift in enumerate(case.shifts):
        not_after = frozenset(one.name for one in case.shifts if shift.name in one.not_next)
        alone = position if position in counted else None
        groups.setdefault((shift.not_next, not_after, shift.minutes, alone), []).append(position)
    return list(groups.values())


def _next_count(case: RosterCase, employee: Employee, kinds: Kinds, counted: Sequence[int]) -> IntArray:
    table = np.empty((n_counts(case, employee, counted), len(kinds) + 1), dtype=np.intp)
    table[:] = np.arange(len(table))[:, None]
    for i, shift in enumerate(counted):
        step, most = n_counts(case, employee, counted[:i]), employee.max_shifts[case.shifts[shift].name]
        worked = np.arange(len(table)) // step % (most + 1)
        kind = kinds.index([shift])
        table[:, kind] = np.where(worked < most, table[:, kind] + step, -1)
    return table


def _window(n_days: int, employee: Employee, longest: int, least: int, most: int) -> IntArray:
    """Bound the units worked before each day by what can follow and by what can have been.

    Among max_run + min_rest days in a row at most max_run are worked.
    """
    run, n = employee.max_run, np.arange(n_days + 1)
    cycle = run + employee.min_rest
    worked = (n // cycle * run + np.minimum(n % cycle, run)) * longest
    low, high = np.maximum(least - worked[::-1], 0), np.minimum(worked, most)
    return np.column_stack([low, high + 1]).astype(np.intp)


def _arcs(
    case: RosterCase, employee: Employee, kinds: Kinds, rest: int, run: int
) -> Iterator[tuple[int, int, int, bool, int]]:
    n_kinds = len(kinds)
    for slot in range(rest):
        yield slot, min(slot + 1, rest - 1), n_kinds, False, ANY_DAY
    for kind in range(n_kinds):
        first = rest + kind * run
        yield rest - 1, first, kind, True, ANY_DAY
        for length in range(1, run + 1):  # a run that touches the start may be short
            yield first + length - 1, 0, n_kinds, False, ANY_DAY if length >= employee.min_run else length
        for after, following in enumerate(kinds):
            if case.shifts[following[0]].name not in case.shifts[kinds[kind][0]].not_next:
                for length in range(1, run):
                    yield first + length - 1, rest + after * run + length, after, False, ANY_DAY
