"""Streams: one name, one row of numbers, on every machine and in every order; and the grid of exact times."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.streams import Replication, stream
from sim.units import on_grid

pytestmark = pytest.mark.unit

FIRST = Replication(0, 20261122)


def first(replication: Replication, *names: str | int) -> list[float]:
    return stream(replication, *names).random(3).tolist()


def test_first_numbers_are_those_of_all_time() -> None:
    """Results that were published can be had again only as long as these numbers stay."""
    assert first(FIRST, "zone-a", "arrivals") == [0.11591225939848093, 0.28724405255850793, 0.4358954645818621]
    assert first(Replication(7, 1), "zone-a", "duration", "ward.stay") == [
        0.36453311478999006,
        0.2917357451401297,
        0.9403602642699059,
    ]


def test_equal_names_give_equal_numbers_whatever_is_drawn_in_between() -> None:
    before = first(FIRST, "a", "b")
    first(FIRST, "c")
    assert first(FIRST, "a", "b") == before


@pytest.mark.parametrize(
    ("replication", "names"),
    [
        (Replication(1, 20261122), ("a", "b")),
        (Replication(0, 20261123), ("a", "b")),
        (Replication(1, 20261121), ("a", "b")),
        (FIRST, ("b", "a")),
        (FIRST, ("ab",)),
        (FIRST, ("a", "b", "")),
        (FIRST, ("a b",)),
        (FIRST, ()),
    ],
)
def test_other_names_seeds_and_replications_give_other_numbers(replication: Replication, names: tuple[str]) -> None:
    assert not set(first(replication, *names)) & set(first(FIRST, "a", "b"))


def test_a_number_is_a_name_like_its_word() -> None:
    assert first(FIRST, "zone", 3) == first(FIRST, "zone", "3")


def test_streams_of_purposes_and_replications_do_not_move_together() -> None:
    """Of 66 correlations over 10 000 numbers, none is beyond 4.5 standard errors."""
    rows = [stream(Replication(i, 5), "a", name).random(10_000) for i in range(3) for name in ("w", "x", "y", "z")]
    correlation = np.corrcoef(rows)[np.triu_indices(12, 1)]
    assert np.abs(correlation).max() * np.sqrt(10_000) < 4.5


@given(st.floats(0.0, 1e7))
def test_times_are_rounded_to_the_nearest_point_of_the_grid(minutes: float) -> None:
    found = float(on_grid(np.array([minutes]))[0])
    assert (found * 2**20).is_integer()
    assert abs(found - minutes) <= 2.0**-21


@given(st.lists(st.floats(0.0, 1e5), min_size=3, max_size=30))
def test_sums_of_times_on_the_grid_are_exact_in_any_order(minutes: list[float]) -> None:
    times = on_grid(np.array(minutes)).tolist()
    assert sum(times) == sum(reversed(times)) == math.fsum(times)
