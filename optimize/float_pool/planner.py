"""Plan the float pool shift after shift: which shifts are open to change, how hard to try."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimize.checking import least_faults, refuse, whole
from optimize.contract import Solved, SolveOptions
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, plan_of
from optimize.program import FloatArray, IntArray

if TYPE_CHECKING:  # importing pyomo takes long, making a planner does not
    from optimize.template import Numbers, Template, Values

PLANNING = SolveOptions(presolve=False)
"""Presolve costs more than it saves on a network."""

STRUCTURE = ("hospital", "home", "may_fill", "travel_min", "max_travel_min")
"""What must stay the same from shift to shift, or the program is compiled anew."""


@dataclass(slots=True)
class FloatPoolPlanner:
    """Decide who helps out where, at one review of a city; the program is compiled at the first one.

    Args:
        horizon_min: shifts that begin later are not looked at; at least 0.
        freeze_min: shifts that begin sooner, or have begun, are not changed; at least 0.
        options: how hard to try.

    Raises:
        ValueError: if a number is below 0.
    """

    horizon_min: float = 720.0
    freeze_min: float = 60.0
    options: SolveOptions = PLANNING
    _compiled: "tuple[FloatPoolCase, Template] | None" = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        refuse(least_faults(self, ("horizon_min", "freeze_min")))

    def plan(self, case: FloatPoolCase, starts_in_min: FloatArray) -> Solved[FloatPoolPlan]:
        """Choose whom to send, between posts whose shift begins inside the window.

        Args:
            case: all posts and people.
            starts_in_min: minutes until the shift of each post begins; shape (U,).
        """
        inside = (starts_in_min >= self.freeze_min) & (starts_in_min <= self.horizon_min)
        n_people = np.where(inside[case.home], case.n_people, 0)
        price = np.where(inside, replace(case, n_people=n_people).price(), np.inf)

        def read(values: "Values") -> FloatPoolPlan:
            return plan_of(case, whole("send", values["send"]))

        template = self.template(case)  # compiling imports what the words need
        from optimize.binding import Voice
        from optimize.float_pool.problem import FloatPoolProblem

        voice = Voice(("level", "lender", "people"), FloatPoolProblem(case).words)
        return template.solve(numbers_of(case, price, n_people), self.options, read, voice)

    def template(self, case: FloatPoolCase) -> "Template":
        """Return the compiled program of a city, the same as long as the city is."""
        known = self._compiled
        if known is None or not all(np.array_equal(getattr(case, name), getattr(known[0], name)) for name in STRUCTURE):
            from optimize.float_pool.problem import FloatPoolProblem
            from optimize.template import Template

            known = self._compiled = case, Template(FloatPoolProblem(_every_way(case)))
        return known[1]


def _every_way(case: FloatPoolCase) -> FloatPoolCase:
    """Return a shift in which everybody may be sent wherever skills and travel allow it."""
    one_post, one_group = np.ones(len(case.posts), dtype=np.intp), np.ones(len(case.groups), dtype=np.intp)
    rested = np.full(len(case.groups), np.inf)
    return replace(
        case,
        safe=0 * one_post,
        on_duty=one_post,
        needed=2 * one_post,
        n_people=one_group,
        minutes_left=rested,
        lendable=None,
    )


def numbers_of(case: FloatPoolCase, price: FloatArray, n_people: IntArray) -> "Numbers":
    """Fill in the shift, as the problem states it."""
    from optimize.template import Numbers

    missing = case.needed - case.on_duty
    return Numbers(
        costs={"send": price, "lack": case.short_cost, "unsafe": case.unsafe_cost, "spare": case.over_cost},
        upper={"lack": case.needed - case.safe, "unsafe": case.safe},
        row_lower={"level": missing},
        row_upper={"level": missing, "people": n_people, "lender": case.may_lend},
    )
