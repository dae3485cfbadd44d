"""Judge loans of staff: how much dearer they were than the best ones, had the work of the shift been known.

For each shift after the warm-up let a be the load that truly came, by post (a role of a hospital): the minutes of work
asked for in its hours, as if nobody had waited or been moved, over its minutes. With needed(a) = ceil(a + safety
sqrt(a)), safe(a) = ceil(a), and the prices of `policies.staffing.FloatPool` with its default settings,

    cost(x; a) = Σ price · x + Σ_posts short_cost · short(x; a) + unsafe_cost · unsafe(x; a)

where x are the loans that were made. The bound is the least cost of all loans that the rules allowed at that moment:
the same `FloatPoolProblem`, solved with what truly happened. What is told of a role is its share, because roles share
nothing. Patients who wait from shifts before are no part of it.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.forecasting.work import work_by_hour
from experiments.hindsight.base import Episode, Hindsight
from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, level_cost, plan_of
from optimize.float_pool.planner import FloatPoolPlanner
from policies.staffing import FloatPool
from sim.cohort import Cohort
from sim.contract import StaffingView
from sim.layout import Layout
from sim.loans import LoanBook, Spell
from sim.log import Loan
from sim.run import Run
from sim.scenario import Scenario
from sim.seats.staffing import staff_facts
from sim.units import MINUTES_PER_HOUR, FloatArray, IntArray

YARDSTICK = FloatPool(history_weeks=0)


class StaffingHindsight(Hindsight):
    """Judge the loans of every shift, by role, in USD a shift."""

    seat = "staffing"
    dimension = "pool"

    def applies(self, scenario: Scenario, run: Run) -> bool:
        """Say whether loans were decided, by rosters and agreements that do not change during the run."""
        seats = set(run.decisions.get("seat", ()))
        return "staffing" in seats and "rostering" not in seats and not scenario.agreements

    def levels(self, scenario: Scenario) -> tuple[str, ...]:
        """Name the roles."""
        return tuple(LoanBook(scenario, scenario.loans).roles)

    def episodes(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Episode]:
        """Yield every shift after the warm-up."""
        for spell, (cost, least) in shift_costs(scenario, run, cohort):
            yield Episode(spell.starts_min, cost, least)


def shift_costs(scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[tuple[Spell, FloatArray]]:
    """Yield each decided shift after the warm-up, with the cost of its loans and the least cost, by role; (2, r)."""
    rules, book = scenario.loans, LoanBook(scenario, scenario.loans)
    minutes, _ = work_by_hour(scenario, Layout.of(scenario), cohort, book.roles)
    planner = FloatPoolPlanner(np.inf, 0.0)
    moments = run.decisions.loc[run.decisions["seat"] == "staffing", "time_min"]
    for moment in moments.tolist():
        spell = Spell(moment + rules.lead_min, moment + rules.lead_min + rules.shift_min)
        made = list(_loans(scenario, book, run.loans, moment))
        if scenario.horizon.warm_up_min <= spell.starts_min and spell.ends_min <= scenario.horizon.end_min:
            load = minutes[:, :, spell.hours].sum(axis=2) / (len(spell.hours) * MINUTES_PER_HOUR)
            yield spell, _costs(_view(scenario, book, moment, spell), load, made, planner)
        for loan in made:
            book.add(loan)


def _view(scenario: Scenario, book: LoanBook, moment: float, spell: Spell) -> StaffingView:
    """Return what rosters and earlier loans allowed; what is on duty now is no part of it."""
    unknown = np.full(book.offered.shape, np.nan)
    levels = (unknown, unknown, unknown, book.next_duty(spell), book.may_lend(spell))
    return StaffingView(staff_facts(scenario, book), moment, moment, spell.starts_min, *levels)


def _loans(scenario: Scenario, book: LoanBook, loans: pd.DataFrame, moment: float) -> Iterator[Loan]:
    """Yield the loans that were made at a moment, with numbers instead of names."""
    ids = [hospital.id for hospital in scenario.city.hospitals]
    made = loans[(loans["time_min"] == moment) & (loans["refusal"] == "")]
    for row in made.astype({"lender": str, "borrower": str, "role": str}).itertuples(index=False):
        loan = Loan(*row)
        numbers = (ids.index(str(loan.lender)), ids.index(str(loan.borrower)), book.roles.index(str(loan.role)))
        yield loan._replace(lender=numbers[0], borrower=numbers[1], role=numbers[2])


def _costs(view: StaffingView, load: FloatArray, made: list[Loan], planner: FloatPoolPlanner) -> FloatArray:
    """Return the cost of the loans made and the least cost in the load that came, by role; shape (2, r)."""
    posts = np.argwhere(view.facts.offered & view.facts.agreed[:, None])
    lendable = np.minimum(view.may_lend, view.next_duty)[posts[:, 0], posts[:, 1]]
    case = replace(YARDSTICK.case(view, posts, load), lendable=lendable)
    number = {(h, r): i for i, (h, r) in enumerate(posts.tolist())}
    sent = np.zeros(case.may_fill.shape, dtype=np.intp)
    for loan in made:
        sent[number[loan.lender, loan.role], number[loan.borrower, loan.role]] += loan.units
    best = planner.plan(case, np.zeros(len(posts))).solution
    assert best is not None  # to lend nobody is always possible
    n_roles = view.facts.offered.shape[1]
    return np.stack([_by_role(case, plan, posts, n_roles) for plan in (plan_of(case, sent), best)])


def _by_role(case: FloatPoolCase, plan: FloatPoolPlan, posts: IntArray, n_roles: int) -> FloatArray:
    """Return what a plan costs, by role; shape (r,)."""
    price, cost = case.price(), level_cost(case, plan.on_duty(case))
    for group, post, n_people in plan.sendings:
        cost[group] += n_people * float(price[group, post])
    by_role: FloatArray = np.zeros(n_roles)
    np.add.at(by_role, posts[:, 1], cost)
    return by_role
