"""Name decisions of a model from outside: a variable and an index, with `ANY` for every value of a coordinate."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import pyomo.environ as pyo


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY: Final = _Any()
"""Stands for every value of one coordinate of an index, or for every index when it stands alone."""

Decision: TypeAlias = tuple[str, Hashable]
"""A variable of the model and its index: ("level", "early"), ("move", (0, 1, 2, 3)), ("total", None)."""


def members(model: pyo.ConcreteModel, decision: Decision) -> list[Any]:
    """Return the Pyomo variables that a decision names: one, or several where its index holds `ANY`.

    Raises:
        KeyError: if the model has no such variable, or the variable no such index.
    """
    name, index = decision
    variable = _variable(model, name)
    if not _holds_any(index):
        if index not in variable:
            raise KeyError(f"the variable {name} has no index {index!r}")
        return [variable[index]]
    found = [variable[one] for one in variable if _matches(one, index)]
    if not found:
        raise KeyError(f"no index of the variable {name} is like {index!r}")
    return found


def _variable(model: pyo.ConcreteModel, name: str) -> Any:
    variable = model.find_component(name)
    if variable is None or variable.ctype is not pyo.Var:
        raise KeyError(f"the model has no variable {name!r}")
    return variable


def _holds_any(index: Hashable) -> bool:
    return index is ANY or (isinstance(index, tuple) and any(one is ANY for one in index))


def _matches(index: Hashable, pattern: Hashable) -> bool:
    """Compare an index with a pattern, coordinate by coordinate."""
    if pattern is ANY:
        return True
    if not (isinstance(pattern, tuple) and isinstance(index, tuple) and len(index) == len(pattern)):
        return False
    return all(want is ANY or want == have for have, want in zip(index, pattern, strict=True))


def label(decision: Decision) -> str:
    """Write a decision like Pyomo does: level[early], move[0,1,2,3], total."""
    name, index = decision
    if index is None:
        return name
    coordinates = index if isinstance(index, tuple) else (index,)
    return f"{name}[{','.join('*' if one is ANY else str(one) for one in coordinates)}]"


def values_of(model: pyo.ConcreteModel, names: Iterable[str]) -> dict[Decision, float]:
    """Read the values of all members of some variables; members without a value are left out.

    Raises:
        KeyError: if the model has no variable of a name.
    """
    return {
        (name, index): float(variable.value)
        for name in names
        for index, variable in _variable(model, name).items()
        if variable.value is not None
    }


def objective_of(model: pyo.ConcreteModel) -> Any:
    """Return the active objective of a model; a model without one gets the objective 0."""
    for objective in model.component_data_objects(pyo.Objective, active=True):
        return objective
    model.nothing_to_optimize = pyo.Objective(expr=0.0)
    return model.nothing_to_optimize


def free_name(model: pyo.ConcreteModel, name: str) -> str:
    """Return the name, with a number behind it if the model has such a component already."""
    free, n = name, 1
    while model.component(free) is not None:
        n += 1
        free = f"{name}_{n}"
    return free


def words_of(problem: object, constraint: str, index: Hashable) -> str | None:
    """Return what a problem itself says about one of its constraints, None if it says nothing."""
    speak: Any = getattr(problem, "words", None)
    return None if speak is None else speak(constraint, index) or None


Forced: TypeAlias = Mapping[Decision, float]
"""Decisions and the values they are fixed at."""
