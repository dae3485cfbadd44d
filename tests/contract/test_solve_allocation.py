"""`citycare solve allocation`: the documented example, its forecasts with error, dashes, and what cannot be."""

import re
from pathlib import Path

import pytest

from experiments import cli

pytestmark = pytest.mark.contract

DOCUMENT = Path(__file__).parents[2] / "docs" / "optimizer.md"


def examples() -> dict[str, str]:
    """Return the files that the documentation shows, by name."""
    found = re.findall(r"```csv (\S+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return dict(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in examples().items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_documented_example(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "moves.csv"
    assert cli.main(["solve", "allocation", str(folder), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "Forecast of the period after 2025-04, by regression on 4 periods." in text
    assert "over the periods held out (2025-04)" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["ventilator", "south", "7.5", "0.33", "0", "16.5", "1.33", "0"] in lines
    assert ["ventilator", "depot", "4", "0", "–", "0", "–", "0"] in lines
    assert ["ventilator", "south", "7", "16.5", "0.42", "17", "1.03", "0"] in lines
    assert "R is – where nothing is demanded." in text
    assert "Inequality (max-min, 0 is equal): ventilator 0.596 -> 0.020." in text
    assert out.read_text(encoding="utf-8").splitlines() == [
        "type,from,to,units,unit_cost",
        "ventilator,north,south,6,3.5",
        "ventilator,depot,south,4,3.0",
    ]


def test_one_period_is_taken_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = examples()["medical_resource.csv"].splitlines()
    kept = [rows[0], *(row for row in rows[1:] if "2025-04" in row)]
    (folder / "medical_resource.csv").write_text("\n".join(kept), encoding="utf-8")
    assert cli.main(["solve", "allocation", str(folder), "--inequality", "none", "--unmet-cost", "1"]) == 0
    text = capsys.readouterr().out
    assert "those of 2025-04, the only period; their error is not known" in text
    assert "No unit moves." in text
    assert "Inequality is not counted." in text


def test_gini_is_another_measure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["solve", "allocation", str(folder), "--inequality", "gini"]) == 0
    assert "Inequality (gini, 0 is equal): ventilator 0.390 -> 0.011." in capsys.readouterr().out


def test_too_large_a_share_is_explained_and_nothing_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "moves.csv"
    assert cli.main(["solve", "allocation", str(folder), "--least-share", "2", "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "south must have at least 33 ventilator (it needs 16.5)" in told.err
    assert "The least that would have to give" in told.err
    assert not out.exists()


def test_faults_of_file_and_options_come_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "medical_resource.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-01,20,10", "2025-01,x,-1"), encoding="utf-8")
    assert cli.main(["solve", "allocation", str(folder), "--most-moves", "-1"]) == 2
    told = capsys.readouterr().err
    assert "3 things to mend" in told
    assert "--most-moves = -1: give 0 or more units" in told
    with pytest.raises(SystemExit):
        cli.main(["solve", "allocation", str(folder), "--unmet-cost", "-1"])
    assert "-1 is not a number of at least 0" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["solve", "allocation", str(folder), "--unmet-cost", "much"])
    assert "'much' is not a number" in capsys.readouterr().err
