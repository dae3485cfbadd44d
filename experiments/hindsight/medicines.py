"""Judge moves of medicines: how much dearer they were than the best ones, had the use of the days ahead been known.

For each review at the beginning of a day after the warm-up let a be the units that were truly wanted in the next 14
days, by hospital and medicine. Nobody waits for a medicine, so this is the same under every policy. With the lots that
were at hand or due, whatever the policy knew of them, and prices as in `policies.medicines.Exchange`,

    cost(x; a) = Σ price · wasted + shortage_factor · price · missing + Σ_trips trip_cost

where x are the moves that were made, and every hospital uses first what expires first (`optimize.medicines.check` lives
through the days). More comes without end from the day on which it can be ordered, as `Exchange` plans. The bound is
proven for all moves of that moment that way, cold chain and law allow (`optimize.medicines.least`); lots of later
reviews do not move in either.
"""

from collections.abc import Iterator

import numpy as np

from experiments.hindsight.base import WHOLE, Episode, Hindsight
from optimize.medicines.case import LotMove, MedicinesCase
from optimize.medicines.check import cost_of
from optimize.medicines.least import least_cost
from policies.medicines import Exchange
from sim.cohort import Cohort
from sim.contract import MedicinesView
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, FloatArray

YARDSTICK = Exchange(least_life_hours=0.0, freeze_days=0.0)
"""Prices and days ahead of every policy; nothing that the world allows is forbidden."""


class MedicinesHindsight(Hindsight):
    """Judge the moves of every review, in USD over the days ahead."""

    seat = "medicines"

    def applies(self, scenario: Scenario, run: Run) -> bool:
        """Say whether moves were decided."""
        return bool(run.stocks)

    def levels(self, scenario: Scenario) -> tuple[str, ...]:
        """Return no parts: trips carry all medicines of two hospitals."""
        return WHOLE

    def episodes(self, scenario: Scenario, run: Run, cohort: Cohort) -> Iterator[Episode]:
        """Yield every review at the beginning of a day whose days ahead are in the run."""
        horizon, ahead_min = scenario.horizon, YARDSTICK.horizon_days * MINUTES_PER_DAY
        for view in run.stocks:
            begins = view.now_min % MINUTES_PER_DAY == 0
            if begins and horizon.warm_up_min <= view.now_min <= horizon.end_min - ahead_min:
                case = YARDSTICK.case_of(view, true_use(run, view, YARDSTICK.horizon_days))
                cost = cost_of(case, moves_made(run, view, case))
                yield Episode(view.now_min, np.array([cost]), np.array([least_cost(case)]))


def true_use(run: Run, view: MedicinesView, n_days: int) -> FloatArray:
    """Return the units truly wanted on the days from a view on, of those who take part; shape (h, m, n_days)."""
    facts, today = view.facts, int(view.now_min // MINUTES_PER_DAY)
    use = np.zeros((*facts.kept.shape, n_days))
    ahead = run.stock[(run.stock["day"] >= today) & (run.stock["day"] < today + n_days)]
    place = (
        np.array([facts.hospital_ids.index(one) for one in ahead["hospital"]], dtype=np.int64),
        np.array([facts.medicines.index(one) for one in ahead["medicine"]], dtype=np.int64),
        ahead["day"].to_numpy(dtype=np.int64) - today,
    )
    np.add.at(use, place, (ahead["used"] + ahead["short"]).to_numpy(dtype=float))
    return np.where(facts.kept[:, :, None], use, 0.0)


def moves_made(run: Run, view: MedicinesView, case: MedicinesCase) -> tuple[LotMove, ...]:
    """Return the moves that were carried out at the review of a view, in whole units."""
    moves = run.stock_moves
    made = moves[(moves["time_min"] == view.now_min) & (moves["refusal"] == "")]
    rows = zip(made["lot"].astype(int).astype(str), made["destination"].astype(str), made["units"], strict=True)
    known = set(case.lot_names)
    return tuple(LotMove(lot, to, int(units)) for lot, to, units in rows if lot in known and units >= 1)
