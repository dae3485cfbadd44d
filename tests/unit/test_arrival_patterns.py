"""Patterns of arrivals: seasons, appointments, incidents and records."""

from datetime import datetime
from math import inf, nan

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from sim.arrivals import Burst, Pattern, Replay, Scheduled, Seasonal, arrival_times
from sim.distributions import Exponential, Fixed, Uniform
from sim.streams import Replication, stream

pytestmark = pytest.mark.unit

DAY, WEEK = 1440.0, 10_080.0
MONDAY = datetime(2026, 1, 5)
MONTHS = (1.0, 0.5, 2.0, *[1.0] * 8, 3.0)
RATE = np.where(np.arange(168) % 24 < 12, 30.0, 6.0)


def drawn(pattern: Pattern, end_min: float, index: int = 0) -> np.ndarray:
    return pattern.draw(end_min, lambda *purpose: stream(Replication(index, 5), "source", *purpose)).minutes


def test_a_season_without_ups_and_downs_is_the_weekly_profile() -> None:
    plain = arrival_times(RATE, 3 * WEEK, stream(Replication(0, 5), "source", "arrivals"))
    assert np.array_equal(drawn(Seasonal(RATE, (1.0,) * 12, MONDAY), 3 * WEEK), plain)
    assert np.array_equal(drawn(Seasonal(RATE, (1.0,) * 52, MONDAY), 3 * WEEK), plain)


def test_factors_follow_the_calendar() -> None:
    months = Seasonal(RATE, MONTHS, datetime(2026, 1, 31, 22)).factor_by_hour(29 * 24)
    assert months[:2].tolist() == [1.0, 1.0]
    assert set(months[2 : 2 + 28 * 24].tolist()) == {0.5}
    assert set(months[2 + 28 * 24 :].tolist()) == {2.0}
    weeks = Seasonal(RATE, tuple(map(float, range(52))), datetime(2026, 12, 20)).factor_by_hour(14 * 24)
    assert weeks[::24].tolist() == [50.0] * 4 + [51.0] * 8 + [0.0] * 2


def test_arrivals_follow_the_rate_times_the_season() -> None:
    pattern = Seasonal(RATE, MONTHS, datetime(2026, 1, 26))
    times = np.concatenate([drawn(pattern, 6 * WEEK, r) for r in range(20)])
    counts = np.bincount((times // 60).astype(int), minlength=6 * 168)
    expected = 20 * np.resize(RATE, 6 * 168) * pattern.factor_by_hour(6 * 168)
    assert ((counts - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, len(expected))


def test_a_profile_turned_by_some_hours_begins_there() -> None:
    pattern = Seasonal(np.arange(168.0), (2.0,) * 12, MONDAY).turned(5)
    assert pattern.weekly_rate[:2].tolist() == [5.0, 6.0]
    assert pattern.hourly_rate()[:2].tolist() == [10.0, 12.0]


def test_appointments_come_back_every_week() -> None:
    plan = Scheduled((60.0, 1500.0, 60.0), weekly=True)
    assert drawn(plan, WEEK + 100.0).tolist() == [60.0, 60.0, 1500.0, WEEK + 60.0, WEEK + 60.0]
    assert drawn(plan.turned(2), WEEK).tolist() == [1380.0, WEEK - 60.0, WEEK - 60.0]
    rate = Scheduled((60.0, 1500.0, 61.0), weekly=True, p_no_show=0.25).hourly_rate()
    assert (rate[1], rate[25], rate.sum()) == (1.5, 0.75, 2.25)


def test_a_list_of_appointments_ends() -> None:
    plan = Scheduled((300.0, 20.0, 4 * WEEK))
    assert drawn(plan, 3 * WEEK).tolist() == [20.0, 300.0]
    assert plan.turned(3) == plan
    assert plan.hourly_rate().sum() == 0


def test_patients_come_early_or_late_each_by_an_own_number() -> None:
    booked = np.arange(100.0, 9000.0, 10.0)
    plan = Scheduled(tuple(booked), lateness=Uniform(0.0, 30.0), early_min=20.0)
    u = stream(Replication(0, 5), "source", "lateness").random(len(booked))
    assert drawn(plan, WEEK) == pytest.approx(booked + 30.0 * u - 20.0, abs=1e-6)
    assert drawn(Scheduled((5.0,), early_min=20.0), WEEK).tolist() == [0.0]


def test_who_is_booked_after_the_end_may_come_before_it() -> None:
    plan = Scheduled((WEEK + 10.0, WEEK + 30.0, WEEK - 5.0), early_min=20.0)
    assert drawn(plan, WEEK).tolist() == [WEEK - 25.0, WEEK - 10.0]
    assert drawn(Scheduled((90.0,), lateness=Fixed(20.0)), 100.0).tolist() == []


def test_some_patients_stay_away() -> None:
    plan = Scheduled(tuple(np.arange(0.0, 5000.0)), p_no_show=0.2)
    arrivals = plan.draw(WEEK, lambda *purpose: stream(Replication(0, 5), "source", *purpose))
    u = stream(Replication(0, 5), "source", "no_show").random(5000)
    assert arrivals.comes is not None
    assert np.array_equal(arrivals.comes, u >= 0.2)
    assert Scheduled((1.0,)).draw(WEEK, lambda *purpose: stream(Replication(0, 5), *purpose)).comes is None


def test_an_incident_brings_so_many_within_so_long() -> None:
    burst = Burst(at_min=500.0, patients=40, over_min=45.0)
    times = drawn(burst, WEEK)
    u = stream(Replication(0, 5), "source", "arrivals").random(40)
    assert times == pytest.approx(500.0 + 45.0 * u, abs=1e-6)
    assert (drawn(burst, 530.0) < 530.0).all()
    assert drawn(burst, 400.0).tolist() == []
    assert burst.hourly_rate().sum() == 0


def test_the_size_of_an_incident_is_poisson_and_rises_with_its_mean() -> None:
    sizes = np.array([len(drawn(Burst(0.0, 12.5, 60.0, poisson=True), WEEK, r)) for r in range(400)])
    larger = np.array([len(drawn(Burst(0.0, 20.0, 60.0, poisson=True), WEEK, r)) for r in range(400)])
    assert abs((sizes.mean() - 12.5) / np.sqrt(12.5 / 400)) < 4
    assert abs((sizes.var() - 12.5) / (12.5 * np.sqrt((2 + 1 / 12.5) / 400))) < 4
    assert (larger >= sizes).all()
    u = stream(Replication(3, 5), "source", "number").random()
    assert sizes[3] == poisson.ppf(u, 12.5)


def test_records_are_repeated_in_the_order_of_time() -> None:
    assert drawn(Replay((30.5, 7.0, WEEK)), WEEK).tolist() == [7.0, 30.5]
    assert Replay((1.0,)).hourly_rate().sum() == 0


@pytest.mark.parametrize(
    ("pattern", "fields"),
    [
        (Seasonal(RATE, MONTHS, MONDAY), []),
        (Seasonal(RATE[:100], (1.0,) * 11, MONDAY.replace(minute=30)), ["weekly_rate", "factors", "starts_at"]),
        (Seasonal(-RATE, (-1.0, *[1.0] * 51), MONDAY), ["weekly_rate", "factors"]),
        (Scheduled((1.0, WEEK), weekly=False), []),
        (Scheduled((-1.0, WEEK, nan), weekly=True), ["times_min"] * 3),
        (Scheduled((), True, Exponential(0.0), -1.0, 1.5), ["lateness.mean_min", "early_min", "p_no_show"]),
        (Burst(-1.0, 2.5, inf), ["at_min", "over_min", "patients"]),
        (Burst(1.0, 2.5, 0.0, poisson=True), []),
        (Burst(1.0, -2.0, 0.0, poisson=True), ["patients"]),
        (Replay((1.0, -2.0, nan)), ["times_min[1]", "times_min[2]"]),
    ],
)
def test_impossible_patterns_are_named(pattern: Pattern, fields: list[str]) -> None:
    assert [fault.field for fault in pattern.faults("a")] == [f"a.{field}" for field in fields]
