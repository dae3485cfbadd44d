"""The work of nurses that can be counted by hand, and rules of wards that cannot be."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.measures import measure_run
from experiments.start_date import started_at
from experiments.ward_measures import ward_rows
from policies.admission import FirstCome
from sim.admission_rules import AdmissionRules
from sim.city import Kind, Pool
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.nursing import age_groups, kinds_apart, ward_facts
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_WEEK
from sim.ward_rules import Nursing, WardRules
from tests.small_worlds import POLICIES
from tests.waiting_lists import a_list_world

pytestmark = pytest.mark.unit


def nursed(wards: WardRules, n_nurses: int = 1) -> Scenario:
    """Return the world of lists, four patients at the start, with nurses on its roster all day."""
    world = a_list_world()
    (hospital,) = world.city.hospitals
    pools = (*hospital.pools, Pool("nurse", Kind.STAFF, (n_nurses,)))
    city = replace(world.city, hospitals=(replace(hospital, pools=pools),))
    return replace(world, city=city, lists=AdmissionRules(first_min=60.0, wards=wards))


def moved(world: Scenario) -> Run:
    return simulate(world, replace(POLICIES, admission=FirstCome()), Replication(0, 1), Engine.SIMPY)


def test_work_is_counted_hour_by_hour() -> None:
    """Four come on the second day from 8 to 11 o'clock; each stays 25 hours, of which 24 count as two patients."""
    world = nursed(WardRules({"bed": Nursing("nurse", 2.0)}, (2.0, 1.0)))
    found = {(name, dimension, level): value for name, dimension, level, value in ward_rows(world, moved(world))}
    assert found["nursing_peak_share", "all", "all"] == pytest.approx(8 / 2)
    assert found["nursing_peak_share", "hospital and place", "a bed"] == pytest.approx(4.0)
    work = [2, 4, 6, *[8] * 21, 7, 5, 3, 1]  # in the 25th hour of the first, he counts once and three others twice
    excess = sum(max(load - 2, 0) / 2 for load in work)
    assert found["nursing_excess_hours_per_day", "all", "all"] == pytest.approx(excess / 6)


def test_measures_of_wards_are_listed_where_nursing_is_described() -> None:
    world = nursed(WardRules({"bed": Nursing("nurse", 2.0)}))
    assert "nursing_peak_share" in set(measure_run(world, moved(world))["measure"])
    bare = a_list_world()
    assert list(ward_rows(bare, moved(bare))) == []


def test_facts_say_who_nurses_from_the_first_midnight_on() -> None:
    world = nursed(WardRules({"bed": Nursing("nurse", 2.0)}, beds_per_room=3), 5)
    facts = ward_facts(world, ("bed", "icu"))
    assert facts is not None
    np.testing.assert_array_equal(facts.nurses, [[[5] * 168, [0] * 168]])
    np.testing.assert_array_equal(facts.patients_each, [2.0, np.nan])
    assert facts.beds_per_room == 3
    assert ward_facts(a_list_world(), ("bed",)) is None


def test_ages_and_kinds_are_not_told_where_nobody_knows_them() -> None:
    world = nursed(WardRules(age_limits=(16.0, 65.0)))
    run_of = simulate(world, replace(POLICIES, admission=FirstCome()), Replication(0, 1))
    assert len(run_of.lists) == 4
    cohort = None
    assert kinds_apart(world, world.lists.wards, cohort) is None  # type: ignore[arg-type]
    assert age_groups(world, None, cohort) is None  # type: ignore[arg-type]


def test_what_cannot_be_is_named_at_once() -> None:
    wrong = WardRules(
        {"bed": Nursing("nurse", 0.0), "sofa": Nursing("butler", 1.0)}, (), 0, apart="sex", age_limits=(65.0, 16.0)
    )
    with pytest.raises(ScenarioError) as caught:
        nursed(wrong).checked()
    told = str(caught.value)
    for field in (
        "nursing.bed.patients_each",
        "nursing.sofa = 'sofa'",
        "nursing.sofa.nurses = 'butler'",
        "load_by_day",
        "beds_per_room",
        "apart = 'sex'",
        "age_limits",
    ):
        assert f"lists.wards.{field}" in told


def test_weekly_reviews_stay_on_their_day_of_the_week() -> None:
    """A run that starts on Wednesday at 6 o'clock has its Friday noon two days and six hours later."""
    world = a_list_world(rules=AdmissionRules(review_every_min=MINUTES_PER_WEEK, first_min=4 * 1440.0 + 720.0))
    assert started_at(world, 2 * 24 + 6).lists.first_min == 2 * 1440.0 + 360.0
    assert started_at(world, 5 * 24).lists.first_min == 6 * 1440.0 + 720.0
