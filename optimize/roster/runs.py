"""Write the rules of each employee into a roster program: one shift a day, successions, limits, runs, weekends."""

from collections.abc import Hashable, Iterator
from typing import Any

import pyomo.environ as pyo

from optimize.linear import Terms, linear
from optimize.roster.case import RosterCase, weekend_days

Rule = tuple[Hashable, Terms, float, float]
"""An index, and lower ≤ sum of the terms ≤ upper (±inf for no bound)."""
INF = float("inf")


def add_runs(model: Any, case: RosterCase) -> None:
    """Add the rules that concern one employee each; the cells are `model.work`."""
    cells: dict[tuple[int, int], Terms] = {}
    for (e, day, _), variable in model.work.items():
        cells.setdefault((e, day), []).append((1.0, variable))
    weekends = [(e, k) for e, one in enumerate(case.employees) for k in range(case.n_weekends) if _limits(case, e)]
    model.weekend = pyo.Var(weekends, domain=pyo.Binary)
    _add(model, "one_shift", (((e, d), terms, -INF, 1.0) for (e, d), terms in cells.items() if len(terms) > 1))
    _add(model, "given", _given(cells, case))
    _add(model, "succession", _successions(model, case))
    _add(model, "max_shifts", _max_shifts(model, case))
    _add(model, "minutes", _minutes(model, case))
    _add(model, "max_run", _long_runs(cells, case))
    _add(model, "min_run", _short(cells, case, rests=False))
    _add(model, "min_rest", _short(cells, case, rests=True))
    _add(model, "weekend_worked", _weekends(model, cells, case))
    _add(model, "max_weekends", _max_weekends(model, case))


def _add(model: Any, name: str, rules: Iterator[Rule]) -> None:
    """Add a family of constraints; rules without terms that hold are left out, others stay and are infeasible."""
    listed = {index: (terms, lower, upper) for index, terms, lower, upper in rules if terms or not lower <= 0 <= upper}

    def rule(_: Any, *index: Any) -> Any:
        terms, lower, upper = listed[index if len(index) > 1 else index[0]]
        body = linear(terms)
        if not terms:
            return pyo.Constraint.Infeasible
        if lower == -INF:
            return body <= upper
        return body >= lower if upper == INF else pyo.inequality(lower, body, upper)

    setattr(model, name, pyo.Constraint(list(listed), rule=rule))


def _limits(case: RosterCase, e: int) -> bool:
    return case.employees[e].max_weekends < case.n_weekends


def _successions(model: Any, case: RosterCase) -> Iterator[Rule]:
    position = {shift.name: s for s, shift in enumerate(case.shifts)}
    for (e, day, s), variable in model.work.items():
        after = [(e, day + 1, position[name]) for name in sorted(case.shifts[s].not_next)]
        terms: Terms = [(1.0, model.work[key]) for key in after if key in model.work]
        if terms:
            yield (e, day, s), [(1.0, variable), *terms], -INF, 1.0


def _given(cells: dict[tuple[int, int], Terms], case: RosterCase) -> Iterator[Rule]:
    for e, employee in enumerate(case.employees):
        for day in employee.fixed:
            yield (e, day), cells.get((e, day), []), 1.0, 1.0


def _max_shifts(model: Any, case: RosterCase) -> Iterator[Rule]:
    for e, employee in enumerate(case.employees):
        for s, shift in enumerate(case.shifts):
            most = employee.max_shifts.get(shift.name, case.n_days)
            if most < case.n_days:
                keys = [(e, day, s) for day in range(case.n_days)]
                yield (e, s), [(1.0, model.work[key]) for key in keys if key in model.work], -INF, float(most)


def _minutes(model: Any, case: RosterCase) -> Iterator[Rule]:
    worked: dict[int, Terms] = {e: [] for e in range(len(case.employees))}
    for (e, _, s), variable in model.work.items():
        worked[e].append((float(case.shifts[s].minutes), variable))
    for e, employee in enumerate(case.employees):
        yield e, worked[e], float(employee.min_minutes), float(employee.max_minutes)


def _long_runs(cells: dict[tuple[int, int], Terms], case: RosterCase) -> Iterator[Rule]:
    for e, employee in enumerate(case.employees):
        for day in range(case.n_days - employee.max_run):
            days = range(day, day + employee.max_run + 1)
            terms = [term for d in days for term in cells.get((e, d), [])]
            yield (e, day), terms, -INF, float(employee.max_run)


def _short(cells: dict[tuple[int, int], Terms], case: RosterCase, rests: bool) -> Iterator[Rule]:
    """Yield that a run (or a rest) that begins on day + 1 lasts on every later day of its least length."""
    sign = -1.0 if rests else 1.0
    for e, employee in enumerate(case.employees):
        least = employee.min_rest if rests else employee.min_run
        for day in range(case.n_days):
            for later in range(day + 2, min(day + least, case.n_days - 1) + 1):
                begins = [(sign, x) for _, x in cells.get((e, day + 1), [])]
                before = [(-sign, x) for _, x in cells.get((e, day), [])]
                lasts = [(-sign, x) for _, x in cells.get((e, later), [])]
                yield (e, day, later), [*begins, *before, *lasts], -INF, 1.0 if rests else 0.0


def _weekends(model: Any, cells: dict[tuple[int, int], Terms], case: RosterCase) -> Iterator[Rule]:
    for (e, weekend), variable in model.weekend.items():
        for day in weekend_days(case, weekend):
            if (e, day) in cells:
                yield (e, weekend, day), [*cells[e, day], (-1.0, variable)], -INF, 0.0


def _max_weekends(model: Any, case: RosterCase) -> Iterator[Rule]:
    for e, employee in enumerate(case.employees):
        if _limits(case, e):
            terms: Terms = [(1.0, model.weekend[e, k]) for k in range(case.n_weekends)]
            yield e, terms, -INF, float(employee.max_weekends)
