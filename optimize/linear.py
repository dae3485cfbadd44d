"""Write linear sums for Pyomo, many times faster than by its operators."""

from typing import Any

from pyomo.core.expr import LinearExpression

Terms = list[tuple[float, Any]]
"""Coefficients and variables."""


def linear(terms: Terms) -> Any:
    """Add up coefficient times variable."""
    return LinearExpression(linear_coefs=[weight for weight, _ in terms], linear_vars=[x for _, x in terms])
