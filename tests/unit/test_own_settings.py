"""settings.csv: what a city's folder sets comes before what ships, and after what somebody asks for."""

from pathlib import Path

import pytest

from experiments.config import compose
from experiments.files.folder import check_city_folder, read_city_folder
from experiments.files.own_settings import COUNTS, NUMBERS, OwnSetting, own_rows, own_settings, read_own_settings
from sim.faults import ScenarioError
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_documented_city(tmp_path)
    (tmp_path / "settings.csv").write_text(
        "setting,value,reason\ntransfers.crews,7,measured\ncare.treatment,1.25,\n", encoding="utf-8"
    )
    return tmp_path


def of(folder: Path, *more: str) -> tuple[int, float]:
    settings = compose(["city=from_files", f"city.folder='{folder}'", *more])[0].settings
    return settings.transfers.crews, settings.care.treatment


def test_the_folder_comes_before_what_ships(folder: Path) -> None:
    assert of(folder) == (7, 1.25)
    assert read_city_folder(folder).settings["transfers.crews"] == OwnSetting(7, "measured")


def test_the_command_line_comes_before_the_folder_even_with_the_usual_value(folder: Path) -> None:
    assert of(folder, "transfers.crews=4", "care.treatment=1.0") == (4, 1.0)
    assert of(folder, "++care.treatment=1.1") == (7, 1.1)


def test_an_experiment_comes_before_the_folder(folder: Path, tmp_path: Path) -> None:
    study = tmp_path / "study" / "experiment"
    study.mkdir(parents=True)
    (study / "mine.yaml").write_text("# @package _global_\ncare: {treatment: 0.9}\n", encoding="utf-8")
    cells = ["city=from_files", f"city.folder='{folder}'", "experiment=mine"]
    settings = compose(cells, config_dir=study.parent)[0].settings
    assert (settings.transfers.crews, settings.care.treatment) == (7, 0.9)


def test_a_sweep_comes_before_the_folder(folder: Path) -> None:
    cells = compose(["city=from_files", f"city.folder='{folder}'", "transfers.crews=4,9"], multirun=True)
    assert [(cell.settings.transfers.crews, cell.settings.care.treatment) for cell in cells] == [(4, 1.25), (9, 1.25)]


def test_pathways_take_the_value_of_the_folder(folder: Path) -> None:
    cell = compose(["city=from_files", f"city.folder='{folder}'"])[0]
    (phase,) = (phase for phase in cell.resolved["pathways"]["minor_injury"]["phases"] if phase["name"] == "emergency")
    assert phase["steps"][0]["duration"]["times"] == 1.25


def test_another_city_is_not_touched() -> None:
    assert compose([])[0].settings.transfers.crews == 4


def test_rows_read_back(tmp_path: Path) -> None:
    settings = {"transfers.crews": OwnSetting(47, "A15"), "care.ward_stay": OwnSetting(1.0625, "")}
    path = tmp_path / "settings.csv"
    path.write_text("\n".join(",".join(row) for row in own_rows(settings)), encoding="utf-8")
    sheet, found = read_own_settings(path)
    assert sheet.all_faults() == []
    assert found == settings


def test_every_setting_exists_in_the_configuration(folder: Path) -> None:
    every = [*COUNTS, *NUMBERS]
    (folder / "settings.csv").write_text("setting,value\n" + "".join(f"{one},1\n" for one in every), encoding="utf-8")
    resolved = compose(["city=from_files", f"city.folder='{folder}'"])[0].resolved
    for setting in every:
        node = resolved
        for key in setting.split("."):
            node = node[key]
        assert node == 1, setting


def test_all_faults_come_with_those_of_the_other_files_and_nothing_is_set(folder: Path) -> None:
    text = "setting,value\ntransfers.crew,3\ntransfers.crews,2.5\ntransfers.crews,3\ncare.scan,many\n"
    (folder / "settings.csv").write_text(text, encoding="utf-8")
    (folder / "places.csv").write_text("id,latitude,longitude\na,100,0\n", encoding="utf-8")
    faults = {fault.field for fault in check_city_folder(folder)}
    assert faults >= {
        "settings.csv row 2, column setting",
        "settings.csv row 3, column value",
        "settings.csv row 4, column setting",
        "settings.csv row 5, column value",
        "places.csv row 2, column latitude",
    }
    assert own_settings(folder) == {}


def test_a_value_without_a_meaning_is_a_fault_of_the_configuration(folder: Path) -> None:
    (folder / "settings.csv").write_text("setting,value\ncare.scan,0\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"care\.scan"):
        of(folder)
