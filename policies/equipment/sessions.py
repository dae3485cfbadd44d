"""State the review of one kind of equipment as an imaging case: who waits and will ask, and which hours there are."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from optimize.imaging.case import ImagingCase
from sim.contract import EquipmentView
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, BoolArray, FloatArray, IntArray

Hourly = TypeVar("Hourly", IntArray, FloatArray)

LEAST_COST = 1e-3
"""Opening costs at least this much, so that nothing opens for nobody."""

HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Prices:
    """Price a request's waiting and travelling, both for an hour."""

    wait_cost_per_hour: float
    travel_cost_per_hour: float


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """Cut the hours that a view shows into sessions of `hours`, for equipment e, used for `mean_min` by each patient.

    Sessions fit the first hour that may be opened, for which up to `hours` - 1 are left out at the start. At every
    hospital each session comes once as it is on the roster, and once for each unit that might be opened. At every
    hospital the requests are those who wait, then those expected in each session.
    """

    view: EquipmentView
    equipment: int
    hours: int

    @property
    def n(self) -> int:
        """Count the sessions that the hours shown are cut into."""
        return (int(self.view.rostered.shape[2]) - self.skipped) // self.hours

    @property
    def skipped(self) -> int:
        """Count the hours shown that come before the first session."""
        return max(self.view.first_hour, 0) % self.hours

    @property
    def n_kinds(self) -> int:
        """Count how often each session comes: as it is, and for each unit opened."""
        return 1 + self.view.facts.most_extra_units

    def case(self, welcome: BoolArray, prices: Prices, max_travel_min: float) -> ImagingCase:
        """Return the case; `welcome` (h, h) says whose patients may come where.

        Who gets no slot counts as waiting twice as long as the hours shown.
        """
        facts, n, kinds = self.view.facts, self.n, self.n_kinds
        ids = facts.hospital_ids
        n_hospitals = len(ids)
        cost_per_min = prices.wait_cost_per_hour / MINUTES_PER_HOUR
        due_min = np.tile(np.concatenate(([0.0], self._start_min())), n_hospitals)
        end_min = 2.0 * n * self.hours * MINUTES_PER_HOUR
        slots, booked, opening_cost = (np.asarray(some).reshape(-1) for some in self._sessions())
        groups, sessions = n_hospitals * (1 + n), n_hospitals * n * kinds
        return ImagingCase(
            requests=tuple(f"{one} {k or 'now'}" for one in ids for k in range(1 + n)),
            sessions=self._names(),
            n_requests=self._requests().reshape(-1),
            hospital=np.repeat(np.arange(n_hospitals), 1 + n),
            due_min=due_min,
            latest_min=np.full(groups, np.inf),
            late_cost_per_min=np.full(groups, cost_per_min),
            travel_cost_per_min=np.full(groups, prices.travel_cost_per_hour / MINUTES_PER_HOUR),
            postpone_cost=cost_per_min * (end_min - due_min),
            may_use=self._may_use(welcome),
            session_hospital=np.repeat(np.arange(n_hospitals), n * kinds),
            start_min=np.tile(np.repeat(self._start_min(), kinds), n_hospitals),
            slots=slots.astype(np.int64),
            booked=booked.astype(np.int64),
            most_over=np.zeros(sessions, dtype=np.int64),
            p_no_show=np.zeros(sessions),
            opening_cost=opening_cost.astype(float),
            overload_cost=0.0,
            travel_min=facts.travel_min,
            max_travel_min=max_travel_min,
        )

    def _names(self) -> tuple[str, ...]:
        """Name the sessions as planners would; those of opened units as well."""
        facts, view = self.view.facts, self.view
        what = [f"{facts.equipment_codes[self.equipment]} of {one} in hours" for one in facts.hospital_ids]
        first = (view.hour + self._first_hours).tolist()
        when = [f"{hour} to {hour + self.hours}" for hour in first]
        opened = ["", *(f", opened unit {unit}" for unit in range(1, self.n_kinds))]
        return tuple(f"{who} {hours}{unit}" for who in what for hours in when for unit in opened)

    def hours_of(self, session: int) -> tuple[int, range]:
        """Return the hospital of a session of the case and the hours of it, counted from the first shown."""
        hospital, k = divmod(session // self.n_kinds, self.n)
        first = self.skipped + k * self.hours
        return hospital, range(first, first + self.hours)

    @property
    def _first_hours(self) -> IntArray:
        """Return the hour, counted from the first shown, in which each session begins; shape (n,)."""
        first: IntArray = self.skipped + np.arange(self.n) * self.hours
        return first

    def _start_min(self) -> FloatArray:
        """Return when each session begins, in minutes from now; shape (n,)."""
        hour = self.view.hour + self._first_hours
        start_min: FloatArray = np.maximum(hour * MINUTES_PER_HOUR - self.view.now_min, 0.0)
        return start_min

    def _sessions(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return slots, slots taken and opening costs, shapes (h, n, kinds); what cannot be has no slot left."""
        view, e, facts = self.view, self.equipment, self.view.facts
        per_hour = MINUTES_PER_HOUR / float(facts.mean_min[e])
        on_duty = self._by_session((view.rostered + view.opened)[:, e]).sum(axis=2)
        can_open = self._by_session(view.can_open[:, e]).min(axis=2)
        can_open[:, self._first_hours < view.first_hour] = 0
        slots = np.empty((len(facts.hospital_ids), self.n, self.n_kinds), dtype=np.int64)
        slots[..., 0] = np.floor(facts.units[:, e] * self.hours * per_hour)[:, None]
        slots[..., 1:] = int(self.hours * per_hour)
        left = np.floor(on_duty * per_hour).astype(np.int64)
        left[:, 0] = np.maximum(left[:, 0] - view.busy[:, e], 0)
        may_open = np.arange(1, self.n_kinds) <= can_open[..., None]
        taken = slots.copy()
        taken[..., 0] -= np.minimum(left, slots[..., 0])
        taken[..., 1:][may_open] = 0
        cost = np.zeros(slots.shape)
        cost[..., 1:][may_open] = max(facts.cost_per_opened_hour * self.hours, LEAST_COST)
        return slots, taken, cost

    def _by_session(self, hourly: Hourly) -> Hourly:
        """Cut (h, n_hours) into (h, n, hours)."""
        shown = slice(self.skipped, self.skipped + self.n * self.hours)
        cut: Hourly = hourly[:, shown].reshape(len(hourly), self.n, self.hours)
        return cut

    def _requests(self) -> IntArray:
        """Count those who wait, each once, and those expected in each session; shape (h, 1 + n)."""
        view, e = self.view, self.equipment
        sharers = np.maximum(view.facts.may_use[:, :, e].sum(axis=0), 1)
        waiting = np.floor(view.waiting[:, e] / sharers + 0.5)
        expected = self._by_session(self._expected()).sum(axis=2).cumsum(axis=1)
        so_far = np.floor(np.pad(expected, ((0, 0), (1, 0))) + 0.5)
        requests: IntArray = np.concatenate((waiting[:, None], np.diff(so_far, axis=1)), axis=1).astype(np.int64)
        return requests

    def _expected(self) -> FloatArray:
        """Expect as many requests in each hour shown as a week before, or else the day before; shape (h, n_hours)."""
        asked = self.view.asked[:, self.equipment]
        hours = np.arange(self.view.rostered.shape[2])
        week_ago, day_ago = asked[:, hours % HOURS_PER_WEEK], asked[:, hours % HOURS_PER_DAY - HOURS_PER_DAY]
        return np.nan_to_num(np.where(np.isnan(week_ago), day_ago, week_ago))

    def _may_use(self, welcome: BoolArray) -> BoolArray:
        """Mark the sessions that suit requests: where they may go, and not before they ask; shape (G, T)."""
        n, kinds = self.n, self.n_kinds
        asks = np.concatenate(([0], np.arange(n)))
        in_time = asks[:, None] <= np.repeat(np.arange(n), kinds)[None, :]
        marked: BoolArray = (welcome[:, None, :, None] & in_time[None, :, None, :]).reshape(
            len(welcome) * (1 + n), len(welcome) * n * kinds
        )
        return marked
