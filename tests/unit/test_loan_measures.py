"""Loans of staff in measures: hours by lender and role, what was refused, and what it costs, by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.loan_measures import loan_rows
from experiments.measures import MEASURES
from sim.loan_rules import LoanRules
from sim.log import Loan
from sim.run import Run, simulate
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

DAY = 1440.0
LOANS = [  # when decided, lender, borrower, role, units, from, until, minutes of road, refusal
    (0.0, "near", "far", "nurse", 9, DAY - 60, DAY + 420, 20.0, ""),  # begins in the warm-up
    (DAY, "near", "far", "nurse", 2, DAY + 60, DAY + 540, 15.0, ""),
    (DAY, "near", "far", "radiographer", 1, DAY + 60, DAY + 540, 15.0, ""),
    (DAY, "far", "near", "nurse", 1, DAY + 60, DAY + 300, 30.0, ""),
    (DAY, "near", "far", "nurse", 7, DAY + 60, DAY + 540, 0.0, "lender needs its staff"),
]


def world() -> Scenario:
    """Return two hospitals with a day of warm-up and two measured days; a premium of a quarter on 40 an hour."""
    rules = LoanRules(premium_share=0.25, wage_per_hour=40.0)
    return replace(two_hospitals(), horizon=Horizon(DAY, 2 * DAY), loans=rules)


def a_run(loans: list[tuple[object, ...]], seat: str = "staffing") -> Run:
    bare = simulate(replace(world(), horizon=Horizon(0.0, 1.0)), POLICIES, Replication(0, 1))
    table = pd.DataFrame(loans, columns=list(Loan._fields))
    for column in ("lender", "borrower"):
        table[column] = pd.Categorical(table[column], categories=["near", "far"])
    return replace(bare, loans=table, decisions=pd.DataFrame({"seat": [seat]}))


def values(run: Run) -> dict[tuple[str, str, str], float]:
    return {row[:3]: row[3] for row in loan_rows(world(), run)}


def test_hours_of_shifts_that_begin_after_the_warm_up_count_for_lender_and_role() -> None:
    found = values(a_run(LOANS))
    assert found["staff_hours_lent_per_day", "all", "all"] == (2 * 8 + 8 + 4) / 2
    assert found["staff_hours_lent_per_day", "hospital", "near"] == 12.0
    assert found["staff_hours_lent_per_day", "hospital", "far"] == 2.0
    assert found["staff_hours_lent_per_day", "pool", "nurse"] == (16 + 4) / 2
    assert found["staff_hours_lent_per_day", "pool", "radiographer"] == 4.0


def test_premium_and_both_ways_are_paid() -> None:
    """28 hours at a premium of 10, and 3 half hours and one hour of road at 40, over two days."""
    assert values(a_run(LOANS))["loan_cost_per_day", "all", "all"] == (28 * 10 + 2.5 * 40) / 2


def test_refused_loans_count_by_day() -> None:
    assert values(a_run(LOANS))["refused_loans_per_day", "all", "all"] == 0.5


def test_nobody_lent_is_zero_where_somebody_decides_and_nothing_elsewhere() -> None:
    found = values(a_run([]))
    assert {name for name, _, _ in found} <= set(MEASURES)
    assert found["loan_cost_per_day", "all", "all"] == 0.0
    assert set(found.values()) == {0.0}
    assert values(a_run([], "transfer")) == {}
