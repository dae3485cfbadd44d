"""Judge a roster by the rules of its case with plain counting; shares nothing with model or search."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from optimize.roster.case import OFF, Employee, Roster, RosterCase, day_name, weekend_days
from optimize.score import Term


class Charge(NamedTuple):
    """One thing that a roster pays for.

    `kind` is under, over, wish or nights; `entity` an employee, or a shift for under and over; `day` is None
    for nights; `amount` counts people, wishes or nights, and each costs `price`.
    """

    kind: str
    entity: str
    day: int | None
    amount: float
    price: float

    @property
    def cost(self) -> float:
        """Return what it adds to the objective."""
        return self.amount * self.price


@dataclass(frozen=True, slots=True)
class Score:
    """What a roster costs, charge by charge; charges of zero are left out."""

    charges: tuple[Charge, ...]

    @property
    def total(self) -> float:
        """Return the objective."""
        return float(sum(charge.cost for charge in self.charges))

    def by_kind(self) -> dict[str, float]:
        """Sum the costs by kind of charge."""
        return _sums((charge.kind, charge.cost) for charge in self.charges)

    def by_entity(self) -> dict[str, float]:
        """Sum the costs by employee or shift."""
        return _sums((charge.entity, charge.cost) for charge in self.charges)


def score(case: RosterCase, roster: Roster) -> Score:
    """Price a roster; it says nothing about the rules that must hold, for which see `breaches`."""
    charges = [*_cover_charges(case, roster), *_wish_charges(case, roster), *_night_charges(case, roster)]
    return Score(tuple(charge for charge in charges if charge.cost))


def terms(case: RosterCase, roster: Roster) -> Iterator[Term]:
    """Take the cost of a roster apart."""
    for charge in score(case, roster).charges:
        where = "" if charge.day is None else f" on {day_name(charge.day)}"
        yield Term(charge.kind, f"{charge.entity}{where}", charge.amount, charge.price)


def breaches(case: RosterCase, roster: Roster) -> list[str]:
    """List in words every rule that the roster breaks; empty if it holds."""
    wanted = (len(case.employees), case.n_days)
    if roster.shape != wanted:
        return [f"the roster has shape {roster.shape}; the case asks for {wanted}"]
    found = []
    for employee, days in zip(case.employees, roster.tolist(), strict=True):
        found += [f"{employee.name} {words}" for words in _broken(case, employee, days)]
    if case.cover_is_hard:
        for charge in _cover_charges(case, roster):
            if charge.kind == "under":
                found.append(f"{charge.entity} on {day_name(charge.day or 0)} has too few people")
    return found


def _broken(case: RosterCase, employee: Employee, days: list[int]) -> Iterator[str]:
    """Yield what is wrong with one employee's days, without the name."""
    worked = [(day, case.shifts[shift]) for day, shift in enumerate(days) if shift != OFF]
    for day, shift in worked:
        if not employee.may_work(shift):
            yield f"may not work {shift.name} (day {day})"
        if day in employee.days_off:
            yield f"works on day {day}, a day off"
    for day, name in employee.fixed.items():
        if days[day] == OFF or case.shifts[days[day]].name != name:
            yield f"does not work {name} on day {day}, which is given"
    for (day, shift), (later, following) in pairwise(worked):
        if later == day + 1 and following.name in shift.not_next:
            yield f"works {following.name} on day {later}, right after {shift.name}"
    for name, most in employee.max_shifts.items():
        n_worked = sum(shift.name == name for _, shift in worked)
        if n_worked > most > 0:  # at 0 the shift may not be worked, which is reported above
            yield f"works {n_worked} shifts {name}; at most {most} are allowed"
    minutes = sum(shift.minutes for _, shift in worked)
    if not employee.min_minutes <= minutes <= employee.max_minutes:
        yield f"works {minutes} minutes; {employee.min_minutes} to {employee.max_minutes} are allowed"
    yield from _broken_runs(employee, [shift != OFF for shift in days])
    weekends = sum(any(days[day] != OFF for day in weekend_days(case, weekend)) for weekend in range(case.n_weekends))
    if weekends > employee.max_weekends:
        yield f"works {weekends} weekends; at most {employee.max_weekends} are allowed"


def _broken_runs(employee: Employee, works: list[bool]) -> Iterator[str]:
    start = 0
    for working, group in groupby(works):
        length = len(list(group))
        inside = start > 0 and start + length < len(works)
        if working and length > employee.max_run:
            yield f"works {length} days in a row from day {start}; at most {employee.max_run} are allowed"
        if working and inside and length < employee.min_run:
            yield f"works {length} days in a row from day {start}; at least {employee.min_run} are due"
        if not working and inside and length < employee.min_rest:
            yield f"rests {length} days from day {start}; at least {employee.min_rest} are due"
        start += length


def _cover_charges(case: RosterCase, roster: Roster) -> Iterator[Charge]:
    for day, name, required, under_cost, over_cost in case.covers:
        present = sum(shift != OFF and case.shifts[shift].name == name for shift in roster[:, day].tolist())
        if present < required:
            yield Charge("under", name, day, required - present, under_cost)
        elif present > required:
            yield Charge("over", name, day, present - required, over_cost)


def _wish_charges(case: RosterCase, roster: Roster) -> Iterator[Charge]:
    position = {employee.name: e for e, employee in enumerate(case.employees)}
    for name, day, wished, cost, wanted in case.requests:
        shift = int(roster[position[name], day])
        given = shift != OFF and case.shifts[shift].name == wished
        if given != wanted:
            yield Charge("wish", name, day, 1, cost)


def _night_charges(case: RosterCase, roster: Roster) -> Iterator[Charge]:
    staff = case.night_staff()
    nights = {e: sum(s != OFF and case.shifts[s].night for s in roster[e].tolist()) for e in staff}
    if nights and case.night_spread_cost:
        busiest = max(staff, key=lambda e: nights[e])
        spread = nights[busiest] - min(nights.values())
        yield Charge("nights", case.employees[busiest].name, None, spread, case.night_spread_cost)


def _sums(costs: Iterator[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for name, cost in costs:
        sums[name] = sums.get(name, 0.0) + cost
    return sums
