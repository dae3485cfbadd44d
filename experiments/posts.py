"""Read where ambulance crews may wait: at hospitals, and in zones."""

from dataclasses import dataclass, replace

import numpy as np

from experiments.city import Placed, road_minutes
from experiments.city_settings import TravelSettings
from sim.city import City
from sim.cohort import draw_cohort
from sim.layout import Layout
from sim.post_rules import Posts
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray, IntArray


@dataclass(slots=True)
class PostsText:
    """Describe posts: a crew is busy for `busy_share` of the time, at most `most_per_station` wait at one.

    No response takes less than `least_min`, because ways are those between the middles of zones. With `in_zones` there
    is a station in the middle of every zone, besides those at hospitals.
    """

    busy_share: float
    most_per_station: int
    least_min: float = 0.0
    in_zones: bool = True


def posts_of(
    text: PostsText, city: City, fleet_code: str, size_codes: set[str | None], travel: TravelSettings
) -> Posts:
    """Return the stations of a city; crews usually wait at hospitals in proportion to their places for patients.

    `fleet_code` names the ambulances, `size_codes` the places that patients are brought to.
    """
    zones = city.zones if text.in_zones else ()
    stations: tuple[Placed, ...] = (*city.hospitals, *zones)
    code = fleet_code.partition("@")[0]
    crews = sum(pool.establishment for hospital in city.hospitals for pool in hospital.pools if pool.code == code)
    size = [sum(pool.establishment for pool in one.pools if pool.code in size_codes) for one in city.hospitals]
    usual = np.concatenate((shared_out(crews, np.array(size, dtype=float)), np.zeros(len(stations) - len(size))))
    return Posts(
        station_ids=(*(one.id for one in city.hospitals), *(f"post in {one.id}" for one in zones)),
        travel_min=np.maximum(road_minutes(stations, city.zones, travel), text.least_min),
        room=np.full(len(stations), text.most_per_station, dtype=np.int64),
        usual=usual.astype(np.int64),
        busy_share=text.busy_share,
    )


def shared_out(n: int, weight: FloatArray) -> IntArray:
    """Share n out by weight, whole: first what is certain, then by the largest rest; shape of `weight`."""
    exact = n * weight / max(weight.sum(), 1e-300)
    whole: IntArray = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - whole), kind="stable")[: n - int(whole.sum())]
    whole[rest] += 1
    return whole


def learn_calls(scenario: Scenario, history: Replication, weeks: int) -> FloatArray:
    """Return the calls of ambulances an hour by zone, shape (n_zones,), in `weeks` of a past drawn for that purpose."""
    from experiments.forecasting.history import past_of  # only now: forecasting takes long to import

    past = replace(past_of(scenario), horizon=Horizon(0.0, weeks * MINUTES_PER_WEEK))
    cohort = draw_cohort(past, history)
    ways, n_zones = cohort.ways(Layout.of(past)), len(scenario.city.zones)
    rows = np.empty(0, dtype=np.int64) if ways is None else ways.driven()
    hours = past.horizon.measured_min / MINUTES_PER_HOUR
    return np.bincount(cohort.zone[rows], minlength=n_zones) / hours
