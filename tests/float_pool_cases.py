"""Make float pool cases for tests: one known by hand, any small one, and a whole city."""

import numpy as np
from hypothesis import strategies as st

from optimize.float_pool.case import FloatPoolCase


def two_hospitals() -> FloatPoolCase:
    """Three posts of nurses: intensive care (ICU) in A lacks two, one of them below safe; wards in A and B have spare.

    Two nurses of ward A and two of ward B may work in intensive care; B is 20 minutes away, at 1 a minute.
    """
    return FloatPoolCase(
        posts=("ICU A", "ward A", "ward B"),
        groups=("A nurses", "B nurses"),
        hospital=np.array([0, 0, 1]),
        on_duty=np.array([2, 5, 6]),
        needed=np.array([4, 5, 5]),
        safe=np.array([3, 4, 4]),
        short_cost=np.array([100.0, 80.0, 80.0]),
        unsafe_cost=np.array([500.0, 400.0, 400.0]),
        over_cost=np.array([1.0, 1.0, 1.0]),
        home=np.array([1, 2]),
        n_people=np.array([2, 2]),
        may_fill=np.array([[True, False, False], [True, False, False]]),
        minutes_left=np.array([720.0, 720.0]),
        premium_cost=np.array([10.0, 10.0]),
        travel_min=np.array([[0.0, 20.0], [20.0, 0.0]]),
        shift_min=480.0,
        max_travel_min=45.0,
        travel_cost_per_min=1.0,
    )


@st.composite
def cases(draw: st.DrawFn) -> FloatPoolCase:
    """Draw two hospitals of up to four posts with up to three groups of at most two people."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(1, 3))

    def column(size: int, values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    safe, short_cost = column(n, st.integers(0, 3)), column(n, st.sampled_from([20.0, 45.0, 70.0]))
    return FloatPoolCase(
        posts=tuple("uvwx"[:n]),
        groups=tuple("abc"[:m]),
        hospital=column(n, st.integers(0, 1)),
        on_duty=column(n, st.integers(0, 4)),
        needed=safe + column(n, st.integers(0, 2)),
        safe=safe,
        short_cost=short_cost,
        unsafe_cost=short_cost + column(n, st.sampled_from([0.0, 50.0, np.inf])),
        over_cost=column(n, st.sampled_from([0.0, 3.0])),
        home=column(m, st.integers(0, n - 1)),
        n_people=column(m, st.integers(0, 2)),
        may_fill=column(m * n, st.sampled_from([True, True, False])).reshape(m, n),
        minutes_left=column(m, st.sampled_from([600.0, 500.0, 300.0])),
        premium_cost=column(m, st.sampled_from([5.0, 15.0])),
        travel_min=np.array([[0.0, 15.0], [25.0, 0.0]]),
        shift_min=480.0,
        max_travel_min=draw(st.sampled_from([20.0, 45.0])),
        travel_cost_per_min=0.5,
    )


N_UNITS = 6


def a_city(n_hospitals: int, generator: np.random.Generator) -> FloatPoolCase:
    """Draw a shift: six posts per hospital, two groups of people per post, half with credentials for two units."""
    n, home = n_hospitals * N_UNITS, np.repeat(np.arange(n_hospitals * N_UNITS), 2)
    needed = generator.integers(4, 15, n)
    safe = np.floor(needed * 0.8).astype(int)
    unit, second = np.arange(n) % N_UNITS, generator.integers(0, N_UNITS, home.size)
    position = generator.uniform(0.0, 45.0, (n_hospitals, 2))
    both = np.tile([False, True], n)
    return FloatPoolCase(
        posts=tuple(f"post {i}" for i in range(n)),
        groups=tuple(f"group {i}" for i in range(home.size)),
        hospital=np.arange(n) // N_UNITS,
        on_duty=np.maximum(needed + generator.integers(-4, 4, n), 0),
        needed=needed,
        safe=safe,
        short_cost=generator.choice([100.0, 150.0], n),
        unsafe_cost=generator.choice([400.0, 600.0], n),
        over_cost=np.ones(n),
        home=home,
        n_people=generator.integers(1, 4, home.size),
        may_fill=(unit[home][:, None] == unit) | (both[:, None] & (second[:, None] == unit)),
        minutes_left=generator.choice([480.0, 540.0, 720.0], home.size),
        premium_cost=generator.choice([20.0, 40.0], home.size),
        travel_min=np.hypot(*(position[:, None] - position[None]).T),
        shift_min=480.0,
        max_travel_min=45.0,
        travel_cost_per_min=0.5,
    )
