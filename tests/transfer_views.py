"""Make transfer views for tests: by hand, or any that could be."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.contract import CityFacts, TransferDecision, TransferView

UNKNOWN = float("nan")
Boarder = tuple[int, int, int, float]
"""Hospital, place, acuity, and minutes waited."""


def a_city(
    travel_min: Sequence[Sequence[float]],
    establishment: Sequence[Sequence[float]],
    agreed: Sequence[bool] | None = None,
) -> CityFacts:
    """Return a city of n hospitals; all agree unless told otherwise."""
    n = len(establishment)
    beds = frozen(np.array(establishment, dtype=float).reshape(n, -1))
    return CityFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n)),
        place_codes=tuple(f"place{i}" for i in range(beds.shape[1])),
        travel_min=frozen(np.array(travel_min, dtype=float)),
        establishment=beds,
        agreed=frozen(np.array(agreed if agreed is not None else [True] * n)),
    )


def a_view(
    city: CityFacts, boarders: Sequence[Boarder], free: Sequence[Sequence[float]], crews_free: int = 99
) -> TransferView:
    """Return a view of boarders numbered 100, 101, ... in the order given; nobody may write into its arrays."""
    hospital, place, acuity, waited = (np.array([b[i] for b in boarders]) for i in range(4))
    return TransferView(
        city=city,
        now_min=600.0,
        known_at_min=600.0,
        patient=frozen(np.arange(100, 100 + len(boarders))),
        hospital=frozen(hospital.astype(np.int64)),
        place=frozen(place.astype(np.int64)),
        acuity=frozen(acuity.astype(np.int64)),
        waited_min=frozen(waited.astype(float)),
        free=frozen(np.array(free, dtype=float).reshape(city.establishment.shape)),
        crews_free=crews_free,
    )


def frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def moves(decision: TransferDecision) -> dict[int, int]:
    """Return destination by patient."""
    return dict(zip(decision.patient.tolist(), decision.destination.tolist(), strict=True))


# Values are drawn from a few telling ones, so that most views have somebody to move, and rules that bind.
MOSTLY = st.sampled_from([True, True, True, False])
TRAVEL_MIN = st.sampled_from([5.0, 10.0, 25.0, 45.0, 60.0, 75.0])
BEDS = st.sampled_from([20.0, 7.0, 12.0, 1.0, 0.0])
FREE = st.sampled_from([0.0, 3.0, 5.0, 9.0, 2.0, 1.0, UNKNOWN])
WAITED_MIN = st.sampled_from([400.0, 90.0, 60.0, 30.0, 10.0]) | st.floats(0, 3000)


def table(draw: st.DrawFn, cells: st.SearchStrategy[float], n: int, m: int) -> list[list[float]]:
    return draw(st.lists(st.lists(cells, min_size=m, max_size=m), min_size=n, max_size=n))


@st.composite
def cities(draw: st.DrawFn, most_hospitals: int = 5) -> CityFacts:
    n, n_places = draw(st.integers(2, most_hospitals)), draw(st.integers(1, 2))
    agreed = draw(st.lists(MOSTLY, min_size=n, max_size=n))
    return a_city(table(draw, TRAVEL_MIN, n, n), table(draw, BEDS, n, n_places), agreed)


@st.composite
def views(draw: st.DrawFn, of_city: CityFacts | None = None, most_boarders: int = 12) -> TransferView:
    city = draw(cities()) if of_city is None else of_city
    n, n_places = city.establishment.shape
    boarder = st.tuples(st.integers(0, n - 1), st.integers(0, n_places - 1), st.integers(1, 5), WAITED_MIN)
    boarders = draw(st.lists(boarder, min_size=min(2, most_boarders), max_size=most_boarders))
    return a_view(city, boarders, table(draw, FREE, n, n_places), crews_free=draw(st.sampled_from([9, 3, 2, 1, 0])))
