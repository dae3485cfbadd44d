"""Release counts of visits with noise, so that nobody can tell whether any one visit is among them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.schema import close_match, stop_at
from sim.faults import Fault, ScenarioError
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, IntArray

PERIODS = {"hour": 1, "day": 24, "week": HOURS_PER_WEEK}
"""Hours of each period that counts can be told by."""
WHOLE = "all"
MISS = 0.05
MOST_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Hold one row for each visit, which values each column may have, and for how many hours visits were recorded.

    Values and hours are known without looking at any visit; cells made from what occurs would tell that it occurs.
    """

    table: pd.DataFrame
    values: Mapping[str, tuple[str, ...]]
    sha256: str
    time_min: str = ""
    n_hours: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Say what is counted: by which columns and period, how much it may tell, and visits of one person at most."""

    by: tuple[str, ...]
    per: str
    epsilon: float
    most_visits: int = 1

    def faults(self, visits: Visits) -> Iterator[Fault]:
        """Yield all that cannot be counted so."""
        for column in self.by:
            if column not in visits.table:
                yield Fault("--by", column, close_match(column, map(str, visits.table.columns)))
            elif column not in visits.values:
                yield Fault("--values", column, f"say which values it may have: --values {column}=a,b,c")
        if self.per not in (*PERIODS, WHOLE):
            yield Fault("--per", self.per, close_match(self.per, (*PERIODS, WHOLE)))
        elif self.per != WHOLE:
            yield from _time_faults(visits)
        if not 1 <= self.most_visits <= 1000:
            yield Fault("--most-visits", self.most_visits, "give a whole number from 1 to 1000")
        lengths = [len(visits.values.get(column, ())) for column in self.by]
        n_cells = int(np.prod(lengths, dtype=float)) * (visits.n_hours if self.per != WHOLE else 1)
        if n_cells > MOST_CELLS:
            yield Fault("--by", ", ".join(self.by), f"{n_cells:,} cells are too many; ask for fewer")

    def words(self) -> str:
        """Return the question in words, for the ledger."""
        return f"visits by {', '.join(self.by) or 'nothing'} per {self.per}, {self.most_visits} of one person at most"


def _time_faults(visits: Visits) -> Iterator[Fault]:
    if visits.time_min not in visits.table:
        yield Fault("--time", visits.time_min, "name the column of minutes since the first hour, or use --per all")
    elif not pd.api.types.is_numeric_dtype(visits.table[visits.time_min]):
        yield Fault("--time", visits.time_min, "its values must be minutes since the first hour")
    if visits.n_hours < 1:
        yield Fault("--hours", visits.n_hours, "say for how many hours visits were recorded")


def read_visits(path: Path, values: Mapping[str, tuple[str, ...]], time_min: str, n_hours: int) -> Visits:
    """Read a CSV file with one row for each visit.

    Raises:
        ScenarioError: when it cannot be read.
    """
    try:
        content = path.read_bytes()
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise ScenarioError([Fault("SOURCE", str(path), f"name a run's folder, or a CSV file: {error}")]) from error
    return Visits(table, values, sha256(content).hexdigest(), time_min, n_hours)


def visits_of_run(folder: Path, replication: int, cell: str | None) -> Visits:
    """Return the visits of one replication of a run, by the hospital that was asked first, and true acuity.

    Raises:
        ScenarioError: when there is no such replication, or it kept no patients.
    """
    from experiments.standards.source import exported

    found = exported(folder, replication, cell, [])
    stored = found.stored
    if stored is None or not stored.table("patients").is_file():
        mend = "name the folder of a run with store.keep=patients"
        raise ScenarioError([Fault("SOURCE", str(folder), mend)])
    content, run = stored.table("patients").read_bytes(), stored.cell.settings.run
    values = {
        "hospital": tuple(hospital.id for hospital in found.city.hospitals),
        "acuity_true": tuple(str(level) for level in range(1, 6)),
    }
    table = pd.read_parquet(stored.table("patients"))
    n_hours = int(np.ceil((run.warm_up_weeks + run.weeks) * HOURS_PER_WEEK))
    return Visits(table, values, sha256(content).hexdigest(), "arrived", n_hours)


def cells_of(visits: Visits, question: Question) -> pd.DataFrame:
    """Return a row for each possible cell with its exact count, which must not be told.

    Visits with other values, or outside the hours, are not counted.

    Raises:
        ScenarioError: with all that cannot be counted so.
    """
    stop_at(list(question.faults(visits)))
    lists: list[Sequence[str | int]] = [visits.values[column] for column in question.by]
    keys: list[pd.Series[Any]] = [visits.table[column].astype(str).str.removesuffix(".0") for column in question.by]
    names = [*question.by]
    if question.per != WHOLE:
        hours = PERIODS[question.per]
        lists.append(range(int(np.ceil(visits.n_hours / hours))))
        keys.append(_period(visits.table[visits.time_min], hours, visits.n_hours))
        names.append(question.per)
    frame = pd.DataFrame(list(product(*lists)), columns=names) if names else pd.DataFrame(index=[0])
    if not names:
        return frame.assign(count=len(visits.table))
    counted = pd.DataFrame(dict(zip(names, keys, strict=True))).value_counts()
    found = [int(counted.get(tuple(row), 0)) for row in frame.itertuples(index=False)]
    return frame.assign(count=found)


def _period(time_min: "pd.Series[float]", hours: int, n_hours: int) -> "pd.Series[Any]":
    """Return the number of the period of each visit, -1 outside the hours recorded."""
    hour = np.floor(time_min.to_numpy(dtype=float) / MINUTES_PER_HOUR)
    inside = (hour >= 0) & (hour < n_hours)
    return pd.Series(np.where(inside, hour // hours, -1).astype(np.int64), index=time_min.index)


def need_opendp() -> Any:
    """Return OpenDP.

    Raises:
        ScenarioError: when it is not installed.
    """
    try:
        import opendp.prelude as opendp
    except ImportError as error:
        mend = "install the extra: pip install citycare[privacy]; nothing was spent"
        raise ScenarioError([Fault("opendp", "not installed", mend)]) from error
    opendp.enable_features("contrib")
    return opendp


@dataclass(frozen=True, slots=True)
class Noise:
    """Say how counts are changed: the scale of the discrete Laplace noise, and half the width of 95 % of its draws."""

    scale: float
    half_width: float


def noise_for(epsilon: float, most_visits: int) -> Noise:
    """Return the noise under which a person with so many visits at most changes log-odds of any answer by epsilon."""
    from opendp.accuracy import discrete_laplacian_scale_to_accuracy

    scale = most_visits / epsilon
    # The accuracy counts draws at or beyond it, and noise is whole.
    return Noise(scale, float(np.ceil(discrete_laplacian_scale_to_accuracy(scale, MISS)) - 1))


def noised(counts: IntArray, epsilon: float, most_visits: int) -> tuple[IntArray, Noise]:
    """Return counts (m,) with discrete Laplace noise of OpenDP, and how much of it.

    The noise comes from the operating system, cannot be repeated, and no seed exists: who knew it could take it away.

    Raises:
        ValueError: when OpenDP does not confirm that epsilon suffices.
    """
    opendp = need_opendp()
    noise = noise_for(epsilon, most_visits)
    space = opendp.vector_domain(opendp.atom_domain(T="i64")), opendp.l1_distance(T="i64")
    measurement = space >> opendp.m.then_laplace(scale=noise.scale)
    if measurement.map(most_visits) > epsilon * (1 + 1e-9):
        raise ValueError(f"noise of scale {noise.scale} tells more than {epsilon}")
    return np.array(measurement(counts.tolist()), dtype=np.int64), noise
