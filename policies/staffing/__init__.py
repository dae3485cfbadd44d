"""Decide who helps out at which hospital in the next shift: the members of the staffing seat."""

from policies.staffing.allocation import Allocation
from policies.staffing.as_rostered import AsRostered
from policies.staffing.expected_work import ExpectedWork
from policies.staffing.float_pool import FloatPool
from policies.staffing.float_pool_recourse import FloatPoolRecourse
from policies.staffing.most_loaded import MostLoaded

__all__ = ["Allocation", "AsRostered", "ExpectedWork", "FloatPool", "FloatPoolRecourse", "MostLoaded"]
