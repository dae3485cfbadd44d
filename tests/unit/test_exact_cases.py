"""Cases of `citycare exact`: exact answers from the scenario, parameters of the command line, and what is refused."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

import conf
from experiments.build import build_scenario
from experiments.exact.cases import Case, plan
from experiments.exact.one_queue import OneQueue
from experiments.exact.system import Span
from experiments.exact.systems import SYSTEMS
from optimize.queueing import erlang_b, mg1_wait, mmc_wait, preemptive_sojourns, priority_waits
from optimize.queueing_systems import machine_repair, perishable, shared_pool_blocking
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

PUBLISHED_TABLE = {  # closed-form values, known independently of the project's formulas
    "E1": {"mean wait": 0.3},
    "E2": {"mean wait": 0.521485, "P(wait)": 0.130371, "P(wait > 5 min)": 0.037352},
    "E5": {"mean wait, class 1": 1.0, "mean wait, class 2": 5.0},
    "E7": {"mean wait, class 1": 0.237521, "mean wait, class 2": 0.419154, "mean wait, class 3": 1.496979},
    "E6": {"mean stay, class 1": 1.25, "mean stay, class 2": 6.25},
    "E10": {"P(blocked)": 0.0493601, "mean number inside": 0.762340},
    "E11": {"mean number at the second station": 1.912911, "mean stay": 0.792131},
    "E15": {"P(lost), acute": 0.0169, "P(lost), rehab": 0.0357},
    "E16": {"mean down": 0.845149, "availability": 0.859142},
    "E17": {"P(outdated)": 0.149497, "P(stock-out)": 0.054997},
    "E9": {"P(leave)": 0.030912, "mean wait": 3.7095 / 60, "P(wait)": 0.46777},
    "E13": {"present 6 h after opening": 27.8008, "present 7 h after opening": 37.1915},
    "E18": {"L - λW in ed_space": 0.0, "L - λW before ward_bed": 0.0},
}
STROKE = {
    "acute": {9: 0.1806, 10: 0.1283, 11: 0.0867, 12: 0.0556, 13: 0.0337, 14: 0.0192, 15: 0.0103},
    "rehab": {10: 0.2015, 11: 0.1511, 12: 0.1091, 13: 0.0754, 14: 0.0497, 15: 0.0312, 16: 0.0186},
}
STROKE_MORE = {9: 0.2027, 10: 0.1481, 11: 0.1035, 12: 0.0688, 13: 0.0434, 14: 0.0259, 15: 0.0146}


def only(*words: str) -> Case:
    (case,) = plan(words)
    return case


def faults(*words: str) -> str:
    with pytest.raises(ScenarioError) as refused:
        plan(words)
    return "\n".join(map(str, refused.value.faults))


@pytest.mark.parametrize("name", PUBLISHED_TABLE)
def test_the_exact_side_has_the_known_values(name: str) -> None:
    exact, expected = plan([name])[0].exact, PUBLISHED_TABLE[name]
    digits = 4e-3 if name == "E15" else 2e-5  # of these only four decimals are known
    assert {quantity: exact[quantity] for quantity in expected} == pytest.approx(expected, rel=digits)


def test_loss_and_general_service_run_in_several_shapes() -> None:
    lost = {(case.words, case.exact["P(lost)"]) for case in plan(["E3"])}
    assert {round(share, 6) for _, share in lost} == {0.121661, 0.110054, 0.018385}
    assert len(lost) == 8
    assert [case.exact["mean wait"] for case in plan(["E4"])] == pytest.approx([8.7, 7.5, 15.0])


def test_the_stroke_units_have_the_published_parameters() -> None:
    base, more = plan(["E12"])
    assert base.exact["mean acute census"] == pytest.approx(8.145493, abs=1e-6)
    assert base.exact["mean rehab census"] == pytest.approx(9.718218, abs=1e-6)
    for unit, delays in STROKE.items():
        for n, p in delays.items():
            assert base.exact[f"P(delay), {unit}, {n} beds"] == pytest.approx(p, abs=5e-5)
    for n, p in STROKE_MORE.items():
        assert more.exact[f"P(delay), acute, {n} beds"] == pytest.approx(p, abs=5e-5)
    assert base.published["P(delay), acute, 10 beds"] == 0.14
    assert base.published.keys() <= base.exact.keys()
    assert not more.published


def test_parameters_reach_the_scenario_and_the_formula() -> None:
    case = only("E7", "c=4", "rates=[0.4,0.9,1.1]", "mu=1.25")
    queue = OneQueue.of(build_scenario(case.cell.settings))
    assert (queue.servers, queue.acuities, queue.service.mean) == (4, (1, 2, 3), 0.8)
    assert queue.rates == pytest.approx((0.4, 0.9, 1.1))
    assert list(case.exact.values()) == pytest.approx(priority_waits([0.4, 0.9, 1.1], 1.25, 4))


def test_other_systems_take_parameters_too() -> None:
    assert only("e3", "c=7", "load=4.5", "shape=uniform").exact["P(lost)"] == pytest.approx(erlang_b(7, 4.5))
    assert only("E4", "mean=2", "sd=3", "rate=0.3").exact["mean wait"] == pytest.approx(mg1_wait(0.3, 2.0, 3.0))
    assert only("E9", "theta=0.25").words.endswith("patience of 4 min")
    assert only("E13", "scale=2").exact["present 6 h after opening"] == pytest.approx(2 * 27.8008, abs=1e-4)


def test_systems_with_supplies_take_parameters_too() -> None:
    assert list(only("E6", "rates=[0.1,0.3]", "mu=2").exact.values()) == pytest.approx(
        preemptive_sojourns([0.1, 0.3], 2)
    )
    assert only("E10", "c=1", "room=0", "rate=2", "mu=1").exact["P(blocked)"] == pytest.approx(2 / 3)
    network = only("E11", "c=[2,3,2]", "rate=5").exact
    assert network["mean number at the first station"] == pytest.approx(mmc_wait(5, 12, 2) * 5 + 5 / 12)
    beds = only("E15", "own=[3,4]", "shared=2", "loads=[2,5]").exact
    assert list(beds.values()) == pytest.approx(shared_pool_blocking((2.0, 5.0), (3, 4), 2))
    shop = only("E16", "machines=9", "crews=2", "fails=0.1", "repairs=0.4").exact
    assert shop["mean down"] == pytest.approx(machine_repair(9, 2, 0.1, 0.4).mean_down)
    stock = only("E17", "supply=2", "demand=1.5", "life=4").exact
    assert stock["P(outdated)"] == pytest.approx(perishable(2.0, 1.5, 4.0).p_outdated)


def test_without_names_all_systems_run() -> None:
    assert list(dict.fromkeys(case.system.name for case in plan([]))) == list(SYSTEMS)


def test_every_file_is_a_system() -> None:
    files = {path.stem for path in (Path(conf.__file__).parent / "exact").glob("*.yaml")}
    assert files == set(SYSTEMS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["E7", "c=2"], "the load is 2.3 erlangs with 2 servers; a steady state needs more servers"),
        (["E1", "rate=5"], "the load is 1 erlangs with 1 servers"),
        (["E2", "c=50"], "more than a million patients"),
        (["E7", "d=2"], "E7.d = 2: unknown parameter; use one of c, mu, rates"),
        (["E7", "rates=[1,1,1,1,1,1]", "c=9"], "give 1 to 5 rates"),
        (["E7", "rates=[]"], "give 1 to 5 rates"),
        (["E1", "mu=0"], "E1.mu = 0: give numbers above zero"),
        (["E5", "rates=[0.2,-0.1]"], "give numbers above zero"),
        (["E2", "c=two"], "E2.c = 'two': give a whole number, not text"),
        (["E4", "shape=fixed", "sd=3"], "leave it out, or give shape=lognormal"),
        (["E3", "shape=oblong"], "name one of exponential, fixed, lognormal, uniform"),
        (["E10", "room=-1"], "E10.room = -1: give numbers of zero or more"),
        (["E11", "mu=[1,2]"], "give three numbers, one for each station"),
        (["E15", "own=[1]"], "give two numbers"),
        (["E99"], "did you mean 'E9'?"),
        (["mu=2"], "name the system whose parameters these are"),
        (["E1", "mu=["], "write name=value"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(words: list[str], told: str) -> None:
    assert told in faults(*words)


def test_all_faults_are_listed_at_once() -> None:
    assert len(faults("E1", "mu=0", "rate=x", "c=1").splitlines()) == 3
    assert len(faults("E8", "E99", "mu=[").splitlines()) == 3


def test_a_replication_settles_ten_and_is_observed_250_relaxation_times() -> None:
    case = only("E1")  # 1 / µ + 1 / (√µ - √λ)²
    relaxation_min = 1 / 5 + 1 / (sqrt(5) - sqrt(3)) ** 2
    horizon = build_scenario(case.cell.settings).horizon
    assert horizon.warm_up_min == pytest.approx(10 * relaxation_min)
    assert horizon.end_min == pytest.approx(270 * relaxation_min)


def test_a_rare_event_is_observed_a_hundred_times() -> None:
    assert Span.of(1.0, 0.01, 5.0) == Span(10.0, 10_000.0)
    assert Span.of(1.0, 10.0, 5.0) == Span(10.0, 250.0)


@pytest.mark.parametrize("shape", ["exponential", "fixed", "lognormal", "uniform"])
def test_where_nobody_waits_ten_relaxation_times_leave_about_a_ten_thousandth(shape: str) -> None:
    queue = OneQueue.of(build_scenario(only("E3", f"shape={shape}").cell.settings))
    points = queue.service.quantile((np.arange(200_000) + 0.5) / 200_000)
    lacking = np.maximum(0.0, points - 10 * queue.stay_relaxation_min).mean() / queue.service.mean
    assert 0.5e-4 < lacking < 2e-4
