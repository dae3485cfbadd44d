"""State which boarding patients may move where, what a move gains, and what was chosen: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from optimize.program import BoolArray, FloatArray

CountArray = npt.NDArray[np.integer[Any]]
WHOLE_WITHIN = 1e-6
LIMITS = ("receiving_limit", "sending_limit")


@dataclass(frozen=True, slots=True)
class TransferCase:
    """One hour's question, over H hospitals, K kinds of bed and A acuity classes.

    Args:
        boarders: patients who board, by hospital, kind of bed waited for and acuity; shape (H, K, A), counts.
        free: beds that may receive transfers, after caps and after the hospital's own boarders had first
            call; shape (H, K), counts.
        gain: what one move is worth, by origin, kind, acuity and destination, in any one unit; shape (H, K,
            A, H). Moves with a gain of zero or less, and moves from a hospital to itself, are never made.
        limit: moves at most, for example crews.
        receiving_limit: patients that each hospital takes at most; shape (H,), counts, or None for no limit.
        sending_limit: patients that each hospital sends at most, for example its own crews; shape (H,), counts,
            or None for no limit.

    Raises:
        ValueError: lists every array of the wrong shape, every negative count and every gain that is NaN.
    """

    boarders: CountArray
    free: CountArray
    gain: FloatArray
    limit: int
    receiving_limit: CountArray | None = None
    sending_limit: CountArray | None = None

    def __post_init__(self) -> None:
        faults = [*self._shape_faults(), *self._number_faults()]
        if faults:
            raise ValueError("; ".join(faults))

    def _shape_faults(self) -> Iterator[str]:
        if self.boarders.ndim != 3:
            yield f"boarders has shape {self.boarders.shape}; give (hospitals, kinds, acuities)"
            return
        hospitals, kinds, acuities = self.boarders.shape
        wanted = {"free": (hospitals, kinds), "gain": (hospitals, kinds, acuities, hospitals)}
        for name in LIMITS:
            if getattr(self, name) is not None:
                wanted[name] = (hospitals,)
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                yield f"{name} has shape {getattr(self, name).shape}; boarders asks for {shape}"

    def _number_faults(self) -> Iterator[str]:
        for name in ("boarders", "free", *LIMITS, "limit"):
            counts = getattr(self, name)
            if counts is not None and np.any(np.less(counts, 0)):
                yield f"{name} holds a negative count; give 0 or more"
        if np.isnan(self.gain).any() or np.isposinf(self.gain).any():
            yield "gain holds NaN or inf; give a number, or -inf for moves that are impossible"


class Move(NamedTuple):
    """`n_patients` of one group go from `origin` to `destination`; all others are positions in the case."""

    origin: int
    kind: int
    acuity: int
    destination: int
    n_patients: int


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """What to move, in the order of origin, kind, acuity and destination.

    Args:
        moves: each with at least one patient.
        gain: their total gain, in the unit of the case.
    """

    moves: tuple[Move, ...]
    gain: float


def move_gain(
    avoided_min: FloatArray,
    weight: FloatArray,
    travel_min: FloatArray,
    travel_cost_per_min: float,
    move_cost: float,
) -> FloatArray:
    """Value each move: avoided boarding minutes times the weight of the acuity, less the cost of moving.

    Args:
        avoided_min: boarding that a move is expected to spare, by origin and kind; shape (H, K), minutes.
        weight: worth of a minute, by acuity; shape (A,).
        travel_min: travel from origin (row) to destination; shape (H, H), minutes, inf where no move may be.
        travel_cost_per_min: cost of a minute of travel, in the unit of the weight.
        move_cost: fixed cost of a move, in the unit of weight times minutes.

    Returns:
        Gain of one move, shape (H, K, A, H); -inf where no move may be.
    """
    benefit = avoided_min[:, :, None, None] * weight[None, None, :, None]
    reachable = np.isfinite(travel_min)
    travel_cost = travel_cost_per_min * np.where(reachable, travel_min, 0.0)
    cost = np.where(reachable, move_cost + travel_cost, np.inf)
    return np.asarray(benefit - cost[:, None, None, :], dtype=np.float64)


def useful_moves(gain: FloatArray) -> BoolArray:
    """Mark the moves to another hospital that gain something; shape (H, K, A, H) like `gain`."""
    elsewhere = ~np.eye(gain.shape[0], dtype=np.bool_)
    return np.asarray((gain > 0) & elsewhere[:, None, None, :], dtype=np.bool_)


def plan_of(arcs: npt.NDArray[np.intp], moves: FloatArray, case: TransferCase) -> TransferPlan:
    """Turn the numbers of moves (shape (n,)) on `arcs` (shape (n, 4), sorted) into a plan.

    Raises:
        ArithmeticError: if a number of moves is not whole within 1e-6.
    """
    whole = np.rint(moves)
    if np.abs(moves - whole).max(initial=0.0) > WHOLE_WITHIN:
        worst = int(np.abs(moves - whole).argmax())
        raise ArithmeticError(f"move{arcs[worst].tolist()} is {moves[worst]}; a vertex must be whole")
    made = np.flatnonzero(whole)
    gain = float(case.gain[tuple(arcs[made].T)] @ whole[made])
    counts = whole[made].astype(np.intp).tolist()
    return TransferPlan(
        tuple(Move(o, k, a, h, n) for (o, k, a, h), n in zip(arcs[made].tolist(), counts, strict=True)), gain
    )


def breaches(case: TransferCase, plan: TransferPlan) -> list[str]:
    """Check a plan against its case with plain sums, sharing nothing with the model; empty if it holds."""
    left, beds = case.boarders.astype(np.intp), case.free.astype(np.intp)
    room, crews = (
        None if most is None else most.astype(np.intp) for most in (case.receiving_limit, case.sending_limit)
    )
    found, gain, n_moves = [], 0.0, 0
    for origin, kind, acuity, destination, n_patients in plan.moves:
        left[origin, kind, acuity] -= n_patients
        beds[destination, kind] -= n_patients
        if room is not None:
            room[destination] -= n_patients
        if crews is not None:
            crews[origin] -= n_patients
        gain += n_patients * float(case.gain[origin, kind, acuity, destination])
        n_moves += n_patients
        if n_patients < 1 or origin == destination:
            found.append(f"{(origin, kind, acuity, destination, n_patients)} is not a move")
    for name, rest in (("boarders", left), ("free", beds), ("receiving_limit", room), ("sending_limit", crews)):
        for index in [] if rest is None else np.argwhere(rest < 0).tolist():
            found.append(f"{name}{index} is exceeded")
    if n_moves > case.limit:
        found.append(f"limit is {case.limit}, the plan makes {n_moves} moves")
    if not np.isclose(gain, plan.gain, rtol=1e-9, atol=1e-9):
        found.append(f"gain is {gain}, the plan says {plan.gain}")
    return found
