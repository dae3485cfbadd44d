"""A second look: wrong answers of solver, model or score are seen, and right ones pass."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given

from optimize import engine
from optimize.audit import WrongAnswerError, solve_checked
from optimize.contract import Solved
from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase, CoverPlan
from optimize.pin import pin
from optimize.program import LinearProgram
from optimize.score import Term, audit, by_entity, by_name, takes_apart, terms_of, total
from optimize.solver import Ending, SolveOptions, solve
from tests.unit.test_cover import covers, shifts
from tests.unit.test_solver import EXACT, Written, carpenter, endless_whole, fixed_too_low, odd, split_market

pytestmark = pytest.mark.unit

PROBLEM = CoverProblem(shifts())


@dataclass(frozen=True)
class Boasting(CoverProblem):
    """Say that everything costs one less."""

    def terms(self, solution: CoverPlan) -> tuple[Term, ...]:
        return (*CoverProblem.terms(self, solution), Term("discount", "", 1.0, -1.0))


@dataclass(frozen=True)
class Careless(CoverProblem):
    """Read levels that are one too low."""

    def read(self, model: Any) -> CoverPlan:
        plan = CoverProblem.read(self, model)
        return replace(plan, levels=plan.levels - 1)


@given(covers())
def test_right_answers_pass(case: CoverCase) -> None:
    solved = solve_checked(CoverProblem(case), EXACT)
    assert solved.ending in (Ending.OPTIMAL, Ending.INFEASIBLE)
    assert solved.seconds > 0


@pytest.mark.parametrize("write", [carpenter, odd, endless_whole, fixed_too_low])
def test_every_ending_passes(write: Any) -> None:
    assert solve_checked(Written(write), EXACT).ending is solve(Written(write), EXACT).ending


def test_scores_that_do_not_add_up_are_seen() -> None:
    with pytest.raises(WrongAnswerError, match=r"the terms add up to 16.0, the solver says 17.0"):
        solve_checked(Boasting(shifts()), EXACT)


def test_solutions_that_do_not_hold_are_seen() -> None:
    with pytest.raises(WrongAnswerError, match=r"dawn needs 1.0 and gets 0.0"):
        solve_checked(Careless(shifts()), EXACT)


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"objective": 18.0}, "the objective is 17.0, and 18.0 when presolve is switched over"),
        ({"ending": Ending.INFEASIBLE}, "the program is optimal, and infeasible when presolve is switched over"),
        ({"ending": Ending.NO_ANSWER}, ""),
    ],
)
def test_a_solver_that_contradicts_itself_is_seen(
    lie: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.run

    def lying(program: LinearProgram, options: SolveOptions) -> engine.Answer:
        honest = real(program, options)
        return honest if options.presolve else replace(honest, **lie)

    monkeypatch.setattr(engine, "run", lying)
    if words:
        with pytest.raises(WrongAnswerError, match=words):
            solve_checked(PROBLEM, EXACT)
    else:
        assert solve_checked(PROBLEM, EXACT).objective == 17


def test_what_is_not_proven_is_not_solved_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    runs, real = [], engine.run
    monkeypatch.setattr(engine, "run", lambda *of: runs.append(of) or real(*of))  # type: ignore[func-returns-value]
    solve_checked(Written(split_market), SolveOptions(gap=0.0, node_limit=2))
    assert len(runs) == 1
    solve_checked(PROBLEM, EXACT)
    assert [options.presolve for _, options in runs[1:]] == [True, False]


def test_an_answer_without_solution_has_nothing_wrong() -> None:
    assert audit(PROBLEM, Solved(Ending.INFEASIBLE, None, None, None, 0.0)) == []


def test_what_a_problem_does_not_offer_is_not_checked() -> None:
    problem = Written(carpenter)
    assert terms_of(problem, {}) == ()
    assert not takes_apart(problem)
    assert not takes_apart(pin(problem, {("t", None): 1}))
    assert takes_apart(pin(PROBLEM, {("level", "early"): 1}))
    assert solve_checked(pin(problem, {("t", None): 1})).objective == pytest.approx(15)


def test_scores_add_up_by_name_and_entity() -> None:
    terms: Iterable[Term] = (
        Term("wait", "a", 2, 3),
        Term("wait", "b", 1, 3),
        Term("move", "a", 4, 0.5),
        Term("x", "c", 9),
    )
    assert total(terms) == 11
    assert by_name(terms) == {"wait": 9, "move": 2, "x": 0}
    assert by_entity(terms) == {"a": 8, "b": 3, "c": 0}
