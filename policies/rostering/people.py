"""State the rostering question of one post: its people, their rules, and what they worked in the weeks before."""

from dataclasses import dataclass

import numpy as np

from optimize.roster.case import OFF, Employee, RosterCase, Shift
from optimize.roster.case import Cover as Need
from optimize.roster.teams import TeamsCase
from sim.contract import RosteringFacts, RosteringView
from sim.units import MINUTES_PER_DAY, IntArray

HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7
UNDER_COST, OVER_COST = 10.0, 1.0
"""A missing person is dearer than one too many, who would be missing elsewhere."""


@dataclass(frozen=True, slots=True)
class PeopleRules:
    """Set what people may be asked for: days in a row, hours of rest between shifts, and weekends.

    Of every `weekend_cycle_weeks` weekends in a row `most_weekends` are worked at most; whose are free takes turns, so
    that on each of them as many are left.
    """

    most_days_in_a_row: int
    least_rest_hours: int
    weekend_cycle_weeks: int
    most_weekends: int


def contracts(view: RosteringView, post: tuple[int, int]) -> IntArray:
    """Return the hours of each person in the days of a view: full-time people, and one for the hours that are left."""
    full = view.facts.hours_per_week
    n_full, left = divmod(float(view.facts.weekly_hours[post]), full)
    weekly = np.array([full] * int(n_full) + [left] * (left > 0))
    return np.floor(weekly * view.n_days / DAYS_PER_WEEK + 1e-9).astype(np.int64)


def past_days(view: RosteringView, n_people: list[int]) -> list[IntArray]:
    """Return what the people of each post worked before a view, OFF where nothing is known.

    It begins on the Monday a week before the week of the view; without a past, on the Monday of that week. Each has the
    shape (people, days).
    """
    n_days, last = view.weekday, view.last
    if last.shape[0] == sum(n_people) and last.size:
        n_days += DAYS_PER_WEEK
        last = last[:, : last.shape[1] - max(0, round((view.last_ends_min - view.starts_min) / MINUTES_PER_DAY))]
    else:
        last = np.empty((sum(n_people), 0), dtype=np.int64)
    last = last[:, max(0, last.shape[1] - n_days) :]
    known = np.pad(last, ((0, 0), (n_days - last.shape[1], 0)), constant_values=OFF)
    return np.split(known, np.cumsum(n_people)[:-1])


def question(view: RosteringView, needed: IntArray, hours: IntArray, past: IntArray, rules: PeopleRules) -> RosterCase:
    """Return the roster case of one post; its first days are the past, which is given.

    Args:
        view: what is seen at the review.
        needed: people on each shift; shape (days, shifts).
        hours: of each person, at most; shape (people,).
        past: what they worked before; shape (people, past days).
        rules: what they may be asked for.
    """
    names, before = view.facts.shift_names, past.shape[1]
    needs = [
        Need(before + day, names[shift], int(n), UNDER_COST, OVER_COST) for (day, shift), n in np.ndenumerate(needed)
    ]
    people = [_person(view, i, int(most), past[i].tolist(), rules) for i, most in enumerate(hours)]
    return RosterCase(before + view.n_days, shifts_of(view.facts, rules), tuple(people), covers=tuple(needs))


def shifts_of(facts: RosteringFacts, rules: PeopleRules) -> tuple[Shift, ...]:
    """Return the kinds of shift; one that begins too soon after another may not follow it."""
    ends = facts.begins_hour + facts.shift_hours
    rest = HOURS_PER_DAY + facts.begins_hour[None, :] - ends[:, None]
    return tuple(
        Shift(
            name,
            int(facts.shift_hours[s]) * 60,
            frozenset(facts.shift_names[t] for t in np.flatnonzero(rest[s] < rules.least_rest_hours).tolist()),
        )
        for s, name in enumerate(facts.shift_names)
    )


def free_weekends(view: RosteringView, i: int, past_days: int, rules: PeopleRules) -> set[int]:
    """Return the days of the weekends that a person has free in a view, counted from the first of its past days."""
    monday = round(view.starts_min / MINUTES_PER_DAY) - past_days
    weekends = range((past_days + view.n_days + 1) // DAYS_PER_WEEK)
    free = [k for k in weekends if (monday // DAYS_PER_WEEK + k + i) % rules.weekend_cycle_weeks >= rules.most_weekends]
    days = {DAYS_PER_WEEK * k + day for k in free for day in (5, 6)}
    return {day for day in days if past_days <= day < past_days + view.n_days}


def _person(view: RosteringView, i: int, hours: int, past: list[int], rules: PeopleRules) -> Employee:
    facts = view.facts
    worked = {day: shift for day, shift in enumerate(past) if shift != OFF}
    n_cycles = -(-(len(past) + view.n_days) // (DAYS_PER_WEEK * rules.weekend_cycle_weeks))
    free = free_weekends(view, i, len(past), rules)
    return Employee(
        name=f"person {i + 1}",
        max_minutes=60 * (hours + sum(int(facts.shift_hours[shift]) for shift in worked.values())),
        max_run=rules.most_days_in_a_row,
        max_weekends=rules.most_weekends * n_cycles,
        days_off=frozenset(free.union(day for day, shift in enumerate(past) if shift == OFF)),
        fixed={day: facts.shift_names[shift] for day, shift in worked.items()},
    )


def teams(
    view: RosteringView, needed: IntArray, hours: list[IntArray], pasts: list[IntArray], rules: PeopleRules
) -> TeamsCase:
    """Return the questions of many posts in arrays; each is that of `question`.

    The limit on weekends needs no count: whose weekends are free takes turns, so nobody who was rostered by these rules
    reaches it on the others.

    Args:
        view: what is seen at the review.
        needed: people on each shift of each post; shape (P, days, shifts).
        hours: of each person of each post, at most.
        pasts: what they worked before.
        rules: what they may be asked for.
    """
    facts, sizes = view.facts, [mine.size for mine in hours]
    before = pasts[0].shape[1] if pasts else 0
    place = np.concatenate([np.arange(size) for size in sizes]) if sizes else np.empty(0, dtype=np.intp)
    turns = range(rules.weekend_cycle_weeks)
    free = np.array([[before + d in free_weekends(view, i, before, rules) for d in range(view.n_days)] for i in turns])
    ends = facts.begins_hour + facts.shift_hours
    return TeamsCase(
        needed=needed,
        team=np.repeat(np.arange(len(sizes)), sizes),
        hours=np.concatenate(hours) if hours else np.empty(0, dtype=np.intp),
        past=np.concatenate(pasts) if pasts else np.empty((0, 0), dtype=np.intp),
        day_off=free[place % rules.weekend_cycle_weeks],
        shift_hours=facts.shift_hours,
        follows=HOURS_PER_DAY + facts.begins_hour[None, :] - ends[:, None] >= rules.least_rest_hours,
        max_run=rules.most_days_in_a_row,
        under_cost=UNDER_COST,
        over_cost=OVER_COST,
    )
