"""Hold the numbers of a case in arrays, for the search; the checker does not use them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from optimize.program import BoolArray, FloatArray, IntArray
from optimize.roster.case import NO_LIMIT, OFF, Roster, RosterCase

HARD_COST = 1e5
"""What a missing person costs in the search where cover is hard; more than any wishes are worth."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Numbers of a case with E employees, D days, S shifts and C covers.

    Args:
        wish: cost of working a shift, negative where it is wanted; shape (E, D, S).
        wish_offset: cost of all wishes to work if nobody works.
        cover: position of the cover of a day and shift, -1 for none; shape (D, S).
        required, under, over: people needed, and the costs of one missing and one too many; shape (C,).
        limit: shifts of a kind at most; shape (E, S).
        night: which shifts are nights; shape (S,).
        night_staff: which employees may work nights; shape (E,).
        whole: whether all costs are whole numbers, so that a bound may be rounded up.
    """

    wish: FloatArray
    wish_offset: float
    cover: IntArray
    required: FloatArray
    under: FloatArray
    over: FloatArray
    limit: IntArray
    night: BoolArray
    night_staff: BoolArray
    night_spread_cost: float
    whole: bool

    @classmethod
    def of(cls, case: RosterCase) -> Self:
        """Read the numbers of a case."""
        shift = {one.name: s for s, one in enumerate(case.shifts)}
        staff = {one.name: e for e, one in enumerate(case.employees)}
        wish = np.zeros((len(staff), case.n_days, len(shift)))
        for request in case.requests:
            change = -request.cost if request.wanted else request.cost
            wish[staff[request.employee], request.day, shift[request.shift]] += change
        cover = np.full(wish.shape[1:], -1, dtype=np.intp)
        for row, need in enumerate(case.covers):
            cover[need.day, shift[need.shift]] = row
        numbers = np.array([need[2:] for need in case.covers], dtype=np.float64).reshape(-1, 3)
        under = np.full(len(numbers), HARD_COST) if case.cover_is_hard else numbers[:, 1]
        costs = [*(request.cost for request in case.requests), *under, *numbers[:, 2], case.night_spread_cost]
        limits = [[one.max_shifts.get(name, NO_LIMIT) for name in shift] for one in case.employees]
        night_staff = np.zeros(len(staff), dtype=np.bool_)
        night_staff[case.night_staff()] = True
        return cls(
            wish=wish,
            wish_offset=float(sum(request.cost for request in case.requests if request.wanted)),
            cover=cover,
            required=numbers[:, 0],
            under=under,
            over=numbers[:, 2],
            limit=np.array(limits, dtype=np.intp).reshape(wish.shape[0], wish.shape[2]),
            night=np.array([one.night for one in case.shifts], dtype=np.bool_),
            night_staff=night_staff,
            night_spread_cost=case.night_spread_cost,
            whole=all(float(cost).is_integer() for cost in costs),
        )

    def counts(self, shifts: IntArray) -> IntArray:
        """Count how often each kind of shift is worked in some days, shape (days,); returns shape (S,)."""
        return np.bincount(shifts[shifts != OFF], minlength=self.night.size)

    def wish_cost(self, employee: int, shifts: IntArray) -> float:
        """Sum the wishes of an employee over the days, without the offset."""
        days = np.flatnonzero(shifts != OFF)
        return float(self.wish[employee, days, shifts[days]].sum())

    def present(self, roster: Roster) -> FloatArray:
        """Count who is there for each cover; `roster` may hold some of the employees. Returns shape (C,)."""
        who, days = np.nonzero(roster != OFF)
        rows = self.cover[days, roster[who, days]]
        return np.bincount(rows[rows >= 0], minlength=self.required.size).astype(np.float64)

    def cost(self, roster: Roster) -> float:
        """Return the objective of a whole roster."""
        missing = self.required - self.present(roster)
        cover = self.under @ np.maximum(missing, 0) + self.over @ np.maximum(-missing, 0)
        wishes = sum(self.wish_cost(e, days) for e, days in enumerate(roster))
        return float(cover + wishes + self.wish_offset + self._night_cost(roster))

    def _night_cost(self, roster: Roster) -> float:
        if not self.night_staff.any():
            return 0.0
        nights = self.nights(roster)[self.night_staff]
        return float(self.night_spread_cost * (nights.max() - nights.min()))

    def nights(self, roster: Roster) -> IntArray:
        """Count the nights of each employee of `roster`, shape (employees,)."""
        counted: IntArray = np.where(roster == OFF, False, self.night[roster]).sum(axis=1)
        return counted

    def round_up(self, bound: float) -> float:
        """Raise a bound to the next possible objective."""
        return float(np.ceil(bound - 1e-6)) if self.whole else bound
