"""The world of a configuration: what settings say, what files say, and who wins."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments.city_settings import CitySettings, HospitalSettings, ScaleSettings, TravelSettings, ZoneSettings
from experiments.settings import CaseMixSettings, ConditionSettings, FeatureSettings, Settings
from experiments.world import World, described_world
from sim.distributions import Fixed
from sim.faults import Fault, ScenarioError
from sim.scenario import TransferRules
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit

EVEN = [0.2] * 5
NURSE = [
    [0.9, 0.1, 0.0, 0.0, 0.0],
    [0.1, 0.7, 0.2, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 0.25, 0.5, 0.25],
    [0.0, 0.0, 0.0, 0.0, 1.0],
]
Change = Callable[[Settings], None]


def settings(change: Change | None = None) -> Settings:
    """Return a city of two hospitals and one zone, changed as wanted."""
    town = CitySettings(
        "town",
        hospitals={
            "north": HospitalSettings("North", 50.0, 8.0, {"ed_space": 4, "bed": 10}),
            "south": HospitalSettings("South", 49.9, 8.0, {"ed_space": 2}),
        },
        zones={"z": ZoneSettings("Zone", 50.0, 8.0, 1000.0)},
    )
    features = {
        "pulse": FeatureSettings([1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 0.5], 0.0, 9.0),
        "age": FeatureSettings([10, 20, 30, 40, 50], EVEN, 5.0, 99.0),
    }
    made = Settings(
        city=town,
        conditions={"ill": ConditionSettings("visit", EVEN, 1.0), "stroke": ConditionSettings("fast", [1, 0, 0, 0, 0])},
        case_mix=CaseMixSettings(features, NURSE),
        pathways={},
        transfers=TransferRules(60.0, Fixed(1.0), Fixed(1.0), 1),
        transfer={},
        triage={},
    )
    if change:
        change(made)
    return made


def world(change: Change | None = None) -> World:
    faults: list[Fault] = []
    found = described_world(settings(change), faults)
    assert faults == []
    return found


def faults_of(change: Change) -> list[str]:
    faults: list[Fault] = []
    described_world(settings(change), faults)
    return [str(fault).partition(": ")[0] for fault in faults]


def test_conditions_keep_their_pathway_and_their_shares() -> None:
    assert [(one.name, one.pathway) for one in world().conditions] == [("ill", "visit"), ("stroke", "fast")]
    assert [one.acuity_share.tolist() for one in world().conditions] == [EVEN, [1, 0, 0, 0, 0]]


def test_features_stand_in_columns_and_acuities_in_rows() -> None:
    mix = world().case_mix
    assert mix.features == ("pulse", "age")
    assert mix.mean.tolist() == [[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]]
    assert mix.sd.tolist() == [[0.1, 0.2], [0.2, 0.2], [0.3, 0.2], [0.4, 0.2], [0.5, 0.2]]
    assert (mix.low.tolist(), mix.high.tolist()) == ([0.0, 5.0], [9.0, 99.0])
    assert mix.nurse_share.tolist() == NURSE
    assert list(mix.faults()) == []


def test_a_city_may_show_nothing_at_the_door() -> None:
    mix = world(lambda one: one.case_mix.features.clear()).case_mix
    assert (mix.mean.shape, mix.sd.shape, mix.low.shape) == ((5, 0), (5, 0), (0,))
    assert list(mix.faults()) == []


def test_the_spread_multiplies_every_spread_and_no_mean() -> None:
    mix = world(lambda one: setattr(one.case_mix, "spread", 3.0)).case_mix
    np.testing.assert_allclose(mix.sd, 3 * world().case_mix.sd)
    np.testing.assert_array_equal(mix.mean, world().case_mix.mean)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_mistakes_are_multiplied_and_the_right_level_takes_the_rest(factor: float) -> None:
    share = world(lambda one: setattr(one.case_mix, "nurse_error", factor)).case_mix.nurse_share
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(share[off], factor * np.array(NURSE)[off])
    np.testing.assert_allclose(share.sum(axis=1), 1.0)


def test_nobody_errs_more_often_than_always() -> None:
    assert faults_of(lambda one: setattr(one.case_mix, "nurse_error", 2.01)) == ["case_mix.nurse_error = 2.01"]


@pytest.mark.parametrize("rows", [NURSE[:4], [*NURSE[:4], [1.0]], []])
def test_nurses_need_five_rows_of_five(rows: list[list[float]]) -> None:
    assert faults_of(lambda one: setattr(one.case_mix, "nurse_share", rows)) == [f"case_mix.nurse_share = {rows!r}"]


def test_features_need_five_numbers_each() -> None:
    def spoil(one: Settings) -> None:
        one.case_mix.features["pulse"].mean = [1.0]
        one.case_mix.features["age"].sd = [1.0] * 6

    places = ["pulse.mean = [1.0]", f"age.sd = {[1.0] * 6!r}"]
    assert faults_of(spoil) == [f"case_mix.features.{place}" for place in places]


def test_pools_are_scaled_once() -> None:
    def more(one: Settings) -> None:
        one.city.ward_beds = ScaleSettings(1.5)

    found = world(more)
    beds = [city.hospitals[0].pool("bed") for city in (found.city, found.scaled_city(settings(more)))]
    assert [bed.establishment for bed in beds if bed] == [10, 15]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_documented_city(tmp_path)


def of_files(folder: Path, change: Change | None = None) -> World:
    def use(one: Settings) -> None:
        names = ("stroke", "chest_pain", "abdominal_pain", "minor_injury", "elsewhere")
        one.conditions = {name: ConditionSettings("visit", EVEN) for name in names}
        one.city.folder = str(folder)
        if change:
            change(one)

    return world(use)


def test_files_say_how_urgent_conditions_are_that_they_know(folder: Path) -> None:
    found = {one.name: one.acuity_share.tolist() for one in of_files(folder).conditions}
    assert found["elsewhere"] == EVEN
    assert found["chest_pain"] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0])


def test_files_say_who_comes_and_who_is_inside(folder: Path) -> None:
    inflow = of_files(folder).inflow
    assert inflow.hourly_rate.shape == (2, 168)
    assert inflow.condition_share.shape == (2, len(inflow.conditions))
    np.testing.assert_allclose(inflow.condition_share.sum(axis=1), 1.0)
    assert inflow.electives_per_day[0] == 2.5
    assert np.isnan(inflow.electives_per_day[1])
    assert inflow.occupied["medical_bed"][0] == 31


def test_spread_and_mistakes_hold_for_files_too(folder: Path) -> None:
    def wild(one: Settings) -> None:
        one.case_mix.spread, one.case_mix.nurse_error = 2.0, 0.5

    plain, wilder = of_files(folder).case_mix, of_files(folder, wild).case_mix
    np.testing.assert_allclose(wilder.sd, 2 * plain.sd)
    np.testing.assert_array_equal(wilder.mean, plain.mean)
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(wilder.nurse_share[off], 0.5 * plain.nurse_share[off])


def test_files_win_over_what_the_configuration_says_of_ways_and_choices(folder: Path) -> None:
    slow = of_files(folder, lambda one: setattr(one.city, "travel", TravelSettings(2.0, 1.0)))
    assert slow.city.travel_min.tolist() == of_files(folder).city.travel_min.tolist()
    (folder / "travel.csv").unlink()
    assert (
        of_files(folder, lambda one: setattr(one.city, "travel", TravelSettings(2.0, 1.0))).city.travel_min[0, 1] > 100
    )


def test_ways_from_zones_are_those_of_the_file_and_else_those_of_the_road(folder: Path) -> None:
    usual = of_files(folder).city.zone_travel_min
    path = folder / "travel.csv"
    path.write_text(path.read_text(encoding="utf-8") + "old_town,north,3.5\n", encoding="utf-8")
    city = of_files(folder).city
    assert usual is not None
    assert city.zone_travel_min is not None
    row = [zone.id for zone in city.zones].index("old_town")
    assert city.zone_travel_min[row, 0] == 3.5
    assert (city.zone_travel_min == usual).sum() == usual.size - 1


def test_ways_from_zones_of_a_described_city_are_those_of_the_road() -> None:
    """A tenth of a degree of latitude is 11.12 km, times 1.3, at 30 km an hour."""
    assert world().city.zone_travel_min == pytest.approx(np.array([[0.0, 11.1195 * 1.3 * 2.0]]), abs=1e-3)


def test_without_a_table_of_choices_larger_departments_attract_more(folder: Path) -> None:
    """From anywhere, two departments pull by their spaces times exp(-travel / distance)."""
    (folder / "choice.csv").unlink()
    far = of_files(folder, lambda one: setattr(one.city.choice, "distance_min", 1e9)).city
    spaces = [pool.establishment if (pool := hospital.pool("ed_space")) else 0 for hospital in far.hospitals]
    np.testing.assert_allclose(far.choice_share, [np.array(spaces) / sum(spaces)] * 2)


def test_files_are_read_once_as_long_as_they_stay_the_same(folder: Path) -> None:
    assert of_files(folder).city.zones is of_files(folder).city.zones
    (folder / "choice.csv").unlink()
    assert of_files(folder).city.zones is not None
    assert of_files(folder).city.choice_share[0].tolist() != [0.8, 0.2]


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"city\.folder"):
        of_files(tmp_path / "nowhere")
