"""Solve one planning problem from files: `citycare solve PROBLEM FILES`."""
