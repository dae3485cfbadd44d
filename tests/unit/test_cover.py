"""Covering: programs known by hand, duality, small ones against enumeration, and every ending."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimize.audit import solve_checked
from optimize.cover import CoverProblem, requirement_prices
from optimize.cover_case import CoverCase, CoverPlan, breaches
from optimize.explain import explain
from optimize.score import audit, by_entity, by_name
from optimize.solver import Ending, SolveOptions, solve, text

pytestmark = pytest.mark.unit

EXACT = SolveOptions(gap=0.0)


def shifts(whole: bool = True) -> CoverCase:
    """Early (cost 5) covers dawn and noon, late (cost 4) covers noon and, counting twice, dusk."""
    return CoverCase(
        activities=("early", "late"),
        requirements=("dawn", "noon", "dusk"),
        cost=np.array([5.0, 4.0]),
        coverage=np.array([[1.0, 0], [1, 1], [0, 2]]),
        needed=np.array([1.0, 4, 3]),
        whole=whole,
    )


def test_whole_shifts_known_by_hand() -> None:
    solved = solve(CoverProblem(shifts()), EXACT)
    assert solved.ending is Ending.OPTIMAL
    assert solved.solution is not None
    assert solved.solution.levels.tolist() == [1, 3]
    assert solved.solution.slack.tolist() == [0, 0, 3]
    assert solved.solution.cost == solved.objective == 17


def test_prices_known_by_hand() -> None:
    """One more at dawn swaps a late for an early shift (+1), one more at noon adds a late one (+4), dusk has slack."""
    solved = requirement_prices(shifts())
    assert solved.solution is not None
    assert solved.solution.label == "LP relaxation"
    assert solved.solution.by_constraint["cover"] == pytest.approx({"dawn": 1, "noon": 4, "dusk": 0})


def test_a_need_that_nothing_covers_is_infeasible_and_named() -> None:
    case = replace(shifts(), coverage=np.array([[0.0, 0], [1, 1], [0, 2]]))
    assert solve(CoverProblem(case)).ending is Ending.INFEASIBLE
    conflict = explain(CoverProblem(case))
    assert conflict.lines == ("dawn needs 1, and no activity gives any",)
    assert conflict.minimal


def test_needs_that_clash_are_named_with_who_could_help() -> None:
    """Early shifts help at dawn and hurt at noon, where nobody helps."""
    case = replace(shifts(), coverage=np.array([[1.0, 0], [-1, 0], [0, 2]]), needed=np.array([1.0, 0, 3]))
    conflict = explain(CoverProblem(case))
    dawn, noon = (
        "dawn needs 1, and only early gives any",
        "noon needs 0, and no activity gives any, while early only takes",
    )
    assert conflict.lines == (dawn, noon)
    assert [str(one) for one in conflict.relaxation] in ([f"{dawn}: 1 less would do"], [f"{noon}: 1 less would do"])
    assert CoverProblem(case).words("cover", "dusk") == "dusk needs 3, and only late gives any"
    assert CoverProblem(shifts()).words("cover", "noon") == "noon needs 4, and early or late gives any"
    assert CoverProblem(shifts()).words("other", "noon") == ""


def test_the_score_is_taken_apart_by_activity() -> None:
    solved = solve(CoverProblem(shifts()), EXACT)
    assert solved.solution is not None
    terms = CoverProblem(shifts()).terms(solved.solution)
    assert by_name(terms) == {"cost": 17, "to spare": 0}
    assert by_entity(terms) == {"early": 5, "late": 12, "dawn": 0, "noon": 0, "dusk": 0}
    assert [(term.entity, term.amount) for term in terms if term.name == "to spare"] == [
        ("dawn", 0),
        ("noon", 0),
        ("dusk", 3),
    ]


def test_a_sparse_matrix_says_the_same() -> None:
    dense = shifts()
    thin = replace(dense, coverage=sparse.csr_array(dense.coverage))
    assert text(CoverProblem(thin)) == text(CoverProblem(dense))
    solved = solve_checked(CoverProblem(thin), EXACT)
    assert solved.solution is not None
    assert solved.solution.slack.tolist() == [0, 0, 3]
    bad = dense.coverage.copy()
    bad[0, 0] = np.nan
    with pytest.raises(ValueError, match="coverage holds numbers that are not finite"):
        replace(dense, coverage=sparse.csr_array(bad))


def test_a_need_of_nothing_is_free() -> None:
    case = replace(shifts(), coverage=np.zeros((3, 2)), needed=np.array([0.0, -1, 0]))
    solved = solve(CoverProblem(case))
    assert solved.solution is not None
    assert solved.solution.levels.tolist() == [0, 0]
    assert solved.solution.slack.tolist() == [0, 1, 0]


@st.composite
def covers(draw: st.DrawFn) -> CoverCase:
    m, n = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    small = st.integers(0, 3)
    coverage = [draw(st.lists(small, min_size=n, max_size=n)) for _ in range(m)]
    return CoverCase(
        activities=tuple("abc"[:n]),
        requirements=tuple("xyz"[:m]),
        cost=np.array(draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), dtype=np.float64),
        coverage=np.array(coverage, dtype=np.float64),
        needed=np.array(draw(st.lists(small, min_size=m, max_size=m)), dtype=np.float64),
        whole=True,
    )


@given(covers())
def test_no_plan_is_cheaper_than_the_cheapest_of_all(case: CoverCase) -> None:
    """Needs are at most 3 and coverage whole, so no level above 3 ever helps."""
    levels = np.array(list(product(range(4), repeat=len(case.activities))))
    holds = (levels @ case.coverage.T >= case.needed).all(axis=1)
    solved = solve(CoverProblem(case), EXACT)
    if not holds.any():
        assert solved.ending is Ending.INFEASIBLE
        return
    assert solved.solution is not None
    assert solved.objective == pytest.approx((levels[holds] @ case.cost).min())
    assert audit(CoverProblem(case), solved) == []


@given(covers())
def test_prices_times_needs_are_the_cost(case: CoverCase) -> None:
    loose = replace(case, whole=False)
    solved, priced = solve(CoverProblem(loose)), requirement_prices(loose)
    assert priced.ending is solved.ending
    if priced.solution is None:
        return
    price = np.array([priced.solution.by_constraint["cover"][name] for name in case.requirements])
    assert (price >= 0).all()
    assert price @ case.needed == pytest.approx(solved.objective)
    assert (price @ case.coverage <= case.cost + 1e-9).all()
    assert solved.solution is not None
    assert breaches(loose, solved.solution) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"levels": np.array([1.0, 2.0])}, ["noon needs 4.0 and gets 3.0"]),
        ({"levels": np.array([1.0, 3.5])}, ["late has the level 3.5, which is not whole"]),
        ({"levels": np.array([-1.0, 9.0])}, ["early has the negative level -1.0", "dawn needs 1.0 and gets -1.0"]),
        ({"cost": 16.0}, ["the levels cost 17.0, the plan says 16.0"]),
        ({"slack": np.array([0.0, 0, 2])}, ["dusk has slack 3.0, the plan says 2.0"]),
        ({}, []),
    ],
)
def test_the_check_of_a_plan_names_what_is_wrong(change: dict[str, Any], words: list[str]) -> None:
    case = shifts()
    levels = change.get("levels", np.array([1.0, 3.0]))
    honest = CoverPlan(levels, float(case.cost @ levels), case.coverage @ levels - case.needed)
    assert breaches(case, replace(honest, **change)) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"activities": ("early", "early")}, "activities has early more than once"),
        ({"requirements": ("dawn", "noon")}, r"coverage has shape \(3, 2\).*needed has shape \(3,\)"),
        ({"cost": np.array([-1.0, np.inf])}, "cost holds numbers that are not finite.*cost holds negative"),
    ],
)
def test_impossible_cases_are_named_together(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(shifts(), **change)
