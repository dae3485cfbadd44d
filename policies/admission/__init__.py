"""Decide who is called in from the waiting lists, and for when: the members of the admission seat."""

from policies.admission.appointments import Appointments
from policies.admission.first_come import FirstCome
from policies.admission.largest_priority import LargestPriority
from policies.admission.most_urgent import MostUrgent
from policies.admission.theatre import Theatre
from policies.admission.weekly_plan import WeeklyPlan

__all__ = ["Appointments", "FirstCome", "LargestPriority", "MostUrgent", "Theatre", "WeeklyPlan"]
