"""Numbers at the door: whose stream they come from, and where they end up."""

import numpy as np
import pytest

from sim.door import Door
from sim.streams import Replication, stream

pytestmark = pytest.mark.unit

FIRST = Replication(2, 7)
ORDER = np.array([3, 0, 4, 1, 2])
DOOR = Door(FIRST, ("near", "none", "far"), (2, 0, 3), ORDER)


def of(source: str, n: int, *purpose: str) -> np.ndarray:
    return stream(FIRST, source, *purpose).random(n)


def test_patient_k_of_a_source_takes_its_kth_draw() -> None:
    whole = np.concatenate((of("near", 2, "patience"), of("far", 3, "patience")))
    assert np.array_equal(DOOR.uniform("patience"), whole[ORDER])


def test_sources_that_need_no_numbers_draw_none() -> None:
    whole = np.concatenate((np.zeros(2), of("far", 3, "phase", "ward")))
    assert np.array_equal(DOOR.uniform("phase", "ward", of=[2]), whole[ORDER])


def test_normal_numbers_fill_row_by_row() -> None:
    rows = [stream(FIRST, name, "features").standard_normal((n, 2)) for name, n in (("near", 2), ("far", 3))]
    assert np.array_equal(DOOR.normal(2, "features"), np.concatenate(rows)[ORDER])
    assert DOOR.normal(0, "features").shape == (5, 0)


def test_every_source_picks_from_codes_of_its_own() -> None:
    half = np.array([0.5, 0.5])
    options = [(np.array([7]), np.ones(1)), (np.array([1, 2]), half), (np.array([8, 9]), half)]
    whole = np.concatenate(([7, 7], 8 + (of("far", 3, "condition") >= 0.5)))
    assert np.array_equal(DOOR.picked(options, "condition"), whole[ORDER])


def test_what_a_source_says_reaches_its_patients() -> None:
    assert DOOR.of_source([10, 20, 30]).tolist() == [30, 10, 30, 10, 30]


def test_a_second_visit_draws_from_streams_of_its_own_at_the_place_of_the_first() -> None:
    again = Door(FIRST, DOOR.sources, DOOR.sizes, ORDER[[2, 3]], visit=("return",))
    assert again.uniform("acuity").tolist() == [
        of("far", 3, "return", "acuity")[2],
        of("near", 2, "return", "acuity")[1],
    ]
