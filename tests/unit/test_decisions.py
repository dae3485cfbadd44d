"""Naming decisions from outside: members, values, labels, objectives and free names."""

from typing import Any

import pyomo.environ as pyo
import pytest

from optimize.decisions import ANY, Decision, free_name, label, members, objective_of, values_of, words_of
from optimize.soft import soften
from optimize.solver import solve
from tests.unit.test_solver import Written

pytestmark = pytest.mark.unit


def model() -> pyo.ConcreteModel:
    made = pyo.ConcreteModel()
    made.x = pyo.Var([1, 2], ["a", "b"], initialize=lambda _, i, name: i + (0.5 if name == "b" else 0.0))
    made.total = pyo.Var(initialize=7)
    made.open = pyo.Var(["a"])
    made.none = pyo.Var([])
    made.row = pyo.Constraint(expr=made.total >= 1)
    return made


@pytest.mark.parametrize(
    ("decision", "names"),
    [
        (("x", (1, "a")), ["x[1,a]"]),
        (("x", (ANY, "a")), ["x[1,a]", "x[2,a]"]),
        (("x", (2, ANY)), ["x[2,a]", "x[2,b]"]),
        (("x", ANY), ["x[1,a]", "x[1,b]", "x[2,a]", "x[2,b]"]),
        (("total", None), ["total"]),
        (("total", ANY), ["total"]),
        (("open", "a"), ["open[a]"]),
    ],
)
def test_members_are_those_that_the_index_matches(decision: Decision, names: list[str]) -> None:
    assert [variable.name for variable in members(model(), decision)] == names


@pytest.mark.parametrize("decision", [("x", (ANY, "c")), ("x", (ANY,)), ("x", 1), ("none", ANY), ("row", None)])
def test_what_matches_nothing_is_refused(decision: Decision) -> None:
    with pytest.raises(KeyError):
        members(model(), decision)


def test_values_leave_out_what_has_none() -> None:
    assert values_of(model(), ["x", "open", "none", "total"]) == {
        ("x", (1, "a")): 1,
        ("x", (1, "b")): 1.5,
        ("x", (2, "a")): 2,
        ("x", (2, "b")): 2.5,
        ("total", None): 7,
    }
    with pytest.raises(KeyError, match="no variable 'row'"):
        values_of(model(), ["row"])


def test_labels_are_those_of_pyomo() -> None:
    made = model()
    for decision in (("x", (2, "b")), ("total", None), ("open", "a")):
        assert [label(decision)] == [variable.name for variable in members(made, decision)]
    assert (label(("x", ANY)), repr(ANY)) == ("x[*]", "ANY")


def test_a_model_without_objective_gets_one_of_zero() -> None:
    made = model()
    added = objective_of(made)
    assert objective_of(made) is added
    assert pyo.value(added) == 0
    made.cost = pyo.Objective(expr=made.total)
    added.deactivate()
    assert objective_of(made) is made.cost


def test_free_names_are_free() -> None:
    made = model()
    assert [free_name(made, "y"), free_name(made, "x")] == ["y", "x_2"]
    made.x_2 = pyo.Var()
    assert free_name(made, "x") == "x_3"


def test_silent_problems_say_nothing() -> None:
    class Mute:
        def words(self, constraint: str, index: object) -> str:
            return ""

    assert words_of(object(), "cover", 1) is None
    assert words_of(Mute(), "cover", 1) is None


def test_a_problem_may_use_the_names_of_wrappers() -> None:
    def write(made: Any) -> None:
        made.short = pyo.Var(bounds=(0, 3))
        made.over = pyo.Var(bounds=(0, 3))
        made.need = pyo.Constraint(expr=made.short + made.over >= 8)
        made.cost = pyo.Objective(expr=made.short + made.over)

    solved = solve(soften(Written(write), {"need": 10.0}))
    assert solved.objective == pytest.approx(6 + 20)
    assert solved.solution is not None
    assert solved.solution.solution["short"] == solved.solution.solution["over"] == pytest.approx(3)
