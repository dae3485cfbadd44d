"""The optimized member of the transfer seat: its estimate, its optimum, and what it does without an answer."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from optimize.contract import Ending, Solved
from optimize.transfer_planner import TransferPlanner
from policies.transfer import Balance, NearestFree
from policies.transfer.boarders import Boarders
from sim.contract import TransferDecision, TransferView
from tests.transfer_views import a_city, a_view, cities, moves, views

pytestmark = pytest.mark.unit

PAIR = a_city([[0, 30], [30, 0]], [[10.0], [10.0]])


def queue(n: int, acuity: int = 3) -> list[tuple[int, int, int, float]]:
    """Return n boarders at hospital 0, the first waiting longest."""
    return [(0, 0, acuity, 1000.0 - i) for i in range(n)]


def test_boarders_stand_queue_by_queue_in_the_order_of_the_view() -> None:
    city = a_city([[0, 1], [1, 0]], [[4.0, 5.0], [6.0, 7.0]])
    rows = [(1, 0, 3, 50.0), (0, 1, 4, 20.0), (0, 1, 2, 5.0), (0, 1, 4, 10.0), (0, 0, 5, 1.0)]
    boarders = Boarders.of(a_view(city, rows, [[0, 0], [0, 0]]))
    assert boarders.patient.tolist() == [104, 101, 102, 103, 100]
    assert boarders.position.tolist() == [1, 1, 2, 3, 1]
    assert boarders.queue.tolist() == [0, 1, 1, 1, 2]
    assert boarders.group.tolist() == [4, 8, 6, 8, 12]
    assert boarders.group_sums(None, (2, 2))[0, 1].tolist() == [0, 1, 0, 2, 0]
    assert boarders.sum_behind(np.array([1.0, 2.0, 4.0, 8.0, 16.0])).tolist() == [0, 12, 8, 0, 0]


def test_beds_are_released_one_by_one_at_the_rate_of_their_place() -> None:
    city = a_city([[0, 1], [1, 0]], [[10.0, 5.0], [20.0, 0.0]])
    # 10 beds, each released every second day: 5 a day, one every 288 minutes. Without beds as if there were one.
    interval_min = Balance(bed_release_per_bed_per_day=0.5).bed_interval_min(city)
    assert interval_min.tolist() == [[288.0, 576.0], [144.0, 2880.0]]
    by_place = Balance(bed_release_per_bed_per_day=0.5, bed_release_by_place={"place1": 2.0})
    assert by_place.bed_interval_min(city).tolist() == [[288.0, 144.0], [144.0, 720.0]]


@pytest.mark.parametrize(
    ("acuity", "relief"),
    [
        # Weights 4, 4, 2: without the first 4 x 1 + 4 + 2 intervals, the second 4 x 2 + 2, the third 2 x 3.
        ([2, 2, 4], [10, 10, 6]),
        ([4, 2, 2], [10, 12, 12]),
        ([2, 4, 2], [10, 8, 12]),
    ],
)
def test_a_queue_is_relieved_of_the_wait_of_who_goes_and_of_a_step_of_all_behind(
    acuity: list[int], relief: list[int]
) -> None:
    boarders = Boarders.of(a_view(PAIR, [(0, 0, one, 9.0) for one in acuity], [[0], [0]]))
    assert Balance().relief_min(boarders, np.full(3, 288.0)).tolist() == [288.0 * steps for steps in relief]


def test_the_gain_of_a_move_by_hand() -> None:
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=288.0, move_cost_min=58.0)
    decision = balance.decide(a_view(PAIR, queue(3, acuity=2), [[0], [1]]))
    # The first would be in a bed as soon at home. The second waits 2 x 288 and the one behind gains 288, all of
    # weight 4; being moved takes 288 and 30 on the road.
    assert moves(decision) == {101: 1}
    assert (decision.ending, decision.objective) == ("optimal", 4.0 * (2 * 288 + 288 - 288 - 30) - 58)


def test_the_own_region_is_filled_first() -> None:
    """Two boarders are worth moving, and the far hospital has beds for both; the near one has a single bed."""
    city = a_city([[0, 50, 10], [50, 0, 50], [10, 50, 0]], [[10.0], [10.0], [10.0]])
    view = a_view(city, queue(4, acuity=2), [[0], [2], [1]])
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=288.0)
    near_first = replace(balance, region_min=20.0).decide(view)
    assert sorted(moves(near_first).values()) == [1, 1, 2]
    alone = replace(balance, region_min=20.0).decide(a_view(city, queue(4, acuity=2), [[0], [0], [1]]))
    assert sorted(moves(alone).values()) == [2]
    everywhere = balance.decide(view)
    assert near_first.objective <= everywhere.objective
    assert replace(balance, region_min=60.0).decide(view).objective == everywhere.objective
    assert replace(balance, region_min=20.0, max_travel_min=20.0).decide(view).objective == alone.objective


def test_those_behind_make_a_move_worth_its_price() -> None:
    view = a_view(PAIR, [(0, 0, 4, 99.0), *[(0, 0, 5, 50.0)] * 3], [[0], [1]])
    # The first saves 2 x (288 - 88 - 30) = 340 weighted minutes, the three behind 288 each.
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=88.0)
    assert moves(replace(balance, move_cost_min=340 + 3 * 288 - 1.0).decide(view)) == {100: 1}
    assert moves(replace(balance, move_cost_min=340 + 3 * 288 + 1.0).decide(view)) == {}


def test_nobody_goes_for_the_sake_of_others_alone() -> None:
    balance = Balance(bed_release_per_bed_per_day=0.5, move_cost_min=0.0)
    view = a_view(PAIR, [(0, 0, 2, 99.0), *[(0, 0, 5, 50.0)] * 3], [[0], [9]])
    assert 100 in moves(replace(balance, placement_min=287.0).decide(view))
    assert 100 not in moves(replace(balance, placement_min=288.0).decide(view))


def test_a_move_that_costs_more_than_it_saves_is_not_made() -> None:
    view = a_view(PAIR, queue(1, acuity=5), [[0], [10]])
    # 1440 / (10 x 0.5) = 288 minutes at home, 88 to arrange and 30 on the road: 170 are saved.
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=88.0)
    assert len(replace(balance, move_cost_min=169.0).decide(view).patient) == 1
    assert len(replace(balance, move_cost_min=171.0).decide(view).patient) == 0


def test_the_longest_waiting_go_first_and_fill_the_destinations_in_turn() -> None:
    city = a_city([[0, 5, 5], [5, 0, 5], [5, 5, 0]], [[10.0]] * 3)
    rows = [(0, 0, 4, 40.0), (0, 0, 5, 35.0), (0, 0, 4, 30.0), (0, 0, 4, 20.0), (0, 0, 4, 10.0)]
    balance = Balance(placement_min=0)
    decision = balance.decide(a_view(city, rows, [[0], [1], [2]]))
    assert decision.patient.tolist() == [100, 102, 103]
    assert sorted(decision.destination.tolist()) == [1, 2, 2]


def test_nobody_to_move_is_an_optimum() -> None:
    decision = Balance().decide(a_view(PAIR, [], [[0], [10]]))
    assert (moves(decision), decision.ending, decision.objective, decision.seconds) == ({}, "optimal", 0.0, 0.0)


def test_the_model_is_compiled_once_for_a_city_and_again_for_another() -> None:
    balance = Balance()
    view = a_view(PAIR, queue(9), [[0], [9]])
    balance.decide(view)
    first = balance.planned
    balance.decide(a_view(PAIR, queue(8), [[0], [3]]))
    assert balance.planned is first
    balance.decide(a_view(a_city([[0, 5], [5, 0]], [[9.0], [0.0]]), queue(9), [[0], [0]]))
    assert balance.planned is not first


def test_without_an_answer_the_rule_decides_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    silence: Solved[None] = Solved(Ending.NO_ANSWER, None, None, None, seconds=0.25)
    monkeypatch.setattr(TransferPlanner, "plan", lambda self, case: silence)
    view = a_view(PAIR, queue(5), [[0], [2]])
    # Of the three who have waited long enough two find an open bed.
    terms = (31.0, 998.0)
    decision = Balance(*terms).decide(view)
    assert moves(decision) == moves(NearestFree(*terms).decide(view)) == {100: 1, 101: 1}
    assert (decision.ending, decision.objective, decision.seconds) == ("rule after no_answer", 0.0, 0.25)


def best_gain(balance: Balance, view: TransferView) -> float:
    """Try every way to send every boarder, with the formula of the docstring written out for one patient at a time."""
    rows = range(len(view.patient))
    able = [i for i in rows if may_move(balance, view, i)]
    choices = product(range(-1, len(view.city.hospital_ids)), repeat=len(able))
    return max(total_gain(balance, view, dict(zip(able, choice, strict=True))) for choice in choices)


def may_move(balance: Balance, view: TransferView, i: int) -> bool:
    wait_min = place_in_queue(view, i) * interval_min(balance, view, i)
    return bool(wait_min > balance.placement_min and view.waited_min[i] >= balance.min_wait_min)


def spot(view: TransferView, i: int) -> tuple[int, int]:
    return int(view.hospital[i]), int(view.place[i])


def queue_of(view: TransferView, i: int) -> list[int]:
    """Return the rows of all who wait where row i does, in the order of the view."""
    return [j for j in range(len(view.patient)) if spot(view, j) == spot(view, i)]


def place_in_queue(view: TransferView, i: int) -> int:
    return 1 + queue_of(view, i).index(i)


def interval_min(balance: Balance, view: TransferView, i: int) -> float:
    code = view.city.place_codes[view.place[i]]
    rate = balance.bed_release_by_place.get(code, balance.bed_release_per_bed_per_day)
    return 1440 / (max(float(view.city.establishment[spot(view, i)]), 1.0) * rate)


def weight(balance: Balance, view: TransferView, i: int) -> float:
    return balance.acuity_weight[int(view.acuity[i]) - 1]


def mean_relief(balance: Balance, view: TransferView, i: int) -> float:
    """Return the mean relief of all of the group who may move."""
    alike = [j for j in queue_of(view, i) if view.acuity[j] == view.acuity[i] and may_move(balance, view, j)]
    return float(np.mean([relief(balance, view, j) for j in alike]))


def relief(balance: Balance, view: TransferView, i: int) -> float:
    place = place_in_queue(view, i)
    behind = sum(weight(balance, view, j) for j in queue_of(view, i)[place:])
    return interval_min(balance, view, i) * (weight(balance, view, i) * place + behind)


def price(balance: Balance, view: TransferView, i: int, destination: int) -> float:
    """Return the weighted minutes that being moved takes, and the price of a move."""
    travel = view.city.travel_min[view.hospital[i], destination]
    return float(weight(balance, view, i) * (balance.placement_min + travel) + balance.move_cost_min)


def total_gain(balance: Balance, view: TransferView, sent: dict[int, int]) -> float:
    """Return the gain of sending patient row -> hospital (-1 stays), or -inf when it may not be."""
    gain, taken = 0.0, np.zeros(view.free.shape)
    sent = {i: destination for i, destination in sent.items() if destination >= 0}
    for i, destination in sent.items():
        origin, place = spot(view, i)
        agreed = view.city.agreed[origin] and view.city.agreed[destination]
        if destination == origin or not agreed or view.city.travel_min[origin, destination] > balance.max_travel_min:
            return -np.inf
        taken[destination, place] += 1
        gain += mean_relief(balance, view, i) - price(balance, view, i, destination)
    over = np.any(taken > np.nan_to_num(view.free)) or np.any((taken > 0) & (view.city.establishment == 0))
    return -np.inf if over or len(sent) > view.crews_free else gain


def sent_rows(view: TransferView, decision: TransferDecision) -> dict[int, int]:
    row_of = {patient: row for row, patient in enumerate(view.patient.tolist())}
    return {row_of[patient]: destination for patient, destination in moves(decision).items()}


small_views = cities(most_hospitals=3).flatmap(lambda city: views(city, most_boarders=5))
TERMS = Balance(
    max_travel_min=70, min_wait_min=30, bed_release_by_place={"place1": 0.4}, placement_min=60, move_cost_min=50
)


@given(view=small_views)
@settings(max_examples=300)
def test_no_other_choice_of_moves_gains_more(view: TransferView) -> None:
    decision = replace(TERMS).decide(view)
    assert decision.objective == pytest.approx(best_gain(TERMS, view), abs=1e-6, rel=1e-9)
    gain = total_gain(TERMS, view, sent_rows(view, decision))
    assert decision.objective == pytest.approx(gain, abs=1e-6, rel=1e-9)


def waiting_min(balance: Balance, view: TransferView, staying: list[int]) -> float:
    """Return the weighted minutes that all who stay wait at home."""
    total = 0.0
    for i in staying:
        place = 1 + [j for j in queue_of(view, i) if j in staying].index(i)
        total += weight(balance, view, i) * place * interval_min(balance, view, i)
    return total


def by_acuity(view: TransferView) -> TransferView:
    """Return the view of beds that go by acuity and then by waiting."""
    order = np.lexsort((-view.waited_min, view.acuity))
    columns = ("patient", "hospital", "place", "acuity", "waited_min")
    return replace(view, **{column: getattr(view, column)[order] for column in columns})


@given(view=cities(most_hospitals=3).flatmap(lambda city: views(city, most_boarders=9)).map(by_acuity))
@settings(max_examples=200)
def test_the_gain_is_what_is_saved_and_a_step_for_each_pair_of_one_queue(view: TransferView) -> None:
    """One move is worth exactly the fall in weighted waiting less its price; of pairs the one behind counts twice."""
    decision = replace(TERMS).decide(view)
    sent, everyone = sent_rows(view, decision), list(range(len(view.patient)))
    staying = [i for i in everyone if i not in sent]
    saved = waiting_min(TERMS, view, everyone) - waiting_min(TERMS, view, staying)
    saved -= sum(price(TERMS, view, i, destination) for i, destination in sent.items())
    pairs = [(i, j) for i, j in product(sent, sent) if i in queue_of(view, j)[: place_in_queue(view, j) - 1]]
    twice = sum(weight(TERMS, view, j) * interval_min(TERMS, view, j) for _, j in pairs)
    assert decision.objective == pytest.approx(saved + twice, abs=1e-6, rel=1e-9)


def test_a_rate_for_a_place_that_nobody_is_moved_to_is_a_fault() -> None:
    balance = Balance(bed_release_by_place={"place0": 0.2, "icu": 0.3})
    (fault,) = balance.city_faults(PAIR, "transfer")
    assert fault[:2] == ("transfer.bed_release_by_place.icu", 0.3)
    assert "use place0" in fault.mend


def test_impossible_settings_are_all_listed() -> None:
    balance = Balance(
        max_travel_min=-1,
        placement_min=-1,
        move_cost_min=float("inf"),
        bed_release_per_bed_per_day=0,
        bed_release_by_place={"icu_bed": -1.0},
        acuity_weight=[1, 2],
    )
    assert [fault.field for fault in balance.faults("transfer")] == [
        "transfer.max_travel_min",
        "transfer.placement_min",
        "transfer.move_cost_min",
        "transfer.bed_release_per_bed_per_day",
        "transfer.bed_release_by_place.icu_bed",
        "transfer.acuity_weight",
    ]
