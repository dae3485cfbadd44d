"""census.csv and duty.csv: where patients are, and one fault with its mend for everything that cannot be."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from experiments.files.census import read_census
from experiments.files.duty import levels_with, read_duty
from experiments.measures import measure_run
from sim.census import NONE, Census
from sim.distributions import Fixed
from sim.pathway import Graded, Pathway, Phase, Step
from sim.run import drawn, simulate
from sim.scenario import Condition, Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.two_hospitals import Stock, two_hospitals

pytestmark = pytest.mark.unit

START = datetime(2026, 1, 7, 8)
HEADER = "hospital,condition,acuity,zone,arrived,phase,step,waits_for,since\n"


def world() -> Scenario:
    """Return two hospitals: triage (5 min), a scan in an ED space (30 min), two days in a bed."""
    steps = {name: Graded((Fixed(minutes),)) for name, minutes in (("triage", 5.0), ("scan", 30.0), ("stay", 2880.0))}
    base = two_hospitals(Stock(ed_space=3, beds=(2, 2)))
    phases = (
        Phase("door", (Step("triage", steps["triage"], ("nurse",)),)),
        Phase("emergency", (Step("scan", steps["scan"], ("scanner", "radiographer")),), "ed_space", may_leave=True),
        Phase("ward", (Step("stay", steps["stay"]),), "bed", transferable=True),
    )
    return replace(base, pathways=(Pathway("visit", phases),))


def read(folder: Path, *rows: str, header: str = HEADER) -> tuple[list[str], Census | None]:
    """Return the faults as text, and the census."""
    path = folder / "census.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    sheet, census = read_census(path, START, world())
    return [str(fault) for fault in sheet.all_faults()], census


STAYING = "near,ill,3,z,2026-01-05 08:00,ward,stay,,2026-01-06 08:00"
SCANNED = "near,ill,2,,,emergency,scan,,2026-01-07 07:50"
FOR_SCAN = "near,ill,2,,,emergency,,scan,2026-01-07 07:40"
BOARDING = "near,ill,1,,2026-01-07 01:00,emergency,,ward,2026-01-07 03:00"
AT_THE_DOOR = "far,ill,4,,,,,emergency,2026-01-07 07:55"


def test_a_census_says_where_everyone_is_and_since_when(tmp_path: Path) -> None:
    faults, census = read(tmp_path, STAYING, SCANNED, FOR_SCAN, BOARDING, AT_THE_DOOR)
    assert faults == []
    assert census is not None
    assert census.position.tolist() == [
        [2, 0, NONE, NONE],
        [1, 0, NONE, NONE],
        [1, NONE, 0, NONE],
        [1, NONE, NONE, 2],
        [NONE, NONE, NONE, 1],
    ]
    assert census.hospital.tolist() == [0, 0, 0, 0, 1]
    assert census.acuity.tolist() == [3, 2, 2, 1, 4]
    assert census.zone.tolist() == [0, NONE, NONE, NONE, NONE]
    assert census.since_min.tolist() == [1440.0, 10.0, 20.0, 300.0, 5.0]
    assert census.here_min.tolist() == [2880.0, 10.0, 20.0, 420.0, 5.0]
    assert census.ranked.tolist() == [0, 1, 3, 2, 4]  # work that goes on, then the longest waits


def test_everyone_goes_on_from_where_they_are(tmp_path: Path) -> None:
    """Both beds are taken, by the stay and another; the scan has 20 minutes left; each waits in turn."""
    _, census = read(tmp_path, STAYING, STAYING, SCANNED, FOR_SCAN, BOARDING, AT_THE_DOOR)
    run = simulate(replace(world(), census=census).checked(), POLICIES, Replication(0, 1))
    patients = run.patients
    assert patients["arrived"].tolist() == [-2880.0, -2880.0, -10.0, -420.0, -20.0, -5.0]
    assert patients["acuity"].tolist() == [3, 3, 2, 1, 2, 4]
    staying, scanned, boarding, for_scan, at_the_door = (patients.iloc[row] for row in (0, 2, 3, 4, 5))
    assert (staying["ward_entered"], staying["ward.stay_started"]) == (0.0, 0.0)
    assert np.isnan(staying["emergency_entered"])
    assert (scanned["emergency_entered"], scanned["ward_asked"]) == (0.0, 20.0)
    assert (for_scan["emergency_entered"], for_scan["emergency.scan_started"]) == (0.0, 20.0)
    assert (boarding["emergency_entered"], boarding["ward_asked"]) == (0.0, 0.0)
    assert np.isnan(boarding["emergency.scan_started"])
    assert np.isnan(boarding["ward_entered"])
    assert (at_the_door["hospital"], at_the_door["emergency_entered"]) == ("far", 0.0)
    assert np.isnan(patients["door.triage_started"]).all()


def test_the_stay_that_goes_on_ends_when_it_would_have(tmp_path: Path) -> None:
    _, census = read(tmp_path, STAYING)
    assert drawn(replace(world(), census=census), Replication(0, 1)).minutes[0].tolist() == [-1.0, -1.0, 1440.0]


def test_one_more_patient_changes_no_other_draw(tmp_path: Path) -> None:
    _, few = read(tmp_path, STAYING, SCANNED)
    _, more = read(tmp_path, STAYING, SCANNED, FOR_SCAN, STAYING)
    world_of = [replace(world(), census=census) for census in (few, more)]
    first, second = (drawn(one, Replication(3, 1)) for one in world_of)
    for name in ("placement_min", "patience_min", "minutes"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name)[[0, 2]])


def test_a_pathway_may_stand_for_its_first_condition(tmp_path: Path) -> None:
    header = HEADER.replace("condition", "pathway")
    faults, census = read(tmp_path, STAYING.replace("ill", "visit"), header=header)
    assert faults == []
    assert census is not None
    assert census.condition.tolist() == [0]


@pytest.mark.parametrize(
    ("row", "column", "mend"),
    [
        ("nere,ill,3,,,ward,stay,,2026-01-06", "hospital", "did you mean 'near'?"),
        ("near,il,3,,,ward,stay,,2026-01-06", "condition", "did you mean 'ill'?"),
        ("near,,3,,,ward,stay,,2026-01-06", "condition", "name a condition, or a pathway"),
        ("near,ill,6,,,ward,stay,,2026-01-06", "acuity", "from 1 to 5"),
        ("near,ill,3,y,,ward,stay,,2026-01-06", "zone", "use one of z"),
        ("near,ill,3,,,wart,stay,,2026-01-06", "phase", "did you mean 'ward'?"),
        ("near,ill,3,,,ward,slay,,2026-01-06", "step", "did you mean 'stay'?"),
        ("near,ill,3,,,,stay,,2026-01-06", "phase", "name the phase in which the step goes on"),
        ("near,ill,3,,,ward,stay,stay,2026-01-06", "step", "not both"),
        ("near,ill,3,,,ward,,,2026-01-06", "step", "or what the patient waits for"),
        ("near,ill,3,,,ward,,emergency,2026-01-06", "waits_for", "a later phase with a place"),
        ("near,ill,3,,,,,door,2026-01-06", "waits_for", "use one of emergency, ward"),
        ("near,ill,3,,,ward,stay,,yesterday", "since", "write a date and time"),
        ("near,ill,3,,,ward,stay,,", "since", "write a date and time"),
        ("near,ill,3,,,ward,stay,,2026-01-07 08:00+01:00", "since", "write a date and time"),
        ("near,ill,3,,,ward,stay,,2026-01-07 08:01", "since", "give a moment before the run starts, 2026-01-07 08:00"),
        ("near,ill,3,,2026-01-06 09:00,ward,stay,,2026-01-06 08:00", "arrived", "let nobody arrive after"),
    ],
)
def test_a_row_that_cannot_be_is_blamed_with_row_column_and_mend(
    tmp_path: Path, row: str, column: str, mend: str
) -> None:
    faults, census = read(tmp_path, STAYING, row)
    assert census is None
    assert len(faults) == 1
    assert faults[0].startswith(f"census.csv row 3, column {column} = ")
    assert mend in faults[0]


def test_all_bad_rows_are_listed_at_once(tmp_path: Path) -> None:
    faults, _ = read(
        tmp_path, STAYING.replace("near", "x"), SCANNED.replace("scan", "x"), FOR_SCAN.replace(",2,", ",9,")
    )
    assert [fault.split(",")[0] for fault in faults] == [f"census.csv row {row}" for row in (2, 4, 3)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    faults, _ = read(tmp_path, "near,3,ward,stay,,2026-01-06", header="hospital,acuity,phase,step,waits_for,since\n")
    assert faults[0].endswith("add a column condition, or one named pathway")
    faults, _ = read(tmp_path, "near", header="hospital\n")
    assert len(faults) == 5


def test_more_patients_than_places_are_refused(tmp_path: Path) -> None:
    _, census = read(tmp_path, STAYING, STAYING, STAYING)
    faults = list(replace(world(), census=census).faults())
    assert [(fault.field, fault.value) for fault in faults] == [("census of bed at near", 3)]
    assert "no more than 2 patients" in faults[0].mend


def test_care_that_a_hospital_has_not_is_refused(tmp_path: Path) -> None:
    scenario = world()
    far = replace(scenario.city.hospitals[1], pools=scenario.city.hospitals[1].pools[1:])
    _, census = read(tmp_path, STAYING.replace("near", "far"))
    city = replace(scenario.city, hospitals=(scenario.city.hospitals[0], far))
    faults = list(replace(scenario, city=city, census=census).faults())
    assert [fault.field for fault in faults] == ["census at far"]
    assert "ed_space" in faults[0].mend


def test_the_second_condition_has_its_own_pathway(tmp_path: Path) -> None:
    """Two conditions of the same acuity are drawn apart, each on its pathway."""
    base = world()
    short = Pathway("short", (Phase("ward", (Step("stay", Graded((Fixed(100.0),))),), "bed"),))
    scenario = replace(
        base,
        pathways=(*base.pathways, short),
        conditions=(*base.conditions, Condition("hip", "short", np.full(5, 0.2))),
    )
    path = tmp_path / "census.csv"
    rows = ("near,hip,3,,,ward,stay,,2026-01-07 07:00", "near,ill,3,,,ward,stay,,2026-01-07 07:00")
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    _, census = read_census(path, START, scenario)
    cohort = drawn(replace(scenario, census=census), Replication(0, 1))
    assert cohort.pathway[:2].tolist() == [1, 0]
    assert cohort.minutes[:2, 2].tolist() == [40.0, 2820.0]


def duty(folder: Path, *rows: str) -> tuple[list[str], list[tuple[int, str, int, int, int]]]:
    (folder / "duty.csv").write_text("hospital,pool,from_hour,to_hour,on_duty\n" + "\n".join(rows) + "\n")
    sheet, found = read_duty(folder / "duty.csv", world().city)
    return [str(fault) for fault in sheet.all_faults()], found


def test_duty_overrides_the_roster_hour_by_hour(tmp_path: Path) -> None:
    faults, found = duty(tmp_path, "near,nurse,0,4,0", "near,nurse,2,3,5", "far,nurse,0,168,7")
    assert faults == []
    levels = levels_with(found, 0, "nurse", (1,))
    assert levels[:6] == (0, 0, 5, 0, 1, 1)
    assert len(levels) == 168
    assert set(levels_with(found, 1, "nurse", (1,))) == {7}
    assert levels_with(found, 0, "scanner", (1,)) == (1,)


@pytest.mark.parametrize(
    ("row", "column", "mend"),
    [
        ("nere,nurse,0,4,1", "hospital", "did you mean 'near'?"),
        ("near,nurses,0,4,1", "pool", "name a pool of near"),
        ("near,nurse,0,169,1", "to_hour", "from 1 to 168"),
        ("near,nurse,4,4,1", "to_hour", "give an hour after from_hour"),
        ("near,nurse,0,4,-1", "on_duty", "from 0"),
    ],
)
def test_duty_that_cannot_be_is_blamed(tmp_path: Path, row: str, column: str, mend: str) -> None:
    faults, found = duty(tmp_path, row)
    assert found == []
    assert len(faults) == 1
    assert f"duty.csv row 2, column {column}" in faults[0]
    assert mend in faults[0]


def test_those_who_board_at_the_start_count_in_hours_of_boarding(tmp_path: Path) -> None:
    """Both beds are taken for a day more, so that one patient boards for all ten hours of the run."""
    boarding = BOARDING.replace("ill,1,,", "ill,1,z,")
    _, census = read(tmp_path, STAYING, STAYING, boarding)
    scenario = replace(world(), census=census).checked()
    measures = measure_run(scenario, simulate(scenario, POLICIES, Replication(0, 1)))
    found = measures[(measures["measure"] == "boarding_hours_per_day") & (measures["dimension"] == "all")]
    assert found["value"].tolist() == [24.0]
