"""Show policies what they may see, and no more than the information condition allows."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.contract import CityFacts, TransferView
from sim.motion import Motion, Waiting
from sim.platform.kinds import SharedKind
from sim.scenario import Scenario, Sight, Tiers
from sim.seats.news import News
from sim.terms import InForce, Terms
from sim.units import BoolArray, FloatArray, IntArray

NOBODY = np.empty(0, dtype=np.int64)
NO_MINUTES = np.empty(0)


def city_facts(scenario: Scenario) -> CityFacts:
    """Return what never changes: hospitals, the places that patients can be transferred to, and travel minutes."""
    phases = [phase for pathway in scenario.pathways for phase in pathway.phases if phase.transferable]
    places = tuple(sorted({phase.place for phase in phases if phase.place}))
    hospitals = scenario.city.hospitals
    beds = [[_establishment(scenario, h, code) for code in places] for h in range(len(hospitals))]
    return CityFacts(
        hospital_ids=tuple(hospital.id for hospital in hospitals),
        place_codes=places,
        travel_min=scenario.city.travel_min,
        establishment=np.array(beds, dtype=float).reshape(len(hospitals), len(places)),
        agreed=np.array([hospital.agreed for hospital in hospitals]),
        tier=_tiers(scenario),
    )


def _tiers(scenario: Scenario) -> IntArray | None:
    """Rank ways within a region 0 and ways between regions 1; None where all ways are alike."""
    if scenario.transfers.tiers is Tiers.ALL_ALIKE:
        return None
    region = np.array([hospital.region for hospital in scenario.city.hospitals])
    across: IntArray = np.asarray(region[:, None] != region[None, :], dtype=np.int64)
    return across


def _establishment(scenario: Scenario, hospital: int, code: str) -> int:
    pool = scenario.city.hospitals[hospital].pool(code)
    return pool.establishment if pool else 0


class Lookout:
    """Watch the beds of a city in motion and remember them for as long as news travels."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._terms = Terms(motion.scenario.city, motion.scenario.agreements)
        self._in_force = InForce(self._terms, SharedKind.BED, city_facts(motion.scenario), _under_agreements)
        self._information = motion.scenario.information
        self._news = News(self._information, self.facts.establishment.shape)
        self._places = [
            (h, place, number)
            for h in range(len(self.facts.hospital_ids))
            for place, code in enumerate(self.facts.place_codes)
            if (number := motion.pool_number.get((h, code))) is not None
        ]

    @property
    def facts(self) -> CityFacts:
        """Return what holds now."""
        return self._in_force.at(self._motion.env.now)

    def may_move(self, origin: int, destination: int) -> bool:
        """Say whether patients of one hospital may be moved to another one now."""
        return self._terms.may(SharedKind.BED, destination, origin, self._motion.env.now)

    def boarders(self) -> dict[int, Waiting]:
        """Return every patient who waits for a transferable place, by number, in order of hospital, place and rank."""
        return {waiting.patient: waiting for _, waiting in self._waiting()}

    def nobody_waits(self) -> bool:
        """Say whether nobody waits for a transferable place; news of open beds is remembered all the same."""
        if any(self._motion.occupation(number).n_waiting for _, _, number in self._places):
            return False
        if self._information.sight is Sight.DELAYED:
            self._known(self._motion.env.now)
        return True

    def view(self, crews_free: int, moved: IntArray) -> TransferView:
        """Return what a transfer policy may see now."""
        now = self._motion.env.now
        known_at, free = self._known(now)
        return TransferView(self.facts, now, known_at, *self._boarding(now), free, crews_free, self._senders(), moved)

    def _boarding(self, now: float) -> tuple[IntArray, IntArray, IntArray, IntArray, FloatArray]:
        """Return patients, hospitals, places, acuities and minutes waited of all boarders."""
        found = list(self._waiting())
        if not found:
            return NOBODY, NOBODY, NOBODY, NOBODY, NO_MINUTES
        rows = [(one.patient, one.hospital, place, one.acuity) for place, one in found]
        patient, hospital, place, acuity = np.array(rows).T.copy()
        return patient, hospital, place, acuity, now - np.array([one.asked_min for _, one in found])

    def _waiting(self) -> Iterator[tuple[int, Waiting]]:
        """Yield the place code's index and the patient of all who wait for a transferable place."""
        for _, place, number in self._places:
            for waiting in self._motion.waiting(number):
                yield place, waiting

    def open_beds(self, pool: int) -> int:
        """Count the transfers that a hospital would accept into this pool now, after all who wait there."""
        return self._motion.scenario.transfers.open_beds(*self._motion.occupation(pool))

    def may_send(self, hospital: int) -> bool:
        """Say whether the beds of a hospital, all kinds together, are full enough to send patients elsewhere."""
        if not self._motion.scenario.transfers.trigger_share:
            return True
        beds = [self._motion.occupation(number) for h, _, number in self._places if h == hospital]
        staffed, busy = sum(one.level for one in beds), sum(one.busy for one in beds)
        return self._motion.scenario.transfers.may_send(staffed, busy)

    def _senders(self) -> BoolArray | None:
        """Mark the hospitals that may send patients; None where everybody may."""
        if not self._motion.scenario.transfers.trigger_share:
            return None
        return np.array([self.may_send(h) for h in range(len(self.facts.hospital_ids))])

    def _open_now(self) -> FloatArray:
        """Count the transfers that each hospital would accept; none where it takes no part."""
        beds = np.zeros(self.facts.establishment.shape)
        agreed = self.facts.agreed
        for h, place, number in self._places:
            if agreed[h]:
                beds[h, place] = self.open_beds(number)
        return beds

    def _known(self, now: float) -> tuple[float, FloatArray]:
        """Return the open beds that condition and agreements let policies know, and since when they are true."""
        known_at, free = self._news.known(now, self._open_now)
        return known_at, free if self._terms.by_flags else np.where(self._terms.shown(now)[:, None], free, np.nan)


def _under_agreements(usual: CityFacts, takes_part: BoolArray, pairs: BoolArray) -> CityFacts:
    """Return the facts under agreements: patients of users may be sent to owners."""
    return replace(usual, agreed=takes_part, allowed=pairs.T)
