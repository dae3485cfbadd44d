"""Seat the bedding policy: put patients who wait for a place into another one of their hospital, or refuse."""

import numpy as np

from sim.city import Kind
from sim.contract import BeddingDecision, BeddingFacts, BeddingView
from sim.log import Lodging
from sim.motion import Lodging as LodgingMotion
from sim.motion import Waiting
from sim.outlier_rules import OutlierRules
from sim.scenario import Scenario
from sim.units import IntArray

NONE = -1


class BeddingSeat:
    """Put patients into places other than those they wait for."""

    name = "bedding"

    def __init__(self, motion: LodgingMotion, rules: OutlierRules) -> None:
        self._motion = motion
        self._facts = bedding_facts(motion.scenario, rules)
        self._pools = [
            (h, k, number)
            for h in range(len(self._facts.hospital_ids))
            for k, code in enumerate(self._facts.place_codes)
            if (number := motion.pool_number.get((h, code))) is not None
        ]
        self._marks = np.frombuffer(motion.log.marks).reshape(-1, len(motion.layout.marks))
        self._held = [self._columns(p) for p in range(len(motion.scenario.pathways))]

    def view(self) -> BeddingView:
        """Return who waits for a place that others could stand in for, and which places are free."""
        found = [(one, k) for k, one in self._waiting()]
        rows = [(one.patient, one.hospital, k, self._holds(one.patient), one.acuity) for one, k in found]
        patient, hospital, place, holds, acuity = np.array(rows, dtype=np.int64).reshape(-1, 5).T.copy()
        now = self._motion.env.now
        waited_min = now - np.array([one.asked_min for one, _ in found], dtype=np.float64)
        columns = patient, hospital, place, holds, acuity, waited_min
        return BeddingView(self._facts, now, *columns, *self._counts())

    def n_options(self, view: BeddingView) -> int:
        """Count those who wait."""
        return len(view.patient)

    def idle(self) -> bool:
        """Say whether nobody waits."""
        return next(iter(self._waiting()), None) is None

    def carry_out(self, decision: BeddingDecision) -> tuple[int, int]:
        """Put each patient elsewhere or refuse; return how many were named, and how many refused."""
        waiting = {one.patient: (one, k) for k, one in self._waiting()} if len(decision.patient) else {}
        refused = 0
        for patient, place in zip(decision.patient.tolist(), decision.place.tolist(), strict=True):
            one, wanted = waiting.pop(patient, (None, NONE))
            refusal = self._refusal(one, wanted, place)
            self._motion.log.lodgings.append(self._row(patient, one, wanted, place, refusal))
            if one and not refusal:
                self._motion.lodge(patient, self._motion.pool_number[one.hospital, self._facts.place_codes[place]])
            refused += bool(refusal)
        return len(decision.patient), refused

    def _refusal(self, one: Waiting | None, wanted: int, place: int) -> str:
        """Say why a patient cannot lie there now; empty when nothing is in the way."""
        if one is None:
            return "not waiting"
        if not 0 <= place < len(self._facts.place_codes) or not self._facts.liking[wanted, place]:
            return "no place for this patient"
        pool = self._motion.pool_number.get((one.hospital, self._facts.place_codes[place]))
        if pool is None:
            return "no such place here"
        there = self._motion.occupation(pool)
        return "" if there.free > there.n_waiting else "no place free"

    def _row(self, patient: int, one: Waiting | None, wanted: int, place: int, refusal: str) -> Lodging:
        codes = self._facts.place_codes
        return Lodging(
            time_min=self._motion.env.now,
            patient=patient,
            hospital=one.hospital if one else NONE,
            phase=one.phase if one else NONE,
            wanted=codes[wanted] if one else "",
            place=codes[place] if 0 <= place < len(codes) else "",
            refusal=refusal,
        )

    def _waiting(self) -> "list[tuple[int, Waiting]]":
        """Return the place wanted and the patient of all who could lie elsewhere, by hospital, place and rank."""
        could = self._facts.liking.max(axis=1, initial=0) > 0
        pools = [(k, number) for _, k, number in self._pools if could[k]]
        return [(k, one) for k, number in pools for one in self._motion.wanting(number)]

    def _counts(self) -> tuple[IntArray, IntArray, IntArray]:
        """Return places staffed, free and waited for, each of shape (h, k)."""
        counts = np.zeros((3, len(self._facts.hospital_ids), len(self._facts.place_codes)), dtype=np.int64)
        for h, k, number in self._pools:
            there = self._motion.occupation(number)
            counts[:, h, k] = there.level, max(there.free - there.n_waiting, 0), there.n_waiting
        return counts[0], counts[1], counts[2]

    def _columns(self, pathway: int) -> list[tuple[int, int, int]]:
        """Return the place of each phase of a pathway, and the marks of entering and leaving it."""
        marks, codes = self._motion.layout.mark_index, self._facts.place_codes
        phases = self._motion.scenario.pathways[pathway].phases
        return [
            (codes.index(phase.place), marks[f"{phase.name}_entered"], marks[f"{phase.name}_left"])
            for phase in phases
            if phase.place in codes
        ]

    def _holds(self, patient: int) -> int:
        """Return the place that a patient was given last and has not left, as the pathway names it, -1 for none."""
        marks = self._marks[patient]
        columns = self._held[int(self._motion.cohort.pathway[patient])]
        held = [k for k, entered, left in columns if not np.isnan(marks[entered]) and np.isnan(marks[left])]
        return held[-1] if held else NONE


def bedding_facts(scenario: Scenario, rules: OutlierRules) -> BeddingFacts:
    """Return what never changes: the places of the city, and which of them stand in for others."""
    codes = scenario.city.codes_of(Kind.PLACE)
    liking = np.zeros((len(codes), len(codes)), dtype=np.int64)
    for code, others in rules.elsewhere.items():
        for rank, other in enumerate(others, start=1):
            liking[codes.index(code), codes.index(other)] = rank
    return BeddingFacts(tuple(hospital.id for hospital in scenario.city.hospitals), codes, liking)
