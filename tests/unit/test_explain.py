"""A conflict is named in words, and dropping any of its lines removes it."""

from typing import Any

import pyomo.environ as pyo
import pytest

from optimize import engine
from optimize.explain import explain
from optimize.program import LinearProgram
from optimize.solver import Ending, SolveOptions, solve
from tests.unit.test_solver import Written, carpenter, endless_whole, fixed_too_low, odd, split_market

pytestmark = pytest.mark.unit


def ward(model: Any, without: str = "", domain: Any = pyo.NonNegativeReals) -> None:
    """Nurses by shift: needs of 6 and 7, a budget of 12, and demands that have nothing to do with it."""
    model.nurses = pyo.Var(["day", "night"], domain=domain, bounds=(0, 20))
    model.rooms = pyo.Var(bounds=(0, 9))
    model.cost = pyo.Objective(expr=pyo.quicksum(model.nurses.values()) + model.rooms)
    model.cover = pyo.Constraint(
        ["day", "night"],
        rule=lambda m, shift: m.nurses[shift] >= {"day": 6, "night": 7}[shift],
        doc="enough nurses in each shift",
    )
    model.budget = pyo.Constraint(expr=pyo.quicksum(model.nurses.values()) <= 12)
    model.space = pyo.Constraint(expr=model.rooms >= 2)
    if without:
        model.find_component(without).deactivate()


CONFLICT = {
    "cover[day] (enough nurses in each shift): 6  <=  nurses[day]",
    "cover[night] (enough nurses in each shift): 7  <=  nurses[night]",
    "budget: nurses[day] + nurses[night]  <=  12",
}


@pytest.mark.parametrize("domain", [pyo.NonNegativeReals, pyo.NonNegativeIntegers])
def test_the_conflict_is_exactly_the_constraints_that_clash(domain: Any) -> None:
    conflict = explain(Written(lambda model: ward(model, domain=domain)))
    assert conflict.ending is Ending.INFEASIBLE
    assert set(conflict.lines) == CONFLICT
    assert conflict.minimal


@pytest.mark.parametrize("name", ["cover[day]", "cover[night]", "budget"])
def test_without_any_of_them_the_problem_has_a_solution(name: str) -> None:
    problem = Written(lambda model: ward(model, without=name))
    assert solve(problem).ending is Ending.OPTIMAL
    assert explain(problem).lines == ()


def test_bounds_of_variables_take_part() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var([1, 2], bounds=(0, 10))
        model.most = pyo.Constraint(expr=model.x[1] + model.x[2] >= 25)
        model.other = pyo.Constraint(expr=model.x[1] >= 1)

    lines = explain(Written(write)).lines
    assert lines == ("most: 25  <=  x[1] + x[2]", "x[1] <= 10", "x[2] <= 10")


def test_lower_bounds_take_part() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var([1, 2], bounds=(4, 10))
        model.few = pyo.Constraint(expr=model.x[1] + model.x[2] <= 7)

    assert explain(Written(write)).lines == ("few: x[1] + x[2]  <=  7", "x[1] >= 4", "x[2] >= 4")


def test_signs_are_told_as_one_line() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var([1, 2], domain=pyo.NonNegativeReals)
        model.few = pyo.Constraint(expr=model.x[1] + model.x[2] <= -1)

    conflict = explain(Written(write))
    assert conflict.lines == ("few: x[1] + x[2]  <=  -1", "x[1] >= 0", "x[2] >= 0")
    assert conflict.spoken == ("few: x[1] + x[2]  <=  -1", "nothing can be less than 0")
    assert conflict.text == (
        "These cannot hold together:\n  few: x[1] + x[2]  <=  -1\n  nothing can be less than 0\n"
        "The least that would have to give:\n  few: x[1] + x[2]  <=  -1: 1 more would do"
    )


def test_the_least_relaxation_names_who_must_give() -> None:
    either = explain(Written(ward)).relaxation
    assert sum(giving.amount for giving in either) == pytest.approx(1)
    (budget,) = explain(Written(ward), giving={"budget": 1.0}).relaxation
    assert (budget.name, budget.index, budget.side, budget.amount) == ("budget", None, "upper", pytest.approx(1))
    (night,) = explain(Written(ward), giving={"cover": 1.0, "budget": 3.0}).relaxation
    assert (night.name, night.side, night.amount) == ("cover", "lower", pytest.approx(1))
    assert explain(Written(ward), giving={"space": 1.0}).relaxation == ()
    with pytest.raises(KeyError, match="no component 'spice'"):
        explain(Written(ward), giving={"spice": 1.0})


def test_a_problem_speaks_its_own_language() -> None:
    class Ward(Written):
        def words(self, constraint: str, index: Any) -> str:
            return f"the {index} needs nurses" if constraint == "cover" else ""

    conflict = explain(Ward(ward))
    assert set(conflict.lines) == {
        "the day needs nurses",
        "the night needs nurses",
        *(c for c in CONFLICT if "budget" in c),
    }
    assert [(part.name, part.index, part.side) for part in conflict.parts] == [
        ("cover", "day", "row"),
        ("cover", "night", "row"),
        ("budget", None, "row"),
    ]


def test_a_clash_of_whole_numbers_says_so_and_leaves_out_the_rest() -> None:
    def write(model: Any) -> None:
        odd(model)
        model.easy = pyo.Constraint(expr=model.x[1] + model.x[2] >= 1)

    conflict = explain(Written(write))
    assert conflict.ending is Ending.INFEASIBLE
    assert conflict.lines == (
        "half: 2*x[1]  ==  2*x[2] + 1",
        "integer variables are whole, within their bounds",
    )
    assert conflict.minimal


def test_of_two_separate_clashes_one_is_named() -> None:
    def write(model: Any) -> None:
        odd(model)
        model.y = pyo.Var([1, 2], domain=pyo.Integers, bounds=(0, 9))
        model.third = pyo.Constraint(expr=3 * model.y[1] == 3 * model.y[2] + 1)

    assert explain(Written(write)).lines[:-1] == ("third: 3*y[1]  ==  3*y[2] + 1",)


def test_what_is_not_proven_needless_stays_and_the_conflict_is_not_called_minimal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write(model: Any) -> None:
        odd(model)
        model.easy = pyo.Constraint(expr=model.x[1] + model.x[2] >= 1)

    real = engine.run

    def limited(program: LinearProgram, options: SolveOptions) -> engine.Answer:
        """Stop at a limit wherever a part of the program in whole numbers is tried."""
        part = program.integer.any() and program.costs.size == 2 and program.row_lower.size < 2
        return engine.Answer(Ending.NO_ANSWER) if part else real(program, options)

    monkeypatch.setattr(engine, "run", limited)
    conflict = explain(Written(write))
    assert [line.split(":")[0] for line in conflict.lines[:-1]] == ["half", "easy"]
    assert not conflict.minimal


def test_a_constraint_without_variables_is_named() -> None:
    conflict = explain(Written(fixed_too_low))
    assert conflict.lines == ("floor: 5  <=  x (it comes to 3)",)
    assert (conflict.parts[0].name, conflict.parts[0].index, conflict.minimal) == ("floor", None, True)


@pytest.mark.parametrize(("write", "ending"), [(carpenter, Ending.OPTIMAL), (endless_whole, Ending.UNBOUNDED)])
def test_nothing_to_explain(write: Any, ending: Ending) -> None:
    conflict = explain(Written(write))
    assert (conflict.ending, conflict.lines) == (ending, ())
    assert conflict.text == f"Nothing to explain: the problem is {ending}."


def test_a_limit_leaves_the_question_open() -> None:
    conflict = explain(Written(split_market), SolveOptions(gap=0.0, fuse_seconds=1e-9))
    assert (conflict.ending, conflict.lines) == (Ending.NO_ANSWER, ())


def test_long_formulas_are_cut() -> None:
    def write(model: Any) -> None:
        model.x = pyo.Var(range(100), bounds=(0, 1))
        model.most = pyo.Constraint(expr=pyo.quicksum(model.x.values()) >= 101)

    assert explain(Written(write)).lines[0].endswith(" ...")


def test_explaining_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    explain(Written(ward))
    explain(Written(odd))
    assert capfd.readouterr() == ("", "")
