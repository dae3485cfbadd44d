"""An import ends in a folder that runs: hospitals have their recorded visits, departments are stable, all is told."""

import shlex
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.folder import CityFolder, read_city_folder
from experiments.importing.city import Choice, assumptions, import_city
from experiments.importing.record import read_findings, read_recorded
from experiments.importing.summary import ImportSummary
from experiments.load import expected_occupancy
from sim.faults import ScenarioError
from tests.city_files import DOCUMENT

pytestmark = pytest.mark.contract

HOSPITALS = """hospital_id,name,lat,lon,inpatient_beds,inpatient_used,icu_beds,icu_used,ed_visits_week
n,North,40.70,-73.90,330,260,30,20,1400
s,South,40.60,-73.95,170,150,12,10,700
e,East,40.65,-73.80,90,55,0,0,350
r,Rehab,40.65,-73.92,90,80,0,0,0
"""
ZONES = """zone_id,name,lat,lon,population
up,Uptown,40.71,-73.90,60000
down,Downtown,40.61,-73.95,40000
shore,Shore,40.64,-73.81,25000
park,Park,40.68,-73.91,0
"""
DISTANCES = "zone_id,hospital_id,gc_km\n" + "".join(
    f"{zone},{hospital},{km}\n"
    for zone, row in {"up": (1, 11, 9), "down": (11, 1, 13), "shore": (9, 12, 1)}.items()
    for hospital, km in zip("nse", row, strict=True)
)


def write_tables(folder: Path) -> tuple[Path, Path, Path]:
    texts = {"hospitals.csv": HOSPITALS, "zones.csv": ZONES, "distances.csv": DISTANCES}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    hospitals, zones, distances = (folder / name for name in texts)
    return hospitals, zones, distances


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import")


@pytest.fixture(scope="module")
def summary(folder: Path) -> ImportSummary:
    hospitals, zones, distances = write_tables(folder)
    return import_city(hospitals, zones, distances, None, folder / "city")


@pytest.fixture(scope="module")
def city(folder: Path, summary: ImportSummary) -> CityFolder:
    return read_city_folder(folder / "city")


def test_every_hospital_has_its_recorded_visits(city: CityFolder) -> None:
    assert city.choice_share is not None
    visits = city.hourly_rate.sum(axis=1) @ city.choice_share
    np.testing.assert_allclose(visits, [1400, 700, 350], rtol=1e-4)


def test_every_zone_has_its_share_of_visits(city: CityFolder) -> None:
    expected = np.array([60, 40, 25, 0]) / 125 * 2450
    np.testing.assert_allclose(city.hourly_rate.sum(axis=1), expected, rtol=1e-4)


def test_travel_follows_distance(city: CityFolder) -> None:
    assert city.travel_min is not None
    assert np.all(np.diag(city.travel_min) == 0)
    # North to South is 11.88 km as the crow flies; 1.3 times that at 32.6 km/h takes 28.4 minutes.
    assert city.travel_min[0, 1] == pytest.approx(28.4, abs=0.1)


def test_the_folder_carries_the_crews_that_the_city_needs(folder: Path, city: CityFolder) -> None:
    """2450 visits a week are 350 a day; the shipped city has 4 crews for 1000 a day."""
    assert city.settings["transfers.crews"].value == 1
    cells = ["city=from_files", f"city.folder='{folder / 'city'}'"]
    assert compose(cells)[0].settings.transfers.crews == 1
    assert compose([*cells, "transfers.crews=4"])[0].settings.transfers.crews == 4


def test_the_readme_ends_with_commands_to_run(folder: Path, summary: ImportSummary) -> None:
    text = (folder / "city" / "README.md").read_text(encoding="utf-8")
    assert "\ncitycare check .\n" in text
    assert "\ncitycare calibrate city .\n" in text
    assert "\ncitycare run experiment=sharing_first city=from_files city.folder=.\n" in text


@pytest.mark.parametrize("name", ["a city", "2024", "true", "plain"])
def test_what_the_command_suggests_can_be_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["import", "city", "--hospitals", str(hospitals), "--zones", str(zones), "--out", name]) == 0
    first, second, third = capsys.readouterr().out.splitlines()[-3:]
    assert shlex.split(first) == ["Try", "next:", "citycare", "check", name]
    assert shlex.split(second) == ["citycare", "calibrate", "city", name]
    words = shlex.split(third)
    assert words[:3] == ["citycare", "run", "experiment=sharing_first"]
    for cell in compose(words[2:]):
        assert cell.settings.city.folder == name
        assert cell.settings.transfers.crews == 1


def test_measured_distances_come_before_those_of_the_crow(tmp_path: Path) -> None:
    hospitals, zones, distances = write_tables(tmp_path)
    measured = tmp_path / "between.csv"
    measured.write_text("from_id,to_id,km\nn,s,30\n", encoding="utf-8")
    import_city(hospitals, zones, distances, measured, tmp_path / "city")
    travel = read_city_folder(tmp_path / "city").travel_min
    assert travel is not None
    assert travel[0, 1] == pytest.approx(30 * 1.3 / 32.6 * 60, abs=0.005)
    assert travel[1, 0] == travel[0, 1]


def test_all_recorded_beds_are_there_once(folder: Path, city: CityFolder) -> None:
    beds = [
        sum(pool.establishment for pool in hospital.pools if pool.code.endswith("_bed")) for hospital in city.hospitals
    ]
    lines = (folder / "city" / "medical_resource.csv").read_text(encoding="utf-8").splitlines()
    aside = {line.split(",")[5]: int(line.split(",")[6]) for line in lines if ",inactive," in line}
    assert beds[0] + aside["n"] == 330
    assert beds[1] + aside["s"] == 170
    icu = city.hospitals[2].pool("icu_bed")
    assert icu is not None
    assert beds[2] - icu.establishment == 90


def test_the_imported_city_is_a_stable_scenario(folder: Path, city: CityFolder) -> None:
    scenario = build_scenario(compose(["city=from_files", f"city.folder='{folder / 'city'}'"])[0].settings)
    occupancy = expected_occupancy(scenario)
    for place in ("medical_bed", "surgical_bed"):
        found = [occupancy[hospital.id][place] for hospital in city.hospitals]
        np.testing.assert_allclose(found, [240 / 300, 140 / 158, 55 / 90], atol=0.02)
    assert all(one["ed_space"] < 0.5 for one in occupancy.values())
    assert all(one["icu_bed"] < 1 for one in occupancy.values())


def test_patients_at_the_start_are_as_recorded(city: CityFolder) -> None:
    wards = city.occupied["medical_bed"] + city.occupied["surgical_bed"]
    np.testing.assert_allclose(wards, [240, 140, 55], atol=1)


def test_the_summary_tells_what_was_left_out_and_filled(folder: Path, summary: ImportSummary) -> None:
    text = str(summary)
    assert "left out: r Rehab: no emergency visits" in text
    assert "zone_distances: 3 of 12 missing, filled with great-circle kilometers" in text
    assert "hospital_distances: all 9 are great-circle kilometers" in text
    assert "emergency visits: 2,450 a week" in text
    readme = (folder / "city" / "README.md").read_text(encoding="utf-8")
    assert assumptions() in readme
    assert "left out: r Rehab" in readme
    assert "none of them is a record of a person" in readme


def test_the_documentation_has_the_same_assumptions() -> None:
    assert assumptions() in DOCUMENT.read_text(encoding="utf-8")


def test_the_same_tables_give_the_same_files(folder: Path, summary: ImportSummary, tmp_path: Path) -> None:
    hospitals, zones, distances = write_tables(tmp_path)
    again = import_city(hospitals, zones, distances, None, tmp_path / "city")
    for one, other in zip(summary.files, again.files, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_the_faults_of_all_tables_come_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    zones.write_text(ZONES.replace("60000", "many"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        import_city(hospitals, zones, tmp_path / "nowhere.csv", None, tmp_path / "city", Choice(["x"]))
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["zones.csv row 2, column population", "--distances", "--exclude"]
    assert not (tmp_path / "city").exists()


def test_a_table_without_its_columns_is_all_there_is_to_mend(tmp_path: Path) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    hospitals.write_text("id,name,lat,lon,beds\n1,A,2,3,4\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        import_city(hospitals, zones, None, None, tmp_path / "city")
    (fault,) = caught.value.faults
    assert fault.field == "hospitals.csv row 1"
    assert fault.mend.startswith("add the column visits_per_week, or name it otherwise: ed_visits_week")


@pytest.mark.parametrize(
    ("taken", "mend"), [("file", "this is a file"), ("folder/README.md", "remove README.md first")]
)
def test_nothing_is_written_over(tmp_path: Path, taken: str, mend: str) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    (tmp_path / "out" / taken).parent.mkdir(parents=True)
    (tmp_path / "out" / taken).write_text("mine")
    with pytest.raises(ScenarioError, match=mend):
        import_city(hospitals, zones, None, None, tmp_path / "out" / taken.split("/")[0])
    assert (tmp_path / "out" / taken).read_text() == "mine"


def test_a_disk_that_fails_in_between_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    moved: list[str] = []

    def fail_at_the_third(source: Path, target: Path) -> None:
        if len(moved) == 2:
            raise OSError(28, "No space left on device")
        moved.append(Path(source).rename(target).name)

    monkeypatch.setattr("experiments.files.write.os.replace", fail_at_the_third)
    with pytest.raises(ScenarioError, match="No space left"):
        import_city(hospitals, zones, None, None, tmp_path / "city")
    assert len(moved) == 2
    assert not (tmp_path / "city").exists()


def test_columns_may_be_named_by_a_file_of_aliases(tmp_path: Path, summary: ImportSummary) -> None:
    hospitals, zones, distances = write_tables(tmp_path)
    hospitals.write_text(HOSPITALS.replace("ed_visits_week", "Besuche je Woche"), encoding="utf-8")
    names = tmp_path / "names.yaml"
    names.write_text("hospitals: {visits_per_week: [Besuche je Woche]}\n", encoding="utf-8")
    again = import_city(hospitals, zones, distances, None, tmp_path / "city", Choice(aliases=names))
    assert again.figures == summary.figures


def test_what_tables_recorded_is_kept_without_the_beds_that_were_set_aside(folder: Path, city: CityFolder) -> None:
    sheet, recorded = read_recorded(folder / "city" / "recorded.csv")
    beds = [sum(p.establishment for p in one.pools if p.code.endswith("_bed")) for one in city.hospitals[:2]]
    assert sheet.all_faults() == []
    assert recorded.hospitals == ("n", "s", "e")
    assert recorded.beds.tolist() == [*beds, 90]
    assert recorded.occupancy["n"] == pytest.approx((260 - (330 - beds[0])) / beds[0], abs=1e-6)
    assert recorded.visits_per_week.tolist() == [1400, 700, 350]


def test_what_the_import_found_is_kept(folder: Path, summary: ImportSummary) -> None:
    found = read_findings(folder / "city" / "import.csv")
    assert ("found", "hospitals: 3") in found
    assert [what for kind, what in found if kind == "left out"] == ["r Rehab: no emergency visits"]
    assert [what for kind, what in found if kind == "filled in"] == list(summary.notes)


def test_somebody_must_stay(tmp_path: Path) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    with pytest.raises(ScenarioError, match="keep at least one hospital"):
        import_city(hospitals, zones, None, None, tmp_path / "city", Choice(["n", "s", "e"]))


def test_one_hospital_and_no_distances_are_enough(tmp_path: Path) -> None:
    hospitals, zones, _ = write_tables(tmp_path)
    import_city(hospitals, zones, None, None, tmp_path / "city", Choice(["s", "e"]))
    found = read_city_folder(tmp_path / "city")
    assert [hospital.id for hospital in found.hospitals] == ["n"]
    np.testing.assert_array_equal(found.choice_share, np.ones((4, 1)))
