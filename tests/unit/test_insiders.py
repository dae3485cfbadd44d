"""What is still to come of those inside: choices that fit, laws that apply, and a past that stays past."""

from dataclasses import replace

import numpy as np
import pytest

from sim.census import NONE, Census, Position
from sim.choices import Choice
from sim.cohort import Cohort
from sim.distributions import Exponential, Fixed
from sim.graded import Axis, Graded
from sim.insiders import past, surely_at
from sim.pathway import Pathway, Phase, Step
from sim.patience import Returns
from sim.run import drawn
from sim.scenario import Scenario
from sim.streams import Replication
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

N = 400
ONE = Graded((Fixed(1.0),))
WAY = Choice("way", ("home", "rehab", "nursing"), (Graded((0.5,)), Graded((0.3,)), Graded((0.2,))))
BY_WAY = Axis("way", WAY.options)


def by_way(home: float, rehab: float, nursing: float) -> Graded[float]:
    return Graded((home, rehab, nursing), (BY_WAY,))


STROKE = Pathway(
    "visit",
    (
        Phase("acute", (Step("scan", ONE, ("scanner",)), Step("stay", ONE)), "bed", cleaning=ONE),
        Phase("rehab", (Step("train", Graded((Fixed(10.0), Fixed(20.0), Fixed(30.0)), (BY_WAY,))),), p=by_way(0, 1, 0)),
        Phase("nursing", (Step("care", ONE),), p=by_way(0, 0, 1)),
        Phase("visit", (Step("see", ONE, p=by_way(0, 0.5, 1)),), p=by_way(0, 1, 1)),
    ),
    (WAY,),
)


def inside(position: tuple[int, int, int, int], since_min: float = 0.0, scenario: Scenario | None = None) -> Cohort:
    """Return patients, all of the same position, of the stroke pathway."""
    zeros = np.zeros(N, dtype=np.int64)
    since = np.full(N, since_min)
    census = Census(zeros, zeros, zeros + 3, zeros - 1, np.tile(position, (N, 1)), since, since)
    world = scenario or replace(two_hospitals(), pathways=(STROKE,))
    return drawn(replace(world, census=census), Replication(0, 8))


def share(hits: np.ndarray, p: float) -> bool:
    """Say whether a share is what it should be, within four standard errors."""
    return bool(abs(hits.mean() - p) <= 4.0 * np.sqrt(p * (1.0 - p) / N))


def test_before_the_choice_shows_everything_is_open() -> None:
    cohort = inside((0, 1, NONE, NONE))
    assert cohort.enters[:, 0].all()
    assert share(cohort.enters[:, 1], 0.3)
    assert share(cohort.enters[:, 2], 0.2)
    assert not (cohort.enters[:, 1] & cohort.enters[:, 2]).any()


def test_who_is_in_rehabilitation_has_chosen_it() -> None:
    cohort = inside((1, 0, NONE, NONE), since_min=15.0)
    assert cohort.enters[:, 1].all()
    assert not cohort.enters[:, [0, 2]].any()
    assert cohort.enters[:, 3].all()
    assert (
        cohort.minutes[:, 3] == 5.0
    ).all()  # 15 of the 20 minutes of this choice have passed: scan, stay, clean, train


def test_who_was_visited_has_not_gone_home() -> None:
    """Rehabilitation and nursing stay possible, 3 to 2; the visit itself is sure."""
    cohort = inside((3, NONE, 0, NONE))
    assert not cohort.enters[:, :3].any()
    assert (cohort.minutes[:, -1] == 1.0).all()
    reached = surely_at(STROKE, Position(3, NONE, 0, NONE), "sure")
    (choice,) = reached.choices
    assert [table.values for table in choice.shares] == [(0.0,), (pytest.approx(0.6),), (pytest.approx(0.4),)]


def test_the_place_is_cleaned_after_those_who_lie_in_it() -> None:
    slots = [slot for _, found in past(STROKE, Position(0, NONE, NONE, 1)) for slot in found]
    assert slots == ["acute.scan", "acute.stay"]
    slots = [slot for _, found in past(STROKE, Position(NONE, NONE, NONE, 1)) for slot in found]
    assert slots == ["acute.scan", "acute.stay", "acute.cleaning"]


def test_a_wait_for_a_later_phase_leaves_out_those_between() -> None:
    names = [phase for phase, _ in past(STROKE, Position(0, NONE, NONE, 3))]
    assert names == [None, "rehab", "nursing"]


def test_set_up_and_moving_in_are_over_when_the_step_goes_on() -> None:
    scan = Step("scan", ONE, ("scanner",), set_up=ONE, cleaning=ONE)
    pathway = Pathway("visit", (Phase("ward", (Step("see", ONE), scan), "bed", move=ONE),))
    going_on = [slot for _, found in past(pathway, Position(0, 1, NONE, NONE)) for slot in found]
    assert going_on == ["ward.move", "ward.see", "ward.scan.set_up"]
    waiting = [slot for _, found in past(pathway, Position(0, NONE, 1, NONE)) for slot in found]
    assert waiting == ["ward.move", "ward.see"]


def test_the_law_of_the_acuity_goes_on() -> None:
    stay = Graded(tuple(Exponential(10.0**acuity) for acuity in range(1, 6)))
    ward = Pathway("visit", (Phase("ward", (Step("stay", stay),), "bed"),))
    cohort = inside((0, 0, NONE, NONE), 500.0, replace(two_hospitals(), pathways=(ward,)))
    assert (cohort.acuity[:N] == 3).all()
    left = cohort.minutes[:N, 0]
    assert abs(left.mean() - 1000.0) < 4.0 * 1000.0 / np.sqrt(N)


def test_return_visits_of_arrivals_point_to_their_own_rows() -> None:
    base = replace(two_hospitals(), pathways=(STROKE,), returns=Returns(1.0, 1.0, Exponential(60.0)))
    busy = replace(base, sources=(replace(base.sources[0], hourly_rate=np.full(168, 6.0)),))
    plain, cohort = drawn(busy, Replication(0, 8)), inside((0, 1, NONE, NONE), scenario=busy)
    assert cohort.returns_of is not None
    assert plain.returns_of is not None
    assert (cohort.returns_of[:N] == NONE).all()
    again = plain.returns_of >= 0
    assert again.any()
    np.testing.assert_array_equal(cohort.returns_of[N:][again], plain.returns_of[again] + N)
    np.testing.assert_array_equal(cohort.returns_of[N:][~again], plain.returns_of[~again])


def test_without_patients_a_census_changes_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    empty = Census(none, none, none, none, none.reshape(0, 4), np.zeros(0), np.zeros(0))
    world = replace(two_hospitals(), pathways=(STROKE,))
    assert (
        drawn(replace(world, census=empty), Replication(0, 8)).n_patients == drawn(world, Replication(0, 8)).n_patients
    )
