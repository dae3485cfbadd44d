"""The event log of a run: read back, it holds every mark, and the formats say the same."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.event_log.events import event_table
from experiments.event_log.formats import CSV_COLUMNS, write_csv, write_xes
from experiments.store import stem
from experiments.study import run_study, study_of
from sim.run import drawn, simulate
from sim.streams import Replication
from tests.golden.trace import golden_world
from tests.small_clinic import clinic, write_clinic

pytestmark = pytest.mark.study

XES = "{http://www.xes-standard.org/}"
START = datetime(2026, 1, 5)


@pytest.fixture(scope="module")
def events_and_patients() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events of the golden city, in which patients are moved, give up and are still inside."""
    scenario, policies = golden_world()
    replication = Replication(2, 20261122)
    run = simulate(scenario, policies, replication)
    minutes = drawn(scenario, replication).minutes
    return event_table(scenario, minutes, run.patients, run.transfers), run.patients


def n_of(events: pd.DataFrame, activity: str, lifecycle: str) -> int:
    return int(((events["activity"] == activity) & (events["lifecycle"] == lifecycle)).sum())


def test_there_is_an_event_for_every_mark(events_and_patients: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    events, patients = events_and_patients
    counted = {
        "arrived": ("arrival", "complete"),
        "departed": ("departure", "complete"),
        "emergency_asked": ("wait for emergency", "start"),
        "emergency_entered": ("wait for emergency", "complete"),
        "ward_asked": ("wait for ward", "start"),
        "ward_left": ("ward", "complete"),
        "door.triage_started": ("door.triage", "start"),
        "emergency.see_started": ("emergency.see", "start"),
        "emergency.scan_started": ("emergency.scan", "start"),
        "ward.stay_started": ("ward.stay", "start"),
    }
    assert {mark: n_of(events, *event) for mark, event in counted.items()} == {
        mark: int(patients[mark].notna().sum()) for mark in counted
    }
    gave_up = int((patients["outcome"] == "left_unseen").sum())
    assert gave_up > 0
    assert n_of(events, "wait for emergency", "ate_abort") == gave_up


def test_times_are_those_of_the_marks(events_and_patients: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    events, patients = events_and_patients
    starts = events[(events["activity"] == "emergency.scan") & (events["lifecycle"] == "start")]
    marks = patients["emergency.scan_started"].dropna()
    assert dict(zip(starts["patient"], starts["time_min"], strict=True)) == marks.to_dict()
    steps = events[events["activity"] == "ward.stay"].pivot(index="patient", columns="lifecycle", values="time_min")
    left = patients["ward_left"]
    np.testing.assert_array_equal(steps["complete"].dropna(), left.dropna())  # the stay is the last that is done there
    assert (events["time_min"] < 1440.0).all()


def test_events_of_a_patient_follow_each_other(events_and_patients: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    events, patients = events_and_patients
    assert events["patient"].is_monotonic_increasing
    assert (events.groupby("patient")["time_min"].diff().dropna() >= 0).all()
    firsts, lasts = events.groupby("patient").first(), events.groupby("patient").last()
    assert (firsts["activity"] == "arrival").all()
    assert set(lasts.index[lasts["activity"] == "departure"]) == set(patients.index[patients["departed"].notna()])


def test_a_patient_who_is_moved_goes_on_elsewhere(events_and_patients: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    events, patients = events_and_patients
    moved = patients.index[patients["hospital"] != patients["final_hospital"]]
    assert len(moved) > 0
    own = (
        events[events["patient"] == moved[0]].astype({"hospital": str}).set_index(["activity", "lifecycle"])["hospital"]
    )
    origin, destination = patients.loc[moved[0], ["hospital", "final_hospital"]].astype(str)
    assert own["emergency", "complete"] == own["wait for ward", "start"] == origin
    assert own["wait for ward", "complete"] == own["ward", "start"] == destination


def read_xes(path: Path) -> list[tuple[str, ...]]:
    """Return the events of a log as another tool would read them, in the columns of the CSV."""
    rows = []
    for trace in ElementTree.parse(path).getroot().iter(f"{XES}trace"):
        case = trace.find(f"{XES}string").get("value")  # type: ignore[union-attr]
        for event in trace.iter(f"{XES}event"):
            found = {part.get("key"): part.get("value") for part in event}
            keys = ("concept:name", "time:timestamp", "lifecycle:transition", "org:resource", "org:group")
            rows.append((case, *(found.get(key, "") for key in keys)))
    return rows  # type: ignore[return-value]


def test_both_formats_hold_the_same_events(
    events_and_patients: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    events, _ = events_and_patients
    write_csv(events, START, tmp_path / "log.csv")
    write_xes(events, START, tmp_path / "log.xes", 'a < b & "c"')
    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == list(CSV_COLUMNS) == ["case_id", "activity", "timestamp", "lifecycle", "resource", "hospital"]
    assert len(rows) == len(events)
    assert [(*row[:2], f"{row[2]}+00:00", *row[3:]) for row in rows] == read_xes(tmp_path / "log.xes")
    seconds = [(datetime.fromisoformat(row[2]) - START) / timedelta(seconds=1) for row in rows]
    np.testing.assert_allclose(seconds, events["time_min"] * 60.0, atol=0.001)


def test_the_log_says_what_it_is(events_and_patients: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> None:
    write_xes(events_and_patients[0], START, tmp_path / "log.xes", 'a < b & "c"')
    log = ElementTree.parse(tmp_path / "log.xes").getroot()
    assert (log.tag, log.get("xes.version")) == (f"{XES}log", "1849-2016")
    prefixes = [one.get("prefix") for one in log.findall(f"{XES}extension")]
    assert prefixes == ["concept", "time", "lifecycle", "org"]
    names = {one.get("key"): one.get("value") for one in log.findall(f"{XES}string")}
    assert names == {"concept:name": 'a < b & "c"', "lifecycle:model": "standard"}
    used = {part.get("key") for part in log.iter() if part.get("key") and ":" in str(part.get("key"))}
    assert {str(key).split(":")[0] for key in used} == set(prefixes)


@pytest.fixture(scope="module", params=["patients", "events"])
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    conf, folder = write_clinic(tmp_path_factory.mktemp("conf")), tmp_path_factory.mktemp("runs") / "clinic"
    overrides = ["run.replications=1", "run.start_date='2026-03-04 10:00'", f"store.keep={request.param}"]
    run_study(study_of([clinic(conf, 0.05, 1440.0, *overrides, pathways="tandem")]), folder, n_workers=1)
    return folder


def test_the_command_writes_into_the_folder_of_the_run(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "log", str(finished)]) == 0
    said = capsys.readouterr().out
    assert "Notice" not in said
    rows = read_xes(finished / "event_log" / f"{stem('base', 0)}.xes")
    patients = pd.read_parquet(finished / "patients" / f"{stem('base', 0)}.parquet")
    assert sum(row[1:4:2] == ("arrival", "complete") for row in rows) == len(patients)
    assert sum(row[1:4:2] == ("ward.stay", "start") for row in rows) == patients["ward.stay_started"].notna().sum()
    assert rows[0][2].startswith("2026-03-04T10:")


def test_a_log_that_leaves_the_folder_is_announced(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", "log", str(finished), "--out", str(tmp_path / "mine.CSV")]) == 0
    assert "Notice: this file holds a row for everything that happened to each patient" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "mine.CSV")) == len(read_xes_again(finished))


def read_xes_again(finished: Path) -> list[tuple[str, ...]]:
    assert cli.main(["export", "log", str(finished)]) == 0
    return read_xes(finished / "event_log" / f"{stem('base', 0)}.xes")


@pytest.mark.parametrize(
    ("out", "mend"), [("log.txt", "let the name end in .xes or .csv"), ("none/log.xes", "name a file in a folder")]
)
def test_a_file_that_cannot_be_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, mend: str
) -> None:
    assert cli.main(["export", "log", str(finished), "--out", str(tmp_path / out)]) == 2
    assert mend in capsys.readouterr().err


def test_without_patients_or_after_a_change_there_is_no_log(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert cli.main(["export", "log", str(tmp_path)]) == 2
    assert "no patients were kept" in capsys.readouterr().err
    manifest["cells"][0]["configuration"]["run"]["root_seed"] = 1
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "patients").symlink_to(finished / "patients")
    assert cli.main(["export", "log", str(tmp_path)]) == 2
    assert "restore the configuration" in capsys.readouterr().err
