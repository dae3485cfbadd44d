"""Describe who comes to a city: the reasons to come, and the streams of patients."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrivals import Pattern, rate_faults
from sim.faults import Fault
from sim.patience import Patience
from sim.units import ACUITIES, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """Describe a reason to come: its pathway and the shares of true acuity 1 to 5, shape (5,)."""

    name: str
    pathway: str
    acuity_share: FloatArray

    def faults(self) -> Iterator[Fault]:
        """Yield a fault when the shares are not five numbers that sum to 1."""
        shares = self.acuity_share
        if shares.shape != (ACUITIES,) or np.any(shares < 0) or not np.isclose(shares.sum(), 1.0):
            yield Fault(f"conditions.{self.name}.acuity_share", shares.tolist(), "give five shares that sum to 1")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Describe one stream of arrivals.

    Patients come at `hourly_rate` (patients per hour, shape (168,)), and `at_start` of them are inside already at
    time zero. They go to hospital `hospital`, or choose one as their zone `zone` does. Shares of `conditions` sum to 1.
    A `patience` of their own goes before that of the scenario. With a `pattern` they come as it says, and `hourly_rate`
    only holds what is to be expected in an average week. If they are `listed_for` a kind of pool, what they come for is
    a referral: they wait on their hospital's list until they are called, and those `at_start` wait from time zero on.
    """

    name: str
    conditions: tuple[str, ...]
    condition_share: FloatArray
    hourly_rate: FloatArray
    zone: int = -1
    hospital: int = -1
    at_start: int = 0
    patience: Patience | None = None
    pattern: Pattern | None = None
    listed_for: str | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults of the rates, the shares, the number at start and the way to a hospital."""
        field = f"sources.{self.name}"
        yield from rate_faults(self.hourly_rate, f"{field}.hourly_rate")
        if self.pattern is not None:
            yield from self.pattern.faults(f"{field}.arrivals")
        shares = self.condition_share
        if shares.shape != (len(self.conditions),) or np.any(shares < 0) or not np.isclose(shares.sum(), 1.0):
            yield Fault(f"{field}.condition_share", shares.tolist(), "give one share each, together 1")
        if self.at_start < 0:
            yield Fault(f"{field}.at_start", self.at_start, "give zero or more patients")
        if (self.zone < 0) == (self.hospital < 0):
            yield Fault(field, (self.zone, self.hospital), "name a zone or a hospital, not both")
        if self.patience is not None:
            yield from self.patience.faults(f"{field}.patience")
