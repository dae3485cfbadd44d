"""Simulate the hospitals of one city: the world in motion."""
