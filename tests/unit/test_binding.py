"""Constraints that stand in the way, and what one unit more of each is worth: known by hand and by solving again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from optimize.binding import MOST, dearest, joined
from optimize.contract import Ending
from optimize.float_pool.planner import FloatPoolPlanner
from optimize.imaging.planner import ImagingPlanner
from optimize.imaging.problem import ImagingProblem
from optimize.medicines.case import Lot, Medicine, MedicinesCase
from optimize.medicines.planner import MedicinesPlanner
from optimize.program import LinearProgram
from optimize.transfer_case import TransferCase, useful_moves
from optimize.transfer_planner import TransferPlanner
from optimize.transfer_tiers import solve_tiers
from tests.float_pool_cases import cases
from tests.imaging_cases import two_scanners

pytestmark = pytest.mark.unit

NAMES = ("Nord", "Ost", "Süd"), ("ward",)


def test_the_dearest_come_first_and_only_a_few() -> None:
    told = dearest(np.array([1.0, -7.0, 0.0, 3.0, 3.0, 2.0, 9.0, 1e-9]), lambda row: "" if row == 6 else f"row {row}")
    assert told == (("row 1", 7.0), ("row 3", 3.0), ("row 4", 3.0), ("row 5", 2.0), ("row 0", 1.0))
    assert len(dearest(np.arange(1.0, 20.0), str)) == MOST
    assert dearest(np.zeros(3), str) == dearest(np.empty(0), str) == ()


def test_answers_are_put_together_by_their_prices() -> None:
    assert joined((("a", 5.0), ("b", 1.0)), (("b", 3.0),), ()) == (("a", 5.0), ("b", 3.0))


def test_rows_that_a_restriction_keeps_are_those_it_returns() -> None:
    program = LinearProgram(
        maximize=False,
        offset=0.0,
        costs=np.ones(2),
        column_lower=np.zeros(2),
        column_upper=np.ones(2),
        row_lower=np.array([-np.inf, -np.inf, 0.5, -np.inf]),
        row_upper=np.array([1.0, 2.0, 3.0, np.inf]),
        starts=np.array([0, 2, 3]),
        row_indices=np.array([0, 3, 1]),
        coefficients=np.ones(3),
        integer=np.zeros(2, dtype=np.bool_),
    )
    assert program.rows_kept(np.array([0])).tolist() == [True, False, True, False]
    assert program.restricted_to(np.array([0])).row_upper.tolist() == [1.0, 3.0]


def boarders(n_free: int, crews: int) -> TransferCase:
    """Four board in the north; a move to the east gains 10, to the south 7; two beds are free there."""
    gain = np.zeros((3, 1, 1, 3))
    gain[0, 0, 0] = [0.0, 10.0, 7.0]
    return TransferCase(np.array([[[4]], [[0]], [[0]]]), np.array([[0], [n_free], [2]]), gain, crews)


@pytest.mark.parametrize(
    ("n_free", "crews", "told"),
    [
        (3, 2, (("crews can make 2 moves", 10.0),)),
        (3, 0, (("crews can make 0 moves", 10.0),)),
        (1, 2, (("crews can make 2 moves", 7.0), ("Ost has 1 free beds of ward", 3.0))),
        (1, 9, (("Ost has 1 free beds of ward", 10.0), ("Süd has 2 free beds of ward", 7.0))),
    ],
)
def test_beds_and_crews_have_their_price(n_free: int, crews: int, told: tuple[tuple[str, float], ...]) -> None:
    case = boarders(n_free, crews)
    assert TransferPlanner(useful_moves(case.gain), names=NAMES).plan(case).binding == told


def test_a_hospital_that_accepts_no_more_is_named() -> None:
    case = replace(boarders(3, 9), receiving_limit=np.array([9, 1, 9]))
    binding = TransferPlanner(useful_moves(case.gain), names=NAMES).plan(case).binding
    assert dict(binding)["Ost takes at most 1"] == 10.0


def test_tiers_tell_of_all_tiers() -> None:
    case = boarders(1, 9)
    tier = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]])
    planner = TransferPlanner(useful_moves(case.gain), names=NAMES)
    assert dict(solve_tiers(case, tier, planner.plan).binding) == {
        "Ost has 1 free beds of ward": 10.0,
        "Süd has 2 free beds of ward": 7.0,
    }


@given(case=cases())
def test_prices_of_the_float_pool_lie_between_one_person_less_and_one_more(case) -> None:  # type: ignore[no-untyped-def]
    """What the need of a post costs is convex in the need, so a price lies between its two neighbors."""
    planner, soon = FloatPoolPlanner(freeze_min=0.0), np.zeros(len(case.posts))
    found = planner.plan(case, soon)
    for words, price in found.binding:
        post = case.posts.index(words.split(" needs ")[0]) if " needs " in words else -1
        if post < 0 or case.needed[post] <= case.on_duty[post]:
            continue
        one = np.arange(len(case.posts)) == post
        after = planner.plan(replace(case, needed=case.needed + one, safe=case.safe + one), soon)
        if after.ending is Ending.OPTIMAL and found.objective is not None and after.objective is not None:
            assert price <= after.objective - found.objective + 1e-6


def test_a_full_session_is_worth_what_one_slot_more_spares() -> None:
    case = replace(two_scanners(), opening_cost=np.zeros(len(two_scanners().sessions)))
    planner = ImagingPlanner(horizon_min=np.inf, freeze_min=0.0, opening_notice_min=0.0)
    binding = dict(planner.plan(case).binding)
    problem = ImagingProblem(case)
    found = 0
    for t in range(len(case.sessions)):
        wider = case.slots.copy()
        wider[t] += 1
        spared = (planner.plan(case).objective or 0.0) - (planner.plan(replace(case, slots=wider)).objective or 0.0)
        price = binding.get(problem.words("room", t), 0.0)
        found += price > 0
        assert price >= spared - 1e-6
    assert found


def test_a_lot_is_worth_the_shortage_that_it_spares_less_its_way() -> None:
    """South needs 5 and has none; north has 3 that it never needs: a unit more spares 40 less 2 on the road."""
    case = MedicinesCase(
        hospitals=("north", "south"),
        medicines=(Medicine("platelets", 10.0, 40.0),),
        lots=(Lot("7", "platelets", "north", 3, 1e4),),
        demand=np.array([[[0, 0]], [[0, 5]]]),
        transit_hours=np.zeros((2, 2)),
        unit_cost=np.full((2, 2), 2.0),
        trip_cost=np.zeros((2, 2)),
        cold_room=np.full(2, 99),
    )
    solved = MedicinesPlanner(horizon_days=2, freeze_days=0.0).plan(case)
    assert solved.binding == (("lot 7 of platelets at north has 3 units", 38.0),)
