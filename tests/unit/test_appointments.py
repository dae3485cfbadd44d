"""Appointments: clinics known by hand, small cases against enumeration, the rule, the check and the planner."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize import engine
from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan, booked, plan_of
from optimize.appointments.check import breaches, terms
from optimize.appointments.planner import AppointmentsPlanner
from optimize.appointments.problem import AppointmentsProblem
from optimize.appointments.rule import by_rule
from optimize.explain import explain
from optimize.pin import why_not
from optimize.score import audit, by_entity, by_name, terms_of, total
from optimize.solver import Ending, SolveOptions, prices, solve
from sim.streams import Replication, stream
from tests.appointments_cases import a_city, cases, two_clinics

pytestmark = pytest.mark.unit

AT_ONCE = AppointmentsPlanner(freeze_days=0)


def solved_both_ways(case: AppointmentsCase) -> AppointmentsPlan:
    """Solve a case by the model and by the planner; both must hold and cost the same."""
    problem = AppointmentsProblem(case)
    by_model, planned = solve(problem), AT_ONCE.plan(case)
    for solved in (by_model, planned):
        assert solved.ending is Ending.OPTIMAL
        assert audit(problem, solved) == []
        assert solved.solution is not None
    assert by_model.objective == pytest.approx(planned.objective)
    assert planned.solution is not None
    return planned.solution


def test_clinics_known_by_hand() -> None:
    """Ann and Ben share the near slot (1 + 1 + 4), Cem has the far one (1 + 3): 10, and nobody stays open."""
    problem, plan = AppointmentsProblem(two_clinics()), solved_both_ways(two_clinics())
    assert plan == AppointmentsPlan((0, 0, 1), pytest.approx(10.0))
    parts = terms_of(problem, plan)
    expected = {"patients beyond the slots": 4, "days until the session": 1, "travel": 5}
    assert {name: cost for name, cost in by_name(parts).items() if cost} == pytest.approx(expected)
    assert by_entity(parts) == {"Ann": 1, "Ben": 1, "Cem": 4, "near": 4, "far": 0}
    assert [term.amount for term in parts if term.name == "chance of overflow"] == [0.25, 0]


@pytest.mark.parametrize(
    ("change", "session", "cost"),
    [
        ({"overbook_limit": np.array([0, 1])}, (0, UNBOOKED, 1), 1 + 6 + 4),
        ({"overflow_cost": 24.0}, (0, UNBOOKED, 1), 1 + 6 + 4),
        ({"overflow_cost": 19.0}, (0, 0, 1), 1 + 1 + 4 + 4.75),
        ({"p_no_show": np.array([1.0, 1.0])}, (0, 0, 1), 6),
        ({"must": np.array([False, True, False])}, (0, 0, 1), 10),
        ({"dislike_cost": np.array([[0.0, 0], [9, 0], [0, 0]])}, (0, UNBOOKED, 1), 11),
        ({"booked": np.array([-1, 0, -1]), "overbook_limit": np.array([0, 1])}, (0, UNBOOKED, 1), 1 + 6 + 2 + 4),
        ({"booked": np.array([-1, 0, -1]), "settled": np.array([False, True, False])}, (0, 0, 1), 10),
        ({"slots": np.array([0, 0]), "overbook_limit": np.array([0, 0])}, (-1, -1, -1), 34),
    ],
)
def test_what_decides(change: dict[str, Any], session: tuple[int, ...], cost: float) -> None:
    plan = solved_both_ways(two_clinics(**change))
    assert plan.cost == pytest.approx(cost)
    assert plan.session == session


def test_the_rule_sends_ben_where_cem_has_to_go() -> None:
    """Ben finds the far slot (4) cheaper than to stand behind Ann (5); so Cem, who may go nowhere else, stays open."""
    solved = by_rule(two_clinics())
    assert solved.ending is Ending.FEASIBLE
    assert solved.solution == AppointmentsPlan((0, 1, UNBOOKED), pytest.approx(1.0 + 4 + 8))
    assert solved.objective == solved.solution.cost


def test_who_must_be_seen_and_cannot_is_named() -> None:
    none = np.array([0, 0])
    case = two_clinics(must=np.array([True, True, False]), due_day=np.array([0, 0, 5]), overbook_limit=none)
    assert solve(AppointmentsProblem(case)).ending is Ending.INFEASIBLE
    assert AT_ONCE.plan(case).ending is Ending.INFEASIBLE
    assert (by_rule(case).ending, by_rule(case).solution) == (Ending.NO_ANSWER, None)
    conflict = explain(AppointmentsProblem(case))
    assert set(conflict.lines) == {
        "Ann must be seen in a session that fits by day 0",
        "Ben must be seen in a session that fits by day 0",
        "near sees 1 patients, and 0 more may be booked",
    }
    assert conflict.minimal
    nowhere = replace(case, fits=np.zeros((3, 2), dtype=np.bool_))
    assert "Ann must be seen in a session that fits by day 0" in explain(AppointmentsProblem(nowhere)).lines[0]


def test_slots_have_prices() -> None:
    """Without overbooking Ben is left open (6): one more near slot lets him in (1), one more far slot too (4).

    One far slot less would leave Cem open (8 instead of 4), so its price lies between 2 and 4.
    """
    problem = AppointmentsProblem(two_clinics(overbook_limit=np.array([0, 0])))
    priced = prices(problem, ["room"]).solution
    assert priced is not None
    assert not priced.relaxed
    price = priced.by_constraint["room"]
    assert price["near"] == pytest.approx(-5)
    assert -4 - 1e-6 <= price["far"] <= -2 + 1e-6


def test_why_not_ben_far() -> None:
    answer = why_not(AppointmentsProblem(two_clinics()), {("book", ("Ben", "far")): 1})
    assert answer.cost == pytest.approx(3)  # 4 instead of 1; the overflow moves with Ben


def best_by_enumeration(case: AppointmentsCase) -> float | None:
    """Try every session for every request; None if nothing holds."""
    choices = product(range(UNBOOKED, len(case.sessions)), repeat=len(case.requests))
    plans = (AppointmentsPlan(session, total(terms(case, AppointmentsPlan(session, 0.0)))) for session in choices)
    return min((plan.cost for plan in plans if not breaches(case, plan)), default=None)


@settings(max_examples=60)
@given(cases())
def test_no_plan_is_better_than_the_best_of_all(case: AppointmentsCase) -> None:
    best = best_by_enumeration(case)
    for presolve in (True, False):
        solved = solve(AppointmentsProblem(case), SolveOptions(presolve=presolve))
        if best is None:
            assert solved.ending is Ending.INFEASIBLE
        else:
            assert solved.objective == pytest.approx(best)


@settings(max_examples=60)
@given(cases(most_requests=9, sessions=5))
def test_a_plan_holds_and_is_never_worse_than_the_rule(case: AppointmentsCase) -> None:
    problem = AppointmentsProblem(case)
    solved, ruled, planned = solve(problem), by_rule(case), AT_ONCE.plan(case)
    for answer in (solved, ruled, planned):
        assert audit(problem, answer) == []
    assert planned.ending is solved.ending
    assert planned.objective == pytest.approx(solved.objective)
    if ruled.objective is not None:
        assert solved.objective is not None
        assert solved.objective <= ruled.objective + 1e-6


@given(st.integers(0, 4), st.integers(0, 5), st.floats(0.0, 1.0))
def test_steps_of_overflow_add_up_to_what_the_check_expects(slots: int, extra: int, p_no_show: float) -> None:
    case = two_clinics(slots=np.array([slots, 9]), overbook_limit=np.array([extra, 0]), p_no_show=np.full(2, p_no_show))
    case = replace(case, requests=tuple(f"r{r}" for r in range(9)), **_nine(case))
    steps = case.overflow_steps()[0, :extra]
    assert (np.diff(steps) >= 0).all()
    plan = AppointmentsPlan((0,) * (slots + extra) + (1,) * (9 - slots - extra), 0.0)
    expected = sum(term.score for term in terms(case, plan) if term.name == "patients beyond the slots")
    assert steps.sum() == pytest.approx(expected, abs=1e-9)


def _nine(case: AppointmentsCase) -> dict[str, Any]:
    """Make nine requests like the first one."""
    of_request = ("due_day", "must", "day_cost", "late_cost", "unbooked_cost", "booked", "settled")
    matrices = ("fits", "travel_min", "dislike_cost")
    return {name: np.repeat(getattr(case, name)[:1], 9, axis=0) for name in (*of_request, *matrices)}


def test_the_planner_settles_what_is_soon_and_looks_no_further_than_its_horizon() -> None:
    """Ben is booked near; once that is settled, Ann must go far, and late. Tomorrow is beyond a horizon of one day."""
    costs = np.array([20.0, 6.0, 9.0])
    case = two_clinics(booked=np.array([-1, 0, -1]), overbook_limit=np.array([0, 1]), unbooked_cost=costs)
    assert AppointmentsPlanner(freeze_days=0).plan(case).solution == plan_of(case, np.array([0, -1, 1]))
    frozen = AppointmentsPlanner(freeze_days=1).plan(case).solution
    assert frozen is not None
    assert frozen.session == (1, 0, 1)
    near = AppointmentsPlanner(horizon_days=1, freeze_days=0).plan(two_clinics()).solution
    assert near is not None
    assert near.session == (0, 0, UNBOOKED)
    later = two_clinics(booked=np.array([-1, -1, 1]))
    kept = AppointmentsPlanner(horizon_days=1, freeze_days=0).plan(later).solution
    assert kept is not None
    assert kept.session == (0, 0, 1)
    eager = two_clinics(booked=np.array([-1, 1, -1]), change_cost=0.0, overflow_cost=0.0)  # Ben would rather go near
    for horizon_days, session in ((1, (0, 1, UNBOOKED)), (2, (0, 0, 1))):
        plan = AppointmentsPlanner(horizon_days, freeze_days=0).plan(eager).solution
        assert plan is not None
        assert plan.session == session


def test_a_city_is_planned_better_than_by_rule() -> None:
    case = a_city(stream(Replication(0, 20261122), "clinics"), 80, 12, 5)
    planned, ruled = AT_ONCE.plan(case), by_rule(case)
    assert audit(AppointmentsProblem(case), planned) == []
    assert planned.objective is not None
    assert ruled.objective is not None
    assert planned.objective < ruled.objective
    assert AT_ONCE.plan(case).solution == planned.solution


def test_the_planner_passes_on_what_stopped_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "run", lambda *_: engine.Answer(Ending.NO_ANSWER, fuse_blown=True))
    solved = AT_ONCE.plan(two_clinics())
    assert (solved.ending, solved.solution, solved.fuse_blown) == (Ending.NO_ANSWER, None, True)


def test_half_a_booking_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match=r"book\[1, 0\] is 0.5"):
        booked(two_clinics(), np.array([[0, 0], [1, 0]]), np.array([1.0, 0.5]))


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ((0, 0, 0), ["Cem may not be booked into near", "near has 3 bookings, at most 2 may be"]),
        ((1, 0, 1), ["Ann must be seen by day 0"]),
        ((-1, 0, 1), ["Ann must be seen by day 0"]),
        ((0, 1, 1), ["Ben is settled in near"]),
        ((0, 0), ["session must name one of 2 sessions, or -1, for 3 requests"]),
        ((0, 0, 2), ["session must name one of 2 sessions, or -1, for 3 requests"]),
        ((0, 0, 1), []),
    ],
)
def test_the_check_names_what_is_wrong(session: tuple[int, ...], words: list[str]) -> None:
    case = two_clinics(
        must=np.array([True, False, False]), booked=np.array([-1, 0, -1]), settled=np.array([False, True, False])
    )
    known = len(session) == 3 and max(session) < 2
    cost = total(terms(case, AppointmentsPlan(session, 0.0))) if known else 0.0
    assert breaches(case, AppointmentsPlan(session, cost)) == words


def test_the_check_knows_the_cost() -> None:
    assert breaches(two_clinics(), AppointmentsPlan((0, 0, 1), 9.0)) == ["the bookings cost 10, the plan says 9"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"requests": ("Ann", "Ann", "Cem")}, "requests has Ann more than once"),
        ({"fits": np.ones((2, 2), dtype=bool), "day": np.array([0])}, "day has shape.*fits has shape"),
        ({"slots": np.array([1.5, 1])}, "slots must hold whole numbers"),
        ({"p_no_show": np.array([0.0, 1.5])}, "p_no_show holds 1.5; give probabilities"),
        (
            {"p_no_show": np.array([0.0, -0.5]), "overflow_cost": np.inf},
            "overflow_cost holds inf.*p_no_show holds -0.5",
        ),
        ({"booked": np.array([2, -1, -1])}, "booked holds 2; give positions from -1 to 1"),
        ({"settled": np.array([True, False, False])}, "settled marks a request that is not booked"),
    ],
)
def test_impossible_cases_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        two_clinics(**change)


def test_impossible_settings_are_named() -> None:
    with pytest.raises(ValueError, match=r"horizon_days holds 0.*freeze_days holds -1"):
        AppointmentsPlanner(0, -1)
