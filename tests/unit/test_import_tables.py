"""Public tables: whatever their columns are called, what they leave open is filled and told, nothing is guessed."""

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.importing.tables import PublicTables, Site, acute_sites, filled, unknown_exclusions

pytestmark = pytest.mark.unit

HOSPITALS = """ccn,facility_name,lat,lon,inpatient_beds,inpatient_used,icu_beds,icu_used,ed_visits_week,cms_rating
1,North,40.70,-73.90,200,150,20,-999999,1400,4
2,South,40.60,-73.95,100,80,,,700,Not Available
3,Rehab,40.65,-73.92,90,80,0,0,0,3
4,Clinic,40.66,-73.93,,,,,500,3
"""
ZONES = "zip,name,lat,lon,pop\n10001,Uptown,40.71,-73.90,60000\n10002,Downtown,40.61,-73.95,40000\n"


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_hospitals_are_read_under_other_names_of_columns(tmp_path: Path) -> None:
    tables = PublicTables()
    north = tables.sites(write(tmp_path, "h.csv", HOSPITALS))[0]
    assert north == Site("1", "North", 40.70, -73.90, 200.0, 150.0, 20.0, 2.0, 1400.0)
    assert tables.faults() == []
    assert tables.notes == ["h.csv: 1 withheld small counts (-999999) were taken as 2 (I01): 1 in icu_used"]


def test_the_first_of_several_names_is_taken(tmp_path: Path) -> None:
    text = HOSPITALS.replace("ccn,", "ccn,hospital_id,", 1).replace("\n1,", "\n1,a,").replace("\n2,", "\n2,b,")
    text = text.replace("\n3,", "\n3,c,").replace("\n4,", "\n4,d,")
    assert [site.id for site in PublicTables().sites(write(tmp_path, "h.csv", text))] == ["a", "b", "c", "d"]


def test_hospitals_without_visits_or_beds_are_left_out_with_the_reason(tmp_path: Path) -> None:
    sites = PublicTables().sites(write(tmp_path, "h.csv", HOSPITALS))
    kept, left_out = acute_sites(sites, ["2"])
    assert [site.id for site in kept] == ["1"]
    assert left_out == ["2 South: excluded by request", "3 Rehab: no emergency visits", "4 Clinic: no staffed beds"]


def test_what_is_missing_is_filled_and_what_cannot_be_is_cut(tmp_path: Path) -> None:
    sites = PublicTables().sites(write(tmp_path, "h.csv", HOSPITALS.replace("150,20", "250,20")))
    (north, south), notes = filled(sites[:2])
    assert (south.icu_beds, south.icu_used) == pytest.approx((13.7, 13.7 * 0.726))
    assert north.beds_used == 200
    assert notes == [
        "icu_beds: 1 missing, filled with 0.137 x beds (P59): 2",
        "beds_used: 1 above beds, cut to it: 1",
        "icu_used: 1 missing, filled with 0.726 x icu_beds (P60): 2",
    ]


def test_zones_are_read(tmp_path: Path) -> None:
    zones = PublicTables().zones(write(tmp_path, "z.csv", ZONES))
    assert [(zone.id, zone.name, zone.population) for zone in zones] == [
        ("10001", "Uptown", 60000.0),
        ("10002", "Downtown", 40000.0),
    ]


def test_kilometers_are_read_by_ids_and_others_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "km.csv", "zone_id,hospital_id,gc_km\n10001,1,2.5\n10001,9,7\n10002,2,1\n")
    km = PublicTables().kilometers(path, "zone_distances", ["10001", "10002"], ["1", "2"])
    np.testing.assert_array_equal(km, [[2.5, math.nan], [math.nan, 1.0]])


def test_missing_columns_are_named_with_all_their_names(tmp_path: Path) -> None:
    tables = PublicTables()
    tables.sites(write(tmp_path, "h.csv", "ccn,lat,lon,beds\n1,40,-73,9\n"))
    (fault,) = tables.faults()
    assert fault.field == "h.csv row 1"
    assert "visits_per_week" in fault.mend
    assert "ed_visits_week" in fault.mend


@pytest.mark.parametrize(
    ("old", "new", "column", "mend"),
    [
        ("40.60,", "140.60,", "latitude", "from -90 to 90"),
        ("100,80,,,700", "many,80,,,700", "beds", "number from 0"),
        ("\n2,South", "\n1,South", "id", "its own id"),
        ("100,80,,,700", "100,-80,,,700", "beds_used", "number from 0"),
    ],
)
def test_spoiled_cells_of_a_table_are_blamed(tmp_path: Path, old: str, new: str, column: str, mend: str) -> None:
    tables = PublicTables()
    tables.sites(write(tmp_path, "h.csv", HOSPITALS.replace(old, new)))
    (fault,) = tables.faults()
    assert fault.field == f"h.csv row 3, column {column}"
    assert mend in fault.mend


def test_a_hospital_to_exclude_must_be_there(tmp_path: Path) -> None:
    sites = PublicTables().sites(write(tmp_path, "h.csv", HOSPITALS))
    (fault,) = unknown_exclusions(sites, ["2", "5"])
    assert (fault.field, fault.value) == ("--exclude", "5")
