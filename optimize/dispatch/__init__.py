"""Decide which hospital each group of ambulance calls is brought to."""
