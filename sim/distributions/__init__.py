"""Describe durations by distributions that are drawn by inversion: one uniform number, one duration.

Inversion keeps common random numbers synchronized: when a planner changes a mean, every patient keeps
the rank that chance gave them. Times are minutes; every mean and standard deviation is exact.
"""

from sim.distributions.base import EDGE, Distribution, standard_normal_quantile
from sim.distributions.by_moments import Gamma, Lognormal, Weibull
from sim.distributions.conditional import Remaining, Residual, Truncated, remaining_min
from sim.distributions.drive import Drive
from sim.distributions.empirical import Empirical
from sim.distributions.mixture import Mixture
from sim.distributions.simple import Exponential, Fixed, Triangular, Uniform

__all__ = [
    "EDGE",
    "FAMILIES",
    "Distribution",
    "Drive",
    "Empirical",
    "Exponential",
    "Fixed",
    "Gamma",
    "Lognormal",
    "Mixture",
    "Remaining",
    "Residual",
    "Triangular",
    "Truncated",
    "Uniform",
    "Weibull",
    "remaining_min",
    "standard_normal_quantile",
]

FAMILIES: dict[str, type[Distribution]] = {
    "fixed": Fixed,
    "exponential": Exponential,
    "uniform": Uniform,
    "triangular": Triangular,
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "empirical": Empirical,
}
