"""Decide which boarding patients move to other hospitals: the members of the transfer seat."""

from policies.transfer.balance import Balance
from policies.transfer.nearest_free import NearestFree
from policies.transfer.stay_put import StayPut

__all__ = ["Balance", "NearestFree", "StayPut"]
