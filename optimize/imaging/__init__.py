"""Decide which request gets which slot of which scanner, and which scanners open off-peak."""
