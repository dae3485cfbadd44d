"""Seat the transfer policy: carry its moves out, and refuse with a reason what cannot be done."""

import numpy as np
from simpy.events import Event

from sim.contract import TransferDecision, TransferView
from sim.journey import SHIFT, Alarm
from sim.log import Transfer
from sim.motion import Motion, Waiting
from sim.views import Lookout


class TransferSeat:
    """Move patients who wait for a bed to other hospitals."""

    name = "transfer"

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._crews_free = motion.scenario.transfers.crews
        self._lookout = Lookout(motion)
        n = len(motion.scenario.city.hospitals)
        self._moved = np.zeros((n, n), dtype=np.int64)

    def view(self) -> TransferView:
        """Return who waits for a bed, and which beds are open as far as known."""
        return self._lookout.view(self._crews_free, self._moved.copy())

    def n_options(self, view: TransferView) -> int:
        """Count those who wait for a bed."""
        return len(view.patient)

    def idle(self) -> bool:
        """Say whether nobody waits for a bed."""
        return self._lookout.nobody_waits()

    def carry_out(self, decision: TransferDecision) -> tuple[int, int]:
        """Move each patient or refuse; return how many were named, and how many refused."""
        boarders = self._lookout.boarders() if len(decision.patient) else {}
        refused = 0
        for patient, destination in zip(decision.patient.tolist(), decision.destination.tolist(), strict=True):
            boarder = boarders.pop(patient, None)
            refusal = self._refusal(boarder, destination)
            self._motion.log.transfers.append(self._row(patient, boarder, destination, refusal))
            if boarder and not refusal:
                self._move(boarder, destination)
            refused += bool(refusal)
        return len(decision.patient), refused

    def _row(self, patient: int, boarder: Waiting | None, destination: int, refusal: str) -> Transfer:
        return Transfer(
            time_min=self._motion.env.now,
            patient=patient,
            origin=boarder.hospital if boarder else -1,
            destination=destination,
            phase=boarder.phase if boarder else -1,
            crew_busy_min=self._crew_busy_min(patient) if not refusal else 0.0,
            refusal=refusal,
        )

    def _refusal(self, boarder: Waiting | None, destination: int) -> str:
        """Say why a patient cannot go there now; empty when nothing is in the way."""
        if boarder is None:
            return "not waiting"
        facts = self._lookout.facts
        if not 0 <= destination < len(facts.hospital_ids) or destination == boarder.hospital:
            return "no other hospital"
        if not self._lookout.may_move(boarder.hospital, destination):
            return "no agreement"
        if not self._lookout.may_send(boarder.hospital):
            return "sender below trigger"
        pool = self._motion.place_at(destination, boarder.patient)
        if pool is None:
            return "service not offered"
        if not self._lookout.open_beds(pool):
            there = self._motion.occupation(pool)
            return "receiver is full" if there.free > there.n_waiting else "no bed free"
        return "" if self._crews_free else "no crew free"

    def _move(self, boarder: Waiting, destination: int) -> None:
        """Send a crew, and let the patient be moved."""
        self._crews_free -= 1
        self._moved[boarder.hospital, destination] += 1
        Alarm(self._motion.env, SHIFT, self._crew_back).set(self._crew_busy_min(boarder.patient))
        self._motion.move(boarder.patient, destination)

    def _crew_busy_min(self, patient: int) -> float:
        return float(self._motion.cohort.crew_busy_min[patient])

    def _crew_back(self, _: Event) -> None:
        self._crews_free += 1
