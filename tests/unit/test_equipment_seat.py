"""Opened hours in motion: who is scanned when, what is refused, and what is left behind, on both engines alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from sim.act import hold_reviews
from sim.city import AtEnd, Kind, Pool
from sim.contract import EquipmentDecision, EquipmentView, Policies
from sim.engine import Engine, in_motion
from sim.equipment import equipment_facts, staff_beside
from sim.layout import Layout
from sim.levels import equipment_uses, hourly_levels
from sim.log import Opening
from sim.motion import Motion
from sim.openings import OpeningRules
from sim.pathway import Phase
from sim.scenario import Scenario
from sim.seats.equipment import EquipmentSeat
from tests.one_hospital import Case, cohort_of, hospital, step
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.unit

Hour = tuple[int, int, int, int]
RULES = OpeningRules(30.0, 30.0, horizon_hours=6, cost_per_opened_hour=100.0, most_extra_units=2)


def roster(*first_hours: int) -> tuple[int, ...]:
    """Return levels of a week: these at first, then the last of them."""
    return (*first_hours, *(first_hours[-1],) * (168 - len(first_hours)))


def clinic(scanner: Sequence[int], radiographer: Sequence[int] = (1,)) -> Scenario:
    """Return a clinic where patients are scanned, with the staff that takes; scanners stand idle as rosters say."""
    pools = [Pool("scanner", Kind.EQUIPMENT, tuple(scanner)), Pool("radiographer", Kind.STAFF, tuple(radiographer))]
    made = hospital(pools, [Phase("visit", (step("scan", "scanner", "radiographer"),))])
    return replace(made, openings=RULES)


def scans(*arrivals: float, minutes: float = 20.0) -> list[Case]:
    return [Case(arrived, {"visit.scan": minutes}) for arrived in arrivals]


@dataclass
class Wish:
    """Ask for these hours at the first review, and remember every view."""

    hours: Sequence[Hour] = ()
    seen: list[EquipmentView] = field(default_factory=list)

    def decide(self, view: EquipmentView) -> EquipmentDecision:
        columns = np.array([] if self.seen else self.hours, dtype=np.int64).reshape(-1, 4).T
        self.seen.append(view)
        return EquipmentDecision(*columns)


@pytest.fixture(params=[Engine.SIMPY, Engine.COMPILED])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


def moved(scenario: Scenario, cases: Sequence[Case], policy: Wish, engine: Engine) -> Motion:
    cohort = cohort_of(Layout.of(scenario), cases)
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    hold_reviews(motion, replace(POLICIES, equipment=policy))
    motion.run()
    return motion


def uses(motion: Motion) -> pd.DataFrame:
    return equipment_uses(motion.layout, motion.cohort, motion.log)


def duty(motion: Motion, pool: str) -> list[float]:
    levels = hourly_levels(motion.layout, motion.cohort, motion.log)
    hours: list[float] = levels.loc[levels["pool"] == pool, "duty_min"].tolist()
    return hours


def test_a_closed_scanner_opens_for_an_hour(engine: Engine) -> None:
    """The scanner opens at 5:00; it is opened for the hour from 2:00, in which the first two are scanned."""
    scenario = clinic(roster(0, 0, 0, 0, 0, 1))
    motion = moved(scenario, scans(10.0, 20.0, 185.0), Wish([(0, 0, 2, 1)]), engine)
    assert uses(motion)["started_min"].tolist() == [120.0, 140.0, 300.0]
    assert uses(motion)["ended_min"].tolist() == [140.0, 160.0, 320.0]
    assert duty(motion, "scanner")[:6] == [0, 0, 60, 0, 0, 60]
    assert duty(motion, "radiographer")[:6] == [60, 60, 120, 60, 60, 60]


def test_opened_hours_that_follow_each_other_or_a_shift_are_one(engine: Engine) -> None:
    scenario = clinic(roster(0, 0, 0, 0, 1))
    motion = moved(scenario, scans(10.0, minutes=150.0), Wish([(0, 0, 2, 1), (0, 0, 3, 1)]), engine)
    assert uses(motion)[["started_min", "ended_min"]].to_numpy().tolist() == [[120.0, 270.0]]
    levels = hourly_levels(motion.layout, motion.cohort, motion.log)
    assert levels["overtime_min"].sum() == 0
    assert duty(motion, "scanner")[:6] == [0, 0, 60, 60, 60, 60]


def test_whoever_is_being_scanned_when_the_hour_ends_is_finished(engine: Engine) -> None:
    motion = moved(clinic(roster(0, 0, 0, 0, 0, 1)), scans(10.0, minutes=75.0), Wish([(0, 0, 2, 1)]), engine)
    assert uses(motion)["ended_min"].tolist() == [195.0]
    assert duty(motion, "scanner")[2:4] == [60, 15]


def test_staff_come_for_it_also_beyond_those_there_are(engine: Engine) -> None:
    """The only radiographer scans somebody for hours; a second one comes with the second scanner."""
    scenario = clinic(roster(1, 1, 1, 2))
    motion = moved(scenario, [*scans(0.0, minutes=170.0), *scans(10.0)], Wish([(0, 0, 1, 1)]), engine)
    assert uses(motion)["started_min"].tolist() == [0.0, 60.0]


def test_what_cannot_be_opened_is_refused_with_a_reason(engine: Engine) -> None:
    wishes: list[tuple[Hour, str]] = [
        ((0, 0, 1, 1), ""),
        ((0, 0, 1, 2), "more than may be opened"),
        ((0, 0, 1, 1), "no unit idle"),
        ((0, 0, 0, 1), "notice too short"),
        ((0, 0, 5, 1), ""),
        ((0, 0, 6, 1), "beyond the horizon"),
        ((0, 0, 4, 1), "no unit idle"),
        ((0, 0, 2, 0), "no unit named"),
        ((0, 0, 2, -1), "no unit named"),
        ((1, 0, 2, 1), "no such equipment"),
        ((0, 1, 2, 1), "no such equipment"),
        ((-1, 0, 2, 1), "no such equipment"),
    ]
    motion = moved(clinic(roster(1, 1, 1, 1, 2, 1)), scans(500.0), Wish([hour for hour, _ in wishes]), engine)
    assert [row.refusal for row in motion.log.openings] == [refusal for _, refusal in wishes]
    assert sum(row.cost for row in motion.log.openings) == 200.0
    assert motion.log.openings[0] == Opening(30.0, 0, "scanner", 60.0, 1, 100.0, "")
    assert motion.log.openings[-1][1:3] == (-1, "")
    decision = motion.log.decisions[0]
    assert (decision.seat, decision.n_moves, decision.n_refused) == ("equipment", 12, 10)


def test_units_opened_for_one_hour_add_up(engine: Engine) -> None:
    motion = moved(clinic(roster(0, 0, 0, 3)), scans(0.0, 0.0, 0.0), Wish([(0, 0, 1, 1)] * 3), engine)
    assert [row.refusal for row in motion.log.openings] == ["", "", "more than may be opened"]
    assert uses(motion)["started_min"].tolist() == [60.0, 60.0, 80.0]


def test_who_still_waits_has_not_used_anything(engine: Engine) -> None:
    motion = moved(clinic(roster(0, 0, 1, 0)), scans(10.0, 20.0, minutes=61.0), Wish(), engine)
    assert uses(motion)["started_min"].tolist() == [120.0]
    late = moved(clinic(roster(*(0,) * 9, 1)), scans(10.0, minutes=61.0), Wish(), engine)
    assert np.isnan(uses(late)["ended_min"]).tolist() == [True]


def test_who_may_use_several_scanners_counts_in_equal_shares(engine: Engine) -> None:
    """Patients of the first hospital may go to the second, so both hospitals share the scanner of the second."""
    alone = clinic(roster(0, 0, 0, 0, 1))
    (one,) = alone.city.hospitals
    (pathway,) = alone.pathways
    scan = replace(pathway.phases[0].steps[0], or_needs=(("scanner@two", "radiographer@two"),))
    city = replace(
        alone.city,
        hospitals=(one, replace(one, id="two")),
        travel_min=np.zeros((2, 2)),
        choice_share=np.array([[1.0, 0.0]]),
    )
    both = replace(pathway, phases=(replace(pathway.phases[0], steps=(scan,)),))
    policy = Wish()
    moved(replace(alone, city=city, pathways=(both,)).checked(), scans(10.0), policy, engine)
    facts, view = policy.seen[0].facts, policy.seen[1]
    assert facts.may_use[..., 0].tolist() == [[True, True], [False, True]]
    assert view.waiting.tolist() == [[1], [1]]
    assert view.asked[..., -1].tolist() == [[1.0], [0.5]]


def test_a_view_shows_queues_rosters_what_was_opened_and_who_asked(engine: Engine) -> None:
    policy = Wish([(0, 0, 3, 1)])
    scenario = clinic(roster(0, 0, 1, 0, 0, 0, 0))
    moved(scenario, scans(10.0, 40.0, 50.0, 130.0, 150.0), policy, engine)
    first, second = policy.seen[0], policy.seen[4]
    assert (first.now_min, first.hour, second.now_min, second.hour) == (30.0, 0, 150.0, 2)
    assert first.rostered.tolist() == [[[0, 0, 1, 0, 0, 0]]]
    assert second.rostered.tolist() == [[[1, 0, 0, 0, 0, 0]]]
    assert second.opened.tolist() == [[[0, 1, 0, 0, 0, 0]]]
    assert (first.on_duty.item(), first.busy.item(), first.waiting.item()) == (0, 0, 1)
    # The first is done at 140; at 150 the second is in hand, and who comes just then is not seen yet.
    assert (second.on_duty.item(), second.busy.item(), second.waiting.item()) == (1, 1, 2)
    assert np.isnan(first.asked).all()
    assert second.asked[0, 0, -2:].tolist() == [2.0, 1.0]
    assert np.isnan(second.asked[0, 0, :-2]).all()


def test_facts_say_who_may_use_what_for_how_long_and_with_whom() -> None:
    scenario = clinic((1,))
    facts = equipment_facts(scenario)
    assert (facts.equipment_codes, facts.units.tolist(), facts.mean_min.tolist()) == (("scanner",), [[1]], [1.0])
    assert facts.may_use.tolist() == [[[True]]]
    assert staff_beside(scenario) == {(0, "scanner"): ("radiographer",)}


def test_an_opened_unit_does_not_stand_in_for_one_that_is_broken(engine: Engine) -> None:
    """Two scanners exist, one is on duty; one is out of use all the time, so opening the other one opens nothing."""
    scenario = clinic(roster(1, 1, 1, 1, 2))
    cohort = cohort_of(Layout.of(scenario), scans(60.0, 60.0))
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    hold_reviews(motion, replace(POLICIES, equipment=Wish([(0, 0, 1, 1)])))
    motion.take_down(motion.pool_number[0, "scanner"], 1, AtEnd.FINISH)
    motion.run()
    assert uses(motion)["started_min"].tolist() == [60.0, 80.0]


@pytest.mark.parametrize(
    "scenario", [clinic((2,)), replace(clinic(roster(0, 1)), openings=OpeningRules(most_extra_units=0))]
)
def test_a_seat_is_idle_where_nothing_can_ever_be_opened(scenario: Scenario) -> None:
    cohort = cohort_of(Layout.of(scenario), scans(0.0))
    seat = EquipmentSeat(in_motion(scenario, cohort, cohort.acuity, Engine.SIMPY))
    assert seat.idle()
    assert seat.n_options(seat.view()) == 0
    assert not EquipmentSeat(in_motion(clinic(roster(0, 1)), cohort, cohort.acuity, Engine.SIMPY)).idle()


def test_without_a_policy_nobody_decides() -> None:
    scenario = clinic((1,))
    cohort = cohort_of(Layout.of(scenario), scans(0.0))
    motion = in_motion(scenario, cohort, cohort.acuity, Engine.SIMPY)
    hold_reviews(motion, Policies(POLICIES.triage, POLICIES.transfer))
    motion.run()
    assert "equipment" not in {row.seat for row in motion.log.decisions}


def test_wrong_rules_are_named() -> None:
    wrong = OpeningRules(0.0, -1.0, 0, -5.0, -1)
    fields = ["review_every_min", "opening_notice_min", "cost_per_opened_hour", "most_extra_units"]
    assert [fault.field for fault in wrong.faults()] == [f"openings.{name}" for name in fields]
    late = OpeningRules(opening_notice_min=240.0, horizon_hours=4)
    assert [fault.field for fault in late.faults()] == ["openings.horizon_hours"]
    assert list(OpeningRules().faults()) == []
