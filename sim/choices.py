"""Describe what is chosen by chance at the door: attributes of patients, and the ways that their pathways take."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.faults import Fault
from sim.graded import ACUITY, CONDITION, OTHERWISE, Graded, aligned, share_faults
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Choice:
    """Describe a choice between exclusive options, whose shares sum to 1 for every patient.

    Shares may depend on acuity, condition, and whatever was chosen before.
    """

    name: str
    options: tuple[str, ...]
    shares: tuple[Graded[float], ...]

    def faults(self, field: str) -> Iterator[Fault]:
        """Yield faults of names, of single shares, and of shares that do not sum to 1 for all patients."""
        if self.name in (ACUITY.name, CONDITION):
            yield Fault(field, self.name, "choose another name; this one has a meaning already")
        for name in self.options:
            if name == OTHERWISE or self.options.count(name) > 1:
                yield Fault(field, name, "give every option a name of its own; 'otherwise' is none")
        if not self.options or len(self.options) != len(self.shares):
            yield Fault(field, list(self.options), "give at least one option, and one share for each")
        named = zip(self.options, self.shares, strict=False)
        wrong = [fault for name, share in named for fault in share_faults(share, f"{field}.{name}", "a share")]
        yield from wrong or self._sum_faults(field)

    def _sum_faults(self, field: str) -> Iterator[Fault]:
        table = aligned(self.shares)
        if table is None:
            yield Fault(field, list(self.options), f"name the same levels in every share, or add {OTHERWISE!r}")
        else:
            sums = np.array(table.values).sum(axis=0)
            for total in sums[~np.isclose(sums, 1.0)][:1].tolist():
                yield Fault(field, round(total, 12), "give shares that sum to 1")


def pick(shares: FloatArray, uniform: FloatArray) -> IntArray:
    """Return the index that each uniform number picks from shares, shape (m,), that sum to 1."""
    cumulative = np.cumsum(shares)
    picked = np.searchsorted(cumulative / cumulative[-1], uniform, side="right")
    return np.minimum(picked, len(shares) - 1).astype(np.int64)


def pick_by_row(shares: FloatArray, row: IntArray, uniform: FloatArray) -> IntArray:
    """Return the index that each uniform number picks from its own row of shares, shape (rows, m)."""
    picked = np.zeros(len(row), dtype=np.int64)
    for r in np.unique(row):
        mine = row == r
        picked[mine] = pick(shares[r], uniform[mine])
    return picked


@dataclass(slots=True)
class Known:
    """Hold what is drawn of n patients so far: for each name the codes, shape (n,), and what the codes mean."""

    codes: dict[str, IntArray]
    names: dict[str, tuple[str, ...]]

    def add(self, name: str, codes: IntArray, names: tuple[str, ...]) -> None:
        """Let values depend on one more thing."""
        self.codes[name], self.names[name] = codes, names

    def place(self, table: "Graded[object]", rows: IntArray) -> IntArray:
        """Return where the values of these patients stand in a table, shape (n_rows,)."""
        place = np.zeros(len(rows), dtype=np.int64)
        for axis in table.over:
            levels = axis.levels
            other = levels.index(OTHERWISE) if OTHERWISE in levels else -1
            level_of = np.array([levels.index(n) if n in levels else other for n in self.names[axis.name]])
            place = place * len(levels) + level_of[self.codes[axis.name][rows]]
        return place

    def number(self, table: Graded[float], rows: IntArray) -> FloatArray | float:
        """Return the numbers of these patients, shape (n_rows,), or one number for all."""
        if len(table.values) == 1:
            return table.values[0]
        return np.asarray(table.values, dtype=np.float64)[self.place(table, rows)]

    def choose(self, choice: Choice, rows: IntArray, uniform: FloatArray) -> IntArray:
        """Return the option of each of these patients that its uniform number picks from its own shares."""
        ends = np.cumsum([np.broadcast_to(self.number(share, rows), len(rows)) for share in choice.shares], axis=0)
        picked: IntArray = (uniform >= ends[:-1] / ends[-1]).sum(axis=0, dtype=np.int64)
        return picked
