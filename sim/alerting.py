"""Close the loop: look at the city now and then, and ask a policy at once when what it decides about runs short."""

from collections.abc import Mapping
from math import inf

import numpy as np
from simpy.events import Event

from sim.city import Kind
from sim.journey import REVIEW, Alarm
from sim.motion import Motion
from sim.platform.monitor import supply_over_demand, used_share
from sim.routes import numbered_pools
from sim.seats.review import Review

KINDS = {"transfer": Kind.PLACE, "staffing": Kind.STAFF, "equipment": Kind.EQUIPMENT}


class Watch:
    """Look every so many minutes at the pools a seat decides about; an alert asks its policy, not too often.

    A pool is short when R = level / (busy + waiting) is below the threshold or its use above; transfers look at the
    places that patients can be transferred to.
    """

    def __init__(self, motion: Motion, reviews: Mapping[str, Review]) -> None:
        """Watch for the seats that the scenario names, as far as somebody sits there."""
        self._motion = motion
        self._rules = motion.scenario.monitor
        self._reviews = {seat: reviews[seat] for seat in self._rules.replan_on_alert if seat in reviews}
        self._pools = {seat: _pools_of(motion, seat) for seat in self._reviews}
        self._asked_min = dict.fromkeys(self._reviews, -inf)
        if self._reviews:
            self._alarm = Alarm(motion.env, REVIEW, self._look).set(self._rules.look_every_min)

    def _look(self, _: Event) -> None:
        now = float(self._motion.env.now)
        for seat, review in self._reviews.items():
            if now - self._asked_min[seat] >= self._rules.least_gap_min and self._is_short(self._pools[seat]):
                self._asked_min[seat] = now
                review.ask_on_alert()
        self._alarm.set(self._rules.look_every_min)

    def _is_short(self, pools: list[int]) -> bool:
        """Say whether some pool is beyond a threshold now."""
        counts = np.array([self._motion.occupation(pool) for pool in pools], dtype=float).reshape(-1, 3)
        level, busy, waiting = counts.T
        thresholds = self._rules.thresholds
        short = supply_over_demand(level, busy + waiting) < thresholds.least_ratio
        return bool(np.any(short | (used_share(busy, level) > thresholds.most_used_share)))


def _pools_of(motion: Motion, seat: str) -> list[int]:
    """Return the numbers of the pools that a seat decides about."""
    phases = [phase for pathway in motion.scenario.pathways for phase in pathway.phases if phase.transferable]
    beds = {phase.place for phase in phases}
    return [
        number
        for number, (_, pool) in enumerate(numbered_pools(motion.scenario))
        if pool.kind is KINDS[seat] and (seat != "transfer" or pool.code in beds)
    ]
