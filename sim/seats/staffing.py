"""Seat the staffing policy: lend staff between hospitals for the next shift, or refuse with a reason."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from sim.contract import StaffFacts, StaffingDecision, StaffingView
from sim.loan_rules import LoanRules
from sim.loans import LoanBook, Spell
from sim.log import Loan
from sim.motion import Motion
from sim.platform.kinds import SharedKind
from sim.scenario import Scenario
from sim.seats.news import News
from sim.terms import InForce, Terms
from sim.units import BoolArray, FloatArray, IntArray, one_on_grid


class StaffingSeat:
    """Lend staff of one role to other hospitals."""

    name = "staffing"

    def __init__(self, motion: Motion, rules: LoanRules) -> None:
        self._motion = motion
        self._rules = rules
        city = motion.scenario.city
        self._book = LoanBook(motion.scenario, rules, self._added)
        self._terms = Terms(city, motion.scenario.agreements)
        usual = staff_facts(motion.scenario, self._book)
        self._in_force = InForce(self._terms, SharedKind.STAFF, usual, _under_agreements)
        self._news = News(motion.scenario.information, (3, *self._book.offered.shape))

    @property
    def facts(self) -> StaffFacts:
        """Return what holds now."""
        return self._in_force.at(self._motion.env.now)

    def _next_shift(self) -> Spell:
        starts_min = self._motion.env.now + self._rules.lead_min
        return Spell(starts_min, starts_min + self._rules.shift_min)

    def view(self) -> StaffingView:
        """Return who is on duty and who waits as far as known, and who will be on duty in the next shift."""
        spell, now = self._next_shift(), self._motion.env.now
        known_at, seen = self._news.known(now, self._occupations)
        on_duty, busy, queue = np.where(self._terms.shown(now)[:, None], seen, np.nan)
        return StaffingView(
            facts=self.facts,
            now_min=now,
            known_at_min=known_at,
            starts_min=spell.starts_min,
            on_duty=on_duty,
            busy=busy,
            queue=queue,
            next_duty=self._book.next_duty(spell),
            may_lend=self._may_lend(spell),
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
        if not self._terms.may(SharedKind.STAFF, lender, borrower, self._motion.env.now):
            return "no agreement"
        if facts.travel_min[lender, borrower] > facts.max_travel_min:
            return "too far"
        if not self._rules.may_work(facts.roles[role], facts.hospital_ids[borrower]):
            return "credentials not recognized"
        if units < 1:
            return "nobody named"
        if self._book.tired(spell)[lender, role]:
            return "lent too often in a row"
        return "" if units <= self._book.may_lend(spell)[lender, role] else "lender needs its staff"

    def _may_lend(self, spell: Spell) -> IntArray:
        """Count those who can still be lent, by hospitals that may lend to somebody now."""
        may_lend = self._book.may_lend(spell)
        if self.facts.allowed is not None:
            may_lend[~np.any(self.facts.allowed, axis=1)] = 0
        return may_lend

    def agreements_changed(self) -> None:
        """Call off the loans that have not begun and that no agreement covers any more; others last to their end."""
        now = self._motion.env.now
        for loan in self._book.not_begun(now):
            if not self._terms.may(SharedKind.STAFF, loan.lender, loan.borrower, now):
                self._book.cancel(loan)
                self._change_guests(loan, -1)
                self._motion.log.call_off(loan, now)

    def _send(self, loan: Loan) -> None:
        """Let staff leave the lender's roster, be guests at the borrower after the road, and go back in the end."""
        self._change_guests(loan, 1)

    def _change_guests(self, loan: Loan, sign: int) -> None:
        """Plan the four changes of a loan; with sign -1 those that undo them at the same moments."""
        shifts, code, units = self._motion.shifts, self.facts.roles[loan.role], sign * loan.units
        lender, borrower = (self._motion.pool_number[h, code] for h in (loan.lender, loan.borrower))
        shifts.change_guests(loan.starts_min, lender, -units)
        shifts.change_guests(loan.starts_min + loan.travel_min, borrower, units)
        shifts.change_guests(loan.ends_min, borrower, -units)
        shifts.change_guests(loan.ends_min, lender, units)

    def _added(self, hospital: int, role: str, hours: Iterable[int]) -> IntArray:
        """Return how many more than usual are on a roster in some hours from time zero."""
        return self._motion.shifts.added(self._motion.pool_number[hospital, role], hours)

    def _occupations(self) -> FloatArray:
        """Return on duty, busy and waiting, (3, n_hospitals, n_roles); NaN where there is none or no agreement."""
        seen = np.full((3, *self.facts.offered.shape), np.nan)
        shown = self._terms.shown(self._motion.env.now)
        for h, r in np.argwhere(self.facts.offered & shown[:, None]).tolist():
            seen[:, h, r] = self._motion.occupation(self._motion.pool_number[h, self.facts.roles[r]])
        return seen


def _under_agreements(usual: StaffFacts, takes_part: BoolArray, pairs: BoolArray) -> StaffFacts:
    """Return the facts under agreements: owners lend to users."""
    return replace(usual, agreed=takes_part, allowed=pairs)


def staff_facts(scenario: Scenario, book: LoanBook) -> StaffFacts:
    """Return what holds of staff as long as no agreement changes it."""
    city, rules = scenario.city, scenario.loans
    return StaffFacts(
        hospital_ids=tuple(hospital.id for hospital in city.hospitals),
        roles=book.roles,
        offered=book.offered,
        travel_min=city.travel_min,
        agreed=np.array([hospital.agreed for hospital in city.hospitals]),
        shift_min=rules.shift_min,
        max_travel_min=rules.max_travel_min,
        premium_cost=rules.premium_share * rules.wage_per_hour * rules.shift_min / 60.0,
        travel_cost_per_min=rules.wage_per_hour / 60.0,
    )
