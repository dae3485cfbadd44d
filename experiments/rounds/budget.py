"""Spend a budget of replications where it best tells the leading cell from the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.leagues import League
from experiments.rounds.plan import Counts, Effort, in_league
from experiments.statistics.allocation import ocba_counts
from sim.units import FloatArray


@dataclass(frozen=True, slots=True)
class UntilBudget:
    """Share `effort.most` replications a cell, all of a league together, by their means and variances (OCBA).

    A round adds half of the first replications for each cell; shares are worked out anew in every round.
    """

    leagues: Sequence[League]
    effort: Effort

    def further(self, values: pd.DataFrame, counts: Counts) -> Counts:
        """Share the replications of the next round."""
        wanted = dict(counts)
        for league in self.leagues:
            own = np.array([counts[name] for name in league.cells])
            step = max(len(own), len(own) * self.effort.first // 2)
            budget = min(int(own.sum()) + step, self.effort.most * len(own))
            means, deviations = self._moments(values, league, counts)
            if np.isfinite(means).all() and np.isfinite(deviations).all():
                shared = ocba_counts(means, deviations, own, budget).tolist()
                wanted |= {name: max(wanted[name], n) for name, n in zip(league.cells, shared, strict=True)}
        return wanted

    def rows(self, values: pd.DataFrame, counts: Counts) -> list[dict[str, object]]:
        """Return every cell of every league: its mean, its replications, and which one leads."""
        made = []
        for league in self.leagues:
            means, _ = self._moments(values, league, counts)
            known = np.isfinite(means)
            best = int(np.nanargmax(means)) if known.any() else -1
            for place, name in enumerate(league.cells):
                mean = float(means[place]) * self.effort.sign if known[place] else None
                standing = "leads" if place == best else "behind"
                made.append(
                    {"league": league.name, "cell": name, "n": counts[name], "mean": mean, "standing": standing}
                )
        return made

    def _moments(self, values: pd.DataFrame, league: League, counts: Counts) -> tuple[FloatArray, FloatArray]:
        """Return mean and standard deviation of every cell over its own replications, larger is better."""
        own = in_league(values, league, counts, self.effort.sign)
        columns = [column[np.isfinite(column)] for column in own.T]
        means = np.array([one.mean() if one.size else np.nan for one in columns])
        return means, np.array([one.std(ddof=1) if one.size > 1 else np.nan for one in columns])
