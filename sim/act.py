"""Carry decisions out, and refuse with a reason what cannot be done."""

import numpy as np
from simpy.events import Event

from sim.cohort import Cohort
from sim.contract import AssignAcuity, Policies, TransferDecision, TriageView
from sim.journey import REVIEW, SHIFT, Alarm
from sim.log import DecisionRow, Transfer
from sim.motion import Motion, Waiting
from sim.scenario import CaseMix
from sim.units import IntArray
from sim.views import Lookout


def assigned_acuity(case_mix: CaseMix, cohort: Cohort, policies: Policies) -> IntArray:
    """Let the triage policy assign an acuity to every patient of a cohort, shape (n,).

    Raises:
        ValueError: when the policy answers with another number of patients, or an acuity outside 1 to 5.
    """
    view = TriageView(case_mix.features, cohort.features, cohort.nurse_acuity)
    decision = policies.triage.decide(view)
    if not isinstance(decision, AssignAcuity):
        return cohort.acuity
    acuity = np.asarray(decision.acuity, dtype=np.int64)
    if acuity.shape != (cohort.n_patients,) or np.any((acuity < 1) | (acuity > 5)):
        raise ValueError(f"{type(policies.triage).__name__} must assign an acuity from 1 to 5 to every patient")
    return acuity


class TransferReviews:
    """Ask the transfer policy at every review, and move the patients it names."""

    def __init__(self, motion: Motion, policies: Policies) -> None:
        self._motion = motion
        self._policy = policies.transfer
        self._rules = motion.scenario.transfers
        self._crews_free = self._rules.crews
        self._lookout = Lookout(motion)
        self._alarm = Alarm(motion.env, REVIEW, self._review).set(self._rules.review_every_min)

    def _review(self, _: Event) -> None:
        now = self._motion.env.now
        view = self._lookout.view(self._crews_free)
        decision = self._policy.decide(view)
        refusals = self._carry_out(decision)
        self._motion.log.seconds_deciding += decision.seconds
        self._motion.log.decisions.append(
            DecisionRow(
                seat="transfer",
                policy=type(self._policy).__name__,
                time_min=now,
                n_boarders=len(view.patient),
                n_moves=len(decision.patient),
                n_refused=refusals,
                ending=decision.ending,
                objective=decision.objective,
            )
        )
        self._alarm.set(self._rules.review_every_min)

    def _carry_out(self, decision: TransferDecision) -> int:
        """Move each patient or refuse; return how many were refused."""
        boarders = self._lookout.boarders() if len(decision.patient) else {}
        refused = 0
        for patient, destination in zip(decision.patient.tolist(), decision.destination.tolist(), strict=True):
            boarder = boarders.pop(patient, None)
            refusal = self._refusal(boarder, destination)
            self._motion.log.transfers.append(self._row(patient, boarder, destination, refusal))
            if boarder and not refusal:
                self._move(boarder, destination)
            refused += bool(refusal)
        return refused

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
        if not (facts.agreed[boarder.hospital] and facts.agreed[destination]):
            return "no agreement"
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
        Alarm(self._motion.env, SHIFT, self._crew_back).set(self._crew_busy_min(boarder.patient))
        self._motion.move(boarder.patient, destination)

    def _crew_busy_min(self, patient: int) -> float:
        return float(self._motion.cohort.crew_busy_min[patient])

    def _crew_back(self, _: Event) -> None:
        self._crews_free += 1
