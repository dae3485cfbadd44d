"""Put forecasts and an allocation in words and tables."""

import csv
import io

import numpy as np

from experiments.files.allocation import History
from experiments.report.numbers import amount
from experiments.summary import aligned
from optimize.allocation import AllocationProblem
from optimize.allocation_case import AllocationCase, AllocationPlan, inequality_of, ratio
from optimize.contract import Solved
from optimize.score import by_name
from policies.trend import Trend

DASH = "–"


def forecasts(history: History, supply: Trend, demand: Trend) -> str:
    """Tell what is expected of the next period and how far such forecasts missed the periods held out."""
    n, last = len(history.periods), history.periods[-1]
    if not supply.n_held_out:
        few = "the only period" if n == 1 else f"the last of {n} periods, too few for a regression"
        return f"Supply and demand are those of {last or 'the file'}, {few}; their error is not known."
    held_out = ", ".join(history.periods[-supply.n_held_out :])
    header = ["type", "place", "supply", "± error", "(last value)", "demand", "± error", "(last value)"]
    rows = [
        [history.types[k], history.places[h], *_three(supply, i), *_three(demand, i)]
        for i, (k, h) in enumerate(np.ndindex(*history.supply.shape[1:]))
        if (history.supply[:, k, h] + history.demand[:, k, h]).any()
    ]
    return "\n".join(
        [
            f"Forecast of the period after {last}, by regression on {n} periods. The error is the mean absolute one",
            f"over the periods held out ({held_out}); in brackets that of repeating the last value.",
            aligned([header, *rows]),
        ]
    )


def _three(trend: Trend, series: int) -> list[str]:
    return [shown(float(one[series])) for one in (trend.forecast, trend.error, trend.last_value_error)]


def shown(number: float) -> str:
    """Write a number with at most two decimals, a dash where it has no meaning."""
    return DASH if np.isnan(number) else f"{number:.2f}".rstrip("0").rstrip(".")


def plan(problem: AllocationProblem, solved: Solved[AllocationPlan]) -> str:
    """Tell the moves, what each place has before and after, and what the plan costs by term."""
    found, case = solved.solution, problem.case
    if found is None:
        raise ValueError("there is no plan to tell")
    best = "Least-cost" if solved.ending == "optimal" else "Best known (not proven least-cost)"
    moves = [
        [case.types[k], case.places[i], case.places[j], f"{n}", amount(float(case.move_cost[i, j]))]
        for k, i, j, n in found.moves
    ]
    listed = aligned([["type", "from", "to", "units", "cost of one"], *moves]) if moves else "No unit moves."
    costs = ", ".join(f"{name} {amount(score)}" for name, score in by_name(problem.terms(found)).items())
    total = f"Cost {amount(found.cost)}: {costs}." if costs else f"Cost {amount(found.cost)}."
    return "\n".join([f"{best} allocation:", listed, "", _places(case, found), "", _equality(case, found), total])


def _places(case: AllocationCase, found: AllocationPlan) -> str:
    header = ["type", "place", "supply S", "demand D", "R = S/D", "after", "R after", "unmet"]
    before, after = ratio(case.supply, case.demand), ratio(found.after, case.demand)
    rows = [
        [
            case.types[k],
            case.places[h],
            *(shown(float(one[k, h])) for one in (case.supply, case.demand, before, found.after, after, found.unmet)),
        ]
        for k, h in np.ndindex(*case.supply.shape)
        if case.supply[k, h] or case.demand[k, h]
    ]
    return aligned([header, *rows]) + f"\nR is {DASH} where nothing is demanded."


def _equality(case: AllocationCase, found: AllocationPlan) -> str:
    if case.inequality == "none":
        return "Inequality is not counted."
    each = zip(case.types, case.supply, case.demand, found.inequality.tolist(), strict=True)
    told = (f"{name} {inequality_of(case.inequality, s, d):.3f} -> {now:.3f}" for name, s, d, now in each)
    return f"Inequality ({case.inequality}, 0 is equal): {', '.join(told)}."


def table(case: AllocationCase, found: AllocationPlan) -> str:
    """Write the moves as comma-separated text."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["type", "from", "to", "units", "unit_cost"])
    rows.writerows(
        [case.types[k], case.places[i], case.places[j], n, float(case.move_cost[i, j])] for k, i, j, n in found.moves
    )
    return text.getvalue()
