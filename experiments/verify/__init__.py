"""Recompute every number that a report prints, from the tables of its run, and list what does not agree."""
