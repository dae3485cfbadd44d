"""What each hospital of an import gets: beds as recorded, departments that are stable, and what patients need."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.importing.care_load import care_load
from experiments.importing.supply import BUSY_SHARE, SCANNERS, STAFF, Need, count_beds, emergency_pools
from experiments.importing.tables import Site
from sim.city import Kind
from sim.distributions import Exponential, Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

MINUTES = {
    "triage_nurse": 3.0,
    "ed_physician": 25.0,
    "ed_nurse": 9.0,
    "radiographer": 2.0,
    "pharmacist": 1.0,
    "ct_scanner": 2.0,
    "mri_scanner": 0.2,
}
STARTS = [7, 15, 23]


def site(beds: float, used: float, icu: float, icu_used: float) -> Site:
    return Site("h", "H", 0.0, 0.0, beds, used, icu, icu_used, 700.0)


def need(medical: float, surgical: float, icu: float, electives: float) -> Need:
    in_beds = {"medical_bed": medical, "surgical_bed": surgical, "icu_bed": icu}
    return Need(np.full(168, 4.0), MINUTES, in_beds, electives)


def test_ward_beds_are_split_so_that_both_kinds_are_equally_full() -> None:
    beds = count_beds(site(220, 180, 20, 15), need(60, 20, 5, 40))
    assert (beds.medical, beds.surgical) == (100, 100)


def test_as_many_intensive_care_beds_are_free_as_recorded() -> None:
    beds = count_beds(site(220, 180, 20, 15), need(60, 20, 6, 40))
    assert (beds.icu, beds.icu_elsewhere) == (11, 9)
    assert beds.icu - 6 == 20 - 15


def test_all_staffed_beds_are_counted_once() -> None:
    beds = count_beds(site(220.4, 180, 20, 15), need(61, 17, 3.3, 40))
    assert beds.medical + beds.surgical + beds.icu + beds.icu_elsewhere == 220
    assert [(pool.code, pool.levels) for pool in beds.pools()] == [
        ("medical_bed", (beds.medical,)),
        ("surgical_bed", (beds.surgical,)),
        ("icu_bed", (beds.icu,)),
    ]


def test_a_hospital_without_intensive_care_gets_beds_by_need() -> None:
    beds = count_beds(site(40, 30, 0, 0), need(10, 10, 2.0, 5))
    assert (beds.icu, beds.icu_elsewhere) == (3, 0)


def test_more_emergencies_than_intensive_care_beds_do_not_add_beds() -> None:
    beds = count_beds(site(40, 30, 4, 3), need(10, 10, 50.0, 5))
    assert (beds.icu, beds.icu_elsewhere) == (4, 0)


@given(visits=st.floats(10, 2000), peak=st.floats(1, 3), minutes=st.floats(0.1, 60))
def test_no_pool_is_asked_for_more_than_its_share_in_any_hour(visits: float, peak: float, minutes: float) -> None:
    hours = np.ones(168)
    hours[10] = peak  # on Mondays only
    rate = hours / hours.sum() * visits * 7
    asked = Need(rate, {**MINUTES, "ed_physician": minutes}, {}, 0.0)
    for pool in emergency_pools(asked, STARTS):
        if pool.code in (*STAFF, *SCANNERS):
            load = rate * asked.minutes[pool.code] / 60
            assert np.all(load <= BUSY_SHARE * pool.hourly * (1 + 1e-9))
            one_less = BUSY_SHARE * (pool.hourly - 1)
            assert np.all((load.max() > one_less) | (pool.hourly == 1))


def test_nurses_follow_spaces_and_nights() -> None:
    pools = {pool.code: pool for pool in emergency_pools(need(0, 0, 0, 0), STARTS)}
    spaces = pools["ed_space"].establishment
    assert spaces == 21  # .21 x 96 visits a day = 20.16
    day, night = pools["ed_nurse"].hourly[[12, 2]]
    assert (day, night) == (6, 4)  # 21 / 4 = 5.25; x .6 = 3.15
    assert pools["ed_nurse"].kind is Kind.STAFF


def test_the_load_of_a_condition_is_the_sum_over_acuities_of_chances_times_means() -> None:
    world = two_hospitals()
    graded = Graded((0.5, 0.0, 0.0, 0.0, 0.25))
    see = Step("see", Graded((Exponential(10.0),)), ("nurse",))
    scan = Step("scan", Graded((Fixed(30.0),)), ("nurse", "scanner"), p=Graded((0.2,)))
    phases = (Phase("door", (see,)), Phase("stay", (scan, see), place="bed", p=graded))
    condition = replace(world.conditions[0], acuity_share=np.array([0.4, 0.0, 0.0, 0.0, 0.6]))
    pathway = Pathway(condition.pathway, phases)
    load = care_load(replace(world, pathways=(pathway,), conditions=(condition,)), [condition.name])
    p_stay = 0.4 * 0.5 + 0.6 * 0.25
    assert load.of("scanner")[0] == pytest.approx(p_stay * 0.2 * 30)
    assert load.of("bed")[0] == pytest.approx(p_stay * (0.2 * 30 + 10))
    assert load.of("nurse")[0] == pytest.approx(10 + p_stay * (0.2 * 30 + 10))
