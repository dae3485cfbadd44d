"""The door to the solver: every ending, exact small programs, silence, and no memory of earlier solves."""

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize import engine
from optimize.program import LinearProgram
from optimize.solver import Compiled, Ending, SolveOptions, prices, solve, text

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


@dataclass(frozen=True)
class Written:
    """A problem written by a function; its solution is the value of every variable, by name."""

    write: Callable[[Any], None]

    def build(self) -> pyo.ConcreteModel:
        model = pyo.ConcreteModel()
        self.write(model)
        return model

    def read(self, model: pyo.ConcreteModel) -> dict[str, float]:
        return {variable.name: variable.value for variable in model.component_data_objects(pyo.Var)}


def carpenter(model: Any, domain: Any = pyo.NonNegativeReals) -> None:
    """max 5 t + 4 c within 6 t + 4 c ≤ 24 and t + 2 c ≤ 6: (3, 1.5) worth 21; in whole numbers (4, 0) worth 20."""
    model.t = pyo.Var(domain=domain)
    model.c = pyo.Var(domain=domain)
    model.worth = pyo.Objective(expr=5 * model.t + 4 * model.c, sense=pyo.maximize)
    model.wood = pyo.Constraint(expr=6 * model.t + 4 * model.c <= 24)
    model.work = pyo.Constraint(expr=model.t + 2 * model.c <= 6)


def whole_carpenter(model: Any) -> None:
    carpenter(model, pyo.NonNegativeIntegers)


def test_a_linear_program() -> None:
    solved = solve(Written(carpenter))
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == pytest.approx({"t": 3, "c": 1.5})
    assert solved.objective == pytest.approx(21)
    assert solved.bound == solved.objective
    assert (solved.nodes, solved.fuse_blown) == (0, False)
    assert solved.seconds > 0


def test_a_program_in_whole_numbers() -> None:
    solved = solve(Written(whole_carpenter), EXACT)
    assert solved.solution == {"t": 4, "c": 0}
    assert solved.objective == pytest.approx(20)
    assert solved.bound == pytest.approx(20)


def test_whole_numbers_are_whole_where_the_solver_is_only_near() -> None:
    def write(model: Any) -> None:
        model.open = pyo.Var(domain=pyo.Integers, bounds=(0, 5))
        model.used = pyo.Var(bounds=(0.4, 10))
        model.only_if = pyo.Constraint(expr=model.used <= 1e6 * model.open)
        model.cost = pyo.Objective(expr=model.open)

    solved = solve(Written(write), SolveOptions(gap=0.0, presolve=False))
    assert solved.solution is not None
    assert solved.solution["open"] in (0, 1)


def too_much(model: Any) -> None:
    carpenter(model)
    model.order = pyo.Constraint(expr=model.t + model.c >= 7)


def odd(model: Any) -> None:
    model.x = pyo.Var([1, 2], domain=pyo.Integers, bounds=(0, 9))
    model.one = pyo.Objective(expr=model.x[1])
    model.half = pyo.Constraint(expr=2 * model.x[1] == 2 * model.x[2] + 1)


def fixed_too_low(model: Any) -> None:
    model.x = pyo.Var(initialize=3)
    model.x.fix()
    model.y = pyo.Var()
    model.cost = pyo.Objective(expr=model.y)
    model.floor = pyo.Constraint(expr=model.x >= 5)


def crossed_bounds(model: Any) -> None:
    model.x = pyo.Var(bounds=(2, 1))
    model.cost = pyo.Objective(expr=model.x)


@pytest.mark.parametrize("write", [too_much, odd, fixed_too_low, crossed_bounds])
def test_infeasible_is_an_ending(write: Callable[[Any], None]) -> None:
    solved = solve(Written(write))
    assert solved.ending is Ending.INFEASIBLE
    assert (solved.solution, solved.objective, solved.bound) == (None, None, None)


def endless(model: Any, domain: Any = pyo.NonNegativeReals) -> None:
    model.x = pyo.Var(domain=domain)
    model.y = pyo.Var(domain=domain)
    model.cost = pyo.Objective(expr=-model.x)
    model.near = pyo.Constraint(expr=model.x - model.y <= 1)


def endless_whole(model: Any) -> None:
    endless(model, pyo.NonNegativeIntegers)


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("write", [endless, endless_whole])
def test_unbounded_is_an_ending(write: Callable[[Any], None], presolve: bool) -> None:
    solved = solve(Written(write), SolveOptions(presolve=presolve))
    assert solved.ending is Ending.UNBOUNDED
    assert (solved.solution, solved.objective, solved.bound) == (None, None, None)


def split_market(model: Any) -> None:
    """Miss the equal split of 40 customers over 4 products by as little as possible: easy to meet, hard to prove."""
    shares = np.random.default_rng(np.random.PCG64(5)).integers(0, 100, (4, 40)).tolist()
    model.x = pyo.Var(range(40), domain=pyo.Binary)
    model.miss = pyo.Var(range(4), [-1, 1], domain=pyo.NonNegativeReals)
    model.missed = pyo.Objective(expr=pyo.quicksum(model.miss.values()))
    model.split = pyo.Constraint(
        range(4),
        rule=lambda m, i: (
            sum(shares[i][j] * m.x[j] for j in range(40)) + m.miss[i, 1] - m.miss[i, -1] == sum(shares[i]) // 2
        ),
    )


def test_a_node_limit_ends_with_a_solution_that_is_not_proven_and_repeats() -> None:
    options = SolveOptions(gap=0.0, node_limit=20)
    first, second = solve(Written(split_market), options), solve(Written(split_market), options)
    assert first.ending is Ending.FEASIBLE
    assert not first.fuse_blown
    assert first.nodes == 20
    assert first.objective is not None
    assert first.bound is not None
    assert first.objective > first.bound
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_blown_fuse_is_recorded() -> None:
    solved = solve(Written(split_market), SolveOptions(gap=0.0, fuse_seconds=1e-9))
    assert solved.ending is Ending.NO_ANSWER
    assert solved.fuse_blown
    assert solved.solution is None


def test_the_gap_ends_a_solve_early() -> None:
    solved = solve(Written(split_market), SolveOptions(gap=1e6, node_limit=1000))
    assert solved.ending is Ending.OPTIMAL
    assert solved.objective is not None
    assert solved.bound is not None
    assert solved.objective > solved.bound


def test_the_seed_chooses_another_way_to_search() -> None:
    ways = [solve(Written(split_market), SolveOptions(node_limit=20, seed=seed)).objective for seed in range(4)]
    assert len(set(ways)) > 1


@pytest.mark.parametrize("write", [carpenter, whole_carpenter, too_much, endless_whole, split_market])
def test_solving_prints_nothing(write: Callable[[Any], None], capfd: pytest.CaptureFixture[str]) -> None:
    solve(Written(write), SolveOptions(node_limit=2))
    prices(Written(write), [])
    sys.stdout.flush()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"gap": -1, "seed": -1}, "gap is -1.*seed is -1"),
        ({"gap": float("nan")}, "gap is nan"),
        ({"node_limit": -1}, "node_limit is -1"),
        ({"fuse_seconds": 0}, "fuse_seconds is 0"),
        ({"seed": 2**31}, "seed is 2147483648"),
    ],
)
def test_impossible_options_are_named_together(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SolveOptions(**fields)


def ranged(model: Any) -> None:
    """One constraint between two bounds, a fixed variable, an unused one and constants everywhere."""
    model.x = pyo.Var([1, 2], bounds=(0, 10))
    model.held = pyo.Var(initialize=2)
    model.held.fix()
    model.unused = pyo.Var(bounds=(3, 8))
    model.cost = pyo.Objective(expr=model.x[1] + 2 * model.x[2] + 3 * model.held + 100)
    model.between = pyo.Constraint(expr=(5, model.x[1] + model.x[2] + model.held + 1, 9))
    model.free = pyo.Constraint(expr=model.x[1] + model.x[2] <= float("inf"))
    model.constant = pyo.Constraint(expr=model.held <= 5)
    model.least = pyo.Constraint([7], rule=lambda m, _: m.x[2] >= 0.5)


def test_ranges_constants_fixed_and_unused_variables() -> None:
    compiled = Compiled(Written(ranged))
    solved = compiled.solve(EXACT)
    assert solved.objective == pytest.approx(1.5 + 2 * 0.5 + 6 + 100)
    assert solved.solution == pytest.approx({"x[1]": 1.5, "x[2]": 0.5, "held": 2, "unused": 3})
    assert compiled.rows("between") == {None: 0}
    assert compiled.rows("least") == {7: 2}
    assert compiled.rows("constant") == {}
    assert compiled.columns("x") == {1: 0, 2: 1}
    bounds = [array.tolist() for array in (compiled.program.row_lower, compiled.program.row_upper)]
    assert bounds == [[2, -np.inf, 0.5], [6, np.inf, np.inf]]
    with pytest.raises(KeyError, match="no component 'betwixt'"):
        compiled.rows("betwixt")


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_of_cycles_rests_only_while_a_model_is_made(on: bool) -> None:
    def write(model: Any) -> None:
        carpenter(model)
        assert not gc.isenabled()

    before = gc.isenabled()
    try:
        gc.enable() if on else gc.disable()
        Compiled(Written(write))
        assert gc.isenabled() is on
    finally:
        gc.enable() if before else gc.disable()


def test_a_model_without_objective_asks_for_any_solution() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var(bounds=(0, 1))
        model.exact = pyo.Constraint(expr=2 * model.x == 1)

    solved = solve(Written(write))
    assert (solved.ending, solved.solution, solved.objective) == (Ending.OPTIMAL, {"x": 0.5}, 0)


def test_a_model_without_used_variables_is_worth_its_constant() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var(bounds=(None, -2))
        model.cost = pyo.Objective(expr=7)

    solved = solve(Written(write))
    assert (solved.ending, solved.solution, solved.objective) == (Ending.OPTIMAL, {"x": -2}, 7)


def test_two_objectives_are_refused() -> None:
    def write(model: Any) -> None:
        carpenter(model)
        model.other = pyo.Objective(expr=model.t)

    with pytest.raises(ValueError, match="2 objectives"):
        solve(Written(write))


@pytest.mark.parametrize("cost", [float("inf"), float("nan")])
def test_numbers_that_are_not_finite_are_refused(cost: float) -> None:
    compiled = Compiled(Written(carpenter))
    compiled.change_costs(np.array([0]), np.array([cost]))
    with pytest.raises(ValueError, match="costs of the program"):
        compiled.solve(EXACT)
    compiled = Compiled(Written(carpenter))
    compiled.change_row_bounds(np.array([0]), np.array([np.nan]), np.array([1.0]))
    with pytest.raises(ValueError, match="row_lower of the program"):
        compiled.solve(EXACT)


def test_a_change_leaves_the_program_of_before_alone() -> None:
    compiled = Compiled(Written(carpenter))
    before = compiled.program
    compiled.change_costs(np.array([0]), np.array([9.0]))
    assert (before.costs[0], compiled.program.costs[0]) == (5, 9)


def test_changed_numbers_give_the_answer_of_a_new_model() -> None:
    compiled = Compiled(Written(carpenter))
    t, wood = np.array([compiled.columns("t")[None]]), np.array([compiled.rows("wood")[None]])
    compiled.change_costs(t, np.array([1.0]))
    assert compiled.solve(EXACT).objective == pytest.approx(12)  # 3 chairs
    compiled.change_costs(t, np.array([5.0]))
    compiled.change_row_bounds(wood, np.array([-np.inf]), np.array([12.0]))
    assert compiled.solve(EXACT).objective == pytest.approx(12)  # 3 chairs again, or 1.5 and 1.125 worth 12
    compiled.change_column_bounds(t, np.array([1.0]), np.array([1.0]))
    assert compiled.solve(EXACT).objective == pytest.approx(5 + 4 * 1.5)
    compiled.change_column_bounds(t, np.array([3.0]), np.array([3.0]))
    assert compiled.solve(EXACT).ending is Ending.INFEASIBLE
    compiled.change_column_bounds(t, np.array([0.0]), np.array([np.inf]))
    compiled.change_row_bounds(wood, np.array([-np.inf]), np.array([24.0]))
    assert compiled.solve(EXACT).solution == pytest.approx({"t": 3, "c": 1.5})


def test_shadow_prices_are_the_worth_of_one_more() -> None:
    solved = prices(Written(carpenter), ["wood", "work"])
    assert solved.solution is not None
    assert solved.solution.label == "LP"
    assert solved.solution.by_constraint["wood"] == {None: pytest.approx(0.75)}
    assert solved.solution.by_constraint["work"] == {None: pytest.approx(0.5)}
    assert solved.objective == pytest.approx(24 * 0.75 + 6 * 0.5)  # duality


def test_prices_of_a_program_in_whole_numbers_say_that_they_are_relaxed() -> None:
    solved = prices(Written(whole_carpenter), ["wood"])
    assert solved.solution is not None
    assert solved.solution.label == "LP relaxation"
    assert solved.solution.by_constraint == {"wood": {None: pytest.approx(0.75)}}
    assert solved.objective == pytest.approx(21)


def test_prices_of_least_cost_and_of_members_that_bind_nothing() -> None:
    solved = prices(Written(ranged), ["between", "free", "constant", "least"])
    assert solved.solution is not None
    assert solved.solution.by_constraint == {
        "between": {None: pytest.approx(1)},
        "free": {None: 0},
        "constant": {None: 0},
        "least": {7: pytest.approx(1)},
    }


@pytest.mark.parametrize(
    ("write", "ending"),
    [(too_much, "infeasible"), (fixed_too_low, "infeasible"), (endless_whole, "unbounded")],
)
def test_prices_meet_every_ending(write: Callable[[Any], None], ending: str) -> None:
    solved = prices(Written(write), [])
    assert (solved.ending, solved.solution, solved.objective) == (ending, None, None)


def test_a_price_of_an_unknown_constraint_is_refused() -> None:
    with pytest.raises(KeyError, match="no component 'wod'"):
        prices(Written(carpenter), ["wod"])


def test_a_model_can_be_printed() -> None:
    lines = text(Written(whole_carpenter)).splitlines()
    assert "c_u_wood_:" in lines
    assert "+6 t" in lines


def program(costs: list[int], matrix: list[list[int]], lower: list[float], upper: list[float]) -> LinearProgram:
    """Write max costs·x over lower ≤ matrix x ≤ upper, 0 ≤ x ≤ 3, in arrays."""
    a = np.array(matrix, dtype=np.float64).reshape(len(upper), len(costs))
    columns, rows = np.nonzero(a.T)
    return LinearProgram(
        maximize=True,
        offset=0.0,
        costs=np.array(costs, dtype=np.float64),
        column_lower=np.zeros(len(costs)),
        column_upper=np.full(len(costs), 3.0),
        row_lower=np.array(lower, dtype=np.float64),
        row_upper=np.array(upper, dtype=np.float64),
        starts=np.searchsorted(columns, np.arange(len(costs) + 1)),
        row_indices=rows,
        coefficients=a.T[columns, rows],
        integer=np.zeros(len(costs), dtype=np.bool_),
    )


@st.composite
def restrictions(draw: st.DrawFn) -> tuple[LinearProgram, list[int]]:
    n, m = draw(st.integers(1, 5)), draw(st.integers(0, 4))
    coefficient = st.integers(-2, 4)
    costs = draw(st.lists(coefficient, min_size=n, max_size=n))
    matrix = [draw(st.lists(coefficient, min_size=n, max_size=n)) for _ in range(m)]
    lower = draw(st.lists(st.sampled_from([-np.inf, -2, 0, 1]), min_size=m, max_size=m))
    upper = draw(st.lists(st.sampled_from([-1, 2, 5, np.inf]), min_size=m, max_size=m))
    return program(costs, matrix, lower, upper), sorted(draw(st.sets(st.integers(0, n - 1))))


@given(restrictions())
def test_a_restriction_is_the_program_with_the_other_columns_held_at_zero(
    case: tuple[LinearProgram, list[int]],
) -> None:
    whole, columns = case
    kept = np.isin(np.arange(whole.costs.size), columns)
    held = replace(whole, column_upper=np.where(kept, whole.column_upper, 0.0))
    expected = engine.run(held, EXACT)
    found = engine.run(whole.restricted_to(np.array(columns, dtype=np.intp)), EXACT)
    assert found.ending is expected.ending
    assert found.objective == (None if expected.objective is None else pytest.approx(expected.objective))


def test_a_restriction_leaves_out_rows_that_cannot_bind() -> None:
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, 1, 2]]
    whole = program([1, 2, 3], rows, [-np.inf] * 5, [1, 2, 3, 4, np.inf])
    part = whole.restricted_to(np.array([1, 2]))
    assert part.costs.tolist() == [2, 3]
    assert part.row_upper.tolist() == [2, 3, 4]
    assert part.starts.tolist() == [0, 2, 4]
    assert part.row_indices.tolist() == [0, 2, 1, 2]
    assert part.coefficients.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("lower", "upper", "ending"), [(0, 0, "optimal"), (1, 2, "infeasible"), (-2, -1, "infeasible")]
)
def test_a_program_without_columns_is_judged_by_its_rows(lower: float, upper: float, ending: str) -> None:
    nothing = program([1], [[1]], [lower], [upper]).restricted_to(np.empty(0, dtype=np.intp))
    assert engine.run(nothing, EXACT).ending == ending


@given(restrictions(), restrictions())
def test_an_answer_does_not_depend_on_the_solves_before(
    case: tuple[LinearProgram, list[int]], other: tuple[LinearProgram, list[int]]
) -> None:
    before = engine.run(case[0], EXACT)
    engine.run(other[0], SolveOptions(seed=9, presolve=False))
    after = engine.run(case[0], EXACT)
    assert before.ending is after.ending
    np.testing.assert_array_equal(before.values, after.values)
