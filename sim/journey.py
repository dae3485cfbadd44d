"""Tell stories on SimPy's clock.

A story is a generator that yields the minutes it is busy for, or `WAITING` after it has joined a queue, and is sent
the time at which it goes on. A `simpy.Process` makes an event for every wake-up and calls back through it; a teller
stands in SimPy's agenda itself, once at most, and is woken by the clock. Whoever is granted what he waited for goes on
at the same instant, first come first, before the clock looks at its agenda again.
"""

from collections import deque
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any, cast

import simpy
from simpy.events import Event, EventPriority

WAITING = None
Story = Generator[float | None, float, None]
Ride = Generator[float | None, float, float]

# At one instant patients go on first, in their order; then those who grow worse, units that are clean, those whose
# patience ends, shifts and repairs, reviews, arrivals.
WORSENING = 1 << 57
CLEANING = 1 << 58
PATIENCE = 1 << 59
SHIFT = EventPriority(1 << 60)
REVIEW = EventPriority(1 << 61)
ARRIVAL = 1 << 62

STORY = -1
"""Stands in the agenda where SimPy numbers its events, from 0 on."""

Due = tuple[float, int, int, Any]


class Clock(simpy.Environment):
    """Wake tellers up in time, and whatever else SimPy knows: processes, timeouts and alarms work as ever.

    As in SimPy's own `RealtimeEnvironment`, only `step` differs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agenda = cast(list[Due], self._queue)
        self.ready: deque[Teller] = deque()

    def step(self) -> None:
        """Wake tellers up until an event of another kind is due, and process that."""
        agenda, ready = self.agenda, self.ready
        now = self._now
        while True:
            if ready:
                teller = ready.popleft()
                order = teller.order
            elif agenda and agenda[0][2] == STORY:
                now, order, _, teller = heappop(agenda)
                self._now = now
            else:
                break
            try:
                minutes = teller.story.send(now)
            except StopIteration:
                continue
            if minutes is not None:
                heappush(agenda, (now + minutes, order, STORY, teller))
        super().step()


class Teller:
    """Tell one story; `order` decides between tellers that are due at the same instant, and is theirs alone."""

    __slots__ = ("clock", "order", "story")

    clock: Clock
    order: int
    story: Story

    def __lt__(self, other: object) -> bool:
        """Let alarms of one patient that are due at one instant come in any order: all but one are stale."""
        return False

    def begin(self, clock: Clock, order: int, story: Story) -> None:
        """Tell the story from now up to its first wake-up."""
        self.clock = clock
        self.order = order
        self.story = story
        minutes = next(story, WAITING)
        if minutes is not None:
            heappush(clock.agenda, (clock._now + minutes, order, STORY, self))


Ring = Callable[[Event], None]


class Alarm(Event):
    """Come at a set time, and again whenever it is set anew: `ring` is called, and a process that waits goes on."""

    _ok = True
    _value = None

    def __init__(
        self, env: simpy.Environment, order: EventPriority, ring: Callable[[Event], None] | None = None
    ) -> None:
        self.env = env
        self.order = order
        self._on_time: list[Callable[[Any], None]] = [ring] if ring else []

    def set(self, delay_min: float) -> "Alarm":
        """Ring after so many minutes."""
        self.callbacks = self._on_time
        self.env.schedule(self, self.order, delay_min)
        return self
