"""Decide whom to send where for the next shift."""
