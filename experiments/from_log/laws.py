"""Fit durations: gamma, lognormal and Weibull by maximum likelihood, the best by AIC, or the observed quantiles.

AIC: Akaike 1974, doi:10.1109/TAC.1974.1100705. Where the Kolmogorov-Smirnov test rejects the best family at 1 %, or
there are few values, the empirical quantiles are taken. As the parameters come from the same values, the test rejects
too seldom (Lilliefors 1967), never too often. Intervals by the observed information and the delta method.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from scipy import optimize, stats
from scipy.special import gamma as gamma_function

from sim.units import FloatArray

REJECTED_BELOW = 0.01
FEWEST = 20
BODY, TAIL = 39, (0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999, 1.0)
"""Quantiles of an empirical law: so many evenly up to 0.95, and more where long durations are."""

LEVEL_Z = 1.959963984540054
STEP = 1e-4

Logs = FloatArray
"""Logarithms of the two parameters, shape (2,)."""


@dataclass(frozen=True, slots=True)
class Family:
    """Hold one family: its logarithmic density, distribution function and moments at logarithms of its parameters."""

    density: Callable[[FloatArray, Logs], FloatArray]
    below: Callable[[FloatArray, Logs], FloatArray]
    moments: Callable[[Logs], tuple[float, float]]
    first: Callable[[float, float], tuple[float, float]]


def _weibull_moments(logs: Logs) -> tuple[float, float]:
    shape, scale = np.exp(logs)
    mean = scale * gamma_function(1 + 1 / shape)
    return mean, float(np.sqrt(max(scale**2 * gamma_function(1 + 2 / shape) - mean**2, 0.0)))


def _lognormal_moments(logs: Logs) -> tuple[float, float]:
    sigma, median = np.exp(logs)
    mean = median * np.exp(sigma**2 / 2)
    return mean, mean * float(np.sqrt(np.expm1(sigma**2)))


def _lognormal_first(mean: float, sd: float) -> tuple[float, float]:
    squared = float(np.log1p((sd / mean) ** 2))
    return squared**0.5, mean * float(np.exp(-squared / 2))


FAMILIES: Mapping[str, Family] = {
    "gamma": Family(
        lambda x, p: stats.gamma.logpdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        lambda x, p: stats.gamma.cdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        lambda p: (float(np.exp(p[0] + p[1])), float(np.exp(p[0] / 2 + p[1]))),
        lambda mean, sd: ((mean / sd) ** 2, sd**2 / mean),
    ),
    "lognormal": Family(
        lambda x, p: stats.lognorm.logpdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        lambda x, p: stats.lognorm.cdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        _lognormal_moments,
        _lognormal_first,
    ),
    "weibull": Family(
        lambda x, p: stats.weibull_min.logpdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        lambda x, p: stats.weibull_min.cdf(x, np.exp(p[0]), scale=np.exp(p[1])),
        _weibull_moments,
        lambda mean, sd: (float(np.clip((sd / mean) ** -1.086, 0.2, 20.0)), mean),
    ),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """Hold the law of one activity: as a pathway writes it, and how well each family does.

    `aic` by family; `ks` is the distance of the
    chosen family, `ks_p` the p-value of the best; `mean` and `sd` in
    minutes are (value, low, high), with 95 % intervals.
    """

    kind: str
    law: dict[str, Any]
    n: int
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]
    aic: Mapping[str, float] = field(default_factory=dict)
    ks: float = float("nan")
    ks_p: float = float("nan")
    why: str = ""


def fit_law(minutes: FloatArray) -> Fit:
    """Return the law of durations in minutes, shape (n,), n at least 1, all zero or more."""
    minutes = np.sort(np.asarray(minutes, dtype=np.float64))
    if minutes[0] == minutes[-1]:
        return _fixed(minutes)
    if len(minutes) < FEWEST:
        return _empirical(minutes, f"fewer than {FEWEST} values")
    if minutes[0] <= 0:
        return _empirical(minutes, f"{np.mean(minutes <= 0):.0%} take no time at all")
    fitted = {name: _likeliest(family, minutes) for name, family in FAMILIES.items()}
    aic = {name: 4.0 + 2.0 * value for name, (_, value) in fitted.items()}
    best = min(aic, key=lambda name: aic[name])
    logs = fitted[best][0]
    below: Any = partial(_below, FAMILIES[best], logs)
    test = stats.kstest(minutes, below)
    if test.pvalue < REJECTED_BELOW:
        why = f"{best} is rejected (distance {test.statistic:.3f}, p {test.pvalue:.2g})"
        return _empirical(minutes, why, aic, float(test.pvalue))
    mean, sd = _moment_intervals(FAMILIES[best], minutes, logs)
    law = {best: {"mean_min": _rounded(mean[0]), "sd_min": _rounded(sd[0])}}
    return Fit(best, law, len(minutes), mean, sd, aic, float(test.statistic), float(test.pvalue), "least AIC")


def _below(family: Family, logs: Logs, minutes: FloatArray) -> FloatArray:
    return family.below(minutes, logs)


def _rounded(value: float) -> float:
    return float(f"{value:.8g}")


def _fixed(minutes: FloatArray) -> Fit:
    same = float(minutes[0])
    law = {"fixed": {"minutes": same}}
    return Fit("fixed", law, len(minutes), (same, same, same), (0.0, 0.0, 0.0), why="all alike")


def _empirical(minutes: FloatArray, why: str, aic: Mapping[str, float] | None = None, p: float = float("nan")) -> Fit:
    """Return the observed quantiles; the ends are the smallest and the largest value."""
    few = len(minutes) <= BODY + len(TAIL)
    probabilities = np.linspace(0, 1, len(minutes)) if few else np.append(np.linspace(0, 0.95, BODY), TAIL)
    quantiles = np.quantile(minutes, probabilities)
    law = {
        "empirical": {
            "probabilities": [round(float(one), 6) for one in probabilities],
            "quantiles_min": [_rounded(float(one)) for one in quantiles],
        }
    }
    mean, sd, n = float(minutes.mean()), float(minutes.std(ddof=1)), len(minutes)
    half = LEVEL_Z * sd / n**0.5
    spread = float(np.mean((minutes - mean) ** 4)) - sd**4
    half_sd = LEVEL_Z * float(np.sqrt(max(spread, 0.0) / n)) / (2 * sd)
    interval = (mean, max(mean - half, 0.0), mean + half), (sd, max(sd - half_sd, 0.0), sd + half_sd)
    return Fit("empirical", law, n, *interval, aic or {}, ks_p=p, why=why)


def _likeliest(family: Family, minutes: FloatArray) -> tuple[Logs, float]:
    """Return the logarithms of the parameters that make the values likeliest, and minus the log likelihood."""
    first = np.log(family.first(float(minutes.mean()), float(minutes.std())))
    cost: Any = partial(_cost, family, minutes)
    found = optimize.minimize(cost, first, method="Nelder-Mead")
    return np.asarray(found.x, dtype=np.float64), float(found.fun)


def _cost(family: Family, minutes: FloatArray, logs: Logs) -> float:
    value = -float(np.sum(family.density(minutes, np.clip(logs, -30, 30))))
    return value if np.isfinite(value) else 1e300


def _moment_intervals(
    family: Family, minutes: FloatArray, logs: Logs
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return mean and standard deviation with intervals that are symmetric on the logarithmic scale."""
    units = np.eye(2) * STEP

    def cost(shift: FloatArray) -> float:
        return _cost(family, minutes, logs + shift)

    bent = [[(cost(a + b) - cost(a - b) - cost(b - a) + cost(-a - b)) / (4 * STEP**2) for b in units] for a in units]
    slopes = np.array([np.log(family.moments(logs + one)) - np.log(family.moments(logs - one)) for one in units]).T / (
        2 * STEP
    )
    spread = np.sqrt(np.diag(slopes @ np.linalg.pinv(np.array(bent)) @ slopes.T))
    mean, sd = (
        (float(value), float(value * np.exp(-LEVEL_Z * one)), float(value * np.exp(LEVEL_Z * one)))
        for value, one in zip(family.moments(logs), spread, strict=True)
    )
    return mean, sd
