"""Measure sharing as a whole: shortage, alerts, how evenly waits and supply fall, cost and carbon."""

from collections.abc import Iterable, Iterator

import numpy as np

from experiments.measure import Measure
from experiments.monitor import Watched, alert_table, carbon_kg
from sim.platform.monitor import evenness
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

Row = tuple[str, str, str, float]

COSTS = ("cost_per_day", "loan_cost_per_day", "opening_cost_per_day", "medicine_transport_cost_per_day")
EVEN = {
    "wait": ("wait_for_provider_min", ("hospital", "zone", "acuity", "condition")),
    "ratio": ("bed_supply_demand_ratio", ("hospital",)),
}
INDICES = ("gini", "jain", "max_min")

_WAITS, _RATIOS = "mean waits for a provider", "supply over demand of beds"

MONITOR_MEASURES = (
    Measure(
        "supply_demand_ratio",
        "Supply over demand",
        "ratio",
        "Staffed time over the time in use or waited for, by kind of resource.",
        "",
        3,
        "P61",
    ),
    Measure(
        "unmet_hours_per_day",
        "Unmet demand",
        "h/day",
        "Time wanted beyond the staffed time of the hour, summed over hospitals and hours, by kind of resource.",
        "lower",
        1,
    ),
    Measure(
        "short_hours_share",
        "Hours with demand above supply",
        "share",
        "Share of the hours of all hospitals in which R = S/D is below 1, of those in which it is defined.",
        "lower",
        3,
    ),
    Measure("alerts_per_day", "Alerts", "alerts/day", "Spells of hours beyond a threshold, by reason.", "lower", 1),
    Measure("wait_gini", "Inequality of waits", "index", f"Gini index of {_WAITS}; 0 when all are alike.", "lower", 3),
    Measure("wait_jain", "Evenness of waits", "index", f"Jain's index of {_WAITS}; 1 when all are alike.", "higher", 3),
    Measure("wait_max_min", "Shortest over longest wait", "ratio", f"Smallest over largest of {_WAITS}.", "higher", 3),
    Measure("ratio_gini", "Inequality of R", "index", f"Gini index of {_RATIOS}; 0 when all are alike.", "lower", 3),
    Measure("ratio_jain", "Evenness of R", "index", f"Jain's index of {_RATIOS}; 1 when all are alike.", "higher", 3),
    Measure("ratio_max_min", "Lowest over highest R", "ratio", f"Smallest over largest of {_RATIOS}.", "higher", 3),
    Measure(
        "sharing_cost_per_day",
        "Cost of sharing",
        "USD/day",
        "Transfers, staff lent, equipment opened and medicines moved, together.",
        "lower",
        0,
    ),
    Measure(
        "sharing_carbon_kg_per_day",
        "Carbon of sharing",
        "kg CO2e/day",
        "Ambulances of transfers, cars of staff, vans of couriers and power of opened equipment, together.",
        "lower",
        0,
        "P92",
    ),
)


def monitor_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield shortage by kind of resource and hospital, alerts by reason, and carbon by what makes it."""
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    watched = Watched.of(scenario, run)
    codes, hospitals = np.array(watched.pool), np.array(watched.hospital)
    for dimension, names in (("pool", codes), ("hospital", hospitals)):
        for level in dict.fromkeys(names.tolist()):
            yield from _shortage(watched, dimension, level, names == level, days)
    reasons = alert_table(scenario, watched)["reason"].value_counts()
    for reason, n in reasons.items():
        yield "alerts_per_day", "reason", str(reason), float(n) / days
    total = 0.0
    for source, kg in carbon_kg(scenario, run):
        total += kg
        yield "sharing_carbon_kg_per_day", "source", source, kg / days
    yield "sharing_carbon_kg_per_day", "all", "all", total / days


def _shortage(watched: Watched, dimension: str, level: str, mine: "np.ndarray", days: float) -> Iterator[Row]:
    supply, demand = float(watched.supply_min[mine].sum()), float(watched.demand_min[mine].sum())
    if demand > 0 and dimension == "pool":
        yield "supply_demand_ratio", dimension, level, supply / demand
    yield "unmet_hours_per_day", dimension, level, float(watched.unmet_min[mine].sum()) / MINUTES_PER_HOUR / days
    ratio = watched.ratio[mine]
    defined = int(np.count_nonzero(ratio == ratio))
    if defined:
        yield "short_hours_share", dimension, level, int(np.count_nonzero(ratio < 1.0)) / defined


def summed_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield from the other rows of a run how evenly waits and supply are spread, and what sharing costs in all."""
    every = list(rows)
    for name, (measure, dimensions) in EVEN.items():
        for dimension in dimensions:
            values = np.array([row[3] for row in every if row[0] == measure and row[1] == dimension])
            if len(values) > 1:
                found = evenness(values)
                for index in INDICES:
                    yield f"{name}_{index}", "across", dimension, getattr(found, index)
    yield "sharing_cost_per_day", "all", "all", sum(row[3] for row in every if row[0] in COSTS and row[1] == "all")
