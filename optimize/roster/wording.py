"""Say in words what the constraints of a roster program ask for."""

from collections.abc import Callable, Hashable
from typing import Any

from optimize.roster.case import Employee, RosterCase, day_name


def wording(case: RosterCase, constraint: str, index: Hashable) -> str:
    """Say what one constraint, or the bound of a variable, asks for; "" where there is nothing to say."""
    if constraint == "cover" and isinstance(index, int):
        return _need(case, index)
    if constraint == "extra":
        return "nobody can be spared where nobody is"
    if constraint not in _RULES:
        return ""
    place: tuple[Any, ...] = index if isinstance(index, tuple) else (index,)
    return f"{case.employees[place[0]].name} {_RULES[constraint](case, case.employees[place[0]], place)}"


def _need(case: RosterCase, cover: int) -> str:
    """Tell a need, and why it cannot be met by anyone if that is so."""
    need = case.covers[cover]
    shift = next(one for one in case.shifts if one.name == need.shift)
    may = [one for one in case.employees if one.may_work(shift)]
    there = [one for one in may if need.day not in one.days_off]
    words = f"{need.shift} on {day_name(need.day)} needs {need.required}"
    skilled = f"hold the skill {shift.skill}" if shift.skill else "may work it"
    if len(may) < need.required:
        return f"{words}; only {len(may)} {skilled}"
    off = "" if len(there) == len(may) else f", {len(may) - len(there)} of them have the day off"
    return f"{words}; {len(may)} {skilled}{off}"


_RULES: dict[str, Callable[[RosterCase, Employee, tuple[Any, ...]], str]] = {
    "given": lambda case, one, place: f"works {one.fixed[place[1]]} on {day_name(place[1])}, which is given",
    "one_shift": lambda _, __, place: f"works one shift at most on {day_name(place[1])}",
    "succession": lambda case, _, place: (
        f"may not work {' or '.join(sorted(case.shifts[place[2]].not_next))} after {case.shifts[place[2]].name} "
        f"on {day_name(place[1])}"
    ),
    "max_shifts": lambda case, one, place: (
        f"works {case.shifts[place[1]].name} at most {one.max_shifts[case.shifts[place[1]].name]} times"
    ),
    "minutes": lambda _, one, __: f"works {one.min_minutes} to {one.max_minutes} minutes",
    "max_run": lambda _, one, place: f"works at most {one.max_run} days in a row from {day_name(place[1])}",
    "min_run": lambda _, one, place: f"works at least {one.min_run} days in a row from {day_name(place[1] + 1)}",
    "min_rest": lambda _, one, place: f"rests at least {one.min_rest} days in a row from {day_name(place[1] + 1)}",
    "weekend_worked": lambda _, __, place: f"works in weekend {place[1] + 1} if on {day_name(place[2])}",
    "max_weekends": lambda _, one, __: f"works at most {one.max_weekends} weekends",
    "at_most": lambda _, __, ___: "works no more nights than the most of anyone",
    "at_least": lambda _, __, ___: "works no fewer nights than the fewest of anyone",
}
