"""Faults of each file of a city: named by file, row and column, all at once, before anything runs."""

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.files.cases import FEWEST_ROWS, PRIOR_ROWS, PatientCases
from experiments.files.folder import check_city_folder, read_city_folder
from experiments.files.resource_types import read_type, write_type
from sim.city import Kind
from sim.faults import ScenarioError
from tests.city_files import rewrite, write_documented_city

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_documented_city(tmp_path)


SPOILED = [
    ("medical_resource.csv", "n2,,medical_bed", "n1,,medical_bed", " row 5, column id", "its own id"),
    ("medical_resource.csv", "n2,,medical_bed", "n2,,sofa", " row 5, column type", "staff:CODE"),
    ("medical_resource.csv", "n4,,ICU bed", "n4,,ICU bad", " row 7, column type", "did you mean 'icu_bed'?"),
    ("medical_resource.csv", "n4,,ICU bed", "n4,,staff:icu_bed", " row 7, column type", "of kind place"),
    ("medical_resource.csv", "active,,north,12,", "active,,east,12,", " row 4, column owner", "type hospital"),
    ("medical_resource.csv", "active,,north,12,", "active,,,12,", " row 4, column owner", "type hospital"),
    ("medical_resource.csv", "active,,north,12,", "active,,north,-12,", " row 4, column quantity", "from 0"),
    ("medical_resource.csv", "active,,north,12,", "active,,north,1.5,", " row 4, column quantity", "whole"),
    ("medical_resource.csv", "active,,north,12,", "active,,north,NaN,", " row 4, column quantity", "from 0"),
    ("medical_resource.csv", "active,,north,12,", "active,,north,,", " row 4, column quantity", "units"),
    ("medical_resource.csv", "active,,north,12,", "closed,,north,12,", " row 4, column status", "use one of"),
    ("medical_resource.csv", "active,harbor", "active,52.5;13.4", " row 3, column location", "40.7 -73.9"),
    ("medical_resource.csv", "active,harbor", "active,95 13.4", " row 3, column location", "40.7 -73.9"),
    ("medical_resource.csv", "07-23:3 23-07:2", "07-23:4", " row 21, column roster", "quantity (3)"),
    ("medical_resource.csv", "07-23:3 23-07:2", "07-23:0", " row 21, column roster", "at least 1"),
    ("medical_resource.csv", "07-23:3 23-07:2", "day", " row 21, column roster", "write spans"),
    ("medical_resource.csv", "north,40,,31", "north,40,,41", " row 5, column occupied", "the quantity"),
    (
        "medical_resource.csv",
        "radiographer,active,,south,1,,",
        "radiographer,active,,south,1,,1",
        " row 22, column occupied",
        "places",
    ),
    ("medical_resource.csv", ",,,,,2.5", ",,,,,-2.5", " row 2, column electives_per_day", "from 0"),
    ("medical_demand.csv", "31000,,,ed_visit,1.4", "31000,,,ed_visit,-1", " row 2, column per_hour", "from 0"),
    ("medical_demand.csv", "31000,,,ed_visit,1.4", "31000,,,visit,1.4", " row 2, column type", "ed_visit"),
    ("medical_demand.csv", "0,10,ed_visit", "7,10,ed_visit", " row 3, column weekday", "from 0 to 6"),
    ("medical_demand.csv", "0,10,ed_visit", "0,24,ed_visit", " row 3, column hour", "from 0 to 23"),
    ("medical_demand.csv", "0,10,ed_visit", ",,ed_visit", " row 3, column place", "once"),
    ("medical_demand.csv", "old_town,,,,,0", "old_town,,1,,,0", " row 3, column latitude", "the same value"),
    ("medical_demand.csv", "52.50,13.43", ",13.43", ", place harbor", "places.csv"),
    ("patient_case.csv", "p2,chest_pain", "p2,chest_pian", " row 3, column condition", "did you mean 'chest_pain'?"),
    ("patient_case.csv", "p2,chest_pain,2", "p2,chest_pain,0", " row 3, column acuity", "from 1 to 5"),
    ("patient_case.csv", "p2,chest_pain,2,2", "p2,chest_pain,2,", " row 3, column nurse_acuity", "from 1 to 5"),
    ("patient_case.csv", "p2,chest", "p1,chest", " row 3, column id", "its own id"),
    ("patient_case.csv", "64,104", "old,104", " row 3, column age_years", "give a number"),
    ("medical_service.csv", "cost,280", "cost,-280", ", row cost, column early_shift", "zero or more"),
    ("medical_service.csv", "late_shift,required", "late_shift,needed", " row 1", "name the columns"),
    ("medical_service.csv", "1,1,1,8", "1,1,1,", ", row nurses_at_noon, column required", "what the requirement needs"),
    ("medical_service.csv", "cost,280,300", "cost,280,", ", row cost, column day_shift", "zero or more"),
    ("medical_service.csv", "nurses_at_evening,,,1", "nurses_at_noon,,,1", " row 4, column requirement", "once"),
    ("places.csv", "52.36", "92.36", " row 2, column latitude", "from -90 to 90"),
    ("travel.csv", "north,south,14", "north,sauth,14", " row 2, column to", "did you mean 'south'?"),
    ("travel.csv", "north,south,14", "north,south,soon", " row 2, column minutes", "from 0"),
    ("choice.csv", "harbor,south,0.7", "harbor,south,0.6", ", zone harbor", "sum to 1"),
    ("choice.csv", "harbor,south,0.7", "harbor,north,0.7", " row 5, column zone", "once"),
    ("choice.csv", "harbor,south,0.7", "harbour,south,0.7", " row 5, column zone", "did you mean 'harbor'?"),
    ("mix.csv", "old_town,chest_pain,0.3", "old_town,chest_pain,0.4", ", zone old_town", "sum to 1"),
    ("mix.csv", "old_town,chest_pain,0.3", "old_town,chest_pian,0.3", " row 3, column condition", "did you mean"),
    ("mix.csv", "old_town,chest_pain,0.3", "old_town,chest_pain,-0.3", " row 3, column share", "from 0 to 1"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "mend"), SPOILED)
def test_one_spoiled_cell_is_named_with_its_mend(
    folder: Path, file: str, old: str, new: str, place: str, mend: str
) -> None:
    rewrite(folder / file, old, new)
    (fault,) = check_city_folder(folder, ("chest_pain", "abdominal_pain", "minor_injury"))
    assert fault.field == f"{file}{place}"
    assert mend in fault.mend


def test_the_faults_of_all_files_come_at_once(folder: Path) -> None:
    rewrite(folder / "medical_resource.csv", "north,40,,31", "north,forty,,31")
    rewrite(folder / "medical_demand.csv", "ed_visit,1.4", "ed_visit,much")
    rewrite(folder / "choice.csv", "0.8", "8")
    (folder / "patient_case.csv").unlink()
    (folder / "medical_service.csv").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_city_folder(folder)
    files = {fault.field.split()[0].rstrip(",") for fault in caught.value.faults}
    assert files == {
        "medical_resource.csv",
        "medical_demand.csv",
        "choice.csv",
        "patient_case.csv",
        "medical_service.csv",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id,name,type", '"id,name,type'),
        ("id,name,type", "id,name,kind"),
        ("52.55 13.40,,,,,2.5", "52.55 13.40,,,,,2.5,9"),
    ],
)
def test_what_cannot_be_read_is_not_blamed_on_those_who_name_it(folder: Path, old: str, new: str) -> None:
    rewrite(folder / "medical_resource.csv", old, new)
    (fault,) = check_city_folder(folder)
    assert fault.field.startswith("medical_resource.csv ")


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = check_city_folder(tmp_path / "nowhere")
    assert fault.field == "city.folder"
    assert "medical_resource.csv" in fault.mend


def test_optional_files_may_be_left_out(folder: Path) -> None:
    ways = ("travel.csv", "choice.csv", "mix.csv")
    for name in (*ways, "medical_service.csv", "medical_stock.csv", "places.csv", "settings.csv"):
        (folder / name).unlink()
    city = read_city_folder(folder)
    assert (city.travel_min, city.choice_share, city.service) == (None, None, None)
    assert set(city.hashes) == {"medical_resource.csv", "medical_demand.csv", "patient_case.csv"}


def test_an_inactive_hospital_is_left_out_with_all_it_owns(folder: Path) -> None:
    rewrite(
        folder / "medical_resource.csv", "south,South Clinic,hospital,active", "south,South Clinic,hospital,inactive"
    )
    city = read_city_folder(folder)
    assert [hospital.id for hospital in city.hospitals] == ["north"]
    assert city.occupied["medical_bed"].tolist() == [31]
    np.testing.assert_array_equal(city.travel_min, [[0.0]])
    np.testing.assert_array_equal(city.choice_share, [[1.0], [1.0]])


def test_no_active_hospital_at_all_is_a_fault(folder: Path) -> None:
    path = folder / "medical_resource.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("hospital,active", "hospital,inactive"), encoding="utf-8")
    assert any("at least one active row" in fault.mend for fault in check_city_folder(folder))


def test_a_way_in_one_direction_counts_for_both_and_no_way_is_a_fault(folder: Path) -> None:
    rewrite(folder / "travel.csv", "south,north,16\n", "")
    np.testing.assert_array_equal(read_city_folder(folder).travel_min, [[0, 14], [14, 0]])
    rewrite(folder / "travel.csv", "north,south,14\n", "north,old_town,3\n")
    (fault,) = check_city_folder(folder)
    assert fault.field == "travel.csv, from north to south"


def test_ways_from_zones_stand_in_the_same_file_in_either_direction(folder: Path) -> None:
    assert read_city_folder(folder).zone_travel_min is None
    rewrite(folder / "travel.csv", "south,north,16\n", "south,north,16\nold_town,north,3\nsouth,old_town,8\n")
    city = read_city_folder(folder)
    assert city.zone_travel_min is not None
    row = [zone.id for zone in city.zones].index("old_town")
    assert city.zone_travel_min[row].tolist() == [3.0, 8.0]
    assert np.isnan(np.delete(city.zone_travel_min, row, axis=0)).all()


def test_rows_of_one_owner_and_type_add_up_hour_by_hour(folder: Path) -> None:
    rewrite(folder / "medical_resource.csv", "s9,,CT", "s12,,CT,active,,south,2,08-10:2,,\ns9,,CT")
    pool = read_city_folder(folder).hospitals[1].pool("ct_scanner")
    assert pool is not None
    assert pool.levels == ((1,) * 8 + (3,) * 2 + (1,) * 14) * 7


def test_patients_in_rows_of_one_owner_and_type_add_up(folder: Path) -> None:
    rewrite(folder / "medical_resource.csv", "s9,,CT", "s12,,medical_bed,active,,south,5,,3,\ns9,,CT")
    assert read_city_folder(folder).occupied["medical_bed"].tolist() == [31, 18 + 3]


def test_a_hospital_may_not_agree_to_share(folder: Path) -> None:
    path = folder / "medical_resource.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    answers = ["agreed", "yes", "no", *[""] * (len(lines) - 3)]
    path.write_text("".join(f"{a},{b}\n" for a, b in zip(lines, answers, strict=True)), encoding="utf-8")
    assert [hospital.agreed for hospital in read_city_folder(folder).hospitals] == [True, False]


def test_a_zone_whose_hospitals_are_all_inactive_is_a_fault(folder: Path) -> None:
    rewrite(folder / "medical_resource.csv", "north,North General,hospital,active", "north,,hospital,inactive")
    rewrite(folder / "choice.csv", "old_town,north,0.8\nold_town,south,0.2\n", "old_town,north,1\n")
    (fault,) = check_city_folder(folder)
    assert fault.field == "choice.csv, zone old_town"
    assert "active hospitals" in fault.mend


def test_rounded_shares_are_scaled_to_one(folder: Path) -> None:
    rewrite(folder / "choice.csv", "old_town,south,0.2", "old_town,south,0.2009")
    share = read_city_folder(folder).choice_share
    assert share is not None
    np.testing.assert_allclose(share[0], [0.8 / 1.0009, 0.2009 / 1.0009], rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CT", ("ct_scanner", Kind.EQUIPMENT)),
        ("icu bed", ("icu_bed", Kind.PLACE)),
        (" Triage-Nurse ", ("triage_nurse", Kind.STAFF)),
        ("equipment:Angio suite", ("angio_suite", Kind.EQUIPMENT)),
    ],
)
def test_types_are_read_whatever_their_spelling(text: str, expected: tuple[str, Kind]) -> None:
    assert read_type(text) == expected
    assert read_type(write_type(*expected)) == expected


@pytest.mark.parametrize("text", ["", "bed", "nurse", "robot:ct", "place:", "staff:1x", "hospital"])
def test_types_are_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="place:CODE"):
        read_type(text)


def cases_of(acuity: list[int], nurse: list[int], ages: list[float]) -> PatientCases:
    n = len(acuity)
    return PatientCases(
        ("ill",), ("age_years",), np.zeros(n, np.int64), np.array(acuity), np.array(nurse), np.array(ages)[:, None]
    )


def test_a_level_is_described_by_its_own_rows_when_there_are_enough() -> None:
    own = [float(i % 3) for i in range(FEWEST_ROWS)]
    few = [90.0] * (FEWEST_ROWS - 1)
    cases = cases_of([1] * len(own) + [2] * len(few), [1] * (len(own) + len(few)), own + few)
    mix = cases.case_mix
    assert mix.mean[0, 0] == pytest.approx(1.0)
    assert mix.sd[0, 0] == pytest.approx(math.sqrt(20 / 29))
    for level in range(1, 5):
        assert mix.mean[level, 0] == pytest.approx(np.mean(own + few))
    assert (mix.low[0], mix.high[0]) == (0.0, 90.0)


def test_values_that_were_not_measured_are_passed_over() -> None:
    n = FEWEST_ROWS
    mix = cases_of([3] * (n + 5), [3] * (n + 5), [7.0] * n + [math.nan] * 5).case_mix
    assert (mix.mean[2, 0], mix.sd[2, 0]) == (7.0, 0.0)


def test_the_nurses_table_is_smoothed() -> None:
    share = cases_of([1, 1, 1, 2], [1, 1, 2, 2], [1.0] * 4).nurse_share
    total = 3 + 5 * PRIOR_ROWS
    np.testing.assert_allclose(share[0], np.array([2.5, 1.5, 0.5, 0.5, 0.5]) / total)
    np.testing.assert_allclose(share[4], 0.2)
    assert not list(cases_of([1], [1], [1.0]).case_mix.faults())


def test_shares_are_counted() -> None:
    cases = PatientCases(
        ("a", "b"), (), np.array([0, 0, 0, 1]), np.array([1, 2, 2, 5]), np.array([1, 2, 2, 5]), np.zeros((4, 0))
    )
    assert cases.condition_share.tolist() == [0.75, 0.25]
    np.testing.assert_allclose(cases.acuity_share, [[1 / 3, 2 / 3, 0, 0, 0], [0, 0, 0, 0, 1]])
