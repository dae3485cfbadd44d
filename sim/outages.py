"""Take units out of use: by chance, until a crew has repaired them, or as planned maintenance says."""

from collections.abc import Generator, Iterator

import simpy
from simpy.events import Event

from sim.city import AtEnd, Breakdown, Maintenance, Pool
from sim.distributions import Distribution
from sim.journey import SHIFT, Alarm
from sim.motion import Motion
from sim.routes import numbered_pools
from sim.streams import Replication, stream
from sim.units import on_grid

BLOCK = 64

Outage = Generator[Event, object, None]


class Outages:
    """Let the units of a city fail and be repaired, each on its own stream, blind to policy."""

    def __init__(self, motion: Motion, replication: Replication) -> None:
        self._motion = motion
        self._replication = replication
        self._crews = {crew.name: simpy.Resource(motion.env, crew.size) for crew in motion.scenario.city.crews}
        for h, pool in numbered_pools(motion.scenario):
            number = motion.pool_number[h, pool.code]
            for maintenance in pool.maintenance:
                motion.env.process(self._maintain(number, maintenance))
            if pool.breakdown:
                self._start_units(number, h, pool, pool.breakdown)

    def _start_units(self, number: int, h: int, pool: Pool, breakdown: Breakdown) -> None:
        hospital = self._motion.scenario.city.hospitals[h].id
        for unit in range(pool.establishment):
            ups = self._times(breakdown.up, hospital, pool.code, unit, "up")
            repairs = self._times(breakdown.repair, hospital, pool.code, unit, "repair")
            self._motion.env.process(self._break_down(number, breakdown, ups, repairs))

    def _times(self, distribution: Distribution, *names: str | int) -> Iterator[float]:
        """Yield the drawn minutes of one unit, one after the other."""
        generator = stream(self._replication, *names)
        while True:
            yield from on_grid(distribution.quantile(generator.random(BLOCK))).tolist()

    def _break_down(self, pool: int, breakdown: Breakdown, ups: Iterator[float], repairs: Iterator[float]) -> Outage:
        """Work, fail, wait for a member of the crew, be repaired, and so on."""
        crew = self._crews.get(breakdown.crew or "")
        while True:
            yield self._pause(next(ups))
            self._motion.take_down(pool, 1, breakdown.in_hand)
            if crew:
                with crew.request() as technician:
                    yield technician
                    yield self._pause(next(repairs))
            else:
                yield self._pause(next(repairs))
            self._motion.bring_up(pool, 1)

    def _maintain(self, pool: int, maintenance: Maintenance) -> Outage:
        """Take units out of use for a while, again and again; patients in hand are finished first."""
        yield self._pause(maintenance.first_min)
        while True:
            self._motion.take_down(pool, maintenance.units, AtEnd.FINISH)
            yield self._pause(maintenance.minutes)
            self._motion.bring_up(pool, maintenance.units)
            yield self._pause(maintenance.every_min - maintenance.minutes)

    def _pause(self, minutes: float) -> Event:
        """Return an event that many minutes away, which comes when shifts change."""
        return Alarm(self._motion.env, SHIFT).set(minutes)
