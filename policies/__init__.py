"""Decide: rules and optimized policies, one family per seat, and the diagnosis model."""
