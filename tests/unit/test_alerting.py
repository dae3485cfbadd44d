"""Policies asked at once when the city is short: when, how often, and what is written down."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from sim.act import hold_reviews
from sim.contract import Policies, StaffingDecision, StaffingView, TransferDecision, TransferView
from sim.engine import Engine, in_motion
from sim.loan_rules import LoanRules
from sim.motion import Motion
from sim.platform.thresholds import MonitorRules, Thresholds
from sim.scenario import Scenario
from sim.trace import trace_hash
from tests.small_worlds import KnowTruth, Stay
from tests.two_hospitals import Patient, Stock, cohort_of, two_hospitals

pytestmark = pytest.mark.unit

BOTH = pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])
ONLY_R = Thresholds(1.0, 1.0)
PATIENTS = [Patient(0.0, scan=1.0, ward=2000.0), Patient(5.0, scan=1.0, ward=1000.0)]


@dataclass
class Movers:
    """Send the first boarder to the other hospital whenever asked."""

    asked_min: list[float] = field(default_factory=list)

    def decide(self, view: TransferView) -> TransferDecision:
        self.asked_min.append(view.now_min)
        return TransferDecision(view.patient[:1], 1 - view.hospital[:1])


@dataclass
class Nobody:
    """Lend nobody, and keep when that was asked."""

    asked_min: list[float] = field(default_factory=list)

    def decide(self, view: StaffingView) -> StaffingDecision:
        self.asked_min.append(view.now_min)
        return StaffingDecision(*np.empty((4, 0), dtype=np.int64))


def world(rules: MonitorRules, far_beds: int = 3) -> Scenario:
    made = two_hospitals(Stock(beds=(1, far_beds)))
    loans = LoanRules(review_every_min=480.0, first_min=480.0, lead_min=0.0, shift_min=60.0, max_travel_min=30.0)
    return replace(made, monitor=rules, loans=loans).checked()


def moved(scenario: Scenario, policies: Policies, engine: Engine) -> Motion:
    cohort = cohort_of(PATIENTS)
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    hold_reviews(motion, policies)
    motion.run()
    return motion


@BOTH
def test_a_shortage_has_the_policy_asked_before_its_review(engine: Engine) -> None:
    """The second boards from minute 6 on: the look at 20 finds R = 1/2 and moves it, not the review at 60."""
    policy = Movers()
    rules = MonitorRules(ONLY_R, ("transfer",), look_every_min=20.0, least_gap_min=30.0)
    motion = moved(world(rules), Policies(KnowTruth(), policy), engine)
    assert [row.time_min for row in motion.log.transfers if not row.refusal] == [20.0]
    causes = [(row.time_min, row.cause) for row in motion.log.decisions]
    assert causes[:3] == [(20.0, "alert"), (60.0, "review"), (120.0, "review")]
    assert {cause for _, cause in causes[1:]} == {"review"}


@BOTH
def test_a_seat_is_asked_no_sooner_than_the_gap_allows(engine: Engine) -> None:
    """Nobody can go: the alert lasts, and looks at 20, 40, 60, ... ask at 20, 60, 100 and so on."""
    policy = Movers()
    rules = MonitorRules(ONLY_R, ("transfer",), look_every_min=20.0, least_gap_min=30.0)
    scenario = world(rules)
    city = scenario.city
    alone = tuple(replace(hospital, agreed=False) for hospital in city.hospitals)
    scenario = replace(scenario, city=replace(city, hospitals=alone))
    motion = moved(scenario, Policies(KnowTruth(), policy), engine)
    alerts = [row.time_min for row in motion.log.decisions if row.cause == "alert"]
    assert alerts == [20.0 + 40.0 * turn for turn in range(15)]


@BOTH
def test_seats_watch_their_own_kind_of_pool(engine: Engine) -> None:
    """Nurses are idle and radiographers too, so that staffing is never asked; with use above 0.4 it is, at 0 to 6."""
    calm, busy = Nobody(), Nobody()
    rules = MonitorRules(ONLY_R, ("staffing",), look_every_min=20.0)
    moved(world(rules), Policies(KnowTruth(), Stay(), staffing=calm), engine)
    assert calm.asked_min == [480.0]
    rules = MonitorRules(Thresholds(0.0, 0.4), ("staffing",), look_every_min=5.5, least_gap_min=9.0)
    moved(world(rules), Policies(KnowTruth(), Stay(), staffing=busy), engine)
    assert busy.asked_min == [5.5, 480.0]


def test_nothing_changes_where_no_seat_is_named() -> None:
    watched, usual = (
        moved(world(rules), Policies(KnowTruth(), Movers()), Engine.SIMPY)
        for rules in (MonitorRules(ONLY_R, look_every_min=1.0), MonitorRules())
    )
    assert trace_hash(watched.log) == trace_hash(usual.log)
    assert watched.log.decisions == usual.log.decisions or len(watched.log.decisions) == len(usual.log.decisions)
