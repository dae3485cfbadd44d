"""Cases of appointments: one known by hand, small ones drawn at random, and a city."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from optimize.appointments.case import UNBOOKED, AppointmentsCase


def two_clinics(**change: Any) -> AppointmentsCase:
    """Ann, Ben and Cem want one of two sessions with one slot each: near today, far tomorrow; Cem only the far one.

    A day costs 1, a minute of travel .1: near takes 10 minutes, far 30. Ann is due today, a day late costs her 9.
    To be left open costs Ann 20, Ben 6 and Cem 8. One patient may be booked beyond each slot; half do not come,
    and who finds no slot costs 16, so that the second booking adds 16 · .5 · .5 = 4.
    """
    fields: dict[str, Any] = {
        "requests": ("Ann", "Ben", "Cem"),
        "sessions": ("near", "far"),
        "day": np.array([0, 1]),
        "slots": np.array([1, 1]),
        "overbook_limit": np.array([1, 1]),
        "p_no_show": np.array([0.5, 0.5]),
        "fits": np.array([[True, True], [True, True], [False, True]]),
        "travel_min": np.tile([10.0, 30.0], (3, 1)),
        "dislike_cost": np.zeros((3, 2)),
        "due_day": np.array([0, 5, 5]),
        "must": np.zeros(3, dtype=np.bool_),
        "day_cost": np.ones(3),
        "late_cost": np.full(3, 9.0),
        "unbooked_cost": np.array([20.0, 6.0, 8.0]),
        "booked": np.full(3, UNBOOKED),
        "settled": np.zeros(3, dtype=np.bool_),
        "travel_cost_per_min": 0.1,
        "change_cost": 2.0,
        "overflow_cost": 16.0,
    }
    return AppointmentsCase(**(fields | change))


@st.composite
def cases(draw: st.DrawFn, most_requests: int = 4, sessions: int = 3) -> AppointmentsCase:
    n = draw(st.integers(0, most_requests))

    def counts(*shape: int, most: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        size = int(np.prod(shape))
        drawn = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
        return np.array(drawn, dtype=np.intp).reshape(shape)

    fits = counts(n, sessions, most=3) > 0
    booked = np.where(counts(n, most=2) == 0, counts(n, most=sessions - 1), UNBOOKED)
    fits[np.arange(n)[booked != UNBOOKED], booked[booked != UNBOOKED]] = True
    return AppointmentsCase(
        tuple(f"r{r}" for r in range(n)),
        tuple(f"s{s}" for s in range(sessions)),
        counts(sessions, most=5),
        counts(sessions, most=2),
        counts(sessions, most=2),
        counts(sessions, most=10) / 10,
        fits,
        counts(n, sessions, most=40).astype(np.float64),
        counts(n, sessions, most=5).astype(np.float64),
        counts(n, most=5),
        counts(n, most=5) == 5,
        counts(n, most=3).astype(np.float64),
        counts(n, most=9).astype(np.float64),
        counts(n, most=30).astype(np.float64),
        booked,
        (booked != UNBOOKED) & (counts(n, most=1) == 1),
        draw(st.sampled_from([0.0, 0.25])),
        draw(st.sampled_from([0.0, 4.0])),
        draw(st.sampled_from([0.0, 16.0])),
    )


def a_city(generator: np.random.Generator, n_requests: int, n_clinics: int, n_days: int) -> AppointmentsCase:
    """Make a city of 45 minutes across, with clinics of six kinds that see up to two more patients a day."""
    n_sessions, n_kinds = n_clinics * n_days, 6
    clinic, day = np.repeat(np.arange(n_clinics), n_days), np.tile(np.arange(n_days), n_clinics)
    kind = np.arange(n_clinics) % n_kinds
    homes, places = (generator.uniform(0.0, 45.0, shape) for shape in ((n_requests, 1, 2), (1, n_clinics, 2)))
    return AppointmentsCase(
        tuple(f"r{r}" for r in range(n_requests)),
        tuple(f"s{s}" for s in range(n_sessions)),
        day,
        generator.integers(0, 3, n_sessions),
        np.ones(n_sessions, dtype=np.intp),
        np.minimum(0.05 + 0.01 * day, 0.3),
        kind[clinic] == generator.integers(0, n_kinds, (n_requests, 1)),
        np.hypot(*np.moveaxis(homes - places, 2, 0))[:, clinic],
        generator.choice([0.0, 5.0], (n_requests, n_sessions)),
        generator.integers(2, 2 * n_days, n_requests),
        generator.uniform(size=n_requests) < 0.02,
        generator.uniform(0.5, 3.0, n_requests),
        generator.uniform(2.0, 20.0, n_requests),
        generator.uniform(60.0, 150.0, n_requests),
        np.full(n_requests, UNBOOKED),
        np.zeros(n_requests, dtype=np.bool_),
        0.3,
        10.0,
        60.0,
    )
