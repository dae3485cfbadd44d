"""An optimized member of the admission seat: days, theatres, rooms and nurses of each list in one plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from optimize.binding import Binding, joined
from optimize.contract import Ending
from optimize.timetable.case import Timetable, TimetableCase
from optimize.timetable.check import check
from optimize.timetable.planner import Effort, solve_timetable
from optimize.timetable.why_not import why_not
from policies.admission.beds import expected_free
from policies.admission.sessions import Book, decision_of
from policies.admission.week import Limits, Week
from policies.admission.week_case import week_case
from policies.settings import WrongSetting
from sim.contract import AdmissionDecision, AdmissionView
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Planned:
    """Say how the plan of one list came about: who is due and left out, cost, bound, seconds, what stood in the way."""

    n_missing: int
    cost: float
    bound: float
    seconds: float
    binding: Binding


@dataclass(slots=True)
class WeeklyPlan:
    """Plan the days shown for each list with the model of `optimize.timetable`, by so many moves of its search.

    Costs, in points: a day of delay, a patient looked at who is left out, a tenth of an ordinary patient in a shift
    beyond what a nurse should have, a level of skill missing in a shift, every nurse whom a patient sees, and a step
    between the age groups of a room in a day. Whoever is due within the days shown, or `ahead_days` after them, must
    come, as long as sessions could take them all; of the others, those of the largest priority are looked at, until
    they would fill the sessions `candidates` times (assumption A-LIST-PLAN, range 1 to 3). Sessions are planned up to
    `filled_share` of their minutes (assumption A-LIST-FILL, range 0.8 to 1). Beds are expected as the rules of this
    seat expect them, with `bed_safety` (assumption A-LIST-RESERVE). Who is called stays called. For `tell_up_to`
    patients of each list who are left out, those of the largest priority, the row says what stood in the way.
    """

    delay_cost: int = 2
    left_out_cost: int = 100
    overload_cost: int = 1
    skill_cost: int = 5
    another_nurse_cost: int = 1
    mixed_age_cost: int = 1
    candidates: float = 2.0
    ahead_days: float = 7.0
    filled_share: float = 0.95
    bed_safety: float = 0.5
    n_moves: int = 100_000
    seed: int = 1
    tell_up_to: int = 1

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Return the calls of all lists; `objective` is the sum of their costs, in points."""
        book, free = Book(view), expected_free(view, self.bed_safety)
        hospitals, codes = view.rostered.shape[:2]
        limits = Limits(self.candidates, self.filled_share, self.ahead_days)
        weeks = (Week(book, h, code, free[h].copy(), limits) for h in range(hospitals) for code in range(codes))
        found = [self._planned(week, free[week.hospital]) for week in weeks if week.minutes.any() and len(week.rows)]
        cost, bound = (sum(getattr(one, part) for one in found) for part in ("cost", "bound"))
        n_missing = sum(one.n_missing for one in found)
        return decision_of(
            book.calls,
            ending=f"{Ending.FEASIBLE}, {n_missing} due left out" if n_missing else Ending.FEASIBLE,
            objective=cost,
            gap=max(cost - bound, 0.0) / max(cost, 1e-9),
            binding=joined(*(one.binding for one in found)),
            seconds=sum(one.seconds for one in found),
        )

    @property
    def weight(self) -> IntArray:
        """Return the costs in the order of the model; theatres are staffed anyway, and surgeons not told apart."""
        nursing = (self.mixed_age_cost, self.skill_cost, self.another_nurse_cost, self.overload_cost)
        return np.array([*nursing, 0, 0, self.delay_cost, self.left_out_cost], dtype=np.int64)

    def _planned(self, week: Week, free: FloatArray) -> Planned:
        """Plan a list, and book what the plan says; `free` (k, n_days) are the beds that it takes from."""
        from optimize.timetable.bounding import lower_bound  # Pyomo loads when a plan is made, not with every run

        case = week_case(week, self.weight)
        solved = solve_timetable(case, Effort(n_moves=self.n_moves, seed=self.seed, n_chains=1))
        plan = solved.solution
        assert plan is not None  # the search always holds a plan, complete or not
        week.book_plan(plan, free)
        verdict = check(case, plan)
        bound = None if verdict.n_violations else lower_bound(case)
        known = nan if bound is None else float(bound)
        return Planned(verdict.n_violations, float(verdict.cost), known, solved.seconds, self._reasons(case, plan))

    def _reasons(self, case: TimetableCase, plan: Timetable) -> Binding:
        """Say of those left out what stood in the way; the price is what the cheapest admission would cost."""
        left_out = np.flatnonzero(plan.day < 0).tolist()[: self.tell_up_to]
        told = [why_not(case, plan, patient) for patient in left_out]
        return tuple((one.words, float(max(one.price, 0))) for one in told)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        costs = ("delay_cost", "left_out_cost", "overload_cost", "skill_cost", "another_nurse_cost", "mixed_age_cost")
        for name in (*costs, "tell_up_to", "seed"):
            if getattr(self, name) < 0:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a whole number, zero or more")
        if self.n_moves < 1:
            yield WrongSetting(f"{where}.n_moves", self.n_moves, "give moves, one or more")
        if not 1 <= self.candidates < np.inf:
            yield WrongSetting(f"{where}.candidates", self.candidates, "give a finite number, one or more")
        if not 0 < self.filled_share <= 1:
            yield WrongSetting(f"{where}.filled_share", self.filled_share, "give a share above 0 and at most 1")
        for name in ("bed_safety", "ahead_days"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
