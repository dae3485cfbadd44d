"""Decide who helps out at which hospital in the next shift: the members of the staffing seat."""

from policies.staffing.as_rostered import AsRostered
from policies.staffing.expected_work import ExpectedWork
from policies.staffing.float_pool import FloatPool
from policies.staffing.most_loaded import MostLoaded

__all__ = ["AsRostered", "ExpectedWork", "FloatPool", "MostLoaded"]
