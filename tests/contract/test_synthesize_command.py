"""`citycare synthesize`: a file that can be trained on like a real one, and its card."""

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments.cli import main
from experiments.records import read_records
from tests.hospital_files import case_frame

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "patient_case.csv"
    case_frame(3, 300).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def out(file: Path) -> Path:
    assert main(["synthesize", "--data", str(file), "--repeats", "2", "--out", str(file.parent / "out")]) == 0
    return file.parent / "out"


def test_the_file_reads_like_a_real_one_and_tells_the_outcome_once(file: Path, out: Path) -> None:
    real, made = (read_records(path, "patient_case") for path in (file, out / "synthetic.csv"))
    assert set(made.features) == set(real.features)
    assert made.card.findings == ()
    assert made.outcomes["critical"].mean() == pytest.approx(real.outcomes["critical"].mean(), abs=0.1)
    assert set(pd.read_csv(file)) == set(pd.read_csv(out / "synthetic.csv"))


def test_the_card_holds_figures_with_intervals_and_distances(out: Path) -> None:
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    for figure in (*card["auroc"].values(), card["synthetic_less_real"], card["nearness"]["closer_share"]):
        assert figure["low"] <= figure["value"] <= figure["high"]
    assert card["nearness"]["n_copies"] == 0
    assert card["nearness"]["median_fitted"] > 0
    assert card["n_fitted"] + card["n_others"] == 300
    page = (out / "card.html").read_text(encoding="utf-8")
    assert "Nobody in this file ever lived" in page


def test_the_same_command_gives_the_same_bytes(file: Path, out: Path, tmp_path: Path) -> None:
    again = tmp_path / "out"
    assert main(["synthesize", "--data", str(file), "--repeats", "2", "--out", str(again)]) == 0
    assert all(path.read_bytes() == (again / path.name).read_bytes() for path in out.iterdir())


def test_wrong_wishes_are_named_and_nothing_is_written(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--repeats", "0", "--rows", "-2", "--target", "acuity"]
    assert main(["synthesize", "--data", str(file), *words, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in ("--repeats", "--rows", "--target", "critical"))
    assert not (tmp_path / "out").exists()
