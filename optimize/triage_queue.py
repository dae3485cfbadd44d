"""Exact waits behind a triage that errs: a binary classifier in front of one station, and accumulating priority.

Positives go first. Waits are all the minutes of a stay that are not service, so interruptions count. Rates are per
minute, times in minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from optimize.program import FloatArray
from optimize.queueing import mg1_wait, mmc_wait

START_STEP, MOST_STEP = 0.1, 20.0
"""Logarithms of the ratio of neighboring slopes from which, and up to which, they are fitted."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Hold how a triage errs: of `prevalence` diseased it finds `sensitivity`, of all others `false_positive`.

    Raises:
        ValueError: lists every share outside [0, 1].
    """

    prevalence: float
    sensitivity: float
    false_positive: float

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in self.__slots__}
        faults = [
            f"{name} is {share}; give a share from 0 to 1" for name, share in shares.items() if not 0 <= share <= 1
        ]
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def positive_share(self) -> float:
        """Return q = p Se + (1 - p) f, the share that goes first."""
        return self.prevalence * self.sensitivity + (1 - self.prevalence) * self.false_positive

    def waits(self, positive: float, negative: float) -> "TriagedWaits":
        """Return the waits of diseased and others from those of positives and negatives."""
        found, alarmed = self.sensitivity, self.false_positive
        return TriagedWaits(
            positive=positive,
            negative=negative,
            diseased=found * positive + (1 - found) * negative,
            others=alarmed * positive + (1 - alarmed) * negative,
        )


@dataclass(frozen=True, slots=True)
class TriagedWaits:
    """Hold mean waits in minutes: of those sent first or not (`positive`, `negative`), of `diseased` and `others`."""

    positive: float
    negative: float
    diseased: float
    others: float


@dataclass(frozen=True, slots=True)
class Station:
    """Hold a queue M/G/1: `rate` per minute, mean and standard deviation of the service in minutes.

    Raises:
        ValueError: if the queue grows for ever, or a number is not above 0.
    """

    rate: float
    service_mean: float
    service_sd: float

    def __post_init__(self) -> None:
        mg1_wait(self.rate, self.service_mean, self.service_sd)

    @property
    def load(self) -> float:
        """Return rho, the share of time in service."""
        return self.rate * self.service_mean

    @property
    def residual(self) -> float:
        """Return R = rate E[S²] / 2, the mean service that an arrival finds left."""
        return self.rate * (self.service_mean**2 + self.service_sd**2) / 2

    @property
    def untriaged(self) -> float:
        """Return W0 = R / (1 - rho), the mean wait of all when they come first who asked first."""
        return self.residual / (1 - self.load)


def non_preemptive(station: Station, triage: Classifier) -> TriagedWaits:
    """Return the waits where positives go first and nobody is interrupted.

    W+ = R / (1 - rho+), W- = R / ((1 - rho+)(1 - rho)), rho+ = q rho.

    Source: A. Cobham 1954, doi:10.1287/opre.2.1.70; the mixture as in FDA's QuCAD (Queueing Systems 108:579, 2024).
    """
    free = 1 - triage.positive_share * station.load
    return triage.waits(station.residual / free, station.residual / (free * (1 - station.load)))


def preemptive(station: Station, triage: Classifier) -> TriagedWaits:
    """Return the waits where positives interrupt negatives, whose work goes on later from where it stopped.

    W+ = (q R) / (1 - rho+), W- = E[S] / (1 - rho+) + R / ((1 - rho+)(1 - rho)) - E[S].

    Source: L. Kleinrock, Queueing Systems II, 1976, section 3.4; the mixture as in `non_preemptive`.
    """
    share, mean = triage.positive_share, station.service_mean
    free = 1 - share * station.load
    negative = mean / free + station.residual / (free * (1 - station.load)) - mean
    return triage.waits(share * station.residual / free, negative)


def preemptive_servers(rate: float, service_mean: float, servers: int, triage: Classifier) -> TriagedWaits:
    """Return the waits of `preemptive` with exponential service by several servers.

    W+ is the wait of M/M/c with positives alone, as nobody else is in their way; W- follows from
    q W+ + (1 - q) W- = W0, since an interruption changes no number present when services have no memory.

    Raises:
        ValueError: if the queue grows for ever, or nobody or everybody is positive.
    """
    share = triage.positive_share
    if not 0 < share < 1:
        raise ValueError(f"the share of positives is {share:g}; some must be positive, and some not")
    positive = mmc_wait(share * rate, 1 / service_mean, servers)
    untriaged = mmc_wait(rate, 1 / service_mean, servers)
    return triage.waits(positive, (untriaged - share * positive) / (1 - share))


def accumulating(station: Station, triage: Classifier, slopes: tuple[float, float]) -> TriagedWaits:
    """Return the waits where credit grows with the wait, by `slopes` for positives and for negatives.

    Raises:
        ValueError: as `accumulating_waits` does.
    """
    share = triage.positive_share
    rates = (share * station.rate, (1 - share) * station.rate)
    return triage.waits(*accumulating_waits(rates, station.service_mean, station.service_sd, slopes))


def accumulating_waits(
    rates: Sequence[float], service_mean: float, service_sd: float, slopes: Sequence[float]
) -> list[float]:
    """Return the mean wait of each class of M/G/1 with accumulating priority: credit = slope x time waited.

    With slopes b_1 >= b_2 >= ... the wait of class p is
    (W0 - sum_{i > p} rho_i W_i (1 - b_i / b_p)) / (1 - sum_{i < p} rho_i (1 - b_p / b_i)), W0 that of first come.

    Args:
        rates: arrivals per minute of each class, the one with the greatest slope first.
        service_mean: of every class, in minutes.
        service_sd: of every class, in minutes.
        slopes: credit per minute of each class, positive and never rising.

    Raises:
        ValueError: if slopes rise or are not positive, their number is not that of rates, or the queue grows for ever.

    Source: L. Kleinrock 1964, doi:10.1002/nav.3800110306; D. Stanford et al. 2014, doi:10.1007/s11134-013-9382-6.
    """
    if len(slopes) != len(rates) or list(slopes) != sorted(slopes, reverse=True) or not all(b > 0 for b in slopes):
        raise ValueError(f"slopes are {list(slopes)} for {len(rates)} rates; give one above 0 for each, never rising")
    untriaged = Station(sum(rates), service_mean, service_sd).untriaged
    waits = [0.0] * len(rates)
    loads = [rate * service_mean for rate in rates]
    for p in reversed(range(len(rates))):
        passed = sum(loads[i] * waits[i] * (1 - slopes[i] / slopes[p]) for i in range(p + 1, len(rates)))
        passing = sum(loads[i] * (1 - slopes[p] / slopes[i]) for i in range(p))
        waits[p] = (untriaged - passed) / (1 - passing)
    return waits


def fitted_slopes(
    rates: Sequence[float], service_mean: float, service_sd: float, waits: Sequence[float]
) -> tuple[float, ...]:
    """Return the slopes of accumulating priority whose waits are most like observed ones, the last slope being 1.

    min sum_p rate_p (W_p(b) / W0 - w_p / w)² over b_1 >= ... >= b_P = 1, with W0 the mean of all by theory and w
    that of the observed waits: only how waits differ by class counts, as their mean is a matter of load. Arguments as
    in `accumulating_waits`; `waits` are the observed means of each class, in any unit.

    Raises:
        ValueError: as `accumulating_waits` does.
    """
    share = np.asarray(rates) / sum(rates)
    aim = np.asarray(waits) / float(share @ np.asarray(waits))

    def gaps(steps: FloatArray) -> FloatArray:
        found = np.asarray(accumulating_waits(rates, service_mean, service_sd, _slopes(steps)))
        return np.asarray(np.sqrt(share) * (found / float(share @ found) - aim))

    start = np.full(len(rates) - 1, START_STEP)
    return _slopes(least_squares(gaps, start, bounds=(0.0, MOST_STEP), method="dogbox", xtol=1e-12, ftol=1e-12).x)


def _slopes(steps: FloatArray) -> tuple[float, ...]:
    """Return slopes from the logarithms of their ratios to the next, which are not negative."""
    return tuple(np.exp(np.append(np.cumsum(steps[::-1])[::-1], 0.0)).tolist())
