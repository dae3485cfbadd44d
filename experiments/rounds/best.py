"""Screen the cells of every league after each replication until one is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.leagues import League
from experiments.rounds.plan import Counts, Effort, in_league
from experiments.statistics.intervals import LEVEL
from experiments.statistics.selection import Promise, Selection, select
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class UntilBest:
    """Extend the cells that are still in, by half of the first replications a round, two at least (KN++).

    All leagues together err with the probability that one would; screening is replayed replication by replication, so
    that rounds only save time, and decide nothing.
    """

    leagues: Sequence[League]
    effort: Effort

    def further(self, values: pd.DataFrame, counts: Counts) -> Counts:
        """Give the cells that are still in so many more, up to the most."""
        wanted = dict(counts)
        for league in self.leagues:
            found = self._selected(values, league, counts)[1]
            for place in found.left if not found.ended else ():
                name = league.cells[place]
                more = counts[name] + max(2, self.effort.first // 2)
                wanted[name] = max(wanted[name], min(more, self.effort.most))
        return wanted

    def rows(self, values: pd.DataFrame, counts: Counts) -> list[dict[str, object]]:
        """Return every cell of every league: its mean, its replications, after how many it fell out, its standing."""
        return [row for league in self.leagues for row in self._rows(values, league, counts)]

    def _rows(self, values: pd.DataFrame, league: League, counts: Counts) -> list[dict[str, object]]:
        own, found = self._selected(values, league, counts)
        made = []
        for place, name in enumerate(league.cells):
            fell, known = found.fell_after[place], own[:, place][np.isfinite(own[:, place])]
            standing = "out" if fell else "selected" if found.ended else "still in"
            mean = float(known.mean()) * self.effort.sign if known.size else None
            made.append(
                {"league": league.name, "cell": name, "n": int(known.size), "mean": mean}
                | {"fell_after": fell, "standing": standing}
            )
        return made

    def _selected(self, values: pd.DataFrame, league: League, counts: Counts) -> tuple[FloatArray, Selection]:
        own = in_league(values, league, counts, self.effort.sign)
        level = 1 - (1 - LEVEL) / len(self.leagues)
        if len(own) < self.effort.first:  # some failed
            return own, Selection((0,) * len(league.cells))
        return own, select(own, Promise(self.effort.indifference, self.effort.first, level))
