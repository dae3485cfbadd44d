"""Moves of medicines against a use that is known: the bound is exact, no policy beats it, and who knows reaches it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.hindsight.medicines import YARDSTICK, MedicinesHindsight, true_use
from experiments.measure_list import MEASURES
from optimize.contract import SolveOptions
from optimize.medicines.case import LotMove, MedicinesCase
from optimize.medicines.check import cost_of
from optimize.medicines.least import least_cost
from optimize.medicines.planner import MedicinesPlanner
from optimize.medicines.problem import MedicinesProblem
from optimize.solver import solve
from policies.medicines import Exchange, Keep, NearExpiry
from sim.contract import MedicinesDecision, MedicinesView
from sim.run import Run, drawn, simulate
from sim.scenario import Information, Scenario, Sight
from sim.shelves import Review, Shelf
from sim.streams import Replication
from tests.medicines_cases import cases, three_hospitals
from tests.pharmacies import DAY, seeing, two_pharmacies
from tests.small_worlds import POLICIES

pytestmark = pytest.mark.unit

FIRST = Replication(1, 7)
EXACT = SolveOptions(gap=1e-9)


class KeepLooking(Keep):
    """Move nothing, but be asked."""

    decides = True


def pharmacies(per_day: Sequence[float], shelves: Sequence[Shelf], days: float = 18.0) -> Scenario:
    """Return two hospitals that share medicines, with so many patients a day who want a unit."""
    world = two_pharmacies([shelves[0]], [shelves[1]], days=days)
    source = world.sources[0]
    flows = tuple(
        replace(source, name=f"s{h}", zone=-1, hospital=h, hourly_rate=np.full(168, rate / 24))
        for h, rate in enumerate(per_day)
    )
    return replace(seeing(world, Information(Sight.LIVE)), sources=flows).checked()


PLENTY = Shelf("saline", at_start=30, life_min=6 * DAY, price=100.0)
NONE = Shelf("saline", life_min=6 * DAY, price=100.0)
WORLD = pharmacies((1.0, 4.0), (PLENTY, NONE))


def a_run(world: Scenario, policy: object) -> Run:
    return simulate(world, replace(POLICIES, medicines=policy), FIRST)  # type: ignore[arg-type]


def judged(world: Scenario, policy: object) -> list[tuple[float, float]]:
    """Return cost and bound of every review."""
    run = a_run(world, policy)
    found = MedicinesHindsight().episodes(world, run, drawn(world, FIRST))
    return [(float(one.cost[0]), float(one.bound[0])) for one in found]


class Knowing:
    """Make the best moves in a use that somebody wrote down beforehand."""

    def __init__(self, told: Run) -> None:
        """Take the run in which the use was seen; moves do not change it."""
        self._told = told

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Return the moves of the exact program."""
        case = YARDSTICK.case_of(view, true_use(self._told, view, YARDSTICK.horizon_days))
        plan = solve(MedicinesProblem(case), EXACT).solution
        assert plan is not None
        rows = [(int(move.lot), case.hospitals.index(move.destination), float(move.units)) for move in plan.moves]
        lot, goal, units = (np.array([row[i] for row in rows]) for i in range(3))
        return MedicinesDecision(lot.astype(np.int64), goal.astype(np.int64), units.astype(np.float64))


def test_the_bound_is_known_by_hand() -> None:
    """Two units of north go to south for 5 + 2; then two of north are wasted, and south is short of one on day 2."""
    case = three_hospitals()
    best = solve(MedicinesProblem(case), EXACT)
    assert least_cost(case) == pytest.approx(best.objective)
    assert least_cost(case) < cost_of(case, ())


@settings(max_examples=60, deadline=None)
@given(cases(most_lots=4))
def test_the_bound_is_that_of_the_exact_program(case: MedicinesCase) -> None:
    free = replace(case, shortage_limit=None)
    assert least_cost(case, EXACT) == pytest.approx(solve(MedicinesProblem(free), EXACT).objective, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(cases(most_lots=4), st.data())
def test_no_moves_cost_less_than_the_bound(case: MedicinesCase, data: st.DataObject) -> None:
    plan = MedicinesPlanner(freeze_days=0.0).plan(replace(case, shortage_limit=None)).solution
    assert plan is not None
    assert cost_of(case, plan.moves) >= least_cost(case) - 1e-6
    ways = case.ways().tolist()
    if ways:
        lot, goal, _ = data.draw(st.sampled_from(ways))
        one = LotMove(case.lots[lot].name, case.hospitals[goal], data.draw(st.integers(1, case.lots[lot].units)))
        assert cost_of(case, (one,)) >= least_cost(case) - 1e-6


@pytest.mark.parametrize("policy", [KeepLooking(), NearExpiry(), Exchange()])
@pytest.mark.parametrize("sight", list(Sight))
def test_no_policy_is_better_than_the_bound(policy: object, sight: Sight) -> None:
    world = replace(WORLD, information=Information(sight, delay_min=1.5 * DAY)).checked()
    reviews = judged(world, policy)
    assert len(reviews) == 4  # days 1 to 4: the fourteen days from day 5 on end after the run
    assert all(cost >= bound - 1e-6 for cost, bound in reviews)


def test_who_knows_the_use_has_no_regret_and_who_keeps_all_has_some() -> None:
    knowing = judged(WORLD, Knowing(a_run(WORLD, Keep())))
    assert [cost for cost, _ in knowing] == pytest.approx([bound for _, bound in knowing])
    first_cost, first_bound = judged(WORLD, KeepLooking())[0]
    assert first_cost > first_bound == pytest.approx(knowing[0][1])


@settings(max_examples=12, deadline=None)
@given(
    st.tuples(st.floats(0.0, 6.0), st.floats(0.0, 6.0)),
    st.integers(1, 30),
    st.sampled_from([2.0, 5.0, 20.0]),
    st.integers(1, 12),
)
def test_regret_is_never_negative_in_small_worlds(
    per_day: tuple[float, float], units: int, life_days: float, level: int
) -> None:
    ordering = Shelf("saline", life_min=life_days * DAY, price=50.0, review=Review(2 * DAY, float(level), DAY))
    world = pharmacies(per_day, (replace(PLENTY, at_start=units, life_min=life_days * DAY), ordering), days=17.0)
    for policy in (KeepLooking(), NearExpiry(), Exchange()):
        assert all(cost >= bound - 1e-6 for cost, bound in judged(world, policy))


def test_rows_are_known_measures_and_only_of_runs_in_which_somebody_looked() -> None:
    run = a_run(WORLD, NearExpiry())
    rows = list(MedicinesHindsight().rows(WORLD, run, drawn(WORLD, FIRST)))
    assert [name for name, *_ in rows] == [f"{one}_medicines" for one in ("cost", "bound", "regret", "regret_share")]
    assert {name for name, *_ in rows} <= set(MEASURES)
    assert not MedicinesHindsight().applies(WORLD, a_run(WORLD, Keep()))
