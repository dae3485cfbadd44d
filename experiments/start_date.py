"""Tie minutes to the calendar: a run starts at a local date and full hour, and weekly profiles start there too."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from sim.admission_rules import AdmissionRules
from sim.faults import Fault
from sim.loan_rules import LoanRules
from sim.roster_rules import RosterRules
from sim.scenario import Scenario, Source
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK

HOURS_PER_DAY = 24


def start_date_faults(text: str, field: str) -> Iterator[Fault]:
    """Yield a fault for a text that is no date, has a time zone, or does not start on a full hour."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        yield Fault(field, text, "write a date and a full hour, for example '2026-01-05 08:00'")
        return
    if moment.tzinfo is not None:
        yield Fault(field, text, "leave the time zone out; all times are local")
    if (moment.minute, moment.second, moment.microsecond) != (0, 0, 0):
        yield Fault(field, text, "start on a full hour")


def start_of(start_date: str) -> datetime:
    """Return the local moment at which a run starts."""
    return datetime.fromisoformat(start_date)


def hour_at_start(start_date: str) -> int:
    """Return the hour of the week, 0 for Monday midnight, at which a run starts."""
    moment = start_of(start_date)
    return moment.weekday() * HOURS_PER_DAY + moment.hour


def started_at(scenario: Scenario, hour: int) -> Scenario:
    """Return the scenario whose time zero is this hour of the week: all weekly profiles begin there."""
    if hour == 0:
        return scenario
    hospitals = tuple(
        replace(one, pools=tuple(replace(pool, levels=_turned(pool.levels, hour)) for pool in one.pools))
        for one in scenario.city.hospitals
    )
    return replace(
        scenario,
        city=replace(scenario.city, hospitals=hospitals),
        sources=tuple(_turned_source(one, hour) for one in scenario.sources),
        loans=_turned_loans(scenario.loans, hour),
        lists=_turned_lists(scenario.lists, hour),
        rosters=_turned_rosters(scenario.rosters, hour),
    )


def _turned_source(source: Source, hour: int) -> Source:
    pattern = source.pattern.turned(hour) if source.pattern else None
    return replace(source, hourly_rate=np.roll(source.hourly_rate, -hour), pattern=pattern)


def _turned_loans(loans: LoanRules, hour: int) -> LoanRules:
    """Let reviews come at the same times of day."""
    after_midnight_min = hour % HOURS_PER_DAY * MINUTES_PER_HOUR
    return replace(loans, first_min=(loans.first_min - after_midnight_min) % loans.review_every_min)


def _turned_rosters(rosters: RosterRules, hour: int) -> RosterRules:
    """Let reviews come at the same times of the week, and weeks begin on Mondays."""
    passed_min = hour * MINUTES_PER_HOUR
    first_min = (rosters.first_min - passed_min) % rosters.review_every_min
    return replace(rosters, first_min=first_min, monday_min=-passed_min % MINUTES_PER_WEEK)


def _turned_lists(lists: AdmissionRules, hour: int) -> AdmissionRules:
    """Let days begin at midnight, and reviews come at the same times of day; of the week where they come in weeks."""
    after_midnight_min = hour % HOURS_PER_DAY * MINUTES_PER_HOUR
    weekly = lists.review_every_min % MINUTES_PER_WEEK == 0
    passed_min = hour * MINUTES_PER_HOUR if weekly else after_midnight_min
    again_min = MINUTES_PER_WEEK if weekly else min(lists.review_every_min, MINUTES_PER_DAY)
    first_min = (lists.first_min - passed_min) % again_min
    return replace(lists, first_min=first_min, midnight_min=-after_midnight_min % MINUTES_PER_DAY)


def _turned(levels: tuple[int, ...], hour: int) -> tuple[int, ...]:
    return levels[hour:] + levels[:hour] if len(levels) == HOURS_PER_WEEK else levels
