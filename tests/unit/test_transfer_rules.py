"""The rules of the transfer seat, on cities small enough to decide by hand."""

import numpy as np
import pytest

from policies.transfer import NearestFree, StayPut
from policies.transfer.sharing import Sharing, open_beds
from tests.transfer_views import UNKNOWN, a_city, a_view, moves

pytestmark = pytest.mark.unit

# Hospital 0 is full; 1 is near, 2 farther, 3 out of reach within 60 minutes.
TRAVEL_MIN = [[0, 10, 20, 61], [10, 0, 15, 30], [20, 15, 0, 30], [61, 30, 30, 0]]
CITY = a_city(TRAVEL_MIN, [[20.0]] * 4)


def decided(
    rule: NearestFree, boarders: list[tuple[int, int, int, float]], free: list[float], crews: int = 9
) -> dict[int, int]:
    return moves(rule.decide(a_view(CITY, boarders, [[beds] for beds in free], crews)))


def test_stay_put_moves_nobody() -> None:
    decision = StayPut().decide(a_view(CITY, [(0, 0, 1, 999.0)], [[0.0], [20.0], [20.0], [20.0]]))
    assert (moves(decision), decision.ending) == ({}, "rule")


def test_beds_that_nobody_knows_of_are_not_open() -> None:
    city = a_city([[0, 1], [1, 0]], [[20.0, 10.0], [20.0, 10.0]])
    assert open_beds(a_view(city, [], [[4.0, 0.0], [UNKNOWN, 1.0]])).tolist() == [[4, 0], [0, 1]]


def test_no_way_leads_from_or_to_a_hospital_that_did_not_agree() -> None:
    city = a_city([[0, 1, 99], [1, 0, 60], [99, 60, 0]], [[5.0]] * 3, agreed=[True, False, True])
    everyone = a_city([[0, 1, 99], [1, 0, 60], [99, 60, 0]], [[5.0]] * 3)
    assert not Sharing().ways(city).any()
    assert np.argwhere(Sharing().ways(everyone)).tolist() == [[0, 1], [1, 0], [1, 2], [2, 1]]


def test_the_nearest_open_bed_is_taken_first_and_then_the_next() -> None:
    boarders = [(0, 0, 3, 100.0)] * 4
    assert decided(NearestFree(), boarders, [0, 1, 2, 20]) == {100: 1, 101: 2, 102: 2}


def test_acuity_comes_before_waiting_and_waiting_before_number() -> None:
    boarders = [(0, 0, 3, 300.0), (0, 0, 2, 100.0), (0, 0, 3, 400.0), (0, 0, 2, 100.0)]
    order = [decided(NearestFree(), boarders, [0, 20, 0, 0], crews) for crews in range(5)]
    assert [sorted(chosen) for chosen in order] == [[], [101], [101, 103], [101, 102, 103], [100, 101, 102, 103]]


def test_who_has_not_waited_long_enough_stays() -> None:
    boarders = [(0, 0, 1, 59.9), (0, 0, 5, 60.0)]
    assert decided(NearestFree(), boarders, [0, 20, 0, 0]) == {101: 1}
    assert decided(NearestFree(min_wait_min=0), boarders, [0, 20, 0, 0]) == {100: 1, 101: 1}


def test_a_bed_of_another_kind_is_no_bed() -> None:
    city = a_city([[0, 10], [10, 0]], [[20.0, 20.0], [20.0, 20.0]])
    view = a_view(city, [(0, 0, 3, 100.0), (0, 1, 3, 100.0)], [[0.0, 0.0], [0.0, 1.0]])
    assert moves(NearestFree().decide(view)) == {101: 1}


def test_nobody_goes_back_to_the_hospital_he_waits_at() -> None:
    assert decided(NearestFree(), [(1, 0, 3, 100.0)], [0, 20, 0, 0]) == {}


def test_equal_ways_lead_to_the_first_hospital() -> None:
    city = a_city([[0, 10, 10], [10, 0, 10], [10, 10, 0]], [[20.0]] * 3)
    view = a_view(city, [(1, 0, 3, 100.0)], [[20.0], [0.0], [20.0]])
    assert moves(NearestFree().decide(view)) == {100: 0}


def test_impossible_terms_are_all_listed() -> None:
    rule = NearestFree(max_travel_min=-1, min_wait_min=float("nan"))
    assert [fault.field for fault in rule.faults("transfer")] == ["transfer.max_travel_min", "transfer.min_wait_min"]
    assert "give a finite number, zero or more" in str(next(rule.faults("transfer")))
