"""Roster staff over days and shifts: the case, a checker, a model, and a search for large cases."""
