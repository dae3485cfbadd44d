"""Plan again with the least change: stay near the decisions that people already know."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pyomo.environ as pyo

from optimize.contract import Problem, Solved, SolveOptions
from optimize.decisions import Decision, free_name, label, objective_of, values_of, words_of
from optimize.score import Term, breaches_of, terms_of
from optimize.solver import DEFAULT, solve

S = TypeVar("S")
MOVED_BY = 1e-6


@dataclass(frozen=True, slots=True)
class Change:
    """One decision that is no longer what it was."""

    decision: Decision
    before: float
    after: float

    def __str__(self) -> str:
        """Return the change as one line."""
        return f"{label(self.decision)}: {self.before:g} -> {self.after:g}"


@dataclass(frozen=True, slots=True)
class Replanned(Generic[S]):
    """The solution of the problem within, what changed, and the decisions as they are now.

    `distance` is the sum of all changes, each in the unit of its decision.
    """

    solution: S
    changes: tuple[Change, ...]
    distance: float
    decisions: Mapping[Decision, float]


@dataclass(frozen=True, slots=True)
class Near(Generic[S]):
    """A problem that prices every change from an incumbent (an earlier plan).

        best  objective ± price · Σ_x (more[x] + less[x])     (− where the objective is maximized)
        s.t.  x − more[x] + less[x] = incumbent[x]            for the decisions x of the incumbent
              more, less ≥ 0; all constraints of the problem

    Args:
        problem: the problem within.
        incumbent: the value that each decision had; decisions that the model no longer has are passed over.
        price: cost of a change by one unit; None to drop the objective, so that only the change counts.
    """

    problem: Problem[S]
    incumbent: Mapping[Decision, float]
    price: float | None = None

    def build(self) -> pyo.ConcreteModel:
        """Write the problem within and price the change.

        Raises:
            KeyError: if the model does not have a variable of the incumbent at all.
        """
        model = self.problem.build()
        kept = self._kept(model)
        more, less = pyo.Var(list(kept), domain=pyo.NonNegativeReals), pyo.Var(list(kept), domain=pyo.NonNegativeReals)

        def stay(_: Any, name: str) -> Any:
            variable, before = kept[name]
            return variable - more[name] + less[name] == before

        added = {"more": more, "less": less, "stay": pyo.Constraint(list(kept), rule=stay)}
        for name, component in added.items():
            model.add_component(free_name(model, name), component)
        objective = objective_of(model)
        change = pyo.quicksum([*more.values(), *less.values()])
        if self.price is None:
            objective.deactivate()
            model.add_component(free_name(model, "change"), pyo.Objective(expr=change))
        else:
            sign = -1 if objective.sense == pyo.maximize else 1
            objective.expr = objective.expr + sign * self.price * change
        return model

    def _kept(self, model: pyo.ConcreteModel) -> dict[str, tuple[Any, float]]:
        """Return the variables of the incumbent that the model still has, with their values, by name."""
        kept = {}
        for (name, index), before in self.incumbent.items():
            variable = model.find_component(name)
            if variable is None:
                raise KeyError(f"the model has no variable {name!r}")
            if index in variable:
                kept[variable[index].name] = (variable[index], before)
        return kept

    def read(self, model: pyo.ConcreteModel) -> Replanned[S]:
        """Read the solution of the problem within, and what changed."""
        now = values_of(model, dict.fromkeys(name for name, _ in self.incumbent))
        differences = ((one, before, now.get(one, 0.0)) for one, before in self.incumbent.items())
        changes = tuple(Change(*one) for one in differences if abs(one[1] - one[2]) > MOVED_BY)
        distance = sum(abs(change.after - change.before) for change in changes)
        return Replanned(self.problem.read(model), changes, distance, now)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what the problem within says."""
        return words_of(self.problem, constraint, index) or ""

    def breaches(self, solution: Replanned[S]) -> list[str]:
        """Check the solution within."""
        return breaches_of(self.problem, solution.solution)


@dataclass(frozen=True, slots=True)
class Remembered(Generic[S]):
    """A problem whose answer also tells the values of some variables, to be an incumbent later."""

    problem: Problem[S]
    names: tuple[str, ...]

    def build(self) -> pyo.ConcreteModel:
        """Write the problem within."""
        return self.problem.build()

    def read(self, model: pyo.ConcreteModel) -> Replanned[S]:
        """Read the solution of the problem within, and the decisions."""
        return Replanned(self.problem.read(model), (), 0.0, values_of(model, self.names))

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what the problem within says."""
        return words_of(self.problem, constraint, index) or ""

    def terms(self, solution: Replanned[S]) -> tuple[Term, ...]:
        """Take the solution within apart."""
        return terms_of(self.problem, solution.solution)

    def breaches(self, solution: Replanned[S]) -> list[str]:
        """Check the solution within."""
        return breaches_of(self.problem, solution.solution)


def plan(problem: Problem[S], names: Iterable[str], options: SolveOptions = DEFAULT) -> Solved[Replanned[S]]:
    """Solve a problem and remember the decisions of the named variables."""
    return solve(Remembered(problem, tuple(names)), options)


def replan(
    problem: Problem[S],
    incumbent: Mapping[Decision, float],
    price: float | None = None,
    options: SolveOptions = DEFAULT,
) -> Solved[Replanned[S]]:
    """Solve a changed problem near an earlier plan: `replan(changed, planned.solution.decisions, price=20)`.

    Without a price the change is as small as can be, whatever it costs; with one, a change must be worth it.
    """
    return solve(Near(problem, incumbent, price), options)
