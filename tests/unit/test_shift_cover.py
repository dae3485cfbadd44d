"""Shifts staffed within paid hours: small cases by hand, the covering program behind them, and laws of any plan."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize import engine
from optimize.contract import Ending, SolveOptions
from optimize.cover import CoverProblem
from optimize.cover_arrays import program_of
from optimize.shift_cover.case import ShiftCase, ShiftPlan, breaches, levels, post_costs
from optimize.shift_cover.giving import give_out
from optimize.shift_cover.planner import ShiftCoverPlanner
from optimize.shift_cover.problem import covering, merged, step_prices, words
from optimize.solver import solve

pytestmark = pytest.mark.unit


def case_of(load: np.ndarray, paid: list[float], agency: list[float] | None = None, safety: float = 0.0) -> ShiftCase:
    """Return posts with an early shift from hour 0 and a late one from hour 8, 8 hours each, and a middle one."""
    n_posts, n_days = load.shape[:2]
    return ShiftCase(
        posts=tuple(f"post {i}" for i in range(n_posts)),
        shifts=("early", "late", "middle"),
        begins_hour=np.array([0, 8, 4]),
        shift_hours=np.array([8, 8, 8]),
        load=load,
        paid_hours=np.array(paid),
        safety=safety,
        short_cost=10.0,
        unsafe_cost=30.0,
        agency_hours=np.array([0.0] * n_posts if agency is None else agency),
        agency_cost=20.0,
        days=tuple(f"day {d}" for d in range(n_days)),
        first_hour=7,
    )


def load_of(*early_late: tuple[float, float]) -> np.ndarray:
    """Return one post whose days have such a load in the early and the late hours, and none at night."""
    load = np.zeros((1, len(early_late), 24))
    for day, (early, late) in enumerate(early_late):
        load[0, day, :8], load[0, day, 8:16] = early, late
    return load


def test_hours_go_where_work_is() -> None:
    solved = ShiftCoverPlanner().plan(case_of(load_of((3, 1), (1, 2)), paid=[56.0]))
    assert solved.solution is not None
    assert solved.solution.own[0].tolist() == [[3, 1, 0], [1, 2, 0]]
    assert (solved.ending, solved.objective, solved.bound) == (Ending.OPTIMAL, 0.0, 0.0)


def test_a_peak_between_two_shifts_is_met_by_the_one_in_the_middle() -> None:
    load = np.zeros((1, 1, 24))
    load[0, 0, 4:12] = 2
    solved = ShiftCoverPlanner().plan(case_of(load, paid=[16.0]))
    assert solved.solution is not None
    assert solved.solution.own[0].tolist() == [[0, 0, 2]]


def test_who_is_missing_below_the_load_is_dearer_than_who_is_missing_beyond_it() -> None:
    """Load 1 with safety 1 needs one at the first step and two at the others; two shifts can be paid, not four."""
    case = case_of(load_of((1, 1)), paid=[16.0], safety=1.0)
    solved = ShiftCoverPlanner().plan(case)
    assert solved.solution is not None
    assert solved.solution.own[0].tolist() == [[1, 1, 0]]
    assert solved.objective == 2 * 8 * 10.0  # one of two is missing in both spans: the two comfort steps of 5 USD
    nobody = np.zeros_like(solved.solution.own)
    assert post_costs(case, nobody, nobody).tolist() == [2 * 8 * (30.0 + 10.0)]


def test_hours_to_spare_go_where_the_load_for_each_person_falls_most_and_never_to_the_night() -> None:
    """Each hour of one person more at n lowers load / n by load / (n (n + 1)): 1/2, 1/5, 1/6, 4/30 against 1/12."""
    solved = ShiftCoverPlanner().plan(case_of(load_of((4, 1)), paid=[64.0]))
    assert solved.solution is not None
    assert solved.solution.own[0, 0, :2].tolist() == [5, 3]
    night = ShiftCoverPlanner().plan(replace(case_of(np.zeros((1, 1, 24)), paid=[64.0])))
    assert night.solution is not None
    assert night.solution.own.sum() == 0


def test_agency_staff_comes_while_it_saves_more_than_it_costs() -> None:
    """Two are missing at 30 USD an hour, and agency staff costs 20; of comfort, at 10 USD, nothing is bought."""
    solved = ShiftCoverPlanner().plan(case_of(load_of((3, 0)), paid=[8.0], agency=[80.0]))
    assert solved.solution is not None
    assert solved.solution.agency[0].tolist() == [[2, 0, 0]]
    assert solved.objective == 2 * 8 * 20.0
    fewer = ShiftCoverPlanner().plan(case_of(load_of((3, 0)), paid=[8.0], agency=[8.0]))
    assert fewer.solution is not None
    assert fewer.solution.agency.sum() == 1
    assert fewer.objective == 8 * 20.0 + 8 * 30.0


def test_what_stands_in_the_way_is_named_with_its_price() -> None:
    solved = ShiftCoverPlanner().plan(case_of(load_of((3, 0)), paid=[8.0]))
    assert dict(solved.binding)["post 0 has 8 paid hours"] == pytest.approx(30.0)
    assert any(name.startswith("post 0 on day 0 from 7:00 to 11:00 needs 3") for name, _ in solved.binding)
    case = case_of(load_of((0, 0)), paid=[8.0])
    m = covering(case).needed.size
    assert [words(case, row) for row in (0, m - 2, m - 1)] == [
        "",
        "post 0 has 8 paid hours",
        "post 0 has 0 hours of agency staff",
    ]


@st.composite
def cases(draw: st.DrawFn) -> ShiftCase:
    n_posts, n_days = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    loads = st.sampled_from([0.0, 0.4, 1.0, 2.5, 6.0])
    spans = draw(st.lists(loads, min_size=n_posts * n_days * 6, max_size=n_posts * n_days * 6))
    load = np.repeat(np.array(spans), 4).reshape(n_posts, n_days, 24)
    hours = st.lists(st.sampled_from([0.0, 8.0, 20.0, 64.0]), min_size=n_posts, max_size=n_posts)
    return case_of(load, draw(hours), draw(hours), draw(st.sampled_from([0.0, 1.0])))


@given(cases())
@settings(max_examples=60, deadline=None)
def test_any_plan_keeps_its_hours_and_costs_no_less_than_the_bound(case: ShiftCase) -> None:
    solved = ShiftCoverPlanner().plan(case)
    plan = solved.solution
    assert plan is not None
    assert solved.bound is not None
    assert breaches(case, plan) == []
    assert plan.cost == pytest.approx(post_costs(case, plan.own, plan.agency).sum())
    assert plan.cost >= solved.bound - 1e-6
    assert (solved.ending is Ending.OPTIMAL) == (plan.cost - solved.bound <= 5e-3 * plan.cost + 1e-6)


@given(cases())
@settings(max_examples=20, deadline=None)
def test_the_arrays_are_those_of_the_covering_model(case: ShiftCase) -> None:
    cover = covering(case)
    arrays, model = engine.run(program_of(cover), SolveOptions()), solve(CoverProblem(cover))
    assert model.objective is not None
    assert arrays.objective == pytest.approx(model.objective)
    solved = ShiftCoverPlanner().plan(case)
    assert solved.bound == pytest.approx(model.objective)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_the_merged_program_costs_as_much_and_its_prices_prove_it(case: ShiftCase) -> None:
    """Prices of all steps that no activity is worth more than, and that needs cost as much as the answer at them."""
    cover, answer = covering(case), engine.run(merged(case), SolveOptions(presolve=False))
    assert answer.objective is not None
    assert answer.row_prices is not None
    assert answer.objective == pytest.approx(engine.run(program_of(cover), SolveOptions()).objective)
    prices = np.abs(step_prices(case, answer.row_prices))
    assert (cover.coverage.T @ prices <= cover.cost + 1e-6).all()
    assert cover.needed @ prices == pytest.approx(answer.objective, abs=1e-6)


def test_hours_are_given_out_one_after_the_other_as_if_each_were_tried() -> None:
    """Two shifts in turn: the dearest hour first, then the next one; an hour that saves too little stays unused."""
    case = case_of(load_of((2, 1), (1, 0)), paid=[100.0])
    people, left = np.zeros((1, 2, 3), dtype=np.intp), np.array([100.0])
    spans = (case.covers, case.span_hours, case.shift_hours)
    give_out(people, np.zeros((1, 2, 5)), left, case.needed, case.span_load, spans, (case.step_cost, 1.0))
    assert people[0].tolist() == [[2, 1, 0], [1, 0, 0]]
    assert left.tolist() == [100.0 - 4 * 8]


@given(cases())
@settings(max_examples=20, deadline=None)
def test_a_planner_remembers_nothing_of_the_weeks_before(case: ShiftCase) -> None:
    used = ShiftCoverPlanner()
    used.plan(replace(case, load=case.load[::-1] + 1.0))
    again, fresh = used.plan(case), ShiftCoverPlanner().plan(case)
    assert again.solution is not None
    assert fresh.solution is not None
    assert again.solution.own.tolist() == fresh.solution.own.tolist()
    assert again.solution.agency.tolist() == fresh.solution.agency.tolist()


def test_the_least_cost_of_a_tiny_case_is_found_by_trying_everything() -> None:
    case = case_of(load_of((1.5, 0.5), (0.5, 1.0)), paid=[24.0], safety=1.0)
    people = np.array(list(product(range(4), repeat=6))).reshape(-1, 1, 2, 3)
    nobody = np.zeros_like(people[0])
    least = min(float(post_costs(case, own, nobody).sum()) for own in people if own.sum() * 8 <= 24)
    solved = ShiftCoverPlanner().plan(case)
    assert solved.bound is not None
    assert solved.bound - 1e-6 <= least
    assert solved.objective == pytest.approx(least)


def test_people_are_counted_in_every_span_of_their_shift() -> None:
    case = case_of(load_of((1, 1)), paid=[0.0])
    assert case.edges.tolist() == [0, 4, 8, 12, 16, 24]
    assert levels(case, np.array([[[1, 2, 4]]])).tolist() == [[[1, 5, 6, 2, 0]]]


def test_a_plan_with_too_many_hours_is_seen() -> None:
    case = case_of(load_of((1, 1)), paid=[8.0])
    plan = ShiftPlan(np.array([[[2, 0, 0]]]), np.array([[[0, -1, 2]]]), 0.0)
    assert breaches(case, plan) == [
        "post 0 has 16 own hours; 8 are allowed",
        "post 0 has 8 agency hours; 0 are allowed",
        "post 0 has fewer than nobody on a shift of agency staff",
    ]


@pytest.mark.parametrize(
    ("change", "words_of"),
    [
        ({"load": np.zeros((2, 1, 24))}, "load has shape"),
        ({"paid_hours": np.array([-1.0])}, "paid_hours holds numbers"),
        ({"unsafe_cost": 1.0}, "at least short_cost"),
        ({"safety": np.nan}, "safety is nan"),
        ({"shift_hours": np.array([8, 17, 8])}, "do not end within their day"),
        ({"days": ()}, "days holds 0 names"),
    ],
)
def test_impossible_numbers_are_named(change: dict[str, object], words_of: str) -> None:
    with pytest.raises(ValueError, match=words_of):
        replace(case_of(load_of((1, 1)), paid=[8.0]), **change)  # type: ignore[arg-type]
