"""Define what asks for more replications, and the settings that say how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from experiments.leagues import League
from experiments.settings import RunSettings
from experiments.until import Until
from sim.units import FloatArray

Counts = Mapping[str, int]
"""How many replications each cell has, or is to have, by its name."""


TIMES = 5
"""Without `run.most_replications`, a cell may have so many times the first replications."""


def most_of(settings: RunSettings) -> int:
    """Return the replications that a cell may have at most."""
    return max(settings.most_replications or TIMES * settings.replications, settings.replications)


def extends(settings: RunSettings, n_cells: int) -> bool:
    """Say whether replications may be added: something is to be decided, between cells, with variances to go by."""
    return settings.until is not Until.REPLICATIONS and n_cells > 1 and settings.replications > 1


@dataclass(frozen=True, slots=True)
class Effort:
    """Set the replications of every cell at first and at most, and the largest difference that does not matter.

    `sign` is -1 where the measure is better lower, 1 where it is better higher.
    """

    first: int
    most: int
    indifference: float = 0.0
    sign: int = -1


class Plan(Protocol):
    """Ask for more replications, and say at the end what they decided."""

    def further(self, values: pd.DataFrame, counts: Counts) -> Counts:
        """Return how many replications each cell is to have; the same counts end it.

        `values` has one row a replication and one column a cell; NaN where there is none.
        """

    def rows(self, values: pd.DataFrame, counts: Counts) -> list[dict[str, object]]:
        """Return what was decided, one row a comparison or a cell."""


def in_league(values: pd.DataFrame, league: League, counts: Counts, sign: int) -> FloatArray:
    """Return the values of a league, shape (n, k), larger is better, without replications that failed in a cell.

    A cell that was not asked for a replication is NaN there.
    """
    found: FloatArray = values.reindex(columns=list(league.cells)).to_numpy(dtype=float) * sign
    asked = np.arange(len(found))[:, None] < np.array([counts[name] for name in league.cells])
    failed = (asked & ~np.isfinite(found)).any(axis=1)
    return np.where(asked, found, np.nan)[~failed & asked.any(axis=1)]
