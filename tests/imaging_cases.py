"""Make imaging cases for tests: one known by hand, any small one, and a whole city."""

import numpy as np
from hypothesis import strategies as st

from optimize.imaging.case import ImagingCase


def two_scanners() -> ImagingCase:
    """Three urgent and two routine requests of hospital A; scanners in A (today, and this evening if opened) and B.

    Today A has two slots, B one, 30 minutes away. The evening begins 300 minutes after the urgent are due.
    """
    return ImagingCase(
        requests=("urgent", "routine"),
        sessions=("A today", "A evening", "B today"),
        n_requests=np.array([3, 2]),
        hospital=np.array([0, 0]),
        due_min=np.array([120.0, 1440.0]),
        latest_min=np.array([np.inf, np.inf]),
        late_cost_per_min=np.array([1.0, 0.1]),
        travel_cost_per_min=np.array([1.0, 1.0]),
        postpone_cost=np.array([400.0, 50.0]),
        may_use=np.ones((2, 3), dtype=np.bool_),
        session_hospital=np.array([0, 0, 1]),
        start_min=np.array([60.0, 420.0, 60.0]),
        slots=np.array([2, 4, 1]),
        booked=np.array([0, 0, 0]),
        most_over=np.array([1, 0, 0]),
        p_no_show=np.array([0.5, 0.0, 0.0]),
        opening_cost=np.array([0.0, 90.0, 0.0]),
        overload_cost=400.0,
        travel_min=np.array([[0.0, 30.0], [30.0, 0.0]]),
        max_travel_min=45.0,
    )


@st.composite
def cases(draw: st.DrawFn) -> ImagingCase:
    """Draw up to two groups of at most three requests, and up to three sessions in two hospitals."""
    n, m = draw(st.integers(1, 2)), draw(st.integers(1, 3))

    def column(size: int, values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    opening_cost = column(m, st.sampled_from([0.0, 0.0, 15.0, 60.0]))
    return ImagingCase(
        requests=tuple("ab"[:n]),
        sessions=tuple("xyz"[:m]),
        n_requests=column(n, st.integers(0, 3)),
        hospital=column(n, st.integers(0, 1)),
        due_min=column(n, st.sampled_from([0.0, 100.0, np.inf])),
        latest_min=column(n, st.sampled_from([100.0, np.inf, np.inf])),
        late_cost_per_min=column(n, st.sampled_from([0.0, 0.1, 1.0])),
        travel_cost_per_min=column(n, st.sampled_from([0.0, 0.5])),
        postpone_cost=column(n, st.sampled_from([10.0, 30.0, 80.0, np.inf])),
        may_use=column(n * m, st.sampled_from([True, True, False])).reshape(n, m),
        session_hospital=column(m, st.integers(0, 1)),
        start_min=column(m, st.sampled_from([30.0, 90.0, 150.0])),
        slots=column(m, st.integers(0, 2)),
        booked=np.where(opening_cost > 0, 0, column(m, st.integers(0, 3))),
        most_over=column(m, st.integers(0, 2)),
        p_no_show=column(m, st.sampled_from([0.0, 0.2, 0.7, 1.0])),
        opening_cost=opening_cost,
        overload_cost=draw(st.sampled_from([20.0, 50.0])),
        travel_min=np.array([[0.0, 15.0], [25.0, 0.0]]),
        max_travel_min=draw(st.sampled_from([20.0, 45.0])),
    )


N_PERIODS = 6


def a_city(n_hospitals: int, generator: np.random.Generator) -> ImagingCase:
    """Draw a review: three urgencies in each hospital, one scanner each with three days and three evenings.

    About six new requests per hospital; days are half booked; evenings have to be opened.
    """
    n, m = 3 * n_hospitals, N_PERIODS * n_hospitals
    period, position = np.tile(np.arange(N_PERIODS), n_hospitals), generator.uniform(0.0, 45.0, (n_hospitals, 2))
    urgency, day = np.tile(np.arange(3), n_hospitals), period % 2 == 0
    slots = np.where(day, 16, 8)
    return ImagingCase(
        requests=tuple(f"requests {i}" for i in range(n)),
        sessions=tuple(f"session {i}" for i in range(m)),
        n_requests=generator.poisson(np.array([1.0, 2.0, 3.0])[urgency]),
        hospital=np.arange(n) // 3,
        due_min=np.array([240.0, 1440.0, 4320.0])[urgency],
        latest_min=np.array([1440.0, 4320.0, np.inf])[urgency],
        late_cost_per_min=np.array([0.5, 0.1, 0.02])[urgency],
        travel_cost_per_min=np.array([2.0, 1.0, 1.0])[urgency],
        postpone_cost=np.array([2000.0, 400.0, 80.0])[urgency],
        may_use=np.ones((n, m), dtype=np.bool_),
        session_hospital=np.arange(m) // N_PERIODS,
        start_min=120.0 + 720.0 * period,
        slots=slots,
        booked=np.where(day, np.minimum(generator.integers(10, 19, m), slots + 2), 0),
        most_over=np.full(m, 2),
        p_no_show=generator.uniform(0.02, 0.2, m),
        opening_cost=np.where(day, 0.0, 150.0),
        overload_cost=120.0,
        travel_min=np.hypot(*(position[:, None] - position[None]).T),
        max_travel_min=30.0,
    )


@st.composite
def queueing_cases(draw: st.DrawFn) -> ImagingCase:
    """Draw up to three hospitals whose requests differ only in when they ask, and sessions that some may have to open.

    Prices are whole, so that plans of equal cost are equally dear to the last bit.
    """
    n_hospitals, n_moments, kinds = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    moments = 60.0 * np.arange(n_moments)

    def column(size: int, values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    groups, n_sessions = n_hospitals * (1 + n_moments), n_hospitals * n_moments * kinds
    due_min = np.tile(np.concatenate(([0.0], moments)), n_hospitals)
    hospital, of = (
        np.repeat(np.arange(n_hospitals), 1 + n_moments),
        np.repeat(np.arange(n_hospitals), n_moments * kinds),
    )
    start_min = np.tile(np.repeat(moments, kinds), n_hospitals)
    late, travel, last = (column(n_hospitals, st.sampled_from(some)) for some in ((0, 1, 2), (0, 1), (90, 200, 400)))
    shares = column(n_hospitals**2, st.booleans()).reshape(n_hospitals, n_hospitals)
    opening_cost = column(n_sessions, st.sampled_from([0.0, 0.0, 40.0, 150.0]))
    return ImagingCase(
        requests=tuple(f"group {g}" for g in range(groups)),
        sessions=tuple(f"session {t}" for t in range(n_sessions)),
        n_requests=column(groups, st.integers(0, 3)),
        hospital=hospital,
        due_min=due_min,
        latest_min=np.full(groups, np.inf),
        late_cost_per_min=late[hospital].astype(float),
        travel_cost_per_min=travel[hospital].astype(float),
        postpone_cost=np.maximum(late[hospital] * (last.max() - due_min) + last[hospital], 0.0),
        may_use=shares[hospital][:, of] & (start_min >= due_min[:, None]),
        session_hospital=of,
        start_min=start_min,
        slots=column(n_sessions, st.integers(0, 3)),
        booked=np.where(opening_cost > 0, 0, column(n_sessions, st.integers(0, 2))),
        most_over=np.zeros(n_sessions, dtype=np.intp),
        p_no_show=np.zeros(n_sessions),
        opening_cost=opening_cost,
        overload_cost=0.0,
        travel_min=np.array([[0.0, 15.0, 40.0], [25.0, 0.0, 10.0], [np.inf, 30.0, 0.0]])[:n_hospitals, :n_hospitals],
        max_travel_min=draw(st.sampled_from([20.0, 45.0])),
    )
