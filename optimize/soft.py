"""Let constraints of any problem give, at a price, and report how much they gave."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pyomo.environ as pyo

from optimize.contract import Problem
from optimize.decisions import free_name, objective_of, words_of
from optimize.score import Term, terms_of

S = TypeVar("S")
COUNTS_ABOVE = 1e-7


@dataclass(frozen=True, slots=True)
class Slack:
    """How much one constraint gave.

    Args:
        constraint: its family.
        index: its index there, None for a scalar.
        short: units below its lower limit.
        over: units above its upper limit.
        price: of one unit.
        words: what the constraint says.
    """

    constraint: str
    index: Hashable
    short: float
    over: float
    price: float
    words: str

    @property
    def cost(self) -> float:
        """What giving costs."""
        return self.price * (self.short + self.over)


@dataclass(frozen=True, slots=True)
class Softened(Generic[S]):
    """The solution of the problem within, and what gave for it; constraints that did not give are left out."""

    solution: S
    slacks: tuple[Slack, ...]

    @property
    def slack_cost(self) -> float:
        """What all giving costs together; it is part of the objective."""
        return sum(slack.cost for slack in self.slacks)


@dataclass(frozen=True, slots=True)
class Soft(Generic[S]):
    """A problem whose constraints of some families may be missed.

        best  objective ± Σ_f price[f] · Σ_i (short[f,i] + over[f,i])          (− where the objective is maximized)
        s.t.  lower[f,i] ≤ expression[f,i] + short[f,i] − over[f,i] ≤ upper[f,i]   for the families f that may give
              short, over ≥ 0; all other constraints as they are

    Args:
        problem: the problem within.
        prices: price of one unit by family; more than 0.

    Raises:
        ValueError: names each price that is not more than 0.
    """

    problem: Problem[S]
    prices: Mapping[str, float]

    def __post_init__(self) -> None:
        wrong = [
            f"the price of {name} is {price}; give more than 0" for name, price in self.prices.items() if not price > 0
        ]
        if wrong:
            raise ValueError("; ".join(wrong))

    def build(self) -> pyo.ConcreteModel:
        """Write the problem within and let its constraints give.

        Raises:
            KeyError: if the model has no constraint of a name.
        """
        model = self.problem.build()
        soft = {row.name: (row, price) for _, row, price in self._rows(model)}
        low = [name for name, (row, _) in soft.items() if row.lower is not None]
        high = [name for name, (row, _) in soft.items() if row.upper is not None]
        short, over = (_added(model, name, rows) for name, rows in (("short", low), ("over", high)))
        model.softened = {**getattr(model, "softened", {}), id(self): (list(soft), short, over)}
        for name, (row, _) in soft.items():
            row.set_value(_between(row, row.body + short.get(name, 0.0) - over.get(name, 0.0)))
        objective = objective_of(model)
        sign = -1 if objective.sense == pyo.maximize else 1
        given = [*short.items(), *over.items()]
        objective.expr = objective.expr + sign * pyo.quicksum(soft[name][1] * variable for name, variable in given)
        return model

    def _rows(self, model: pyo.ConcreteModel) -> Iterator[tuple[str, Any, float]]:
        """Yield every constraint that may give, with its family and price, always in the same order."""
        for family, price in self.prices.items():
            constraint = model.find_component(family)
            if constraint is None or constraint.ctype is not pyo.Constraint:
                raise KeyError(f"the model has no constraint {family!r}")
            yield from ((family, row, price) for row in constraint.values() if row.active)

    def read(self, model: pyo.ConcreteModel) -> Softened[S]:
        """Read the solution of the problem within, and what gave."""
        names, short, over = model.softened[id(self)]
        slacks = (
            Slack(family, row.index(), _value(short, name), _value(over, name), price, self._say(family, row))
            for name, (family, row, price) in zip(names, self._rows(model), strict=True)
        )
        given = tuple(slack for slack in slacks if slack.short > COUNTS_ABOVE or slack.over > COUNTS_ABOVE)
        return Softened(self.problem.read(model), given)

    def _say(self, family: str, row: Any) -> str:
        return words_of(self.problem, family, row.index()) or str(row.name)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what the problem within says."""
        return words_of(self.problem, constraint, index) or ""

    def terms(self, solution: Softened[S]) -> tuple[Term, ...]:
        """Take the solution within apart, and add what gave; a maximized problem loses by it."""
        sign = -1.0 if objective_of(self.problem.build()).sense == pyo.maximize else 1.0
        gave = (
            Term(f"{slack.constraint} gives", slack.words, slack.short + slack.over, sign * slack.price)
            for slack in solution.slacks
        )
        return (*terms_of(self.problem, solution.solution), *gave)


def _added(model: pyo.ConcreteModel, name: str, rows: list[str]) -> dict[str, Any]:
    """Add what rows may give, under a name that the model does not have yet."""
    free = free_name(model, name)
    model.add_component(free, pyo.Var(rows, domain=pyo.NonNegativeReals))
    return dict(model.component(free).items())


def _value(given: dict[str, Any], name: str) -> float:
    """Read how much a row gives on one side; nothing where that side has no limit."""
    return float(given[name].value or 0.0) if name in given else 0.0


def _between(row: Any, body: Any) -> Any:
    """Write a constraint of the same limits about another expression."""
    if row.equality:
        return body == row.upper
    return pyo.inequality(row.lower, body, row.upper)


def soften(problem: Problem[S], prices: Mapping[str, float]) -> Soft[S]:
    """Let the constraints of the named families give at a price per unit: `soften(problem, {"cover": 50})`."""
    return Soft(problem, prices)
