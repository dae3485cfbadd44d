"""Describe the systems that are more than one queue: E12 (stroke beds), E13 (open hours) and E18 (Little's law)."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from experiments.exact.queues import RATE, Exact, Pairs, service
from experiments.exact.system import Parameter, System
from optimize.queueing import erlang_b
from optimize.queueing_systems import exponential_survived, infinite_server_mean_at, infinite_server_means
from sim.run import Run
from sim.scenario import Scenario
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray

UNITS = {"acute": "stroke_bed", "rehab": "rehab_bed"}
BEDS = {"acute": range(9, 16), "rehab": range(10, 17)}
SEEN_DAYS = 10.0
PUBLISHED = {
    "acute": {9: 0.19, 10: 0.14, 11: 0.09, 12: 0.06, 13: 0.04, 14: 0.02, 15: 0.01},
    "rehab": {10: 0.20, 12: 0.11, 13: 0.08, 14: 0.05, 15: 0.03, 16: 0.02},
}
OPENS_HOUR = 6
HOURS_OPEN = (6, 7, 12)
SCALE = Parameter(float, lambda scale: {"city.demand.scale": scale})


def place_means(scenario: Scenario) -> dict[str, float]:
    """Return the mean census of each place when none is ever full, by the traffic equations of M/G/∞ networks.

    Every phase of every pathway is a unit of its own, with one step; patients go from one to the next for certain.
    """
    pathways = {one.name: one.phases for one in scenario.pathways}
    per_min = {
        name: source.hourly_rate[0] / MINUTES_PER_HOUR * share
        for source in scenario.sources
        for name, share in zip(source.conditions, source.condition_share.tolist(), strict=True)
    }
    units = [(one.name, k, phase) for one in scenario.conditions for k, phase in enumerate(pathways[one.pathway])]
    external = np.array([per_min[name] if k == 0 else 0.0 for name, k, _ in units])
    follows = [one[0] == other[0] for one, other in pairwise(units)]
    routing = np.diag(np.array(follows, dtype=float), 1)
    stays_min = np.array([phase.steps[0].duration.values[0].mean for _, _, phase in units])
    means = infinite_server_means(external, routing, stays_min)
    places = [phase.place for _, _, phase in units]
    return {place: float(means[[one == place for one in places]].sum()) for place in dict.fromkeys(places) if place}


def stroke_exact(scenario: Scenario) -> Exact:
    """Return mean censuses, the mean of their product (they are independent), and p(delay | n beds), Erlang's B.

    p(delay | n) = P(N = n) / P(N ≤ n) with N Poisson (T. Monks et al. 2016, doi:10.1186/s12913-016-1789-4).
    """
    by_place = place_means(scenario)
    means = {unit: by_place[place] for unit, place in UNITS.items()}
    delays = {_delay(unit, n): erlang_b(n, means[unit]) for unit, n in _beds(scenario)}
    both = means["acute"] * means["rehab"]
    return {_census(unit): mean for unit, mean in means.items()} | {"mean acute x rehab": both} | delays


def stroke_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `stroke_exact` computes, from a count at every midnight."""
    horizon = scenario.horizon
    first, end = (round(minutes / MINUTES_PER_DAY) for minutes in (horizon.warm_up_min, horizon.end_min))
    midnights = np.arange(first, end, dtype=np.float64) * MINUTES_PER_DAY
    census = {unit: census_at(run, unit, midnights) for unit in UNITS}
    n_days = float(len(midnights))
    return {
        **{_census(unit): (float(found.sum()), n_days) for unit, found in census.items()},
        "mean acute x rehab": (float((census["acute"] * census["rehab"]).sum()), n_days),
        **{
            _delay(unit, n): (float((census[unit] == n).sum()), float((census[unit] <= n).sum()))
            for unit, n in _beds(scenario)
        },
    }


def _beds(scenario: Scenario) -> list[tuple[str, int]]:
    """Return units and numbers of beds whose last bed is taken, and no more, on enough days to be judged."""
    means, n_days = place_means(scenario), scenario.horizon.measured_min / MINUTES_PER_DAY
    return [
        (unit, n)
        for unit, numbers in BEDS.items()
        for n in numbers
        if n_days * _poisson(n, means[UNITS[unit]]) >= SEEN_DAYS
    ]


def _poisson(n: int, mean: float) -> float:
    return float(np.exp(n * np.log(mean) - mean - np.log(np.arange(1, n + 1)).sum()))


def _census(unit: str) -> str:
    return f"mean {unit} census"


def _delay(unit: str, n_beds: int) -> str:
    return f"P(delay), {unit}, {n_beds} beds"


def stroke_words(scenario: Scenario) -> str:
    """Return what the stroke units are simulated with."""
    per_day = sum(source.hourly_rate[0] for source in scenario.sources) * 24
    years = [
        minutes / MINUTES_PER_DAY / 365 for minutes in (scenario.horizon.warm_up_min, scenario.horizon.measured_min)
    ]
    return f"{per_day:.6g} arrivals/day, {years[0]:.3g} years of warm-up, {years[1]:.3g} observed"


def census_at(run: Run, phase: str, times_min: FloatArray) -> FloatArray:
    """Return how many patients hold the place of a phase at given times, shape (n_times,)."""
    entered = np.sort(run.patients[f"{phase}_entered"].to_numpy())
    left = np.sort(run.patients[f"{phase}_left"].to_numpy())
    return (np.searchsorted(entered, times_min, side="right") - np.searchsorted(left, times_min, side="right")).astype(
        np.float64
    )


def open_times(scenario: Scenario) -> Mapping[str, FloatArray]:
    """Return the times at which an open clinic is counted, in minutes since the start, by the quantity they give."""
    (source,) = scenario.sources
    n_days = round(scenario.horizon.end_min / MINUTES_PER_DAY)
    is_open = np.resize(source.hourly_rate.reshape(7, 24).sum(axis=1) > 0, n_days)
    midnights = np.flatnonzero(is_open).astype(np.float64) * MINUTES_PER_DAY
    return {f"present {h} h after opening": midnights + (OPENS_HOUR + h) * MINUTES_PER_HOUR for h in HOURS_OPEN}


def open_hours_exact(scenario: Scenario) -> Exact:
    """Return the mean census of M(t)/G/∞ at several hours, over all days on which the clinic opens."""
    (source,) = scenario.sources
    hours = round(scenario.horizon.end_min / MINUTES_PER_HOUR)
    edges = (np.arange(hours + 1) * MINUTES_PER_HOUR).tolist()
    rates = (np.resize(source.hourly_rate, hours) / MINUTES_PER_HOUR).tolist()
    survived = exponential_survived(scenario.pathways[0].phases[0].steps[0].duration.values[0].mean)
    return {
        name: float(np.mean([infinite_server_mean_at(time, edges, rates, survived) for time in times.tolist()]))
        for name, times in open_times(scenario).items()
    }


def open_hours_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe what `open_hours_exact` computes."""
    return {
        name: (float(census_at(run, "visit", times).sum()), float(len(times)))
        for name, times in open_times(scenario).items()
    }


def open_hours_words(scenario: Scenario) -> str:
    """Return what the clinic is simulated with."""
    (source,) = scenario.sources
    stay = scenario.pathways[0].phases[0].steps[0].duration.values[0]
    weeks = scenario.horizon.end_min / MINUTES_PER_WEEK
    return f"{source.hourly_rate[:24].sum():.6g} arrivals on an open day, stays of {stay.mean:g} min, {weeks:g} weeks"


def gaps_exact(scenario: Scenario) -> Exact:
    """Return zero for every place and queue: Little's law is an identity in each window.

    Source: J. D. C. Little 2011, doi:10.1287/opre.1110.0940 (the law over a finite window).
    """
    return {name: 0.0 for _, place in _places(scenario) for name in (_gap("in", place), _gap("before", place))}


def gaps_seen(scenario: Scenario, run: Run) -> Pairs:
    """Observe the largest gap, over windows of a week, between integrated levels and the patients' own minutes."""
    edges = np.arange(0.0, scenario.horizon.end_min + 1.0, MINUTES_PER_WEEK)
    found = {}
    for phase, place in _places(scenario):
        marks = {mark: run.patients[f"{phase}_{mark}"].to_numpy() for mark in ("asked", "entered", "left")}
        gone = run.patients["departed"].to_numpy()
        waited = np.where(np.isnan(marks["entered"]), gone, marks["entered"])
        levels = run.levels[run.levels["pool"] == place]
        found[_gap("in", place)] = _largest(levels["busy_min"].to_numpy(), marks["entered"], marks["left"], edges)
        found[_gap("before", place)] = _largest(levels["queue_min"].to_numpy(), marks["asked"], waited, edges)
    return {name: (gap, 1.0) for name, gap in found.items()}


def _largest(hourly_min: FloatArray, start_min: FloatArray, end_min: FloatArray, edges: FloatArray) -> float:
    """Return the largest difference, in minutes, between a level's integral and intervals cut to each window."""
    began = start_min[~np.isnan(start_min)]
    ended = np.where(np.isnan(end_min), np.inf, end_min)[~np.isnan(start_min)]
    gaps = []
    for low, high in pairwise(edges.tolist()):
        own = np.maximum(0.0, np.minimum(ended, high) - np.maximum(began, low)).sum()
        hours = slice(round(low / MINUTES_PER_HOUR), round(high / MINUTES_PER_HOUR))
        gaps.append(abs(float(hourly_min[hours].sum() - own)))
    return max(gaps)


def _places(scenario: Scenario) -> list[tuple[str, str]]:
    return [(phase.name, phase.place) for phase in scenario.pathways[0].phases if phase.place]


def _gap(where: str, place: str) -> str:
    return f"L - λW {where} {place}"


def gaps_words(scenario: Scenario) -> str:
    """Return what the law is tried on."""
    weeks = scenario.horizon.end_min / MINUTES_PER_WEEK
    return f"an emergency department with a ward, {weeks:g} windows of a week, in patient-minutes"


NETWORKS = (
    System(
        "E12",
        "M/G/∞ network: stroke units (Monks et al. 2016)",
        {"scale": SCALE},
        stroke_words,
        stroke_exact,
        stroke_seen,
        cases=({}, {"scale": 1 / 0.95}),
        published={_delay(unit, n): p for unit, found in PUBLISHED.items() for n, p in found.items()},
        most_blocks=30,
    ),
    System(
        "E13",
        "M(t)/G/∞: a clinic's open hours",
        {"mean": Parameter(float, lambda mean: {service("exponential.mean_min"): mean}), "scale": SCALE},
        open_hours_words,
        open_hours_exact,
        open_hours_seen,
    ),
    System(
        "E18",
        "L = λW in every window",
        {"rate": Parameter(float, lambda per_day: {RATE: per_day})},
        gaps_words,
        gaps_exact,
        gaps_seen,
    ),
)
