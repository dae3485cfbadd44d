"""Suggest care pathways on a terminal: rules from a table, a stored differential diagnosis, cases from a file."""
