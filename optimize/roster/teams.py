"""State the rosters of many teams at once, in arrays: whom each shift needs, and what people may be asked for.

It is the question of `optimize.roster.case` for teams whose people differ only in their hours, their days off and
what they worked before: nobody has wishes, and of the rules there are those of succession, hours and days in a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimize.checking import refuse
from optimize.program import BoolArray, FloatArray, IntArray
from optimize.roster.case import OFF


@dataclass(frozen=True, slots=True)
class TeamsCase:
    """Ask who of E people works which of S shifts on each of D days; people of the same team stand together.

    Args:
        needed: people on each shift of each day, for each of P teams; shape (P, D, S).
        team: of each person, ascending; shape (E,).
        hours: of each person, at most; shape (E,).
        past: shift or OFF of each person on the days before, the last of them the day before the first; shape (E, B).
        day_off: days on which a person does not work; shape (E, D).
        shift_hours: how long each shift lasts; shape (S,).
        follows: whether shift t may follow shift s on the next day; shape (S, S).
        max_run: days in a row at most.
        under_cost: of each person missing on a shift.
        over_cost: of each one too many.

    Raises:
        ValueError: lists every array of the wrong shape, and numbers out of range.
    """

    needed: IntArray
    team: IntArray
    hours: IntArray
    past: IntArray
    day_off: BoolArray
    shift_hours: IntArray
    follows: BoolArray
    max_run: int
    under_cost: float
    over_cost: float

    def __post_init__(self) -> None:
        refuse(self._faults())

    @property
    def bounds(self) -> IntArray:
        """Return where the people of each team begin, and the end of the last; shape (P + 1,)."""
        return np.searchsorted(self.team, np.arange(len(self.needed) + 1)).astype(np.intp)

    def _faults(self) -> Iterator[str]:
        e, (_, days, shifts) = self.team.size, self.needed.shape
        shapes = {"hours": (e,), "day_off": (e, days), "shift_hours": (shifts,), "follows": (shifts, shifts)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                yield f"{name} has shape {getattr(self, name).shape}; give {shape}"
        if self.past.ndim != 2 or len(self.past) != e or not ((self.past >= OFF) & (self.past < shifts)).all():
            yield f"past must hold the shifts of {e} people, from {OFF} to {shifts - 1}"
        if (np.diff(self.team) < 0).any() or not ((self.team >= 0) & (self.team < len(self.needed))).all():
            yield f"team must rise from 0 to {len(self.needed) - 1} at most"
        if min((*self.needed.flat, *self.hours, self.under_cost, self.over_cost), default=0) < 0:
            yield "needed, hours and costs must be 0 or more"
        if self.max_run < 1 or (self.shift_hours < 1).any():
            yield "max_run and shift_hours must be 1 or more"

    def present(self, rosters: IntArray) -> IntArray:
        """Count who works each shift in rosters (E, D); shape (P, D, S)."""
        there = np.zeros(self.needed.shape, dtype=np.intp)
        person, day = np.nonzero(rosters != OFF)
        np.add.at(there, (self.team[person], day, rosters[person, day]), 1)
        return there

    def costs(self, rosters: IntArray) -> FloatArray:
        """Price who is missing and who is too many in each team; shape (P,)."""
        missing = self.needed - self.present(rosters)
        priced = self.under_cost * np.maximum(missing, 0) + self.over_cost * np.maximum(-missing, 0)
        summed: FloatArray = priced.sum(axis=(1, 2))
        return summed

    def least_costs(self) -> FloatArray:
        """Bound the costs of each team from below, by the hours and the people that there are; shape (P,)."""
        people = np.zeros(self.needed.shape[:2], dtype=np.intp)
        np.add.at(people, self.team, ~self.day_off)
        absent = np.maximum(self.needed.sum(axis=2) - people, 0).sum(axis=1)
        hours = np.bincount(self.team, weights=self.hours, minlength=len(self.needed))
        short = (self.needed @ self.shift_hours).sum(axis=1) - hours
        longest = max(self.shift_hours, default=1)
        least: FloatArray = self.under_cost * np.maximum(absent, np.ceil(np.maximum(short, 0) / longest - 1e-9))
        return least

    def breaches(self, rosters: IntArray) -> list[str]:
        """Say in words which rules rosters (E, D) break, by plain sums; empty if they hold."""
        works, lasts = rosters != OFF, np.append(self.shift_hours, 0)
        found = [f"person {e} works on day {d}, a day off" for e, d in np.argwhere(works & self.day_off)]
        worked = lasts[rosters].sum(axis=1)
        found += [f"person {e} works {worked[e]} hours of {self.hours[e]}" for e in np.flatnonzero(worked > self.hours)]
        days = np.concatenate([self.past, rosters], axis=1)
        before, after = days[:, :-1], days[:, 1:]
        tired = (before != OFF) & (after != OFF) & ~self.follows[before, after]
        tired[:, : max(0, self.past.shape[1] - 1)] = False
        found += [f"person {e} rests too little before day {d + 1 - self.past.shape[1]}" for e, d in np.argwhere(tired)]
        sums = np.pad((days != OFF).cumsum(axis=1), ((0, 0), (1, 0)))
        runs = sums[:, self.max_run + 1 :] - sums[:, : -self.max_run - 1] > self.max_run
        runs[:, : max(0, self.past.shape[1] - self.max_run)] = False
        return found + [f"person {e} works more than {self.max_run} days in a row" for e in np.flatnonzero(runs.any(1))]
