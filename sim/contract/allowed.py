"""Tell from the facts of a view who may send to whom."""

import numpy as np

from sim.units import BoolArray


def may_send(agreed: BoolArray, allowed: BoolArray | None) -> BoolArray:
    """Mark who (row) may send to whom (column), shape (h, h): as agreements say, or all others who agreed, (h,)."""
    if allowed is not None:
        return allowed
    both: BoolArray = agreed[:, None] & agreed[None, :]
    return both & ~np.eye(len(agreed), dtype=np.bool_)
