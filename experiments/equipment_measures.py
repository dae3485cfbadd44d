"""Measure equipment: how long patients wait for a scan and its end, which hours were opened, and what they cost."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.equipment import equipment_codes
from sim.log import Opening
from sim.pathway import Pathway
from sim.run import Run
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR

Row = tuple[str, str, str, float]
READING = "reading"
"""How the last step of a pathway is named that ends when images are read."""

EQUIPMENT_MEASURES = (
    Measure(
        "turnaround_min",
        "Imaging turnaround",
        "min",
        "Mean time from asking for a scanner, or other equipment, until the scan is done, of those done.",
        "lower",
        1,
    ),
    Measure(
        "turnaround_p90_min",
        "Imaging turnaround, 90 %",
        "min",
        "Nine of ten scans were done within this time from asking.",
        "lower",
        1,
    ),
    Measure(
        "report_turnaround_min",
        "Turnaround until read",
        "min",
        "Mean time from arrival until the images are read, of patients whose pathway ends with a reading.",
        "lower",
        1,
    ),
    Measure(
        "opened_hours_per_day",
        "Scanner hours opened",
        "h/day",
        "Hours of scanners, or other equipment, opened beyond the roster.",
        "",
        1,
    ),
    Measure(
        "opened_hours_share",
        "Scanner hours opened, share",
        "share",
        "Hours opened over those of the usual roster of all equipment.",
        "",
        3,
    ),
    Measure(
        "opening_cost_per_day",
        "Cost of opened hours",
        "USD/day",
        "Hours opened, at the price of each.",
        "lower",
        0,
    ),
    Measure(
        "refused_openings_per_day",
        "Refused openings",
        "hours/day",
        "Openings decided that could not be carried out.",
        "lower",
        2,
    ),
)


def equipment_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the turnaround of what was asked for after the warm-up, and the hours opened then."""
    since_min, end_min = scenario.horizon.warm_up_min, scenario.horizon.end_min
    uses = run.equipment
    if len(uses):
        yield from _turnaround_rows(uses[(uses["asked_min"] >= since_min) & uses["ended_min"].notna()])
    yield from _report_rows(scenario, run)
    openings = run.openings.reindex(columns=list(Opening._fields))
    if equipment_codes(scenario):
        counted = openings[(openings["from_min"] >= since_min) & (openings["from_min"] < end_min)]
        yield from _opening_rows(scenario, counted)


def _turnaround_rows(uses: pd.DataFrame) -> Iterator[Row]:
    """Yield mean and 90th percentile of the minutes from asking to the end, for all, by hospital and by equipment."""
    minutes = uses["ended_min"] - uses["asked_min"]
    everything = pd.Series("all", index=uses.index)
    for dimension, levels in (("all", everything), ("hospital", uses["hospital"]), ("pool", uses["pool"])):
        for level, mine in minutes.groupby(levels):
            yield "turnaround_min", dimension, str(level), float(mine.mean())
            yield "turnaround_p90_min", dimension, str(level), float(np.quantile(mine, 0.9))


def _report_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield the minutes until images are read of those who came after the warm-up, for all and by hospital."""
    read = {pathway.name for pathway in scenario.pathways if _ends_read(pathway)}
    conditions = [one.name for one in scenario.conditions if one.pathway in read]
    if not conditions:
        return
    known = run.patients["condition"].isin(conditions) & run.patients["departed"].notna()
    mine = run.patients[known & (run.patients["arrived"] >= scenario.horizon.warm_up_min)]
    minutes = mine["departed"] - mine["arrived"]
    everything = pd.Series("all", index=mine.index)
    for dimension, levels in (("all", everything), ("hospital", mine["hospital"].astype(str))):
        for level, some in minutes.groupby(levels):
            yield "report_turnaround_min", dimension, str(level), float(some.mean())


def _ends_read(pathway: Pathway) -> bool:
    """Say whether the last step of all is a reading."""
    return [step.name for phase in pathway.phases for step in phase.steps][-1:] == [READING]


def _opening_rows(scenario: Scenario, openings: pd.DataFrame) -> Iterator[Row]:
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    done = openings[openings["refusal"] == ""]
    hours_per_day = float(done["units"].sum()) / days
    yield "opened_hours_per_day", "all", "all", hours_per_day
    codes = equipment_codes(scenario)
    yield "opened_hours_share", "all", "all", hours_per_day / _rostered_hours_per_day(scenario, codes)
    for code in codes:
        opened = float(done.loc[done["pool"] == code, "units"].sum()) / days
        yield "opened_hours_share", "pool", code, opened / _rostered_hours_per_day(scenario, (code,))
    yield "opening_cost_per_day", "all", "all", float(done["cost"].sum()) / days
    yield "refused_openings_per_day", "all", "all", (len(openings) - len(done)) / days
    for hospital in scenario.city.hospitals:
        mine = done["hospital"] == hospital.id
        yield "opened_hours_per_day", "hospital", hospital.id, float(done.loc[mine, "units"].sum()) / days


def _rostered_hours_per_day(scenario: Scenario, codes: tuple[str, ...]) -> float:
    """Return the hours of this equipment by the usual roster, on average over the week."""
    pools = [pool for hospital in scenario.city.hospitals for pool in hospital.pools if pool.code in codes]
    week = float(sum(pool.hourly.sum() for pool in pools))
    return week * MINUTES_PER_DAY / (HOURS_PER_WEEK * MINUTES_PER_HOUR)
