"""Measure what policies put on rosters: hours of own and of agency staff, beside those of the usual roster."""

from collections.abc import Iterator

import pandas as pd

from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY

Row = tuple[str, str, str, float]
MEASURE_OF = {
    "own_hours": "rostered_hours_per_day",
    "usual_hours": "usual_hours_per_day",
    "agency_hours": "agency_hours_per_day",
    "cost": "agency_cost_per_day",
}


def roster_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the hours on the rosters that a policy gave, in all and by role, and how many were refused.

    Days that lie only partly in the time that is measured count in part; a day that was rostered twice counts as it was
    rostered last.
    """
    if "rostering" not in set(run.decisions.get("seat", ())):
        return
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    counted = _counted(scenario, run.rosters)
    yield "refused_rosters_per_day", "all", "all", float(counted.loc[counted["refusal"] != "", "share"].sum() / days)
    for column, measure in MEASURE_OF.items():
        amount = counted[column] * counted["share"]
        yield measure, "all", "all", float(amount.sum() / days)
        if column == "cost":
            continue
        for pool, hours in amount.groupby(counted["pool"], observed=True).sum().items():
            yield measure, "pool", str(pool), float(hours / days)


def _counted(scenario: Scenario, rosters: pd.DataFrame) -> pd.DataFrame:
    """Keep the last row of each day, with the share of the day that is measured."""
    horizon = scenario.horizon
    last = rosters.drop_duplicates(["hospital", "pool", "from_min"], keep="last")
    ends_min = (last["from_min"] + MINUTES_PER_DAY).clip(upper=horizon.end_min)
    share = (ends_min - last["from_min"].clip(lower=horizon.warm_up_min)).clip(lower=0.0) / MINUTES_PER_DAY
    return last.assign(share=share)
