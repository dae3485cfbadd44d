"""Let the door show some patients otherwise than others of the same true acuity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from sim.choices import Choice, pick
from sim.faults import Fault
from sim.graded import as_graded
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Shift:
    """Add `by` to what the door shows as `feature` of patients who have the option of an attribute of the scenario."""

    attribute: str
    option: str
    feature: str
    by: float


def shift_faults(shifts: Sequence[Shift], features: Sequence[str], attributes: Sequence[Choice]) -> Iterator[Fault]:
    """Yield faults of unknown attributes, options and features, and of attributes whose shares differ by patient."""
    known = {one.name: one for one in attributes}
    for index, shift in enumerate(shifts):
        place = f"case_mix.shifts[{index}]"
        if shift.attribute not in known:
            yield Fault(f"{place}.attribute", shift.attribute, f"name one of attributes ({', '.join(known) or 'none'})")
        elif shift.option not in known[shift.attribute].options:
            yield Fault(f"{place}.option", shift.option, f"name one of {', '.join(known[shift.attribute].options)}")
        elif any(len(as_graded(share).values) > 1 for share in known[shift.attribute].shares):
            yield Fault(f"{place}.attribute", shift.attribute, "give its shares as plain numbers, alike for all")
        if shift.feature not in features:
            yield Fault(f"{place}.feature", shift.feature, f"name one of {', '.join(features) or 'none'}")
        if not isfinite(shift.by):
            yield Fault(f"{place}.by", shift.by, "give a finite number")


def shifted_by(
    shifts: Sequence[Shift], features: Sequence[str], attributes: Sequence[Choice], codes: IntArray | None
) -> FloatArray | float:
    """Return what is added to features of n patients, (n, k), by their options, (n, n_attributes); 0 for nothing."""
    if not shifts or codes is None:
        return 0.0
    names, added = [one.name for one in attributes], np.zeros((len(codes), len(features)))
    for shift in shifts:
        column = names.index(shift.attribute)
        has = codes[:, column] == attributes[column].options.index(shift.option)
        added[has, features.index(shift.feature)] += shift.by
    return added


def plain_options(attributes: Sequence[Choice], shifts: Sequence[Shift], uniform: FloatArray) -> IntArray:
    """Draw the options of attributes that shifts name, from uniform numbers; both of shape (n, n_attributes).

    All other attributes keep their first option: nothing that the door shows depends on them.
    """
    codes, needed = np.zeros(uniform.shape, dtype=np.int64), {shift.attribute for shift in shifts}
    for column, attribute in enumerate(attributes):
        if attribute.name in needed:
            share = np.array([float(as_graded(one).values[0]) for one in attribute.shares])
            codes[:, column] = pick(share, uniform[:, column])
    return codes
