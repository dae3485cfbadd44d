"""Resources from CSV files: what is understood, and every fault at once with its row, column, value and mend."""

from pathlib import Path

import pytest

from experiments.resources.calendar import TIME_ZERO, minutes_of, time_text
from experiments.resources.known_terms import known_terms
from experiments.resources.reading import read_resources, resources_of, sheet_of
from sim.faults import ScenarioError
from sim.platform.kinds import SharedKind
from sim.platform.records import Resource, Status
from sim.platform.terms import ATC, DICOM

pytestmark = pytest.mark.unit


def read(folder: Path, text: str, taken: tuple[str, ...] = ()) -> list[Resource]:
    path = folder / "resources.csv"
    path.write_text(text, encoding="utf-8")
    return read_resources(path, folder, taken)


def faults_of(folder: Path, text: str, taken: tuple[str, ...] = ()) -> dict[str, tuple[object, str]]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, text, taken)
    return {fault.field.removeprefix("resources.csv "): (fault.value, fault.mend) for fault in caught.value.faults}


def test_three_columns_are_enough(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "id,type,owner\nct,CT scanner,A\n")
    assert one == Resource("ct", "ct", SharedKind.EQUIPMENT, "ct_scanner", "A", "A", 1, "each", DICOM, "CT")


def test_every_column_is_understood(tmp_path: Path) -> None:
    (one,) = read(
        tmp_path,
        "id,type,owner,name,place,units,unit,content,status,lot,expires\n"
        "m1,Ceftriaxone,A,Ceftriaxone 1 g,Z1,3,boxes,10000,Down,L42,2000-01-10T12:00\n",
    )
    assert (one.units, one.unit, one.system, one.code) == (30000, "mg", ATC, "J01DD04")
    assert (one.name, one.place, one.status, one.lot) == ("Ceftriaxone 1 g", "Z1", Status.DOWN, "L42")
    assert one.expires_min == 7.5 * 1440


def test_one_type_of_two_hospitals_is_the_same_in_kind_unit_and_code(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        "id,type,owner,units,unit,expires\na,alteplase,A,0.5,g,2031-01-01\nb,B01AD02,B,500,mg,2031-01-01\n",
    )
    assert (first.type, first.units, first.unit, first.code) == (second.type, second.units, second.unit, second.code)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        "id,type,owner,units,unit,status,expires,color\n"
        "a,ct skanner,A,1,,available,,red\n"
        "a,CT,,1.5,,broken,,\n"
        "=b,morphine,A,2,boxes,,soon,\n"
        "c,CT,A,1,mg,,,\n"
        "old,CT,A,-1,,,,\n"
        "d e,CT,A,1,,,,\n",
        ("old",),
    )
    assert found["row 1.color"][1].startswith("unknown key")
    assert found["row 2, column type"][0] == "ct skanner"
    assert "did you mean" in found["row 2, column type"][1]
    assert "ct_scanner" in found["row 2, column type"][1]
    assert found["row 3, column id"] == ("a (as in row 2)", "give every row its own id")
    assert found["row 3, column owner"] == ("", "fill the cell")
    assert found["row 3, column units"][0] == "1.5"
    assert found["row 3, column status"][0] == "broken"
    assert found["row 4, column id"][1] == "let the text begin with a letter or a digit"
    assert found["row 4, column content"][1] == "say how many mg one boxes holds"
    assert found["row 4, column expires"][0] == "soon"
    assert found["row 5, column unit"] == ("mg", "give a unit of count, such as each, not of mass")
    assert found["row 6, column id"][1] == "take another id; this one is registered already"
    assert found["row 6, column units"][0] == "-1"
    assert found["row 7, column id"][0] == "d e"
    assert len(found) == 13


def test_a_lot_without_expiry_is_blamed_though_the_column_is_missing(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "id,type,owner\nm,morphine,A\n")
    assert found == {"row 2, column expires": ("", "say when the lot expires")}


def test_a_type_that_is_far_from_all_is_listed_without_a_suggestion(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "id,type,owner\nm,zzzzzz,A\n")
    assert found == {"row 2, column type": ("zzzzzz", "declare the type in types.csv of the folder")}


@pytest.mark.parametrize("text", ["", "id,type\na,CT\n", "id,type,owner\na,CT\n"])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    assert faults_of(tmp_path, text)


def test_the_options_of_a_command_are_read_alike() -> None:
    (one,) = resources_of(sheet_of({"id": "v", "type": "Ventilators", "owner": "A", "units": "4"}), known_terms())
    assert (one.type, one.units) == ("ventilator", 4)
    with pytest.raises(ScenarioError, match="column owner"):
        resources_of(sheet_of({"id": "v", "type": "ventilator", "owner": ""}), known_terms())


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("2000-01-03", 0.0), ("2000-01-03T01:30", 90.0), ("2000-01-04 00:00", 1440.0), ("2000-01-03T00:00:30", 0.5)],
)
def test_times_are_minutes_since_a_monday_midnight(text: str, minutes: float) -> None:
    assert TIME_ZERO.weekday() == 0
    assert minutes_of(text) == minutes
    assert minutes_of(time_text(minutes)) == minutes


@pytest.mark.parametrize("text", ["soon", "2000-01-03T00:00+01:00", "", "2000-13-01"])
def test_what_is_no_local_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="local"):
        minutes_of(text)


def test_what_never_ends_is_written_as_nothing() -> None:
    assert time_text(float("inf")) == ""
