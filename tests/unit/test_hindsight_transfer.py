"""Waits for beds against stays that are known: exact in one bed, and never below what had to be waited anyway."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from experiments.hindsight.transfer import TransferHindsight, in_hours
from experiments.measure_list import MEASURES
from policies.transfer import NearestFree, StayPut
from sim.distributions import Fixed
from sim.pathway import Graded
from sim.run import Run, drawn, simulate
from sim.scenario import Horizon, Information, Scenario, Sight
from sim.streams import Replication
from tests.random_worlds import scenarios
from tests.small_worlds import POLICIES
from tests.two_hospitals import Stock, two_hospitals

pytestmark = pytest.mark.unit

FIRST = Replication(1, 7)
DAY = 1440.0


def hospitals(n_patients: int, stay_min: float, sharing: bool = True, days: int = 1) -> Scenario:
    """Return two hospitals with a bed each, at the near of which patients ask for one at time zero."""
    world = two_hospitals(Stock(nurse=(99,), ed_space=99, scanner=99, radiographer=99))
    (pathway,) = world.pathways
    still = [replace(one, duration=Graded((Fixed(0.0),))) for phase in pathway.phases[:2] for one in phase.steps]
    stay = replace(pathway.phases[2].steps[0], duration=Graded((Fixed(stay_min),)))
    phases = tuple(replace(phase, steps=(step,)) for phase, step in zip(pathway.phases, (*still, stay), strict=True))
    source = replace(world.sources[0], zone=-1, hospital=0, at_start=n_patients)
    horizon = Horizon(0.0, days * DAY)
    city = replace(world.city, hospitals=tuple(replace(one, agreed=sharing) for one in world.city.hospitals))
    return replace(
        world,
        city=city,
        pathways=(replace(pathway, phases=phases),),
        sources=(source,),
        horizon=horizon,
        information=Information(Sight.LIVE),
    ).checked()


def regret(world: Scenario, policy: object) -> tuple[float, float]:
    """Return cost and bound of a policy, a day."""
    run = simulate(world, replace(POLICIES, transfer=policy), FIRST)  # type: ignore[arg-type]
    told = {row[:2]: row[3] for row in TransferHindsight().rows(world, run, drawn(world, FIRST))}
    assert told["regret_transfer", "all"] == pytest.approx(told["cost_transfer", "all"] - told["bound_transfer", "all"])
    assert {name for name, _ in told} <= set(MEASURES)
    return told["cost_transfer", "all"], told["bound_transfer", "all"]


def test_who_must_wait_anyway_is_no_regret() -> None:
    """Nothing is shared. Three ask for a bed for two hours: 2 + 4 h are waited, of which two of them must 2 h each."""
    assert regret(hospitals(3, 120.0, sharing=False), StayPut()) == pytest.approx((6.0, 4.0))
    assert regret(hospitals(2, 120.0, sharing=False), StayPut()) == pytest.approx((2.0, 2.0))


def test_a_free_bed_elsewhere_is_regret() -> None:
    """The far hospital has a bed; who stays put waits for two hours, a move takes until the next review and a road."""
    cost, bound = regret(hospitals(2, 120.0), StayPut())
    assert (cost, bound) == pytest.approx((2.0, 0.0))
    moved, same = regret(hospitals(2, 120.0), NearestFree())
    assert same == bound <= moved < cost


def test_days_before_the_end_of_the_warm_up_do_not_count() -> None:
    world = replace(hospitals(2, 120.0, sharing=False, days=2), horizon=Horizon(DAY, 2 * DAY)).checked()
    assert regret(world, StayPut()) == (0.0, 0.0)


def test_minutes_are_integrated_over_each_hour() -> None:
    assert in_hours(np.array([30.0, 50.0]), np.array([60.0, 130.0]), 3).tolist() == [40.0, 60.0, 10.0]


@settings(max_examples=40, deadline=None)
@given(scenarios())
def test_no_policy_waits_less_than_the_bound(world: Scenario) -> None:
    judge = TransferHindsight()
    for policy in (StayPut(), NearestFree()):
        run: Run = simulate(world, replace(POLICIES, transfer=policy), FIRST)
        if judge.applies(world, run):
            for one in judge.episodes(world, run, drawn(world, FIRST)):
                assert (one.cost >= one.bound - 1e-6).all()
