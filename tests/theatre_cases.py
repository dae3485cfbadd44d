"""Make theatre cases for tests: one known by hand, any small one, and a whole city."""

import numpy as np
from hypothesis import strategies as st

from optimize.theatre.case import TheatreCase

ONE_SD = 0.15865525393145707
"""Probability that a normal variable lies more than one standard deviation above its mean."""


def one_theatre() -> TheatreCase:
    """One theatre on two days of 300 minutes; four hips of Dr. A (100 minutes, deviation 30), one heart of Dr. B.

    One standard deviation must stay free: two hips need 200 + 42, three 300 + 52. The heart (200 minutes,
    deviation 40) is due today and needs intensive care for two days, where one bed is free on each.
    """
    return TheatreCase(
        cases=("hip", "heart"),
        sessions=("today", "tomorrow"),
        surgeons=("Dr. A", "Dr. B"),
        n_cases=np.array([4, 1]),
        surgeon=np.array([0, 1]),
        mean_min=np.array([100.0, 200.0]),
        sd_min=np.array([30.0, 40.0]),
        due_day=np.array([1, 0]),
        late_cost_per_day=np.array([5.0, 30.0]),
        postpone_cost=np.array([20.0, 200.0]),
        may_use=np.ones((2, 2), dtype=np.bool_),
        hospital=np.array([0, 0]),
        day=np.array([0, 1]),
        minutes=np.array([300.0, 300.0]),
        p_overrun=ONE_SD,
        surgeon_min=np.array([[480.0, 480.0], [480.0, 480.0]]),
        stay=np.array([[[1.0, 0.5], [0, 0]], [[0, 0.5], [1, 1]]]),
        free_beds=np.array([[[9.0, 9.0], [1.0, 1.0]]]),
        bed_cost=np.array([10.0, np.inf]),
    )


@st.composite
def cases(draw: st.DrawFn) -> TheatreCase:
    """Draw up to three groups of at most two cases and three sessions of one or two hospitals on two days."""
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def column(size: int, values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    return TheatreCase(
        cases=tuple("abc"[:n]),
        sessions=tuple("xyz"[:m]),
        surgeons=("Dr. A", "Dr. B"),
        n_cases=column(n, st.integers(0, 2)),
        surgeon=column(n, st.integers(0, 1)),
        mean_min=column(n, st.sampled_from([60.0, 90.0, 150.0])),
        sd_min=column(n, st.sampled_from([0.0, 20.0, 50.0])),
        due_day=column(n, st.integers(0, 1)),
        late_cost_per_day=column(n, st.sampled_from([0.0, 5.0])),
        postpone_cost=column(n, st.sampled_from([10.0, 25.0, 40.0, np.inf])),
        may_use=column(n * m, st.sampled_from([True, True, True, False])).reshape(n, m),
        hospital=column(m, st.integers(0, 1)),
        day=column(m, st.integers(0, 1)),
        minutes=column(m, st.sampled_from([120.0, 200.0, 300.0])),
        p_overrun=draw(st.sampled_from([0.5, 0.3, 0.1])),
        surgeon_min=column(4, st.sampled_from([100.0, 240.0, np.inf])).reshape(2, 2),
        stay=column(n * 4, st.sampled_from([0.0, 0.5, 1.0])).reshape(n, 2, 2),
        free_beds=column(8, st.integers(0, 3)).astype(float).reshape(2, 2, 2),
        bed_cost=column(2, st.sampled_from([0.0, 8.0, np.inf])),
    )


N_GROUPS, N_THEATRES, N_DAYS, N_LAGS = 12, 4, 2, 3


def a_city(n_hospitals: int, generator: np.random.Generator) -> TheatreCase:
    """Draw a review: per hospital four theatres on two days, six surgeons, twelve groups with about 24 cases."""
    n, m = N_GROUPS * n_hospitals, N_THEATRES * N_DAYS * n_hospitals
    of_case, of_session = np.arange(n) // N_GROUPS, np.arange(m) // (N_THEATRES * N_DAYS)
    mean_min = generator.choice([60.0, 90.0, 120.0, 180.0, 240.0], n)
    leaving = np.cumprod(generator.uniform(0.4, 0.9, (n, N_LAGS)), axis=1)
    intensive = (generator.random(n) < 0.2)[:, None] * np.array([1.0, 0.4, 0.0])
    return TheatreCase(
        cases=tuple(f"cases {i}" for i in range(n)),
        sessions=tuple(f"session {i}" for i in range(m)),
        surgeons=tuple(f"surgeon {i}" for i in range(n // 2)),
        n_cases=generator.poisson(2.0, n),
        surgeon=np.arange(n) // 2,
        mean_min=mean_min,
        sd_min=mean_min * generator.uniform(0.15, 0.35, n),
        due_day=generator.integers(-3, 4, n),
        late_cost_per_day=generator.choice([10.0, 30.0], n),
        postpone_cost=generator.choice([60.0, 100.0, 180.0], n) * (mean_min / 120.0),
        may_use=(of_case[:, None] == of_session) & (generator.random((n, m)) < 0.6),
        hospital=of_session,
        day=np.tile(np.repeat(np.arange(N_DAYS), N_THEATRES), n_hospitals),
        minutes=np.full(m, 480.0),
        p_overrun=0.2,
        surgeon_min=np.full((n // 2, N_DAYS + N_LAGS), 480.0),
        stay=np.stack((leaving * (1 - intensive), intensive), axis=1),
        free_beds=generator.integers(1, 14, (n_hospitals, 2, N_DAYS + N_LAGS)).astype(float)
        / np.array([1, 5])[:, None],
        bed_cost=np.array([40.0, 300.0]),
    )
