"""Roster many teams in milliseconds: give everybody in turn the best days, then take a few out and place them anew.

Placing a person is a shortest path over the days (the pricing problem of `optimize.roster.pricing`, for fewer rules);
taking out and placing anew is ruin and recreate (G. Schrimpf et al., 2000, doi:10.1006/jcph.1999.6413).
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numba import njit

from optimize.contract import Ending, Solved
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.roster.case import OFF
from optimize.roster.teams import TeamsCase

N_CHANCES = 4096
MOST_OUT = 6
"""People that are taken out at a time, at most."""
SCARCE = 0.4
"""Weight of days on which many are missing, against one person too many; below 1/2, so that nobody is one for it."""


@dataclass(frozen=True, slots=True)
class TeamRosters:
    """Say who works which shift.

    Args:
        shifts: of each person on each day, or OFF; shape (E, D).
        costs: of each team; shape (P,).
        bounds: no rosters of that team cost less: of hours, people, and how long each can work; shape (P,).
    """

    shifts: IntArray
    costs: FloatArray
    bounds: FloatArray


def roster_teams(case: TeamsCase, rounds: int, seed: int = 0) -> Solved[TeamRosters]:
    """Return rosters of all teams; OPTIMAL if every team's cost is its bound, and the same on every machine.

    Args:
        case: the question.
        rounds: how often some people of a team are taken out and placed anew, for each of its people, at most.
        seed: of whom to take out.

    Raises:
        ArithmeticError: if a roster breaks a rule; this would be a fault of the search.
    """
    started = perf_counter()
    chances = np.random.Generator(np.random.PCG64(seed)).random(N_CHANCES)
    unit = int(np.gcd.reduce(case.shift_hours)) if case.shift_hours.size else 1
    bounds = case.least_costs()
    shifts = np.full((case.team.size, case.needed.shape[1]), OFF, dtype=np.intp)
    last, run = _before(case)
    rules = (case.shift_hours // unit, case.follows, min(case.max_run, case.needed.shape[1] + int(run.max(initial=0))))
    people = (case.bounds, case.hours.astype(np.intp) // unit, last, run, case.day_off)
    _roster_all(shifts, case.needed, people, rules, (case.under_cost, case.over_cost), bounds, (rounds, chances))
    broken = case.breaches(shifts)
    if broken:
        raise ArithmeticError(f"the search broke rules: {'; '.join(broken)}")
    costs = case.costs(shifts)
    ending = Ending.OPTIMAL if (costs <= bounds + 1e-6).all() else Ending.FEASIBLE
    found = TeamRosters(shifts, costs, bounds)
    return Solved(ending, found, float(costs.sum()), float(bounds.sum()), perf_counter() - started)


def _before(case: TeamsCase) -> tuple[IntArray, IntArray]:
    """Return the shift or OFF of the day before, and how many days in a row were worked until then; both (E,)."""
    if not case.past.shape[1]:
        return np.full(case.team.size, OFF, dtype=np.intp), np.zeros(case.team.size, dtype=np.intp)
    rests = (case.past == OFF)[:, ::-1]
    run = np.where(rests.any(axis=1), rests.argmax(axis=1), case.past.shape[1])
    return case.past[:, -1].astype(np.intp), run.astype(np.intp)


People = tuple[IntArray, IntArray, IntArray, IntArray, BoolArray]
"""Where teams begin, units of work, the shift before, the run before, days off."""
Rules = tuple[IntArray, BoolArray, int]
"""Units of each shift, which may follow which, days in a row at most."""
Effort = tuple[int, FloatArray]
"""Rounds for each person at most, numbers drawn."""
Aim = tuple[float, float, float, int]
"""Prices of too few and too many people, the least cost there can be, the team."""


@njit(cache=True)
def _roster_all(
    shifts: IntArray,
    needed: IntArray,
    people: People,
    rules: Rules,
    prices: tuple[float, float],
    bounds: FloatArray,
    effort: Effort,
) -> None:
    """Fill in the rosters of all teams."""
    first, most, chances = people[0], people[1], effort[1]
    n_days, n_shifts = needed.shape[1:]
    ahead = np.zeros((n_days + 1, n_shifts + 1, rules[2] + 1, most.max() + 1 if most.size else 1))
    price = np.zeros((n_days, n_shifts))
    for team in range(needed.shape[0]):
        missing = needed[team].copy()
        for person in range(first[team], first[team + 1]):
            _price(price, missing, prices, first[team + 1] - person, chances, person)
            _place(shifts[person], missing, price, people, rules, person, ahead)
        if _cost(missing, prices) > bounds[team] + 1e-6:
            bounds[team] = max(bounds[team], prices[0] * _unreached(needed[team], price, people, rules, team, ahead))
            room = (price, ahead)
            _improve(shifts, missing, people, rules, (prices[0], prices[1], bounds[team], team), effort, room)


@njit(cache=True)
def _improve(
    shifts: IntArray,
    missing: IntArray,
    people: People,
    rules: Rules,
    aim: Aim,
    effort: Effort,
    room: tuple[FloatArray, FloatArray],
) -> None:
    """Take out a few people of a team and place them anew, as long as nothing gets worse."""
    under, over, bound, team = aim
    (rounds, chances), (price, ahead), prices = effort, room, (under, over)
    first, n_people = people[0][team], people[0][team + 1] - people[0][team]
    cost, at = _cost(missing, prices), 0
    out, old, kept = np.empty(MOST_OUT, np.intp), np.empty((MOST_OUT, len(missing)), np.intp), missing.copy()
    for turn in range(rounds * n_people):
        if cost <= bound + 1e-6:
            return
        n_out = min(n_people, 2 + turn % (MOST_OUT - 1))
        kept[:] = missing
        for k in range(n_out):
            at += 1
            out[k] = first + int(chances[at % chances.size] * n_people)
            if not k:
                out[k] = _idle(shifts, people, rules[0], team, out[k])
            old[k] = shifts[out[k]]
            _take_out(shifts[out[k]], missing)
        for k in range(n_out):
            at += 7
            _price(price, missing, prices, n_out - k, chances, at)
            _take_out(shifts[out[k]], missing)  # somebody may be drawn twice
            _place(shifts[out[k]], missing, price, people, rules, out[k], ahead)
        found = _cost(missing, prices)
        if found <= cost:
            cost = found
        else:
            missing[:] = kept
            for k in range(n_out - 1, -1, -1):
                shifts[out[k]] = old[k]


@njit(cache=True)
def _unreached(
    needed: IntArray, price: FloatArray, people: People, rules: Rules, team: int, ahead: FloatArray
) -> float:
    """Return how many shifts of those needed stay empty even if everybody works as long as their own rules allow."""
    lasts, nobody, days = rules[0], needed.copy(), np.empty(len(needed), np.intp)
    short = 0.0
    for shift in range(lasts.size):
        price[:, shift] = -lasts[shift]
        short += float(lasts[shift] * needed[:, shift].sum())
    for person in range(people[0][team], people[0][team + 1]):
        days[:] = OFF
        _place(days, nobody, price, people, rules, person, ahead)
        for worked in days:
            short -= float(lasts[worked]) if worked != OFF else 0.0
    return float(np.ceil(max(short, 0.0) / lasts.max() - 1e-9))


@njit(cache=True)
def _idle(shifts: IntArray, people: People, lasts: IntArray, team: int, begin: int) -> int:
    """Return who of a team, from somebody on, is the first with hours left for a shift; that one if nobody has."""
    first, last = people[0][team], people[0][team + 1]
    for k in range(last - first):
        person = int(first + (begin - first + k) % (last - first))
        left = people[1][person]
        for shift in shifts[person]:
            if shift != OFF:
                left -= lasts[shift]
        if left >= lasts.min():
            return person
    return begin


@njit(cache=True)
def _cost(missing: IntArray, prices: tuple[float, float]) -> float:
    cost = 0.0
    for n in missing.flat:
        cost += prices[0] * n if n > 0 else -prices[1] * n
    return cost


@njit(cache=True)
def _take_out(days: IntArray, missing: IntArray) -> None:
    """Let somebody work on no day."""
    for day in range(days.size):
        if days[day] != OFF:
            missing[day, days[day]] += 1
            days[day] = OFF


@njit(cache=True)
def _price(
    price: FloatArray, missing: IntArray, prices: tuple[float, float], n_left: int, chances: FloatArray, at: int
) -> None:
    """Price one more person on each shift: cheap where somebody is missing, most where few are left for many."""
    for day in range(price.shape[0]):
        total = 0
        for shift in range(price.shape[1]):
            total += max(missing[day, shift], 0)
        for shift in range(price.shape[1]):
            at += 1
            chance = chances[at % chances.size]
            if missing[day, shift] > 0:
                scarce = min(1.0, total / n_left) + 0.1 * min(1.0, missing[day, shift] / n_left) + 0.1 * chance
                price[day, shift] = -prices[0] - SCARCE * prices[1] * scarce
            else:
                price[day, shift] = prices[1]


@njit(cache=True)
def _place(
    days: IntArray,
    missing: IntArray,
    price: FloatArray,
    people: People,
    rules: Rules,
    person: int,
    ahead: FloatArray,
) -> None:
    """Give somebody the days of least price, and count them; `ahead` is where prices of the days to come are kept."""
    lasts, follows, most_run = rules
    _, most, last, run, day_off = people
    n_days, n_shifts = price.shape
    units, begun = most[person], run[person]
    ahead[n_days] = 0.0
    for day in range(n_days - 1, -1, -1):
        longest = min(most_run, begun + day)
        for before in range(n_shifts + 1):
            for length in range(1 if before < n_shifts else 0, longest + 1 if before < n_shifts else 1):
                for left in range(units + 1):
                    best = ahead[day + 1, n_shifts, 0, left]
                    if length < most_run and not day_off[person, day]:
                        for shift in range(n_shifts):
                            if lasts[shift] <= left and (before == n_shifts or follows[before, shift]):
                                value = price[day, shift] + ahead[day + 1, shift, length + 1, left - lasts[shift]]
                                best = min(best, value)
                    ahead[day, before, length, left] = best
    before, length, left = (last[person], min(begun, most_run), units) if begun else (n_shifts, 0, units)
    for day in range(n_days):
        value = ahead[day, before, length, left]
        if value == ahead[day + 1, n_shifts, 0, left]:
            before, length = n_shifts, 0
            continue
        for shift in range(n_shifts):
            may = lasts[shift] <= left and (before == n_shifts or follows[before, shift])
            if may and value == price[day, shift] + ahead[day + 1, shift, length + 1, left - lasts[shift]]:
                days[day], before, length, left = shift, shift, length + 1, left - lasts[shift]
                missing[day, shift] -= 1
                break
