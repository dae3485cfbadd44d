"""Wrapped problems are problems: wrappers go on top of each other, in any order, and speak for what is within."""

from typing import Any

import pytest

from optimize.audit import solve_checked
from optimize.cover import CoverProblem
from optimize.decisions import ANY
from optimize.explain import explain
from optimize.pin import pin, why_not
from optimize.recourse import Recourse
from optimize.replan import Near, Remembered
from optimize.score import terms_of, total
from optimize.soft import soften
from optimize.solver import Ending, prices, text
from tests.unit.test_cover import shifts
from tests.unit.test_solver import EXACT

pytestmark = pytest.mark.unit

COVER = CoverProblem(shifts())
EARLY, LATE = ("level", "early"), ("level", "late")


@pytest.mark.parametrize(
    ("problem", "objective"),
    [
        (soften(pin(COVER, {EARLY: 0}), {"cover": 3.0}), 8 + 9),  # dawn gives 1, noon 2
        (pin(soften(COVER, {"cover": 3.0}), {EARLY: 0}), 8 + 9),
        (soften(soften(pin(COVER, {EARLY: 0}), {"cover": 50.0}), {"pinned": 1.0}), 17 + 1),
        (soften(pin(soften(COVER, {"cover": 3.0}), {EARLY: 0}), {"pinned": 0.5}), 13 + 3 + 0.5),
        (Recourse((soften(pin(COVER, {EARLY: 0}), {"cover": 3.0}),), ("level",)), 17),
        (Near(Near(COVER, {EARLY: 3.0}, 1.0), {LATE: 1.0}, 1.0), 18 + 1 + 1),
        (pin(Recourse((COVER, COVER), ("level",)), {("scenario[1].level", "early"): 2}), 18),
        (Recourse((pin(COVER, {EARLY: 2}), COVER), ("level",)), 18),
        (soften(Recourse((pin(COVER, {EARLY: 0}), COVER), ("level",)), {"scenario[0].pinned": 1.0}), 18),
        (Near(pin(COVER, {LATE: 5}), {EARLY: 1.0, LATE: 3.0}), 2),
        (Remembered(pin(COVER, {LATE: 5}), ("level",)), 25),
    ],
)
def test_any_order_solves_and_adds_up(problem: Any, objective: float) -> None:
    solved = solve_checked(problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.objective == pytest.approx(objective)
    terms = terms_of(problem, solved.solution)
    assert not terms or total(terms) == pytest.approx(objective)


@pytest.mark.parametrize(
    "problem",
    [
        pin(COVER, {EARLY: 0}),
        pin(Remembered(COVER, ("level",)), {EARLY: 0}),
        Near(pin(COVER, {EARLY: 0}), {LATE: 1.0}),
        Remembered(pin(COVER, {EARLY: 0}), ("level",)),
    ],
)
def test_every_wrapper_speaks_the_words_within(problem: Any) -> None:
    conflict = explain(problem, EXACT)
    assert set(conflict.lines) == {"dawn needs 1, and only early gives any", "level[early] is fixed at 0"}


def test_scenarios_and_softened_families_speak_too() -> None:
    recourse = Recourse((COVER, pin(COVER, {EARLY: 0})), ("level",))
    lines = explain(recourse, EXACT).lines
    assert "level[early] is fixed at 0 (in scenario 1)" in lines
    soft = soften(COVER, {"cover": 2.2})
    answer = why_not(soft, {("level", ANY): 0}, EXACT)
    assert answer.cost == pytest.approx(8 * 2.2 - 14.6)


def test_prices_and_texts_of_wrapped_problems() -> None:
    priced = prices(pin(COVER, {EARLY: 2}), ["pinned", "cover"])
    assert priced.solution is not None
    assert priced.solution.by_constraint["pinned"]["level[early] is fixed at 2"] == pytest.approx(1)
    assert priced.solution.by_constraint["cover"]["noon"] == pytest.approx(4)
    assert "pinned" in text(pin(COVER, {EARLY: 2}))
