"""Regret of loans: 0 with perfect foresight, never below it, and known by hand for one shift."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.build import build
from experiments.config import compose
from experiments.hindsight.judging import with_regret
from experiments.hindsight.staffing import YARDSTICK, StaffingHindsight, _costs, shift_costs
from experiments.loan_measures import figure_rows
from experiments.measure_list import MEASURES
from optimize.float_pool.planner import FloatPoolPlanner
from sim.log import Loan
from sim.run import Run, drawn, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.staffing_views import a_view, some_facts

pytestmark = pytest.mark.unit

SMALL = ("experiment=float_pool", "run.weeks=0.3", "run.warm_up_weeks=0.1")
VIEW = a_view(some_facts([[0, 10], [10, 0]], [[True], [True]]), [[4]] * 2, [[0]] * 2, [[0]] * 2, [[6], [2]], [[2], [0]])
FIRST = Replication(1, 7)


def lent(units: int) -> list[Loan]:
    return [Loan(0.0, 0, 1, 0, units, 60.0, 540.0, 10.0, "")] if units else []


@pytest.mark.parametrize(("units", "regret"), [(0, 900.0 + 300.0 - 120.0), (1, 300.0 - 60.0), (2, 0.0)])
def test_one_shift_by_hand(units: int, regret: float) -> None:
    """There 2.25 are at work, so 3 are safe and 4 needed of 2 on duty; two may be lent for 60 each."""
    load = np.array([[1.0], [2.25]])
    actual, least = _costs(VIEW, load, lent(units), FloatPoolPlanner(np.inf, 0.0))
    assert least.tolist() == [120.0]
    assert (actual - least).tolist() == [regret]


def a_run(policy: str) -> tuple[Scenario, Run]:
    (cell,) = compose([*SMALL, f"staffing={policy}"])
    scenario, policies = build(cell.settings)
    return scenario, simulate(scenario, policies, FIRST)


def test_regret_is_never_negative_and_roles_add_up() -> None:
    scenario, run = a_run("most_loaded")
    rows = list(StaffingHindsight().rows(scenario, run, drawn(scenario, FIRST)))
    by_role = {level: value for name, dimension, level, value in rows if dimension == "pool"}
    total = next(value for name, dimension, _, value in rows if (name, dimension) == ("regret_staffing", "all"))
    assert min(by_role.values()) >= 0.0
    assert sum(by_role.values()) == pytest.approx(total)
    assert total > 0.0
    assert {name for name, *_ in rows} <= set(MEASURES)


def test_the_best_loans_in_the_work_that_came_leave_no_regret() -> None:
    """Loans that are replaced by those of the yardstick, which knows the work, cost the least in every shift."""
    scenario, run = a_run("most_loaded")
    cohort = drawn(scenario, FIRST)
    for _, costs in shift_costs(scenario, run, cohort):
        assert (costs[0] >= costs[1] - 1e-9).all()
    assert YARDSTICK.short_cost < YARDSTICK.unsafe_cost


def test_only_runs_with_a_staffing_policy_have_regret() -> None:
    scenario, run = a_run("as_rostered")
    assert not StaffingHindsight().applies(scenario, run)
    measures = pd.DataFrame([("wait", "all", "all", 1.0)], columns=["measure", "dimension", "level", "value"])
    told = with_regret(measures, scenario, run, FIRST)
    assert told.iloc[0].tolist() == ["wait", "all", "all", 1.0]
    assert {name for name in told["measure"] if name.startswith("regret_")} == {"regret_transfer"}


def test_figures_of_decisions_become_means_after_the_warm_up() -> None:
    scenario, run = a_run("float_pool_recourse")
    told = {name: value for name, _, _, value in figure_rows(scenario, run)}
    later = run.decisions[run.decisions["time_min"] >= scenario.horizon.warm_up_min]
    known = [dict(json.loads(text)) for text in later["figures"] if text]
    assert set(told) == {"vss", "evpi"}
    assert told["evpi"] == pytest.approx(np.mean([one["EVPI"] for one in known]))
    assert min(one["VSS"] for one in known) >= -1e-6
    assert min(one["EVPI"] for one in known) >= -1e-6
