"""Hold what a model must reach on real records, and say whether it does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from experiments.model_card import Estimate
from experiments.report.numbers import ABSENT, decimals_for, number
from experiments.report.tables import Table
from experiments.train.levels import Assigned
from experiments.train.trained import Trained

EQUAL_COST, DEAR_COST = 1.0, 3.0
"""Prices of a level too low, one too high costing 1, at which levels are held to bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Hold one bar: a figure must lie from `low` to `high`."""

    what: str
    measured: Estimate
    low: float = -inf
    high: float = inf

    @property
    def met(self) -> bool:
        """Say whether the measured value lies within."""
        return self.low <= self.measured.value <= self.high

    @property
    def wanted(self) -> str:
        """Return the bar in words."""
        if isfinite(self.low) and isfinite(self.high):
            return f"{self.low:g} to {self.high:g}"
        return f"≥ {self.low:g}" if isfinite(self.low) else f"≤ {self.high:g}"


Judge = Callable[[Trained], Iterator[Bar]]


def bars_of(trained: Trained) -> Iterator[Bar]:
    """Yield the bars that belong to the file and target of a training; other files have none."""
    judge = _BARS.get((trained.records.schema.name, trained.plan.target))
    if judge is not None:
        yield from judge(trained)


def _bar(trained: Trained, member: str, figure: str, what: str, low: float = -inf, high: float = inf) -> Iterator[Bar]:
    """Yield the bar of a member where it was trained."""
    if member in trained.figures:
        yield Bar(what, trained.figures[member][figure], low, high)


def _ktas_critical(trained: Trained) -> Iterator[Bar]:
    for figure, low, high in (("auroc", 0.9, inf), ("brier", -inf, 0.085), ("slope", 0.9, 1.15)):
        yield from _bar(trained, "logistic", figure, f"logistic with text, {figure}", low, high)
    yield from _bar(trained, "ensemble", "auroc", "best without the nurse (ensemble), auroc", 0.915)
    yield from _bar(trained, "logistic_with_nurse", "auroc", "logistic with the nurse's level, auroc", 0.965)
    if trained.readers:
        yield Bar("nurse or model, sensitivity", trained.readers["either_sensitivity"], 0.916)
        yield Bar("nurse or model, specificity", trained.readers["either_specificity"], 0.943)
    yield from _level_bars([row for row in trained.levels if row.by != "nurse"])


def _level_bars(rows: Sequence[Assigned]) -> Iterator[Bar]:
    for row in rows:
        if row.under_cost == EQUAL_COST:
            yield Bar("levels at equal costs, quadratic kappa", row.quadratic_kappa, 0.68)
            yield Bar("levels at equal costs, under-triage", row.under, high=0.16)
        if row.under_cost == DEAR_COST:
            over = f"{row.over.value:.3f} ± {row.over.half_width:.3f}"
            yield Bar(f"levels at {DEAR_COST:g} : 1, under-triage (over-triage {over})", row.under, high=0.08)


def _ktas_admission(trained: Trained) -> Iterator[Bar]:
    yield from _bar(trained, "ensemble", "auroc", "admission without the nurse (ensemble), auroc", 0.8)


def _nhamcs(target: str, auroc: float) -> Judge:
    def judge(trained: Trained) -> Iterator[Bar]:
        model = trained.plan.model
        yield Bar(f"{target} ({model}), auroc", trained.figures[model]["auroc"], auroc)
        yield Bar(f"{target} ({model}), calibration error", trained.figures[model]["ece"], high=0.01)

    return judge


_BARS: Mapping[tuple[str, str], Judge] = {
    ("ktas", "critical"): _ktas_critical,
    ("ktas", "admission"): _ktas_admission,
    ("nhamcs", "admission"): _nhamcs("admission", 0.846),
    ("nhamcs", "icu"): _nhamcs("icu", 0.867),
}


def bar_table(bars: Sequence[Bar]) -> Table:
    """Return the bars beside what was measured."""
    rows = tuple((bar.what, bar.wanted, estimate_text(bar.measured), "met" if bar.met else "missed") for bar in bars)
    return Table("Bars set before training", ("Figure", "Bar", "Measured", "Verdict"), rows, frozenset({0, 1, 3}))


def estimate_text(estimate: Estimate) -> str:
    """Return a figure with its 95 % interval, or a dash where it does not exist."""
    if not isfinite(estimate.value):
        return ABSENT
    decimals = max(3, min(4, decimals_for(estimate.half_width)))
    return f"{number(estimate.value, decimals)} ({number(estimate.low, decimals)} to {number(estimate.high, decimals)})"
