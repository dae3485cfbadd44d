"""A living solver object answers as a new one would, whatever it solved before."""

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.cover import CoverProblem
from optimize.decisions import ANY
from optimize.live import Live
from optimize.solver import Compiled, Ending, SolveOptions
from tests.unit.test_cover import shifts
from tests.unit.test_solver import EXACT, Written, carpenter, fixed_too_low, split_market, whole_carpenter

pytestmark = pytest.mark.unit

PROBLEM = CoverProblem(shifts())


def needs(live: Compiled[Any], needed: list[float]) -> None:
    live.change_row_bounds(np.arange(3), np.array(needed), np.full(3, np.inf))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=4), st.booleans())
@settings(deadline=None)
def test_every_answer_is_that_of_a_new_object(rounds: list[list[float]], whole: bool) -> None:
    problem = CoverProblem(shifts(whole))
    live = Live(problem, EXACT)
    for needed in rounds:
        needs(live, needed)
        new = Compiled(problem)
        needs(new, needed)
        expected, found = new.solve(EXACT), live.solve()
        assert (found.ending, found.objective, found.bound) == (expected.ending, expected.objective, expected.bound)
        assert found.solution is not None
        assert expected.solution is not None
        np.testing.assert_array_equal(found.solution.levels, expected.solution.levels)


def test_pins_hold_until_they_are_taken_back() -> None:
    live = Live(PROBLEM, EXACT)
    assert live.solve().objective == 17
    live.pin({("level", "early"): 2})
    live.pin({("level", "early"): 3, ("level", "late"): 4})
    assert live.solve().objective == 31
    live.unpin()
    live.unpin()
    assert live.solve().objective == 17
    assert live.program.column_lower.tolist() == [0, 0]
    assert live.program.column_upper.tolist() == [np.inf, np.inf]


def test_costs_and_bounds_of_columns_change_in_place() -> None:
    live = Live(Written(carpenter))
    columns = np.array([live.columns("t")[None]])
    live.change_costs(columns, np.array([1.0]))
    assert live.solve().objective == pytest.approx(12)
    live.change_column_bounds(columns, np.array([2.0]), np.array([2.0]))
    assert live.solve().objective == pytest.approx(10)
    live.change_column_bounds(columns, np.array([5.0]), np.array([9.0]))
    assert live.solve().ending is Ending.INFEASIBLE


@pytest.mark.parametrize("change", ["change_costs", "change_row_bounds", "change_column_bounds"])
def test_numbers_that_are_none_are_refused_and_change_nothing(change: str) -> None:
    live = Live(Written(carpenter))
    numbers = [np.array([np.nan])] * (1 if change == "change_costs" else 2)
    with pytest.raises(ValueError, match="of the program hold"):
        getattr(live, change)(np.array([0]), *numbers)
    assert live.solve().objective == pytest.approx(21)


def test_a_start_is_a_solution_at_once() -> None:
    """Without a single node the search ends with what it was given, or better."""
    options = SolveOptions(gap=0.0, node_limit=0, presolve=False)
    cold, warm = Live(Written(split_market), options), Live(Written(split_market), options)
    searched = Live(Written(split_market), SolveOptions(gap=0.0, node_limit=300)).solve()
    assert searched.solution is not None
    assert searched.objective is not None
    warm.start_from({("x", j): searched.solution[f"x[{j}]"] for j in range(40)})
    begun, found = cold.solve().objective, warm.solve().objective
    assert found is not None
    assert found <= searched.objective + 1e-6
    assert begun is None or begun > found
    forgotten = warm.solve().objective  # a start counts once
    assert forgotten == begun


def test_a_start_may_be_sparse() -> None:
    live = Live(Written(whole_carpenter), EXACT)
    live.start_from({("t", None): 1})
    assert live.solve().objective == pytest.approx(20)


def test_the_fuse_burns_anew_for_every_solve() -> None:
    """The clock of a living object runs on, so the limit must move along with it."""
    live = Live(Written(split_market), SolveOptions(gap=0.0, node_limit=30, fuse_seconds=7.0))
    highs, limits, clocks = live._held._highs, [], [0.0]
    for _ in range(3):
        assert not live.solve().fuse_blown
        limits.append(highs.getOptionValue("time_limit")[1])
        clocks.append(highs.getRunTime())
    assert clocks == sorted(set(clocks))
    assert limits == pytest.approx([7.0 + clock for clock in clocks[:3]])
    blown = Live(Written(split_market), SolveOptions(fuse_seconds=1e-9))
    assert [blown.solve().fuse_blown for _ in range(2)] == [True, True]


def test_other_options_take_a_new_object() -> None:
    live = Live(Written(split_market), SolveOptions(gap=0.0, node_limit=1))
    assert live.solve(SolveOptions(gap=1e6)).ending is Ending.OPTIMAL
    assert live.solve().ending is not Ending.OPTIMAL


def test_any_pins_every_member() -> None:
    live = Live(PROBLEM, EXACT)
    live.pin({("level", ANY): 5})
    solved = live.solve()
    assert solved.solution is not None
    assert solved.solution.levels.tolist() == [5, 5]
    with pytest.raises(KeyError, match="no index 'noon'"):
        live.pin({("level", "noon"): 1})


def test_a_model_that_cannot_be_is_refused_when_compiled() -> None:
    with pytest.raises(Exception, match="floor"):
        Live(Written(fixed_too_low))


def test_a_program_without_columns_is_solved_too() -> None:
    nothing = CoverProblem(replace(shifts(), coverage=np.zeros((3, 2)), needed=np.zeros(3), cost=np.zeros(2)))
    live = Live(nothing)
    assert [live.solve().objective for _ in range(2)] == [0, 0]


def test_solving_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    live = Live(Written(split_market), SolveOptions(node_limit=3))
    live.start_from({("x", 0): 1})
    live.solve()
    live.solve()
    sys.stdout.flush()
    assert capfd.readouterr() == ("", "")
