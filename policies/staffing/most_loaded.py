"""A rule for the staffing seat: idle staff goes where most patients wait for each of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimize.contract import Solved
from policies.settings import WrongSetting
from policies.staffing.loans import Loan, decision_of, ways
from sim.contract import StaffingDecision, StaffingView
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class MostLoaded:
    """Lend idle staff, one by one, to the hospital with the longest queue for each person of the next shift.

    A hospital where nobody waits for a role is expected to have as large a share of it idle in the next shift as now,
    rounded down. The nearest of those that may lend gives one, again and again, as long as
    more than `least_queue` patients wait for each person somewhere (assumption A-STAFF-QUEUE, range 0.2 to 2).
    """

    least_queue: float = 0.5

    def decide(self, view: StaffingView) -> StaffingDecision:
        """Return the loans of the rule."""
        roles = range(len(view.facts.roles))
        return decision_of(loan for role in roles for loan in self._loans(view, role))

    def _loans(self, view: StaffingView, role: int) -> Iterator[Loan]:
        """Yield the loans of one role, most loaded borrowers first."""
        travel_min = np.where(ways(view.facts), view.facts.travel_min, np.inf)
        queue = np.where(view.facts.offered[:, role], np.nan_to_num(view.queue[:, role]), 0.0)
        duty, idle = view.next_duty[:, role].copy(), idle_next(view)[:, role]
        sent: Counter[tuple[int, int]] = Counter()
        while (queue > self.least_queue * duty).any():
            borrower = int((queue / np.maximum(duty, 0.5)).argmax())
            minutes = np.where(idle > 0, travel_min[:, borrower], np.inf)
            lender = int(minutes.argmin())
            if not np.isfinite(minutes[lender]):
                queue[borrower] = 0.0
                continue
            sent[lender, borrower] += 1
            idle[lender] -= 1
            duty[borrower] += 1
        for (lender, borrower), units in sent.items():
            yield Loan(lender, borrower, role, units)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield a fault for a queue that is negative or not finite."""
        if not 0 <= self.least_queue < np.inf:
            yield WrongSetting(f"{where}.least_queue", self.least_queue, "give a finite number, zero or more")


def idle_next(view: StaffingView) -> IntArray:
    """Count those who may be lent and are expected to be idle in the next shift; (h, r)."""
    idle_share: FloatArray = np.zeros(view.on_duty.shape)
    known = (view.on_duty > 0) & (view.queue == 0)
    idle_share[known] = np.maximum(1.0 - view.busy[known] / view.on_duty[known], 0.0)
    # Nobody is lost to rounding, as in (1 - 0.9) * 10 = 0.9999999999999998.
    idle = np.floor(idle_share * view.next_duty + 1e-9).astype(np.int64)
    return np.minimum(idle, view.may_lend)


def by_rule(view: StaffingView, solved: Solved[object]) -> StaffingDecision:
    """Decide by the rule because a solver had no answer, and say so."""
    loans = MostLoaded().decide(view)
    columns = zip(loans.lender, loans.borrower, loans.role, loans.units, strict=True)
    return decision_of((Loan(*one) for one in columns), f"rule after {solved.told}", seconds=solved.seconds)
