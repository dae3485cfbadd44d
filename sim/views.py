"""Show policies what they may see, and no more than the information condition allows."""

from collections import deque
from collections.abc import Iterator

import numpy as np

from sim.contract import CityFacts, TransferView
from sim.network import Network, PatientJourney
from sim.pools import PriorityPool
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
    """Watch the beds of a network and remember them for as long as news travels."""

    def __init__(self, network: Network) -> None:
        self.facts = city_facts(network.scenario)
        self._network = network
        self._information = network.scenario.information
        self._news: deque[tuple[float, FloatArray]] = deque()

    def boarders(self) -> dict[int, PatientJourney]:
        """Return every patient who waits for a transferable place, by number, in order of hospital, place and rank."""
        return {journey.patient: journey for _, _, _, journey in self._waiting()}

    def view(self, crews_free: int) -> TransferView:
        """Return what a transfer policy may see now."""
        now = self._network.env.now
        known_at, free = self._known(now)
        rows = [
            (journey.patient, h, place, journey.acuity, now - asked_min)
            for h, place, asked_min, journey in self._waiting()
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

    def _waiting(self) -> Iterator[tuple[int, int, float, PatientJourney]]:
        """Yield hospital, place, time asked and journey of all who wait for a transferable place."""
        for h in range(len(self.facts.hospital_ids)):
            for place, code in enumerate(self.facts.place_codes):
                pool = self._network.pools.get((h, code))
                for _, asked_min, _, journey, _ in pool.queue if pool else ():
                    if isinstance(journey, PatientJourney) and journey.phase.transferable:
                        yield h, place, asked_min, journey

    def open_beds(self, pool: PriorityPool) -> int:
        """Count the transfers that a hospital would accept into this pool now, after all who wait there."""
        return self._network.scenario.transfers.open_beds(pool.level, pool.busy, len(pool.queue))

    def _open_now(self) -> FloatArray:
        """Count the transfers that each hospital would accept; none where it takes no part."""
        beds = np.zeros(self.facts.establishment.shape)
        for (h, code), pool in self._network.pools.items():
            if code in self.facts.place_codes and self.facts.agreed[h]:
                beds[h, self.facts.place_codes.index(code)] = self.open_beds(pool)
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
