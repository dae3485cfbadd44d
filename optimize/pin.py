"""Fix decisions of any problem, demand something of them, and ask what that costs: "why not hospital B?"."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

import pyomo.environ as pyo

from optimize.contract import Ending, Problem, Solved, SolveOptions
from optimize.decisions import Decision, Forced, free_name, label, members, objective_of, words_of
from optimize.explain import Conflict, explain
from optimize.score import Term, breaches_of, terms_of
from optimize.solver import DEFAULT, solve

S = TypeVar("S")
FAMILY = "pinned"


@dataclass(frozen=True, slots=True)
class Demand:
    """Keep a weighted sum of decisions between two limits.

    Args:
        terms: the weight of each decision; an index may hold `ANY`, which stands for the sum over its members.
        at_least: lower limit, -inf for none.
        at_most: upper limit, inf for none.
        words: how to call the demand; made from terms and limits if empty.

    Raises:
        ValueError: if there is no term, or no number lies between the limits.
    """

    terms: Mapping[Decision, float]
    at_least: float = -inf
    at_most: float = inf
    words: str = ""

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("terms is empty; name at least one decision")
        if not self.at_least <= self.at_most:
            raise ValueError(f"at_least is {self.at_least} and at_most {self.at_most}; give at_least <= at_most")

    @property
    def name(self) -> str:
        """Say the demand in words."""
        return self.words or f"{self._sum()} {self._limits()}"

    def _sum(self) -> str:
        parts = (label(one) if weight == 1 else f"{weight:g} {label(one)}" for one, weight in self.terms.items())
        return " + ".join(parts)

    def _limits(self) -> str:
        if self.at_least == self.at_most:
            return f"is fixed at {self.at_least:g}"
        limits = [(self.at_least, "at least"), (self.at_most, "at most")]
        return "is " + " and ".join(f"{word} {limit:g}" for limit, word in limits if abs(limit) < inf)


@dataclass(frozen=True, slots=True)
class Pinned(Generic[S]):
    """A problem with demands added to its constraints; its solutions are those of the problem within.

    the problem, and  at_least[d] ≤ Σ_x weight[d,x] · x ≤ at_most[d]   for each demand d
    """

    problem: Problem[S]
    demands: tuple[Demand, ...]

    def build(self) -> pyo.ConcreteModel:
        """Write the problem within and add the demands.

        Raises:
            KeyError: if a demand names a decision that the model does not have.
        """
        model = self.problem.build()
        by_name = {demand.name: demand for demand in self.demands}

        def rule(_: pyo.ConcreteModel, name: str) -> object:
            demand = by_name[name]
            terms = demand.terms.items()
            total = sum(weight * variable for one, weight in terms for variable in members(model, one))
            return pyo.inequality(demand.at_least, total, demand.at_most)

        name = free_name(model, FAMILY)
        model.add_component(name, pyo.Constraint(list(by_name), rule=rule))
        return model

    def read(self, model: pyo.ConcreteModel) -> S:
        """Read the solution of the problem within."""
        return self.problem.read(model)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say a demand, or what the problem within says."""
        return str(index) if constraint.startswith(FAMILY) else words_of(self.problem, constraint, index) or ""

    def terms(self, solution: S) -> tuple[Term, ...]:
        """Take a solution apart as the problem within does."""
        return terms_of(self.problem, solution)

    def breaches(self, solution: S) -> list[str]:
        """Check a solution as the problem within does."""
        return breaches_of(self.problem, solution)


def pin(problem: Problem[S], decisions: Forced) -> Pinned[S]:
    """Fix decisions: `pin(problem, {("level", "early"): 2})`; where `ANY` is in an index, the sum is fixed."""
    return require(problem, [Demand({one: 1.0}, value, value) for one, value in decisions.items()])


def require(problem: Problem[S], demands: Iterable[Demand]) -> Pinned[S]:
    """Add demands to a problem."""
    return Pinned(problem, tuple(demands))


@dataclass(frozen=True, slots=True)
class Counterfactual(Generic[S]):
    """What it costs to force a decision.

    Args:
        demands: what was forced, in words.
        free: the answer without it.
        forced: the answer with it.
        cost: how much worse the objective is with it, in its unit; None unless both answers have a solution.
        within: how far the true cost may be from `cost`, because gaps were left open; inf if nothing bounds it.
        conflict: why it cannot be forced, None if it can.
    """

    demands: tuple[str, ...]
    free: Solved[S]
    forced: Solved[S]
    cost: float | None
    within: float
    conflict: Conflict | None = None

    @property
    def text(self) -> str:
        """Say it in words."""
        what = "; ".join(self.demands)
        if self.conflict is not None:
            return f"{what}: cannot be. {self.conflict.text}"
        if self.cost is None:
            return f"{what}: no answer ({self.free.ending} without it, {self.forced.ending} with it)"
        exactly = f", give or take {self.within:g}" if self.within > 1e-9 * max(1.0, abs(self.cost)) else ""
        return f"{what}: costs {self.cost:g} more{exactly}"


def why_not(
    problem: Problem[S],
    forced: Forced | Sequence[Demand],
    options: SolveOptions = DEFAULT,
    free: Solved[S] | None = None,
) -> Counterfactual[S]:
    """Force something and report its cost; `free` is the answer without it, if it is known already.

    Raises:
        KeyError: if the model does not have a decision.
    """
    pinned = pin(problem, forced) if isinstance(forced, Mapping) else require(problem, forced)
    free = free or solve(problem, options)
    with_it = solve(pinned, options)
    demands = tuple(demand.name for demand in pinned.demands)
    conflict = explain(pinned, options) if with_it.ending is Ending.INFEASIBLE else None
    if free.objective is None or with_it.objective is None:
        return Counterfactual(demands, free, with_it, None, inf, conflict)
    sign = -1.0 if objective_of(problem.build()).sense == pyo.maximize else 1.0
    cost = sign * (with_it.objective - free.objective)
    return Counterfactual(demands, free, with_it, cost, _open_gap(free) + _open_gap(with_it))


def _open_gap(solved: Solved[S]) -> float:
    """Return how far the objective may be from the best one."""
    if solved.objective is None or solved.bound is None:
        return inf
    return abs(solved.objective - solved.bound)
