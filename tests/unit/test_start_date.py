"""Time zero on the calendar: what is refused, and that weekly profiles begin at that hour."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.start_date import hour_at_start, start_date_faults, started_at
from sim.city import Kind, Pool
from sim.distributions import Exponential
from sim.scenario import Horizon
from tests.small_worlds import one_queue

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["2026-01-05 08:00", "2026-01-05", "2026-01-05T23:00:00"])
def test_a_date_on_a_full_hour_is_accepted(text: str) -> None:
    assert list(start_date_faults(text, "run.start_date")) == []


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("tomorrow", "write a date and a full hour"),
        ("2026-02-30 08:00", "write a date and a full hour"),
        ("2026-01-05 08:30", "start on a full hour"),
        ("2026-01-05 08:00+01:00", "leave the time zone out"),
    ],
)
def test_what_is_no_start_is_refused_with_a_mend(text: str, mend: str) -> None:
    (fault,) = start_date_faults(text, "run.start_date")
    assert fault.field == "run.start_date"
    assert mend in fault.mend


@pytest.mark.parametrize(("date", "hour"), [("2026-01-05", 0), ("2026-01-07 14:00", 62), ("2026-01-11 23:00", 167)])
def test_hours_count_from_monday_midnight(date: str, hour: int) -> None:
    assert hour_at_start(date) == hour


def test_weekly_profiles_begin_at_the_hour_of_the_start() -> None:
    world = one_queue(1, [1.0], Exponential(1.0), Horizon(0.0, 60.0))
    (clinic,), (source,) = world.city.hospitals, world.sources
    weekly = Pool("server", Kind.STAFF, tuple(range(1, 169)))
    pools = (weekly, Pool("constant", Kind.STAFF, (3,)))
    city = replace(world.city, hospitals=(replace(clinic, pools=pools),))
    world = replace(world, city=city, sources=(replace(source, hourly_rate=np.arange(168.0)),))
    turned = started_at(world, 62)
    server, constant = turned.city.hospitals[0].pools
    assert server.levels[:2] == (63, 64)
    assert server.levels[-1] == 62
    assert constant.levels == (3,)
    assert turned.sources[0].hourly_rate[:2].tolist() == [62.0, 63.0]
    assert turned.sources[0].hourly_rate[-1] == 61.0
    assert started_at(world, 0) is world


def test_loans_of_staff_are_decided_at_the_same_times_of_day_whenever_the_run_starts() -> None:
    """Decided at 6, 14 and 22 o'clock: first after 360 minutes from midnight, after 120 from 4, after 420 from 7."""
    world = one_queue(1, [1.0], Exponential(1.0), Horizon(0.0, 60.0))
    first_min = [started_at(world, hour).loans.first_min for hour in (0, 4, 6, 7, 24 + 23)]
    assert first_min == [360.0, 120.0, 0.0, 420.0, 420.0]
