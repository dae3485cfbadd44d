"""A city written as a FHIR bundle and read again is the same city, and moves in the same way."""

import json
import os
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from experiments import cli
from experiments.build import build, build_scenario
from experiments.config import compose
from experiments.files.folder import CityFolder, read_city_folder
from experiments.files.sample import write_sample_city
from experiments.settings import Settings
from experiments.standards.fhir.check import checked
from experiments.standards.fhir.city import bundle_of
from experiments.standards.fhir.reading import city_of
from experiments.standards.fhir.validate import MISSING, VALID, validated
from experiments.standards.source import configured_city
from sim.city import Hospital, Pool
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.city_files import write_documented_city
from tests.standards_cases import cities

pytestmark = pytest.mark.contract

MONDAY = datetime(2026, 1, 5)
STANDARDS = Path(os.environ.get("CITYCARE_STANDARDS", Path(__file__).parents[3] / "shared" / "data" / "standards"))
EXAMPLE = STANDARDS / "fhir_r5_example_bundle.json"
WITH_MEDICINES = ["pathways=emergency_medicines", "formulary=perishables"]
SHORT = ["run.weeks=0.3", "run.warm_up_weeks=0"]


def through_a_bundle(city: CityFolder) -> CityFolder:
    bundle = json.loads(json.dumps(bundle_of(city, MONDAY)))
    return city_of(checked(bundle), lambda names, weekly: city.cases)


def assert_equal(one: Any, other: Any, place: str = "") -> None:
    """Compare dataclasses with arrays in them, exactly."""
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other, err_msg=place)
    elif is_dataclass(one):
        assert type(one) is type(other), place
        for field in fields(one):
            assert_equal(getattr(one, field.name), getattr(other, field.name), f"{place}.{field.name}")
    elif isinstance(one, tuple | list):
        assert len(one) == len(other), place
        for index, pair in enumerate(zip(one, other, strict=True)):
            assert_equal(*pair, f"{place}[{index}]")
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one:
            assert_equal(one[key], other[key], f"{place}.{key}")
    else:
        assert one == other, place


def assert_same_city(found: CityFolder, written: CityFolder) -> None:
    for field in fields(CityFolder):
        if field.name not in ("service", "hashes", "occupied"):
            assert_equal(getattr(found, field.name), getattr(written, field.name), field.name)
    known = {code: one for code, one in written.occupied.items() if np.isfinite(one).any()}
    assert_equal(dict(found.occupied), known, "occupied")


def without_rules(hospital: Hospital) -> Hospital:
    """Return the hospital with what its pools are, without how they work, which stays in the configuration."""
    return replace(hospital, pools=tuple(Pool(one.code, one.kind, one.levels) for one in hospital.pools))


def compact(hospital: Hospital) -> Hospital:
    """Return the hospital with one number for rosters that never change, as files write them."""
    short = [replace(one, levels=one.levels[:1]) if len(set(one.levels)) == 1 else one for one in hospital.pools]
    return replace(hospital, pools=tuple(short))


def configuration(folder: Path, *more: str) -> Settings:
    return compose(["city=from_files", f"city.folder='{folder}'", *SHORT, *more])[0].settings


@given(cities())
@settings(max_examples=60, deadline=None)
def test_any_city_comes_back_as_it_went(city: CityFolder) -> None:
    assert_same_city(through_a_bundle(city), city)


@pytest.mark.parametrize("more", [[], WITH_MEDICINES, ["run.start_date='2026-01-07 09:00'"]])
def test_the_shipped_city_comes_back_as_it_went(more: list[str]) -> None:
    city = configured_city(compose(more)[0].settings)
    assert any(one.shelves for one in city.hospitals) == (more == WITH_MEDICINES)
    assert_same_city(through_a_bundle(city), replace(city, hospitals=tuple(map(without_rules, city.hospitals))))


def test_the_documented_folder_comes_back_as_it_went(tmp_path: Path) -> None:
    city = read_city_folder(write_documented_city(tmp_path))
    assert_same_city(through_a_bundle(city), city)


def trace(settings_: Settings) -> str:
    scenario, policies = build(settings_)
    return simulate(scenario, policies, Replication(0, 1)).trace_hash


def imported(tmp_path: Path, source: str, cases: Path) -> Path:
    bundle, folder = str(tmp_path / "bundle.json"), tmp_path / "again"
    assert cli.main(["export", "fhir", source, "--out", bundle]) == 0
    assert cli.main(["import", "fhir", bundle, "--cases", str(cases), "--out", str(folder)]) == 0
    return folder


def test_a_folder_simulates_the_same_after_export_and_import(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    write_documented_city(source)
    again = imported(tmp_path, str(source), source / "patient_case.csv")
    one, other = (build_scenario(configuration(folder)) for folder in (source, again))
    assert_equal(_unnamed(one), _unnamed(other))
    assert trace(configuration(again)) == trace(configuration(source))


def test_the_shipped_city_simulates_the_same_after_export_and_import(tmp_path: Path) -> None:
    shipped = build_scenario(compose([])[0].settings)
    write_sample_city(tmp_path / "sample", shipped, root_seed=7)
    again = imported(tmp_path, "five_hospitals", tmp_path / "sample" / "patient_case.csv")
    found, sample = (build_scenario(configuration(folder)) for folder in (again, tmp_path / "sample"))
    assert_equal(found.city.hospitals, tuple(map(compact, shipped.city.hospitals)))
    assert_equal(found.city.zone_travel_min, shipped.city.zone_travel_min)
    assert_equal(_unnamed(found), _unnamed(sample))
    assert trace(configuration(again)) == trace(configuration(tmp_path / "sample"))


def _unnamed(scenario: Scenario) -> dict[str, Any]:
    """Return the parts of a scenario but its name, which is that of the folder."""
    city = {field.name: getattr(scenario.city, field.name) for field in fields(scenario.city) if field.name != "name"}
    rest = {one.name: getattr(scenario, one.name) for one in fields(scenario) if one.name not in ("name", "city")}
    return {**rest, **city}


def test_what_is_written_is_valid_where_the_extra_is_installed() -> None:
    city = configured_city(compose(WITH_MEDICINES)[0].settings)
    assert validated(bundle_of(city, MONDAY)) in (VALID, MISSING)


def test_an_import_without_past_patients_generates_them(tmp_path: Path) -> None:
    bundle, folder = str(tmp_path / "b.json"), tmp_path / "again"
    assert cli.main(["export", "fhir", "five_hospitals", "--out", bundle]) == 0
    assert cli.main(["import", "fhir", bundle, "--out", str(folder)]) == 0
    assert "were generated by the shipped case mix" in (folder / "README.md").read_text(encoding="utf-8")
    assert cli.main(["check", str(folder)]) == 0


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="no standards folder; name it in CITYCARE_STANDARDS")
def test_the_example_of_another_system_loads(tmp_path: Path) -> None:
    assert cli.main(["import", "fhir", str(EXAMPLE), "--out", str(tmp_path / "out")]) == 0
    rows = {path.name: path.read_text(encoding="utf-8").splitlines()[1:] for path in (tmp_path / "out").glob("*.csv")}
    assert rows == {
        "resource.csv": ["H1-ICU-BED-01,icu_bed,place,U,1"],
        "inventory.csv": ["Location/H1-PHARM,ceftriaxone,120,10,L42,2026-12-01,2026-08-01T00:00:00Z"],
        "slot.csv": ["Schedule/CT-H1,free,2026-08-01T20:00:00Z,2026-08-01T20:20:00Z,1"],
        "supply_request.csv": ["ceftriaxone,40,Location/H1-PHARM,Location/H2-PHARM,active,urgent,"],
    }
