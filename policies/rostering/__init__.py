"""Decide the rosters of the coming week: the members of the rostering seat."""

from policies.rostering.as_rostered import UsualRoster
from policies.rostering.cover import Cover
from policies.rostering.weekly_roster import WeeklyRoster

__all__ = ["Cover", "UsualRoster", "WeeklyRoster"]
