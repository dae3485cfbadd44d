"""Decide which lots of medicines move between hospitals: the members of the medicines seat."""

from policies.medicines.exchange import Exchange
from policies.medicines.keep import Keep
from policies.medicines.near_expiry import NearExpiry

__all__ = ["Exchange", "Keep", "NearExpiry"]
