"""Build what a dispatch policy sees: by hand, and by chance."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from sim.contract import DispatchFacts, DispatchView


def some_facts(
    travel_min: Sequence[Sequence[float]], choice_share: Sequence[Sequence[float]], agreed: Sequence[bool] | None = None
) -> DispatchFacts:
    """Return facts of as many zones and hospitals as the tables have rows and columns."""
    n_zones, n_hospitals = np.shape(travel_min)
    return DispatchFacts(
        zone_ids=tuple(f"z{z}" for z in range(n_zones)),
        hospital_ids=tuple(f"h{h}" for h in range(n_hospitals)),
        travel_min=np.array(travel_min, dtype=float),
        choice_share=np.array(choice_share, dtype=float),
        agreed=np.array([True] * n_hospitals if agreed is None else agreed),
    )


def a_view(
    facts: DispatchFacts,
    calls: Sequence[Sequence[float]],
    doors: Sequence[tuple[float, float, float]],
    on_way: Sequence[int] | None = None,
) -> DispatchView:
    """Return a view; `doors` holds spaces, busy and waiting of each hospital."""
    spaces, busy, waiting = np.array(doors, dtype=float).reshape(-1, 3).T
    nobody = [0] * len(facts.hospital_ids)
    way = np.array(nobody if on_way is None else on_way)
    return DispatchView(facts, 60.0, 60.0, np.array(calls, dtype=float), way, spaces, busy, waiting)


@st.composite
def views(draw: st.DrawFn) -> DispatchView:
    """Draw any view of up to four zones and hospitals; some hospitals are unknown, some do not take part."""
    z, h = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 100_000)))
    choice = random.integers(0, 4, (z, h)) + np.eye(z, h) + (np.arange(h) == 0)
    choice /= choice.sum(axis=1, keepdims=True)
    facts = some_facts(random.integers(1, 40, (z, h)).tolist(), choice.tolist(), (random.random(h) < 0.8).tolist())
    calls = random.integers(0, 4, (z, 5)) * random.integers(0, 2, (z, 5)) / 2
    doors = random.integers((1, 0, 0), (9, 9, 5), (h, 3)).astype(float)
    doors[(random.random(h) < 0.2) | ~facts.agreed] = np.nan
    return a_view(facts, calls.tolist(), doors.tolist(), random.integers(0, 3, h).tolist())
