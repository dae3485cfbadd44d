"""Carry decisions out, and refuse with a reason what cannot be done."""

import numpy as np
from simpy.events import Event

from sim.cohort import Cohort
from sim.contract import AssignAcuity, Policies, TransferDecision, TriageView
from sim.journey import REVIEW, SHIFT, Alarm
from sim.log import DecisionRow, Transfer
from sim.network import Network, PatientJourney
from sim.pools import MOVED, leave_queue
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

    def __init__(self, network: Network, policies: Policies) -> None:
        self._network = network
        self._policy = policies.transfer
        self._rules = network.scenario.transfers
        self._crews_free = self._rules.crews
        self._lookout = Lookout(network)
        self._alarm = Alarm(network.env, REVIEW, self._review).set(self._rules.review_every_min)

    def _review(self, _: Event) -> None:
        now = self._network.env.now
        view = self._lookout.view(self._crews_free)
        decision = self._policy.decide(view)
        refusals = self._carry_out(decision)
        self._network.log.seconds_deciding += decision.seconds
        self._network.log.decisions.append(
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
            journey = boarders.pop(patient, None)
            refusal = self._refusal(journey, destination)
            self._network.log.transfers.append(self._row(patient, journey, destination, refusal))
            if journey and not refusal:
                self._move(journey, destination)
            refused += bool(refusal)
        return refused

    def _row(self, patient: int, journey: PatientJourney | None, destination: int, refusal: str) -> Transfer:
        return Transfer(
            time_min=self._network.env.now,
            patient=patient,
            origin=journey.hospital if journey else -1,
            destination=destination,
            phase=journey.phase.index if journey else -1,
            crew_busy_min=self._network.columns.crew_busy_min[patient] if not refusal else 0.0,
            refusal=refusal,
        )

    def _refusal(self, journey: PatientJourney | None, destination: int) -> str:
        """Say why a patient cannot go there now; empty when nothing is in the way."""
        if journey is None:
            return "not waiting"
        facts = self._lookout.facts
        if not 0 <= destination < len(facts.hospital_ids) or destination == journey.hospital:
            return "no other hospital"
        if not (facts.agreed[journey.hospital] and facts.agreed[destination]):
            return "no agreement"
        pool = self._network.place_at(destination, journey)
        if pool is None:
            return "service not offered"
        if not self._lookout.open_beds(pool):
            return "receiver is full" if pool.free > len(pool.queue) else "no bed free"
        return "" if self._crews_free else "no crew free"

    def _move(self, journey: PatientJourney, destination: int) -> None:
        """Keep the bed and a crew for the patient, who then leaves the queue at home."""
        network = self._network
        pool = network.place_at(destination, journey)
        assert pool is not None
        pool.busy += 1
        self._crews_free -= 1
        Alarm(network.env, SHIFT, self._crew_back).set(network.columns.crew_busy_min[journey.patient])
        journey.ride_min = network.travel_min[journey.hospital][destination]
        journey.hospital = destination
        network.note_hospital(journey)
        leave_queue(journey, MOVED)

    def _crew_back(self, _: Event) -> None:
        self._crews_free += 1
