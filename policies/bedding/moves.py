"""Write down who is put where, and count the beds that outliers may have."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.contract import BeddingDecision, BeddingView
from sim.units import IntArray


class Move(NamedTuple):
    """Put a patient into a place."""

    patient: int
    place: int


def decision_of(
    moves: Iterable[Move],
    ending: str = "rule",
    objective: float = 0.0,
    gap: float = np.nan,
    binding: tuple[tuple[str, float], ...] = (),
    seconds: float = 0.0,
) -> BeddingDecision:
    """Return the decision to make these moves."""
    table = np.array(list(moves), dtype=np.int64).reshape(-1, len(Move._fields))
    return BeddingDecision(
        *table.T.copy(), ending=ending, objective=objective, gap=gap, binding=binding, seconds=seconds
    )


def spare(view: BeddingView, kept_free_share: float) -> IntArray:
    """Count the free places of which so large a share of the beds is not kept for a ward's own patients, (h, k)."""
    kept = np.ceil(kept_free_share * view.beds - 1e-9).astype(np.int64)
    left: IntArray = np.maximum(view.free - kept, 0)
    return left
