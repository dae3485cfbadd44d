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


def test_boarders_stand_by_queue_then_acuity_then_waiting_then_number() -> None:
    city = a_city([[0, 1], [1, 0]], [[4.0, 5.0], [6.0, 7.0]])
    rows = [(1, 0, 3, 50.0), (0, 1, 4, 10.0), (0, 1, 2, 5.0), (0, 1, 4, 20.0), (0, 1, 4, 20.0), (0, 0, 5, 1.0)]
    boarders = Boarders.of(a_view(city, rows, [[0, 0], [0, 0]]))
    assert boarders.patient.tolist() == [105, 102, 103, 104, 101, 100]
    assert boarders.position.tolist() == [1, 1, 2, 3, 4, 1]
    assert boarders.group.tolist() == [4, 6, 8, 8, 8, 12]
    assert boarders.n_beds.tolist() == [4, 5, 5, 5, 5, 6]
    assert boarders.group_sums(None, (2, 2))[0, 1].tolist() == [0, 1, 0, 3, 0]


def test_the_wait_at_home_is_the_position_over_the_beds_released() -> None:
    boarders = Boarders.of(a_view(PAIR, queue(3), [[0], [0]]))
    # 10 beds, each released every second day: 5 a day, one every 288 minutes.
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=88.0)
    assert balance.saved_min(boarders).tolist() == [200.0, 488.0, 776.0]


def test_the_gain_of_a_move_by_hand() -> None:
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=288.0, move_cost_min=58.0)
    decision = balance.decide(a_view(PAIR, queue(3, acuity=2), [[0], [1]]))
    # The first gains nothing by moving; the others save 288 and 576, on average 432, less 30 on the road.
    assert moves(decision) == {101: 1}
    assert (decision.ending, decision.objective) == ("optimal", 4.0 * (432 - 30) - 58)


def test_the_longest_waiting_go_first_and_fill_the_destinations_in_turn() -> None:
    city = a_city([[0, 5, 5], [5, 0, 5], [5, 5, 0]], [[10.0]] * 3)
    rows = [(0, 0, 4, 10.0), (0, 0, 4, 30.0), (0, 0, 4, 20.0), (0, 0, 4, 40.0)]
    balance = Balance(placement_min=0)
    decision = balance.decide(a_view(city, rows, [[0], [1], [2]]))
    assert decision.patient.tolist() == [103, 101, 102]
    assert sorted(decision.destination.tolist()) == [1, 2, 2]


def test_a_move_that_costs_more_than_it_saves_is_not_made() -> None:
    view = a_view(PAIR, queue(1, acuity=5), [[0], [10]])
    # 1440 / (10 x 0.5) = 288 minutes at home, 88 to arrange and 30 on the road: 170 are saved.
    balance = Balance(bed_release_per_bed_per_day=0.5, placement_min=88.0)
    assert len(replace(balance, move_cost_min=169.0).decide(view).patient) == 1
    assert len(replace(balance, move_cost_min=171.0).decide(view).patient) == 0


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
    n, beds = len(view.city.hospital_ids), view.city.establishment
    rows = sorted(range(len(view.patient)), key=lambda i: (view.acuity[i], -view.waited_min[i], view.patient[i]))
    saved: dict[int, float] = {}
    for i in rows:
        ahead = [j for j in rows[: rows.index(i) + 1] if (view.hospital[j], view.place[j]) == spot(view, i)]
        releases = max(beds[spot(view, i)], 1) * balance.bed_release_per_bed_per_day
        saved[i] = 1440 * len(ahead) / releases - balance.placement_min
    able = [i for i in rows if saved[i] > 0 and view.waited_min[i] >= balance.min_wait_min]
    mean = {i: float(np.mean([saved[j] for j in able if group(view, j) == group(view, i)])) for i in able}
    best = 0.0
    for choice in product(range(-1, n), repeat=len(able)):
        best = max(best, total_gain(balance, view, dict(zip(able, choice, strict=True)), mean))
    return best


def spot(view: TransferView, i: int) -> tuple[int, int]:
    return int(view.hospital[i]), int(view.place[i])


def group(view: TransferView, i: int) -> tuple[int, int, int]:
    return (*spot(view, i), int(view.acuity[i]))


def total_gain(balance: Balance, view: TransferView, sent: dict[int, int], saved: dict[int, float]) -> float:
    """Return the gain of sending patient row -> hospital (-1 stays), or -inf when it may not be."""
    gain, taken = 0.0, np.zeros(view.free.shape)
    for i, destination in sent.items():
        if destination < 0:
            continue
        origin, place = spot(view, i)
        travel = view.city.travel_min[origin, destination]
        agreed = view.city.agreed[origin] and view.city.agreed[destination]
        if destination == origin or not agreed or travel > balance.max_travel_min:
            return -np.inf
        taken[destination, place] += 1
        weight = balance.acuity_weight[int(view.acuity[i]) - 1]
        gain += weight * (saved[i] - travel) - balance.move_cost_min
    over = np.any(taken > np.nan_to_num(view.free)) or np.any((taken > 0) & (view.city.establishment == 0))
    return -np.inf if over or np.count_nonzero(np.array(list(sent.values())) >= 0) > view.crews_free else gain


def gain_of(balance: Balance, view: TransferView, decision: TransferDecision) -> float:
    """Value the very patients named, at the mean saving of their groups."""
    boarders = Boarders.of(view)
    saved = balance.saved_min(boarders)
    able = (saved > 0) & (boarders.waited_min >= balance.min_wait_min)
    mean = {g: saved[able & (boarders.group == g)].mean() for g in np.unique(boarders.group[able])}
    row_of = {patient: row for row, patient in enumerate(view.patient.tolist())}
    value = {row_of[p]: mean[g] for p, g in zip(boarders.patient[able], boarders.group[able], strict=True)}
    return total_gain(balance, view, {row_of[p]: d for p, d in moves(decision).items()}, value)


@given(view=cities(most_hospitals=3).flatmap(lambda city: views(city, most_boarders=5)))
@settings(max_examples=300)
def test_no_other_choice_of_moves_gains_more(view: TransferView) -> None:
    balance = Balance(max_travel_min=70, min_wait_min=30, placement_min=60, move_cost_min=50)
    decision = balance.decide(view)
    assert decision.objective == pytest.approx(best_gain(balance, view), abs=1e-6, rel=1e-9)
    assert decision.objective == pytest.approx(gain_of(balance, view, decision), abs=1e-6, rel=1e-9)


def test_impossible_settings_are_all_listed() -> None:
    balance = Balance(
        max_travel_min=-1,
        placement_min=-1,
        move_cost_min=float("inf"),
        bed_release_per_bed_per_day=0,
        acuity_weight=[1, 2],
    )
    assert [fault.field for fault in balance.faults("transfer")] == [
        "transfer.max_travel_min",
        "transfer.placement_min",
        "transfer.move_cost_min",
        "transfer.bed_release_per_bed_per_day",
        "transfer.acuity_weight",
    ]
