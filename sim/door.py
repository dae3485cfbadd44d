"""Draw numbers for all patients of a replication: each source and purpose from its own stream, in one long column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.choices import pick
from sim.streams import Replication, stream
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """Draw for n patients, who come from sources with `sizes` patients each.

    Patient k of a source takes the k-th draw of the source's stream. `order` holds, for each patient wanted, the
    position among all patients of the first source, then of the second, and so on. `visit` begins the name of every
    purpose, so that return visits draw from streams of their own.
    """

    replication: Replication
    sources: tuple[str, ...]
    sizes: tuple[int, ...]
    order: IntArray
    visit: tuple[str, ...] = ()

    def generator(self, source: int, *purpose: str) -> np.random.Generator:
        """Return the stream of one source and purpose."""
        return stream(self.replication, self.sources[source], *self.visit, *purpose)

    def uniform(self, *purpose: str, of: Sequence[int] | None = None) -> FloatArray:
        """Return a uniform number for every patient, shape (n,); zeros where a source is not among `of`."""
        drawn, starts = np.zeros(sum(self.sizes)), self.starts
        for source in range(len(self.sources)) if of is None else of:
            part = drawn[starts[source] : starts[source] + self.sizes[source]]
            self.generator(source, *purpose).random(out=part)
        return drawn[self.order]

    def normal(self, n_columns: int, *purpose: str) -> FloatArray:
        """Return standard normal numbers, shape (n, n_columns)."""
        drawn = np.empty((sum(self.sizes), n_columns))
        for source, (start, size) in enumerate(zip(self.starts, self.sizes, strict=True)):
            self.generator(source, *purpose).standard_normal(out=drawn[start : start + size])
        return drawn[self.order]

    def picked(self, options: Sequence[tuple[IntArray, FloatArray]], *purpose: str) -> IntArray:
        """Return what every patient picks from the codes of its source by their shares, shape (n,).

        A source with one code only needs no number.
        """
        picked = np.empty(sum(self.sizes), dtype=np.int64)
        for source, (start, size, (codes, shares)) in enumerate(zip(self.starts, self.sizes, options, strict=True)):
            none = len(codes) == 1
            index = 0 if none else pick(shares, self.generator(source, *purpose).random(size))
            picked[start : start + size] = codes[index]
        return picked[self.order]

    def of_source(self, values: Sequence[int] | IntArray) -> IntArray:
        """Return for every patient the value of its source, shape (n,)."""
        return np.repeat(np.asarray(values, dtype=np.int64), self.sizes)[self.order]

    @property
    def starts(self) -> list[int]:
        """Return where the patients of each source begin among all."""
        return [0, *np.cumsum(self.sizes[:-1]).tolist()]
