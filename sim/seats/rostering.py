"""Seat the rostering policy: put other numbers on the rosters of the coming days, or refuse with a reason."""

from collections.abc import Iterator
from math import ceil, nan

import numpy as np

from sim.city import Kind
from sim.contract import RosteringDecision, RosteringFacts, RosteringView
from sim.log import Rostered
from sim.motion import Motion
from sim.roster_rules import HOURS_PER_DAY, RosterRules
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, IntArray

Row = tuple[int, int, int, int]
"""Day, shift, own people and agency people."""


def rostered_roles(scenario: Scenario) -> tuple[str, ...]:
    """Return the codes of staff that is rostered: those that the rules name, or else all, sorted."""
    pools = [pool for hospital in scenario.city.hospitals for pool in hospital.pools if pool.kind is Kind.STAFF]
    named = scenario.rosters.roles
    return tuple(sorted({pool.code for pool in pools if not named or pool.code in named}))


class RosteringSeat:
    """Set how many people are on duty in each shift, within the hours that the usual roster pays."""

    name = "rostering"

    def __init__(self, motion: Motion, rules: RosterRules) -> None:
        self._motion = motion
        self._rules = rules
        roles, hospitals = rostered_roles(motion.scenario), motion.scenario.city.hospitals
        pools = [[hospital.pool(code) for code in roles] for hospital in hospitals]
        shape = (len(hospitals), len(roles))
        self._hourly = np.zeros((*shape, HOURS_PER_WEEK), dtype=np.int64)
        for h, r in np.ndindex(shape):
            pool = pools[h][r]
            self._hourly[h, r] = pool.hourly if pool else 0
        self.facts = RosteringFacts(
            hospital_ids=tuple(hospital.id for hospital in hospitals),
            roles=roles,
            offered=np.array([[pool is not None for pool in row] for row in pools], dtype=np.bool_).reshape(shape),
            weekly_hours=self._hourly.sum(axis=2).astype(np.float64),
            day_starts_hour=rules.day_starts_hour,
            shift_names=tuple(rules.shifts),
            begins_hour=np.array([rules.begins_after(name) for name in rules.shifts], dtype=np.int64),
            shift_hours=np.array([shift.hours for shift in rules.shifts.values()], dtype=np.int64),
            hours_per_week=rules.weekly_hours,
            agency_share=rules.agency_share,
            agency_cost_per_hour=rules.agency_cost_per_hour,
        )
        self._last = np.empty((0, 0), dtype=np.int64)
        self._last_ends_min = nan

    def view(self) -> RosteringView:
        """Return the days that can be changed, and their usual roster."""
        starts_min, monday_min = self._starts_min(), self._rules.monday_min
        first = round(starts_min / MINUTES_PER_HOUR)
        hours = np.arange(first, first + HOURS_PER_DAY * self._rules.horizon_days) % HOURS_PER_WEEK
        return RosteringView(
            facts=self.facts,
            now_min=self._motion.env.now,
            starts_min=starts_min,
            weekday=int((starts_min - monday_min) % MINUTES_PER_WEEK // MINUTES_PER_DAY),
            n_days=self._rules.horizon_days,
            usual=self._hourly[:, :, hours],
            last=self._last,
            last_ends_min=self._last_ends_min,
        )

    def n_options(self, view: RosteringView) -> int:
        """Count the shifts that can be staffed."""
        return int(view.facts.offered.sum()) * view.n_days * len(view.facts.shift_names)

    def idle(self) -> bool:
        """Say whether there is no staff to roster."""
        return not self.facts.offered.any()

    def carry_out(self, decision: RosteringDecision) -> tuple[int, int]:
        """Put the rosters in force or refuse them; return how many were given, and how many refused."""
        view, posts = self.view(), _by_post(decision)
        refused = sum(not self._set(view, post, rows) for post, rows in posts.items())
        self._last = decision.people
        self._last_ends_min = view.starts_min + view.n_days * MINUTES_PER_DAY
        return len(posts), refused

    def _starts_min(self) -> float:
        """Return when the first day of the roster begins that is not frozen any more."""
        begins_min = self._rules.monday_min + self._rules.day_starts_hour * MINUTES_PER_HOUR
        earliest = self._motion.env.now + self._rules.freeze_min
        return begins_min + ceil((earliest - begins_min) / MINUTES_PER_DAY) * MINUTES_PER_DAY

    def _set(self, view: RosteringView, post: tuple[int, int], rows: list[Row]) -> bool:
        """Put the roster of one role of one hospital in force, unless something is in the way; log it either way."""
        refusal = self._refusal(view, post, rows)
        usual = view.usual[post] if not refusal or self._is_post(post) else np.zeros(view.usual.shape[2], np.int64)
        own, agency = (self._levels(view, rows, who) if not refusal else usual * (who == 2) for who in (2, 3))
        self._motion.log.rostered.extend(self._logged(view, post, (own, agency, usual), refusal))
        if not refusal:
            pool = self._motion.pool_number[post[0], self.facts.roles[post[1]]]
            self._motion.shifts.change_roster(pool, round(view.starts_min / MINUTES_PER_HOUR), own + agency - usual)
        return not refusal

    def _is_post(self, post: tuple[int, int]) -> bool:
        inside = all(0 <= at < n for at, n in zip(post, self.facts.offered.shape, strict=True))
        return inside and bool(self.facts.offered[post])

    def _refusal(self, view: RosteringView, post: tuple[int, int], rows: list[Row]) -> str:
        """Say why a roster cannot be put in force; empty when nothing is in the way."""
        if not self._is_post(post):
            return "no such staff"
        facts = view.facts
        if not all(0 <= day < view.n_days and 0 <= shift < len(facts.shift_names) for day, shift, *_ in rows):
            return "no such shift"
        if min(min(row[2:]) for row in rows) < 0:
            return "fewer than nobody"
        own, agency = (sum(int(facts.shift_hours[row[1]]) * row[who] for row in rows) for who in (2, 3))
        paid = int(view.usual[post].sum())
        if own > paid:
            return "more hours than are paid"
        return "" if agency <= facts.agency_share * paid + 1e-9 else "more agency staff than allowed"

    def _levels(self, view: RosteringView, rows: list[Row], who: int) -> IntArray:
        """Count the people of a roster in each hour; shape (24 * n_days,)."""
        levels = np.zeros(view.usual.shape[2], dtype=np.int64)
        for row in rows:
            begins = HOURS_PER_DAY * row[0] + int(view.facts.begins_hour[row[1]])
            levels[begins : begins + int(view.facts.shift_hours[row[1]])] += row[who]
        return levels

    def _logged(
        self, view: RosteringView, post: tuple[int, int], levels: tuple[IntArray, ...], refusal: str
    ) -> Iterator[Rostered]:
        """Yield a row for each day: hours of own staff, of agency staff, and of the usual roster."""
        h, role = (post[0], self.facts.roles[post[1]]) if self._is_post(post) else (-1, "")
        hours = [level.reshape(view.n_days, HOURS_PER_DAY).sum(axis=1).tolist() for level in levels]
        for day, (own, agency, usual) in enumerate(zip(*hours, strict=True)):
            from_min = view.starts_min + day * MINUTES_PER_DAY
            cost = agency * self.facts.agency_cost_per_hour
            yield Rostered(self._motion.env.now, h, role, from_min, own, agency, usual, cost, refusal)


def _by_post(decision: RosteringDecision) -> dict[tuple[int, int], list[Row]]:
    """Gather the rows of each role of each hospital."""
    posts: dict[tuple[int, int], list[Row]] = {}
    columns = (decision.hospital, decision.role, decision.day, decision.shift, decision.own, decision.agency)
    for h, r, *row in zip(*(column.tolist() for column in columns), strict=True):
        posts.setdefault((h, r), []).append((row[0], row[1], row[2], row[3]))
    return posts
