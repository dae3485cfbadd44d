"""Plan scanners review after review: how far ahead, what notice patients and staff get, how hard to try."""

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimize.checking import least_faults, refuse, whole
from optimize.contract import Ending, Solved, SolveOptions
from optimize.imaging.case import ImagingCase, ImagingPlan, plan_of
from optimize.imaging.queues import Queues
from optimize.imaging.rule import by_rule
from optimize.imaging.serving import serve
from optimize.program import BoolArray, FloatArray

if TYPE_CHECKING:  # importing pyomo takes long, making a planner does not
    from optimize.binding import Voice
    from optimize.template import Numbers, Template

Values = dict[str, FloatArray]

PLANNING = SolveOptions(gap=5e-3, presolve=False)
"""Presolve costs more than it saves on a network."""

STRUCTURE = ("hospital", "may_use", "session_hospital", "travel_min", "max_travel_min", "slots", "most_over")
"""What must stay the same from review to review, or the program is compiled anew."""


@dataclass(slots=True)
class ImagingPlanner:
    """Decide bookings and openings, at one review of a city; the program is compiled at the first one.

    The program is solved without the demand that sessions open as a whole. Where one opens in part, it opens
    if at least half (at all, if bookings do not fit otherwise), and bookings are chosen again; then all is
    whole, for with the openings given it is a network. The first objective bounds the cost from below, so the
    answer knows its gap, and is OPTIMAL if that is within `options.gap`. Where the rule is cheaper, its plan
    is the answer. Where the requests of each hospital differ only in when they ask, they are planned as queues, with
    the same bound in a tenth of the time or less (`optimize.imaging.queues`).

    Args:
        horizon_min: sessions that begin later are not booked yet; at least 0.
        freeze_min: sessions that begin sooner are not booked any more; at least 0.
        opening_notice_min: sessions that begin sooner are not opened any more; at least 0.
        options: how hard to try.

    Raises:
        ValueError: if a number is below 0.
    """

    horizon_min: float = 10080.0
    freeze_min: float = 60.0
    opening_notice_min: float = 1440.0
    options: SolveOptions = PLANNING
    _compiled: "tuple[ImagingCase, Template] | None" = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        refuse(least_faults(self, ("horizon_min", "freeze_min", "opening_notice_min")))

    def plan(self, case: ImagingCase) -> Solved[ImagingPlan]:
        """Choose bookings and openings inside the window."""
        started = perf_counter()
        now = self._now(case)
        queues = Queues.of(now)
        if queues is not None:
            return serve(queues, self.options)
        template, numbers = self._template(case), _numbers(now)
        loose = template.solve(numbers, self.options, dict, _voice(now))
        settled = loose
        if loose.solution is not None and _in_part(loose.solution["open"], now).any():
            settled = self._settled(template, numbers, loose.solution["open"])
        if settled.solution is None or loose.bound is None:
            return Solved(settled.ending, None, None, None, perf_counter() - started, fuse_blown=settled.fuse_blown)
        plan = _cheaper(now, plan_of(now, whole("book", settled.solution["book"])))
        near = plan.cost - loose.bound <= self.options.gap * abs(plan.cost) + 1e-9
        ending = Ending.OPTIMAL if near else Ending.FEASIBLE
        blown, seconds = loose.fuse_blown or settled.fuse_blown, perf_counter() - started
        return Solved(ending, plan, plan.cost, loose.bound, seconds, fuse_blown=blown, binding=loose.binding)

    def _settled(self, template: "Template", numbers: "Numbers", share: FloatArray) -> Solved[Values]:
        """Open sessions wholly or not at all; opening all that are open in part always leaves a solution."""
        by_half = template.solve(_opened(numbers, share >= 0.5), self.options, dict)
        if by_half.solution is not None:
            return by_half
        return template.solve(_opened(numbers, share > 0), self.options, dict)

    def _now(self, case: ImagingCase) -> ImagingCase:
        """Leave only what may be booked inside the window."""
        return replace(case, may_use=case.may_use & self._bookable(case))

    def _bookable(self, case: ImagingCase) -> BoolArray:
        """Mark the sessions inside the window that are open or may still be opened; shape (T,)."""
        inside = (case.start_min >= self.freeze_min) & (case.start_min <= self.horizon_min)
        openable = (case.opening_cost == 0) | (case.start_min >= self.opening_notice_min)
        return np.asarray(inside & openable, dtype=np.bool_)

    def _template(self, case: ImagingCase) -> "Template":
        """Return the compiled program of a city, the same as long as the city is."""
        known = self._compiled
        if known is None or not all(np.array_equal(getattr(case, name), getattr(known[0], name)) for name in STRUCTURE):
            from optimize.imaging.problem import ImagingProblem
            from optimize.template import Template

            known = self._compiled = case, Template(ImagingProblem(_every_way(case)), relaxed=True)
        return known[1]


def _every_way(case: ImagingCase) -> ImagingCase:
    """Return a review in which every session is empty, may be opened, and suits all times."""
    ever = np.full(len(case.requests), np.inf)
    nobody = np.zeros(len(case.sessions), dtype=np.intp)
    return replace(
        case,
        latest_min=ever,
        due_min=ever,
        postpone_cost=np.zeros(ever.size),
        booked=nobody,
        opening_cost=np.ones(nobody.size),
    )


def _voice(case: ImagingCase) -> "Voice":
    """Name full sessions; one that would have to be opened first is a choice, not a limit."""
    from optimize.binding import Voice
    from optimize.imaging.problem import ImagingProblem

    words = ImagingProblem(case).words
    return Voice(("room",), lambda name, t: "" if case.opening_cost[int(str(t))] > 0 else words(name, t))


def _cheaper(case: ImagingCase, plan: ImagingPlan) -> ImagingPlan:
    """Return the plan, or that of the rule if it is cheaper."""
    ruled = by_rule(case).solution
    return plan if ruled is None or plan.cost <= ruled.cost else ruled


def _in_part(share: FloatArray, case: ImagingCase) -> BoolArray:
    """Mark the sessions that would be opened, but only in part; shape (T,)."""
    return np.asarray((share > 0) & (share < 1) & (case.opening_cost > 0), dtype=np.bool_)


def _opened(numbers: "Numbers", opened: BoolArray) -> "Numbers":
    """Open the sessions marked, at no price any more, and close the others that cost something to open."""
    rounded = np.where((numbers.costs["open"] == 0) | opened, 0.0, np.inf)
    return replace(numbers, costs={**numbers.costs, "open": rounded})


def _numbers(case: ImagingCase) -> "Numbers":
    """Fill in the review, as the problem states it; a booking as dear as postponing is left out."""
    from optimize.template import Numbers

    price = case.price()
    return Numbers(
        costs={
            "book": np.where(price < case.postpone_cost[:, None], price, np.inf),
            "later": case.postpone_cost,
            "regular": np.zeros(price.shape[1]),
            "extra": _padded(case),
            "open": case.opening_cost,
        },
        upper={"regular": case.left},
        row_lower={"everyone": case.n_requests},
        row_upper={"everyone": case.n_requests},
    )


def _padded(case: ImagingCase) -> FloatArray:
    """Price bookings beyond the slots, in the shape that an empty session would have."""
    found = case.over_price()
    wider = max(0, int(case.most_over.max(initial=0)) - found.shape[1])
    return np.pad(found, ((0, 0), (0, wider)), constant_values=np.inf)
