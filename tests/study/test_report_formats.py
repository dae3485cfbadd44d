"""The report in other formats says what the page says; paper is printed where a browser is installed."""

import json
from pathlib import Path

import pytest

from experiments import cli
from experiments.report import printing
from experiments.report.answer import answer
from experiments.report.folder import read_folder
from experiments.report.formats import document_of, markdown, plain
from tests.browser import installed
from tests.report_folder import HOSPITALS, Design, write_run_folder

pytestmark = pytest.mark.study

EVIL = "<script>alert(1)</script>|*x*"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run_folder(tmp_path_factory.mktemp("formats"), Design(hospitals=HOSPITALS | {"h1": EVIL}))


def test_markdown_says_the_answer_and_every_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(folder), "--format", "md"]) == 0
    assert "report.md" in capsys.readouterr().out
    text = (folder / "report.md").read_text(encoding="utf-8")
    for sentence in answer(read_folder(folder)).sentences:
        assert plain(sentence) in text
    assert "<script>" not in text
    widths = [line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("|")]
    assert len(widths) > 100


def test_json_holds_the_same_tables(folder: Path) -> None:
    assert cli.main(["report", str(folder), "--format", "json"]) == 0
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(document_of(read_folder(folder), "en")))
    tables = [table for section in document["sections"] for table in section["tables"]]
    assert all(len(row) == len(table["columns"]) for table in tables for row in table["rows"])
    names = [section["name"] for section in document["sections"]]
    assert names[:3] == ["differences", "measures", "supply"]
    assert {"gains", "waits", "front", "convergence", "certainty", "evidence"} <= set(names)
    lines = list(markdown(document))
    assert sum(line.startswith("**") for line in lines) == len(tables)


def test_no_markup_of_a_text_survives() -> None:
    assert plain("a|b *c* <d>\ne") == "a\\|b \\*c\\* \\<d\\> e"


@pytest.mark.skipif(installed() is None, reason="no Chromium is installed")
def test_a_browser_prints_the_page(folder: Path) -> None:
    assert cli.main(["report", str(folder), "--format", "pdf"]) == 0
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_browser_the_mend_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing.shutil, "which", lambda name: None)
    assert cli.main(["report", str(folder), "--format", "pdf"]) == 2
    said = capsys.readouterr().err
    assert "install Chromium" in said
    assert "report.html" in said


def test_a_browser_that_fails_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(printing.shutil, "which", lambda name: str(broken))
    assert cli.main(["report", str(folder), "--format", "pdf"]) == 2
    assert "did not (no display)" in capsys.readouterr().err
