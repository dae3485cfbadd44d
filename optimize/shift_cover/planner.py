"""Staff the shifts of a city week after week: solve in fractions, round down, and give out the hours left."""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from optimize import engine
from optimize.binding import Binding, dearest, joined
from optimize.contract import Ending, Solved, SolveOptions
from optimize.program import FloatArray, IntArray, LinearProgram
from optimize.shift_cover.case import ShiftCase, ShiftPlan, levels, post_costs
from optimize.shift_cover.giving import EVEN, give_out
from optimize.shift_cover.problem import merged, step_prices, with_needs, words

Written = tuple[ShiftCase, LinearProgram]
PLANNING = SolveOptions(gap=5e-3, presolve=False)
"""Presolve costs more than it saves on programs that are nearly networks."""
POSTS_AT_ONCE = 12
"""Fewer take longer for the calls, more for the simplex steps."""
STRUCTURE = ("posts", "shifts", "begins_hour", "shift_hours", "short_cost", "unsafe_cost", "agency_cost")
"""What must stay the same from week to week, or the program is written anew."""


@dataclass(slots=True)
class ShiftCoverPlanner:
    """Decide how many people work each shift, at one review of a city.

    The covering program is solved without the demand for whole people, which bounds the cost from below; nothing ties
    one post to another, so it is solved for a dozen at a time. Own people are rounded down, and the hours that are left
    go, shift by shift, where they save most for each hour; where nobody is missing, where the load for each person
    falls most. Agency people follow as long as they save more than they cost. The answer is OPTIMAL if it is within
    `options.gap` of the bound.

    Args:
        options: how hard to try.
    """

    options: SolveOptions = PLANNING
    _written: dict[int, Written] = field(default_factory=dict, init=False, repr=False, compare=False)

    def plan(self, case: ShiftCase) -> Solved[ShiftPlan]:
        """Choose how many people work each shift of each day."""
        started = perf_counter()
        shape = (len(case.posts), case.load.shape[1], len(case.shifts))
        own, agency = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.intp)
        bound, binding, blown = 0.0, Binding(), False
        for first in range(0, len(case.posts), POSTS_AT_ONCE):
            posts = slice(first, first + POSTS_AT_ONCE)
            part = case.part(posts)
            answer = engine.run(self._program(first, part), self.options)
            if answer.values is None or answer.objective is None:
                return Solved(answer.ending, None, None, None, perf_counter() - started, fuse_blown=answer.fuse_blown)
            people = np.floor(answer.values[: 2 * own[posts].size] + 1e-6).astype(np.intp)
            own[posts], agency[posts] = people.reshape(2, *own[posts].shape)
            blown |= answer.fuse_blown
            bound, binding = bound + answer.objective, joined(binding, _binding(part, answer.row_prices))
        own = _filled(case, own, agency)
        agency = _helped(case, own)
        cost = float(post_costs(case, own, agency).sum())
        ending = Ending.OPTIMAL if cost - bound <= self.options.gap * abs(cost) + 1e-6 else Ending.FEASIBLE
        seconds = perf_counter() - started
        return Solved(ending, ShiftPlan(own, agency, cost), cost, bound, seconds, fuse_blown=blown, binding=binding)

    def _program(self, place: int, case: ShiftCase) -> LinearProgram:
        """Return the covering program of some posts; only what is needed changes as long as they stay the same."""
        known = self._written.get(place)
        if known is None or known[0].load.shape != case.load.shape or _structure(case) != _structure(known[0]):
            known = self._written[place] = case, merged(case)
        return with_needs(known[1], case)


def _structure(case: ShiftCase) -> list[object]:
    return [np.asarray(getattr(case, name)).tolist() for name in STRUCTURE]


def _filled(case: ShiftCase, own: IntArray, agency: IntArray) -> IntArray:
    """Give the paid hours that are left to shifts, the most helpful first; nobody comes where there is no work."""
    return _more(case, own, agency, case.paid_hours, 0.0)


def _more(case: ShiftCase, people: IntArray, others: IntArray, hours: FloatArray, worth: float) -> IntArray:
    """Add people while hours (P,) are left and an hour saves more than it is `worth`."""
    people, left = people.copy(), hours - (people @ case.shift_hours).sum(axis=1)
    there = levels(case, people + others)
    spans = (case.covers, case.span_hours, case.shift_hours)
    give_out(people, there, left, case.needed, case.span_load, spans, (case.step_cost, worth))
    return people


def _helped(case: ShiftCase, own: IntArray) -> IntArray:
    """Add agency people to the own ones as long as they save more than they cost."""
    return _more(case, np.zeros_like(own), own, case.agency_hours, case.agency_cost + 2 * EVEN * case.span_load.max())


def _binding(case: ShiftCase, prices: FloatArray | None) -> Binding:
    """Name the requirements of the greatest price."""
    return () if prices is None else dearest(step_prices(case, prices), lambda row: words(case, row))
