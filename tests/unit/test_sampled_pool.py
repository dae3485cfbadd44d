"""The float pool before the need is known: against the two-stage program, by hand, and by enumeration."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.audit import solve_checked
from optimize.contract import Ending
from optimize.extensive import Extensive
from optimize.float_pool.case import FloatPoolCase, Sending, plan_of
from optimize.float_pool.check import breaches
from optimize.float_pool.problem import FloatPoolProblem
from optimize.float_pool.sampled import SampledPlanner, expected_cost
from optimize.recourse import Recourse, value_of_recourse
from optimize.solver import solve
from tests.float_pool_cases import cases

pytestmark = pytest.mark.unit


def pair(needed: list[int], lendable: int = 2) -> FloatPoolCase:
    """Return two posts of four; the first may lend; each person missing costs 100, each loan 30."""
    return FloatPoolCase(
        posts=("here", "there"),
        groups=("here", "there"),
        hospital=np.array([0, 1]),
        on_duty=np.array([4, 4]),
        needed=np.array(needed),
        safe=np.array([0, 0]),
        short_cost=np.full(2, 100.0),
        unsafe_cost=np.full(2, 100.0),
        over_cost=np.zeros(2),
        home=np.array([0, 1]),
        n_people=np.array([lendable, 0]),
        may_fill=np.ones((2, 2), dtype=np.bool_),
        minutes_left=np.full(2, np.inf),
        premium_cost=np.full(2, 20.0),
        travel_min=np.array([[0.0, 10.0], [10.0, 0.0]]),
        shift_min=480.0,
        max_travel_min=60.0,
        travel_cost_per_min=0.5,
        lendable=np.array([lendable, 0]),
    )


def test_one_is_sent_who_is_missing_in_half_of_all_shifts() -> None:
    """There 4, 4, 5 or 6 are needed: the first sent spares 50 and costs 30, the second spares 25. On average 4.75
    are needed, of whole people 5: planned for the mean one is sent too; for a mean of 4 nobody is."""
    scenarios = [pair([2, n]) for n in (4, 4, 5, 6)]
    found = SampledPlanner().plan(scenarios, pair([2, 5])).solution
    assert found is not None
    assert found.plan.sendings == (Sending(0, 1, 1),)
    assert found.plan.cost == 30.0 + 25.0
    assert (found.of_mean, found.vss) == (55.0, 0.0)
    assert found.wait_and_see == (0 + 0 + 30 + 60) / 4
    assert found.evpi == 55.0 - 22.5
    of_four = SampledPlanner().plan(scenarios, pair([2, 4])).solution
    assert of_four is not None
    assert (of_four.of_mean, of_four.vss) == (75.0, 20.0)


def test_nobody_asks_for_the_worth_where_it_is_not_told() -> None:
    found = SampledPlanner(tell_value=False).plan([pair([2, 5])], pair([2, 5])).solution
    assert found is not None
    assert np.isnan([found.vss, found.evpi]).all()


def test_a_lender_that_may_lend_nobody_stands_in_the_way() -> None:
    """One more to lend would be sent: it spares 100 in half of the shifts, and costs 30."""
    found = SampledPlanner().plan([pair([2, 5], 0), pair([2, 4], 0)], pair([2, 5], 0))
    assert found.solution is not None
    assert found.solution.plan.sendings == ()
    assert found.solution.plan.cost == 50.0


@st.composite
def sampled(draw: st.DrawFn) -> list[FloatPoolCase]:
    """Draw up to three scenarios of a case."""
    case = draw(cases())
    finite = np.where(np.isfinite(case.unsafe_cost), case.unsafe_cost, case.short_cost)
    case = replace(case, unsafe_cost=finite, lendable=np.minimum(np.maximum(case.on_duty - 1, 0), 2))
    n = len(case.posts)
    more = draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=1, max_size=3))
    return [replace(case, needed=case.needed + np.array(extra)) for extra in more]


@given(scenarios=sampled())
@settings(max_examples=40, deadline=None)
def test_the_arrays_say_what_the_two_stage_program_says(scenarios: list[FloatPoolCase]) -> None:
    found = SampledPlanner().plan(scenarios, scenarios[0])
    if not np.isfinite(scenarios[0].price()).any():
        return
    model = value_of_recourse(Recourse(tuple(map(FloatPoolProblem, scenarios))), FloatPoolProblem(scenarios[0]))
    assert (found.ending, model.ending) == (Ending.OPTIMAL, Ending.OPTIMAL)
    assert found.solution is not None
    assert model.solution is not None
    assert found.objective == pytest.approx(model.objective, abs=1e-6)
    assert found.solution.wait_and_see == pytest.approx(model.solution.wait_and_see, abs=1e-6)
    assert found.solution.evpi >= -1e-6
    assert found.solution.vss >= -1e-6
    plan = found.solution.plan
    assert expected_cost(scenarios, plan) == pytest.approx(plan.cost)
    sent = np.zeros(scenarios[0].may_fill.shape, dtype=int)
    for group, post, n_people in plan.sendings:
        sent[group, post] = n_people
    assert all(breaches(case, plan_of(case, sent)) == [] for case in scenarios)


@pytest.mark.parametrize("lendable", [0, 1, 2])
def test_no_number_sent_is_better_than_the_plan(lendable: int) -> None:
    scenarios = [pair([a, b], lendable) for a, b in product((2, 3, 4), (4, 5, 6))]
    found = SampledPlanner().plan(scenarios, scenarios[0]).solution
    costs = [expected_cost(scenarios, plan_of(scenarios[0], np.array([[0, n], [0, 0]]))) for n in range(lendable + 1)]
    assert found is not None
    assert found.plan.cost == pytest.approx(min(costs))


def test_who_may_be_lent_bounds_the_model_too() -> None:
    case = pair([2, 9])
    solved = solve_checked(FloatPoolProblem(case))
    assert solved.solution is not None
    assert solved.solution.sendings == (Sending(0, 1, 2),)
    assert FloatPoolProblem(case).words("lender", 0) == "here can spare 2"
    wrong = plan_of(case, np.array([[0, 3], [0, 0]]))
    assert breaches(case, wrong) == ["here has 2 people, the plan sends 3", "here lends 3, and may lend 2"]
    with pytest.raises(ValueError, match="lendable of here is above on_duty"):
        replace(case, lendable=np.array([5, 0]))


def test_rows_on_the_first_stage_alone_come_once() -> None:
    from optimize.compiled import Compiled

    program = Compiled(FloatPoolProblem(pair([3, 5]))).program
    first = np.arange(program.costs.size) < 1
    both = Extensive.of([program, program], first, np.full(2, 0.5))
    assert both.program.row_lower.size == 2 * program.row_lower.size - (both.n_rows - 2)
    assert both.program.costs.size == 2 * program.costs.size - 1
    assert both.row_prices(np.ones(both.program.row_lower.size)).tolist() == [
        2.0 if row in both.rows[both.n_rows :] else 1.0 for row in range(both.n_rows)
    ]
    alone = solve(FloatPoolProblem(pair([3, 5])))
    assert alone.objective == 30.0
