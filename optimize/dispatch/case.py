"""State who calls ambulances and how crowded hospitals are, and where patients are brought: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """The question of the next hours: G groups of calls, H hospitals, K stretches of each hospital's line.

    Args:
        groups: G names.
        hospitals: H names.
        calls: calls expected of each group; shape (G,).
        own: of those, who would go to each hospital by choice; shape (G, H), rows sum to `calls`.
        ways: where patients may be sent whose choice is another hospital; shape (G, H).
        road_min: weighted minutes on the road of one patient; shape (G, H).
        places: patients that each stretch of a hospital's line takes; shape (H, K), inf for no limit.
        wait_min: minutes that a patient on a stretch waits; shape (H, K), rising along the line.
        divert_min: what it costs to bring a patient elsewhere than to the hospital of choice, minutes.
        most_diverted: patients who may be brought elsewhere, inf for no limit.

    Raises:
        ValueError: lists every repeated name, wrong shape and impossible number.
    """

    groups: tuple[str, ...]
    hospitals: tuple[str, ...]
    calls: FloatArray
    own: FloatArray
    ways: BoolArray
    road_min: FloatArray
    places: FloatArray
    wait_min: FloatArray
    divert_min: float = 0.0
    most_diverted: float = np.inf

    def __post_init__(self) -> None:
        refuse([*name_faults(self, ("groups", "hospitals")), *self._faults()])

    def _faults(self) -> Iterator[str]:
        g, h, k = len(self.groups), len(self.hospitals), self.places.shape[-1]
        shapes = {"calls": (g,), "own": (g, h), "ways": (g, h), "road_min": (g, h), "places": (h, k)}
        wrong = [*shape_faults(self, shapes | {"wait_min": (h, k)})]
        yield from wrong
        yield from least_faults(self, ("calls", "own", "road_min", "places", "wait_min", "divert_min", "most_diverted"))
        yield from finite_faults(self, ("calls", "own", "road_min", "wait_min", "divert_min"))
        if not wrong and not np.allclose(self.own.sum(axis=1), self.calls):
            yield "own must add up to calls over the hospitals of each group"
        if (np.diff(self.wait_min, axis=-1) < 0).any():
            yield "wait_min must not fall along the line of a hospital"


@dataclass(frozen=True, slots=True, eq=False)
class DispatchPlan:
    """Where patients are brought.

    Args:
        kept: patients of each group who are brought to the hospital of their choice; shape (G, H).
        sent: patients who are brought to another one instead; shape (G, H).
        line: patients on each stretch of the line of each hospital; shape (H, K).
        minutes: road, wait and price of diversion together.
    """

    kept: FloatArray
    sent: FloatArray
    line: FloatArray
    minutes: float

    @property
    def brought(self) -> FloatArray:
        """Return all who are brought to each hospital, shape (G, H)."""
        return self.kept + self.sent

    @classmethod
    def of(cls, case: DispatchCase, kept: FloatArray, sent: FloatArray, line: FloatArray) -> Self:
        """Complete a plan by what it costs."""
        road = float((case.road_min * (kept + sent)).sum())
        wait = float((case.wait_min * line).sum())
        return cls(kept, sent, line, road + wait + case.divert_min * float(sent.sum()))
