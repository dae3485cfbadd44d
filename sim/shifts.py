"""Change the units on duty as the rosters say."""

from simpy.events import Event

from sim.journey import SHIFT, Alarm
from sim.motion import Motion
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR

Change = tuple[int, int]


class Shifts:
    """Walk through the week, from one hour with a change of level to the next."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._changes = _changes(motion.scenario, motion.pool_number)
        self._hours = sorted(self._changes)
        self._alarm = Alarm(motion.env, SHIFT, self._change)
        self._turn = 0
        if self._hours:
            self._set_next(0)

    def _change(self, _: Event) -> None:
        self._motion.set_rosters(self._changes[self._hours[self._turn % len(self._hours)]])
        self._set_next(self._turn + 1)

    def _set_next(self, turn: int) -> None:
        self._turn = turn
        week, turn = divmod(turn, len(self._hours))
        at_min = (week * HOURS_PER_WEEK + self._hours[turn]) * MINUTES_PER_HOUR
        self._alarm.set(at_min - self._motion.env.now)


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
