"""Show policies what they may see, and no more than the information condition allows."""

from collections import deque
from collections.abc import Iterator

import numpy as np

from sim.contract import CityFacts, TransferView
from sim.motion import Motion, Waiting
from sim.scenario import Scenario, Sight
from sim.units import FloatArray


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
    )


def _establishment(scenario: Scenario, hospital: int, code: str) -> int:
    pool = scenario.city.hospitals[hospital].pool(code)
    return pool.establishment if pool else 0


class Lookout:
    """Watch the beds of a city in motion and remember them for as long as news travels."""

    def __init__(self, motion: Motion) -> None:
        self.facts = city_facts(motion.scenario)
        self._motion = motion
        self._information = motion.scenario.information
        self._news: deque[tuple[float, FloatArray]] = deque()

    def boarders(self) -> dict[int, Waiting]:
        """Return every patient who waits for a transferable place, by number, in order of hospital, place and rank."""
        return {waiting.patient: waiting for _, waiting in self._waiting()}

    def view(self, crews_free: int) -> TransferView:
        """Return what a transfer policy may see now."""
        now = self._motion.env.now
        known_at, free = self._known(now)
        rows = [
            (waiting.patient, waiting.hospital, place, waiting.acuity, now - waiting.asked_min)
            for place, waiting in self._waiting()
        ]
        patient, hospital, place, acuity, waited = np.array(rows, dtype=float).reshape(-1, 5).T
        return TransferView(
            city=self.facts,
            now_min=now,
            known_at_min=known_at,
            patient=patient.astype(np.int64),
            hospital=hospital.astype(np.int64),
            place=place.astype(np.int64),
            acuity=acuity.astype(np.int64),
            waited_min=waited.astype(np.float64),
            free=free,
            crews_free=crews_free,
        )

    def _waiting(self) -> Iterator[tuple[int, Waiting]]:
        """Yield the place code's index and the patient of all who wait for a transferable place."""
        for h in range(len(self.facts.hospital_ids)):
            for place, code in enumerate(self.facts.place_codes):
                number = self._motion.pool_number.get((h, code))
                for waiting in () if number is None else self._motion.waiting(number):
                    yield place, waiting

    def open_beds(self, pool: int) -> int:
        """Count the transfers that a hospital would accept into this pool now, after all who wait there."""
        return self._motion.scenario.transfers.open_beds(*self._motion.occupation(pool))

    def _open_now(self) -> FloatArray:
        """Count the transfers that each hospital would accept; none where it takes no part."""
        beds = np.zeros(self.facts.establishment.shape)
        for h, agreed in enumerate(self.facts.agreed):
            for place, code in enumerate(self.facts.place_codes):
                number = self._motion.pool_number.get((h, code))
                if agreed and number is not None:
                    beds[h, place] = self.open_beds(number)
        return beds

    def _known(self, now: float) -> tuple[float, FloatArray]:
        """Return the open beds that the information condition lets policies know, and since when they are true."""
        if self._information.sight is Sight.LIVE:
            return now, self._open_now()
        unknown = np.full(self.facts.establishment.shape, np.nan)
        if self._information.sight is Sight.NONE:
            return now, unknown
        self._news.append((now, self._open_now()))
        newest = now - self._information.delay_min
        while len(self._news) > 1 and self._news[1][0] <= newest:
            self._news.popleft()
        return self._news[0] if self._news[0][0] <= newest else (now, unknown)
