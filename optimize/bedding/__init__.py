"""Decide which patient goes to which bed now."""
