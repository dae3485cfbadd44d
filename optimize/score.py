"""Take the score of a solution apart, and check the solution with code that knows nothing of Pyomo."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from optimize.contract import Problem, Solved

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)
AGREES_WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class Term:
    """One piece of what a solution scores.

    Args:
        name: the objective term or the constraint family, such as "nurses missing" or "cover".
        entity: whom or what it concerns, such as a ward and a night; "" for the whole.
        amount: how much of it there is, in its own unit.
        price: what one unit adds to the objective; 0 for a piece that is only told.
    """

    name: str
    entity: str
    amount: float
    price: float = 0.0

    @property
    def score(self) -> float:
        """What the piece adds to the objective."""
        return self.amount * self.price


class Scored(Protocol[S_contra]):
    """A problem whose solutions can be taken apart; every problem of this package is one."""

    def terms(self, solution: S_contra) -> Iterable[Term]:
        """Yield the pieces; their scores add up to the objective. Plain sums over the case, no model."""
        ...


class Checked(Protocol[S_contra]):
    """A problem whose solutions can be checked; every problem of this package is one."""

    def breaches(self, solution: S_contra) -> list[str]:
        """Say in words what does not hold, empty if all does. Plain sums over the case, no model."""
        ...


def total(terms: Iterable[Term]) -> float:
    """Add up the scores: the objective."""
    return sum(term.score for term in terms)


def by_name(terms: Iterable[Term]) -> dict[str, float]:
    """Add up the scores by objective term or constraint family."""
    return _added(terms, lambda term: term.name)


def by_entity(terms: Iterable[Term]) -> dict[str, float]:
    """Add up the scores by entity."""
    return _added(terms, lambda term: term.entity)


def _added(terms: Iterable[Term], key: Callable[[Term], str]) -> dict[str, float]:
    added: defaultdict[str, float] = defaultdict(float)
    for term in terms:
        added[key(term)] += term.score
    return dict(added)


def terms_of(problem: Problem[S], solution: S) -> tuple[Term, ...]:
    """Return the pieces of a solution; none if the problem cannot take solutions apart."""
    scored: Any = getattr(problem, "terms", None)
    return () if scored is None else tuple(scored(solution))


def breaches_of(problem: Problem[S], solution: S) -> list[str]:
    """Return what a problem finds wrong with a solution; nothing if it cannot check."""
    checked: Any = getattr(problem, "breaches", None)
    return [] if checked is None else list(checked(solution))


def takes_apart(problem: object) -> bool:
    """Say whether a problem, and the problem within it, can take solutions apart."""
    within = getattr(problem, "problem", None)
    return hasattr(problem, "terms") and (within is None or takes_apart(within))


def audit(problem: Problem[S], solved: Solved[S]) -> list[str]:
    """Check an answer with the problem's own plain sums: what does not hold, and whether the score adds up.

    Nothing is found wrong with an answer without a solution. What a problem does not offer is not checked.
    """
    if solved.solution is None:
        return []
    found = breaches_of(problem, solved.solution)
    if takes_apart(problem) and solved.objective is not None:
        added = total(terms_of(problem, solved.solution))
        if abs(added - solved.objective) > AGREES_WITHIN * max(1.0, abs(solved.objective)):
            found.append(f"the terms add up to {added}, the solver says {solved.objective}")
    return found
