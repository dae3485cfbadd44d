"""How hard the solver of an optimized member tries: settings that every one of them has as `solver`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimize.contract import SolveOptions
from policies.settings import WrongSetting


@dataclass(slots=True)
class Solving:
    """Say when a solve may stop.

    `gap` is the share of the objective at which a program of whole numbers counts as best. `node_limit` ends its search
    at the same place on every machine. `fuse_seconds` ends any solve on a clock; an answer from a blown fuse depends on
    the machine, so the ending of the decision says so.
    """

    gap: float = 1e-3
    node_limit: int = 200
    fuse_seconds: float = 300.0

    def over(self, usual: SolveOptions) -> SolveOptions:
        """Return the options of a planner with these limits."""
        return replace(usual, gap=self.gap, node_limit=self.node_limit, fuse_seconds=self.fuse_seconds)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of these settings."""
        if not 0 <= self.gap < np.inf:
            yield WrongSetting(f"{where}.gap", self.gap, "give a share of the objective, zero or more")
        if not 0 <= self.node_limit < 2**31:
            yield WrongSetting(f"{where}.node_limit", self.node_limit, "give nodes, 0 to 2147483647")
        if not self.fuse_seconds > 0:
            yield WrongSetting(f"{where}.fuse_seconds", self.fuse_seconds, "give seconds above zero")
