"""Hold what every optimized member of the staffing seat has in common: how much work it expects in the next shift."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from policies.forecast.staffing import staff_required
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.staffing.expected_work import ExpectedWork
from sim.contract import StaffingView
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class Expecting:
    """Expect the load of each role in the next shift, and say how many that needs.

    With `history_weeks` above 0 the load, a, is how many were at work on average in the same hours of that many weeks
    of a past, plus the work of those who wait now, spread over the shift; with 0 weeks it is the share of busy staff
    and waiting patients in those on duty now, times those on duty then. It needs

        needed = ceil(a + safety * sqrt(a))                             (square-root staffing, S. Halfin, W. Whitt,
                                                                         10.1287/opre.29.3.567)

    and is unsafe below ceil(a), where queues grow without end. `safety` is a judgement (assumption A-STAFF-SAFETY,
    range 0.5 to 2).
    """

    safety: float = 1.0
    history_weeks: int = 8
    expected: ExpectedWork | None = field(default=None, repr=False, compare=False, metadata=NOT_A_SETTING)

    def load(self, view: StaffingView) -> FloatArray:
        """Return how many are expected to be at work on average in the next shift, (h, r); NaN where unknown."""
        if self.expected is None:
            now = np.where(view.on_duty > 0, (view.busy + view.queue) / np.maximum(view.on_duty, 1.0), np.nan)
            return now * view.next_duty
        usual = self.expected.during(view.starts_min, view.starts_min + view.facts.shift_min)
        return usual + self.waiting_load(view, self.expected)

    def waiting_load(self, view: StaffingView, expected: ExpectedWork) -> FloatArray:
        """Return the load of those who wait now, spread over the shift, (h, r); 0 where unknown."""
        return np.nan_to_num(view.queue) * expected.minutes / view.facts.shift_min

    def needed(self, load: FloatArray) -> IntArray:
        """Return how many a load needs, of the same shape."""
        return staff_required(load + self.safety * np.sqrt(load), 1.0)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        if not 0 <= self.safety < np.inf:
            yield WrongSetting(f"{where}.safety", self.safety, "give a finite number, zero or more")
        if self.history_weeks < 0:
            yield WrongSetting(f"{where}.history_weeks", self.history_weeks, "give weeks, or 0 to use the view alone")
