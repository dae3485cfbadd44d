"""Keep the book of staff lent between hospitals, so that nobody is promised twice and no lender falls too low."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sim.city import Kind
from sim.loan_rules import LoanRules
from sim.log import Loan
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, BoolArray, IntArray


def staff_roles(scenario: Scenario) -> tuple[str, ...]:
    """Return the codes of staff that at least two hospitals have, sorted."""
    pools = [pool for hospital in scenario.city.hospitals for pool in hospital.pools if pool.kind is Kind.STAFF]
    codes = [pool.code for pool in pools]
    return tuple(sorted({code for code in codes if codes.count(code) > 1}))


@dataclass(frozen=True, slots=True)
class Spell:
    """Name a span of time, from `starts_min` up to `ends_min`."""

    starts_min: float
    ends_min: float

    @property
    def hours(self) -> IntArray:
        """Return the hours from time zero that the spell touches."""
        first, last = self.starts_min // MINUTES_PER_HOUR, -(-self.ends_min // MINUTES_PER_HOUR)
        return np.arange(first, last, dtype=np.int64)


Added = Callable[[int, str, Iterable[int]], IntArray]
"""How many more than usual are on the roster of a hospital's role in some hours from time zero."""


class LoanBook:
    """Know who is on the rosters of each role, and who is lent; tables have the shape (n_hospitals, n_roles).

    `added` says how the rosters in force differ from the usual ones; None where they never do.
    """

    def __init__(self, scenario: Scenario, rules: LoanRules, added: Added | None = None) -> None:
        self.roles = staff_roles(scenario)
        self._rules = rules
        self._added = added
        hospitals = scenario.city.hospitals
        pools = [[hospital.pool(code) for code in self.roles] for hospital in hospitals]
        self.offered = np.array([[pool is not None for pool in row] for row in pools], dtype=np.bool_)
        self.offered = self.offered.reshape(len(hospitals), len(self.roles))
        self._hourly = np.zeros((*self.offered.shape, HOURS_PER_WEEK), dtype=np.int64)
        for h, r in np.argwhere(self.offered).tolist():
            pool = pools[h][r]
            self._hourly[h, r] = pool.hourly if pool else 0
        self._agreed = np.array([hospital.agreed for hospital in hospitals])
        self._loans: list[Loan] = []
        self._began_min: dict[tuple[int, int], dict[float, float]] = {}

    def next_duty(self, spell: Spell) -> IntArray:
        """Count those who are there in a spell for certain: the fewest of the rosters, less all lent, with guests."""
        here: IntArray = np.maximum(self.lowest(spell) - self.lent(spell), 0) + self.borrowed(spell)
        return here

    def lowest(self, spell: Spell) -> IntArray:
        """Count the fewest on the rosters at any time of a spell."""
        hourly: IntArray = self._hourly[:, :, spell.hours % HOURS_PER_WEEK]
        if self._added is not None:
            for h, r in np.argwhere(self.offered).tolist():
                hourly[h, r] += self._added(h, self.roles[r], spell.hours.tolist())
        fewest: IntArray = hourly.min(axis=2)
        return fewest

    def lent(self, spell: Spell) -> IntArray:
        """Count those lent to others at some time of a spell."""
        lent = np.zeros(self.offered.shape, dtype=np.int64)
        for loan in self._loans:
            if loan.starts_min < spell.ends_min and loan.ends_min > spell.starts_min:
                lent[loan.lender, loan.role] += loan.units
        return lent

    def borrowed(self, spell: Spell) -> IntArray:
        """Count those borrowed from others for the whole of a spell, the road there included."""
        borrowed = np.zeros(self.offered.shape, dtype=np.int64)
        for loan in self._loans:
            if loan.starts_min <= spell.starts_min and loan.ends_min >= spell.ends_min:
                borrowed[loan.borrower, loan.role] += loan.units
        return borrowed

    def may_lend(self, spell: Spell) -> IntArray:
        """Count those who can still be lent for a spell, so that as many stay as the rules say, in every hour."""
        fewest = self.lowest(spell)
        # Nobody stays for a rounding error, as in ceil(0.28 * 25) = 8.
        kept = np.maximum(np.ceil(self._rules.kept_share * fewest - 1e-9).astype(np.int64), self._rules.kept_least)
        spare = np.maximum(fewest - kept - self.lent(spell), 0)
        return np.where(self._agreed[:, None] & ~self.tired(spell), spare, 0)

    def tired(self, spell: Spell) -> BoolArray:
        """Mark the staff that was lent in as many shifts up to a spell, without a pause, as the rules allow."""
        tired = np.zeros(self.offered.shape, dtype=np.bool_)
        for where, began_min in self._began_min.items() if self._rules.most_in_a_row else ():
            moment, in_a_row = spell.starts_min, 0
            while moment in began_min:
                moment, in_a_row = began_min[moment], in_a_row + 1
            tired[where] = in_a_row >= self._rules.most_in_a_row
        return tired

    def not_begun(self, now: float) -> list[Loan]:
        """Return the loans that begin now or later."""
        return [one for one in self._loans if one.starts_min >= now]

    def cancel(self, loan: Loan) -> None:
        """Strike out a loan."""
        self._loans.remove(loan)
        kept = {(one.lender, one.role, one.ends_min) for one in self._loans}
        if (loan.lender, loan.role, loan.ends_min) not in kept:
            self._began_min[loan.lender, loan.role].pop(loan.ends_min, None)

    def add(self, loan: Loan) -> None:
        """Enter a loan, and forget those that have ended by the time it was made."""
        self._loans = [one for one in self._loans if one.ends_min > loan.time_min]
        self._loans.append(loan)
        self._began_min.setdefault((loan.lender, loan.role), {})[loan.ends_min] = loan.starts_min
