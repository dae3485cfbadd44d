"""Every impossible value of a scenario is named, with what was found and how to mend it, and all come at once."""

from collections.abc import Iterable
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from sim.city import Discipline
from sim.distributions import Exponential, Fixed
from sim.faults import Fault, ScenarioError
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import CaseMix, Condition, Horizon, Information, Patience, Scenario, Sight, Source, TransferRules
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.unit

WORLD = two_hospitals()
SOURCE, RATES = WORLD.sources[0], np.full(168, 2.0)
ONE = np.ones(1)
MIX = CaseMix(("pulse", "age"), np.ones((5, 2)), np.ones((5, 2)), np.zeros(2), np.full(2, 9.0), np.eye(5))


def said(faults: Iterable[Fault]) -> list[str]:
    """Return the field and the value of every fault."""
    return [f"{fault.field} = {fault.value!r}" for fault in faults]


def with_entry(table: np.ndarray, index: int | tuple[int, ...], value: float) -> np.ndarray:
    changed = table.copy()
    changed[index] = value
    return changed


def test_a_sound_world_is_returned_as_it_is() -> None:
    assert WORLD.checked() is WORLD


def test_all_faults_of_all_parts_come_at_once() -> None:
    wrong = replace(WORLD, horizon=Horizon(-1.0, 0.0), patience=Patience(2.0), conditions=())
    with pytest.raises(ScenarioError) as caught:
        wrong.checked()
    assert said(caught.value.faults) == [
        "patience.never_leaves_share = 2.0",
        "horizon.warm_up_min = -1.0",
        "horizon.measured_min = 0.0",
        "sources.z.conditions = 'ill'",
    ]


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (Horizon(0.0, 1.0), []),
        (Horizon(-0.5, 1.0), ["horizon.warm_up_min = -0.5"]),
        (Horizon(nan, inf), ["horizon.warm_up_min = nan", "horizon.measured_min = inf"]),
        (Horizon(0.0, 0.0), ["horizon.measured_min = 0.0"]),
        (Horizon(inf, nan), ["horizon.warm_up_min = inf", "horizon.measured_min = nan"]),
    ],
)
def test_horizon(horizon: Horizon, expected: list[str]) -> None:
    assert said(horizon.faults()) == expected


def test_a_run_ends_after_the_warm_up_and_the_measured_time() -> None:
    assert Horizon(30.0, 100.0).end_min == 130.0


@pytest.mark.parametrize(
    ("patience", "expected"),
    [
        (Patience(0.0, 0.0), []),
        (Patience(1.0, 5.0), []),
        (Patience(-0.1, -1.0), ["patience.never_leaves_share = -0.1", "patience.mean_min = -1.0"]),
        (Patience(1.1, inf), ["patience.never_leaves_share = 1.1", "patience.mean_min = inf"]),
        (Patience(nan, nan), ["patience.never_leaves_share = nan", "patience.mean_min = nan"]),
    ],
)
def test_patience(patience: Patience, expected: list[str]) -> None:
    assert said(patience.faults()) == expected


def test_patience_never_runs_out_unless_it_is_said() -> None:
    assert Patience().never_leaves_share == 1.0


@pytest.mark.parametrize(
    ("information", "n_faults"),
    [
        (Information(), 0),
        (Information(Sight.LIVE, 5.0), 0),
        (Information(Sight.DELAYED, 0.5), 0),
        (Information(Sight.NONE, 0.0), 0),
        (Information(Sight.DELAYED, 0.0), 1),
        (Information(Sight.DELAYED, nan), 1),
        (Information(Sight.LIVE, -1.0), 1),
    ],
)
def test_information(information: Information, n_faults: int) -> None:
    assert said(information.faults()) == [f"information.delay_min = {information.delay_min!r}"] * n_faults


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"crews": 1}, []),
        ({"crews": 0}, ["transfers.crews = 0"]),
        ({"review_every_min": 0.0}, ["transfers.review_every_min = 0.0"]),
        ({"review_every_min": nan}, ["transfers.review_every_min = nan"]),
        ({"placement": Fixed(-1.0)}, ["transfers.placement.minutes = -1.0"]),
        ({"crew_busy": Exponential(0.0)}, ["transfers.crew_busy.mean_min = 0.0"]),
    ],
)
def test_transfer_rules(change: dict[str, object], expected: list[str]) -> None:
    rules = replace(TransferRules(60.0, Fixed(5.0), Fixed(90.0), crews=2), **change)  # type: ignore[arg-type]
    assert said(rules.faults()) == expected


@pytest.mark.parametrize(
    ("shares", "sound"),
    [
        ([0.2] * 5, True),
        ([0, 0, 1, 0, 0], True),
        ([0.25] * 4, False),
        ([0.2, 0.2, 0.2, 0.2, 0.3], False),
        ([-0.2, 0.6, 0.2, 0.2, 0.2], False),
        ([nan, 0.25, 0.25, 0.25, 0.25], False),
    ],
)
def test_acuity_shares_of_a_condition(shares: list[float], sound: bool) -> None:
    faults = said(Condition("ill", "visit", np.array(shares)).faults())
    assert faults == ([] if sound else [f"conditions.ill.acuity_share = {shares!r}"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"hourly_rate": RATES}, []),
        ({"hourly_rate": RATES[:167]}, ["sources.z.hourly_rate = (167,)"]),
        ({"hourly_rate": with_entry(RATES, 3, inf)}, ["sources.z.hourly_rate = inf"]),
        ({"hourly_rate": np.full(168, nan)}, ["sources.z.hourly_rate = nan"]),
        ({"hourly_rate": with_entry(RATES, 167, -0.5)}, ["sources.z.hourly_rate = -0.5"]),
        ({"condition_share": np.array([0.9])}, ["sources.z.condition_share = [0.9]"]),
        ({"condition_share": np.array([0.5, 0.5])}, ["sources.z.condition_share = [0.5, 0.5]"]),
        (
            {"conditions": ("a", "b"), "condition_share": np.array([-1.0, 2.0])},
            ["sources.z.condition_share = [-1.0, 2.0]"],
        ),
        ({"at_start": 0}, []),
        ({"at_start": -1}, ["sources.z.at_start = -1"]),
        ({"zone": 0, "hospital": 0}, ["sources.z = (0, 0)"]),
        ({"zone": -1, "hospital": -1}, ["sources.z = (-1, -1)"]),
        ({"zone": -1, "hospital": 0}, []),
    ],
)
def test_source(change: dict[str, object], expected: list[str]) -> None:
    assert said(replace(SOURCE, **change).faults()) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"mean": np.ones((5, 3))}, ["case_mix.mean = (5, 3)"]),
        ({"sd": np.ones((4, 2))}, ["case_mix.sd = (4, 2)"]),
        ({"mean": np.full((5, 2), nan)}, ["case_mix.mean = nan"]),
        ({"sd": with_entry(MIX.sd, (1, 1), inf)}, ["case_mix.sd = inf"]),
        ({"sd": with_entry(MIX.sd, (4, 1), -2.0)}, ["case_mix.sd = -2.0"]),
        ({"sd": np.zeros((5, 2))}, []),
        ({"low": np.zeros(3)}, ["case_mix.low = (3,)"]),
        ({"high": np.ones(1)}, ["case_mix.high = (1,)"]),
        ({"low": np.array([9.0, 9.5])}, ["case_mix.features.age.low = 9.5"]),
        ({"high": np.array([nan, inf])}, ["case_mix.features.pulse.low = 0.0"]),
        ({"nurse_share": np.full((5, 5), 0.2)}, []),
        ({"nurse_share": np.eye(4)}, [f"case_mix.nurse_share = {np.eye(4).tolist()!r}"]),
        ({"nurse_share": 2 * np.eye(5)}, [f"case_mix.nurse_share = {(2 * np.eye(5)).tolist()!r}"]),
        ({"nurse_share": 2 * np.eye(5) - 0.2}, [f"case_mix.nurse_share = {(2 * np.eye(5) - 0.2).tolist()!r}"]),
    ],
)
def test_case_mix(change: dict[str, object], expected: list[str]) -> None:
    assert said(replace(MIX, **change).faults()) == expected  # type: ignore[arg-type]


def test_conditions_and_pathways_are_named_as_they_are_known() -> None:
    conditions = (replace(WORLD.conditions[0], pathway="vsit"),)
    source = replace(SOURCE, conditions=("ill", "sick", "dead"), condition_share=np.full(3, 1 / 3))
    faults = replace(WORLD, conditions=conditions, sources=(source,)).faults()
    assert [str(fault) for fault in faults] == [
        "conditions.ill.pathway = 'vsit': name one of visit",
        "sources.z.conditions = 'dead': name one of ill",
        "sources.z.conditions = 'sick': name one of ill",
    ]


@pytest.mark.parametrize("part", ["pathways", "conditions", "sources"])
def test_names_are_given_once(part: str) -> None:
    """Two sources of one name would draw the very same patients."""
    twice = replace(WORLD, **{part: getattr(WORLD, part) * 2})
    assert said(twice.faults()) == [f"{part} = {getattr(WORLD, part)[0].name!r}"]


def test_somebody_must_come() -> None:
    assert said(replace(WORLD, sources=()).faults()) == ["sources = 0"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (replace(SOURCE, zone=1), ["sources.z.zone = 1"]),
        (replace(SOURCE, zone=-1, hospital=2), ["sources.z.hospital = 2"]),
        (replace(SOURCE, zone=-1, hospital=1), []),
    ],
)
def test_sources_lie_in_the_city(source: Source, expected: list[str]) -> None:
    assert said(replace(WORLD, sources=(source,)).faults()) == expected


def test_a_table_of_another_shape_is_told_and_not_read() -> None:
    city = replace(WORLD.city, choice_share=np.zeros((0, 0)))
    assert said(replace(WORLD, city=city).faults()) == ["city.choice_share = (0, 0)"]


def without(pool: str, hospital: int, scenario: Scenario = WORLD) -> Scenario:
    """Return the world with a pool less."""
    hospitals = list(scenario.city.hospitals)
    pools = tuple(one for one in hospitals[hospital].pools if one.code != pool)
    hospitals[hospital] = replace(hospitals[hospital], pools=pools)
    return replace(scenario, city=replace(scenario.city, hospitals=tuple(hospitals)))


def test_a_hospital_that_patients_reach_has_all_that_they_may_need() -> None:
    assert [str(fault) for fault in without("scanner", 0).faults()] == [
        "city.hospitals.near.pools = ['bed', 'ed_space', 'nurse', 'radiographer']: "
        "add the pool 'scanner', which pathway 'visit' needs, or send no such patients here"
    ]
    assert said(without("bed", 0).faults()) == [
        "city.hospitals.near.pools = ['ed_space', 'nurse', 'radiographer', 'scanner']"
    ]
    assert said(without("scanner", 1).faults()) == []


def test_planned_patients_reach_their_hospital_only() -> None:
    planned = Source("planned", ("ill",), ONE, RATES, hospital=1)
    assert said(without("scanner", 1, replace(WORLD, sources=(SOURCE, planned))).faults()) == [
        "city.hospitals.far.pools = ['bed', 'ed_space', 'nurse', 'radiographer']"
    ]
    near = replace(planned, hospital=0)
    assert said(without("scanner", 1, replace(WORLD, sources=(SOURCE, near))).faults()) == []


def test_pathways_that_nobody_takes_need_nothing() -> None:
    lab = Pathway("lab", (Phase("bench", (Step("look", Graded((Fixed(1.0),)), ("microscope",)),)),))
    unused = replace(WORLD, pathways=(*WORLD.pathways, lab))
    assert said(unused.faults()) == []
    used = replace(unused, conditions=(replace(WORLD.conditions[0], pathway="lab"),))
    assert [fault.mend.partition(",")[0] for fault in used.faults()] == ["add the pool 'microscope'"]


def test_a_step_is_refused_whose_pools_serve_in_different_orders() -> None:
    world = two_hospitals()
    near, far = world.city.hospitals
    pools = tuple(
        replace(pool, discipline=Discipline.FIFO) if pool.code == "radiographer" else pool for pool in far.pools
    )
    mixed = replace(world, city=replace(world.city, hospitals=(near, replace(far, pools=pools))))
    mend = "serve all its pools first come first served, or none; let credit order one pool alone"
    assert list(mixed.faults()) == [Fault("pathways.visit.emergency.scan.needs", ["radiographer", "scanner"], mend)]
