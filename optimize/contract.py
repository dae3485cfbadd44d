"""Say what a problem promises and what an answer tells: the types at the door to the solver."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:  # importing pyomo takes long, and many import this module
    import pyomo.environ as pyo

S_co = TypeVar("S_co", covariant=True)


class Problem(Protocol[S_co]):
    """A mathematical program: plain numbers in, a Pyomo model between, a plain solution out."""

    def build(self) -> "pyo.ConcreteModel":
        """Write the program as a linear Pyomo model (mixed-integer at most) with at most one objective."""
        ...

    def read(self, model: "pyo.ConcreteModel") -> S_co:
        """Read the solution from the values of the variables of `model`, a model that `build` wrote."""
        ...


class Ending(StrEnum):
    """How a solve ended; every caller must meet each of them."""

    OPTIMAL = "optimal"
    """Proven best within the gap that was asked for."""
    FEASIBLE = "feasible"
    """A limit came first: a solution that holds, not proven best."""
    INFEASIBLE = "infeasible"
    """Proven: no solution holds."""
    UNBOUNDED = "unbounded"
    """Proven: solutions hold, and the objective has no end."""
    NO_ANSWER = "no_answer"
    """A limit came before anything was found or proven."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """Say how hard to try.

    Args:
        gap: relative gap between objective and bound at which a mixed-integer solve may stop, a share.
        node_limit: branch-and-bound nodes at most; None for no limit. Reproducible on every machine.
        fuse_seconds: wall-clock limit. A fuse, not a setting: an answer from a blown fuse depends on the
            machine, so its blowing is recorded in `Solved.fuse_blown`.
        seed: seed of the solver's own random choices, 0 to 2147483647.
        presolve: whether to simplify the program first; pays off except for small linear programs.

    Raises:
        ValueError: names each field that is out of range.
    """

    gap: float = 1e-4
    node_limit: int | None = None
    fuse_seconds: float = 300.0
    seed: int = 0
    presolve: bool = True

    def __post_init__(self) -> None:
        faults = []
        if not self.gap >= 0:
            faults.append(f"gap is {self.gap}; give a share of at least 0")
        if self.node_limit is not None and not 0 <= self.node_limit < 2**31:
            faults.append(f"node_limit is {self.node_limit}; give None or 0 to 2147483647 nodes")
        if not self.fuse_seconds > 0:
            faults.append(f"fuse_seconds is {self.fuse_seconds}; give more than 0 seconds")
        if not 0 <= self.seed < 2**31:
            faults.append(f"seed is {self.seed}; give 0 to 2147483647")
        if faults:
            raise ValueError("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Solved(Generic[S_co]):
    """An answer and how it ended.

    Args:
        ending: how the solve ended.
        solution: what `Problem.read` read; None unless the ending is OPTIMAL or FEASIBLE.
        objective: value of the solution, in the sense of the problem; None without a solution.
        bound: proven limit of the objective (no solution is better); None where nothing is proven.
        seconds: wall-clock seconds of the whole call, measured by us; no part of any identity.
        nodes: branch-and-bound nodes; 0 for a linear program.
        fuse_blown: whether the wall-clock fuse ended the solve.
        binding: constraints in words, with what one unit more would be worth in the LP relaxation, dearest first;
            empty where nobody asked (`optimize.binding`).
    """

    ending: Ending
    solution: S_co | None
    objective: float | None
    bound: float | None
    seconds: float
    nodes: int = 0
    fuse_blown: bool = False
    binding: tuple[tuple[str, float], ...] = ()

    @property
    def told(self) -> str:
        """Return the ending in words, with the fuse if it blew."""
        return f"{self.ending}, fuse blown" if self.fuse_blown else str(self.ending)
