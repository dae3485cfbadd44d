"""Decide which hours of equipment are opened beyond the roster: the members of the equipment seat."""

from policies.equipment.imaging import Imaging
from policies.equipment.open_when_long import OpenWhenLong
from policies.equipment.own_use import OwnUse

__all__ = ["Imaging", "OpenWhenLong", "OwnUse"]
