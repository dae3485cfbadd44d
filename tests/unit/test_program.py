"""Programs in arrays: rows and bounds that are dropped, and columns that let rows give."""

from dataclasses import replace

import numpy as np
import pytest

from optimize import engine
from optimize.contract import Ending
from optimize.program import LinearProgram
from tests.unit.test_solver import EXACT, program

pytestmark = pytest.mark.unit


@pytest.fixture
def made() -> LinearProgram:
    """Two columns x and y from 0 to 3; x + 2 y from 1 to 4, and 3 y at least 5; the most of x + y is 4 - 5 / 3."""
    return program([1, 1], [[1, 2], [0, 3]], [1, 5], [4, np.inf])


def test_other_rows_may_be_anything(made: LinearProgram) -> None:
    only = made.with_rows(np.array([1]))
    assert only.row_lower.tolist() == [-np.inf, 5]
    assert only.row_upper.tolist() == [np.inf, np.inf]
    assert engine.run(only, EXACT).objective == pytest.approx(6)
    assert engine.run(made, EXACT).objective == pytest.approx(4 - 5 / 3)
    assert made.row_lower.tolist() == [1, 5]


def test_other_bounds_of_columns_are_dropped(made: LinearProgram) -> None:
    loose = made.with_column_bounds(np.array([0]), np.array([1]))
    assert loose.column_lower.tolist() == [0, -np.inf]
    assert loose.column_upper.tolist() == [np.inf, 3]


def test_rows_give_on_both_sides_at_their_price(made: LinearProgram) -> None:
    tight = replace(made, row_lower=np.array([1.0, 30.0]))
    elastic = tight.elastic(np.array([0, 1]), np.array([1.0, 4.0]))
    assert elastic.costs.tolist() == [0, 0, 1, 4, 1, 4]
    assert elastic.starts.tolist() == [0, 1, 3, 4, 5, 6, 7]
    assert elastic.row_indices.tolist() == [0, 0, 1, 0, 1, 0, 1]
    assert elastic.coefficients.tolist() == [1, 2, 3, 1, 1, -1, -1]
    answer = engine.run(elastic, EXACT)
    assert answer.ending is Ending.OPTIMAL
    assert answer.objective == pytest.approx(2 + 4 * 21)  # y = 3: 2 over the first row, 21 short of the second
    assert answer.values is not None
    assert answer.values.tolist() == pytest.approx([0, 3, 0, 21, 2, 0])


def test_whole_columns_stay_whole_and_slack_is_not(made: LinearProgram) -> None:
    whole = replace(made, integer=np.array([True, False])).elastic(np.array([1]), np.ones(1))
    assert whole.integer.tolist() == [True, False, False, False]
    assert whole.relaxed().integer.tolist() == [False] * 4


@pytest.mark.parametrize(
    ("values", "objective", "holds"),
    [
        ([2 / 3, 5 / 3], 7 / 3, True),
        ([2 / 3 + 1e-7, 5 / 3], 7 / 3, True),  # rounding
        ([2 / 3, 5 / 3], 7 / 3 + 0.01, False),  # not what it costs
        ([0.7, 5 / 3], 0.7 + 5 / 3, False),  # x + 2 y is above 4
        ([0.0, 1.6], 1.6, False),  # 3 y is below 5
        ([-0.1, 5 / 3], 5 / 3 - 0.1, False),  # x is below 0
        ([np.nan, 5 / 3], 7 / 3, False),
    ],
)
def test_a_solution_is_summed_up_again(made: LinearProgram, values: list[float], objective: float, holds: bool) -> None:
    assert made.is_solved_by(np.array(values), objective) is holds


def test_large_numbers_are_held_within_their_size() -> None:
    """A whole column that is 0 within 1e-6 may open a row of 1e5 by 0.1, which rounding takes back."""
    large = program([1, 0], [[1, -100_000]], [-np.inf], [0])
    assert large.is_solved_by(np.array([0.1, 0.0]), 0.1)
    assert not large.is_solved_by(np.array([3.0, 0.0]), 3.0)


def test_a_solution_that_does_not_hold_is_no_answer(made: LinearProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.run(made, EXACT).ending is Ending.OPTIMAL
    monkeypatch.setattr(engine, "_values", lambda *_: np.array([3.0, 3.0]))
    answer = engine.run(made, EXACT)
    assert (answer.ending, answer.values, answer.objective) == (Ending.NO_ANSWER, None, None)
