"""Look at paired differences until each is decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from experiments.rounds.plan import Counts, Effort
from experiments.statistics.pairs import Difference
from experiments.statistics.stopping import Ruling, look, look_level, looks


@dataclass(frozen=True, slots=True)
class Look:
    """Hold the last look at a pair: after how many replications, what was seen, and what it decided."""

    n: int
    difference: Difference
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class UntilDecided:
    """Extend the pairs {treatment: baseline} that are open, look by look (`experiments.statistics.stopping`)."""

    pairs: Mapping[str, str]
    effort: Effort

    @property
    def looks(self) -> tuple[int, ...]:
        """Return after how many replications one looks."""
        return looks(self.effort.first, self.effort.most)

    def further(self, values: pd.DataFrame, counts: Counts) -> Counts:
        """Give every pair that is still open, and its baseline, the replications of the next look."""
        wanted = dict(counts)
        for treatment, baseline in self.pairs.items():
            last = self._look(values, treatment, counts)
            if last.ruling is Ruling.OPEN:
                more = next((one for one in self.looks if one > last.n), last.n)
                wanted |= {cell: max(wanted[cell], more) for cell in (treatment, baseline)}
        return wanted

    def rows(self, values: pd.DataFrame, counts: Counts) -> list[dict[str, object]]:
        """Return every comparison with the look that decided it, its interval at the level of all looks together."""
        return [
            {"treatment": treatment, "baseline": baseline, **_row(self._look(values, treatment, counts))}
            for treatment, baseline in self.pairs.items()
        ]

    def _look(self, values: pd.DataFrame, treatment: str, counts: Counts) -> Look:
        """Return the look that decided a pair, or the last one."""
        baseline = self.pairs[treatment]
        before, after = (values[name].to_numpy(dtype=float) for name in (baseline, treatment))
        level = look_level(len(self.looks), len(self.pairs))
        there = min(counts[treatment], counts[baseline])
        for n in self.looks:
            difference, ruling = look(before[:n], after[:n], self.effort.indifference, level)
            if ruling is not Ruling.OPEN or not any(n < other <= there for other in self.looks):
                break
        return Look(n, difference, ruling)


def _row(last: Look) -> dict[str, object]:
    found = last.difference
    ends = {"difference": found.mean, "low": found.low, "high": found.high}
    known = {key: value if isfinite(value) else None for key, value in ends.items()}
    return {"n": last.n, **known, "variance_ratio": _known(found.variance_ratio), "ruling": str(last.ruling)}


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
