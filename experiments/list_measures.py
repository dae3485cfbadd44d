"""Measure waiting lists: how many wait and how long, who is overdue, which cases were cancelled, which days overran.

Numbers on lists are averages over the time after the warm-up, so that also those count who have not come yet.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.measure import Measure
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, FloatArray

Row = tuple[str, str, str, float]

LIST_MEASURES = (
    Measure(
        "overdue_patients",
        "Overdue on lists",
        "patients",
        "Mean number of patients who wait on lists after the day by which they were due.",
        "lower",
        1,
    ),
    Measure(
        "listed_patients", "Waiting on lists", "patients", "Mean number of patients who wait on lists.", "lower", 1
    ),
    Measure(
        "list_wait_days",
        "Wait on lists",
        "days",
        "Mean time from the referral until the patient comes, of those who came.",
        "lower",
        1,
    ),
    Measure(
        "list_wait_p90_days",
        "Wait on lists, 90 %",
        "days",
        "Nine of ten patients who came had waited no longer than this.",
        "lower",
        1,
    ),
    Measure(
        "within_due_share",
        "Come by the due date",
        "share",
        "Share of patients who came by the day by which they were due, of those due before the end.",
        "higher",
        3,
    ),
    Measure(
        "stayed_away_share",
        "Stayed away",
        "share",
        "Share of those who were called for a day and did not come, of all who came, stayed away or were cancelled.",
        "lower",
        3,
    ),
    Measure("list_cases_per_day", "Cases from lists", "patients/day", "Patients who came from lists.", "higher", 2),
    Measure(
        "cancelled_share",
        "Cancelled on the day",
        "share",
        "Cases that were cancelled on their day, for want of a bed or of time, over all that were called for a day.",
        "lower",
        3,
        "P70",
    ),
    Measure(
        "overrun_days_share",
        "Days that overran",
        "share",
        "Share of the days of lists, such as those of theatres, on which somebody worked after the roster ended.",
        "lower",
        3,
    ),
    Measure(
        "liked_time_share",
        "Seen at a time they like",
        "share",
        "Share of patients from lists who came on a half-day of the week that they like.",
        "higher",
        3,
        "A-WISH-DAY",
    ),
    Measure(
        "list_travel_min",
        "Way to the appointment",
        "min",
        "Mean minutes of the way from home to the hospital at which patients from lists were seen.",
        "lower",
        1,
    ),
    Measure(
        "list_elsewhere_share",
        "Seen at another hospital",
        "share",
        "Share of patients from lists who were seen at another hospital than that of their list.",
        "",
        3,
    ),
    Measure("refused_calls_per_day", "Refused calls", "calls/day", "Calls that could not be made.", "lower", 2),
)


def list_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield how waiting lists fared after the warm-up; nothing where nobody is on one."""
    if not len(run.lists):
        return
    yield from _waiting_rows(scenario, run.lists)
    yield from _come_rows(scenario, run.lists)
    if "liked" in run.lists:
        yield from _wish_rows(scenario, run.lists)
    yield from _event_rows(scenario, run.list_events)
    yield from _overrun_rows(scenario, run)


def _groups(lists: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield dimension, level and patients, for all, by hospital, by acuity and by condition."""
    yield "all", "all", lists
    for dimension in ("hospital", "acuity", "condition"):
        for level, mine in lists.groupby(dimension, observed=True):
            yield dimension, str(level), mine


def _waiting_rows(scenario: Scenario, lists: pd.DataFrame) -> Iterator[Row]:
    """Yield the mean numbers of those who wait, and who are overdue."""
    since, until = scenario.horizon.warm_up_min, scenario.horizon.end_min
    for dimension, level, mine in _groups(lists):
        came = mine["came_min"].fillna(until).to_numpy(dtype=float)
        for name, column in (("listed_patients", "referred_min"), ("overdue_patients", "due_min")):
            minutes = np.clip(came, since, until) - np.clip(mine[column].to_numpy(dtype=float), since, until)
            yield name, dimension, level, float(np.maximum(minutes, 0.0).sum() / (until - since))


def _come_rows(scenario: Scenario, lists: pd.DataFrame) -> Iterator[Row]:
    """Yield the waits of those who came after the warm-up, and who of those due then came in time."""
    since, until = scenario.horizon.warm_up_min, scenario.horizon.end_min
    for dimension, level, mine in _groups(lists):
        mine = mine[~mine["stayed_away"]]
        came = mine[mine["came_min"] >= since]
        days: FloatArray = ((came["came_min"] - came["referred_min"]) / MINUTES_PER_DAY).to_numpy(dtype=float)
        yield "list_cases_per_day", dimension, level, len(came) * MINUTES_PER_DAY / (until - since)
        if len(days):
            yield "list_wait_days", dimension, level, float(days.mean())
            yield "list_wait_p90_days", dimension, level, float(np.quantile(days, 0.9))
        due = mine[(mine["due_min"] >= since) & (mine["due_min"] < until)]
        if len(due):
            yield "within_due_share", dimension, level, float((due["came_min"] <= due["due_min"]).mean())


def _wish_rows(scenario: Scenario, lists: pd.DataFrame) -> Iterator[Row]:
    """Yield how those who came after the warm-up liked the time, how far they came, and who came elsewhere."""
    came = lists[(lists["came_min"] >= scenario.horizon.warm_up_min) & ~lists["stayed_away"]]
    for dimension, level, mine in _groups(came):
        if len(mine):
            elsewhere = mine["clinic"].astype(str) != mine["hospital"].astype(str)
            yield "liked_time_share", dimension, level, float(mine["liked"].mean())
            yield "list_travel_min", dimension, level, float(mine["travel_min"].mean())
            yield "list_elsewhere_share", dimension, level, float(elsewhere.mean())


def _event_rows(scenario: Scenario, events: pd.DataFrame) -> Iterator[Row]:
    """Yield the share of cases that were cancelled on their day, by reason too, and the calls refused."""
    counted = events[events["time_min"] >= scenario.horizon.warm_up_min]
    days = scenario.horizon.measured_min / MINUTES_PER_DAY
    yield "refused_calls_per_day", "all", "all", float((counted["event"] == "refused").sum() / days)
    ended = counted[counted["event"].isin(("came", "cancelled"))]
    if len(ended):
        cancelled = ended[ended["event"] == "cancelled"]
        yield "cancelled_share", "all", "all", len(cancelled) / len(ended)
        for reason, n in cancelled["reason"].value_counts().sort_index().items():
            yield "cancelled_share", "reason", str(reason), n / len(ended)
    away = int((counted["event"] == "stayed away").sum())
    if away:
        yield "stayed_away_share", "all", "all", away / (len(ended) + away)


def _overrun_rows(scenario: Scenario, run: Run) -> Iterator[Row]:
    """Yield on how many of the days with a roster somebody worked beyond it."""
    codes = {source.listed_for for source in scenario.sources}
    levels = run.levels[run.levels["hour"] * MINUTES_PER_HOUR >= scenario.horizon.warm_up_min]
    levels = levels[levels["pool"].isin(codes)]
    day = (levels["hour"] * MINUTES_PER_HOUR - scenario.lists.midnight_min) // MINUTES_PER_DAY
    keys = [levels["hospital"].astype(str), levels["pool"].astype(str), day]
    daily = levels.groupby(keys)[["duty_min", "overtime_min"]].sum()
    opened = daily[daily["duty_min"] > daily["overtime_min"]]
    if len(opened):
        yield "overrun_days_share", "all", "all", float((opened["overtime_min"] > 0).mean())
