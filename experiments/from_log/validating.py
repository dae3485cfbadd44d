"""Compare a finished run with the held-out part of a log: the same days of arrivals, the same time to follow cases."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.event_log.stored import stored_events
from experiments.from_log.journeys import Journeys, journeys_of
from experiments.from_log.judged import Row, Side, joined, judge, observed_side
from experiments.from_log.reading import EventLog
from experiments.from_log.windows import arriving, windows_of
from experiments.from_log.written import BEFORE
from experiments.schema import stop_at
from experiments.start_date import start_of
from experiments.stored_cell import StoredReplication, stored_replication
from sim.faults import Fault
from sim.units import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class Validation:
    """Hold what a comparison came to: all rows, what each side is, and what only one of them knows."""

    rows: tuple[Row, ...]
    follow_min: float
    n_observed: int
    n_simulated: int
    days: int
    replications: int
    unknown: tuple[str, ...]
    waiting_seen: bool


def validate(path: Path, log: EventLog, hold_out_share: float, tolerance: float, cell: str | None = None) -> Validation:
    """Return the comparison of a run with the held-out part of a log.

    Raises:
        ScenarioError: when the log cannot be split, or the run kept no patients.
    """
    observed = journeys_of(log)
    windows = windows_of(observed, hold_out_share)
    training = arriving(observed, 0.0, windows.split_min).cases
    follow_min = _follow_min(training, windows.end_min - windows.split_min)
    until = min(windows.end_min, float(observed.cases["last"].max()) - follow_min)
    held_out = observed_side(observed, windows.split_min, until, follow_min)
    first = stored_replication(path, 0, cell)
    n = int(first.manifest["replications"])
    every = (first, *(stored_replication(path, k, cell) for k in range(1, n)))
    simulated = joined([_simulated(one, follow_min) for one in every])
    for side, name in ((held_out, "--log"), (simulated, "RUN")):
        if side.n_blocks < 2 or side.journeys.cases.empty:
            stop_at([Fault(name, f"{side.n_blocks} days", "give more days; at least two are compared")])
    names = [set(side.journeys.steps["activity"]) for side in (held_out, simulated)]
    return Validation(
        tuple(judge(held_out, simulated, tolerance)),
        follow_min,
        len(held_out.journeys.cases),
        len(simulated.journeys.cases),
        held_out.n_blocks,
        n,
        tuple(sorted(names[0] ^ names[1])),
        held_out.journeys.timed and simulated.journeys.timed,
    )


def _follow_min(training: pd.DataFrame, held_out_min: float) -> float:
    """Return how long cases are followed: as 95 % of the training cases take, at most half of the held-out time."""
    spent = (training["departed"] - training["arrived"]).dropna()
    return min(float(spent.quantile(0.95)), held_out_min / 2) if len(spent) else held_out_min / 2


def _simulated(stored: StoredReplication, follow_min: float) -> Side:
    """Return the observed days of a replication whose cases can be followed to the same end."""
    run = stored.cell.settings.run
    journeys = simulated_journeys(stored_events(stored), run.start_date)
    first, last = run.warm_up_weeks * 7 * MINUTES_PER_DAY, (run.warm_up_weeks + run.weeks) * 7 * MINUTES_PER_DAY
    offset = (pd.Timestamp(start_of(run.start_date)) - pd.Timestamp(journeys.origin)) / pd.Timedelta(minutes=1)
    return observed_side(journeys, first + offset, last + offset - follow_min, follow_min)


def simulated_journeys(events: pd.DataFrame, start_date: str) -> Journeys:
    """Return the events of a replication as journeys; fitted delays are waiting, not activities."""
    start = pd.Timestamp(start_of(start_date))
    told = pd.DataFrame(
        {
            "row": np.arange(len(events)),
            "case": events["patient"].astype(str),
            "activity": events["activity"].astype(str),
            "timestamp": start + pd.to_timedelta(events["time_min"], unit="m"),
            "start": pd.NaT,
            "lifecycle": events["lifecycle"].astype(str),
            "resource": events["resource"].astype(str),
            "hospital": events["hospital"].astype(str),
        }
    )
    shown = told[~told["activity"].str.contains(f".{BEFORE}", regex=False)]
    return journeys_of(EventLog(shown, True), start.normalize().to_pydatetime())
