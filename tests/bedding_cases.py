"""Make bedding cases for tests: one known by hand, any small one, and a whole city."""

import numpy as np
from hypothesis import strategies as st

from optimize.bedding.case import NOWHERE, BeddingCase

YES_NO = st.booleans()


def one_hospital() -> BeddingCase:
    """Four patients and four kinds of room in one hospital; specialties 0 (medicine) and 1 (surgery).

    Ada and Bob want medicine, where one empty double is left; Cid must be alone; Dan lies in intensive care,
    needs it no more, and costs 15 twice there. The surgical double holds a man already. Outliers pay 20, and
    the side room 2 for medicine and 5 for surgery.
    """
    return BeddingCase(
        patients=("Ada", "Bob", "Cid", "Dan"),
        rooms=("medical double", "surgical double", "side room", "intensive care"),
        woman=np.array([True, False, False, False]),
        isolated=np.array([False, False, True, False]),
        care_needed=np.array([0, 0, 0, 0]),
        specialty=np.array([0, 0, 0, 1]),
        hospital=np.zeros(4, dtype=np.intp),
        room=np.array([NOWHERE, NOWHERE, NOWHERE, 3]),
        stays=np.zeros(4, dtype=np.bool_),
        wait_cost=np.array([100.0, 90.0, 80.0, 0.0]),
        n_rooms=np.ones(4, dtype=np.intp),
        free=np.array([2, 1, 1, 1]),
        women=np.zeros(4, dtype=np.bool_),
        men=np.array([False, True, False, False]),
        single_sex=np.array([True, True, True, False]),
        isolation=np.array([False, False, True, True]),
        care=np.array([0, 0, 0, 2]),
        room_hospital=np.zeros(4, dtype=np.intp),
        outlier_cost=np.array([[0.0, 20.0, 2.0, 0.0], [20.0, 0.0, 5.0, 0.0]]),
        care_cost=15.0,
        move_cost=25.0,
    )


@st.composite
def cases(draw: st.DrawFn) -> BeddingCase:
    """Draw up to four patients and three kinds of room, in one or two hospitals."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 3))

    def column(size: int, values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    return BeddingCase(
        patients=tuple("abcd"[:n]),
        rooms=tuple("xyz"[:m]),
        woman=column(n, YES_NO),
        isolated=column(n, st.sampled_from([False, False, True])),
        care_needed=column(n, st.sampled_from([0, 0, 1])),
        specialty=column(n, st.integers(0, 1)),
        hospital=column(n, st.sampled_from([0, 0, 0, 1])),
        room=column(n, st.sampled_from([NOWHERE, NOWHERE, *range(m)])),
        stays=column(n, st.sampled_from([False, False, True])),
        wait_cost=column(n, st.sampled_from([7.0, 30.0, 60.0, np.inf])),
        n_rooms=column(m, st.integers(0, 2)),
        free=column(m, st.integers(0, 2)),
        women=column(m, st.sampled_from([False, False, True])),
        men=column(m, st.sampled_from([False, False, True])),
        single_sex=column(m, YES_NO),
        isolation=column(m, YES_NO),
        care=column(m, st.integers(0, 1)),
        room_hospital=column(m, st.sampled_from([0, 0, 0, 1])),
        outlier_cost=column(2 * m, st.sampled_from([0.0, 10.0, np.inf])).reshape(2, m),
        care_cost=3.0,
        move_cost=5.0,
    )


N_WARDS, N_SPECIALTIES = 6, 4


def a_city(n_hospitals: int, generator: np.random.Generator) -> BeddingCase:
    """Draw a review: per hospital about four who wait, one or two who may move, six wards, 15 kinds of room.

    Wards 0 to 3 belong to one specialty each, 4 is step-down, 5 intensive care. One in ten is isolated.
    """
    ward = np.repeat(np.tile(np.arange(N_WARDS), n_hospitals), generator.integers(1, 5, n_hospitals * N_WARDS))
    m = ward.size
    room_hospital = np.cumsum(np.diff(ward, prepend=N_WARDS) < 0) - 1
    care = np.maximum(ward - 3, 0)
    n, n_placed = int(generator.poisson(4 * n_hospitals)), int(1.5 * n_hospitals)
    room = np.concatenate((np.full(n, NOWHERE), generator.choice(np.flatnonzero(care > 0), n_placed)))
    hospital = np.where(room == NOWHERE, generator.integers(0, n_hospitals, n + n_placed), room_hospital[room])
    needs = np.where(room == NOWHERE, generator.choice(3, n + n_placed, p=[0.75, 0.15, 0.1]), 0)
    inside = generator.integers(0, 3, m)
    home = np.arange(N_SPECIALTIES)[:, None] == ward[None, :]
    return BeddingCase(
        patients=tuple(f"patient {i}" for i in range(n + n_placed)),
        rooms=tuple(f"room {i}" for i in range(m)),
        woman=generator.random(n + n_placed) < 0.5,
        isolated=(generator.random(n + n_placed) < 0.1) & (room == NOWHERE),
        care_needed=needs,
        specialty=generator.integers(0, N_SPECIALTIES, n + n_placed),
        hospital=hospital,
        room=room,
        stays=np.zeros(n + n_placed, dtype=np.bool_),
        wait_cost=generator.choice([40.0, 80.0, 160.0], n + n_placed),
        n_rooms=np.where(care > 0, 3, generator.integers(1, 3, m)),
        free=generator.integers(1, 4, m),
        women=(inside == 1) & (care == 0),
        men=(inside == 2) & (care == 0),
        single_sex=care == 0,
        isolation=generator.random(m) < 0.4,
        care=care,
        room_hospital=room_hospital,
        outlier_cost=np.where(home | (ward > 3), 0.0, 20.0),
        care_cost=15.0,
        move_cost=25.0,
    )
