"""Rosters of many teams: small cases by hand, the rules of the independent checker, and bounds of the exact search."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.contract import Ending
from optimize.roster.case import OFF
from optimize.roster.check import breaches, score
from optimize.roster.planner import solve_roster
from optimize.roster.quick import TeamRosters, roster_teams
from optimize.roster.search import Effort
from optimize.roster.teams import TeamsCase
from policies.rostering.people import PeopleRules, question, teams
from tests.rostering_views import a_view, some_facts

pytestmark = pytest.mark.unit

N_DAYS, EARLY, LATE, NIGHT = 7, 0, 1, 2
FACTS = replace(
    some_facts(1),
    shift_names=("early", "late", "night"),
    begins_hour=np.array([0, 8, 16]),
    shift_hours=np.array([8, 8, 8]),
)
LEGAL = PeopleRules(most_days_in_a_row=6, least_rest_hours=11, weekend_cycle_weeks=4, most_weekends=4)


def case_of(needed: np.ndarray, hours: list[int], past: np.ndarray | None = None, max_run: int = 6) -> TeamsCase:
    """Return one team that works early, late or nights; nobody comes sooner than 11 hours after a shift."""
    return TeamsCase(
        needed=needed[None],
        team=np.zeros(len(hours), dtype=np.intp),
        hours=np.array(hours),
        past=np.empty((len(hours), 0), dtype=np.intp) if past is None else past,
        day_off=np.zeros((len(hours), len(needed)), dtype=np.bool_),
        shift_hours=FACTS.shift_hours,
        follows=np.array([[True, True, True], [False, True, True], [False, False, True]]),
        max_run=max_run,
        under_cost=10.0,
        over_cost=1.0,
    )


def found_of(case: TeamsCase, rounds: int = 20) -> TeamRosters:
    solved = roster_teams(case, rounds)
    assert solved.solution is not None
    return solved.solution


def test_everybody_works_the_shifts_that_are_needed() -> None:
    """Two people with two shifts each, and four shifts, of which the night lets nobody come early."""
    needed = np.array([[1, 0, 1], [0, 1, 1]])
    found = found_of(case_of(needed, [16, 16]))
    assert sorted(found.shifts.tolist()) == [[EARLY, LATE], [NIGHT, NIGHT]]
    assert found.costs.tolist() == found.bounds.tolist() == [0.0]


def test_hours_days_off_and_teams_are_kept_apart() -> None:
    one = case_of(np.array([[1, 0, 0], [1, 0, 0]]), [8, 16])
    two = replace(
        one,
        needed=np.repeat(one.needed, 2, axis=0),
        team=np.array([0, 1]),
        day_off=np.array([[True, False], [False, False]]),
    )
    found = found_of(two)
    assert found.shifts.tolist() == [[OFF, EARLY], [EARLY, EARLY]]
    assert found.costs.tolist() == found.bounds.tolist() == [10.0, 0.0]


def test_what_was_worked_before_binds() -> None:
    """After a late shift nobody comes early, and after three days in a row of at most four one more is worked."""
    needed = np.array([[1, 0, 0], [1, 0, 0]])
    late = case_of(needed, [40], past=np.array([[OFF, LATE]]))
    assert found_of(late).shifts.tolist() == [[OFF, EARLY]]
    tired = case_of(needed, [40], past=np.array([[EARLY] * 3]), max_run=4)
    found = found_of(tired)
    assert (found.shifts != OFF).sum() == 1
    assert roster_teams(tired, 20).ending is Ending.OPTIMAL  # nobody could work longer, whatever was needed
    assert roster_teams(late, 20).ending is Ending.FEASIBLE  # somebody could, if it were late again
    exhausted = case_of(needed, [40], past=np.array([[EARLY] * 4]), max_run=4)
    assert found_of(exhausted).shifts.tolist() == [[OFF, EARLY]]


def test_the_bound_counts_hours_and_people() -> None:
    """Three shifts are needed on one day and two people are there; one of three on two days, and they have 8 hours."""
    assert case_of(np.array([[3, 0, 0]]), [40, 40]).least_costs().tolist() == [10.0]
    assert case_of(np.array([[1, 0, 0], [1, 1, 0]]), [8, 0]).least_costs().tolist() == [20.0]


def test_rules_that_are_broken_are_told() -> None:
    case = replace(case_of(np.zeros((3, 3), dtype=np.intp), [16], max_run=2), day_off=np.array([[False, False, True]]))
    assert case.breaches(np.array([[LATE, EARLY, EARLY]])) == [
        "person 0 works on day 2, a day off",
        "person 0 works 24 hours of 16",
        "person 0 rests too little before day 1",
        "person 0 works more than 2 days in a row",
    ]
    before = replace(case, past=np.array([[LATE, EARLY, LATE]]))  # what is past is not judged
    assert before.breaches(np.array([[OFF, OFF, OFF]])) == []
    assert before.breaches(np.array([[EARLY, OFF, OFF]]))[0] == "person 0 rests too little before day 0"


def test_wrong_numbers_are_listed() -> None:
    case = case_of(np.zeros((3, 3), dtype=np.intp), [16])
    with pytest.raises(ValueError, match=r"hours has shape \(2,\).*max_run and shift_hours"):
        replace(case, hours=np.array([8, 8]), max_run=0)
    with pytest.raises(ValueError, match="past must hold"):
        replace(case, past=np.array([[3]]))
    with pytest.raises(ValueError, match="team must rise"):
        replace(case, team=np.array([1]))
    with pytest.raises(ValueError, match="0 or more"):
        replace(case, hours=np.array([-8]))


@st.composite
def posts(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, PeopleRules]:
    """Return what a post needs, the hours of its people, what they worked in the week before, and rules."""
    n = draw(st.integers(1, 6))
    needed = np.array(draw(st.lists(st.integers(0, 3), min_size=21, max_size=21))).reshape(N_DAYS, 3)
    hours = np.array(draw(st.lists(st.sampled_from([0, 20, 40]), min_size=n, max_size=n)))
    rules = PeopleRules(draw(st.integers(2, 6)), draw(st.sampled_from([0, 8, 11])), 3, draw(st.integers(1, 3)))
    week = draw(st.lists(st.sampled_from([OFF, EARLY]), min_size=N_DAYS * n, max_size=N_DAYS * n))
    past = np.array(week).reshape(n, N_DAYS)
    past[:, rules.most_days_in_a_row - 1 :: rules.most_days_in_a_row] = OFF
    past[:, 5:] = OFF  # weekends are free by turns, so that this is what somebody may have worked
    return needed, hours, past, rules


@given(posts())
@settings(max_examples=40, deadline=None)
def test_the_checker_finds_every_rule_kept_and_the_same_cost(
    post: tuple[np.ndarray, np.ndarray, np.ndarray, PeopleRules],
) -> None:
    """The checker judges the days before with those that follow; needs begin with the first day."""
    needed, hours, past, rules = post
    view = a_view(FACTS)
    found = found_of(teams(view, needed[None], [hours], [past], rules), rounds=2)
    case, whole = question(view, needed, hours, past, rules), np.concatenate([past, found.shifts], axis=1)
    assert breaches(case, whole) == []
    assert score(case, whole).total == found.costs[0]
    assert found.bounds[0] <= found.costs[0]


@given(posts())
@settings(max_examples=15, deadline=None)
def test_nothing_is_cheaper_than_the_bound_of_the_exact_search(
    post: tuple[np.ndarray, np.ndarray, np.ndarray, PeopleRules],
) -> None:
    needed, hours, past, rules = post
    view = a_view(FACTS)
    found = found_of(teams(view, needed[None], [hours], [past], rules))
    exact = solve_roster(question(view, needed, hours, past, rules), Effort(rounds=2))
    assert exact.bound is not None
    assert exact.objective is not None
    assert found.costs[0] >= exact.bound - 1e-6
    assert found.bounds[0] <= exact.objective + 1e-6


@given(posts(), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_more_rounds_never_cost_more_and_a_team_does_not_depend_on_the_others(
    post: tuple[np.ndarray, np.ndarray, np.ndarray, PeopleRules], n_others: int
) -> None:
    needed, hours, past, rules = post
    view = a_view(FACTS)
    alone = teams(view, needed[None], [hours], [past], rules)
    costs = [found_of(alone, rounds).costs[0] for rounds in (0, 1, 5)]
    assert costs == sorted(costs, reverse=True)
    many = teams(view, np.stack([needed] * (n_others + 1)), [hours] * (n_others + 1), [past] * (n_others + 1), rules)
    first = found_of(many, 5)
    assert first.shifts[: hours.size].tolist() == found_of(alone, 5).shifts.tolist()


def test_nobody_at_all_is_missed() -> None:
    empty = replace(case_of(np.array([[1, 0, 0]]), []), team=np.empty(0, dtype=np.intp))
    assert found_of(empty).costs.tolist() == [10.0]
