"""Cases of ambulances: one known by hand, small ones drawn at random, and a city."""

import numpy as np
from hypothesis import strategies as st

from optimize.location.case import LocationCase


def two_stations(**change: object) -> LocationCase:
    """West covers the zones a (5 calls) and b (4), east covers b and c (3); two vehicles, each busy half of the time.

    Two at west cover 9 · .75 = 6.75, one at each 5 · .5 + 4 · .75 + 3 · .5 = 7, two at east 7 · .75 = 5.25.
    """
    fields = {
        "zones": ("a", "b", "c"),
        "stations": ("west", "east"),
        "demand": np.array([[5.0], [4.0], [3.0]]),
        "travel_min": np.array([[5.0, 8.0, 20.0], [20.0, 7.0, 6.0]]),
        "threshold_min": 8.0,
        "capacity": np.array([2, 2]),
        "fleet": np.array([2]),
        "busy": np.array([0.5]),
    }
    return LocationCase(**(fields | change))  # type: ignore[arg-type]


@st.composite
def cases(draw: st.DrawFn, stations: int = 3, zones: int = 4, most_hours: int = 1) -> LocationCase:
    def counts(*shape: int, most: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        size = int(np.prod(shape))
        drawn = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
        return np.array(drawn, dtype=np.intp).reshape(shape)

    hours = draw(st.integers(1, most_hours))
    capacity, stands = counts(stations, most=3), draw(st.booleans())
    standing = np.minimum(counts(stations, most=2), capacity) if stands else None
    return LocationCase(
        tuple(f"z{i}" for i in range(zones)),
        tuple(f"s{j}" for j in range(stations)),
        counts(zones, hours, most=9).astype(np.float64),
        counts(stations, zones, most=20).astype(np.float64),
        10.0,
        capacity,
        counts(hours, most=4),
        counts(hours, most=9).astype(np.float64) / 10,
        standing,
        None if standing is None or draw(st.booleans()) else np.minimum(counts(stations, most=1), standing),
        draw(st.sampled_from([None, 0, 1, 2])),
        draw(st.sampled_from([0.0, 0.5, 3.0])),
        draw(st.sampled_from([None, None, 15.0])),
    )


def a_city(generator: np.random.Generator, n_stations: int, n_zones: int, fleet: int, n_hours: int = 1) -> LocationCase:
    """Make a city of 45 minutes across, with vehicles standing at random."""
    stations = generator.uniform(0.0, 45.0, (n_stations, 1, 2))
    zones = generator.uniform(0.0, 45.0, (1, n_zones, 2))
    demand = generator.gamma(1.0, 1.0, (n_zones, 1)) * generator.uniform(0.5, 1.5, (1, n_hours))
    places = np.repeat(np.arange(n_stations), 3)
    standing = np.bincount(generator.choice(places, fleet, replace=False), minlength=n_stations)
    return LocationCase(
        tuple(f"z{i}" for i in range(n_zones)),
        tuple(f"s{j}" for j in range(n_stations)),
        demand,
        np.hypot(*np.moveaxis(stations - zones, 2, 0)),
        12.0,
        np.full(n_stations, 3),
        np.full(n_hours, fleet),
        np.full(n_hours, 0.4),
        standing,
        moves_per_hour=4,
        move_cost=0.2,
    )
