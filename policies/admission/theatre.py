"""The optimized member of the admission seat: whom to call for which session, with the beds afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from optimize.binding import joined
from optimize.contract import Ending, Solved
from optimize.theatre.case import TheatrePlan
from optimize.theatre.planner import PLANNING, TheatrePlanner
from policies.admission.beds import expected_free
from policies.admission.in_order import call_in_order
from policies.admission.most_urgent import by_urgency
from policies.admission.review import ListReview, OneList
from policies.admission.sessions import Book, decision_of
from policies.admission.wishes import Prices, wishes
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import ACUITIES, FloatArray

CANDIDATES = 1.5
"""The candidates of a plan would fill its sessions so many times."""
WHOLE_UP_TO = 400
"""Pairs of groups and sessions, of all lists, up to which each list is planned in whole numbers."""


@dataclass(slots=True)
class Theatre:
    """Fill the open sessions of each list so that lateness, idle sessions and beds too few cost least.

    A session is one unit of what a list is for; it may run over with probability `p_overrun` at most (assumption
    A-LIST-RISK, range 0.1 to 0.5). A day after the due date costs `late_cost_per_day`, by acuity (assumption
    A-LIST-LATE), an hour of an idle session `idle_cost_per_hour` (P77), and each bed too few on a day `bed_cost`
    (assumption A-LIST-BED, range 100 to 2500). Beds are expected as the rules of this seat expect them, with
    `bed_safety` (assumption A-LIST-RESERVE). `optimize.theatre.problem` states the program. Cases of the least
    deviation come first in a session. Where the solver has no answer, the rule `MostUrgent` decides for that list.
    """

    p_overrun: float = 0.3
    late_cost_per_day: list[float] = field(default_factory=lambda: [500.0, 250.0, 100.0, 40.0, 20.0])
    idle_cost_per_hour: float = 236.3
    bed_cost: float = 345.0
    bed_safety: float = 0.5
    solver: Solving = field(default_factory=lambda: Solving(gap=1e-2))
    planner: TheatrePlanner = field(
        default_factory=lambda: TheatrePlanner(horizon_days=10_000, freeze_days=0, whole_up_to=WHOLE_UP_TO),
        init=False,
        repr=False,
        compare=False,
        metadata=NOT_A_SETTING,
    )

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of all lists; `objective` is what they cost together, in USD."""
        book, free = Book(view), expected_free(view, self.bed_safety)
        hospitals, codes = view.rostered.shape[:2]
        lists = [one for h in range(hospitals) for code in range(codes) if (one := self._list(book, h, code))]
        together = sum(one.n_pairs for one in lists) > WHOLE_UP_TO
        found = [self._called(book, free, some) for some in ([lists] if together else [[one] for one in lists])]
        failed = [one.told for one in found if one.solution is None]
        return decision_of(
            book.calls,
            ending=f"rule after {failed[0]}" if failed else worst(found),
            objective=sum(one.objective or 0.0 for one in found),
            gap=float(np.max([0.0, *(gap(one) for one in found)])),
            binding=joined(*(one.binding for one in found)),
            seconds=sum(one.seconds for one in found),
        )

    def _list(self, book: Book, hospital: int, code: int) -> OneList | None:
        """Return what a list may call; None where there is nothing to plan."""
        view, sessions = book.view, book.of(hospital, code)
        mine = view.uncalled & (view.hospital == hospital) & (view.facts.list_of[view.group] == code)
        rows, left_min = np.flatnonzero(mine), sum(one.left_min for one in sessions)
        wanted = wishes(view, rows, self._prices(), CANDIDATES * left_min)
        shortest = min((float(view.facts.mean_min[one.group]) for one in wanted), default=np.inf)
        sessions = [one for one in sessions if one.left_min >= shortest]
        return OneList(hospital, rows, wanted, sessions) if sessions else None

    def _prices(self) -> Prices:
        return Prices(tuple(self.late_cost_per_day), self.idle_cost_per_hour)

    def _called(self, book: Book, free: FloatArray, lists: list[OneList]) -> Solved[TheatrePlan]:
        """Plan lists together, and book what the plan says."""
        review = ListReview(book.view, lists, free, self.p_overrun, self.bed_cost)
        self.planner.options = self.solver.over(PLANNING)
        solved = self.planner.plan(review.case(self._prices()), review.words)
        if solved.solution is None:
            rows = np.concatenate([one.rows for one in lists])
            call_in_order(book, by_urgency(book.view, rows), free)
        else:
            review.book(book, solved.solution)
        return solved

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 < self.p_overrun <= 0.5:
            yield WrongSetting(f"{where}.p_overrun", self.p_overrun, "give a probability above 0 and at most 0.5")
        for name in ("idle_cost_per_hour", "bed_cost", "bed_safety"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
        costs = self.late_cost_per_day
        if len(costs) != ACUITIES or not all(0 <= cost < np.inf for cost in costs):
            mend = f"give {ACUITIES} finite costs of zero or more, for acuity 1 to {ACUITIES}"
            yield WrongSetting(f"{where}.late_cost_per_day", costs, mend)


def worst(solved: list[Solved[TheatrePlan]]) -> str:
    """Return the ending of several plans together: proven best only if every one is."""
    blown = [one.told for one in solved if one.fuse_blown]
    every = all(one.ending is Ending.OPTIMAL for one in solved)
    return blown[0] if blown else str(Ending.OPTIMAL if every else Ending.FEASIBLE)


def gap(solved: Solved[TheatrePlan]) -> float:
    """Return the share by which a plan may miss the best, NaN where no bound is known."""
    if solved.objective is None or solved.bound is None:
        return float("nan")
    return max(solved.objective - solved.bound, 0.0) / max(abs(solved.objective), 1e-9)
