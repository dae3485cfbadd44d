"""Name the arrays of the timetabling problem."""

from typing import Any, TypeAlias

import numpy as np

IntArray: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
BoolArray: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
Counts: TypeAlias = np.ndarray[Any, np.dtype[np.int32]]
"""Whole numbers of the compiled search: half as wide, so that twice as many are near the processor."""
FloatArray: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Word: TypeAlias = np.ndarray[Any, np.dtype[np.uint64]]
