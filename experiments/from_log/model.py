"""Fit a whole model to the first part of a log: arrivals, durations, routing, and what care needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.from_log.inflow import Inflow, fit_inflow
from experiments.from_log.journeys import PHASE, Journeys, plain_name
from experiments.from_log.laws import Fit, fit_law
from experiments.from_log.needs import Needs, find_needs
from experiments.from_log.routing import ORDERED_FROM, Chain, Ordered, fit_chain, fit_ordered, in_order, traces_of
from experiments.from_log.windows import Windows, arriving
from experiments.statistics.shares import ShareInterval, share_interval

HOSPITAL = "hospital"
LEAST_DELAY_MIN = 1.0


@dataclass(frozen=True, slots=True)
class FittedPhase:
    """Hold one phase: its place if it has one, how many come to it, and what happens there."""

    name: str
    place: str | None
    p: ShareInterval
    routing: Ordered | Chain


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Hold everything that was fitted; `delays` are times before an activity that no pool explains."""

    windows: Windows
    n_cases: int
    inflow: Mapping[str, Inflow]
    phases: tuple[FittedPhase, ...]
    laws: Mapping[str, Fit]
    delays: Mapping[str, Fit]
    needs: Needs
    patience_min: float | None
    p95_min: float
    timed: bool
    notes: tuple[str, ...] = ()


def fit_model(journeys: Journeys, windows: Windows, queues: bool = True) -> Model:
    """Return the model of the training window; without `queues`, observed delays stand for pools."""
    training = arriving(journeys, 0.0, windows.split_min)
    phases = _phases(training)
    needs = find_needs(training, journeys) if queues and training.timed else Needs()
    spent = (training.cases["departed"] - training.cases["arrived"]).dropna()
    return Model(
        windows,
        len(training.cases),
        _inflow(training, windows),
        phases,
        _laws(training),
        _delays(training, needs),
        needs,
        _patience_min(training),
        float(spent.quantile(0.95)) if len(spent) else 0.0,
        training.timed,
        (*journeys.notes, *_remarks(training, phases)),
    )


def hospital_id(name: str) -> str:
    """Return the id of a hospital that a log names, `hospital` where it names none."""
    return plain_name(name) if name else HOSPITAL


def _inflow(training: Journeys, windows: Windows) -> dict[str, Inflow]:
    ids = training.cases["hospital"].map(hospital_id)
    return {
        str(one): fit_inflow(cases["arrived"].to_numpy(float), training.origin, windows.train_days)
        for one, cases in training.cases.groupby(ids)
    }


def _laws(training: Journeys) -> dict[str, Fit]:
    """Return the law of each activity: from start to end, or since the case was free where no start is seen.

    In a log without starts the first event of a case takes no time: it is the arrival.
    """
    fits = {}
    for activity, steps in training.steps.groupby("activity"):
        timed = steps["start"].notna().any()
        later = steps if timed else steps[~steps["is_first"]]
        minutes = (later["end"] - later["start" if timed else "before"]).dropna().clip(lower=0)
        fits[str(activity)] = fit_law(minutes.to_numpy(float) if len(minutes) else np.zeros(1))
    return fits


def _delays(training: Journeys, needs: Needs) -> dict[str, Fit]:
    """Return the law of the time before each activity that starts later than it could, unless a pool explains it."""
    fits = {}
    stays = set(training.stays["activity"])
    for activity, steps in training.steps.groupby("activity"):
        name = str(activity)
        waited = (steps["start"] - steps["before"]).dropna().clip(lower=0)
        explained = name in needs.of or name.partition(".")[0] in stays
        if not explained and len(waited) and waited.mean() >= LEAST_DELAY_MIN:
            fits[name] = fit_law(waited.to_numpy(float))
    return fits


def _phases(training: Journeys) -> tuple[FittedPhase, ...]:
    """Return phases in order: those of a log that CityCare wrote, or one for everything."""
    steps = training.steps
    if training.stays.empty and training.waits.empty:
        n = len(training.cases)
        return (FittedPhase(PHASE, None, share_interval(n, n), _routing(steps, n)),)
    named = pd.concat([steps, training.stays, training.waits])
    phase = named["activity"].str.partition(".")[0]
    first = named.assign(phase=phase, moment=named["start"].fillna(named["end"]))
    rank = first.groupby("case")["moment"].rank(pct=True).groupby(first["phase"]).mean()
    order = sorted(rank.index, key=lambda one: (float(rank[one]), one))
    return tuple(_phase(training, str(name), [str(one) for one in order[:i]]) for i, name in enumerate(order))


def _phase(training: Journeys, name: str, before: list[str]) -> FittedPhase:
    stays, waits, steps = training.stays, training.waits, training.steps
    mine = stays[stays["activity"] == name]
    own = steps[steps["activity"].str.startswith(f"{name}.")]
    gone = waits[waits["left"].astype(bool) & waits["activity"].isin(before)]["case"]
    done = training.cases.index[training.cases["departed"].notna()].difference(pd.Index(gone))
    came = pd.Index(pd.concat([mine["case"], own["case"], waits[waits["activity"] == name]["case"]]).unique())
    inside = done.intersection(pd.Index(mine["case"].unique())) if len(mine) else done
    place = str(mine["resource"].iloc[0]) if len(mine) else None
    n_came = len(done.intersection(came)) if place else len(done)
    kept = own[own["case"].isin(inside)]
    return FittedPhase(name, place, share_interval(n_came, len(done)), fit_ordered(traces_of(kept), len(inside)))


def _routing(steps: pd.DataFrame, n_cases: int) -> Ordered | Chain:
    traces = traces_of(steps)
    return fit_ordered(traces, n_cases) if in_order(traces)[1] >= ORDERED_FROM else fit_chain(traces)


def _patience_min(training: Journeys) -> float | None:
    """Return the mean patience of waits that some gave up: time waited over those who left (exponential, censored)."""
    waits = training.waits[
        training.waits["activity"].isin(training.waits.loc[training.waits["left"].astype(bool), "activity"])
    ]
    n_left = int(waits["left"].sum())
    return float((waits["end"] - waits["start"]).sum()) / n_left if n_left else None


def _remarks(training: Journeys, phases: tuple[FittedPhase, ...]) -> list[str]:
    """Return what a reader must know about the model."""
    told = []
    cut = int(training.cases["departed"].isna().sum())
    if cut:
        told.append(
            f"{cut:,} of {len(training.cases):,} cases had not ended with the log; they say nothing about routing"
        )
    if not training.timed:
        told.append("No activity has a start: durations hold all waiting before an activity, and no pool is fitted")
    parallel = (training.steps["start"] < training.steps["before"] - 1e-6).sum()
    if parallel:
        told.append(
            f"{parallel:,} activities began before the last one had ended; the model puts them one after another"
        )
    for phase in phases:
        if isinstance(phase.routing, Chain):
            told.append(
                f"Activities have no common order: routing is a chain of at most {phase.routing.at_most} events,"
                f" {phase.routing.lost_share:.1%} of events lie beyond"
            )
    return told
