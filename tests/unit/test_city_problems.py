"""Problems of beds, people, scanners and theatres pass the door: questioned, softened, pinned and solved twice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from optimize.audit import solve_checked
from optimize.bedding.problem import BeddingProblem
from optimize.decisions import ANY, Decision
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.problem import ImagingProblem
from optimize.pin import pin, why_not
from optimize.recourse import Recourse, value_of_recourse
from optimize.score import audit, by_name, terms_of
from optimize.soft import soften
from optimize.solver import Ending, SolveOptions, prices, solve
from optimize.theatre.problem import TheatreProblem
from tests.bedding_cases import one_hospital
from tests.float_pool_cases import two_hospitals
from tests.imaging_cases import two_scanners
from tests.theatre_cases import one_theatre

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


class Question(NamedTuple):
    """A problem, something to force, its known cost, and what makes the problem impossible unless it gives."""

    problem: Any
    forced: Mapping[Decision, float]
    cost: float
    soft: Mapping[str, float]
    too_much: Mapping[Decision, float]
    slack_cost: float


V = np.array([40.0, 40.0])
QUESTIONS = [
    # Bob in the side room leaves Cid to intensive care, where Dan must make place (25): 2 + 30 + 25, before 52.
    Question(BeddingProblem(one_hospital()), {("bed", (1, 2)): 1}, 57 - 52, {"beds": 9.0}, {("bed", (ANY, 2)): 2}, 9.0),
    # Without B, intensive care stays one short (100) beside ward A's nurse (10 + 80), and B has one too many (1).
    # Three from B are one more than want to go, and one more than B can spare.
    Question(
        FloatPoolProblem(two_hospitals()),
        {("send", (1, 0)): 0},
        190 + 1 - 140,
        {"people": 9.0, "lender": 9.0},
        {("send", (1, 0)): 3},
        18.0,
    ),
    # No evening: both routine requests are postponed (100) instead of opening (90). A third of two cannot be booked.
    Question(ImagingProblem(two_scanners()), {("open", 1): 0}, 10, {"everyone": 900.0}, {("book", (1, 1)): 3}, 900.0),
    # No hip: all four are postponed. Three on one day are 333.75 minutes of 280.
    Question(
        TheatreProblem(one_theatre(), V),
        {("operate", (0, ANY)): 0},
        40,
        {"session": 9.0},
        {("operate", (0, 0)): 3},
        9 * 53.75,
    ),
]
by_problem = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question.problem).__name__)


@by_problem
def test_a_second_look_finds_nothing_wrong(question: Question) -> None:
    assert solve_checked(question.problem, EXACT).ending is Ending.OPTIMAL


@by_problem
def test_what_forcing_something_costs(question: Question) -> None:
    asked = why_not(question.problem, question.forced, EXACT)
    assert asked.cost == pytest.approx(question.cost)
    assert asked.forced.solution is not None
    assert question.problem.breaches(asked.forced.solution) == []


@by_problem
def test_what_cannot_be_gives_at_a_price(question: Question) -> None:
    asked_for_too_much = pin(question.problem, question.too_much)
    assert solve(asked_for_too_much).ending is Ending.INFEASIBLE
    solved = solve(pin(soften(question.problem, question.soft), question.too_much), EXACT)
    assert solved.solution is not None
    assert solved.solution.slack_cost == pytest.approx(question.slack_cost)
    assert solved.solution.slacks[0].words == question.problem.words(
        solved.solution.slacks[0].constraint, solved.solution.slacks[0].index
    )


def test_prices_of_the_float_pool_are_those_of_one_nurse_more() -> None:
    """One more spare nurse in B would spare ward A the one it lends: 10 + 80 less 10 + 40, at most."""
    problem = FloatPoolProblem(two_hospitals())
    priced = prices(problem, ["people", "lender", "level"])
    assert priced.solution is not None
    assert priced.solution.label == "LP"
    one_more = FloatPoolProblem(replace(problem.case, on_duty=np.array([2, 5, 7])))
    before, after = solve(problem).objective, solve(one_more).objective
    assert before is not None
    assert after is not None
    assert before - after == pytest.approx(priced.solution.by_constraint["level"][2])


def test_openings_are_decided_before_it_is_known_who_asks() -> None:
    """Routine requests come (2) or not, half and half: opening now costs 120 on average, not opening (130 + 30) / 2."""
    quiet = replace(two_scanners(), n_requests=np.array([3, 0]))
    scenarios = (ImagingProblem(two_scanners()), ImagingProblem(quiet))
    solved = value_of_recourse(Recourse(scenarios), scenarios[0], EXACT)
    assert solved.solution is not None
    assert solved.solution.here_and_now.decisions == {("open", 1): 0}
    assert solved.solution.expected == pytest.approx(80)
    assert solved.solution.wait_and_see == pytest.approx((120 + 30) / 2)
    assert solved.solution.of_mean == pytest.approx((120 + 120) / 2)


def test_an_opening_that_nobody_uses_is_paid_for() -> None:
    problem = ImagingProblem(replace(two_scanners(), n_requests=np.array([3, 0])))
    solved = solve(pin(problem, {("open", 1): 1}), EXACT)
    assert solved.objective == pytest.approx(120)
    assert audit(problem, solved) == []


def test_beds_of_tomorrow_are_not_known_when_operations_are_planned() -> None:
    """Tomorrow's ward has 9 beds or none: the plan of 40 then lacks 2.5 at 10, half of the time."""
    full = replace(one_theatre(), free_beds=np.array([[[9.0, 0.0], [1.0, 1.0]]]))
    scenarios = (TheatreProblem(one_theatre(), V), TheatreProblem(full, V))
    solved = solve(Recourse(scenarios), EXACT)
    assert solved.objective == pytest.approx(40 + 25 / 2)
    assert audit(Recourse(scenarios), solved) == []


def test_people_are_sent_before_the_need_is_known() -> None:
    """Intensive care has 2 and needs 3 or 5: one from B (50) for sure, A's (90) not for half a chance to save 100."""
    need = [replace(two_hospitals(), needed=np.array([n, 5, 5])) for n in (3, 5)]
    solved = solve(Recourse(tuple(FloatPoolProblem(case) for case in need)), EXACT)
    assert solved.solution is not None
    assert solved.solution.decisions == {("send", (0, 0)): 0, ("send", (1, 0)): 1}
    assert solved.objective == pytest.approx(50 + 200 / 2)


def test_terms_of_a_wrapped_problem_are_those_within() -> None:
    problem = BeddingProblem(one_hospital())
    solved = solve(pin(problem, {("bed", (1, 2)): 1}), EXACT)
    assert solved.solution is not None
    assert by_name(terms_of(pin(problem, {}), solved.solution)) == by_name(problem.terms(solved.solution))
