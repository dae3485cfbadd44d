"""Sort those who wait into groups that are alike for a plan, and say what it costs to leave them waiting."""

from dataclasses import dataclass

import numpy as np

from sim.contract import AdmissionView
from sim.units import MINUTES_PER_DAY, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Prices:
    """Say what waiting costs, in USD: each day after the due date by acuity 1 to 5, and an hour of an idle session."""

    late_cost_per_day: tuple[float, ...]
    idle_cost_per_hour: float

    def postponed(self, view: AdmissionView, rows: IntArray) -> FloatArray:
        """Price it to call none of these patients, rows of the view, within the days shown; shape (n_rows,).

        Each would be late by the end of these days, or have used up a share of the time until the due date; this share
        counts as that part of a day. The time of a session that would stand idle instead is added.
        """
        idle = self.idle_cost_per_hour * view.facts.mean_min[view.group[rows]] / 60.0
        cost: FloatArray = idle + self.waiting(view, rows, view.moment_min(view.rostered.shape[2], 0.0))
        return cost

    def waiting(self, view: AdmissionView, rows: IntArray, until_min: float) -> FloatArray:
        """Price it that patients, rows of the view, wait until a moment; shape (n_rows,)."""
        facts, group = view.facts, view.group[rows]
        late_days = (until_min - view.due_min[rows]) / MINUTES_PER_DAY
        waited_days = (until_min - view.referred_min[rows]) / MINUTES_PER_DAY
        used = np.minimum(waited_days / np.maximum(facts.due_days[group], 1.0), 1.0)
        late_cost = np.array(self.late_cost_per_day)[facts.acuity[group] - 1]
        cost: FloatArray = late_cost * np.maximum(late_days, used)
        return cost


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """Hold patients, rows of the view, who are alike: of one group, and due on the same day `due_day` from today.

    `postpone_cost` is the price of calling one of them later.
    """

    rows: tuple[int, ...]
    group: int
    due_day: int
    postpone_cost: float


def wishes(view: AdmissionView, rows: IntArray, prices: Prices, most_min: float) -> list[Wish]:
    """Return the patients for a plan, the dearest to postpone for each of their minutes first, up to `most_min`.

    Who is due after the days shown counts as due then, so that many are alike.
    """
    n_days = view.rostered.shape[2]
    cost, minutes = prices.postponed(view, rows), view.facts.mean_min[view.group[rows]]
    order = np.lexsort((view.patient[rows], -cost / np.maximum(minutes, 1.0)))
    chosen = order[np.cumsum(minutes[order]) - minutes[order] < most_min]
    due = np.floor((view.due_min[rows] - view.moment_min(0, 0.0)) / MINUTES_PER_DAY).astype(np.int64)
    alike: dict[tuple[int, int], list[int]] = {}
    for i in chosen.tolist():
        alike.setdefault((int(view.group[rows[i]]), min(int(due[i]), n_days)), []).append(i)
    return [
        Wish(tuple(int(rows[i]) for i in some), group, due_day, float(cost[some].mean()))
        for (group, due_day), some in alike.items()
    ]
