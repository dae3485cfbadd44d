"""Decide where ambulances bring their patients."""

from policies.dispatch.least_wait import LeastWait
from policies.dispatch.nearest_open import NearestOpen
from policies.dispatch.own_choice import OwnChoice

__all__ = ["LeastWait", "NearestOpen", "OwnChoice"]
