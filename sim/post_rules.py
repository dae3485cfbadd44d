"""Describe the stations where ambulance crews may wait for calls."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.faults import Fault
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """Hold s stations: minutes of the ways to z zones, room, and the crews that wait there when nobody decides.

    `travel_min` (s, z), `room` (s,), `usual` (s,); `busy_share` of the time a crew is busy (assumption A-CREWS-BUSY).
    """

    station_ids: tuple[str, ...]
    travel_min: FloatArray
    room: IntArray
    usual: IntArray
    busy_share: float

    def faults(self) -> Iterator[Fault]:
        """Yield faults of the numbers."""
        if not 0 <= self.busy_share < 1:
            yield Fault("conveyance.posts.busy_share", self.busy_share, "give a share from 0 to below 1")
        if self.usual.sum() < 1:
            yield Fault("conveyance.posts", int(self.usual.sum()), "there is no crew; give the city ambulances")
        full = np.flatnonzero(self.usual > self.room)
        if full.size:
            mend = f"{self.usual[full[0]]} crews wait at {self.station_ids[full[0]]}; give room for at least as many"
            yield Fault("conveyance.posts.most_per_station", int(self.room[full[0]]), mend)
