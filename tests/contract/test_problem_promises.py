"""Every problem of the optimizer keeps every promise: exact, explained, softened, questioned, pinned, planned again.

A problem without a question in `tests/problem_questions.py`, or without a golden model, fails here.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimize.audit import solve_checked
from optimize.explain import explain
from optimize.pin import pin, why_not
from optimize.recourse import Recourse
from optimize.replan import plan, replan
from optimize.score import by_entity, by_name, terms_of, total
from optimize.soft import soften
from optimize.solver import Ending, SolveOptions, solve
from tests.contract.test_problems import problems
from tests.golden import texts
from tests.problem_questions import QUESTIONS, Question

pytestmark = pytest.mark.contract

EXACT = SolveOptions(gap=0.0)
by_problem = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question.problem).__name__)


def test_every_problem_has_a_question() -> None:
    assert {type(question.problem) for question in QUESTIONS} == {*problems(), Recourse}


def test_every_problem_has_a_golden_model(monkeypatch: pytest.MonkeyPatch) -> None:
    written: set[type] = set()
    monkeypatch.setattr(texts, "text", lambda problem: written.add(type(problem)))
    for name, write in texts.GOLDEN.items():
        if name.endswith(".lp"):
            write()
    assert written == {*problems(), Recourse}


@by_problem
def test_the_exact_answer_is_found_and_holds_on_a_second_look(question: Question) -> None:
    solved = solve_checked(question.problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.objective == solved.bound == pytest.approx(question.objective)


@by_problem
def test_the_score_is_taken_apart_by_constraint_and_by_entity(question: Question) -> None:
    solved = solve(question.problem, EXACT)
    assert solved.solution is not None
    terms = terms_of(question.problem, solved.solution)
    assert all(by_name(terms))
    assert any(by_entity(terms))  # "" is the whole
    for parts in (by_name(terms), by_entity(terms)):
        assert sum(parts.values()) == pytest.approx(total(terms)) == pytest.approx(solved.objective)


@by_problem
def test_why_not_costs_what_it_costs(question: Question) -> None:
    asked = why_not(question.problem, question.forced, EXACT)
    assert asked.cost == pytest.approx(question.cost)
    assert asked.within == pytest.approx(0.0, abs=1e-6)
    assert "more" in asked.text
    assert question.cost > 0


@by_problem
def test_what_cannot_be_is_explained_in_words_with_what_must_give(question: Question) -> None:
    asked = why_not(question.problem, question.too_much, EXACT)
    assert (asked.cost, asked.forced.ending) == (None, Ending.INFEASIBLE)
    conflict = asked.conflict
    assert conflict is not None
    assert conflict.minimal
    spoken = [part for part in conflict.parts if part.words and not part.words.startswith(f"{part.name}:")]
    assert spoken  # of the problem's own words, not of formulas
    assert conflict.relaxation
    assert all(giving.amount > 0 and giving.words for giving in conflict.relaxation)


@by_problem
def test_what_cannot_be_gives_at_its_price(question: Question) -> None:
    soft = soften(question.problem, question.soft)
    assert solve(soft, EXACT).objective is not None
    solved = solve(pin(soft, question.too_much), EXACT)
    assert solved.solution is not None
    assert solved.solution.slack_cost == pytest.approx(question.slack_cost)
    for slack in solved.solution.slacks:
        assert slack.words
        assert slack.price == question.soft[slack.constraint]


@by_problem
def test_what_is_pinned_stays(question: Question) -> None:
    planned = plan(question.problem, question.names, EXACT)
    assert planned.solution is not None
    pinned = solve(pin(question.problem, planned.solution.decisions), EXACT)
    assert pinned.objective == pytest.approx(question.objective)


@by_problem
def test_planning_again_changes_least(question: Question) -> None:
    planned = plan(question.problem, question.names, EXACT)
    assert planned.solution is not None
    before = planned.solution.decisions
    same = replan(question.problem, before, options=EXACT)
    assert same.solution is not None
    assert same.solution.changes == ()
    changed = pin(question.problem, question.forced)
    near, anew = replan(changed, before, options=EXACT), plan(changed, question.names, EXACT)
    assert near.solution is not None
    assert anew.solution is not None
    moved = sum(abs(anew.solution.decisions[one] - value) for one, value in before.items())
    assert 0 < near.solution.distance <= moved + 1e-6
    assert near.solution.changes


@by_problem
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.data())
def test_any_of_its_kind_is_solved_or_explained(question: Question, chance: st.DataObject) -> None:
    """What has a solution passes a second look; what has none has a reason."""
    problem: Any = chance.draw(question.drawn)
    solved, conflict = solve_checked(problem, EXACT), explain(problem, EXACT)
    assert solved.ending in (Ending.OPTIMAL, Ending.INFEASIBLE)
    assert conflict.ending is solved.ending
    assert (solved.solution is None) == bool(conflict.lines)
