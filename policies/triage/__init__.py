"""Decide the acuity of patients at the door: the members of the triage seat."""

from policies.triage.learned import Learned
from policies.triage.model import Model
from policies.triage.none import NoTriage
from policies.triage.nurse import Nurse
from policies.triage.oracle import Oracle
from policies.triage.second_reader import SecondReader
from policies.triage.shuffled import Shuffled

__all__ = ["Learned", "Model", "NoTriage", "Nurse", "Oracle", "SecondReader", "Shuffled"]
