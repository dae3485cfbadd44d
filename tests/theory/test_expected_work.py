"""The work that a staffing policy expects: how many are at work in each hour of the week, from a past of its own."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from experiments.build import build
from experiments.config import compose
from experiments.forecasting.work import learn_work
from policies.staffing import ExpectedWork
from sim.city import Hospital, Kind, Pool
from sim.distributions import Fixed
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.known_counts import weekly_profile
from tests.small_worlds import one_queue

pytestmark = pytest.mark.theory

WEEKS, RATE_PER_HOUR, SERVICE_MIN, HIGHEST_Z = 20, 6.0, 30.0, 4.0
HISTORY = Replication(0, 7)


def two_clinics() -> Scenario:
    """Return two clinics with a pool of nurses each; all go to the first, in the rhythm of a week."""
    world = one_queue(5, [RATE_PER_HOUR / 60], Fixed(SERVICE_MIN), Horizon(0.0, 10_080.0))
    (clinic,), (source,) = world.city.hospitals, world.sources
    other = Hospital("other", "Other", 0.0, 0.0, (Pool("server", Kind.STAFF, (1,)),))
    city = replace(
        world.city, hospitals=(clinic, other), travel_min=np.zeros((2, 2)), choice_share=np.array([[1.0, 0.0]])
    )
    return replace(world, city=city, sources=(replace(source, hourly_rate=weekly_profile(RATE_PER_HOUR)),))


@pytest.fixture(scope="module")
def work() -> ExpectedWork:
    """Return what twenty weeks of a past teach."""
    return learn_work(two_clinics(), HISTORY, WEEKS)


def test_the_load_is_the_rate_times_the_service_time(work: ExpectedWork) -> None:
    """Each hour has a Poisson number of patients of half an hour: load = rate / 2 (Little's law)."""
    rate = weekly_profile(RATE_PER_HOUR)
    z = (work.load[0, 0] * 2 - rate) / np.sqrt(rate / WEEKS)
    assert np.abs(z).max() < HIGHEST_Z
    assert abs(z.sum()) < HIGHEST_Z * sqrt(len(z))
    assert work.minutes[0, 0] == pytest.approx(SERVICE_MIN)


def test_where_nobody_comes_there_is_no_work(work: ExpectedWork) -> None:
    assert (work.hospital_ids, work.roles) == (("clinic", "other"), ("server",))
    assert not work.load[1].any()
    assert work.minutes[1, 0] == 0.0


def test_the_same_past_teaches_the_same_and_another_past_something_else(work: ExpectedWork) -> None:
    again, other = (learn_work(two_clinics(), Replication(0, seed), WEEKS) for seed in (7, 8))
    np.testing.assert_array_equal(again.load, work.load)
    assert not np.array_equal(other.load, work.load)


def test_rosters_do_not_change_what_is_expected(work: ExpectedWork) -> None:
    world = two_clinics()
    clinic, other = world.city.hospitals
    short = replace(clinic, pools=(Pool("server", Kind.STAFF, (1,)),))
    same = learn_work(replace(world, city=replace(world.city, hospitals=(short, other))), HISTORY, WEEKS)
    np.testing.assert_array_equal(same.load, work.load)


@pytest.mark.parametrize("weeks", [0, 2])
def test_a_configured_float_pool_is_taught_by_as_many_weeks_as_it_asks_for(weeks: int) -> None:
    (cell,) = compose(["staffing=float_pool", f"staffing.history_weeks={weeks}"])
    scenario, policies = build(cell.settings)
    expected = policies.staffing.expected  # type: ignore[union-attr]
    if weeks == 0:
        assert expected is None
    else:
        taught = learn_work(scenario, Replication(0, cell.settings.run.root_seed), weeks)
        np.testing.assert_array_equal(expected.load, taught.load)
