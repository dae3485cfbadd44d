"""Build questions of where ambulances bring their patients: one by hand, and many by chance."""

import numpy as np
from hypothesis import strategies as st

from optimize.dispatch.case import DispatchCase


def two_zones(**changed: object) -> DispatchCase:
    """Return three calls of a hill near the north and one of a lake near the south; each place in line costs 20 min."""
    numbers: dict[str, object] = {
        "groups": ("hill", "lake"),
        "hospitals": ("north", "south"),
        "calls": np.array([3.0, 1.0]),
        "own": np.array([[3.0, 0.0], [0.0, 1.0]]),
        "ways": np.array([[True, True], [False, True]]),
        "road_min": np.array([[10.0, 25.0], [30.0, 5.0]]),
        "places": np.array([[1.0, 1.0, 1.0, np.inf], [2.0, 1.0, 1.0, np.inf]]),
        "wait_min": np.array([[0.0, 20.0, 40.0, 60.0], [0.0, 20.0, 40.0, 60.0]]),
        "divert_min": 2.0,
    }
    return DispatchCase(**(numbers | changed))  # type: ignore[arg-type]


@st.composite
def cases(draw: st.DrawFn) -> DispatchCase:
    """Draw any question with up to three groups and hospitals."""
    g, h, k = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(2, 4))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    own = random.integers(0, 4, (g, h)) * 0.5
    places = random.integers(0, 3, (h, k)).astype(float)
    places[:, -1] = np.inf
    return DispatchCase(
        groups=tuple(f"group {i}" for i in range(g)),
        hospitals=tuple(f"hospital {i}" for i in range(h)),
        calls=own.sum(axis=1),
        own=own,
        ways=random.random((g, h)) < 0.7,
        road_min=random.integers(0, 40, (g, h)).astype(float),
        places=places,
        wait_min=np.cumsum(random.integers(0, 30, (h, k)), axis=1).astype(float),
        divert_min=float(random.integers(0, 10)),
        most_diverted=draw(st.sampled_from([0.0, 0.5, 2.0, np.inf])),
    )
