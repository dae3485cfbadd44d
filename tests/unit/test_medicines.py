"""Medicines: a case known by hand, small cases against enumeration, the rule, the check and the planner."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from optimize import engine
from optimize.explain import explain
from optimize.medicines.case import Lot, LotMove, MedicinesCase, MedicinesPlan, whole_demand
from optimize.medicines.check import breaches, cost_of, live_through
from optimize.medicines.flow import flow_of
from optimize.medicines.foresight import foresee
from optimize.medicines.planner import MedicinesPlanner, promising
from optimize.medicines.problem import MedicinesProblem
from optimize.medicines.rule import by_rule
from optimize.pin import pin
from optimize.recourse import Recourse
from optimize.score import audit, by_entity, by_name, terms_of
from optimize.solver import Ending, SolveOptions, solve
from sim.streams import Replication, stream
from tests.medicines_cases import a_city, cases, cold, three_hospitals

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)
TWO_SOUTH = LotMove("n1", "south", 2)


def test_a_case_known_by_hand() -> None:
    """Two units go south: 2 of 6 are wasted (20), south is short of 1 (40), the units cost 2 and the trip 5."""
    problem = MedicinesProblem(three_hospitals())
    solved = solve(problem, EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution == MedicinesPlan((TWO_SOUTH,), 2, 1, 67.0)
    assert audit(problem, solved) == []
    found = terms_of(problem, solved.solution)
    told = {"promised worse than it comes": 0}
    assert by_name(found) == {"waste": 20, "shortage": 40, "units moved": 2, "trips": 5} | told
    assert by_entity(found)["heparin at south"] == 40


def test_a_cheaper_trip_brings_help_for_the_last_day() -> None:
    """For 30 instead of 90, one unit from east, usable on day 2, ends the shortage of 40."""
    case = replace(three_hospitals(), trip_cost=np.where(three_hospitals().trip_cost == 90, 30.0, 5.0))
    plan = solve(MedicinesProblem(case), EXACT).solution
    assert plan == MedicinesPlan((TWO_SOUTH, LotMove("e1", "south", 1)), 2, 0, pytest.approx(67.0 - 40 + 1 + 30))


def test_units_that_last_one_day_serve_that_day_only() -> None:
    """With free trips too, only 2 of the 4 units that north can spare are of use in south, on day 1."""
    case = replace(three_hospitals(), trip_cost=np.zeros((3, 3)))
    plan = MedicinesPlan((TWO_SOUTH, LotMove("e1", "south", 1)), 2, 0, pytest.approx(20.0 + 3))
    assert solve(MedicinesProblem(case), EXACT).solution == plan
    assert MedicinesPlanner().plan(case).solution == plan


def test_who_must_not_be_short_is_helped_by_who_may_be() -> None:
    """East may lack its 3 units, south none: what would be used in east goes south, on day 2."""
    case = three_hospitals()
    lots = (*case.lots[:2], replace(case.lots[2], units=3))
    case = replace(case, lots=lots, shortage_limit=np.array([[0], [0], [3]]))
    moves = (TWO_SOUTH, LotMove("e1", "south", 1))
    for solved in (solve(MedicinesProblem(case), EXACT), MedicinesPlanner().plan(case)):
        assert solved.solution is not None
        assert solved.solution.moves == moves
        assert audit(MedicinesProblem(case), solved) == []


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({"receipt_hours": 57.0}, (TWO_SOUTH,)),
        ({"receipt_hours": 57.1}, ()),
        ({"transit_hours": np.full((3, 3), np.inf)}, ()),
        ({"transit_hours": np.full((3, 3), 24.0)}, (TWO_SOUTH,)),
        ({"transit_hours": np.full((3, 3), 24.5)}, ()),
        ({"trip_cost": np.full((3, 3), 92.0)}, (TWO_SOUTH,)),  # two units spare waste and shortage, 2 · 50 - 2 - 92 > 0
        ({"trip_cost": np.full((3, 3), 99.0)}, ()),
        ({"lots": (replace(three_hospitals().lots[0], held=True), *three_hospitals().lots[1:])}, ()),
        ({"lots": (replace(three_hospitals().lots[0], life_hours=47.0), *three_hospitals().lots[1:])}, ()),
        ({"medicines": (replace(three_hospitals().medicines[0], controlled=True),)}, ()),
    ],
)
def test_what_may_move(change: dict[str, Any], moves: tuple[LotMove, ...]) -> None:
    solved = solve(MedicinesProblem(replace(three_hospitals(), **change)), EXACT)
    assert solved.solution is not None
    assert solved.solution.moves == moves


@pytest.mark.parametrize(
    ("change", "units"), [({}, 2), ({"cold_room": np.array([9, 1, 9])}, 1), ({"cold_hours": 2.0}, 0)]
)
def test_the_cold_chain(change: dict[str, Any], units: int) -> None:
    solved = solve(MedicinesProblem(replace(cold(three_hospitals()), **change)), EXACT)
    assert solved.solution is not None
    assert sum(move.units for move in solved.solution.moves) == units


def test_the_rule_sends_only_what_would_be_short_on_the_day() -> None:
    """Day 1 lacks 1 unit if nothing moves: 3 units are wasted, 2 missing, one moved."""
    solved = by_rule(three_hospitals())
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution == MedicinesPlan((LotMove("n1", "south", 1),), 3, 2, 30.0 + 80 + 1 + 5)
    assert solved.objective == 116


def test_what_must_not_be_short_and_is_cannot_be() -> None:
    limit = np.array([[3], [0], [3]])
    case = replace(three_hospitals(), shortage_limit=limit, transit_hours=np.full((3, 3), 30.0))
    case = replace(case, lots=case.lots[:2])
    assert solve(MedicinesProblem(case)).ending is Ending.INFEASIBLE
    assert MedicinesPlanner().plan(case).ending is Ending.INFEASIBLE
    assert (by_rule(case).ending, by_rule(case).solution) == (Ending.NO_ANSWER, None)
    conflict = explain(MedicinesProblem(case))
    assert {part.words for part in conflict.parts if part.side == "row"} == {
        "lot s1 has 3 units of heparin at south",
        "south needs 6 units of heparin in 3 days",
        "south may be short of 0 units of heparin at most",
    }


def all_plans(case: MedicinesCase) -> Iterator[tuple[LotMove, ...]]:
    """Yield every choice of units on every way."""
    ways = case.ways()[:, :2].tolist()
    for units in product(*(range(case.lots[lot].units + 1) for lot, _ in ways)):
        chosen = [(way, n) for way, n in zip(ways, units, strict=True) if n]
        yield tuple(LotMove(case.lots[lot].name, case.hospitals[h], n) for (lot, h), n in chosen)


def best_by_enumeration(case: MedicinesCase) -> float | None:
    """Live through the days with every choice of moves; None if none of them holds."""
    anything = (MedicinesPlan(moves, 10**6, 10**6, np.inf) for moves in all_plans(case))
    return min((cost_of(case, plan.moves) for plan in anything if not breaches(case, plan)), default=None)


@settings(max_examples=150)
@given(cases())
def test_no_plan_is_better_than_the_best_of_all(case: MedicinesCase) -> None:
    solved = solve(MedicinesProblem(case), EXACT)
    best = best_by_enumeration(case)
    if best is None:
        assert solved.ending is Ending.INFEASIBLE
        return
    assert solved.objective == pytest.approx(best)
    without = solve(MedicinesProblem(case), SolveOptions(gap=0.0, presolve=False))
    assert without.objective == pytest.approx(best)


@settings(max_examples=60)
@given(cases(most_lots=5, hospitals=4))
def test_a_plan_holds_and_is_never_worse_than_the_rule(case: MedicinesCase) -> None:
    problem = MedicinesProblem(case)
    solved, ruled, planned = solve(problem, EXACT), by_rule(case), MedicinesPlanner(freeze_days=0.0).plan(case)
    for answer in (solved, ruled, planned):
        assert audit(problem, answer) == []
    if ruled.objective is not None:
        assert solved.objective is not None
        assert solved.objective <= ruled.objective + 1e-6
    if planned.objective is not None:
        assert solved.objective is not None
        assert solved.objective <= planned.objective + 1e-6
        if case.shortage_limit is None:
            assert planned.objective <= cost_of(case, ()) + 1e-6


@settings(max_examples=60)
@given(cases(most_lots=5, hospitals=4))
def test_foresight_lives_through_the_same_days(case: MedicinesCase) -> None:
    ways = case.ways()
    lots, goals = ways[:1, 0], ways[:1, 1]
    moves = tuple(LotMove(case.lots[lot].name, case.hospitals[h], 1) for lot, h in ways[:1, :2].tolist())
    days, seen = live_through(case, moves), foresee(case, lots, goals, np.ones(lots.size, dtype=np.intp))
    for (hospital, medicine), by_day in days.short.items():
        index = case.hospitals.index(hospital), case.medicine_names.index(medicine)
        assert seen.short[index].tolist() == by_day
    left = days.left()
    assert seen.left.sum() == sum(left.values())
    assert seen.wasted_units == sum(left[lot.name] for lot in case.lots if case.expires(lot))


@settings(max_examples=60)
@given(cases(most_lots=5, hospitals=4))
def test_without_trips_the_inner_program_is_the_problem(case: MedicinesCase) -> None:
    """All ways, free trips: the same optimum but for whole numbers, which differ by the cold room only."""
    limit = np.full((4, 2), 99) if case.shortage_limit is None else case.shortage_limit  # then all places take part
    free = replace(case, trip_cost=np.zeros_like(case.trip_cost), cold_room=np.full(4, 99), shortage_limit=limit)
    foresight = foresee(free)
    flow = flow_of(free, foresight, free.ways())
    answer, solved = engine.run(flow.program(np.zeros(flow.n_ways)), EXACT), solve(MedicinesProblem(free), EXACT)
    assert (answer.ending is Ending.INFEASIBLE) == (solved.ending is Ending.INFEASIBLE)
    if solved.objective is None or answer.objective is None:
        return
    nothing_used = foresee(replace(free, lots=tuple(replace(lot, arrives_day=99) for lot in free.lots)))
    assert answer.objective + nothing_used.cost.sum() == pytest.approx(solved.objective)


def test_the_planner_of_a_city_is_between_the_bound_and_the_rule() -> None:
    case = a_city(stream(Replication(0, 20261122), "medicines"), 6, 3)
    best = solve(MedicinesProblem(case), SolveOptions(gap=1e-3, node_limit=2000))
    planned = MedicinesPlanner(freeze_days=0.0).plan(case)
    assert planned.ending is Ending.FEASIBLE
    assert planned.bound is None
    assert planned.objective is not None
    assert best.bound is not None
    ruled = by_rule(case).objective
    assert ruled is not None
    assert best.bound - 1e-6 <= planned.objective <= ruled
    assert audit(MedicinesProblem(case), planned) == []
    assert MedicinesPlanner(freeze_days=0.0).plan(case).solution == planned.solution


def test_the_planner_holds_what_came_recently_and_looks_no_further_than_its_horizon() -> None:
    case = three_hospitals()
    fresh = replace(case, lots=tuple(replace(lot, stood_days=1.0) for lot in case.lots))
    assert MedicinesPlanner(freeze_days=2.0).plan(fresh).solution == MedicinesPlan((), 4, 3, 160.0)
    assert MedicinesPlanner(freeze_days=1.0).plan(fresh).solution == MedicinesPlan((TWO_SOUTH,), 2, 1, 67.0)
    assert MedicinesPlanner(horizon_days=1).plan(case).objective == 0


def test_nothing_to_gain_is_optimal_without_a_move() -> None:
    case = replace(three_hospitals(), demand=np.zeros((3, 1, 3), dtype=np.intp), lots=three_hospitals().lots[1:])
    solved = MedicinesPlanner().plan(case)
    assert (solved.ending, solved.solution, solved.bound) == (Ending.OPTIMAL, MedicinesPlan((), 0, 0, 0.0), 0.0)


def test_the_planner_passes_on_what_stopped_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "run", lambda *_: engine.Answer(Ending.NO_ANSWER, fuse_blown=True))
    solved = MedicinesPlanner().plan(three_hospitals())
    assert (solved.ending, solved.fuse_blown) == (Ending.NO_ANSWER, True)
    assert solved.solution is None


def test_only_spare_lots_go_to_those_who_can_use_them() -> None:
    case = three_hospitals()
    assert promising(case, foresee(case)).tolist() == [[0, 1, 1], [2, 1, 2]]
    assert case.ways().tolist() == [[0, 1, 1], [1, 0, 1], [1, 2, 2], [2, 0, 2], [2, 1, 2]]


def test_whole_demand_never_drifts() -> None:
    assert whole_demand(np.array([[0.4, 0.4, 0.4, 0.4]])).tolist() == [[0, 1, 0, 1]]
    with pytest.raises(ValueError, match="forecast must hold finite numbers of 0 or more units per day"):
        whole_demand(np.array([0.1, -0.1]))


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ([LotMove("n1", "south", 7)], ["n1 has 6 units, 7 go"]),
        ([LotMove("n1", "north", 1)], ["n1 to north: 1 units are not a move"]),
        ([LotMove("n1", "east", 0)], ["n1 to east: 0 units are not a move"]),
        ([LotMove("n1", "west", 1)], ["n1 to west: there is no such lot or hospital"]),
        ([LotMove("s1", "north", 1)], ["s1 to north: the lot must stay"]),
        ([LotMove("e1", "north", 1)], ["e1 to north: heparin is controlled"]),
        ([LotMove("n1", "south", 2)], ["n1 to south: 21 hours of life on receipt are too few"]),
    ],
)
def test_the_check_names_what_is_wrong(moves: list[LotMove], words: list[str]) -> None:
    case = three_hospitals()
    if "must stay" in words[0]:
        case = replace(case, lots=(case.lots[0], replace(case.lots[1], held=True), case.lots[2]))
    if "controlled" in words[0]:
        case = replace(case, medicines=(replace(case.medicines[0], controlled=True),))
    if "receipt" in words[0]:
        case = replace(case, lots=(replace(case.lots[0], life_hours=24.0), *case.lots[1:]))
    assert breaches(case, MedicinesPlan(tuple(moves), 99, 99, 1e6)) == words


def test_the_check_knows_the_cold_and_the_limits() -> None:
    case = replace(cold(three_hospitals()), cold_room=np.array([9, 1, 9]), shortage_limit=np.array([[3], [0], [3]]))
    assert breaches(case, MedicinesPlan((TWO_SOUTH, LotMove("e1", "south", 1)), 99, 99, 1e6)) == [
        "e1 to south: 30 hours are too long in the cold box",
        "south has room for 1 units in the cold, 3 come",
    ]
    assert breaches(case, MedicinesPlan((), 4, 3, 160.0)) == ["south is short of 3 units of heparin, the limit is 0"]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (MedicinesPlan((TWO_SOUTH,), 2, 1, 66.0), ["cost is 67, the plan says 66"]),
        (
            MedicinesPlan((TWO_SOUTH,), 1, 0, 67.0),
            ["wasted_units is 2, the plan says 1", "short_units is 1, the plan says 0"],
        ),
        (MedicinesPlan((TWO_SOUTH,), 3, 2, 70.0), []),
    ],
)
def test_a_plan_must_keep_its_promises(plan: MedicinesPlan, words: list[str]) -> None:
    assert breaches(three_hospitals(), plan) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"lots": (Lot("a", "aspirin", "west", 0, -1.0, -1),)},
            "medicine is aspirin.*hospital is west.*units is 0.*life_",
        ),
        ({"lots": (Lot("a", "heparin", "east", 1, 1.0, -1),)}, "lot a: arrives_day is -1, stood_days is inf"),
        ({"hospitals": ("north", "north", "east")}, "hospitals has north more than once"),
        ({"demand": np.zeros((3, 1))}, r"demand has shape \(3, 1\); the names ask for \(3, 1, days\)"),
        ({"demand": np.full((3, 1, 3), 0.5)}, "demand must hold whole numbers of 0 or more; whole_demand rounds"),
        (
            {"trip_cost": np.full((3, 3), -1.0), "unit_cost": np.full((3, 3), np.inf)},
            "unit_cost holds inf.*trip_cost holds -1",
        ),
        ({"cold_hours": -1.0, "receipt_hours": -2.0}, "cold_hours holds -1.*receipt_hours holds -2"),
        ({"shortage_limit": np.zeros((1, 3), dtype=int)}, r"shortage_limit has shape \(1, 3\)"),
        (
            {"medicines": (replace(three_hospitals().medicines[0], waste_cost=-3.0),)},
            "medicine heparin: waste_cost is -3",
        ),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(three_hospitals(), **change)


def test_impossible_settings_are_named() -> None:
    with pytest.raises(ValueError, match=r"horizon_days holds 0.*rounds holds 0.*freeze_days holds -1"):
        MedicinesPlanner(0, -1.0, 0)


def test_a_move_that_is_forced_may_be_of_no_use() -> None:
    """Of 5 units 2 are used on day 1 and 3 wasted (30); north then lacks 1 (40), south 1 (40); 5 units, one trip."""
    forced = pin(MedicinesProblem(three_hospitals()), {("move", ("n1", "south")): 5})
    solved = solve(forced, EXACT)
    assert solved.objective == 30 + 40 + 40 + 5 + 5
    assert audit(forced, solved) == []


def test_what_moves_is_decided_before_the_demand_is_known() -> None:
    """South may need nothing; then all 4 units that north can spare are wasted, moved or not."""
    case = three_hospitals()
    quiet = replace(case, demand=np.array([[[1, 1, 0]], [[0, 0, 0]], [[1, 1, 1]]]))
    solved = solve(Recourse((MedicinesProblem(case), MedicinesProblem(quiet))), EXACT)
    assert solved.solution is not None
    assert [plan.moves for plan in solved.solution.by_scenario] == [(TWO_SOUTH,), (TWO_SOUTH,)]
    assert solved.objective == pytest.approx((67 + 40 + 7) / 2)
