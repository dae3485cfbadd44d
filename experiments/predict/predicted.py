"""Predict a measure at unvisited settings of a run, say how good such predictions are, and where to run next."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.measure_list import MAIN, MEASURES
from experiments.predict.coded import Coding, coding_of
from experiments.report.folder import StoredRun
from experiments.schema import close_match, stop_at
from experiments.space.simulated import values_of
from experiments.statistics.surrogate import Surrogate, fit
from sim.faults import Fault

LEAST_EXPLAINED = 0.5
"""Where predictions of left out cells explain less of what cells differ by, no prediction is given."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Hold a process fitted to the cells of a run in one measure, with the coding of their settings."""

    measure: str
    coding: Coding
    cells: tuple[Mapping[str, str], ...]
    surrogate: Surrogate


@dataclass(frozen=True, slots=True)
class Prediction:
    """State the expected mean of a measure with its 95 % interval, in its unit.

    `between` is the half-width of differences to other cells, without what replications do to all cells alike.
    """

    mean: float
    low: float
    high: float
    between: float


@dataclass(frozen=True, slots=True)
class Next:
    """Name the settings to run next: where most is expected to be gained, and where least is known."""

    gain: Mapping[str, str] | None
    unknown: Mapping[str, str] | None


def model_of(stored: StoredRun, measure: str = "") -> Model:
    """Return the model of a run; without a measure, that which answers its question.

    Raises:
        ScenarioError: when the run lacks the measure, has too few cells, or its cells do not tell what others would be.
    """
    measure = measure or str(stored.manifest.get("measure") or MAIN[0])
    there = list(dict.fromkeys(stored.measures["measure"]))
    if measure not in there:
        stop_at([Fault("measure", measure, close_match(measure, there))])
    n = int(stored.measures["replication"].max()) + 1
    found = values_of(stored.measures, measure, [cell.name for cell in stored.cells], n)
    usable = [place for place in range(len(found)) if np.isfinite(found[place]).sum() >= 2]
    cells = tuple(stored.cells[place].factors for place in usable)
    coding = _coding(cells, stored.path)
    model = Model(measure, coding, cells, fit(coding.points(cells), found[usable]))
    if model.surrogate.explained < LEAST_EXPLAINED:
        mend = "run more cells or more replications; so, a prediction would say nothing"
        stop_at([Fault("run", str(stored.path), f"{quality(model)} {mend}")])
    return model


def _coding(cells: tuple[Mapping[str, str], ...], path: Path) -> Coding:
    """Return the coding of the cells that have two replications or more.

    Raises:
        ScenarioError: when there are too few of them, or they are not told apart by the same factors.
    """
    if len({frozenset(one) for one in cells}) != 1:
        stop_at([Fault("run", str(path), "name a run with cells that differ in the same factors, in 2 replications")])
    coding = coding_of(cells)
    if not coding.levels or len(cells) < coding.least_cells:
        mend = (
            f"name a run with {coding.least_cells} cells or more, in 2 replications or more; this one has {len(cells)}"
        )
        stop_at([Fault("run", str(path), mend)])
    return coding


def predict(model: Model, settings: Mapping[str, str]) -> Prediction:
    """Return what is expected at settings, each given as it would be written on the command line.

    Raises:
        ScenarioError: when a setting is missing, unknown, or outside what the run has tried.
    """
    stop_at(model.coding.faults(settings))
    point, surrogate = model.coding.points([settings]), model.surrogate
    mean, low, high = surrogate.intervals(point)
    between = surrogate.quantile() * float(surrogate.predict(point)[1][0])
    return Prediction(float(mean[0]), float(low[0]), float(high[0]), between)


def next_of(model: Model) -> Next:
    """Return where to run next, among the levels of the run crossed and points between them."""
    open_ones = model.coding.unvisited(model.cells)
    if not open_ones:
        return Next(None, None)
    points, better = model.coding.points(open_ones), MEASURES[model.measure].better
    unknown = open_ones[int(np.argmax(model.surrogate.predict(points)[1]))]
    if not better:
        return Next(None, unknown)
    expected = model.surrogate.improvement(points, 1 if better == "higher" else -1)
    return Next(open_ones[int(np.argmax(expected))] if expected.max() > 0 else None, unknown)


def quality(model: Model) -> str:
    """Return in words how well cells are predicted that were left out."""
    surrogate, unit = model.surrogate, MEASURES[model.measure].unit
    return (
        f"Left out one by one, {len(model.cells)} cells are predicted with an error of {surrogate.error:.4g} {unit},"
        f" which explains {max(100 * surrogate.explained, 0):.0f} % of what they differ by."
    )


def in_words(model: Model, settings: Mapping[str, str]) -> str:
    """Return the prediction at settings in a sentence.

    Raises:
        ScenarioError: as `predict` does.
    """
    found, measure = predict(model, settings), MEASURES[model.measure]
    seen = " (a cell of the run)" if dict(settings) in [dict(one) for one in model.cells] else ""
    return (
        f"{_line(settings)}{seen}: {measure.label} is expected to be {found.mean:.4g} {measure.unit}"
        f" (95 % interval {found.low:.4g} to {found.high:.4g}; beside other cells of the run"
        f" ±{found.between:.4g})."
    )


def next_in_words(model: Model) -> str:
    """Return where to run next, one line each, as overrides that can be typed."""
    found = next_of(model)
    lines = []
    if found.gain:
        lines.append(f"Run next, for the most expected improvement: {_line(found.gain)}")
    if found.unknown:
        lines.append(f"Run next, where least is known: {_line(found.unknown)}")
    return "\n".join(lines) or "Every combination of levels was run."


def _line(settings: Mapping[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in settings.items())
