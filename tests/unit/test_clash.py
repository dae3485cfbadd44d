"""Clashes of random programs: infeasible as a whole, feasible without any one member, and the least that must give."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimize import engine
from optimize.clash import Clash, Member, find_clash, least_relaxation
from optimize.engine import Suspects
from optimize.program import LinearProgram
from optimize.solver import Ending, SolveOptions
from tests.unit.test_solver import EXACT, program

pytestmark = pytest.mark.unit


@st.composite
def programs(draw: st.DrawFn, whole: bool) -> LinearProgram:
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    entry = st.integers(-2, 3)
    matrix = [draw(st.lists(entry, min_size=n, max_size=n)) for _ in range(m)]
    lower = np.array(draw(st.lists(st.sampled_from([-np.inf, 1, 3]), min_size=m, max_size=m)))
    width = np.array(draw(st.lists(st.sampled_from([0, 2, np.inf]), min_size=m, max_size=m)))
    upper = np.where(np.isfinite(lower), np.maximum(lower, 0) + width, draw(st.sampled_from([-1.0, 2.0])))
    made = program([1] * n, matrix, lower.tolist(), upper.tolist())
    bounds = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 3.0, np.inf]), min_size=n, max_size=n)))
    return replace(made, column_upper=bounds, integer=np.full(n, whole))


def dense(made: LinearProgram) -> np.ndarray:
    matrix = np.zeros((made.row_lower.size, made.costs.size))
    columns = np.repeat(np.arange(made.costs.size), np.diff(made.starts))
    matrix[made.row_indices, columns] = made.coefficients
    return matrix


def holds(made: LinearProgram, members: list[Member], whole: bool) -> bool:
    """Ask scipy whether these members can hold together; in whole numbers all bounds of columns count."""
    rows = [member.position for member in members if member.side == "row"]
    lower, upper = ({one.position for one in members if one.side == side} for side in ("lower", "upper"))
    n = made.costs.size
    every = set(range(n)) if whole else set()
    low = [made.column_lower[j] if j in lower | every else -np.inf for j in range(n)]
    high = [made.column_upper[j] if j in upper | every else np.inf for j in range(n)]
    matrix = dense(made)[rows]
    above, below = np.isfinite(made.row_lower[rows]), np.isfinite(made.row_upper[rows])
    a = np.vstack((-matrix[above], matrix[below], np.zeros((1, n))))
    b = np.concatenate((-made.row_lower[rows][above], made.row_upper[rows][below], [0.0]))
    found = linprog(
        np.zeros(n), A_ub=a, b_ub=b, bounds=list(zip(low, high, strict=True)), integrality=np.full(n, int(whole))
    )
    assert found.status in (0, 2)
    return bool(found.status == 0)


def check(made: LinearProgram, found: Clash | Ending) -> None:
    if isinstance(found, Ending):
        assert found in (Ending.OPTIMAL, Ending.UNBOUNDED)
        return
    members = list(found.members)
    assert found.irreducible
    assert not holds(made, members, found.whole)
    for member in members:
        assert holds(made, [one for one in members if one != member], found.whole)


@given(programs(whole=False))
def test_clashes_of_fractions_are_irreducible(made: LinearProgram) -> None:
    check(made, find_clash(made, EXACT))


@given(programs(whole=True))
def test_clashes_of_whole_numbers_are_irreducible(made: LinearProgram) -> None:
    check(made, find_clash(made, EXACT))


@pytest.mark.parametrize("lie", [Suspects((), (), ()), Suspects((0,), (), ())])
@given(made=programs(whole=False))
def test_a_solver_that_names_nothing_or_the_wrong_is_not_believed(lie: Suspects, made: LinearProgram) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "suspects", lambda *_: lie)
        check(made, find_clash(made, EXACT))


def test_what_highs_names_is_used() -> None:
    made = program([1, 1], [[1, 1], [1, -1], [1, 0]], [7, -np.inf, -np.inf], [np.inf, 9, 9])
    found = find_clash(made, EXACT)
    assert isinstance(found, Clash)
    assert found.members == (Member("row", 0), Member("upper", 0), Member("upper", 1))


@given(programs(whole=False))
def test_the_least_relaxation_is_as_cheap_as_scipy_finds(made: LinearProgram) -> None:
    m, n = made.row_lower.size, made.costs.size
    prices = 1.0 + np.arange(m)
    found = least_relaxation(made, np.arange(m), prices, EXACT)
    matrix = dense(made)
    above, below = np.isfinite(made.row_lower), np.isfinite(made.row_upper)
    gives = np.eye(m)
    a = np.vstack((np.hstack((-matrix, -gives))[above], np.hstack((matrix, -gives))[below]))
    b = np.concatenate((-made.row_lower[above], made.row_upper[below]))
    bounds = [*zip(made.column_lower, made.column_upper, strict=True), *[(0, np.inf)] * m]
    expected = linprog(np.concatenate((np.zeros(n), prices)), A_ub=a, b_ub=b, bounds=bounds)
    assert found is not None
    assert found.proven
    assert prices[found.rows] @ (found.short + found.over) == pytest.approx(expected.fun, abs=1e-6)
    lower, upper = made.row_lower.copy(), made.row_upper.copy()
    lower[found.rows] -= found.short + 1e-6
    upper[found.rows] += found.over + 1e-6
    eased = replace(made, row_lower=lower, row_upper=upper).without_costs()
    assert engine.run(eased, EXACT).ending is Ending.OPTIMAL


def test_rows_that_may_not_give_do_not() -> None:
    made = program([1], [[1], [1]], [2, -np.inf], [np.inf, 1])
    only_second = least_relaxation(made, np.array([1]), np.ones(1), EXACT)
    assert only_second is not None
    assert (only_second.rows.tolist(), only_second.over.tolist()) == ([1], [1])
    beyond = replace(made, row_lower=np.array([5.0, -np.inf]))
    assert least_relaxation(beyond, np.array([1]), np.ones(1), EXACT) is None  # no column may exceed 3


def test_a_limit_is_an_ending() -> None:
    made = replace(program([1], [[2]], [1], [1]), integer=np.array([True]))
    assert isinstance(find_clash(made, EXACT), Clash)
    assert find_clash(program([1], [[1]], [1], [2]), SolveOptions()) is Ending.OPTIMAL
