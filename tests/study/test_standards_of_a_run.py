"""A finished run goes out as a bundle and as bed counts; its city comes back, and its patients stay unnamed."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.files.folder import read_city_folder
from experiments.learning.release import Question, cells_of, visits_of_run
from experiments.standards.have import read_have

pytestmark = pytest.mark.study

ASKED = [
    "pathways=emergency_medicines",
    "formulary=perishables",
    "medicines=near_expiry",
    "city.demand.scale=0.2",
    "run.replications=1",
    "run.weeks=0.6",
    "run.warm_up_weeks=0",
    "run.start_date='2026-01-07 09:00'",
    "run.workers=1",
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("standards") / "run"
    assert cli.main(["run", *ASKED, f"run.folder='{folder}'"]) == 0
    return folder


def table(run: Path, name: str) -> pd.DataFrame:
    (path,) = (run / name).glob("*.parquet")
    return pd.read_parquet(path)


def resources(run: Path, out: Path, *more: str) -> dict[str, list[dict[str, Any]]]:
    assert cli.main(["export", "fhir", str(run), "--out", str(out), *more]) == 0
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(out.read_text(encoding="utf-8"))["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def test_every_lot_that_went_is_a_request_and_every_shown_patient_counts(run: Path, tmp_path: Path) -> None:
    found = resources(run, tmp_path / "bundle.json")
    moves = table(run, "stock_moves")
    went = moves[moves["refusal"] == ""]
    assert len(went) > 0
    assert [one["quantity"]["value"] for one in found["SupplyRequest"]] == went["units"].tolist()
    patients = table(run, "patients")
    came = patients[patients["arrived"].notna()]
    groups = Counter(zip(came["hospital"], came["zone"].notna(), came["acuity"], strict=True))
    shown = sum(one["contained"][0]["quantity"] for one in found["Encounter"])
    assert shown == sum(n for n in groups.values() if n >= 4)


def test_single_encounters_are_told_of_when_they_leave_the_folder(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = resources(run, tmp_path / "bundle.json", "--encounters")
    assert "a row for each patient" in capsys.readouterr().out
    assert len(found["Encounter"]) > 100
    assert not any("subject" in one for one in found["Encounter"])
    resources(run, run / "bundle.json", "--encounters")
    assert "a row for each patient" not in capsys.readouterr().out


def test_the_city_of_a_run_comes_back_with_its_medicines_and_deliveries(run: Path, tmp_path: Path) -> None:
    resources(run, tmp_path / "bundle.json")
    assert cli.main(["import", "fhir", str(tmp_path / "bundle.json"), "--out", str(tmp_path / "city")]) == 0
    city = read_city_folder(tmp_path / "city")
    stock = table(run, "stock")
    kept = {(one.id, shelf.medicine) for one in city.hospitals for shelf in one.shelves}
    assert kept == set(zip(stock["hospital"], stock["medicine"], strict=True))
    triage = city.hospitals[0].pool("triage_nurse")
    assert triage is not None
    assert triage.levels[:24] == (2,) * 7 + (3,) * 16 + (2,)  # the week begins on Monday although the run does not
    lots = pd.read_csv(tmp_path / "city" / "supply_request.csv")
    moves = table(run, "stock_moves")
    assert lots["units"].tolist() == moves.loc[moves["refusal"] == "", "units"].tolist()


def test_beds_of_a_run_are_counted_in_the_hour_that_is_asked_for(run: Path, tmp_path: Path) -> None:
    resources(run, tmp_path / "bundle.json")
    assert cli.main(["import", "fhir", str(tmp_path / "bundle.json"), "--out", str(tmp_path / "city")]) == 0
    beds = tmp_path / "beds.csv"
    assert cli.main(["export", "have", str(run), "--out", str(beds), "--hour", "5"]) == 0
    sheet, counts = read_have(beds, read_city_folder(tmp_path / "city").hospitals)
    assert sheet.all_faults() == []
    levels = table(run, "levels")
    for one in counts:
        (row,) = levels[
            (levels["hospital"] == one.hospital) & (levels["pool"] == one.bed_type) & (levels["hour"] == 5)
        ].to_dict("records")
        assert one.moment == datetime(2026, 1, 7, 14)
        free = int(np.floor((row["duty_min"] - row["busy_min"] - row["cleaning_min"]) / 60 + 0.5))
        assert one.available == (None if 1 <= one.baseline - free <= 3 else free)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["have", "--hour", "9999"], "give an hour from 0 to"),
        (["have", "--replication", "3"], "give a number from 0 to 0"),
        (["fhir", "--cell", "other"], "name the cell"),
    ],
)
def test_what_the_run_has_not_is_a_fault(
    run: Path, tmp_path: Path, asked: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", asked[0], str(run), "--out", str(tmp_path / "x"), *asked[1:]]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_city_has_no_single_encounters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["export", "fhir", "five_hospitals", "--out", str(tmp_path / "x.json"), "--encounters"]
    assert cli.main(asked) == 2
    assert "name the folder of a run" in capsys.readouterr().err


def test_a_name_that_is_nothing_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "fhir", "six_hospitals", "--out", str(tmp_path / "x.json")]) == 2
    assert "five_hospitals" in capsys.readouterr().err


def test_visits_of_a_run_are_counted_by_hospital_and_week_for_a_release(run: Path) -> None:
    visits = visits_of_run(run, 0, None)
    cells = cells_of(visits, Question(("hospital",), "day", 1.0))
    came = table(run, "patients")["arrived"].between(0, visits.n_hours * 60, inclusive="left")
    assert cells["count"].sum() == int(came.sum())
    assert len(cells) == len(visits.values["hospital"]) * 5
