"""State what must be covered by which activities, and a plan that does: plain numbers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from optimize.program import FloatArray

HOLDS_WITHIN = 1e-6
Matrix: TypeAlias = "FloatArray | sparse.csr_array[Any]"
"""Dense, or sparse by rows: of 20 000 requirements and 5 000 activities few pairs have to do with each other."""


@dataclass(frozen=True, slots=True)
class CoverCase:
    """What must be covered, by which activities, at which cost: m requirements and n activities.

    Args:
        activities: n names, such as shifts or sessions.
        requirements: m names, such as the nurses needed at one hour.
        cost: cost of one unit of each activity; shape (n,), at least 0.
        coverage: what one unit of activity j (column) gives to requirement i (row); shape (m, n), dense or
            `scipy.sparse.csr_array`.
        needed: what each requirement needs; shape (m,), in the unit of the coverage.
        whole: whether levels must be whole numbers.

    Raises:
        ValueError: lists every array of the wrong shape or with numbers that are not finite, negative costs
            and names that occur twice.
    """

    activities: tuple[str, ...]
    requirements: tuple[str, ...]
    cost: FloatArray
    coverage: Matrix
    needed: FloatArray
    whole: bool = False

    def __post_init__(self) -> None:
        faults = [*self._name_faults(), *self._number_faults()]
        if faults:
            raise ValueError("; ".join(faults))

    def _name_faults(self) -> Iterator[str]:
        for field in ("activities", "requirements"):
            twice = sorted(name for name, n in Counter(getattr(self, field)).items() if n > 1)
            if twice:
                yield f"{field} has {', '.join(twice)} more than once; names must differ"

    def _number_faults(self) -> Iterator[str]:
        m, n = len(self.requirements), len(self.activities)
        for field, shape in (("cost", (n,)), ("coverage", (m, n)), ("needed", (m,))):
            array = getattr(self, field)
            if array.shape != shape:
                yield f"{field} has shape {array.shape}; the names ask for {shape}"
            if not np.isfinite(array.data if isinstance(array, sparse.csr_array) else array).all():
                yield f"{field} holds numbers that are not finite; give finite ones"
        if (self.cost < 0).any():
            yield "cost holds negative numbers; give 0 or more"

    def givers(self) -> Iterator[tuple[list[int], list[float]]]:
        """Yield for each requirement the positions of the activities that give to it, and what a unit of each gives."""
        rows = sparse.csr_array(self.coverage)
        rows.sort_indices()
        starts, columns, gives = rows.indptr.tolist(), rows.indices.tolist(), rows.data.tolist()
        for begin, end in pairwise(starts):
            yield columns[begin:end], gives[begin:end]


@dataclass(frozen=True, slots=True)
class CoverPlan:
    """How much of each activity to do.

    Args:
        levels: units of each activity; shape (n,).
        cost: their total cost.
        slack: what each requirement gets beyond its need; shape (m,).
    """

    levels: FloatArray
    cost: float
    slack: FloatArray


def breaches(case: CoverCase, plan: CoverPlan) -> list[str]:
    """Check a plan against its case with plain sums, sharing nothing with the model; empty if it holds."""
    found = []
    for name, level in zip(case.activities, plan.levels.tolist(), strict=True):
        if level < -HOLDS_WITHIN:
            found.append(f"{name} has the negative level {level}")
        if case.whole and abs(level - round(level)) > HOLDS_WITHIN:
            found.append(f"{name} has the level {level}, which is not whole")
    levels = plan.levels.tolist()
    for i, (name, (columns, gives)) in enumerate(zip(case.requirements, case.givers(), strict=True)):
        parts = [each * levels[j] for j, each in zip(columns, gives, strict=True)]
        given = sum(parts)
        within = HOLDS_WITHIN * max([1.0, *map(abs, parts)])
        if given < case.needed[i] - within:
            found.append(f"{name} needs {case.needed[i]} and gets {given}")
        if abs(given - case.needed[i] - plan.slack[i]) > within:
            found.append(f"{name} has slack {given - case.needed[i]}, the plan says {plan.slack[i]}")
    cost = sum(float(c) * x for c, x in zip(case.cost, plan.levels.tolist(), strict=True))
    if not np.isclose(cost, plan.cost, rtol=1e-9, atol=1e-9):
        found.append(f"the levels cost {cost}, the plan says {plan.cost}")
    return found
