"""Let the policies of a run decide: triage once at the door, all others at their reviews."""

from typing import TypeVar

import numpy as np
from simpy.events import Event

from sim.alerting import Watch
from sim.cohort import Cohort
from sim.contract import AssignAcuity, Policies, TriageView
from sim.journey import SHIFT, Alarm
from sim.log import DecisionRow
from sim.motion import Lodging, Motion
from sim.posts import with_responses
from sim.scenario import CaseMix, Scenario
from sim.seats.admission import AdmissionSeat
from sim.seats.bedding import BeddingSeat
from sim.seats.dispatch import DispatchSeat
from sim.seats.equipment import EquipmentSeat
from sim.seats.medicines import MedicinesSeat
from sim.seats.posts import PostsSeat
from sim.seats.review import Review, ask
from sim.seats.rostering import RosteringSeat
from sim.seats.staffing import StaffingSeat
from sim.seats.transfer import TransferSeat
from sim.stock import Stockroom
from sim.streams import Replication
from sim.terms import Terms
from sim.units import IntArray

Seated = TypeVar("Seated")


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


def stationed(
    scenario: Scenario, cohort: Cohort, policies: Policies, replication: Replication
) -> tuple[Cohort, list[tuple[DecisionRow, float]]]:
    """Let crews wait where the posts policy says, and return the patients with their ways, and what was decided."""
    if scenario.posts is None:
        return cohort, []
    seat, policy = PostsSeat(scenario), seated(policies.posts)
    decided = [] if policy is None else [ask(seat, policy, 0.0)]
    return with_responses(scenario, cohort, replication, seat.crews), decided


def seated(policy: Seated | None) -> Seated | None:
    """Return a policy that ever does anything; one with `decides = False` is never asked."""
    return policy if getattr(policy, "decides", True) else None


def _follow(motion: Motion, seat: StaffingSeat | DispatchSeat) -> None:
    """Let a seat stop, at every moment at which agreements change, what none of them covers any more."""

    def ring(_: Event) -> None:
        seat.agreements_changed()

    for moment in Terms(motion.scenario.city, motion.scenario.agreements).moments:
        Alarm(motion.env, SHIFT, ring).set(moment)


def hold_reviews(motion: Motion, policies: Policies, stockroom: Stockroom | None = None) -> None:
    """Seat every policy that decides at reviews; medicines can be moved only in a stockroom."""
    every_min = motion.scenario.transfers.review_every_min
    on_alert = {"transfer": Review(motion, TransferSeat(motion), policies.transfer, every_min)}
    equipment = seated(policies.equipment)
    if equipment is not None:
        every_min = motion.scenario.openings.review_every_min
        on_alert["equipment"] = Review(motion, EquipmentSeat(motion), equipment, every_min)
    medicines = seated(policies.medicines)
    if medicines is not None and stockroom is not None and stockroom.shelves:
        every_min = motion.scenario.exchange.review_every_min
        Review(motion, MedicinesSeat(motion, stockroom), medicines, every_min)
    dispatch = seated(policies.dispatch)
    if dispatch is not None and motion.scenario.dispatch is not None:
        driving = DispatchSeat(motion)
        _follow(motion, driving)
        Review(motion, driving, dispatch, motion.scenario.dispatch.review_every_min)
    rostering = seated(policies.rostering)
    if rostering is not None:
        rosters = motion.scenario.rosters
        Review(motion, RosteringSeat(motion, rosters), rostering, rosters.review_every_min, rosters.first_min)
    staffing = seated(policies.staffing)
    if staffing is not None:
        rules = motion.scenario.loans
        lending = StaffingSeat(motion, rules)
        _follow(motion, lending)
        on_alert["staffing"] = Review(motion, lending, staffing, rules.review_every_min, rules.first_min)
    Watch(motion, on_alert)
    admission = seated(policies.admission)
    if admission is not None and motion.cohort.referred_min is not None:
        lists = motion.scenario.lists
        Review(motion, AdmissionSeat(motion), admission, lists.review_every_min, lists.first_min)
    bedding, outliers = seated(policies.bedding), motion.scenario.outliers
    if bedding is not None and outliers is not None and isinstance(motion, Lodging):
        Review(motion, BeddingSeat(motion, outliers), bedding, outliers.review_every_min)
