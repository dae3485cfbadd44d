"""Make the tables of the monitor: use, supply against demand (R = S / D) and what is missing, and alerts.

Of a type, supply S is what all offer and demand D what all ask; of one hospital, S is what it was given.
"""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.resources.calendar import time_text
from experiments.resources.feed import bookings_at_risk, risk
from experiments.resources.tables import Cell, Table
from experiments.resources.usage import MEASURES, usage
from sim.platform.monitor import SHORT, alerts, supply_over_demand, unmet, used_share
from sim.platform.records import Status
from sim.platform.state import State
from sim.platform.thresholds import Thresholds
from sim.units import FloatArray

ALL = "all"
SHOWN = ("types", "resources", "hours", "alerts")
ALERTS = ("type", "who", "reason", "from", "hours", "worst")


class Watched:
    """Hold what was offered, booked, asked and given in each hour between the edges, in minutes from time zero."""

    def __init__(self, state: State, edges: FloatArray, now_min: float) -> None:
        """Spread what the state holds over the hours."""
        self.state, self.edges, self.now_min = state, edges, now_min
        self._usage = usage(state, edges)

    def table(self, show: str, thresholds: Thresholds) -> Table:
        """Return one of the tables `SHOWN`."""
        if show == "alerts":
            found = (*self._hourly_alerts(thresholds), *self._short_hospitals(thresholds), *self._devices_down())
            return Table(ALERTS, list(found))
        makers = {"types": self._by_type, "resources": self._by_resource, "hours": self._by_hour}
        frame = makers[show]()
        rows = [tuple(_cell(value) for value in row) for row in frame.itertuples(index=False)]
        return Table(tuple(frame.columns), rows)

    def _sums(self, *keys: str) -> pd.DataFrame:
        """Return the four measures, and what follows from them, summed by keys; hours as places among the hours."""
        sums = self._usage.pivot_table(index=list(keys), columns="measure", values="amount", aggfunc="sum")
        sums = sums.reindex(columns=list(MEASURES)).fillna(0.0)
        return sums.assign(used_share=used_share(_of(sums, "booked"), _of(sums, "offered"))).reset_index()

    def _by_type(self) -> pd.DataFrame:
        """Return a row for each type and hospital, and one for all hospitals together."""
        each = self._sums("type", "hospital").assign(supply=lambda frame: frame["given"])
        both = self._sums("type").assign(hospital=ALL, supply=lambda frame: frame["offered"])
        rows = pd.concat([each, both]).sort_values("type", kind="stable", ignore_index=True)
        rows["missing"] = unmet(_of(rows, "given"), _of(rows, "asked"))
        rows["R"] = supply_over_demand(_of(rows, "supply"), _of(rows, "asked"))
        return rows[["type", "hospital", "offered", "booked", "used_share", "asked", "given", "missing", "R"]]

    def _by_resource(self) -> pd.DataFrame:
        rows = self._sums("resource", "type", "hospital")
        rows = rows[rows["resource"] != ""].rename(columns={"hospital": "owner"})
        return rows.loc[rows["offered"] > 0, ["resource", "type", "owner", "offered", "booked", "used_share"]]

    def _by_hour(self) -> pd.DataFrame:
        rows = self._sums("type", "hour")
        rows["R"] = supply_over_demand(_of(rows, "offered"), _of(rows, "asked"))
        rows["hour"] = [time_text(self.edges[hour]) for hour in rows["hour"]]
        return rows[["type", "hour", "offered", "booked", "used_share", "asked", "R"]]

    def _hourly_alerts(self, thresholds: Thresholds) -> Iterator[tuple[Cell, ...]]:
        """Yield the spells of hours in which a type was short in the city, or too much of what is offered was used."""
        types = sorted(self._usage["type"].unique())
        grid = {measure: self._grid(types, measure) for measure in MEASURES}
        ratio = supply_over_demand(grid["offered"], grid["asked"])
        for one in alerts(ratio, used_share(grid["booked"], grid["offered"]), thresholds):
            starts = time_text(float(self.edges[one.first_hour]))
            yield types[one.row], ALL, one.reason, starts, one.n_hours, one.worst

    def _grid(self, types: list[str], measure: str) -> FloatArray:
        """Return a measure by type and hour, shape (n_types, n_hours)."""
        grid = np.zeros((len(types), len(self.edges) - 1))
        mine = self._usage[self._usage["measure"] == measure]
        place = {type_: row for row, type_ in enumerate(types)}
        np.add.at(grid, (mine["type"].map(place).to_numpy(int), mine["hour"].to_numpy(int)), mine["amount"].to_numpy())
        return grid

    def _short_hospitals(self, thresholds: Thresholds) -> Iterator[tuple[Cell, ...]]:
        """Yield the hospitals that were given too little of what they asked for."""
        rows = self._by_type()
        short = rows[(rows["hospital"] != ALL) & (rows["R"] < thresholds.least_ratio)]
        for type_, hospital, ratio in zip(short["type"], short["hospital"], short["R"], strict=True):
            yield type_, hospital, SHORT, time_text(float(self.edges[0])), len(self.edges) - 1, float(ratio)

    def _devices_down(self) -> Iterator[tuple[Cell, ...]]:
        for one in self.state.resources.values():
            if one.status is Status.DOWN:
                for booking in bookings_at_risk(self.state, one.id, self.now_min):
                    yield one.type, one.id, risk(booking), time_text(booking.starts_min), None, None


def _of(frame: pd.DataFrame, column: str) -> FloatArray:
    return frame[column].to_numpy(float)


def _cell(value: str | float) -> Cell:
    return None if isinstance(value, float) and math.isnan(value) else value
