"""Transfers: cases known by hand, every small case against enumeration, and plans that depend on nothing else."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize import engine
from optimize.solver import Ending, Solved, SolveOptions, solve
from optimize.transfer import TransferProblem
from optimize.transfer_case import Move, TransferCase, TransferPlan, breaches, move_gain, plan_of, useful_moves
from optimize.transfer_planner import TransferPlanner

pytestmark = pytest.mark.unit


def two_wards(
    limit: int = 9, receiving_limit: list[int] | None = None, sending_limit: list[int] | None = None
) -> TransferCase:
    """Three hospitals, one kind of bed, acuities 0 (worth 10) and 1 (worth 4).

    Hospital 0 has one boarder of acuity 0 and two of acuity 1; hospital 1 has one free bed and costs 1 to
    reach, hospital 2 has two free beds and costs 3.
    """
    gain = np.zeros((3, 1, 2, 3))
    gain[:, 0, :, :] = np.array([10.0, 4.0])[None, :, None] - np.array([0.0, 1.0, 3.0])
    return TransferCase(
        boarders=np.array([[[1, 2]], [[0, 0]], [[0, 0]]]),
        free=np.array([[5], [1], [2]]),
        gain=gain,
        limit=limit,
        receiving_limit=None if receiving_limit is None else np.array(receiving_limit),
        sending_limit=None if sending_limit is None else np.array(sending_limit),
    )


def solved_both_ways(case: TransferCase) -> Solved[TransferPlan]:
    """Solve a case by a new model and by a planner; both must hold and gain the same."""
    new = solve(TransferProblem(case))
    planned = TransferPlanner(useful_moves(case.gain)).plan(case)
    for solved in (new, planned):
        assert solved.ending is Ending.OPTIMAL
        assert solved.solution is not None
        assert breaches(case, solved.solution) == []
        assert solved.objective == pytest.approx(solved.solution.gain)
        assert solved.bound == pytest.approx(solved.solution.gain)
    assert new.objective == pytest.approx(planned.objective)
    return planned


@pytest.mark.parametrize(
    ("case", "gain"),
    [
        (two_wards(), 9 + 1 + 1),  # the far beds are worth 1 each to acuity 1
        (two_wards(limit=2), 9 + 1),
        (two_wards(limit=1), 9),
        (two_wards(limit=0), 0),
        (two_wards(receiving_limit=[9, 0, 9]), 7 + 1),
        (two_wards(receiving_limit=[9, 9, 1]), 9 + 1),
        (two_wards(sending_limit=[2, 0, 0]), 9 + 1),
        (two_wards(sending_limit=[0, 9, 9]), 0),
    ],
)
def test_cases_known_by_hand(case: TransferCase, gain: float) -> None:
    solved = solved_both_ways(case)
    assert solved.objective == pytest.approx(gain)


def test_the_plan_names_each_move_in_order() -> None:
    case = two_wards(receiving_limit=[9, 0, 9])
    plan = solved_both_ways(case).solution
    assert plan == TransferPlan((Move(0, 0, 0, 2, 1), Move(0, 0, 1, 2, 1)), 8.0)


def test_the_greedy_choice_is_not_the_best() -> None:
    """Hospital 0 gains 5 at 2 and 4 at 1, hospital 1 gains 4 at 2 only: greed takes 5, the best is 4 + 4."""
    gain = np.full((3, 1, 1, 3), -np.inf)
    gain[0, 0, 0, 1], gain[0, 0, 0, 2], gain[1, 0, 0, 2] = 4, 5, 4
    case = TransferCase(np.array([[[1]], [[1]], [[0]]]), np.array([[0], [1], [1]]), gain, 2)
    plan = solved_both_ways(case).solution
    assert plan == TransferPlan((Move(0, 0, 0, 1, 1), Move(1, 0, 0, 2, 1)), 8.0)


@pytest.mark.parametrize(
    "change",
    [
        {"boarders": np.zeros((3, 1, 2), dtype=int)},
        {"free": np.array([[5], [0], [0]])},
        {"gain": np.full((3, 1, 2, 3), -1.0)},
        {"gain": np.zeros((3, 1, 2, 3))},
        {"limit": 0},
    ],
)
def test_nothing_to_do_is_an_optimal_empty_plan(change: dict[str, Any]) -> None:
    solved = solved_both_ways(replace(two_wards(), **change))
    assert (solved.solution, solved.objective, solved.bound) == (TransferPlan((), 0.0), 0, 0)


@st.composite
def cases(draw: st.DrawFn, hospitals: int = 3, kinds: int = 1, acuities: int = 2) -> TransferCase:
    def counts(*shape: int, most: int = 2) -> np.ndarray[Any, np.dtype[np.intp]]:
        size = int(np.prod(shape))
        drawn = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
        return np.array(drawn, dtype=np.intp).reshape(shape)

    gain = counts(hospitals, kinds, acuities, hospitals, most=12).astype(np.float64) - 6
    limits = counts(hospitals, most=3) if draw(st.booleans()) else None
    return TransferCase(
        counts(hospitals, kinds, acuities),
        counts(hospitals, kinds),
        gain,
        draw(st.integers(0, 5)),
        limits,
        counts(hospitals, most=3) if draw(st.booleans()) else None,
    )


def best_by_enumeration(case: TransferCase) -> float:
    """Try every number of moves on every arc that gains; each is at most 2 here."""
    arcs = np.argwhere(useful_moves(case.gain))
    origin, kind, acuity, destination = arcs.T
    most = np.minimum(case.boarders[origin, kind, acuity], case.free[destination, kind])
    arcs, most = arcs[most > 0], most[most > 0]
    tried = list(product(*(range(n + 1) for n in most)))
    moves = np.array(tried, dtype=np.intp).reshape(len(tried), len(arcs))
    holds = moves.sum(axis=1) <= case.limit
    limits = [((0, 1, 2), case.boarders), ((3, 1), case.free)]
    if case.receiving_limit is not None:
        limits.append(((3,), case.receiving_limit))
    if case.sending_limit is not None:
        limits.append(((0,), case.sending_limit))
    for axes, limit in limits:
        for group in np.ndindex(limit.shape):
            inside = (arcs[:, axes] == group).all(axis=1)
            holds &= moves[:, inside].sum(axis=1) <= limit[group]
    return float((moves[holds] @ case.gain[tuple(arcs.T)]).max(initial=0.0))


@given(cases())
def test_no_plan_is_better_than_the_best_of_all(case: TransferCase) -> None:
    assert solved_both_ways(case).objective == pytest.approx(best_by_enumeration(case))


@given(cases(hospitals=4, kinds=2), st.sampled_from([True, False]))
def test_larger_cases_are_whole_and_hold(case: TransferCase, presolve: bool) -> None:
    solved_both_ways(case)
    planner = TransferPlanner(useful_moves(case.gain), SolveOptions(presolve=presolve))
    plan = planner.plan(case).solution
    assert plan is not None
    assert breaches(case, plan) == []


@settings(max_examples=30)
@given(st.lists(cases(hospitals=4), min_size=2, max_size=5))
def test_a_plan_does_not_depend_on_the_plans_before(hours: list[TransferCase]) -> None:
    everywhere = np.ones((4, 1, 2, 4), dtype=np.bool_)
    used = TransferPlanner(everywhere)
    together = [used.plan(hour).solution for hour in hours]
    alone = [TransferPlanner(everywhere).plan(hour).solution for hour in hours]
    backwards = [used.plan(hour).solution for hour in reversed(hours)][::-1]
    assert together == alone == backwards


def test_a_planner_makes_only_the_moves_that_it_was_made_for() -> None:
    case = two_wards()
    arcs = np.zeros(case.gain.shape, dtype=np.bool_)
    arcs[0, 0, 1, 2] = True
    assert TransferPlanner(arcs).plan(case).solution == TransferPlan((Move(0, 0, 1, 2, 2),), 2.0)
    arcs[:] = False
    assert TransferPlanner(arcs).plan(case).solution == TransferPlan((), 0.0)


def test_a_planner_refuses_another_city() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 1, 2, 3\); the planner was made for \(2, 1, 2, 2\)"):
        TransferPlanner(np.ones((2, 1, 2, 2), dtype=np.bool_)).plan(two_wards())


def test_a_planner_records_a_blown_fuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "run", lambda *_: engine.Answer(Ending.NO_ANSWER, fuse_blown=True))
    solved = TransferPlanner(useful_moves(two_wards().gain)).plan(two_wards())
    assert (solved.ending, solved.solution, solved.fuse_blown) == (Ending.NO_ANSWER, None, True)


def test_half_a_patient_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match=r"move\[0, 0, 1, 2\] is 0.5"):
        plan_of(np.array([[0, 0, 0, 1], [0, 0, 1, 2]]), np.array([1.0, 0.5]), two_wards())


def test_the_gain_of_a_move() -> None:
    gain = move_gain(
        avoided_min=np.array([[120.0, 60.0], [0.0, 30.0]]),
        weight=np.array([2.0, 1.0, 0.5]),
        travel_min=np.array([[np.inf, 20.0], [20.0, np.inf]]),
        travel_cost_per_min=1.5,
        move_cost=10.0,
    )
    assert gain.shape == (2, 2, 3, 2)
    assert gain[0, 0, 0, 1] == 2 * 120 - 10 - 30
    assert gain[1, 1, 2, 0] == 0.5 * 30 - 10 - 30
    assert np.isneginf(gain[0, :, :, 0]).all()


def test_places_that_cannot_be_reached_gain_nothing_even_if_travel_is_free() -> None:
    gain = move_gain(np.ones((2, 1)), np.ones(1), np.full((2, 2), np.inf), 0.0, 0.0)
    assert np.isneginf(gain).all()


def test_nobody_moves_to_the_same_hospital() -> None:
    assert useful_moves(np.ones((2, 1, 1, 2)))[:, 0, 0, :].tolist() == [[False, True], [True, False]]


@pytest.mark.parametrize(
    ("moves", "gain", "words"),
    [
        ([Move(0, 0, 0, 1, 2)], 18, ["boarders[0, 0, 0] is exceeded", "free[1, 0] is exceeded"]),
        ([Move(0, 0, 1, 2, 2)], 2, ["receiving_limit[2] is exceeded", "limit is 1, the plan makes 2 moves"]),
        ([Move(0, 0, 0, 0, 1)], 10, ["(0, 0, 0, 0, 1) is not a move"]),
        ([Move(0, 0, 0, 1, 0)], 0, ["(0, 0, 0, 1, 0) is not a move"]),
        ([Move(0, 0, 0, 1, 1)], 8, ["gain is 9.0, the plan says 8"]),
        ([Move(0, 0, 0, 1, 1)], 9, []),
    ],
)
def test_the_check_of_a_plan_names_what_is_wrong(moves: list[Move], gain: float, words: list[str]) -> None:
    case = two_wards(limit=1, receiving_limit=[1, 2, 1])
    if not any("limit" in word for word in words):
        case = replace(case, limit=9)
    assert breaches(case, TransferPlan(tuple(moves), gain)) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"free": np.array([5, 1])}, r"free has shape \(2,\); boarders asks for \(3, 1\)"),
        ({"gain": np.zeros((3, 1, 3)), "free": np.zeros((1, 1))}, r"free has shape .*gain has shape"),
        ({"receiving_limit": np.array([1])}, "receiving_limit has shape"),
        ({"boarders": np.zeros(3)}, "boarders has shape"),
        ({"boarders": np.full((3, 1, 2), -1), "limit": -1}, "boarders holds a negative.*limit holds a negative"),
        ({"gain": np.full((3, 1, 2, 3), np.nan)}, "gain holds NaN"),
        ({"gain": np.full((3, 1, 2, 3), np.inf)}, "gain holds NaN or inf"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(two_wards(), **change)
