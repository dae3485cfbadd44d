"""Cohorts: which number of which stream decides what, exactly."""

from dataclasses import fields, replace
from typing import cast

import numpy as np
import pytest

from sim.choices import pick, pick_by_row
from sim.cohort import Cohort, draw_cohort, draw_features
from sim.layout import Layout
from sim.pathway import Graded
from sim.patience import draw_patience
from sim.scenario import Patience
from sim.streams import Replication, stream
from sim.units import on_grid
from tests.drawn_worlds import CHOICE, LONG, NURSE_SHARE, PATIENCE, STAYS, TEST_P, WARD_P, drawn_world

pytestmark = pytest.mark.unit

FIRST = Replication(0, 11)
WORLD = drawn_world()
LAYOUT = Layout.of(WORLD)
COHORT = draw_cohort(WORLD, FIRST)
PLAN, ZONE = (COHORT.taken(np.flatnonzero(COHORT.source == source)) for source in (0, 1))
GRAVE_ODD_MILD = np.array([1, 2, 0])


def uniform(*purpose: str) -> np.ndarray:
    """Return the numbers that decide about the patients of the zone."""
    return stream(FIRST, "zone", *purpose).random(ZONE.n_patients)


class Given:
    """Stand in for a generator of normal numbers."""

    def __init__(self, z: list[list[float]]) -> None:
        self.z = np.array(z)

    def standard_normal(self, shape: tuple[int, int]) -> np.ndarray:
        assert shape == self.z.shape
        return self.z


def test_a_number_picks_the_share_in_which_it_falls() -> None:
    shares = np.array([0.0, 0.25, 0.5, 0.0, 0.25, 0.0])
    assert pick(shares, np.array([0.0, 0.2499, 0.25, 0.7499, 0.75, 0.9999])).tolist() == [1, 1, 2, 2, 4, 4]
    assert pick(np.array([0.1] * 10), np.array([1.0 - 2.0**-53])).tolist() == [9]


def test_every_patient_picks_from_the_own_row() -> None:
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    picked = pick_by_row(shares, np.array([2, 0, 1, 1]), np.array([0.1, 0.9, 0.6, 0.4]))
    assert picked.tolist() == [1, 0, 1, 0]


def test_features_follow_the_acuity_and_stay_in_their_range() -> None:
    z = Given([[0.0, -1.5], [2.0, 0.25], [1.0, 9.0]])
    drawn = draw_features(WORLD.case_mix, np.array([1, 3, 5]), cast(np.random.Generator, z))
    assert drawn.tolist() == [[10.0, 30.0], [33.0, 55.0], [52.5, 60.0]]


def test_patience_is_endless_for_a_share_and_exponential_for_the_rest() -> None:
    minutes = draw_patience(Patience(0.4, 10.0), np.array([0.0, 0.3999, 0.4, 0.7, 0.94]), np.ones(5, dtype=int))
    assert minutes.tolist() == [np.inf, np.inf, 0.0, *on_grid(-10.0 * np.log([0.5, 0.1])).tolist()]
    assert draw_patience(Patience(1.0, 10.0), np.array([0.0, 0.9999]), np.ones(2, dtype=int)).tolist() == [np.inf] * 2
    assert draw_patience(Patience(0.0, 0.0), np.array([0.0, 0.9999]), np.ones(2, dtype=int)).tolist() == [0.0] * 2


def test_condition_and_acuity() -> None:
    assert np.array_equal(ZONE.condition, GRAVE_ODD_MILD[pick(np.array([0.5, 0.2, 0.3]), uniform("condition"))])
    shares = np.stack([condition.acuity_share for condition in WORLD.conditions])
    assert np.array_equal(ZONE.acuity, 1 + pick_by_row(shares, ZONE.condition, uniform("acuity")))
    assert np.array_equal(ZONE.nurse_acuity, 1 + pick_by_row(NURSE_SHARE, ZONE.acuity - 1, uniform("nurse")))
    assert set(PLAN.condition.tolist()) == {2}


def test_each_condition_has_its_pathway() -> None:
    assert np.array_equal(COHORT.pathway, np.where(COHORT.condition == 0, 0, 1))


def test_hospital_zone_and_source() -> None:
    assert np.array_equal(ZONE.hospital, pick(CHOICE[0], uniform("choice")))
    assert set(PLAN.hospital.tolist()) == {2}
    assert (set(ZONE.zone.tolist()), set(PLAN.zone.tolist())) == ({0}, {-1})
    first = replace(WORLD, sources=(replace(WORLD.sources[0], hospital=0), WORLD.sources[1]))
    planned = draw_cohort(first, FIRST)
    assert set(planned.hospital[planned.source == 0].tolist()) == {0}


def test_features_patience_and_transfers() -> None:
    generator = stream(FIRST, "zone", "features")
    assert np.array_equal(ZONE.features, draw_features(WORLD.case_mix, ZONE.acuity, generator))
    assert np.array_equal(ZONE.patience_min, draw_patience(PATIENCE, uniform("patience"), ZONE.acuity))
    assert np.array_equal(ZONE.placement_min, on_grid(WORLD.transfers.placement.quantile(uniform("placement"))))
    assert np.array_equal(ZONE.crew_busy_min, on_grid(WORLD.transfers.crew_busy.quantile(uniform("crew"))))


def test_a_phase_happens_by_acuity_and_only_on_its_pathway() -> None:
    long = ZONE.pathway == 1
    ward = uniform("phase", "ward") < np.array(WARD_P)[ZONE.acuity - 1]
    assert np.array_equal(ZONE.enters[:, LAYOUT.phase_index["ward"]], long & ward)
    assert ZONE.enters[:, LAYOUT.phase_index["door"]].all()


def test_a_step_takes_its_time_where_it_happens() -> None:
    long = ZONE.pathway == 1
    look, test, stay = (ZONE.minutes[:, LAYOUT.slot_index[slot]] for slot in ("door.look", "door.test", "ward.stay"))
    mean_min = np.where(long, 10.0, 30.0)
    assert np.array_equal(look, on_grid(-mean_min * np.log1p(-uniform("duration", "door.look"))))
    assert np.array_equal(test, np.where(long & (uniform("happens", "door.test") < TEST_P), 3.0, -1.0))
    u = uniform("duration", "ward.stay")
    stays = np.choose(ZONE.acuity - 1, [law.quantile(u) for law in STAYS])
    assert np.array_equal(stay, np.where(ZONE.enters[:, LAYOUT.phase_index["ward"]], on_grid(stays), -1.0))


def test_arrivals_are_those_of_the_source() -> None:
    assert (np.diff(COHORT.arrived_min) >= 0).all()
    assert 0 < len(PLAN.arrived_min) < len(ZONE.arrived_min) / 2
    assert COHORT.arrived_min[-1] < WORLD.horizon.end_min


def test_who_is_inside_at_the_start_comes_before_all_others_in_the_order_of_sources() -> None:
    cohort = draw_cohort(drawn_world(at_start=4), FIRST)
    assert cohort.n_patients == COHORT.n_patients + 4
    assert cohort.arrived_min[:4].tolist() == [0.0] * 4
    assert cohort.source[:4].tolist() == [0] * 4
    assert np.array_equal(cohort.arrived_min[4:], COHORT.arrived_min)
    crowd = replace(WORLD, sources=tuple(replace(one, at_start=2) for one in WORLD.sources))
    assert draw_cohort(crowd, FIRST).source[:4].tolist() == [0, 0, 1, 1]


def test_a_chance_that_is_changed_changes_nothing_else() -> None:
    door, ward = LONG.phases
    surer = replace(ward, p=Graded((1.0,)))
    changed = draw_cohort(replace(WORLD, pathways=(WORLD.pathways[0], replace(LONG, phases=(door, surer)))), FIRST)
    for field in fields(Cohort):
        before, after = (getattr(cohort, field.name) for cohort in (COHORT, changed))
        if field.name in ("enters", "minutes"):
            ward_too = before[:, -1] > 0
            assert np.array_equal(after[ward_too], before[ward_too])
            assert np.array_equal(after[:, :-1], before[:, :-1])
        else:
            assert np.array_equal(after, before), field.name
    assert changed.enters[changed.pathway == 1].all()


def test_patients_are_taken_in_the_order_asked_for() -> None:
    taken = COHORT.taken(np.array([5, 2]))
    assert taken.n_patients == 2
    assert taken.arrived_min.tolist() == COHORT.arrived_min[[5, 2]].tolist()
    assert np.array_equal(taken.minutes, COHORT.minutes[[5, 2]])
