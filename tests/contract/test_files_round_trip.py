"""A city written into files is the same city when it is read: the shipped one, and one with everything in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.folder import CityFolder, read_city_folder
from experiments.files.generate import N_PATIENTS, generate_cases, whole_parts
from experiments.files.sample import sample_city, write_sample_city
from experiments.files.write import README, write_city_folder
from sim.city import Kind, Pool
from sim.faults import ScenarioError
from sim.scenario import Scenario
from sim.streams import Replication
from tests.city_files import write_documented_city

pytestmark = pytest.mark.contract

ROOT_SEED = 7


@pytest.fixture(scope="module")
def shipped() -> Scenario:
    return build_scenario(compose([])[0].settings)


@pytest.fixture(scope="module")
def folder(shipped: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cities") / "five"
    write_sample_city(path, shipped, ROOT_SEED)
    return path


def assert_same(found: CityFolder, written: CityFolder) -> None:
    for field in ("hospitals", "zones"):
        ids = [[one.id for one in getattr(city, field)] for city in (found, written)]
        assert ids[0] == ids[1]
    for one, other in zip(found.hospitals, written.hospitals, strict=True):
        assert replace(one, pools=()) == replace(other, pools=())
        assert [(pool.code, pool.kind) for pool in one.pools] == [(pool.code, pool.kind) for pool in other.pools]
        for pool, twin in zip(one.pools, other.pools, strict=True):
            np.testing.assert_array_equal(pool.hourly, twin.hourly)
    assert found.zones == written.zones
    for field in ("hourly_rate", "electives_per_day", "travel_min"):
        np.testing.assert_array_equal(getattr(found, field), getattr(written, field))
    assert found.occupied.keys() == written.occupied.keys()
    for code, patients in written.occupied.items():
        np.testing.assert_array_equal(found.occupied[code], patients)
    for share in ("condition_share", "choice_share"):
        assert_same_shares(found, written, share)
    assert_same_cases(found, written)


def assert_same_shares(found: CityFolder, written: CityFolder, field: str) -> None:
    columns = [written.conditions.index(name) for name in found.conditions]
    expected = getattr(written, field)
    if field == "condition_share":
        expected = expected[:, columns]
    np.testing.assert_allclose(getattr(found, field), expected, rtol=0, atol=1e-15)


def assert_same_cases(found: CityFolder, written: CityFolder) -> None:
    names = [np.array(city.cases.conditions)[city.cases.condition] for city in (found, written)]
    np.testing.assert_array_equal(names[0], names[1])
    assert found.cases.feature_names == written.cases.feature_names
    for field in ("acuity", "nurse_acuity", "features"):
        np.testing.assert_array_equal(getattr(found.cases, field), getattr(written.cases, field))


def test_the_shipped_city_reads_back_as_it_was_written(shipped: Scenario, folder: Path) -> None:
    assert_same(read_city_folder(folder), sample_city(shipped, ROOT_SEED))


def test_zones_that_are_alike_need_no_mix_of_their_own(tmp_path: Path) -> None:
    scenario = build_scenario(compose(["conditions.stroke.weight=0.0123"])[0].settings)
    write_sample_city(tmp_path, scenario, ROOT_SEED)
    assert not (tmp_path / "mix.csv").exists()


def test_the_shipped_city_simulates_the_same_supply_and_demand_from_files(shipped: Scenario, folder: Path) -> None:
    again = build_scenario(compose(["city=from_files", f"city.folder='{folder}'"])[0].settings)
    np.testing.assert_array_equal(again.city.travel_min, shipped.city.travel_min)
    np.testing.assert_allclose(again.city.choice_share, shipped.city.choice_share, rtol=0, atol=1e-15)
    assert [source.name for source in again.sources] == [source.name for source in shipped.sources]
    for source, twin in zip(again.sources, shipped.sources, strict=True):
        np.testing.assert_allclose(source.hourly_rate, twin.hourly_rate, rtol=1e-12)
        assert (source.zone, source.hospital, source.at_start) == (twin.zone, twin.hospital, twin.at_start)
        shares = [dict(zip(one.conditions, one.condition_share, strict=True)) for one in (source, twin)]
        assert shares[0] == pytest.approx(shares[1], abs=(1 + 1e-9) / N_PATIENTS)


def test_a_city_with_every_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.mkdir()
    city = read_city_folder(write_documented_city(source))
    city = replace(city, hospitals=(city.hospitals[0], replace(city.hospitals[1], agreed=False)))
    write_city_folder(copy, city, "notes")
    again = read_city_folder(copy)
    assert_same(again, city)
    assert again.service is not None
    assert city.service is not None
    assert again.service.activities == city.service.activities
    for field in ("cost", "coverage", "needed"):
        np.testing.assert_array_equal(getattr(again.service, field), getattr(city.service, field))
    assert {path.name for path in copy.iterdir()} == {path.name for path in source.iterdir()} - {"places.csv"} | {
        README
    }


def test_units_set_aside_are_written_and_not_read(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.mkdir()
    city = read_city_folder(write_documented_city(source))
    write_city_folder(copy, city, "", [("north", Pool("icu_bed", Kind.PLACE, (9,)))])
    assert "north-icu_bed-inactive,,icu_bed,inactive,,north,9," in (copy / "medical_resource.csv").read_text("utf-8")
    assert_same(read_city_folder(copy), city)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    city = read_city_folder(write_documented_city(tmp_path))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ScenarioError, match="name a new folder"):
        write_city_folder(tmp_path, city, "")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    city = read_city_folder(write_documented_city(tmp_path))
    with pytest.raises(ScenarioError, match="can be written"):
        write_city_folder(tmp_path / "medical_resource.csv" / "inside", city, "")


def test_the_folder_says_that_its_patients_were_generated(folder: Path) -> None:
    assert f"{N_PATIENTS} patients of `patient_case.csv` were generated" in (folder / README).read_text("utf-8")


def test_generated_patients_have_the_shares_exactly_and_depend_on_the_seed_only(shipped: Scenario) -> None:
    source = shipped.sources[0]
    conditions = [one for one in shipped.conditions if one.name in source.conditions]
    draw = [
        generate_cases(conditions, source.condition_share, shipped.case_mix, Replication(0, seed), 1000)
        for seed in (1, 1, 2)
    ]
    patients = draw[0].condition_share * 1000
    assert np.abs(patients - source.condition_share * 1000).max() < 1
    for one, n, share in zip(conditions, patients, draw[0].acuity_share, strict=True):
        assert np.abs(share - one.acuity_share).max() * n < 1
    np.testing.assert_array_equal(draw[0].features, draw[1].features)
    assert not np.array_equal(draw[0].features, draw[2].features)


def test_whole_parts_go_to_the_largest_remainders() -> None:
    assert whole_parts(np.array([0.5, 0.3, 0.2]), 4).tolist() == [2, 1, 1]
    assert whole_parts(np.array([1.0, 1.0, 1.0]), 4).tolist() == [2, 1, 1]
    assert whole_parts(np.array([0.0, 2.0]), 3).tolist() == [0, 3]
