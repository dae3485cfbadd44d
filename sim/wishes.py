"""Draw where patients of waiting lists live, and which half-days of the week they like."""

from dataclasses import replace

import numpy as np

from sim.cohort import Cohort
from sim.scenario import Scenario
from sim.streams import Replication, stream
from sim.units import BoolArray, FloatArray, IntArray
from sim.wish_rules import HALF_DAYS, WishRules


def with_wishes(scenario: Scenario, cohort: Cohort, replication: Replication) -> Cohort:
    """Return the patients, of whom each listed one has a zone and likes some half-days, by `scenario.lists.wishes`.

    Patient k of a source has the k-th draws of streams of its own, whenever and wherever the patient is called.
    """
    rules = scenario.lists.wishes
    if rules is None or cohort.referred_min is None:
        return cohort
    home, liked = cohort.zone.copy(), np.zeros((cohort.n_patients, HALF_DAYS), dtype=np.bool_)
    for number, source in enumerate(scenario.sources):
        mine = np.flatnonzero((cohort.source == number) & ~np.isnan(cohort.referred_min))
        if len(mine) and source.hospital >= 0:
            share = _share(scenario, source.hospital)
            home[mine] = _placed(share, stream(replication, source.name, "home").random(len(mine)))
            liked[mine] = _liked(rules, stream(replication, source.name, "wishes").random((len(mine), 8)))
    return replace(cohort, home=home, liked=liked)


def ways_min(scenario: Scenario, cohort: Cohort) -> FloatArray:
    """Return the minutes of the way of every patient to every hospital, 0 where none is known; shape (n, h)."""
    table = scenario.city.zone_travel_min
    minutes: FloatArray = np.zeros((cohort.n_patients, len(scenario.city.hospitals)))
    if table is not None and cohort.home is not None:
        known = cohort.home >= 0
        minutes[known] = table[cohort.home[known]]
    return minutes


def _share(scenario: Scenario, hospital: int) -> FloatArray:
    """Return the share of a hospital's patients who live in each zone: population times its choices, shape (z,)."""
    people = np.array([zone.population for zone in scenario.city.zones])
    weight = people * scenario.city.choice_share[:, hospital]
    weight = weight if weight.sum() > 0 else people
    return np.asarray(weight / weight.sum())


def _placed(share: FloatArray, u: FloatArray) -> IntArray:
    """Return the zone of each uniform number, shape (n,)."""
    return np.minimum(np.searchsorted(np.cumsum(share), u, side="right"), len(share) - 1).astype(np.int64)


def _liked(rules: WishRules, u: FloatArray) -> BoolArray:
    """Turn seven numbers for the days and one for the half into half-days, shape (n, 14)."""
    days, half = u[:, :7] < rules.p_day, u[:, 7]
    afternoon_only = (half >= rules.p_morning) & (half < rules.p_morning + rules.p_afternoon)
    liked = np.repeat(days, 2, axis=1)
    liked[:, 0::2] &= ~afternoon_only[:, None]
    liked[:, 1::2] &= (half >= rules.p_morning)[:, None]
    return liked
