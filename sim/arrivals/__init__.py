"""Describe when patients arrive: by chance, by appointment, all at once, or as recorded."""

from sim.arrivals.base import Arrivals, Generators, Pattern
from sim.arrivals.burst import Burst
from sim.arrivals.poisson import Seasonal, arrival_times, rate_faults, season_faults
from sim.arrivals.replay import Replay
from sim.arrivals.scheduled import Scheduled

__all__ = [
    "Arrivals",
    "Burst",
    "Generators",
    "Pattern",
    "Replay",
    "Scheduled",
    "Seasonal",
    "arrival_times",
    "rate_faults",
    "season_faults",
]
