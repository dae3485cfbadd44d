"""Systems behind a triage: exact answers from the scenario, what is counted in a run, and two engines."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.build import build, build_scenario
from experiments.config import vary
from experiments.exact.cases import Case, plan
from experiments.exact.one_queue import OneQueue
from experiments.exact.triaged import REAL_WAITS_MIN, classifier, triaged_waits_seen
from optimize.triage_queue import accumulating_waits, fitted_slopes
from sim.engine import Engine
from sim.faults import ScenarioError
from sim.run import simulate
from sim.streams import Replication

pytestmark = pytest.mark.unit

WAITS = {  # positive, negative, diseased, others; known independently of the project's formulas
    "E20": (9.3458, 46.7290, 13.0841, 42.9907),
    "E21": (1.6822, 48.4112, 6.3551, 43.7383),
    "E22": (0.2118, 21.6337, 2.3539, 19.4915),
}


def only(*words: str) -> Case:
    (case,) = plan(words)
    return case


@pytest.mark.parametrize("name", WAITS)
def test_the_exact_side_has_the_known_waits(name: str) -> None:
    assert list(plan([name])[0].exact.values()) == pytest.approx(WAITS[name], abs=5e-5)


def test_nobody_told_apart_waits_as_everybody() -> None:
    small, real = plan(["E19"])
    assert list(small.exact.values()) == pytest.approx([40.0, 40.0])
    assert list(real.exact.values()) == pytest.approx([56.6667] * 2, abs=5e-5)
    assert list(only("E19", "c=2", "rate=0.16").exact.values()) == pytest.approx([17.7778] * 2, abs=5e-5)


def test_a_real_triage_has_the_published_waits_of_the_critical() -> None:
    found = [round(case.exact["mean wait, diseased"], 1) for case in plan(["E20"])[1:]]
    assert found == [17.9, 15.5, 21.0, 10.2]  # nurse, nurse or model, model alone, perfect


def test_accumulating_priority_has_the_published_waits() -> None:
    exact = plan(["E23"])[1].exact
    assert (exact["mean wait, diseased"], exact["mean wait, others"]) == pytest.approx((28.235, 47.059), abs=5e-4)


def test_five_levels_are_fitted_to_real_waits() -> None:
    case = only("E24")
    scenario = build_scenario(case.cell.settings)
    queue, (pool,) = OneQueue.of(scenario), scenario.city.hospitals[0].pools
    slopes = fitted_slopes(queue.rates, 10.0, 10.0, REAL_WAITS_MIN)
    assert pool.credit_per_min == pytest.approx(slopes, abs=5e-4)
    shares = np.array(queue.rates) / queue.rate
    assert shares == pytest.approx([0.0107, 0.1013, 0.461, 0.358, 0.069], abs=1e-4)  # F01
    assert shares @ list(case.exact.values()) == pytest.approx(shares @ REAL_WAITS_MIN, abs=0.02)
    assert list(case.exact.values()) == pytest.approx([28.80, 38.20, 44.29, 44.29, 44.29], abs=0.01)
    assert list(case.published.values()) == list(REAL_WAITS_MIN)


def test_slopes_and_rates_of_five_levels_are_parameters() -> None:
    case = only("E24", "rates=[0.01,0.02,0.01,0.02,0.01]", "slopes=[9,7,5,3,1]")
    expected = accumulating_waits([0.01, 0.02, 0.01, 0.02, 0.01], 10.0, 10.0, [9, 7, 5, 3, 1])
    assert list(case.exact.values()) == pytest.approx(expected)
    with pytest.raises(ScenarioError, match="give five slopes, that of level 1 first"):
        plan(["E24", "slopes=[1,2,3,4,5]"])


def test_parameters_reach_the_nurse_and_the_pool() -> None:
    case = only("E23", "prevalence=0.3", "sensitivity=0.75", "false_positive=0", "slopes=[5,2]")
    scenario = build_scenario(case.cell.settings)
    found = classifier(scenario)
    assert (found.prevalence, found.sensitivity, found.false_positive) == pytest.approx((0.3, 0.75, 0.0))
    assert scenario.city.hospitals[0].pools[0].credit_per_min == (5.0, 2.0, 2.0, 2.0, 2.0)
    assert case.words.endswith("0.3 diseased, found 0.75, others taken for them 0")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("sensitivity=1.5", "E23.sensitivity = 1.5: give a share from 0 to 1"),
        ("prevalence=1", "E23.prevalence = 1: give a share below 1"),
        ("slopes=[1,2]", "give two slopes, that of positives first"),
        ("slopes=[1]", "give two slopes, that of positives first"),
        ("rate=0.1", "the load is 1 erlangs with 1 servers"),
    ],
)
def test_what_cannot_be_is_refused_in_words(word: str, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        plan(["E23", word])
    assert told in "\n".join(map(str, refused.value.faults))


def test_waits_are_counted_by_label_and_by_truth() -> None:
    case = only("E20", "rate=0.05")
    scenario, policies = build(case.cell.settings)
    run = simulate(scenario, policies, Replication(0, 1))
    start = scenario.horizon.warm_up_min
    few = pd.DataFrame(
        {
            "arrived": [start] * 4,
            "visit.service_started": start + np.array([1.0, 2.0, 4.0, 8.0]),
            "departed": start + np.array([11.0, 22.0, 34.0, 48.0]),
            "acuity_true": [1, 1, 2, 2],
            "acuity": [1, 2, 1, 2],
            "outcome": ["departed"] * 4,
        }
    )
    seen = triaged_waits_seen(scenario, replace(run, patients=few))
    assert list(seen.values()) == [(5.0, 2.0), (10.0, 2.0), (3.0, 2.0), (12.0, 2.0)]
    interrupted = build_scenario(plan(["E21"])[0].cell.settings)
    start = interrupted.horizon.warm_up_min
    moved = few.assign(arrived=start, departed=few["departed"] - scenario.horizon.warm_up_min + start)
    stays = triaged_waits_seen(interrupted, replace(run, patients=moved))
    assert stays["mean wait, diseased"] == (pytest.approx(11 + 22 - 2 * 10.0), 2.0)


@pytest.mark.parametrize("name", ["E19", "E20"])
def test_both_engines_tell_the_same_story(name: str) -> None:
    """The compiled engine knows neither interruptions nor accumulating priority: E21 to E23 run on stories alone."""
    cell = vary(plan([name])[0].cell, "run.weeks", 0.3)
    assert cell is not None
    runs = [simulate(*build(cell.settings), Replication(0, 3), engine) for engine in (Engine.SIMPY, Engine.COMPILED)]
    assert [run.engine for run in runs] == [Engine.SIMPY, Engine.COMPILED]
    assert runs[0].trace_hash == runs[1].trace_hash
    assert len(runs[0].patients) > 200
