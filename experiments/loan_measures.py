"""Measure what hospitals lend each other of their staff, and what that costs."""

import json
from collections.abc import Iterator

import pandas as pd

from sim.loan_rules import LoanRules
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

Row = tuple[str, str, str, float]
FIGURES = ("vss", "evpi")


def loan_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the hours of staff lent in shifts that begin after the warm-up, and what they cost beyond the wage.

    The road there is part of the shift, the road back is not; both are paid, the shift with the premium.
    """
    if "staffing" not in set(run.decisions.get("seat", ())):
        return
    rules, days = scenario.loans, scenario.horizon.measured_min / MINUTES_PER_DAY
    counted = run.loans[run.loans["starts_min"] >= scenario.horizon.warm_up_min]
    made = counted[counted["refusal"] == ""]
    yield "refused_loans_per_day", "all", "all", (len(counted) - len(made)) / days
    hours = made["units"] * (made["ends_min"] - made["starts_min"]) / MINUTES_PER_HOUR
    yield "staff_hours_lent_per_day", "all", "all", float(hours.sum() / days)
    yield "loan_cost_per_day", "all", "all", float(loan_cost(rules, made).sum() / days)
    for lender, lent in hours.groupby(made["lender"], observed=False).sum().items():
        yield "staff_hours_lent_per_day", "hospital", str(lender), float(lent / days)
    for role, lent in hours.groupby(made["role"], observed=True).sum().items():
        yield "staff_hours_lent_per_day", "pool", str(role), float(lent / days)


def loan_cost(rules: LoanRules, loans: pd.DataFrame) -> "pd.Series[float]":
    """Return what each loan costs beyond the wage: its premium, and the hours of the road there and back, USD."""
    hours = loans["units"] * (loans["ends_min"] - loans["starts_min"]) / MINUTES_PER_HOUR
    road_hours = loans["units"] * 2 * loans["travel_min"] / MINUTES_PER_HOUR
    cost: pd.Series[float] = (rules.premium_share * hours + road_hours) * rules.wage_per_hour
    return cost


def figure_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the means of what decisions after the warm-up told of their uncertainty (VSS, EVPI)."""
    told = run.decisions[(run.decisions["time_min"] >= scenario.horizon.warm_up_min) & (run.decisions["figures"] != "")]
    figures = [dict(json.loads(text)) for text in told["figures"]]
    for name in sorted({name for one in figures for name in one}):
        known = [one[name] for one in figures if name in one and one[name] == one[name]]
        if known and name.lower() in FIGURES:
            yield name.lower(), "all", "all", sum(known) / len(known)
