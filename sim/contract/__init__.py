"""Define the seam between the world and its policies: views, decisions, and one method between them.

A view holds numbers only and no reference into the moving world, so it can be stored and decided again. One module
for each seat.
"""

from dataclasses import dataclass

from sim.contract.admission import AdmissionDecision, AdmissionFacts, AdmissionView
from sim.contract.allowed import may_send
from sim.contract.base import Decision, Policy
from sim.contract.bedding import BeddingDecision, BeddingFacts, BeddingView
from sim.contract.dispatch import DispatchDecision, DispatchFacts, DispatchView
from sim.contract.equipment import EquipmentDecision, EquipmentFacts, EquipmentView
from sim.contract.medicines import Lots, MedicinesDecision, MedicinesView, PharmacyFacts
from sim.contract.nursing import WardFacts
from sim.contract.posts import PostsDecision, PostsFacts, PostsView
from sim.contract.rostering import RosteringDecision, RosteringFacts, RosteringView
from sim.contract.staffing import StaffFacts, StaffingDecision, StaffingView
from sim.contract.transfer import CityFacts, TransferDecision, TransferView
from sim.contract.triage import AssignAcuity, AssignTruth, TriageDecision, TriageView
from sim.contract.wishes import Wishes

__all__ = [
    "AdmissionDecision",
    "AdmissionFacts",
    "AdmissionView",
    "AssignAcuity",
    "AssignTruth",
    "BeddingDecision",
    "BeddingFacts",
    "BeddingView",
    "CityFacts",
    "Decision",
    "DispatchDecision",
    "DispatchFacts",
    "DispatchView",
    "EquipmentDecision",
    "EquipmentFacts",
    "EquipmentView",
    "Lots",
    "MedicinesDecision",
    "MedicinesView",
    "PharmacyFacts",
    "Policies",
    "Policy",
    "PostsDecision",
    "PostsFacts",
    "PostsView",
    "RosteringDecision",
    "RosteringFacts",
    "RosteringView",
    "StaffFacts",
    "StaffingDecision",
    "StaffingView",
    "TransferDecision",
    "TransferView",
    "TriageDecision",
    "TriageView",
    "WardFacts",
    "Wishes",
    "may_send",
]


@dataclass(frozen=True, slots=True)
class Policies:
    """Seat one policy for each kind of decision."""

    triage: Policy[TriageView, TriageDecision]
    transfer: Policy[TransferView, TransferDecision]
    equipment: Policy[EquipmentView, EquipmentDecision] | None = None
    medicines: Policy[MedicinesView, MedicinesDecision] | None = None
    dispatch: Policy[DispatchView, DispatchDecision] | None = None
    staffing: Policy[StaffingView, StaffingDecision] | None = None
    admission: Policy[AdmissionView, AdmissionDecision] | None = None
    bedding: Policy[BeddingView, BeddingDecision] | None = None
    rostering: Policy[RosteringView, RosteringDecision] | None = None
    posts: Policy[PostsView, PostsDecision] | None = None
