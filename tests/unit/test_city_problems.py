"""Problems of beds, people, scanners and theatres pass the door: priced, and decided before all is known."""

from dataclasses import replace

import numpy as np
import pytest

from optimize.bedding.problem import BeddingProblem
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.problem import ImagingProblem
from optimize.pin import pin
from optimize.recourse import Recourse, value_of_recourse
from optimize.score import audit, by_name, terms_of
from optimize.solver import SolveOptions, prices, solve
from optimize.theatre.problem import TheatreProblem
from tests.bedding_cases import one_hospital
from tests.float_pool_cases import two_hospitals
from tests.imaging_cases import two_scanners
from tests.theatre_cases import one_theatre

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)
V = np.array([40.0, 40.0])


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
