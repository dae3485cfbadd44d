"""Hold simulated journeys against observed ones: one difference with its interval for every quantity, and a verdict.

Both sides see arrivals of whole days and each case for the same time after it came, so that nothing is cut off on one
side alone. Intervals are bootstrapped over blocks of arrivals (Efron and Tibshirani 1993): days of the log, and days of
every replication, with t quantiles for the days of the log. All rows share 5 % (Bonferroni). A row agrees when its
interval lies within the tolerance, as in a test of equivalence (Schuirmann 1987, doi:10.1007/BF01068419); it differs
when the interval leaves zero out without that; else the log is too short to tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.stats import t

from experiments.from_log.journeys import Journeys
from sim.units import MINUTES_PER_DAY, FloatArray

RESAMPLES = 1000
ERROR = 0.05
N_QUANTITIES = 6
LEAST_SHARE = 0.01
THROUGHPUT, WAITING, ARRIVALS, FREQUENCIES, FOLLOWS = (
    "throughput time",
    "waiting",
    "arrivals",
    "activity frequencies",
    "directly-follows shares",
)


class Verdict(StrEnum):
    """Say whether a difference matters."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one comparison: observed, simulated, their difference with its interval, what is tolerated, the verdict."""

    quantity: str
    what: str
    unit: str
    observed: float
    simulated: float
    low: float
    high: float
    tolerance: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Hold per case what is compared, shape (n, m), the block that each case belongs to, and the days observed."""

    values: FloatArray
    block: "np.ndarray"
    n_blocks: int


Frame = TypeVar("Frame", pd.DataFrame, "pd.Series[int]")


def verdict_of(low: float, high: float, tolerance: float) -> Verdict:
    """Return what an interval of a difference says, given how large a difference may be."""
    if -tolerance <= low and high <= tolerance:
        return Verdict.AGREES
    return Verdict.DIFFERS if low > 0 or high < 0 else Verdict.UNDECIDED


def overall(rows: Sequence[Row]) -> Verdict:
    """Return the verdict on a quantity: it differs when a row does, and agrees when all do."""
    verdicts = {row.verdict for row in rows}
    return next(one for one in (Verdict.DIFFERS, Verdict.UNDECIDED, Verdict.AGREES) if one in verdicts)


def resampled(seen: Seen, statistic: str, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the statistic of each column, shape (m,), and its values over resampled blocks, shape (RESAMPLES, m).

    `mean` is per case, `median` too, `per_block` the sum over blocks, `share` each column's part of all sums.
    """
    picked = rng.multinomial(seen.n_blocks, np.full(seen.n_blocks, 1 / seen.n_blocks), size=RESAMPLES)
    if statistic == "median":
        return np.median(seen.values, axis=0), _medians(seen, picked)
    sums = np.zeros((seen.n_blocks, seen.values.shape[1]))
    np.add.at(sums, seen.block, seen.values)
    sizes = np.bincount(seen.block, minlength=seen.n_blocks).astype(float)
    weights = np.vstack([np.ones(seen.n_blocks), picked])
    totals, n = weights @ sums, weights @ sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "mean": totals / n[:, None],
            "per_block": totals / seen.n_blocks,
            "share": totals / totals.sum(axis=1, keepdims=True),
        }[statistic]
    return found[0], found[1:]


def _medians(seen: Seen, picked: "np.ndarray") -> FloatArray:
    """Return weighted medians of each column, one for every row of picked blocks."""
    out = np.empty((len(picked), seen.values.shape[1]))
    for column in range(seen.values.shape[1]):
        order = np.argsort(seen.values[:, column], kind="stable")
        block, values = seen.block[order], seen.values[order, column]
        for i, counts in enumerate(picked):
            reached = np.cumsum(counts[block])
            out[i, column] = values[min(np.searchsorted(reached, reached[-1] / 2), len(values) - 1)]
    return out


def compared(
    quantity: str, names: Sequence[tuple[str, str]], sides: tuple[Seen, Seen], how: tuple[str, float, bool]
) -> list[Row]:
    """Return one row a column; `how` is the statistic, the tolerance, and whether it is relative to the observed."""
    statistic, tolerance, relative = how
    rng = np.random.Generator(np.random.PCG64(20261122))
    (observed, some), (simulated, others) = (resampled(side, statistic, rng) for side in sides)
    tail = ERROR / N_QUANTITIES / len(names) / 2
    half = t.ppf(1 - tail, max(sides[0].n_blocks - 1, 1)) * np.nanstd(others - some, axis=0, ddof=1)
    low, high = simulated - observed - half, simulated - observed + half
    rows = []
    for i, (what, unit) in enumerate(names):
        allowed = tolerance * abs(float(observed[i])) if relative else tolerance
        verdict = verdict_of(float(low[i]), float(high[i]), allowed)
        a, b, least, most = (float(one[i]) for one in (observed, simulated, low, high))
        rows.append(Row(quantity, what, unit, a, b, least, most, allowed, verdict))
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Hold the journeys of one side that came in a window, seen for `follow_min` after they came; block by case."""

    journeys: Journeys
    block: "pd.Series[int]"
    n_blocks: int
    follow_min: float

    def steps(self) -> pd.DataFrame:
        """Return the steps that began soon enough after the case came."""
        steps = self.journeys.steps
        since = steps["moment"] - steps["case"].map(self.journeys.cases["arrived"])
        return steps[since <= self.follow_min]

    def times(self) -> FloatArray:
        """Return throughput times, shape (n,), those of unfinished cases and long ones cut at the same end."""
        cases = self.journeys.cases
        return np.asarray(
            (cases["departed"] - cases["arrived"]).fillna(np.inf).clip(upper=self.follow_min), dtype=float
        )

    def waiting(self) -> FloatArray:
        """Return the minutes of each case in which nothing was done to it before its last step, shape (n,)."""
        steps = self.steps()
        idle = (steps["start"] - steps["before"]).clip(lower=0)
        return idle.groupby(steps["case"]).sum().reindex(self.journeys.cases.index, fill_value=0.0).to_numpy(float)

    def counts(self, steps: pd.DataFrame, names: Sequence[str], column: str) -> FloatArray:
        """Return how often each case has each of these, shape (n, m)."""
        table = pd.crosstab(steps["case"], steps[column])
        return table.reindex(index=self.journeys.cases.index, columns=list(names), fill_value=0).to_numpy(float)

    def follows(self) -> pd.DataFrame:
        """Return the steps that have one after them in their case, with both names as `pair`."""
        steps = self.steps()
        after = steps.groupby("case")["activity"].shift(-1)
        return steps.assign(pair=steps["activity"] + " → " + after.astype(object))[after.notna()]

    def seen(self, values: FloatArray) -> Seen:
        """Return values with the blocks of their cases."""
        return Seen(values.reshape(len(self.block), -1), self.block.to_numpy(int), self.n_blocks)


def judge(observed: Side, simulated: Side, tolerance: float) -> list[Row]:
    """Return all rows; `tolerance` is relative for times and rates, half of it for frequencies, a fifth for shares."""
    sides = (observed, simulated)
    rows = _times(sides, tolerance)
    rows += compared(ARRIVALS, [("arrivals", "per day")], _hours(sides, whole=True), ("per_block", tolerance, True))
    hours = [(f"{hour:02d}:00 to {hour + 1:02d}:00", "share") for hour in range(24)]
    rows += compared(f"{ARRIVALS} by hour", hours, _hours(sides), ("share", tolerance / 5, False))
    names = sorted({str(one) for side in sides for one in side.steps()["activity"]})
    both = tuple(side.seen(side.counts(side.steps(), names, "activity")) for side in sides)
    rows += compared(FREQUENCIES, [(n, "per case") for n in names], (both[0], both[1]), ("mean", tolerance / 2, False))
    return rows + _follows(sides, tolerance)


def _times(sides: tuple[Side, Side], tolerance: float) -> list[Row]:
    both = tuple(side.seen(side.times()) for side in sides)
    rows = []
    for statistic in ("mean", "median"):
        rows += compared(THROUGHPUT, [(statistic, "min")], (both[0], both[1]), (statistic, tolerance, True))
    if all(side.journeys.timed for side in sides):
        idle = tuple(side.seen(side.waiting()) for side in sides)
        rows += compared(WAITING, [("mean", "min per case")], (idle[0], idle[1]), ("mean", tolerance, True))
    return rows


def _hours(sides: tuple[Side, Side], whole: bool = False) -> tuple[Seen, Seen]:
    """Return for each case the hour at which it came, as 24 columns, or one."""
    found = []
    for side in sides:
        hour = (side.journeys.cases["arrived"].to_numpy(float) // 60 % 24).astype(int)
        found.append(side.seen(np.ones(len(hour)) if whole else np.eye(24)[hour]))
    return found[0], found[1]


def _follows(sides: tuple[Side, Side], tolerance: float) -> list[Row]:
    """Return the pairs that make up a hundredth of all on either side, the rest together."""
    pairs = [side.follows() for side in sides]
    shares: list[Mapping[str, float]] = [dict(one["pair"].value_counts(normalize=True)) for one in pairs]
    common = sorted({name for some in shares for name, share in some.items() if share >= LEAST_SHARE})
    if not common:
        return []
    named = [one.assign(pair=one["pair"].where(one["pair"].isin(common), "all others")) for one in pairs]
    names = [*common, "all others"]
    seen = [side.seen(side.counts(one, names, "pair")) for side, one in zip(sides, named, strict=True)]
    labels = [(name, "share") for name in names]
    return compared(FOLLOWS, labels, (seen[0], seen[1]), ("share", tolerance / 5, False))


def by_quantity(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of each quantity, in order."""
    for quantity in dict.fromkeys(row.quantity for row in rows):
        yield quantity, [row for row in rows if row.quantity == quantity]


def observed_side(journeys: Journeys, from_min: float, until_min: float, follow_min: float) -> Side:
    """Return the cases that came in whole days of a window; its blocks are days."""
    cases = journeys.cases
    until_min = from_min + (until_min - from_min) // MINUTES_PER_DAY * MINUTES_PER_DAY
    chosen = cases.index[(cases["arrived"] >= from_min) & (cases["arrived"] < until_min)]
    day = ((cases.loc[chosen, "arrived"] - from_min) // MINUTES_PER_DAY).astype(int)
    return Side(journeys.of(chosen), day, round((until_min - from_min) / MINUTES_PER_DAY), follow_min)


def _renamed(by_case: Frame, k: int) -> Frame:
    """Return rows by case under names that no other replication has."""
    return by_case.set_axis(pd.Index([f"{k}/{one}" for one in by_case.index]), axis=0)


def joined(sides: Sequence[Side]) -> Side:
    """Return several replications as one side; every case and block keeps to its own."""
    frames: dict[str, list[pd.DataFrame]] = {"cases": [], "steps": []}
    blocks, first = [], 0
    for k, side in enumerate(sides):
        frames["cases"].append(_renamed(side.journeys.cases, k))
        frames["steps"].append(side.journeys.steps.assign(case=f"{k}/" + side.journeys.steps["case"].astype(str)))
        blocks.append(_renamed(side.block + first, k))
        first += side.n_blocks
    whole, one = {name: pd.concat(some) for name, some in frames.items()}, sides[0].journeys
    journeys = Journeys(one.origin, whole["cases"], whole["steps"], one.stays.iloc[:0], one.waits.iloc[:0])
    return Side(journeys, pd.concat(blocks), first, sides[0].follow_min)
