"""Predict measures at settings that were not simulated from the finished cells of a run."""
