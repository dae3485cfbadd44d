"""Seat the staffing policy: lend staff between hospitals for the next shift, or refuse with a reason."""

import numpy as np

from sim.contract import StaffFacts, StaffingDecision, StaffingView
from sim.loan_rules import LoanRules
from sim.loans import LoanBook, Spell
from sim.log import Loan
from sim.motion import Motion
from sim.seats.news import News
from sim.units import FloatArray, one_on_grid


class StaffingSeat:
    """Lend staff of one role to other hospitals."""

    name = "staffing"

    def __init__(self, motion: Motion, rules: LoanRules) -> None:
        self._motion = motion
        self._rules = rules
        city = motion.scenario.city
        self._book = LoanBook(motion.scenario, rules)
        self.facts = StaffFacts(
            hospital_ids=tuple(hospital.id for hospital in city.hospitals),
            roles=self._book.roles,
            offered=self._book.offered,
            travel_min=city.travel_min,
            agreed=np.array([hospital.agreed for hospital in city.hospitals]),
            shift_min=rules.shift_min,
            max_travel_min=rules.max_travel_min,
            premium_cost=rules.premium_share * rules.wage_per_hour * rules.shift_min / 60.0,
            travel_cost_per_min=rules.wage_per_hour / 60.0,
        )
        self._news = News(motion.scenario.information, (3, *self._book.offered.shape))

    def _next_shift(self) -> Spell:
        starts_min = self._motion.env.now + self._rules.lead_min
        return Spell(starts_min, starts_min + self._rules.shift_min)

    def view(self) -> StaffingView:
        """Return who is on duty and who waits as far as known, and who will be on duty in the next shift."""
        spell, now = self._next_shift(), self._motion.env.now
        known_at, (on_duty, busy, queue) = self._news.known(now, self._occupations)
        return StaffingView(
            facts=self.facts,
            now_min=now,
            known_at_min=known_at,
            starts_min=spell.starts_min,
            on_duty=on_duty,
            busy=busy,
            queue=queue,
            next_duty=self._book.next_duty(spell),
            may_lend=self._book.may_lend(spell),
        )

    def n_options(self, view: StaffingView) -> int:
        """Count those who could be lent."""
        return int(view.may_lend.sum())

    def idle(self) -> bool:
        """Ask at every review."""
        return False

    def carry_out(self, decision: StaffingDecision) -> tuple[int, int]:
        """Lend or refuse; return how many loans were asked for, and how many refused."""
        columns = (decision.lender, decision.borrower, decision.role, decision.units)
        asked = list(zip(*(column.tolist() for column in columns), strict=True))
        refused = sum(not self._lend(*loan) for loan in asked)
        return len(asked), refused

    def _lend(self, lender: int, borrower: int, role: int, units: int) -> bool:
        spell = self._next_shift()
        refusal = self._refusal(lender, borrower, role, units, spell)
        travel_min = 0.0 if refusal else one_on_grid(float(self.facts.travel_min[lender, borrower]))
        now = self._motion.env.now
        loan = Loan(now, lender, borrower, role, units, spell.starts_min, spell.ends_min, travel_min, refusal)
        self._motion.log.loans.append(loan)
        if not refusal:
            self._book.add(loan)
            self._send(loan)
        return not refusal

    def _refusal(self, lender: int, borrower: int, role: int, units: int, spell: Spell) -> str:
        """Say why staff cannot be lent for a spell; empty when nothing is in the way."""
        facts, n = self.facts, len(self.facts.hospital_ids)
        if lender == borrower or not (0 <= lender < n and 0 <= borrower < n):
            return "no other hospital"
        if not (0 <= role < len(facts.roles) and facts.offered[lender, role] and facts.offered[borrower, role]):
            return "no such staff"
        if not (facts.agreed[lender] and facts.agreed[borrower]):
            return "no agreement"
        if facts.travel_min[lender, borrower] > facts.max_travel_min:
            return "too far"
        if units < 1:
            return "nobody named"
        return "" if units <= self._book.may_lend(spell)[lender, role] else "lender needs its staff"

    def _send(self, loan: Loan) -> None:
        """Let staff leave the lender's roster, be guests at the borrower after the road, and go back in the end."""
        shifts, code = self._motion.shifts, self.facts.roles[loan.role]
        lender, borrower = (self._motion.pool_number[h, code] for h in (loan.lender, loan.borrower))
        shifts.change_guests(loan.starts_min, lender, -loan.units)
        shifts.change_guests(loan.starts_min + loan.travel_min, borrower, loan.units)
        shifts.change_guests(loan.ends_min, borrower, -loan.units)
        shifts.change_guests(loan.ends_min, lender, loan.units)

    def _occupations(self) -> FloatArray:
        """Return on duty, busy and waiting, (3, n_hospitals, n_roles); NaN where there is none or no agreement."""
        seen = np.full((3, *self.facts.offered.shape), np.nan)
        for h, r in np.argwhere(self.facts.offered & self.facts.agreed[:, None]).tolist():
            seen[:, h, r] = self._motion.occupation(self._motion.pool_number[h, self.facts.roles[r]])
        return seen
