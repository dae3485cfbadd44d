"""Turn fractions of schedules into a roster: fix shifts that fractions agree on, find new schedules, and repeat."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from optimize.growing import NoVertexError
from optimize.program import BoolArray, FloatArray
from optimize.roster.case import Roster
from optimize.roster.generation import SMALL, Clock, generate
from optimize.roster.master import Master
from optimize.roster.pricing import Pricer

SHARE_FIXED = 0.03
"""Share of the days of all whose schedules are fractions that is fixed in one step, at least."""
NEARLY_SURE = 0.9
ROUNDS = 12
"""Rounds of new schedules after each step."""


class Cell(NamedTuple):
    """What an employee does on a day, and in which share of the schedules."""

    share: float
    employee: int
    day: int
    shift: int


def dive(
    master: Master, pricers: Mapping[int, Pricer], clock: Clock, enough: float, window: range | None = None
) -> Roster | None:
    """Fix step by step until all schedules are whole; None if nothing below `enough` is left, or time is over.

    Days outside the `window` stay as they are in the roster of `master`, which keeps what was fixed.
    """
    for employee in master.staff.tolist():
        master.leave_open(employee, _open_in(master, employee, window), pricers[employee].counted)
    relaxation = generate(master, pricers, clock, enough)
    while clock.left and master.tables.round_up(relaxation.bound) < enough - SMALL:
        shares = _shares(master, relaxation.values)
        cells = list(_undecided(master, shares))
        if not cells:
            return master.rostered(relaxation.values)
        cells.sort(key=lambda cell: (-cell.share, cell.employee, cell.day))
        n_split = len({cell.employee for cell in cells})
        least = max(1, round(SHARE_FIXED * n_split * master.roster.shape[1]))
        chosen = [cell for i, cell in enumerate(cells) if i < least or cell.share > NEARLY_SURE]
        if not _fix(master, pricers, chosen, relaxation.row_prices):
            return None
        try:
            relaxation = generate(master, pricers, clock, enough, ROUNDS)
        except NoVertexError:  # what was fixed leaves no schedules within the limits
            return None
    return None


def _open_in(master: Master, employee: int, window: range | None) -> BoolArray:
    """Mark what an employee may do: anything in the window, or at all without one; shape (days, shifts + 1)."""
    n_days = master.roster.shape[1]
    cells = np.full((n_days, master.tables.night.size + 1), window is None)
    if window is not None:
        cells[np.arange(n_days), master.roster[employee]] = True  # OFF, -1, is the last
        cells[window.start : window.stop] = True
    return cells


def _shares(master: Master, values: FloatArray) -> dict[int, FloatArray]:
    """Add up what each employee does in the schedules chosen; shape (days, shifts + 1), rest comes last."""
    choice = master.choice(values)
    days = np.arange(master.roster.shape[1])
    shares = {e: np.zeros((days.size, master.tables.night.size + 1)) for e in master.staff.tolist()}
    for chosen in np.flatnonzero(choice > SMALL).tolist():
        employee, shifts = master.schedules[chosen]
        shares[employee][days, shifts] += choice[chosen]
    return shares


def _undecided(master: Master, shares: dict[int, FloatArray]) -> Iterator[Cell]:
    """Yield what is done most on each day that is split, for those whose schedules are fractions."""
    for employee, share in shares.items():
        most = share.max(axis=1)
        if (most > 1 - SMALL).all():
            continue
        free = master.open[employee].sum(axis=1) > 1
        for day in np.flatnonzero(free & (most < 1 - SMALL)).tolist():
            yield Cell(float(most[day]), employee, day, int(share[day].argmax()))


def _fix(master: Master, pricers: Mapping[int, Pricer], chosen: list[Cell], prices: FloatArray) -> bool:
    """Fix all cells of each employee or else the first, or else forbid it; False if no schedule is left."""
    by_employee: dict[int, list[Cell]] = {}
    for cell in chosen:
        by_employee.setdefault(cell.employee, []).append(cell)
    for employee, cells in by_employee.items():
        before = master.open[employee]
        for kept, fixed in ((cells, True), (cells[:1], True), (cells[:1], False)):
            narrowed = _narrowed(before, kept, fixed)
            master.leave_open(employee, narrowed, pricers[employee].counted)
            days = pricers[employee].within_limits(master.prices(employee, prices))
            if days is not None:
                break
        else:
            return False
        master.add(employee, days.shifts)
    return True


def _narrowed(before: BoolArray, cells: list[Cell], fixed: bool) -> BoolArray:
    """Return what is still open to an employee once `cells` are fixed, or else forbidden."""
    still = before.copy()
    for cell in cells:
        still[cell.day] &= not fixed
        still[cell.day, cell.shift] = fixed
    return still
