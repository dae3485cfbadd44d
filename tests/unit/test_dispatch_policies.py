"""Where the rule and the optimization send ambulances, by hand."""

import numpy as np
import pytest

from optimize.contract import Ending, Solved
from policies.dispatch import LeastWait, NearestOpen
from sim.contract import DispatchView
from tests.dispatch_views import a_view, some_facts

pytestmark = pytest.mark.unit

FACTS = some_facts([[10, 15, 30], [12, 6, 40]], [[0.8, 0.2, 0.0], [0.5, 0.25, 0.25]])
CALLS = [[0, 0, 2, 0, 0], [0, 0, 0, 0, 0]]
FREE, CROWDED = (10.0, 2.0, 0.0), (10.0, 10.0, 2.0)


def share(policy: NearestOpen | LeastWait, view: DispatchView) -> list[list[float]]:
    """Return the shares of acuity 3 by zone."""
    table = policy.decide(view).share
    assert table is not None
    return np.round(table[:, 2], 9).tolist()


def test_the_rule_takes_the_nearest_that_is_open() -> None:
    assert share(NearestOpen(), a_view(FACTS, CALLS, [FREE, FREE, FREE])) == [[1, 0, 0], [0, 1, 0]]
    assert share(NearestOpen(), a_view(FACTS, CALLS, [CROWDED, FREE, FREE])) == [[0, 1, 0], [0, 1, 0]]


def test_a_hospital_is_crowded_from_the_threshold_on() -> None:
    doors = [(10.0, 10.0, 1.0), FREE, FREE]
    assert share(NearestOpen(), a_view(FACTS, CALLS, doors))[0] == [0, 1, 0]
    assert share(NearestOpen(max_queue_per_space=0.11), a_view(FACTS, CALLS, doors))[0] == [1, 0, 0]


def test_where_all_near_ones_are_crowded_the_choice_stands() -> None:
    assert share(NearestOpen(), a_view(FACTS, CALLS, [CROWDED, CROWDED, FREE])) == FACTS.choice_share.tolist()


def test_the_most_urgent_go_to_the_nearest_however_crowded() -> None:
    table = NearestOpen(nearest_acuity=2).decide(a_view(FACTS, CALLS, [CROWDED, FREE, FREE])).share
    assert table is not None
    assert table[0, :, 0].tolist() == [1, 1, 0, 0, 0]


def test_without_agreement_a_hospital_keeps_its_share() -> None:
    facts = some_facts(FACTS.travel_min.tolist(), FACTS.choice_share.tolist(), [True, False, True])
    doors = [FREE, (np.nan,) * 3, FREE]
    assert share(NearestOpen(), a_view(facts, CALLS, doors)) == [[0.8, 0.2, 0], [0.75, 0.25, 0]]


def test_the_optimization_weighs_the_line_against_the_road() -> None:
    """Two calls of acuity 3: by choice 1.6 go to h0, 0.4 to h1. At h0 one space is free, the next takes 10 minutes.

    The first in line at h0 waits .5 x 10 = 5 minutes; h1 is 5 minutes farther, which counts 3 x. So it pays 2 minutes
    to divert the .4 to h0. With 4 in line there already, the wait of 45 minutes is worth the 17 of a diversion to h1.
    """
    policy = LeastWait(stay_min=100.0, divert_min=2.0, most_diverted_share=1.0)
    calm = a_view(FACTS, CALLS, [(10.0, 9.0, 0.0), FREE, FREE])
    assert share(policy, calm)[0] == [1.0, 0.0, 0.0]
    crowded = a_view(FACTS, CALLS, [(10.0, 10.0, 4.0), FREE, FREE])
    assert share(policy, crowded) == [[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]]
    decision = policy.decide(crowded)
    assert (decision.ending, decision.gap) == (Ending.OPTIMAL, 0.0)
    assert decision.objective == pytest.approx(2 * 3 * 15 + 1.6 * 2)


def test_those_on_the_way_stand_in_line_already() -> None:
    policy = LeastWait(stay_min=100.0, divert_min=2.0, most_diverted_share=1.0)
    free = [(10.0, 8.0, 0.0), FREE, FREE]
    assert share(policy, a_view(FACTS, CALLS, free, [0, 0, 0]))[0] == [1.0, 0.0, 0.0]
    assert share(policy, a_view(FACTS, CALLS, free, [5, 0, 0]))[0] == [0.0, 1.0, 0.0]


def test_no_more_are_diverted_than_allowed_and_the_price_is_told() -> None:
    policy = LeastWait(stay_min=100.0, divert_min=2.0, most_diverted_share=0.25)
    decision = policy.decide(a_view(FACTS, CALLS, [(10.0, 10.0, 4.0), FREE, FREE]))
    assert decision.share is not None
    assert np.round(decision.share[0, 2], 9).tolist() == [0.55, 0.45, 0.0]
    told = dict(decision.binding)
    assert told["0.5 patients may be brought elsewhere"] == pytest.approx(55.0 - 15.0 - 2.0)
    assert told["h0 has 0 spaces free"] == pytest.approx(55.0)


def test_without_calls_or_knowledge_nothing_is_decided() -> None:
    assert LeastWait().decide(a_view(FACTS, np.zeros((2, 5)).tolist(), [FREE] * 3)).share is None
    assert LeastWait().decide(a_view(FACTS, CALLS, [(np.nan,) * 3] * 3)).share is None


def test_the_rule_decides_when_the_solver_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    view = a_view(FACTS, CALLS, [CROWDED, FREE, FREE])
    unsolved = Solved(Ending.NO_ANSWER, None, None, None, 0.5), np.full(3, np.nan), np.nan
    monkeypatch.setattr("optimize.dispatch.planner.DispatchPlanner.plan", lambda *_: unsolved)
    decision = LeastWait().decide(view)
    assert (decision.ending, decision.seconds) == ("rule after no_answer", 0.5)
    assert decision.share is not None
    assert np.array_equal(decision.share, NearestOpen().decide(view).share)  # type: ignore[arg-type]
