"""Cases of medicines: one known by hand, small ones drawn at random, and a city."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from optimize.medicines.case import Lot, Medicine, MedicinesCase, whole_demand


def three_hospitals() -> MedicinesCase:
    """North has heparin for two days that it does not need, south is short of it from day 1, east is far.

    North uses 2 of its 6 units, south can use 2 of them on day 1, so that its own last to day 2.
    """
    return MedicinesCase(
        hospitals=("north", "south", "east"),
        medicines=(Medicine("heparin", waste_cost=10.0, shortage_cost=40.0),),
        lots=(
            Lot("n1", "heparin", "north", 6, 60.0),
            Lot("s1", "heparin", "south", 3, 1000.0),
            Lot("e1", "heparin", "east", 9, 2000.0),
        ),
        demand=np.array([[[1, 1, 0]], [[2, 2, 2]], [[1, 1, 1]]]),
        transit_hours=np.array([[0.0, 3, 30], [3, 0, 30], [30, 30, 0]]),
        unit_cost=np.ones((3, 3)),
        trip_cost=np.array([[0.0, 5, 90], [5, 0, 90], [90, 90, 0]]),
        cold_room=np.array([9, 9, 9]),
    )


def cold(case: MedicinesCase) -> MedicinesCase:
    """Let the medicine of the case travel in the cold."""
    return replace(case, medicines=(replace(case.medicines[0], cold=True),))


def counts(draw: st.DrawFn, *shape: int, most: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    size = int(np.prod(shape))
    return np.array(draw(st.lists(st.integers(0, most), min_size=size, max_size=size)), dtype=np.intp).reshape(shape)


@st.composite
def cases(draw: st.DrawFn, most_lots: int = 2, hospitals: int = 3) -> MedicinesCase:
    """Draw a case with few lots that may move, and perhaps one on its way."""
    places, kinds, n_days = tuple("abcdef"[:hospitals]), ("x", "y"), draw(st.integers(1, 4))
    medicines = tuple(
        Medicine(
            kind, draw(st.integers(0, 9)), draw(st.integers(0, 20)), draw(st.booleans()), draw(st.integers(0, 4)) == 4
        )
        for kind in kinds
    )
    lots = [
        Lot(
            f"l{number}",
            draw(st.sampled_from(kinds[: 1 + number % 2])),
            draw(st.sampled_from(places)),
            draw(st.integers(1, 3)),
            float(draw(st.integers(0, 130))),
            arrives_day=draw(st.integers(0, 2)) if number == most_lots else 0,
            held=draw(st.integers(0, 5)) == 5,
        )
        for number in range(draw(st.integers(0, most_lots + 1)))
    ]
    transit = counts(draw, hospitals, hospitals, most=40).astype(np.float64)
    return MedicinesCase(
        places,
        medicines,
        tuple(lots),
        counts(draw, hospitals, 2, n_days, most=2),
        np.where(transit > 35, np.inf, transit),
        counts(draw, hospitals, hospitals, most=3).astype(np.float64),
        counts(draw, hospitals, hospitals, most=draw(st.sampled_from([0, 12]))).astype(np.float64),
        counts(draw, hospitals, most=4),
        cold_hours=20.0,
        shortage_limit=counts(draw, hospitals, 2, most=8) if draw(st.integers(0, 3)) == 3 else None,
    )


def a_city(generator: np.random.Generator, n_hospitals: int, n_medicines: int, n_days: int = 14) -> MedicinesCase:
    """Make a city with 30 days on hand (parameter P98), of which some lots are old and some places run low."""
    position = generator.uniform(0.0, 45.0, (n_hospitals, 2))
    travel_min = np.hypot(*(position[:, None] - position[None]).T)
    medicines = tuple(
        Medicine(f"m{m}", float(generator.integers(5, 60)), float(generator.integers(20, 200)), m % 5 == 0, m % 7 == 3)
        for m in range(n_medicines)
    )
    mean = generator.gamma(1.0, 2.0, (n_hospitals, n_medicines))
    low, old = (generator.uniform(size=(n_hospitals, n_medicines, 2)) < 0.03 for _ in range(2))
    units = generator.poisson(mean[:, :, None] * np.where(low[:, :, :1], 2.0, 15.0), (n_hospitals, n_medicines, 2))
    days = np.where(old, generator.uniform(2, 14, old.shape), generator.uniform(300, 700, old.shape))
    lots = [
        Lot(f"{h}-{m}-{k}", f"m{m}", f"h{h}", int(units[h, m, k]), float(24 * days[h, m, k]))
        for h, m, k in np.argwhere(units > 0).tolist()
    ]
    return MedicinesCase(
        tuple(f"h{h}" for h in range(n_hospitals)),
        medicines,
        tuple(lots),
        whole_demand(np.repeat(mean[:, :, None], n_days, axis=2)),
        2 + travel_min / 60,
        0.02 * travel_min,
        10 + 0.5 * travel_min,
        np.full(n_hospitals, 40),
    )
