"""Follow the medicines on the shelves of a city: delivered, used oldest first, expired, sent on, or short.

A step uses its medicines when it starts. Nobody waits for a medicine, so the shelves follow from the marks: at every
look that a policy takes, and once more at the end.
"""

from itertools import count

import numpy as np
import pandas as pd

from sim.cohort import Cohort
from sim.layout import Layout
from sim.log import Log, StockMove
from sim.moving_shelf import COLUMNS, MovingShelf
from sim.shelves import Shelf
from sim.streams import Replication, stream
from sim.units import MINUTES_PER_DAY, FloatArray, on_grid
from sim.uses import Uses

NOTHING = np.empty(0), np.empty(0)


def daily_stock(layout: Layout, cohort: Cohort, log: Log, replication: Replication) -> pd.DataFrame:
    """Return the days of all shelves after a run in which nobody looked at them."""
    return Stockroom(layout, cohort, log, replication).days()


def moves_table(layout: Layout, log: Log) -> pd.DataFrame:
    """Return one row an attempted sending of a lot, hospitals by their ids."""
    rows = pd.DataFrame(log.stock_moves, columns=list(StockMove._fields))
    hospitals = [hospital.id for hospital in layout.scenario.city.hospitals]
    for column in ("origin", "destination"):
        known = rows[column].where(rows[column].between(0, len(hospitals) - 1), -1).to_numpy(dtype=np.int64)
        rows[column] = pd.Categorical.from_codes(known, categories=pd.Index(hospitals))
    return rows


class Stockroom:
    """Move every shelf of a city, by hospital and medicine, up to the moments at which somebody looks."""

    def __init__(self, layout: Layout, cohort: Cohort, log: Log, replication: Replication) -> None:
        scenario, numbers = layout.scenario, count()
        self._hospitals = [hospital.id for hospital in scenario.city.hospitals]
        self._uses = Uses(layout, cohort, log)
        end_min = scenario.horizon.end_min
        self.shelves: dict[tuple[int, str], MovingShelf] = {}
        for h, hospital in enumerate(scenario.city.hospitals):
            for shelf in hospital.shelves:
                deliveries = _deliveries(shelf, stream(replication, hospital.id, "supply", shelf.medicine), end_min)
                self.shelves[h, shelf.medicine] = MovingShelf(shelf, deliveries, end_min, numbers.__next__)

    def advance(self, now_min: float) -> None:
        """Bring every shelf up to now, with all that was wanted before."""
        self._want(now_min)
        for shelf in self.shelves.values():
            shelf.advance(now_min)

    def days(self) -> pd.DataFrame:
        """Go on to the end and return one row a hospital, medicine and day.

        Units delivered, used, expired, short, sent to other hospitals and received from them, how many of the expired
        had been received, and units at hand when the day ends.
        """
        self._want(np.inf)
        order = ["hospital", "medicine", "day", *COLUMNS, "at_hand"]
        tables = [
            shelf.days().assign(hospital=self._hospitals[h], medicine=medicine)
            for (h, medicine), shelf in self.shelves.items()
        ]
        return pd.concat(tables)[order].reset_index(drop=True) if tables else pd.DataFrame(columns=order)

    def _want(self, until_min: float) -> None:
        for where, wanted in self._uses.before(until_min).items():
            if where in self.shelves:
                self.shelves[where].want(*wanted)


def _deliveries(shelf: Shelf, generator: np.random.Generator, end_min: float) -> FloatArray:
    """Return the moments of deliveries that come by chance."""
    mean_gap = MINUTES_PER_DAY / shelf.deliveries_per_day if shelf.deliveries_per_day else np.inf
    times, last = [], 0.0
    while last < end_min:
        gaps = generator.standard_exponential(1024) * mean_gap
        times.append(last + np.cumsum(gaps))
        last = float(times[-1][-1])
    every = on_grid(np.concatenate(times)) if np.isfinite(mean_gap) else np.empty(0)
    return every[every < end_min]
