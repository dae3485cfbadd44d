"""State where ambulances may stand and who calls, and where they stand: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.transfer_case import CountArray


@dataclass(frozen=True, slots=True)
class LocationCase:
    """The question of some hours: Z zones, S stations and T hours.

    Args:
        zones: Z names.
        stations: S names.
        demand: calls per hour, by zone and hour; shape (Z, T).
        travel_min: from station (row) to zone; shape (S, Z), inf where there is no way.
        threshold_min: a call that is reached within so many minutes is covered.
        capacity: vehicles that each station holds; shape (S,).
        fleet: vehicles on duty and not away, by hour; shape (T,).
        busy: share of the time a vehicle is busy, in each hour; shape (T,), from 0 to below 1.
        standing: vehicles at each station before the first hour; shape (S,), None if they may start anywhere.
        held: of those, vehicles that must stay in the first hour; shape (S,), None for none.
        moves_per_hour: vehicles that may change stations at the start of an hour, None for no limit.
        move_cost: what a change of stations costs, in calls.
        reach_min: every zone must be within so many minutes of a vehicle's station; None for no demand.

    Raises:
        ValueError: lists every repeated name, wrong shape and impossible number.
    """

    zones: tuple[str, ...]
    stations: tuple[str, ...]
    demand: FloatArray
    travel_min: FloatArray
    threshold_min: float
    capacity: CountArray
    fleet: CountArray
    busy: FloatArray
    standing: CountArray | None = None
    held: CountArray | None = None
    moves_per_hour: int | None = None
    move_cost: float = 0.0
    reach_min: float | None = None

    def __post_init__(self) -> None:
        refuse([*name_faults(self, ("zones", "stations")), *self._shape_faults(), *self._number_faults()])

    @property
    def n_hours(self) -> int:
        """Count the hours."""
        return int(self.fleet.size)

    @property
    def covers(self) -> BoolArray:
        """Mark the zones (columns) that a vehicle at a station (row) covers; shape (S, Z)."""
        return np.asarray(self.travel_min <= self.threshold_min, dtype=np.bool_)

    @property
    def newcomers(self) -> IntArray:
        """Count the vehicles that come on duty in each hour; shape (T,). Placing them is no move."""
        before = self.fleet[0] if self.standing is None else self.standing.sum()
        return np.diff(self.fleet, prepend=before).clip(min=0)

    def within(self, minutes: float, zone: int) -> tuple[str, ...]:
        """Name the stations from which a zone is reached within some minutes."""
        return tuple(self.stations[j] for j in np.flatnonzero(self.travel_min[:, zone] <= minutes).tolist())

    def merged(self) -> Self:
        """Put zones together that the same stations cover and reach; where vehicles stand best stays the same."""
        reached = np.zeros_like(self.covers) if self.reach_min is None else self.travel_min <= self.reach_min
        _, first, group = np.unique(
            np.concatenate([self.covers, reached]), axis=1, return_index=True, return_inverse=True
        )
        demand = np.zeros((first.size, self.n_hours))
        np.add.at(demand, group.ravel(), self.demand)
        zones = tuple(self.zones[i] for i in first.tolist())
        return replace(self, zones=zones, demand=demand, travel_min=self.travel_min[:, first])

    def _shape_faults(self) -> Iterator[str]:
        z, s, t = len(self.zones), len(self.stations), self.fleet.shape[:1]
        shapes = {"demand": (z, *t), "travel_min": (s, z), "capacity": (s,), "fleet": t, "busy": t}
        optional = {name: (s,) for name in ("standing", "held") if getattr(self, name) is not None}
        yield from shape_faults(self, shapes | optional)
        if not self.fleet.size:
            yield "fleet is empty; give at least one hour"

    def _number_faults(self) -> Iterator[str]:
        for field in ("capacity", "fleet", "standing", "held", "moves_per_hour"):
            counts = getattr(self, field)
            if counts is not None and not (np.issubdtype(np.asarray(counts).dtype, np.integer) and np.all(counts >= 0)):
                yield f"{field} must hold whole numbers of 0 or more"
        yield from finite_faults(self, ("demand", "busy", "move_cost"))
        yield from least_faults(self, ("demand", "travel_min", "threshold_min", "busy", "move_cost"))
        if (self.busy >= 1).any():
            yield f"busy holds {self.busy.max():g}; give shares below 1"
        if self.reach_min is not None and not self.reach_min >= 0:
            yield f"reach_min is {self.reach_min:g}; give 0 or more minutes, or None"
        yield from self._standing_faults()

    def _standing_faults(self) -> Iterator[str]:
        if self.standing is not None and self.standing.shape == self.capacity.shape:
            for j in np.flatnonzero(self.standing > self.capacity).tolist():
                yield f"standing: {self.standing[j]} at {self.stations[j]}, which holds {self.capacity[j]}"
        if self.held is not None:
            most = np.zeros_like(self.held) if self.standing is None else self.standing
            if most.shape == self.held.shape and (self.held > most).any():
                yield "held is more than standing; hold only vehicles that stand there"


@dataclass(frozen=True, slots=True)
class LocationPlan:
    """Where vehicles stand.

    Args:
        vehicles: at each station (inner) in each hour (outer); T tuples of S counts.
        covered_calls: calls expected to find a free vehicle within the threshold, over all hours.
        n_moves: changes of stations.
        value: covered calls less the cost of moves.
    """

    vehicles: tuple[tuple[int, ...], ...]
    covered_calls: float
    n_moves: int
    value: float


def plan_of(case: LocationCase, vehicles: IntArray) -> LocationPlan:
    """Complete a plan by what it covers; vehicles by hour (row) and station, shape (T, S)."""
    in_reach = vehicles @ case.covers
    p_free = np.where(in_reach > 0, 1.0 - case.busy[:, None] ** in_reach, 0.0)
    covered = float((case.demand.T * p_free).sum())
    before = vehicles[:1] if case.standing is None else case.standing[None]
    arrived = np.diff(np.concatenate([before, vehicles]), axis=0).clip(min=0).sum()
    n_moves = int(arrived - case.newcomers.sum())
    return LocationPlan(tuple(map(tuple, vehicles.tolist())), covered, n_moves, covered - case.move_cost * n_moves)
