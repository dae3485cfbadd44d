"""Decide the acuity of patients at the door: the members of the triage seat."""

from policies.triage.model import Model
from policies.triage.nurse import Nurse
from policies.triage.oracle import Oracle

__all__ = ["Model", "Nurse", "Oracle"]
