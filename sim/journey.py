"""Run a patient's story as a light process on SimPy's clock.

A journey is one reusable event that carries a generator. The story yields the minutes it is busy for, or `WAITING`
after it has joined a queue, and is sent the time at which it goes on. Unlike `simpy.Process`, nothing is made per
wake-up and nothing is looked up when one fires.
"""

from collections.abc import Callable, Generator
from enum import IntEnum
from typing import Any

import simpy
from simpy.events import Event, EventPriority

WAITING = None
Story = Generator[float | None, float, None]
Ride = Generator[float, float, float]

# At one instant patients go on first, in their order; then shifts, reviews, arrivals.
SHIFT = EventPriority(1 << 60)
REVIEW = EventPriority(1 << 61)
ARRIVAL = EventPriority(1 << 62)


class Outcome(IntEnum):
    """Say how waiting ended."""

    GRANTED = 0
    LEFT = 1
    MOVED = 2


GRANTED, LEFT, MOVED = Outcome


class Journey(Event):
    """Carry one patient's story from wake-up to wake-up; `outcome` says how the last wait ended."""

    _ok = True
    _value = None
    send: Callable[[float], float | None]

    def __init__(self, env: simpy.Environment, patient: int) -> None:
        self.env = env
        self.patient = patient
        self.order = EventPriority(patient + 1)
        self.outcome = GRANTED

    def begin(self, story: Story) -> None:
        """Tell the story from now up to its first wake-up."""
        self.send = story.send
        minutes = next(story, WAITING)
        if minutes is not None:
            self.callbacks = _GO_ON
            self.env.schedule(self, self.order, minutes)


def go_on(journey: Journey) -> None:
    """Continue a story at once, up to its next wake-up."""
    try:
        minutes = journey.send(journey.env.now)
    except StopIteration:
        return
    if minutes is not None:
        journey.callbacks = _GO_ON
        journey.env.schedule(journey, journey.order, minutes)


_GO_ON: list[Callable[[Any], None]] = [go_on]


class Alarm(Event):
    """Call a function at a set time, and again whenever it is set anew."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, order: EventPriority, ring: Callable[[Event], None]) -> None:
        self.env = env
        self.order = order
        self._on_time: list[Callable[[Any], None]] = [ring]

    def set(self, delay_min: float) -> "Alarm":
        """Ring after so many minutes."""
        self.callbacks = self._on_time
        self.env.schedule(self, self.order, delay_min)
        return self
