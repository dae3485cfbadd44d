"""Decide who is put into a bed of another ward: the members of the bedding seat."""

from policies.bedding.beds import Beds
from policies.bedding.first_free import FirstFree
from policies.bedding.own_ward import OwnWard

__all__ = ["Beds", "FirstFree", "OwnWard"]
