"""Find what is wrong with the numbers of a case: each fault names the field, the value and the mend."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from optimize.program import FloatArray, IntArray

Sizes = tuple[int, ...]
WHOLE_WITHIN = 1e-6


def refuse(faults: Iterable[str]) -> None:
    """Raise all faults at once.

    Raises:
        ValueError: if there is any.
    """
    found = list(faults)
    if found:
        raise ValueError("; ".join(found))


def shape_faults(case: object, shapes: Mapping[str, Sizes]) -> Iterator[str]:
    """Yield a fault for each array of the case that has not the shape it should have."""
    for field, shape in shapes.items():
        found = getattr(case, field).shape
        if found != shape:
            yield f"{field} has shape {found}; give {shape}, as the names ask for"


def least_faults(case: object, fields: Iterable[str], least: float = 0.0) -> Iterator[str]:
    """Yield a fault for each number or array that holds NaN or less than `least`; inf is allowed."""
    for field in fields:
        values: Any = np.asarray(getattr(case, field), dtype=np.float64)
        wrong = values[~(values >= least)]
        if wrong.size:
            yield f"{field} holds {wrong.flat[0]:g}; give {least:g} or more"


def finite_faults(case: object, fields: Iterable[str]) -> Iterator[str]:
    """Yield a fault for each number or array that holds inf or -inf."""
    for field in fields:
        values: Any = np.asarray(getattr(case, field), dtype=np.float64)
        wrong = values[np.isinf(values)]
        if wrong.size:
            yield f"{field} holds {wrong.flat[0]:g}; give finite numbers"


def position_faults(case: object, limits: Mapping[str, int], least: int = 0) -> Iterator[str]:
    """Yield a fault for each array with positions outside `least` (-1 where none is allowed) to the limit less 1."""
    for field, limit in limits.items():
        values = np.asarray(getattr(case, field))
        wrong = values[(values < least) | (values >= limit)]
        if wrong.size:
            yield f"{field} holds {wrong.flat[0]}; give positions from {least} to {limit - 1}"


def name_faults(case: object, fields: Iterable[str]) -> Iterator[str]:
    """Yield a fault for each field of names in which a name occurs twice."""
    for field in fields:
        names = getattr(case, field)
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            yield f"{field} has {', '.join(twice)} more than once; names must differ"


def whole(name: str, values: FloatArray) -> IntArray:
    """Round numbers that are whole but for the arithmetic.

    Raises:
        ArithmeticError: if one is not whole within 1e-6.
    """
    rounded = np.rint(values)
    wrong = np.argwhere(np.abs(values - rounded) > WHOLE_WITHIN).tolist()
    if wrong:
        raise ArithmeticError(f"{name}{wrong[0]} is {values[tuple(wrong[0])]}; a vertex must be whole")
    return rounded.astype(np.intp)
