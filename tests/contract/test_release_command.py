"""`citycare release` says what is missing before anything is spent."""

import sys
from pathlib import Path

import pytest

from experiments.cli import main

pytestmark = pytest.mark.contract


def test_without_opendp_nothing_is_spent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opendp", None)
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    file = tmp_path / "visits.csv"
    file.write_text("hospital\neast\n", encoding="utf-8")
    words = ["--per", "all", "--values", "hospital=east", "--epsilon", "1", "--budget", "1"]
    assert main(["release", str(file), *words, "--out", str(tmp_path / "out.csv")]) == 2
    assert "citycare[privacy]" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["visits.csv"]
