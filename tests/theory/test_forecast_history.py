"""Forecasters of a simulated city: a past of its own, demand per hospital and resource, intervals that cover."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from experiments.forecasting.history import ARRIVALS, draw_demand, past_of, train_on_history
from policies.forecast import MovingAverage
from sim.cohort import draw_cohort
from sim.distributions import Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.known_counts import weekly_profile
from tests.small_worlds import one_queue

pytestmark = pytest.mark.theory

WEEKS, RATE_PER_HOUR = 30, 6.0
REPLICATION = Replication(0, 7)
HIGHEST_Z = 4.0


def clinic(rate_per_hour: float = RATE_PER_HOUR) -> Scenario:
    """Return a clinic with one pool, visited in the rhythm of a week."""
    world = one_queue(5, [rate_per_hour / 60], Fixed(30.0), Horizon(0.0, 10_080.0))
    (source,) = world.sources
    return replace(world, sources=(replace(source, hourly_rate=weekly_profile(rate_per_hour), at_start=40),))


def test_the_past_is_met_by_no_replication_not_even_by_its_own() -> None:
    scenario = clinic()
    past = set(draw_cohort(past_of(scenario), REPLICATION).arrived_min.tolist())
    for index in range(3):
        now = draw_cohort(scenario, Replication(index, REPLICATION.root_seed)).arrived_min
        assert past.isdisjoint(now[now > 0].tolist())


def test_nobody_is_inside_when_the_past_begins() -> None:
    assert draw_cohort(past_of(clinic()), REPLICATION).arrived_min.min() > 0


def test_demand_is_that_of_the_rates() -> None:
    demand = draw_demand(past_of(clinic()), REPLICATION, WEEKS)
    arrivals = demand["clinic", ARRIVALS]
    profile = weekly_profile(RATE_PER_HOUR)
    total = arrivals.counts.reshape(WEEKS, 168).sum(axis=0)
    z = (total - WEEKS * profile) / np.sqrt(WEEKS * profile)
    assert np.abs(z).max() < 5.0
    assert abs(float(np.sum(z**2)) - 168) < HIGHEST_Z * sqrt(2 * 168)


def test_a_pool_is_asked_for_when_the_care_before_it_is_done() -> None:
    steps = (Step("wait", Graded((Fixed(120.0),))), Step("service", Graded((Fixed(30.0),)), ("server",)))
    world = replace(clinic(), pathways=(Pathway("visit", (Phase("visit", steps),)),))
    demand = draw_demand(past_of(world), REPLICATION, 4)
    arrivals, asked = demand["clinic", ARRIVALS].counts, demand["clinic", "server"].counts
    assert np.array_equal(asked[2:], arrivals[:-2])


def test_a_place_is_asked_for_at_the_beginning_of_its_phase() -> None:
    phases = (Phase("door", (Step("triage", Graded((Fixed(60.0),))),)), Phase("bed", (), place="server"))
    world = replace(clinic(), pathways=(Pathway("visit", phases),))
    demand = draw_demand(past_of(world), REPLICATION, 4)
    assert np.array_equal(demand["clinic", "server"].counts[1:], demand["clinic", ARRIVALS].counts[:-1])


def test_a_step_that_does_not_happen_asks_for_nothing() -> None:
    step = Step("service", Graded((Fixed(30.0),)), ("server",), p=Graded((0.5,)))
    world = replace(clinic(), pathways=(Pathway("visit", (Phase("visit", (step,)),)),))
    demand = draw_demand(past_of(world), REPLICATION, WEEKS)
    n, asked = demand["clinic", ARRIVALS].counts.sum(), demand["clinic", "server"].counts.sum()
    assert abs(asked - n / 2) < HIGHEST_Z * sqrt(n / 4)


@pytest.mark.parametrize("period_h", [1, 24])
def test_forecasts_from_the_past_cover_a_replication_they_never_saw(period_h: int) -> None:
    scenario = clinic()
    city = train_on_history(scenario, REPLICATION, WEEKS)
    seen = draw_demand(scenario, REPLICATION, 12)["clinic", ARRIVALS]
    key, inside = ("clinic", ARRIVALS), []
    for origin in range(4 * 168, 12 * 168, 24):
        low, high = city.forecast(key, seen.until(origin), period_h).interval(0.9)
        counts = seen.counts[origin : origin + 24].reshape(-1, period_h).sum(axis=1)
        inside += ((counts >= low) & (counts <= high)).tolist()
    n_scores = WEEKS * 168 // 4 // period_h
    spread = sqrt(0.09 * (1 / len(inside) + 1 / n_scores))
    assert len(inside) == 8 * 168 // period_h
    assert abs(np.mean(inside) - 0.9) < HIGHEST_Z * spread


def test_a_member_of_ones_own_may_learn() -> None:
    city = train_on_history(clinic(), REPLICATION, WEEKS, MovingAverage(n_weeks=4))
    seen = draw_demand(clinic(), REPLICATION, 5)["clinic", "server"]
    expected = city.forecast(("clinic", "server"), seen).mean
    assert expected == pytest.approx(seen.counts[168:].reshape(4, 168).mean(axis=0)[:24])


def test_a_past_without_patients_teaches_nothing() -> None:
    world = clinic()
    silent = replace(world, sources=(replace(world.sources[0], hourly_rate=np.zeros(168)),))
    with pytest.raises(ValueError, match="no patients came in the past; give arrival rates above zero"):
        train_on_history(silent, REPLICATION, WEEKS)
