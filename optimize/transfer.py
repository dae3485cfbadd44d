"""Decide which boarding patients move to which other hospital this hour: an integral network program."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimize.score import Term
from optimize.transfer_case import CountArray, Move, TransferCase, TransferPlan, breaches, plan_of, useful_moves


@dataclass(frozen=True, slots=True)
class TransferProblem:
    """Choose whole moves of the greatest total gain, by a linear program.

    Sets: groups g = (origin o, kind k, acuity a); arcs (o, k, a, h) with a gain and h ≠ o.

        max  Σ gain[o,k,a,h] · move[o,k,a,h]
        s.t. Σ_h move[o,k,a,h]          ≤ boarders[o,k,a]      of each group no more than board
             Σ_{o,a} move[o,k,a,h]      ≤ free[h,k]            of each kind no more than free beds
             Σ_{o,k,a} move[o,k,a,h]    ≤ receiving_limit[h]   (where given)
             Σ_{k,a,h} move[o,k,a,h]    ≤ sending_limit[o]     (where given)
             Σ move                     ≤ limit
             move ≥ 0

    The groups inside the origins inside the total are one laminar family of sets of arcs, the beds inside the
    receiving hospitals another,
    and a matrix whose rows are two laminar families is totally unimodular (J. Edmonds, "Submodular functions,
    matroids, and certain polyhedra", 1970, doi:10.1007/3-540-36478-1_2). All right-hand sides are whole, so
    every vertex of the polytope is whole, and the simplex method ends at a vertex.

    Args:
        case: the hour's question.
        hospitals: names of the hospitals, used in words only; their positions if empty.
        kinds: names of the kinds of beds, used in words only; their positions if empty.
    """

    case: TransferCase
    hospitals: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the arcs that gain."""
        case = self.case
        arcs = [tuple(arc) for arc in np.argwhere(useful_moves(case.gain)).tolist()]
        model = pyo.ConcreteModel("transfer")
        model.arcs = pyo.Set(initialize=arcs, dimen=4)
        model.move = pyo.Var(model.arcs, domain=pyo.NonNegativeReals)
        model.gain = pyo.Objective(
            expr=sum(float(case.gain[arc]) * model.move[arc] for arc in arcs), sense=pyo.maximize
        )
        _limit(model, "of_group", _by(arcs, (0, 1, 2)), case.boarders)
        _limit(model, "of_beds", _by(arcs, (3, 1)), case.free)
        if case.receiving_limit is not None:
            _limit(model, "of_hospital", _by(arcs, (3,)), case.receiving_limit)
        if case.sending_limit is not None:
            _limit(model, "of_origin", _by(arcs, (0,)), case.sending_limit)
        total = pyo.quicksum(model.move.values())
        model.of_all = pyo.Constraint(rule=total <= case.limit if arcs else pyo.Constraint.Skip)
        return model

    def read(self, model: pyo.ConcreteModel) -> TransferPlan:
        """Read the moves.

        Raises:
            ArithmeticError: if a number of moves is not whole within 1e-6.
        """
        arcs = np.array(list(model.arcs), dtype=np.intp).reshape(-1, 4)
        moves = np.array([variable.value for variable in model.move.values()], dtype=np.float64)
        return plan_of(arcs, moves, self.case)

    def words(self, constraint: str, index: Any) -> str:
        """Say who boards, which beds are free, and what limits moves."""
        case, first = self.case, index[0] if isinstance(index, tuple) and index else index
        match constraint:
            case "of_group":
                _, kind, acuity = index
                who = f"{case.boarders[index]} of acuity {acuity}"
                return f"{who} board at {self._hospital(first)} for a bed of {self._kind(kind)}"
            case "of_beds":
                return f"{self._hospital(first)} has {case.free[index]} free beds of {self._kind(index[1])}"
            case "of_hospital" if case.receiving_limit is not None:
                return f"{self._hospital(first)} takes at most {case.receiving_limit[first]}"
            case "of_origin" if case.sending_limit is not None:
                return f"{self._hospital(first)} can send at most {case.sending_limit[first]}"
            case "of_all":
                return f"crews can make {case.limit} moves"
        return ""

    def terms(self, solution: TransferPlan) -> tuple[Term, ...]:
        """Tell what each move gains."""
        return tuple(
            Term("gain", self._move(move), move.n_patients, float(self.case.gain[move[:4]])) for move in solution.moves
        )

    def breaches(self, solution: TransferPlan) -> list[str]:
        """Check a plan with plain sums."""
        return breaches(self.case, solution)

    def _move(self, move: Move) -> str:
        way = f"{self._hospital(move.origin)} to {self._hospital(move.destination)}"
        return f"{way}, {self._kind(move.kind)}, acuity {move.acuity}"

    def _hospital(self, position: int) -> str:
        return self.hospitals[position] if self.hospitals else f"hospital {position}"

    def _kind(self, position: int) -> str:
        return self.kinds[position] if self.kinds else f"kind {position}"


def _by(arcs: list[tuple[int, ...]], axes: tuple[int, ...]) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
    """Group the arcs by some of their coordinates, in ascending order."""
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for arc in arcs:
        groups.setdefault(tuple(arc[axis] for axis in axes), []).append(arc)
    return dict(sorted(groups.items()))


def _limit(
    model: pyo.ConcreteModel,
    name: str,
    groups: dict[tuple[int, ...], list[tuple[int, ...]]],
    most: CountArray,
) -> None:
    """Add one constraint per group: its arcs carry no more than `most` says at the group's index."""

    def rule(_: Any, *index: int) -> Any:
        return pyo.quicksum(model.move[arc] for arc in groups[index]) <= int(most[index])

    setattr(model, name, pyo.Constraint(list(groups), rule=rule))
