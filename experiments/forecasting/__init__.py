"""Forecasts in the open: read counts, judge every member on a year it has not seen, and write what it expects."""
