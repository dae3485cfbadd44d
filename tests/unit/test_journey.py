"""Stories on the clock, alone and among SimPy's own processes."""

from collections.abc import Generator

import pytest
import simpy
from simpy.events import Event, EventPriority

from sim.journey import WAITING, Alarm, Clock, Story, Teller

pytestmark = pytest.mark.unit

Seen = list[tuple[str, float]]


def holding(seen: Seen, name: str, *minutes: float) -> Story:
    """Tell a story that is busy for these minutes, one after the other."""
    now = 0.0
    for duration in minutes:
        now = yield duration
        seen.append((name, now))


def ticking(clock: Clock, seen: Seen, every_min: float) -> Generator[Event, object, None]:
    """Tick as an ordinary SimPy process."""
    while True:
        yield clock.timeout(every_min)
        seen.append(("tick", clock.now))


def test_stories_and_simpy_processes_share_one_clock() -> None:
    clock = Clock()
    seen: Seen = []
    clock.process(ticking(clock, seen, every_min=2.0))
    Teller().begin(clock, 7, holding(seen, "b", 1.0, 2.5))
    Teller().begin(clock, 8, holding(seen, "a", 0.0, 3.0, 9.0))
    clock.run(until=6.5)
    assert seen == [("a", 0.0), ("b", 1.0), ("tick", 2.0), ("a", 3.0), ("b", 3.5), ("tick", 4.0), ("tick", 6.0)]
    assert clock.now == 6.5


def test_at_one_instant_the_lower_order_goes_first_whoever_came_first() -> None:
    clock = Clock()
    seen: Seen = []
    Alarm(clock, EventPriority(5), lambda _: seen.append(("alarm", clock.now))).set(3.0)
    Teller().begin(clock, 9, holding(seen, "late", 3.0))
    Teller().begin(clock, 4, holding(seen, "early", 2.0, 1.0))
    clock.run(until=4.0)
    assert seen == [("early", 2.0), ("early", 3.0), ("alarm", 3.0), ("late", 3.0)]


def test_what_is_due_when_the_run_ends_does_not_happen_any_more() -> None:
    clock = Clock()
    seen: Seen = []
    Teller().begin(clock, 1, holding(seen, "a", 5.0))
    clock.run(until=5.0)
    assert seen == []


def test_a_waiting_story_stands_in_no_agenda() -> None:
    def patient() -> Story:
        yield WAITING

    clock = Clock()
    Teller().begin(clock, 1, patient())
    assert clock.peek() == simpy.core.Infinity
    clock.run()
    assert clock.now == 0.0
