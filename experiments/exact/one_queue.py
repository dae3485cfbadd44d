"""Read what formulas need out of a scenario with one queue, and the waits out of its runs."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sim.distributions import Distribution, Residual
from sim.graded import as_graded
from sim.pathway import Phase
from sim.run import Run
from sim.scenario import Scenario
from sim.units import ACUITIES, MINUTES_PER_HOUR, BoolArray, FloatArray, IntArray

STARTED = "visit.service_started"
SETTLED_SHARE = 0.9999


@dataclass(frozen=True, slots=True)
class OneQueue:
    """Hold one pool of servers and who asks for it; `rates` are arrivals per minute of each class, in its order.

    Class k has acuity `acuities[k]`. `patience_min` is the mean of an exponential patience, `room` how many may wait
    where that is limited (0 where it is not).
    """

    servers: int
    acuities: tuple[int, ...]
    rates: tuple[float, ...]
    service: Distribution
    patience_min: float
    room: int

    @classmethod
    def of(cls, scenario: Scenario) -> "OneQueue":
        """Return the queue of a scenario with one pool and one source."""
        rates = arrivals_per_min(scenario)
        (pool,) = scenario.city.hospitals[0].pools
        present = np.flatnonzero(rates)
        return cls(
            servers=pool.establishment,
            acuities=tuple((present + 1).tolist()),
            rates=tuple(rates[present].tolist()),
            service=_phase(scenario).steps[0].duration.values[0],
            patience_min=as_graded(scenario.patience.mean_min).of(1),
            room=pool.waiting_room or 0,
        )

    @property
    def rate(self) -> float:
        """Return all arrivals per minute."""
        return sum(self.rates)

    @property
    def service_rate(self) -> float:
        """Return what one server can serve per minute."""
        return 1.0 / self.service.mean

    @property
    def load(self) -> float:
        """Return the offered load in erlangs."""
        return self.rate * self.service.mean

    @property
    def relaxation_min(self) -> float:
        """Return a bound on the relaxation time of the queue in minutes, where nobody leaves.

        For exponential service, the slower of the servers (mean service) and of the queue, 1 / (√(cµ) - √λ)²
        (D. Gamarnik and D. Goldberg 2013, doi:10.1214/12-AAP889; E. van Doorn 1981); their sum is above both. For
        another service the queue is slower by (1 + cv²) / 2, as heavy traffic has it, and it settles no sooner than
        what is left of a service that is under way.
        """
        queue_min = self.service.mean / (sqrt(self.servers) - sqrt(self.load)) ** 2
        cv = self.service.sd / self.service.mean
        return max(self.service.mean + queue_min * max(1.0, (1.0 + cv**2) / 2.0), self.stay_relaxation_min)

    @property
    def stay_relaxation_min(self) -> float:
        """Return the relaxation time where nobody waits: a tenth of the 99.99 % quantile of a stay under way.

        The census of M/G/∞ that starts empty lacks just the share P(residual stay > t) of its final mean (S. Eick,
        W. Massey and W. Whitt 1993, doi:10.1287/opre.41.4.731). For exponential stays this is 0.92 of their mean.
        """
        return float(Residual(self.service).quantile(np.array([SETTLED_SHARE]))[0]) / 10.0

    def describe(self) -> str:
        """Return the queue in words."""
        rates = " + ".join(f"{rate:g}" for rate in self.rates)
        law = type(self.service).__name__.lower()
        servers = f"{self.servers} server{'' if self.servers == 1 else 's'}"
        return f"{servers}, {rates} arrivals/min, {law} service of {self.service.mean:g} ± {self.service.sd:g} min"


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """Hold all who arrived while observed, shapes (n,).

    `minutes` until service or leaving, true `acuity`, `assigned` level, who `left` unseen and who was turned `away`.
    """

    minutes: FloatArray
    acuity: IntArray
    assigned: IntArray
    left: BoolArray
    away: BoolArray

    @property
    def n(self) -> float:
        """Return how many arrived."""
        return float(len(self.minutes))


def arrivals_per_min(scenario: Scenario) -> FloatArray:
    """Return the arrivals per minute of each acuity, shape (5,), of sources with a constant rate."""
    shares = {condition.name: condition.acuity_share for condition in scenario.conditions}
    rates = np.zeros(ACUITIES)
    for source in scenario.sources:
        per_min = source.hourly_rate[0] / MINUTES_PER_HOUR
        for name, share in zip(source.conditions, source.condition_share.tolist(), strict=True):
            rates += per_min * share * shares[name]
    return rates


def waits(scenario: Scenario, run: Run, until: str = STARTED) -> Waits:
    """Return the waits, until the mark `until`, of those who arrived while observed.

    They settle as long after the observation as before it; who still waits then counts with the wait so far.
    """
    horizon, patients = scenario.horizon, run.patients
    arrived = patients["arrived"].to_numpy()
    seen = (arrived >= horizon.warm_up_min) & (arrived < horizon.end_min - horizon.warm_up_min)
    left = (patients["outcome"] == "left_unseen").to_numpy()[seen]
    ended = np.where(left, patients["departed"].to_numpy()[seen], patients[until].to_numpy()[seen])
    ended = np.where(np.isnan(ended), horizon.end_min, ended)
    acuity, assigned = (patients[name].to_numpy()[seen].astype(np.int64) for name in ("acuity_true", "acuity"))
    away = (patients["outcome"] == "turned_away").to_numpy()[seen]
    return Waits(ended - arrived[seen], acuity, assigned, left, away)


def arrivals_and_services(scenario: Scenario, run: Run) -> dict[str, float]:
    """Return two numbers with mean zero: arrivals beyond those expected, and minutes of service beyond their mean.

    They count those who arrived while observed, and are control variates of their waits (S. Lavenberg and P. Welch
    1981, doi:10.1287/mnsc.27.3.322).
    """
    horizon, patients, queue = scenario.horizon, run.patients, OneQueue.of(scenario)
    last_min = horizon.end_min - horizon.warm_up_min
    arrived = patients["arrived"].to_numpy()
    seen = (arrived >= horizon.warm_up_min) & (arrived < last_min)
    service_min = (patients["departed"] - patients[STARTED]).to_numpy()[seen]
    return {
        "arrivals": float(seen.sum()) - queue.rate * (last_min - horizon.warm_up_min),
        "service": float((service_min[~np.isnan(service_min)] - queue.service.mean).sum()),
    }


def _phase(scenario: Scenario) -> Phase:
    """Return the phase of the pathway that patients take."""
    taken = scenario.sources[0].conditions[0]
    pathway = next(one.pathway for one in scenario.conditions if one.name == taken)
    return next(one.phases[0] for one in scenario.pathways if one.name == pathway)
