"""State who may work which shift when, what is asked for and what it costs: plain numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Roster = npt.NDArray[np.intp]
"""The shift (its position in the case) of each employee on each day, OFF on days off; shape (employees, days)."""
OFF = -1
DAYS_PER_WEEK = 7
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class Shift:
    """A kind of duty.

    Args:
        name: unique.
        minutes: working time.
        not_next: names of the shifts that may not follow it on the next day.
        skill: what an employee must hold to work it; None for nothing.
        night: whether it counts in the fairness of nights.
    """

    name: str
    minutes: int
    not_next: frozenset[str] = frozenset()
    skill: str | None = None
    night: bool = False


@dataclass(frozen=True, slots=True)
class Employee:
    """What one person may be asked to do within the horizon.

    Args:
        name: unique.
        max_shifts: shifts of a kind at most, by the name of the shift; others are not limited.
        min_minutes: working minutes at least.
        max_minutes: working minutes at most.
        max_run: days worked in a row at most.
        min_run: days worked in a row at least; runs that touch the start or the end may be shorter.
        min_rest: days off in a row at least; runs that touch the start or the end may be shorter.
        max_weekends: weekends with work on Saturday or Sunday at most.
        days_off: days without work, counted from 0.
        skills: what the person holds.
        fixed: shifts that are given already, by the name of the shift for each day.
    """

    name: str
    max_shifts: Mapping[str, int] = field(default_factory=dict)
    min_minutes: int = 0
    max_minutes: int = NO_LIMIT
    max_run: int = NO_LIMIT
    min_run: int = 1
    min_rest: int = 1
    max_weekends: int = NO_LIMIT
    days_off: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    fixed: Mapping[int, str] = field(default_factory=dict)

    def may_work(self, shift: Shift) -> bool:
        """Say whether the person holds the skill of the shift and may work it at all."""
        return (shift.skill is None or shift.skill in self.skills) and self.max_shifts.get(shift.name, 1) > 0


class Request(NamedTuple):
    """A wish to work a shift on a day (`wanted`) or not to work it; refusing it costs `cost`."""

    employee: str
    day: int
    shift: str
    cost: float
    wanted: bool


class Cover(NamedTuple):
    """How many people a shift needs on a day, and what each one missing or too many costs."""

    day: int
    shift: str
    required: int
    under_cost: float
    over_cost: float


@dataclass(frozen=True, slots=True)
class RosterCase:
    """A rostering question; day 0 is a Monday.

    Args:
        n_days: length of the horizon.
        shifts: kinds of duty.
        employees: who can work.
        requests: wishes, each refusal has a cost.
        covers: needs; shifts and days without one may be worked by anyone at no cost.
        cover_is_hard: whether nobody may be missing (then `under_cost` has no meaning).
        night_spread_cost: cost of each night shift by which the busiest employee exceeds the least busy one,
            among those who may work nights.

    Raises:
        ValueError: lists every name that is unknown or given twice, every day outside the horizon, and every
            number out of range.
    """

    n_days: int
    shifts: tuple[Shift, ...]
    employees: tuple[Employee, ...]
    requests: tuple[Request, ...] = ()
    covers: tuple[Cover, ...] = ()
    cover_is_hard: bool = False
    night_spread_cost: float = 0.0

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def n_weekends(self) -> int:
        """Count the weekends that the horizon touches."""
        return (self.n_days + 1) // DAYS_PER_WEEK

    def night_staff(self) -> list[int]:
        """List the employees (positions) who may work a night shift."""
        nights = [shift for shift in self.shifts if shift.night]
        return [e for e, one in enumerate(self.employees) if any(map(one.may_work, nights))]


def day_name(day: int) -> str:
    """Say a day in words: `Tuesday of week 1` for day 1."""
    return f"{WEEKDAYS[day % DAYS_PER_WEEK]} of week {day // DAYS_PER_WEEK + 1}"


def weekend_days(case: RosterCase, weekend: int) -> list[int]:
    """List the Saturday and the Sunday of a weekend, as far as they lie in the horizon."""
    saturday = DAYS_PER_WEEK * weekend + 5
    return [day for day in (saturday, saturday + 1) if day < case.n_days]


def _faults(case: RosterCase) -> Iterator[str]:
    shifts = [shift.name for shift in case.shifts]
    staff = [employee.name for employee in case.employees]
    if case.n_days < 1:
        yield f"n_days is {case.n_days}; give at least 1"
    if not case.night_spread_cost >= 0:
        yield f"night_spread_cost is {case.night_spread_cost}; give 0 or more"
    yield from _repeats("shift", shifts)
    yield from _repeats("employee", staff)
    for shift in case.shifts:
        yield from _unknown(f"not_next of shift {shift.name}", shift.not_next, shifts)
        if shift.minutes < 0:
            yield f"minutes of shift {shift.name} is {shift.minutes}; give 0 or more"
    for employee in case.employees:
        yield from _employee_faults(case, employee, shifts)
    for request in case.requests:
        where = f"request of {request.employee} on day {request.day}"
        yield from _unknown(where, [request.employee], staff)
        yield from _entry_faults(case, where, request.day, request.shift, request.cost)
    yield from _repeats("cover of day and shift", [(cover.day, cover.shift) for cover in case.covers])
    for cover in case.covers:
        where = f"cover on day {cover.day}"
        costs = min(cover.under_cost, cover.over_cost, cover.required)
        yield from _entry_faults(case, where, cover.day, cover.shift, costs)


def _employee_faults(case: RosterCase, employee: Employee, shifts: list[str]) -> Iterator[str]:
    yield from _unknown(f"max_shifts of {employee.name}", employee.max_shifts, shifts)
    for day in employee.days_off:
        if not 0 <= day < case.n_days:
            yield f"day off of {employee.name} is {day}; give 0 to {case.n_days - 1}"
    yield from _unknown(f"fixed of {employee.name}", employee.fixed.values(), shifts)
    for day in employee.fixed:
        if not 0 <= day < case.n_days or day in employee.days_off:
            yield f"fixed of {employee.name} names day {day}; give 0 to {case.n_days - 1}, and no day off"
    for name, least in (("max_run", 1), ("min_run", 1), ("min_rest", 1), ("min_minutes", 0), ("max_weekends", 0)):
        if getattr(employee, name) < least:
            yield f"{name} of {employee.name} is {getattr(employee, name)}; give at least {least}"
    if employee.min_run > employee.max_run:
        yield f"min_run of {employee.name} is {employee.min_run}; give at most max_run = {employee.max_run}"
    if employee.min_minutes > employee.max_minutes:
        most = employee.max_minutes
        yield f"min_minutes of {employee.name} is {employee.min_minutes}; give at most max_minutes = {most}"


def _entry_faults(case: RosterCase, where: str, day: int, shift: str, cost: float) -> Iterator[str]:
    yield from _unknown(where, [shift], [one.name for one in case.shifts])
    if not 0 <= day < case.n_days:
        yield f"{where}: give a day from 0 to {case.n_days - 1}"
    if not 0 <= cost < float("inf"):
        yield f"{where} has the number {cost}; give 0 or more"


def _unknown(where: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(names) - set(known)):
        yield f"{where} names {name!r}, which is not there; add it or mend the name"


def _repeats(what: str, names: list[str] | list[tuple[int, str]]) -> Iterator[str]:
    for name, count in Counter(map(str, names)).items():
        if count > 1:
            yield f"{what} {name} is given {count} times; give it once"
