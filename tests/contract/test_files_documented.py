"""The documentation of the files keeps its word: its examples are read, its tables name what the code knows."""

import re
from pathlib import Path

import numpy as np
import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.folder import CityFolder, check_city_folder, read_city_folder
from experiments.files.own_settings import COUNTS, NUMBERS
from experiments.files.resource_types import kinds, read_type
from experiments.files.service import read_service
from experiments.offered_load import offered_loads
from sim.city import Pool
from tests.city_files import DOCUMENT, documented_examples, write_documented_city

pytestmark = pytest.mark.contract

TEXT = DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture
def city(tmp_path: Path) -> CityFolder:
    return read_city_folder(write_documented_city(tmp_path))


def test_the_documented_city_has_no_faults(tmp_path: Path) -> None:
    assert check_city_folder(write_documented_city(tmp_path)) == []


def test_every_file_that_is_described_has_an_example() -> None:
    described = set(re.findall(r"^## (\S+\.csv)$", TEXT, re.MULTILINE))
    assert described == set(documented_examples()) - {"medical_service_long.csv"}


def test_hospitals_are_read_as_documented(city: CityFolder) -> None:
    north, south = city.hospitals
    assert (north.id, north.name, north.latitude, north.longitude) == ("north", "North General", 52.55, 13.40)
    assert (south.latitude, south.longitude) == (52.50, 13.43)
    assert north.pool("ct_scanner") is not None
    assert south.pool("mri_scanner") is None


def test_a_roster_is_read_as_documented(city: CityFolder) -> None:
    physicians = city.hospitals[0].pool("ed_physician")
    assert isinstance(physicians, Pool)
    workday = [2] * 7 + [5] * 8 + [4] * 8 + [2]
    weekend = [2] * 7 + [4] * 16 + [2]
    assert physicians.levels == tuple(workday * 5 + weekend * 2)


def test_demand_is_read_as_documented(city: CityFolder) -> None:
    assert [(zone.id, zone.name, zone.population) for zone in city.zones] == [
        ("old_town", "Old Town", 31000.0),
        ("harbor", "Harbor", 18000.0),
    ]
    expected = np.full((2, 168), [[1.4], [0.6]])
    expected[0, 10] += 0.6
    expected[1, 22::24] += 0.2
    np.testing.assert_array_equal(city.hourly_rate, expected)


def test_conditions_mix_by_zone_as_documented(city: CityFolder) -> None:
    usual = np.array([2, 3, 2]) / 7
    harbor = usual * 0.6 * 168 + np.array([0, 0, 0.2 * 7])
    assert city.conditions == ("abdominal_pain", "chest_pain", "minor_injury")
    np.testing.assert_allclose(city.condition_share, [[0.3, 0.3, 0.4], harbor / harbor.sum()], rtol=1e-12)


def test_travel_choice_and_beds_are_read_as_documented(city: CityFolder) -> None:
    np.testing.assert_array_equal(city.travel_min, [[0, 14], [16, 0]])
    np.testing.assert_array_equal(city.choice_share, [[0.8, 0.2], [0.3, 0.7]])
    np.testing.assert_array_equal(city.occupied["medical_bed"], [31, 18])
    np.testing.assert_array_equal(city.electives_per_day, [2.5, np.nan])


def test_a_service_reads_the_same_wide_and_long(city: CityFolder, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(documented_examples()["medical_service_long.csv"], encoding="utf-8")
    sheet, long = read_service(path)
    wide = city.service
    assert sheet.all_faults() == []
    assert long is not None
    assert wide is not None
    assert (long.activities, long.requirements) == (wide.activities, wide.requirements)
    for field in ("cost", "coverage", "needed"):
        np.testing.assert_array_equal(getattr(long, field), getattr(wide, field))
    np.testing.assert_array_equal(wide.coverage, [[1, 1, 0], [1, 1, 1], [0, 0, 1]])
    np.testing.assert_array_equal(wide.needed, [6, 8, 5])
    np.testing.assert_array_equal(wide.cost, [280, 300, 310])


def test_the_table_of_types_is_the_one_the_code_knows() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (place|staff|equipment) \| (.*) \|$", TEXT, re.MULTILINE)
    assert {code: kind for code, kind, _ in rows} == {code: kind.value for code, kind in kinds().items()}
    for code, kind, words in rows:
        for word in re.findall(r"`(\w+)`", words):
            assert read_type(word) == (code, kind)


@pytest.mark.parametrize(
    "name",
    ["medical_resource.csv", "medical_demand.csv", "places.csv", "travel.csv", "choice.csv", "mix.csv", "settings.csv"],
)
def test_every_column_of_an_example_is_described(name: str) -> None:
    section = TEXT.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
    described = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert set(documented_examples()[name].splitlines()[0].split(",")) <= described


def test_the_documented_city_can_run_for_ever(tmp_path: Path) -> None:
    folder = write_documented_city(tmp_path)
    scenario = build_scenario(compose(["city=from_files", f"city.folder='{folder}'"])[0].settings)
    assert max(one.load for one in offered_loads(scenario)) < 0.95
    assert scenario.transfers.crews == 2


def test_every_setting_that_a_city_may_carry_is_described() -> None:
    section = TEXT.split("## settings.csv\n", 1)[1].split("\n# ", 1)[0]
    for setting in (*COUNTS, *NUMBERS):
        assert all(f"`{part}" in section or f".{part}" in section for part in setting.split(".")), setting
