"""Change the units on duty as the rosters say, as hours are opened beyond them, and as hospitals lend staff."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Protocol

import numpy as np
from simpy.events import Event

from sim.journey import SHIFT, Alarm, Clock
from sim.log import Log
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, IntArray

Change = tuple[int, int]


class Staffed(Protocol):
    """Have pools whose levels can change."""

    env: Clock
    scenario: Scenario
    log: Log
    pool_number: dict[tuple[int, str], int]

    def set_rosters(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """Change the units on the rosters of several pools, and their guests, at one instant."""
        ...


class Shifts:
    """Walk through the weeks, from one change of level to the next; all that change at one instant do so together."""

    def __init__(self, motion: Staffed) -> None:
        self._motion = motion
        self._changes = _changes(motion.scenario, motion.pool_number)
        self._hours = sorted(self._changes)
        self._turn = 0
        self._next_min = -1.0
        hospitals = motion.scenario.city.hospitals
        self._rostered = {
            n: pool.levels[0] for (h, code), n in motion.pool_number.items() if (pool := hospitals[h].pool(code))
        }
        self._guests = dict.fromkeys(self._rostered, 0)
        self._opened = dict.fromkeys(self._rostered, 0)
        self._due: list[tuple[float, bool, int, int]] = []
        self._added: dict[int, dict[int, int]] = {}
        self._alarm = Alarm(motion.env, SHIFT, self._shift)

    def begin(self) -> None:
        """Begin with the first week."""
        if self._hours:
            self._set_next(0)

    def change_guests(self, at_min: float, pool: int, units: int) -> None:
        """Let so many guests of a pool come at a later moment, or go if fewer than none."""
        self._plan((at_min, True, pool, units))

    def change_roster(self, pool: int, from_hour: int, change: IntArray) -> None:
        """Add `change[i]` units to the usual roster in the hour `from_hour + i`, instead of what was added before.

        From the hour on, nothing else is left of earlier changes. Hours count from time zero.
        """
        before = self._added.get(pool, {})
        added = {hour: int(units) for hour, units in enumerate(change, from_hour) if units}
        self._added[pool] = {hour: units for hour, units in before.items() if hour < from_hour} | added
        level = 0
        for hour in range(from_hour, max([*before, *added, from_hour]) + 2):
            more = added.get(hour, 0) - before.get(hour, 0)
            if more != level:
                self.change_guests(hour * MINUTES_PER_HOUR, pool, more - level)
            level = more

    def added(self, pool: int, hours: Iterable[int]) -> IntArray:
        """Return the units added to the usual roster of a pool in some hours from time zero."""
        added = self._added.get(pool, {})
        return np.array([added.get(hour, 0) for hour in hours], dtype=np.int64)

    def change_opened(self, at_min: float, pool: int, units: int) -> None:
        """Put so many more of the units that a pool has on its roster at a later moment, or take them off."""
        self._plan((at_min, False, pool, units))

    def _plan(self, change: tuple[float, bool, int, int]) -> None:
        heappush(self._due, change)
        Alarm(self._motion.env, SHIFT, self._loan).set(change[0] - self._motion.env.now)

    def _shift(self, _: Event) -> None:
        changes = self._changes[self._hours[self._turn % len(self._hours)]]
        self._rostered.update(changes)
        self._set_levels([pool for pool, _ in changes])
        self._set_next(self._turn + 1)

    def _loan(self, _: Event) -> None:
        if self._next_min != self._motion.env.now:  # else guests come and go with the shifts
            self._set_levels([])

    def _set_levels(self, pools: list[int]) -> None:
        """Set the levels of these pools, and of those whose guests come or go, or that open or close."""
        now = self._motion.env.now
        while self._due and self._due[0][0] <= now:
            _, are_guests, pool, units = heappop(self._due)
            (self._guests if are_guests else self._opened)[pool] += units
            self._motion.log.usage.guests.append((pool, now, units))
            pools.append(pool)
        if pools:
            numbers = dict.fromkeys(pools)
            self._motion.set_rosters([(n, self._rostered[n] + self._opened[n], self._guests[n]) for n in numbers])

    def _set_next(self, turn: int) -> None:
        self._turn = turn
        week, turn = divmod(turn, len(self._hours))
        self._next_min = (week * HOURS_PER_WEEK + self._hours[turn]) * MINUTES_PER_HOUR
        self._alarm.set(self._next_min - self._motion.env.now)


def _changes(scenario: Scenario, pool_number: dict[tuple[int, str], int]) -> dict[int, list[Change]]:
    """Return the changes of level at each hour of the week, 0 to 167."""
    changes: dict[int, list[Change]] = {}
    for h, hospital in enumerate(scenario.city.hospitals):
        for pool in hospital.pools:
            levels = [int(level) for level in pool.hourly]
            for hour in range(HOURS_PER_WEEK):
                if levels[hour] != levels[hour - 1]:
                    changes.setdefault(hour, []).append((pool_number[h, pool.code], levels[hour]))
    return changes
