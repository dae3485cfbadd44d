"""Transfers by tier, in words and by score: the own region comes first, and what cannot be is explained."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.audit import solve_checked
from optimize.contract import Solved
from optimize.decisions import ANY
from optimize.explain import explain
from optimize.pin import Demand, require, why_not
from optimize.score import by_entity, total
from optimize.solver import Ending, solve
from optimize.transfer import TransferProblem
from optimize.transfer_case import Move, TransferCase, TransferPlan, breaches, useful_moves
from optimize.transfer_planner import TransferPlanner
from optimize.transfer_tiers import solve_tiers, tiers_of
from tests.unit.test_transfer import cases, two_wards

pytestmark = pytest.mark.unit

NAMED = TransferProblem(two_wards(sending_limit=[2, 0, 0]), ("Nord", "Mitte", "Süd"), ("medical",))


def test_the_own_region_comes_first_even_where_far_beds_gain_more() -> None:
    """Hospital 2 is in the region and gains less per move; hospital 1 gets only the boarder that is left."""
    solved = solve_tiers(two_wards(), tiers_of(np.array([0, 1, 0])))
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution is not None
    assert solved.solution.moves == (Move(0, 0, 0, 2, 1), Move(0, 0, 1, 1, 1), Move(0, 0, 1, 2, 1))
    assert solved.objective == solved.bound == solved.solution.gain == 7 + 1 + 3
    assert breaches(two_wards(), solved.solution) == []


@pytest.mark.parametrize(
    ("case", "moves"),
    [
        (two_wards(limit=2), [Move(0, 0, 0, 2, 1), Move(0, 0, 1, 2, 1)]),
        (two_wards(sending_limit=[1, 0, 0]), [Move(0, 0, 0, 2, 1)]),
        (two_wards(receiving_limit=[9, 9, 1]), [Move(0, 0, 0, 2, 1), Move(0, 0, 1, 1, 1)]),
    ],
)
def test_limits_are_used_up_by_the_nearer_tier(case: TransferCase, moves: list[Move]) -> None:
    solved = solve_tiers(case, tiers_of(np.array([0, 1, 0])))
    assert solved.solution is not None
    assert list(solved.solution.moves) == moves


@given(cases(hospitals=3, kinds=2), st.lists(st.integers(0, 1), min_size=3, max_size=3))
def test_the_first_tier_gains_what_it_could_alone(case: TransferCase, region: list[int]) -> None:
    tier = tiers_of(np.array(region))
    solved = solve_tiers(case, tier)
    assert solved.solution is not None
    assert breaches(case, solved.solution) == []
    near = replace(case, gain=np.where((tier == 0)[:, None, None, :], case.gain, -np.inf))
    moves = [move for move in solved.solution.moves if tier[move.origin, move.destination] == 0]
    assert sum(case.gain[move[:4]] * move.n_patients for move in moves) == pytest.approx(
        solve(TransferProblem(near)).objective
    )
    best = solve(TransferProblem(case)).objective
    assert best is not None
    assert solved.solution.gain <= best + 1e-9


@given(cases(hospitals=3, kinds=2))
def test_one_tier_is_the_problem_itself(case: TransferCase) -> None:
    best = pytest.approx(solve(TransferProblem(case)).objective)
    planner = TransferPlanner(useful_moves(case.gain))
    assert solve_tiers(case, np.zeros((3, 3), dtype=np.intp)).objective == best
    assert solve_tiers(case, np.zeros((3, 3), dtype=np.intp), planner.plan).objective == best


def test_ranks_between_regions_may_differ() -> None:
    beyond = np.array([[9, 1, 2], [1, 9, 1], [2, 1, 9]])
    assert tiers_of(np.array([0, 1, 2]), beyond).tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    with pytest.raises(ValueError, match=r"tier has shape \(2, 2\)"):
        solve_tiers(two_wards(), np.zeros((2, 2), dtype=np.intp))


def test_a_tier_without_an_answer_ends_the_whole() -> None:
    unanswered: Solved[TransferPlan] = Solved(Ending.NO_ANSWER, None, None, None, 0.0, fuse_blown=True)
    solved = solve_tiers(two_wards(), tiers_of(np.array([0, 1, 0])), lambda _: unanswered)
    assert (solved.ending, solved.solution, solved.objective, solved.fuse_blown) == (Ending.NO_ANSWER, None, None, True)


def test_why_not_more_is_said_in_words() -> None:
    demand = Demand({("move", (0, ANY, ANY, ANY)): 1.0}, at_least=3, words="all three boarders move")
    conflict = explain(require(NAMED, [demand]))
    assert conflict.lines == ("Nord can send at most 2", "all three boarders move")
    assert conflict.minimal
    assert [giving.amount for giving in conflict.relaxation] == [1]


@pytest.mark.parametrize(
    ("constraint", "index", "words"),
    [
        ("of_group", (0, 0, 1), "2 of acuity 1 board at Nord for a bed of medical"),
        ("of_beds", (2, 0), "Süd has 2 free beds of medical"),
        ("of_origin", 0, "Nord can send at most 2"),
        ("of_origin", (0,), "Nord can send at most 2"),
        ("of_hospital", 1, ""),
        ("of_all", None, "crews can make 9 moves"),
        ("other", None, ""),
    ],
)
def test_constraints_speak(constraint: str, index: Any, words: str) -> None:
    assert NAMED.words(constraint, index) == words


def test_receiving_limits_speak_and_positions_stand_for_names() -> None:
    problem = TransferProblem(two_wards(receiving_limit=[1, 2, 2]))
    assert problem.words("of_hospital", 1) == "hospital 1 takes at most 2"
    assert problem.words("of_beds", (1, 0)) == "hospital 1 has 1 free beds of kind 0"


def test_the_gain_is_taken_apart_by_move() -> None:
    solved = solve_checked(NAMED)
    assert solved.solution is not None
    terms = NAMED.terms(solved.solution)
    assert total(terms) == solved.objective == 10
    assert sum(by_entity(terms).values()) == 10
    assert {term.entity for term in terms} <= {
        f"Nord to {there}, medical, acuity {acuity}" for there in ("Mitte", "Süd") for acuity in (0, 1)
    }


def test_forcing_the_far_hospital_costs_the_difference() -> None:
    """The urgent one to hospital 2 at 7 and another to hospital 1 at 3 is worth as much; without hospital 1, 8."""
    answer = why_not(NAMED, {("move", (ANY, ANY, ANY, 1)): 0})
    assert answer.cost == pytest.approx(2)
