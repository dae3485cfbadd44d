"""Rosters: how many are on duty at which moment, week after week."""

from dataclasses import replace

import pytest
import simpy

from sim.city import Kind, Pool
from sim.cohort import draw_cohort
from sim.network import Network
from sim.scenario import Scenario
from sim.streams import Replication
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

HOUR, WEEK = 60.0, 168 * 60.0


def city_with(*rosters: tuple[int, ...]) -> Scenario:
    """Return a city whose near hospital has one pool for each roster and no other."""
    world = two_hospitals()
    pools = tuple(Pool(f"p{i}", Kind.STAFF, levels) for i, levels in enumerate(rosters))
    near, far = world.city.hospitals
    return replace(world, city=replace(world.city, hospitals=(replace(near, pools=pools), far)))


def on_duty(world: Scenario, *moments: float) -> list[tuple[int, ...]]:
    """Return the levels of the near hospital's pools at these rising moments."""
    cohort = draw_cohort(world, Replication(0, 1))
    network = Network(world, cohort, cohort.acuity)
    network.shifts.begin()
    near = [number for (h, _), number in network.pool_number.items() if h == 0]
    levels = []
    for moment in moments:
        network.env.run(until=moment)
        levels.append(tuple(network.occupation(number).level for number in near))
    return levels


def test_levels_change_at_the_hours_of_the_roster_in_every_week() -> None:
    world = city_with((2,) * 5 + (1,) * 162 + (3,))
    moments = (1.0, 5 * HOUR, 5 * HOUR + 1, WEEK - HOUR, WEEK - HOUR + 1, WEEK, WEEK + 1)
    assert on_duty(world, *moments) == [(2,), (2,), (1,), (1,), (3,), (3,), (2,)]
    later = (3 * WEEK + 1, 3 * WEEK + 5 * HOUR + 1, 4 * WEEK - 1)
    assert on_duty(world, *later) == [(2,), (1,), (3,)]


def test_pools_change_at_their_own_hours() -> None:
    world = city_with((1, *(4,) * 167), (2,), (5, 5, *(6,) * 166))
    assert on_duty(world, 1.0, HOUR + 1, 2 * HOUR + 1, WEEK + 1, WEEK + HOUR + 1) == [
        (1, 2, 5),
        (4, 2, 5),
        (4, 2, 6),
        (1, 2, 5),
        (4, 2, 5),
    ]


def test_the_first_change_of_a_week_need_not_be_at_midnight() -> None:
    world = city_with((2, 2, *(5,) * 165, 2))
    assert on_duty(world, 1.0, 2 * HOUR + 1, WEEK - 1, WEEK + 1, WEEK + 2 * HOUR + 1) == [(2,), (5,), (2,), (2,), (5,)]


def test_nothing_is_due_when_nobody_ever_changes() -> None:
    world = city_with((1,), (2,) * 168)
    cohort = draw_cohort(world, Replication(0, 1))
    network = Network(world, cohort, cohort.acuity)
    network.shifts.begin()
    assert network.env.peek() == simpy.core.Infinity
