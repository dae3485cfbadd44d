"""Decide which cases are operated in which theatre session."""
