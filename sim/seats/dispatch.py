"""Seat the dispatch policy: a table of destinations that ambulances follow until the next review."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.contract import DispatchDecision, DispatchFacts, DispatchView
from sim.destinations import Destinations, within_choice
from sim.motion import Motion
from sim.platform.kinds import SharedKind
from sim.scenario import Scenario
from sim.seats.news import News
from sim.terms import InForce, Terms
from sim.units import ACUITIES, MINUTES_PER_DAY, MINUTES_PER_HOUR, BoolArray, FloatArray, IntArray
from sim.ways import drive_slots

ROUNDING = 1e-6


class DispatchSeat:
    """Send those who are driven to the hospitals of a table; whoever must not or cannot go there keeps the choice."""

    name = "dispatch"

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._terms = Terms(motion.scenario.city, motion.scenario.agreements)
        self._in_force = InForce(self._terms, SharedKind.BED, dispatch_facts(motion.scenario), _under_agreements)
        self._news = News(motion.scenario.information, (3, len(self._facts.hospital_ids)))
        self._spaces = list(_space_pools(motion))
        self._offers = offers(motion.scenario)
        cohort = motion.cohort
        ways = cohort.ways(motion.layout)
        rows = np.empty(0, dtype=np.int64) if ways is None else ways.driven()
        self._rows = rows[np.argsort(cohort.arrived_min[rows], kind="stable")]
        self._called_min = cohort.arrived_min[self._rows]
        ended, phase = _first_columns(motion)
        self._ended, self._phase = ended[cohort.pathway[self._rows]], phase[cohort.pathway[self._rows]]
        assert cohort.choice_u is not None
        self._within = within_choice(
            self._facts.choice_share, cohort.zone[self._rows], cohort.hospital[self._rows], cohort.choice_u[self._rows]
        )

    @property
    def _facts(self) -> DispatchFacts:
        """Return what holds now."""
        return self._in_force.at(self._motion.env.now)

    def view(self) -> DispatchView:
        """Return who called, and what is known of the emergency departments."""
        now = self._motion.env.now
        known_at, seen = self._news.known(now, self._look)
        spaces, busy, waiting = np.where(self._terms.shown(now) & self._facts.agreed, seen, np.nan)
        return DispatchView(
            self._facts, now, known_at, self._calls_per_hour(now), self._on_way(now), spaces, busy, waiting
        )

    def n_options(self, view: DispatchView) -> int:
        """Count the groups of zone and acuity that called an ambulance lately."""
        return int(np.count_nonzero(view.calls_per_hour))

    def idle(self) -> bool:
        """Ask at every review."""
        return False

    def carry_out(self, decision: DispatchDecision) -> tuple[int, int]:
        """Send those who call before the next review; return how many rows of the table differ, and are refused."""
        if decision.share is None:
            return 0, 0
        choice = np.broadcast_to(self._facts.choice_share[:, None, :], decision.share.shape)
        asked = np.any(np.abs(decision.share - choice) > ROUNDING, axis=2)
        refused = asked & self._breaks(decision.share)
        self._send(np.where(refused[..., None] | ~asked[..., None], choice, decision.share))
        return int(asked.sum()), int(refused.sum())

    def _breaks(self, share: FloatArray) -> BoolArray:
        """Mark the rows, (n_zones, 5), that are no shares, or touch a hospital or a pair without agreement."""
        no_share = np.any(~(share >= 0), axis=2) | (np.abs(share.sum(axis=2) - 1.0) > ROUNDING)
        change = share - self._facts.choice_share[:, None, :]
        touched: BoolArray = no_share | np.any((np.abs(change) > ROUNDING) & ~self._facts.agreed, axis=2)
        if self._facts.allowed is not None:
            lost, won = change < -ROUNDING, change > ROUNDING
            touched |= np.any(lost[..., :, None] & won[..., None, :] & ~self._facts.allowed, axis=(2, 3))
        return touched

    def agreements_changed(self) -> None:
        """Let those who call from now on follow their choice again, where no agreement covers where they were sent."""
        if self._facts.allowed is None:
            return
        rules, now, motion = self._motion.scenario.dispatch, self._motion.env.now, self._motion
        assert rules
        first, last = np.searchsorted(self._called_min, (now, now + rules.review_every_min))
        rows = self._rows[first:last]
        chosen = motion.cohort.hospital[rows]
        sent = np.array([motion.log.brought.get(row, -1) for row in rows.tolist()], dtype=np.int64)
        elsewhere = (sent >= 0) & (sent != chosen)
        back = elsewhere & ~self._facts.allowed[chosen, sent]
        motion.bring(rows[back], chosen[back])

    def _send(self, share: FloatArray) -> None:
        """Let all who call before the next review follow the table."""
        rules, now, motion = self._motion.scenario.dispatch, self._motion.env.now, self._motion
        assert rules
        first, last = np.searchsorted(self._called_min, (now, now + rules.review_every_min))
        rows, cohort = self._rows[first:last], motion.cohort
        chosen = cohort.hospital[rows]
        table = Destinations.of(self._facts.choice_share, share)
        to = table.send(cohort.zone[rows], motion.acuity[rows], chosen, self._within[first:last])
        to = np.where(self._offers[to, cohort.pathway[rows]], to, chosen)
        motion.bring(rows[to != chosen], to[to != chosen])

    def _calls_per_hour(self, now: float) -> FloatArray:
        """Return the calls of the last day by zone and acuity, shape (n_zones, 5), for each hour."""
        since = max(0.0, now - MINUTES_PER_DAY)
        first, last = np.searchsorted(self._called_min, (since, now))
        rows = self._rows[first:last]
        calls = np.zeros((len(self._facts.zone_ids), ACUITIES))
        np.add.at(calls, (self._motion.cohort.zone[rows], self._motion.acuity[rows] - 1), 1.0)
        return calls * (MINUTES_PER_HOUR / max(now - since, MINUTES_PER_HOUR))

    def _on_way(self, now: float) -> IntArray:
        """Count those who called in the last day and have not arrived at their hospital yet, shape (n_hospitals,)."""
        log, n = self._motion.log, self._motion.cohort.n_patients
        first, last = np.searchsorted(self._called_min, (now - MINUTES_PER_DAY, now))
        rows, ended, phase = (column[first:last] for column in (self._rows, self._ended, self._phase))
        marks = np.frombuffer(log.marks).reshape(n, -1)
        coming = np.isnan(marks[rows, ended]) & np.isnan(marks[rows, -1])
        hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(n, -1)[rows, phase]
        return np.bincount(hospital_at[coming], minlength=len(self._facts.hospital_ids))

    def _look(self) -> FloatArray:
        """Return staffed spaces, those taken and patients waiting, shape (3, n_hospitals); NaN without agreement."""
        found = np.zeros((3, len(self._facts.hospital_ids)))
        for hospital, pool in self._spaces:
            found[:, hospital] += self._motion.occupation(pool)
        found[:, ~self._terms.shown(self._motion.env.now)] = np.nan
        return found


def _under_agreements(usual: DispatchFacts, takes_part: BoolArray, pairs: BoolArray) -> DispatchFacts:
    """Return the facts under agreements: patients of users may be driven to owners."""
    return replace(usual, agreed=takes_part, allowed=pairs.T)


def dispatch_facts(scenario: Scenario) -> DispatchFacts:
    """Return what never changes: ways, choices and agreements."""
    city = scenario.city
    return DispatchFacts(
        zone_ids=tuple(zone.id for zone in city.zones),
        hospital_ids=tuple(hospital.id for hospital in city.hospitals),
        travel_min=np.zeros(city.choice_share.shape) if city.zone_travel_min is None else city.zone_travel_min,
        choice_share=city.choice_share,
        agreed=np.array([hospital.agreed for hospital in city.hospitals]),
    )


def _space_pools(motion: Motion) -> Iterator[tuple[int, int]]:
    """Yield hospital and number of the pools that those who are driven ask for next, each once."""
    codes: dict[str, None] = {}
    for pathway, slot in zip(motion.scenario.pathways, drive_slots(motion.layout).tolist(), strict=True):
        places = [phase.place for phase in pathway.phases[1:] if phase.place]
        if slot >= 0 and places:
            codes[places[0]] = None
    for (hospital, code), number in motion.pool_number.items():
        if code in codes:
            yield hospital, number


def _first_columns(motion: Motion) -> tuple[IntArray, IntArray]:
    """Return the mark at which the drive of each pathway ends, and the column of its first phase, (n_pathways,)."""
    layout = motion.layout
    slots = drive_slots(layout).tolist()
    ended = [layout.mark_index[f"{layout.slots[slot]}_ended"] if slot >= 0 else 0 for slot in slots]
    phase = [layout.phase_index[pathway.phases[0].name] for pathway in layout.scenario.pathways]
    return np.array(ended, dtype=np.int64), np.array(phase, dtype=np.int64)


def offers(scenario: Scenario) -> BoolArray:
    """Mark the hospitals that have all pools of a pathway, shape (n_hospitals, n_pathways)."""
    codes = [{pool.code for pool in hospital.pools} for hospital in scenario.city.hospitals]
    return np.array([[pathway.pool_codes <= have for pathway in scenario.pathways] for have in codes])
