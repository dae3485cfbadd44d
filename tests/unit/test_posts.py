"""Posts of ambulance crews: who answers, what that adds to the drive, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.build import build, check
from experiments.config import compose
from experiments.posts import learn_calls, shared_out
from optimize.contract import Ending, Solved
from policies.posts import AtHospitals, ExpectedCover
from sim.act import stationed
from sim.contract import PostsDecision, PostsFacts, PostsView
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.layout import Layout
from sim.post_rules import Posts
from sim.posts import respond, with_responses
from sim.run import drawn, simulate
from sim.seats.posts import PostsSeat
from sim.streams import Replication
from sim.ways import drive_slots

pytestmark = pytest.mark.unit

WAYS = np.array([[2.0, 9.0], [10.0, 4.0]])
"""Minutes from two stations to two zones."""

FIRST = Replication(1, 7)
SMALL = ("experiment=ambulance_posts", "run.weeks=0.2", "run.warm_up_weeks=0.1")


def answered(crews: list[int], busy_share: float, zone: int, u: list[float]) -> list[float]:
    return respond(WAYS, np.array(crews), busy_share, np.full(len(u), zone), np.array(u)).tolist()


def test_the_nearest_crew_answers_unless_it_is_busy() -> None:
    """Of two crews that are busy half of the time the nearest answers in 0.5 / 0.75 of all calls."""
    assert answered([1, 1], 0.5, 0, [0.0, 0.66, 0.67, 0.999]) == [2.0, 2.0, 10.0, 10.0]
    assert answered([1, 1], 0.5, 1, [0.0, 0.66, 0.67]) == [4.0, 4.0, 9.0]
    assert answered([1, 1], 0.0, 0, [0.0, 0.999]) == [2.0, 2.0]
    assert answered([2, 0], 0.5, 1, [0.1, 0.9]) == [9.0, 9.0]
    assert answered([0, 2], 0.5, 0, [0.1, 0.9]) == [10.0, 10.0]
    assert answered([2, 1], 0.5, 0, [6 / 7 - 1e-9, 6 / 7 + 1e-9]) == [2.0, 10.0]


def a_view(room: int = 2, busy_share: float = 0.5) -> PostsView:
    facts = PostsFacts(("hill", "lake"), ("a", "b"), WAYS, np.array([room, room]), np.array([2, 0]), busy_share)
    return PostsView(facts, 0.0)


def test_crews_wait_where_most_calls_are_covered() -> None:
    """In five minutes each station covers one zone; one crew there covers half of its calls, two cover 3/4."""
    covered = ExpectedCover(5.0, expected_calls=np.array([3.0, 1.0])).decide(a_view())
    assert covered.crews is not None
    assert covered.crews.tolist() == [2, 0]
    assert covered.objective == pytest.approx(3.0 * 0.75)
    alike = ExpectedCover(5.0).decide(a_view())
    assert alike.crews is not None
    assert alike.crews.tolist() == [1, 1]
    assert (alike.ending, alike.objective) == (Ending.OPTIMAL, pytest.approx(1.0))
    assert dict(alike.binding) == {"2 vehicles are on duty in hour 0": pytest.approx(0.25)}


def test_there_is_room_for_so_many_only() -> None:
    decision = ExpectedCover(5.0, expected_calls=np.array([9.0, 1.0])).decide(a_view(room=1))
    assert decision.crews is not None
    assert decision.crews.tolist() == [1, 1]


def test_crews_stay_when_the_solver_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    unsolved: Solved[object] = Solved(Ending.NO_ANSWER, None, None, None, 0.5)
    monkeypatch.setattr("optimize.location.planner.LocationPlanner.plan", lambda *_: unsolved)
    decision = ExpectedCover().decide(a_view())
    assert (decision.crews, decision.ending, decision.seconds) == (None, "rule after no_answer", 0.5)


def test_the_baseline_moves_nobody() -> None:
    assert AtHospitals().decide(a_view()).crews is None
    assert not AtHospitals.decides


def test_impossible_settings_are_named() -> None:
    wrong = ExpectedCover(threshold_min=0.0, history_weeks=-1)
    assert [fault.field for fault in wrong.faults("posts")] == ["posts.threshold_min", "posts.history_weeks"]


def test_crews_are_shared_out_whole() -> None:
    assert shared_out(10, np.array([1.0, 1.0, 2.0])).tolist() == [3, 2, 5]
    assert shared_out(2, np.array([70.0, 50.0, 42.0])).tolist() == [1, 1, 0]
    assert shared_out(0, np.array([1.0, 1.0])).tolist() == [0, 0]


def test_the_response_is_added_to_the_drive_and_to_nothing_else() -> None:
    (cell,) = compose([*SMALL, "posts=at_hospitals"])
    scenario = check(cell.settings)
    cohort, posts = drawn(scenario, FIRST), scenario.posts
    assert posts is not None
    ways = cohort.ways(Layout.of(scenario))
    assert ways is not None
    rows = ways.driven()
    slot = drive_slots(ways.layout)[cohort.pathway[rows]]
    moved = with_responses(scenario, cohort, FIRST, posts.usual)
    assert moved.response_min is not None
    added = moved.minutes - cohort.minutes
    assert np.array_equal(added[rows, slot], moved.response_min[rows])
    added[rows, slot] = 0.0
    assert not added.any()
    assert np.isnan(np.delete(moved.response_min, rows)).all()
    assert moved.response_min[rows].min() >= 3.0
    everywhere = np.zeros_like(posts.usual)
    everywhere[-1] = posts.usual.sum()
    from_one = with_responses(scenario, cohort, FIRST, everywhere).response_min
    assert from_one is not None
    assert from_one[rows] == pytest.approx(posts.travel_min[-1, cohort.zone[rows]], abs=1e-5)


def test_both_engines_drive_the_same_ways() -> None:
    (cell,) = compose([*SMALL, "posts=expected_cover"])
    scenario, policies = build(cell.settings)
    runs = [simulate(scenario, policies, FIRST, engine) for engine in (Engine.SIMPY, Engine.COMPILED)]
    assert runs[0].trace_hash == runs[1].trace_hash
    (row,) = runs[0].decisions[runs[0].decisions["seat"] == "posts"].to_dict("records")
    assert (row["policy"], row["time_min"], row["ending"], row["n_refused"]) == ("ExpectedCover", 0.0, "optimal", 0)
    assert "vehicles are on duty" in row["binding"]


@pytest.mark.parametrize(
    ("crews", "answer", "kept"),
    [
        (None, (0, 0), True),
        ([1, 1], (2, 0), False),
        ([2, 0], (0, 0), True),
        ([1, 0], (1, 1), True),
        ([3, -1], (2, 2), True),
        ([2, 0, 0], (1, 1), True),
    ],
)
def test_crews_are_moved_all_or_none(crews: list[int] | None, answer: tuple[int, int], kept: bool) -> None:
    (cell,) = compose([*SMALL, "posts=at_hospitals"])
    posts = Posts(("a", "b"), np.full((2, 12), 5.0), np.array([2, 2]), np.array([2, 0]), 0.5)
    seat = PostsSeat(replace(check(cell.settings), posts=posts))
    assert seat.n_options(seat.view()) == 2
    assert not seat.idle()
    assert seat.carry_out(PostsDecision(crews=None if crews is None else np.array(crews))) == answer
    assert (seat.crews.tolist() == [2, 0]) == kept


def test_without_posts_nothing_is_decided() -> None:
    (cell,) = compose(["run.weeks=0.1", "run.warm_up_weeks=0.05"])
    scenario, policies = build(cell.settings)
    cohort = drawn(scenario, FIRST)
    assert stationed(scenario, cohort, policies, FIRST) == (cohort, [])


def test_calls_are_learned_from_a_past() -> None:
    (cell,) = compose([*SMALL, "posts=at_hospitals"])
    scenario = check(cell.settings)
    calls = learn_calls(scenario, Replication(0, 7), 1)
    assert calls.shape == (len(scenario.city.zones),)
    assert np.array_equal(calls, learn_calls(scenario, Replication(0, 7), 1))
    cohort = drawn(scenario, Replication(0, 7))
    ways = cohort.ways(Layout.of(scenario))
    assert ways is not None
    hours = scenario.horizon.end_min / 60.0
    now = np.bincount(cohort.zone[ways.driven()], minlength=len(calls)) / hours
    spread = np.sqrt(calls.sum() * (1 / hours + 1 / 168))
    assert abs(calls.sum() - now.sum()) < 4 * spread
    assert not np.array_equal(calls, now)


def test_what_cannot_be_is_said_before_anything_runs() -> None:
    with pytest.raises(ScenarioError, match="conveyance=ambulance_posts"):
        check(compose(["posts=expected_cover"])[0].settings)
    with pytest.raises(ScenarioError, match=r"conveyance\.posts\.busy_share"):
        check(compose([*SMALL, "posts=at_hospitals", "conveyance.posts.busy_share=1.0"])[0].settings)
    with pytest.raises(ScenarioError, match=r"conveyance\.posts\.most_per_station"):
        check(compose([*SMALL, "posts=at_hospitals", "conveyance.posts.most_per_station=1"])[0].settings)
    none = Posts(("a",), np.ones((1, 1)), np.array([3]), np.array([0]), 0.5)
    assert [fault.field for fault in none.faults()] == ["conveyance.posts"]
