"""What the dispatch policy sees and does, on both engines, with patients written down by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.act import hold_reviews
from sim.contract import DispatchDecision, DispatchView, Policies
from sim.engine import Engine, in_motion
from sim.log import Ended
from sim.scenario import Information, Sight
from tests.ambulances import CHOICE, WAYS, Call, Driven, ambulance_city, cohort_of, without_agreement
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.unit

BOTH = pytest.mark.parametrize("engine", [Engine.SIMPY, Engine.COMPILED])
NORTH, SOUTH = (np.broadcast_to(np.eye(2)[h], (2, 5, 2)) for h in (0, 1))


class Script:
    """Publish the same table at every review, and keep what was seen."""

    def __init__(self, share: np.ndarray | None) -> None:
        self.share = share
        self.views: list[DispatchView] = []

    def decide(self, view: DispatchView) -> DispatchDecision:
        self.views.append(view)
        return DispatchDecision(share=self.share)


def seated(policy: Script) -> Policies:
    return Policies(POLICIES.triage, POLICIES.transfer, dispatch=policy)


CALLS = [Call(10.0), Call(70.0), Call(80.0, hospital=1, zone=1), Call(90.0, on_scene=None)]


@BOTH
def test_calls_after_the_review_are_driven_where_the_table_says(engine: Engine) -> None:
    """From minute 60 on all go south: call 1 drives 4 + 2 x 25 minutes, call 2 goes there anyway, call 3 walks in."""
    moved = Driven(CALLS, ambulance_city(spaces=3), seated(Script(SOUTH)), engine)
    assert moved.hospital == [0, 1, 1, 0]
    assert moved.mark("conveyance.drive_ended")[:3] == [34.0, 124.0, 94.0]
    phases = np.frombuffer(moved.motion.log.hospital_at, dtype=np.int16).reshape(4, 2)
    assert phases.tolist() == [[0, 0], [1, 1], [1, 1], [0, 0]]
    row = next(row for row in moved.motion.log.decisions if row.seat == "dispatch")
    assert (row.n_moves, row.n_refused) == (10, 0)


@BOTH
def test_the_cohort_of_the_door_is_not_written_over(engine: Engine) -> None:
    city, calls = ambulance_city(), [Call(70.0)]
    cohort = cohort_of(city, calls)
    motion = in_motion(city, cohort, cohort.acuity, engine)
    hold_reviews(motion, seated(Script(SOUTH)))
    motion.run()
    assert motion.log.brought == {0: 1}
    assert motion.cohort.minutes[0, 0] == 4.0 + 2 * 25.0
    assert cohort.minutes[0, 0] == 4.0 + 2 * 10.0


@BOTH
def test_whoever_gave_up_waiting_for_an_ambulance_is_on_no_way(engine: Engine) -> None:
    """The one ambulance is away from 10 to 34; call 1 at 20 has patience for 5 minutes, call 2 at 59 is on the way."""
    city = ambulance_city(ambulances=1, spaces=2)
    first, *rest = city.pathways[0].phases
    city = replace(city, pathways=(replace(city.pathways[0], phases=(replace(first, may_leave=True), *rest)),))
    calls, script = [Call(10.0), Call(20.0), Call(59.0)], Script(None)
    cohort = replace(cohort_of(city, calls), patience_min=np.full(3, 5.0))
    motion = in_motion(city, cohort, cohort.acuity, engine)
    hold_reviews(motion, seated(script))
    motion.run()
    assert [Ended(one) for one in motion.log.ended] == [Ended.NOT_EARLY, Ended.LEFT_UNSEEN, Ended.NOT_EARLY]
    assert script.views[0].on_way.tolist() == [1, 0]


def test_no_table_leaves_everybody_alone() -> None:
    assert Driven(CALLS, policies=seated(Script(None))).hospital == [0, 0, 1, 0]


def test_a_table_of_choices_leaves_everybody_alone() -> None:
    same = np.broadcast_to(CHOICE[:, None, :], (2, 5, 2))
    assert Driven(CALLS, policies=seated(Script(same))).hospital == [0, 0, 1, 0]


def test_only_the_acuity_of_the_table_is_sent_elsewhere() -> None:
    share = np.broadcast_to(CHOICE[:, None, :], (2, 5, 2)).copy()
    share[:, 1] = [0.0, 1.0]
    calls = [Call(70.0, acuity=acuity) for acuity in (1, 2, 3)]
    assert Driven(calls, policies=seated(Script(share))).hospital == [0, 1, 0]


def test_the_number_that_chose_the_hospital_decides_who_keeps_it() -> None:
    """Three quarters of the hill chose the north; a half may stay: those in the first two thirds of its share."""
    share = np.broadcast_to(CHOICE[:, None, :], (2, 5, 2)).copy()
    share[0] = [0.5, 0.5]
    calls = [Call(70.0, choice_u=u) for u in (0.0, 0.49, 0.51, 0.74)] + [Call(70.0, hospital=1, choice_u=0.76)]
    assert Driven(calls, ambulance_city(9, 9), seated(Script(share))).hospital == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("share", [SOUTH * 0.5, SOUTH * 2.0, SOUTH * np.nan, np.stack([SOUTH[0], SOUTH[0] - 1.0])])
def test_what_is_no_share_is_refused(share: np.ndarray) -> None:
    moved = Driven(CALLS, policies=seated(Script(share)))
    row = moved.motion.log.decisions[0]
    assert row.n_refused == row.n_moves - (5 if share[0].sum() == 5.0 else 0)
    assert moved.hospital[2] == 1


@pytest.mark.parametrize("hospital", [0, 1])
def test_without_agreement_nobody_is_sent_there_or_away(hospital: int) -> None:
    script = Script(SOUTH)
    moved = Driven(CALLS, without_agreement(ambulance_city(), hospital), seated(script))
    assert moved.hospital == [0, 0, 1, 0]
    assert moved.motion.log.decisions[0].n_refused == 10
    assert np.isnan(script.views[0].waiting[hospital])
    assert not np.isnan(script.views[0].waiting[1 - hospital])


@BOTH
def test_what_a_policy_sees(engine: Engine) -> None:
    """At 60: call 0 is in the one space since 34, call 1 (at 35, there from 59) waits at the door, call 2 drives."""
    script = Script(None)
    calls = [Call(10.0, care=600.0), Call(35.0), Call(50.0, hospital=1, zone=1, acuity=1), Call(70.0)]
    Driven(calls, policies=seated(script), engine=engine)
    view = script.views[0]
    assert (view.now_min, view.known_at_min) == (60.0, 60.0)
    assert view.on_way.tolist() == [0, 1]
    assert np.array_equal([view.spaces, view.busy, view.waiting], [[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    expected = np.zeros((2, 5))
    expected[0, 2], expected[1, 0] = 2.0, 1.0
    assert view.calls_per_hour.tolist() == expected.tolist()
    assert script.views[1].calls_per_hour.sum() == 4 / 2
    assert np.array_equal(view.facts.travel_min, WAYS)


@pytest.mark.parametrize(
    ("information", "waiting"),
    [(Information(Sight.NONE), [np.nan] * 3), (Information(Sight.DELAYED, 100.0), [np.nan, np.nan, 1.0])],
)
def test_news_of_the_doors_is_as_old_as_the_information_condition_says(
    information: Information, waiting: list[float]
) -> None:
    script = Script(None)
    calls = [Call(10.0, care=600.0), Call(35.0, care=600.0), Call(100.0, care=600.0)]
    Driven(calls, ambulance_city(information=information), seated(script))
    np.testing.assert_array_equal([view.waiting[0] for view in script.views[:3]], waiting)


def test_nobody_reviews_where_ambulances_are_not_dispatched() -> None:
    script = Script(SOUTH)
    moved = Driven(CALLS, replace(ambulance_city(), dispatch=None), seated(script))
    assert (script.views, moved.hospital) == ([], [0, 0, 1, 0])


@BOTH
def test_whoever_a_hospital_cannot_treat_keeps_the_choice(engine: Engine) -> None:
    """The south has ambulances and no emergency spaces, and nobody would choose it."""
    city = ambulance_city()
    north, south = city.city.hospitals
    south = replace(south, pools=tuple(pool for pool in south.pools if pool.code == "ambulance"))
    choice = np.array([[1.0, 0.0], [1.0, 0.0]])
    city = replace(city, city=replace(city.city, hospitals=(north, south), choice_share=choice)).checked()
    assert Driven(CALLS[:2], city, seated(Script(SOUTH)), engine).hospital == [0, 0]
