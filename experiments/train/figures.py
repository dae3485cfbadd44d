"""Compute every figure of a card from out-of-fold probabilities, each with its interval."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from experiments.model_card import UNDEFINED, Estimate, auroc, calibration_slope, mean_of
from experiments.train.crossed import Crossed
from sim.units import BoolArray, FloatArray, IntArray

N_BINS = 10
"""Groups of equally many patients in which promised and observed shares are compared."""
FEWEST = 10
"""A group with fewer patients of either outcome has no figures of its own."""
Figures = Mapping[str, Estimate]


def over_repeats(estimates: Iterable[Estimate]) -> Estimate:
    """Return the mean of a figure over repeats; it is as uncertain as in one, for they judge the same patients."""
    each = list(estimates)
    return Estimate(*(float(np.mean([getattr(one, key) for one in each])) for key in ("value", "half_width")))


def figures_of(crossed: Crossed, threshold: float) -> Figures:
    """Return every figure of one member, as the mean over repeats; a patient is an alarm at `threshold` or above.

    The AUROC compares patients of one fold only and is averaged over folds (LeDell et al. 2015, 10.1214/15-EJS1035):
    folds learn different shares, which would put patients of the same level in an order that says nothing.
    """
    within = over_repeats(_auroc_by_fold(p, crossed.y, fold) for p, fold in zip(crossed.p, crossed.fold, strict=True))
    return {**_figures(crossed.p, crossed.y, threshold), "auroc": within}


def figures_of_group(crossed: Crossed, group: BoolArray, threshold: float) -> Figures:
    """Return the figures of some patients, (n,); none where either outcome is too rare among them."""
    y = crossed.y[group]
    if min(int(y.sum()), int((~y).sum())) < FEWEST:
        return {}
    return _figures(crossed.p[:, group], y, threshold)


def _figures(p: FloatArray, y: BoolArray, threshold: float) -> dict[str, Estimate]:
    by_repeat = [_figures_once(one, y, threshold) for one in p]
    return {name: over_repeats(figures[name] for figures in by_repeat) for name in by_repeat[0]}


def _figures_once(p: FloatArray, y: BoolArray, threshold: float) -> dict[str, Estimate]:
    alarm = p >= threshold
    return {
        "auroc": auroc(p, y),
        "brier": mean_of((p - y) ** 2),
        "ece": calibration_error(p, y),
        "slope": calibration_slope(p, y),
        "sensitivity": mean_of(alarm[y]),
        "specificity": mean_of(~alarm[~y]),
        "net_benefit": net_benefit(p, y, threshold),
    }


def _auroc_by_fold(p: FloatArray, y: BoolArray, fold: IntArray) -> Estimate:
    each = [auroc(p[fold == k], y[fold == k]) for k in np.unique(fold)]
    known = [one for one in each if np.isfinite(one.value)]
    if not known:
        return UNDEFINED
    half_widths = np.array([one.half_width for one in known])
    return Estimate(float(np.mean([one.value for one in known])), float(np.sqrt((half_widths**2).sum())) / len(known))


def bins_of(p: FloatArray) -> list[IntArray]:
    """Return the places of patients by `N_BINS` groups of rising probability, equally many in each."""
    return np.array_split(np.argsort(p, kind="stable"), min(N_BINS, len(p)))


def calibration_error(p: FloatArray, y: BoolArray) -> Estimate:
    """Return the mean gap between promised and observed share over groups of equally many patients (ECE).

    Even a perfect model has some, as chance moves the observed shares.
    """
    gap = p - y
    influence = np.empty(len(p))
    for places in bins_of(p):
        influence[places] = gap[places] * np.sign(gap[places].mean())
    return mean_of(influence)


def net_benefit(p: FloatArray, y: BoolArray, threshold: float) -> Estimate:
    """Return true alarms less false ones at their price, per patient (Vickers & Elkin 2006, 10.1177/0272989X06295361).

    A false alarm costs t / (1 - t) of a true one at the threshold t.
    """
    alarm = p >= threshold
    return mean_of(np.where(y, alarm, -(threshold / (1 - threshold)) * alarm))


def threshold_of(miss_cost: float) -> float:
    """Return the probability from which an alarm pays, where a miss costs so many times what a false alarm costs."""
    return 1 / (1 + miss_cost)


def reliability(crossed: Crossed) -> list[tuple[float, float, float, int]]:
    """Return promised share, observed share, its half-width and patients of each group, by the mean over repeats."""
    p, rows = crossed.mean_p, []
    for places in bins_of(p):
        seen = mean_of(crossed.y[places])
        rows.append((float(p[places].mean()), seen.value, seen.half_width, len(places)))
    return rows


def decision_curve(crossed: Crossed, thresholds: Sequence[float]) -> list[tuple[float, float, float]]:
    """Return threshold, net benefit of the model, and of an alarm for everybody, at each threshold."""
    share = float(crossed.y.mean())
    return [
        (t, over_repeats(net_benefit(p, crossed.y, t) for p in crossed.p).value, share - (1 - share) * t / (1 - t))
        for t in thresholds
    ]


def alarm_curve(alarm: BoolArray, y: BoolArray, thresholds: Sequence[float]) -> list[float]:
    """Return the net benefit of alarms that do not follow from a probability, (n,), at each threshold."""
    return [net_benefit(alarm.astype(float), y, t).value for t in thresholds]


def roc_curve(p: FloatArray, y: BoolArray) -> list[tuple[float, float]]:
    """Return the share of false alarms and of those found at every threshold from high to low, (0, 0) first."""
    order = np.argsort(-p, kind="stable")
    last = np.append(np.diff(p[order]) != 0, True)
    found, false = np.cumsum(y[order])[last] / y.sum(), np.cumsum(~y[order])[last] / (~y).sum()
    return [(0.0, 0.0), *zip(false.tolist(), found.tolist(), strict=True)]
