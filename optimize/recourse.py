"""Decide here and now, before the scenario is known: a sample-average two-stage version of any problem.

J. R. Birge and F. Louveaux, Introduction to Stochastic Programming, 2011, doi:10.1007/978-1-4614-0237-4, chapter 4.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import fsum, inf, isclose
from time import perf_counter
from typing import Any, Generic, TypeVar

import pyomo.environ as pyo

from optimize.contract import Ending, Problem, Solved, SolveOptions
from optimize.decisions import Decision, label, objective_of, values_of, words_of
from optimize.pin import pin
from optimize.replan import plan
from optimize.score import Term, breaches_of, terms_of
from optimize.solver import DEFAULT, solve

S = TypeVar("S")
SCENARIO = re.compile(r"scenario\[(\d+)\]\.(.+)")


@dataclass(frozen=True, slots=True)
class HereAndNow(Generic[S]):
    """The decisions that are taken now, and what is then done in each scenario.

    Args:
        decisions: value of every first-stage decision.
        by_scenario: the solution in each scenario; all agree on the first stage.
    """

    decisions: Mapping[Decision, float]
    by_scenario: tuple[S, ...]


@dataclass(frozen=True, slots=True)
class Recourse(Generic[S]):
    """The two-stage version of a problem: one copy for each scenario s, tied together by the first stage.

        best  Σ_s p[s] · objective[s](x, y[s])
        s.t.  the constraints of scenario s on x and y[s]     for all s
              x[s] = x[0]                                     for the first-stage variables x and all s > 0

    Args:
        scenarios: the problem in each scenario, such as demands of the past or draws from a forecast.
        first_stage: names of the variables that are decided before the scenario is known; the problem's own
            `first_stage` if empty.
        probabilities: of the scenarios; equal (the sample average) if empty.

    Raises:
        ValueError: names everything that is wrong: no scenario, no first-stage name, probabilities of another
            number, negative ones, or ones that do not add up to 1.
    """

    scenarios: tuple[Problem[S], ...]
    first_stage: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not self.scenarios:
            faults.append("scenarios is empty; give at least one")
        elif not self.names:
            faults.append("first_stage is empty, and the problem does not name its own; name at least one variable")
        if self.probabilities and len(self.probabilities) != len(self.scenarios):
            faults.append(f"probabilities has {len(self.probabilities)} numbers; give {len(self.scenarios)}")
        if min(self.probabilities, default=0.0) < 0:
            faults.append("probabilities holds a negative number; give 0 or more")
        if self.probabilities and not isclose(fsum(self.probabilities), 1.0, abs_tol=1e-9):
            faults.append(f"probabilities add up to {fsum(self.probabilities):g}; make them add up to 1")
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the first-stage variables."""
        own: tuple[str, ...] = getattr(self.scenarios[0], "first_stage", ())
        return self.first_stage or own

    @property
    def weights(self) -> tuple[float, ...]:
        """Probability of each scenario."""
        n = len(self.scenarios)
        return self.probabilities or (1.0 / n,) * n

    def build(self) -> pyo.ConcreteModel:
        """Write every scenario as a block, and tie the first stage together.

        Raises:
            KeyError: if a scenario has no variable of a first-stage name.
            ValueError: if scenarios differ in the indices of a first-stage variable, or in their sense.
        """
        model = pyo.ConcreteModel("recourse")
        built = [problem.build() for problem in self.scenarios]
        objectives = [objective_of(one) for one in built]
        if len({objective.sense for objective in objectives}) > 1:
            raise ValueError("some scenarios minimize and others maximize; give all the same sense")
        model.scenario = pyo.Block(range(len(built)))
        for s, one in enumerate(built):
            model.scenario[s].transfer_attributes_from(one)
            objectives[s].deactivate()
        expected = pyo.quicksum(p * objective.expr for p, objective in zip(self.weights, objectives, strict=True))
        model.expected = pyo.Objective(expr=expected, sense=objectives[0].sense)
        model.one_decision = pyo.ConstraintList()
        for name in self.names:
            _tie(model, name)
        return model

    def read(self, model: pyo.ConcreteModel) -> HereAndNow[S]:
        """Read the first stage and the solution in each scenario."""
        blocks = [model.scenario[s] for s in range(len(self.scenarios))]
        solutions = (problem.read(block) for problem, block in zip(self.scenarios, blocks, strict=True))
        return HereAndNow(values_of(blocks[0], self.names), tuple(solutions))

    @property
    def problem(self) -> Problem[S]:
        """The problem within, in the first scenario."""
        return self.scenarios[0]

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what the problem of the scenario says."""
        found = SCENARIO.fullmatch(constraint)
        if not found:
            return ""
        spoken = words_of(self.scenarios[int(found[1])], found[2], index)
        return f"{spoken} (in scenario {found[1]})" if spoken else ""

    def terms(self, solution: HereAndNow[S]) -> tuple[Term, ...]:
        """Take the solution of every scenario apart, each weighed by its probability."""
        return tuple(
            Term(term.name, f"{term.entity} (scenario {s})".strip(), term.amount, p * term.price)
            for s, p in enumerate(self.weights)
            for term in terms_of(self.scenarios[s], solution.by_scenario[s])
        )

    def breaches(self, solution: HereAndNow[S]) -> list[str]:
        """Check the solution of every scenario."""
        both = enumerate(zip(self.scenarios, solution.by_scenario, strict=True))
        return [f"scenario {s}: {one}" for s, (problem, found) in both for one in breaches_of(problem, found)]


def _tie(model: pyo.ConcreteModel, name: str) -> None:
    """Let a first-stage variable be the same in all scenarios."""
    first, *others = [block.find_component(name) for block in model.scenario.values()]
    if first is None or None in others:
        raise KeyError(f"a scenario has no variable {name!r}")
    for other in others:
        if set(other) != set(first):
            raise ValueError(f"scenarios differ in the indices of {name}; a first-stage variable has the same in all")
        for index in first:
            model.one_decision.add(other[index] == first[index])


@dataclass(frozen=True, slots=True)
class RecourseValue(Generic[S]):
    """What it is worth to think of all scenarios, and what it would be worth to know the true one.

    All expected objectives are in the sense and unit of the problem.

    Args:
        here_and_now: the decisions of the two-stage program.
        expected: expected objective of these decisions (RP).
        of_mean: expected objective when the first stage is decided for the mean scenario (EEV); the worst
            possible, ±inf, if that decision fits some scenario not at all.
        wait_and_see: expected objective if the scenario were known beforehand (WS).
        vss: value of the stochastic solution, |EEV − RP|, 0 or more.
        evpi: expected value of perfect information, |RP − WS|, 0 or more.
        misfit: the first scenario that the decision for the mean does not fit; None if it fits all.
    """

    here_and_now: HereAndNow[S]
    expected: float
    of_mean: float
    wait_and_see: float
    vss: float
    evpi: float
    misfit: int | None = None

    @property
    def text(self) -> str:
        """Say it in words."""
        decided = ", ".join(f"{label(one)} = {value:g}" for one, value in self.here_and_now.decisions.items())
        fits = "" if self.misfit is None else f" (its decision does not fit scenario {self.misfit})"
        return (
            f"Decide now: {decided}. Expected objective {self.expected:g}. "
            f"Planning for the mean alone would give {self.of_mean:g}{fits}, so thinking of all scenarios is worth "
            f"{self.vss:g} (VSS). Knowing the scenario beforehand would be worth {self.evpi:g} (EVPI)."
        )


def value_of_recourse(
    recourse: Recourse[S], mean: Problem[S], options: SolveOptions = DEFAULT
) -> Solved[RecourseValue[S]]:
    """Solve the two-stage program, and compare it with planning for the `mean` scenario and with foresight.

    Ends as the two-stage program does, or as the first of the other programs that has no solution; the seconds are
    those of all solves together.
    """
    started = perf_counter()
    solved = solve(recourse, options)
    alone = [solve(problem, options) for problem in recourse.scenarios]
    planned = plan(mean, recourse.names, options)
    missing: list[Solved[Any]] = [one for one in (solved, *alone, planned) if one.solution is None]
    seconds = perf_counter() - started
    if missing or solved.solution is None or solved.objective is None or planned.solution is None:
        return Solved(missing[0].ending, None, None, missing[0].bound, seconds)
    sign = -1.0 if objective_of(mean.build()).sense == pyo.maximize else 1.0
    fixed = [solve(pin(problem, planned.solution.decisions), options) for problem in recourse.scenarios]
    misfit = next((s for s, one in enumerate(fixed) if one.ending is Ending.INFEASIBLE), None)
    of_mean = _average(recourse, fixed, sign * inf)
    wait_and_see = _average(recourse, alone, sign * inf)
    value = RecourseValue(
        solved.solution,
        solved.objective,
        of_mean,
        wait_and_see,
        vss=max(0.0, sign * (of_mean - solved.objective)),
        evpi=max(0.0, sign * (solved.objective - wait_and_see)),
        misfit=misfit,
    )
    seconds = perf_counter() - started
    return Solved(solved.ending, value, solved.objective, solved.bound, seconds, solved.nodes, solved.fuse_blown)


def _average(recourse: Recourse[S], answers: list[Solved[S]], without: float) -> float:
    """Average objectives by probability; a scenario without an answer counts as `without`."""
    weighed = zip(recourse.weights, answers, strict=True)
    return sum(p * (without if one.objective is None else one.objective) for p, one in weighed if p > 0)
