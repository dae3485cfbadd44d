"""From aggregates to a suggestion: trained, judged, written and asked, by the commands of the page."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.suggesting.stored import read_differential
from experiments.train.ddxplus import CONDITIONS, SHARES

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on two conditions that one answer tells apart nine times of ten."""
    folder = tmp_path_factory.mktemp("differential")
    shares = {
        "conditions": ["infarction", "pneumonia"],
        "symptoms": ["pain", "cough"],
        "condition_counts": {"infarction": 50, "pneumonia": 50},
        "probabilities": {"infarction": {"pain": 0.9, "cough": 0.5}, "pneumonia": {"pain": 0.1, "cough": 0.5}},
    }
    codes = {"infarction": {"icd10-id": "I21"}, "pneumonia": {"icd10-id": "j17, j18"}}
    (folder / SHARES).write_text(json.dumps(shares), encoding="utf-8")
    (folder / CONDITIONS).write_text(json.dumps(codes), encoding="utf-8")
    words = ["train", "--schema", "ddxplus", "--data", str(folder), "--out", str(folder / "out")]
    assert cli.main(words) == 0
    return folder / "out"


def test_the_card_tells_what_is_known_to_be_possible(trained: Path) -> None:
    card = json.loads((trained / "card.json").read_text(encoding="utf-8"))
    whole = card["reached"][0]
    assert whole["bound"]["low"] - 0.01 <= 0.9 <= whole["bound"]["high"] + 0.01
    assert [bar["met"] for bar in card["bars"]] == [True] * 4
    assert card["pathways"][0]["believed"].keys() == {"chest_pain", "breathlessness"}
    assert (trained / "card.html").is_file()
    rows = pd.read_csv(trained / "predictions.csv")
    all_asked = rows[rows["elicited_share"] == 1]
    right = (all_asked["pathway"] == all_asked["suggested"]).mean()
    assert right == pytest.approx(card["pathways"][0]["right_share"]["value"], abs=1e-6)


def test_a_case_gets_its_pathway_and_a_wrong_argument_is_named(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.csv"
    case.write_text("evidence,answer\npain,yes\n", encoding="utf-8")
    asked = ["suggest", "--model", str(trained), "--case", str(case)]
    assert cli.main([*asked, "--least-answers", "1", "--out", str(tmp_path / "out.json")]) == 0
    p = read_differential(trained).model.posterior(np.array([[1.0, np.nan]]))[0, 0]
    assert f"case 1: chest_pain, probability {p:.2f}" in capsys.readouterr().out
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["cases"][0]["pathway"] == "chest_pain"
    assert cli.main(asked) == 0
    assert "abstains: 1 answers are too few" in capsys.readouterr().out
    assert cli.main([*asked, "--least-p", "2"]) == 2
    assert cli.main(["train", "--schema", "ddxplus", "--data", "x", "--out", "y", "--folds", "3"]) == 2
    assert "--folds" in capsys.readouterr().err
