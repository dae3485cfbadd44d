"""The main job in small: from one command to a report, again from the same folder, and with failures."""

import json
from pathlib import Path

import pytest

from experiments import cli
from tests.city_files import write_documented_city

pytestmark = pytest.mark.study

SMALL = ["run.replications=2", "run.weeks=0.2", "run.warm_up_weeks=0.1", "run.workers=1", "triage=nurse"]

FAILING = """
from dataclasses import dataclass

@dataclass(slots=True)
class Failing:
    def decide(self, view):
        raise RuntimeError("no idea")

POLICIES = {"transfer": {"failing": Failing}}
"""


def test_a_sweep_ends_with_answer_report_and_suggestion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a run"
    command = ["run", "-m", "transfer=stay_put,nearest_free", *SMALL, f"run.folder='{folder}'"]
    assert cli.main(command) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0].startswith("CityCare ")
    headings = [line.split(":")[0] for line in lines if line[:1].isalpha() and ":" in line]
    assert headings[-3:] == ["Answer", "Report", "Try next"]
    assert lines[-2].endswith(str(folder / "report.html"))
    assert " run -m transfer=stay_put,nearest_free" in lines[-1]
    assert "run.folder" not in lines[-1]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [cell["name"] for cell in manifest["cells"]] == ["stay_put", "nearest_free"]

    before = (folder / "measures.parquet").read_bytes()
    assert cli.main(command) == 0
    assert "all done before" in capsys.readouterr().out
    assert (folder / "measures.parquet").read_bytes() == before

    (folder / "report.html").unlink()
    assert cli.main(["report", str(folder)]) == 0
    assert (folder / "report.html").is_file()


def test_a_run_of_files_shows_their_names_and_their_plan(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    write_documented_city(tmp_path / "city")
    files = ["city=from_files", f"city.folder='{tmp_path / 'city'}'"]
    folder = tmp_path / "run"
    assert cli.main(["run", "-m", "transfer=stay_put,balance", *files, *SMALL, f"run.folder='{folder}'"]) == 0
    names = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["names"]
    assert names == {
        "hospitals": {"north": "North General", "south": "South Clinic"},
        "zones": {"harbor": "Harbor", "old_town": "Old Town"},
    }
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "North General" in page
    assert "The covering program" in page
    assert "medical_service.csv costs 3,230 (optimal)" in page


def test_a_failing_cell_is_reported_and_the_others_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin, folder = tmp_path / "failing.py", tmp_path / "run"
    plugin.write_text(FAILING, encoding="utf-8")
    arguments = ["run", "-m", "transfer=stay_put,failing", *SMALL, f"run.folder='{folder}'", "--plugin", str(plugin)]
    assert cli.main(arguments) == 1
    text = capsys.readouterr().out
    assert "2 replications failed; the others are kept:" in text
    assert "failing replication 0: RuntimeError: no idea" in text
    assert (folder / "report.html").is_file()


def test_nothing_finished_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin, folder = tmp_path / "failing.py", tmp_path / "run"
    plugin.write_text(FAILING, encoding="utf-8")
    arguments = ["run", "transfer=failing", *SMALL, f"run.folder='{folder}'", "--plugin", str(plugin)]
    assert cli.main(arguments) == 1
    assert "all 2 replications failed" in capsys.readouterr().out
