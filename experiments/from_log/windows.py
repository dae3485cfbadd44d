"""Split a log in time: what the model is fitted to comes first, what it is judged by comes last."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.from_log.journeys import Journeys
from experiments.schema import stop_at
from sim.faults import Fault
from sim.units import MINUTES_PER_DAY, MINUTES_PER_WEEK

FEWEST_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Windows:
    """Hold the ends of three windows of arrivals, in minutes since the log's origin: whole weeks, or days if few."""

    split_min: float
    end_min: float

    @property
    def train_days(self) -> int:
        """Return the days that a model is fitted to."""
        return round(self.split_min / MINUTES_PER_DAY)

    @property
    def held_out_days(self) -> int:
        """Return the days that the fit never sees."""
        return round((self.end_min - self.split_min) / MINUTES_PER_DAY)


def windows_of(journeys: Journeys, hold_out_share: float) -> Windows:
    """Return the windows that leave out the last share of the log; a rest of a week (or day) is not used.

    Raises:
        ScenarioError: when the share is none, or the log is too short to split.
    """
    if not 0 < hold_out_share < 1:
        stop_at([Fault("--hold-out", hold_out_share, "give a share between 0 and 1, for example 0.3")])
    span_min = float(journeys.cases["arrived"].max())
    unit = MINUTES_PER_WEEK if span_min >= FEWEST_WEEKS * MINUTES_PER_WEEK else MINUTES_PER_DAY
    n = int(np.floor(span_min / unit + 0.01))
    if n < 2:
        stop_at([Fault("--log", f"{span_min / MINUTES_PER_DAY:.1f} days", "give a log of at least two days")])
    held = min(max(round(hold_out_share * n), 1), n - 1)
    return Windows((n - held) * unit, n * unit)


def arriving(journeys: Journeys, from_min: float, until_min: float) -> Journeys:
    """Return the cases that came in a window."""
    arrived = journeys.cases["arrived"]
    chosen: pd.Index[str] = journeys.cases.index[(arrived >= from_min) & (arrived < until_min)]
    return journeys.of(chosen)
