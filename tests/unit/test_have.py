"""Bed counts in the words of EDXL-HAVE: written of a city or a run, and read into a city, with every fault named."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import cli
from experiments.files.folder import CityFolder, read_city_folder
from experiments.standards.have import COLUMNS, BedCount, counted_city, export_have, import_have, read_have
from experiments.standards.source import Exported
from sim.city import Kind
from sim.faults import ScenarioError
from tests.city_files import write_documented_city
from tests.standards_cases import cities

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 1, 5)
HEADER = "hospital,bed_type,baseline_count,available_count,capacity_status,time\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "city"
    path.mkdir()
    return write_documented_city(path)


def faults_of(folder: Path, rows: str) -> list[str]:
    path = folder.parent / "beds.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    sheet, _ = read_have(path, read_city_folder(folder).hospitals)
    return [str(fault) for fault in sheet.all_faults()]


def test_counts_of_a_city_are_its_beds_less_those_inside(folder: Path, tmp_path: Path) -> None:
    counts = export_have(Exported(read_city_folder(folder), MONDAY), tmp_path / "beds.csv")
    assert BedCount("north", "medical_bed", 40, 9, MONDAY) in counts
    assert BedCount("north", "ed_space", 12, None, MONDAY) in counts
    text = (tmp_path / "beds.csv").read_text(encoding="utf-8").splitlines()
    assert text[0] == ",".join(COLUMNS)
    assert "north,icu_bed,AdultICU,6,2,VacantAvailable,2026-01-05 00:00" in text
    assert "north,ed_space,EmergencyDepartment,12,,,2026-01-05 00:00" in text


def test_a_city_without_free_beds_says_so(folder: Path, tmp_path: Path) -> None:
    city = read_city_folder(folder)
    full = replace(city, occupied={"icu_bed": np.array([6.0, 4.0])})
    export_have(Exported(full, MONDAY), tmp_path / "beds.csv")
    assert "south,icu_bed,AdultICU,4,0,NotAvailable," in (tmp_path / "beds.csv").read_text(encoding="utf-8")


@given(city=cities())
@settings(max_examples=30, deadline=None)
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, city: CityFolder) -> None:
    path = tmp_path_factory.mktemp("have") / "beds.csv"
    counts = export_have(Exported(city, MONDAY), path)
    if counts:
        sheet, found = read_have(path, city.hospitals)
        assert sheet.all_faults() == []
        assert found == counts


@given(city=cities())
@settings(max_examples=30, deadline=None)
def test_counts_of_a_city_leave_its_beds_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, city: CityFolder
) -> None:
    counts = export_have(Exported(city, MONDAY), tmp_path_factory.mktemp("have") / "beds.csv")
    assert counted_city(city, counts).hospitals == city.hospitals


def test_counted_beds_replace_those_of_the_city(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "beds.csv"
    rows = "north,ICU bed,8,3,VacantAvailable,2026-01-05 06:00\nnorth,icu_bed,7,1,,2026-01-05 05:00\nsouth,icu,0,0,,\n"
    path.write_text(HEADER + rows, encoding="utf-8")
    import_have(path, folder, tmp_path / "out")
    city = read_city_folder(tmp_path / "out")
    north, south = city.hospitals
    pool = north.pool("icu_bed")
    assert pool is not None
    assert (pool.establishment, pool.kind, south.pool("icu_bed")) == (8, Kind.PLACE, None)
    assert city.occupied["icu_bed"][0] == 5.0
    assert city.occupied["medical_bed"].tolist() == [31.0, 18.0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nroth,icu_bed,4,1,,", "did you mean 'north'"),
        ("north,icu_bde,4,1,,", "did you mean 'icu_bed'"),
        ("north,ct_scanner,4,1,,", "name a kind of bed"),
        ("north,icu_bed,-4,1,,", "column baseline_count = '-4': give a number from 0"),
        ("north,icu_bed,4,-1,,", "column available_count = '-1': give a number from 0"),
        ("north,icu_bed,4,5,,", "column available_count = '5': give at most baseline_count"),
        ("north,icu_bed,4,1.5,,", "column available_count = '1.5': give a whole number"),
        ("north,icu_bed,4,1,Full,", "use one of notavailable, vacantavailable"),
        ("north,icu_bed,4,1,NotAvailable,", "give VacantAvailable where beds are available"),
        ("north,icu_bed,4,1,,yesterday", "write a date and time"),
        ("north,icu_bed,4,1,,\nnorth,ICU,4,2,,", "count each bed type once at a time"),
    ],
)
def test_a_wrong_count_is_blamed_with_its_mend(folder: Path, row: str, words: str) -> None:
    faults = faults_of(folder, row)
    assert len([one for one in faults if words in one]) == 1
    assert all("beds.csv row" in one for one in faults)


def test_nothing_is_written_when_a_count_is_wrong(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "beds.csv").write_text(HEADER + "north,icu_bed,4,5,,\n", encoding="utf-8")
    asked = ["import", "have", str(tmp_path / "beds.csv"), "--city", str(folder), "--out", str(tmp_path / "out")]
    assert cli.main(asked) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["beds.csv", "city"]


@given(available=st.integers(0, 40))
@settings(max_examples=10, deadline=None)
def test_beds_that_are_not_available_are_occupied(available: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    city = read_city_folder(write_documented_city(tmp_path_factory.mktemp("city")))
    found = counted_city(city, [BedCount("north", "medical_bed", 40, available, MONDAY)])
    assert found.occupied["medical_bed"].tolist() == [40.0 - available, 18.0]


def test_a_file_that_cannot_be_written_is_a_fault(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="can be written"):
        export_have(Exported(read_city_folder(folder), MONDAY), tmp_path / "none" / "beds.csv")
