"""The medicines of a city's files: read, written, blamed, and met by those of the configuration."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.folder import read_city_folder
from experiments.files.stock import FILE, Shelves, read_stock, stock_rows, stocked
from experiments.files.write import write_city_folder
from sim.city import Hospital
from sim.shelves import Review, Shelf
from tests.city_files import write_documented_city
from tests.standards_cases import shelves

pytestmark = pytest.mark.unit

HOSPITALS = ("north", "south")
HEADER = "hospital,medicine,units,life_min,review_every_min,order_up_to,units_per_delivery\n"


def faults_of(folder: Path, rows: str) -> list[str]:
    path = folder / FILE
    path.write_text(HEADER + rows, encoding="utf-8")
    return [str(fault) for fault in read_stock(path, HOSPITALS)[0].all_faults()]


def read_back(folder: Path, kept: Shelves) -> Shelves:
    hospitals = stocked([Hospital(name, name, 0.0, 0.0, ()) for name in HOSPITALS], kept)
    lines = [",".join(map(str, row)) for row in stock_rows(hospitals)]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")
    sheet, found = read_stock(folder / FILE, HOSPITALS)
    assert not sheet.all_faults()
    return found


@given(one=shelves("platelets"), other=shelves("red_cells"), third=shelves("platelets"))
@settings(max_examples=40, deadline=None)
def test_shelves_read_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, one: Shelf, other: Shelf, third: Shelf
) -> None:
    kept = {"north": (one, other), "south": (third,)}
    assert read_back(tmp_path_factory.mktemp("stock"), kept) == kept


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nroth,platelets,1,,,,", "column hospital = 'nroth': did you mean 'north'"),
        ("north,,1,,,,", "column medicine = '': fill the cell"),
        ("north,platelets,-1,,,,", "column units = '-1': give a number from 0"),
        ("north,platelets,1,0,,,", "column life_min = '0': give a number above zero"),
        ("north,platelets,1,,60,,", "give review_every_min and order_up_to, or neither"),
        ("north,platelets,1,,60,0,", "column order_up_to = '0': give a number above zero"),
        ("north,platelets,1,,,,0", "column units_per_delivery = '0': give a number above zero"),
        ("north,platelets,1,,,,\nnorth,platelets,2,,,,", "row 3, column medicine = 'platelets (as in row 2)'"),
    ],
)
def test_a_wrong_row_is_blamed_with_its_mend(tmp_path: Path, row: str, words: str) -> None:
    faults = faults_of(tmp_path, row)
    assert len(faults) == 1
    assert words in faults[0]


def test_what_is_left_out_has_its_usual_value(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("hospital,medicine,units\nsouth,opioid,3\n", encoding="utf-8")
    assert read_stock(path, HOSPITALS)[1] == {"south": (Shelf("opioid", 3.0, math.inf),)}


def test_a_folder_with_medicines_reads_back(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    city = read_city_folder(write_documented_city(source))
    assert city.hospitals[1].shelves == (
        Shelf("platelets", 5.0, 7200.0, review=Review(1440.0, 5.0, 1440.0), price=600.0),
    )
    write_city_folder(tmp_path / "copy", city, "")
    assert [one.shelves for one in read_city_folder(tmp_path / "copy").hospitals] == [
        one.shelves for one in city.hospitals
    ]


def test_a_configured_medicine_joins_those_of_the_files_and_yields_to_them(tmp_path: Path) -> None:
    folder = write_documented_city(tmp_path)
    extra = "{medicine: platelets, at_start: 99}, {medicine: plasma, at_start: 7}"
    asked = ["city=from_files", f"city.folder='{folder}'", f"+city.shelves=[{extra}]"]
    south = build_scenario(compose(asked)[0].settings).city.hospitals[1]
    assert {shelf.medicine: shelf.at_start for shelf in south.shelves} == {"platelets": 5.0, "plasma": 7.0}
