"""Hand a world to compiled code as one short table of addresses.

Taking eighteen arrays apart at every call would take longer than to move the patients of an hour.
"""

from typing import Any

import numba
import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.compiled.machine.jit import counted
from sim.compiled.machine.tables import (
    BALK,
    CHOICE,
    CLOCK,
    DUE,
    LINK,
    LOGGED,
    PATIENT,
    PHASE,
    POOL,
    REQUEST,
    STEP,
    World,
)
from sim.units import IntArray

_numba: Any = numba
_carray = _numba.carray
_intrinsic: Any = intrinsic
_types: Any = types


def addresses(world: World) -> IntArray:
    """Return the address, rows and columns of every table, shape (n_tables, 3); the world must outlive their use."""
    return np.array([(table.ctypes.data, *table.shape, 1)[:3] for table in world], dtype=np.int64)


@_intrinsic  # type: ignore[untyped-decorator]
def _pointer(_: Any, address: Any) -> Any:
    """Turn an address into a pointer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return _types.voidptr(address), generate


@counted
def world_at(at: IntArray) -> World:
    """Return the world at these addresses."""
    return World(
        _carray(_pointer(at[0, 0]), at[0, 1], CLOCK),
        _carray(_pointer(at[1, 0]), at[1, 1], DUE),
        _carray(_pointer(at[2, 0]), at[2, 1], POOL),
        _carray(_pointer(at[3, 0]), (at[3, 1], at[3, 2]), np.int64),
        _carray(_pointer(at[4, 0]), at[4, 1], LINK),
        _carray(_pointer(at[5, 0]), at[5, 1], PATIENT),
        _carray(_pointer(at[6, 0]), at[6, 1], PHASE),
        _carray(_pointer(at[7, 0]), at[7, 1], STEP),
        _carray(_pointer(at[8, 0]), at[8, 1], REQUEST),
        _carray(_pointer(at[9, 0]), at[9, 1], CHOICE),
        _carray(_pointer(at[10, 0]), at[10, 1], np.int64),
        _carray(_pointer(at[11, 0]), at[11, 1], BALK),
        _carray(_pointer(at[12, 0]), at[12, 1], np.int64),
        _carray(_pointer(at[13, 0]), at[13, 1], LOGGED),
        _carray(_pointer(at[14, 0]), (at[14, 1], at[14, 2]), np.float64),
        _carray(_pointer(at[15, 0]), at[15, 1], np.uint8),
        _carray(_pointer(at[16, 0]), (at[16, 1], at[16, 2]), np.float64),
        _carray(_pointer(at[17, 0]), (at[17, 1], at[17, 2]), np.uint8),
    )
