"""Make views of medicines for tests: by hand, or any that could be."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.contract import Lots, MedicinesDecision, MedicinesView, PharmacyFacts
from sim.units import MINUTES_PER_DAY, FloatArray

LotRow = tuple[int, int, float, float]
"""Hospital, medicine, units, and days of life."""


def a_pharmacy(n: int, price: float = 600.0, transit_min: float | FloatArray = 60.0, **facts: object) -> PharmacyFacts:
    """Return n hospitals that keep one medicine, an hour from each other; a trip costs 40."""
    return PharmacyFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n)),
        medicines=("saline",),
        kept=np.ones((n, 1), dtype=np.bool_),
        price=np.array([price]),
        cold=np.array([False]),
        controlled=np.array([False]),
        transit_min=np.broadcast_to(transit_min, (n, n)) * (1 - np.eye(n)),
        trip_cost=np.full((n, n), 40.0),
        cold_max_min=90.0,
    )


def a_stock(
    facts: PharmacyFacts,
    lots: Sequence[LotRow],
    daily_use: Sequence[Sequence[float]],
    more_in_days: float = 0.5,
    stood_days: float = 9.0,
    price: float | None = None,
    due: Sequence[LotRow] = (),
) -> MedicinesView:
    """Return a view of lots numbered 100, 101, ... in the order given; what is due comes in half a day."""
    from dataclasses import replace

    facts = facts if price is None else replace(facts, price=np.array([price]))
    return MedicinesView(
        facts=facts,
        now_min=9 * MINUTES_PER_DAY,
        known_at_min=9 * MINUTES_PER_DAY,
        lots=_lots(lots, np.arange(100, 100 + len(lots)), 0.0, stood_days),
        due=_lots(due, np.full(len(due), -1), 0.5, 0.0),
        daily_use=frozen(np.array(daily_use, dtype=float)),
        more_in_min=frozen(np.full(np.shape(daily_use), more_in_days * MINUTES_PER_DAY)),
    )


def _lots(rows: Sequence[LotRow], number: np.ndarray, in_days: float, stood_days: float) -> Lots:
    hospital, medicine, units, days = np.array(rows, dtype=float).reshape(-1, 4).T.copy()
    columns = hospital.astype(np.int64), medicine.astype(np.int64), units, days * MINUTES_PER_DAY
    rest = (np.full(len(rows), some * MINUTES_PER_DAY) for some in (in_days, stood_days))
    return Lots(*(frozen(column) for column in (number, *columns, *rest)))


def frozen(array: np.ndarray) -> np.ndarray:
    """Return the array, which nobody may write into any more."""
    array.setflags(write=False)
    return array


def moved(decision: MedicinesDecision) -> list[tuple[int, int, float]]:
    """Return lot, destination and units of every move."""
    return list(zip(decision.lot.tolist(), decision.destination.tolist(), decision.units.tolist(), strict=True))


UNITS = st.sampled_from([1.0, 2.0, 5.0, 0.4, 3.5])
DAYS = st.sampled_from([1.5, 3.0, 0.5, 6.0, 30.0, float("inf")])
USE = st.sampled_from([0.0, 0.3, 1.0, 4.0])


@st.composite
def stocks(draw: st.DrawFn) -> MedicinesView:
    """Return any view of up to four hospitals and two medicines."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(1, 2))

    def table(cells: st.SearchStrategy, *shape: int) -> np.ndarray:
        size = int(np.prod(shape))
        return frozen(np.array(draw(st.lists(cells, min_size=size, max_size=size))).reshape(shape))

    mostly = st.sampled_from([True, True, True, False])
    kept = table(mostly, n, m)
    facts = PharmacyFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n)),
        medicines=tuple(f"m{i}" for i in range(m)),
        kept=kept,
        price=table(st.sampled_from([0.0, 30.0, 600.0]), m),
        cold=table(st.booleans(), m),
        controlled=table(mostly.map(lambda yes: not yes), m),
        transit_min=table(st.sampled_from([30.0, 60.0, 100.0]), n, n),
        trip_cost=table(st.sampled_from([0.0, 40.0]), n, n),
        cold_max_min=draw(st.sampled_from([90.0, float("inf")])),
    )
    rows = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1), UNITS, DAYS).filter(lambda row: kept[row[:2]])
    some = st.lists(rows, max_size=6) if kept.any() else st.just([])
    use = np.where(kept, table(USE, n, m), 0.0).tolist()
    lots, due = draw(some), draw(some)
    return a_stock(
        facts, lots, use, draw(st.sampled_from([0.5, 3.0, float("inf")])), draw(st.sampled_from([0.5, 9.0])), due=due
    )
