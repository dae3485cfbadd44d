"""`citycare train`: files that agree with each other, models that read back, and faults before anything is written."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.cli import main
from experiments.model_card import mean_of
from experiments.records import SCHEMAS, read_records
from experiments.train.crossed import patients_of
from experiments.train.saved import KNOWN_TYPES, read_model, write_model
from policies.diagnosis.members import Boosting, Ensemble, Kernel, Logistic, NurseLevel
from sim.faults import ScenarioError

pytestmark = pytest.mark.contract

N = 160


def case_rows() -> str:
    """Return patients in whom a fast heart is urgent, and a nurse who is right more often."""
    chance = np.random.default_rng(8)
    acuity = chance.integers(1, 6, N)
    nurse = np.where(chance.random(N) < 0.85, acuity, np.clip(acuity + 1, 1, 5))
    rate = np.round(120 - 12 * acuity + chance.normal(0, 14, N)).astype(int).astype(str)
    rate[5] = "fast"
    columns = {"id": range(N), "condition": "any", "acuity": acuity, "nurse_acuity": nurse, "heart_rate_per_min": rate}
    frame = pd.DataFrame(columns).assign(age_years=chance.integers(1, 95, N))
    return frame.to_csv(index=False)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("train")
    (folder / "patient_case.csv").write_text(case_rows(), encoding="utf-8")
    members = ["--members", "nurse", "logistic", "logistic_with_nurse", "--repeats", "2"]
    made = ["train", "--data", str(folder / "patient_case.csv"), *members, "--out", str(folder / "out")]
    assert main(made) == 0
    return made


@pytest.fixture(scope="module")
def out(words: list[str]) -> Path:
    return Path(words[-1])


@pytest.fixture(scope="module")
def card(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "card.json").read_text(encoding="utf-8"))
    return found


def test_the_folder_holds_four_files_and_nothing_half_written(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {"model.json", "card.json", "card.html", "predictions.csv"}


def test_predictions_have_a_row_for_each_patient_and_repeat(out: Path) -> None:
    frame = pd.read_csv(out / "predictions.csv")
    assert len(frame) == 2 * N
    assert sorted(frame.loc[frame["repeat"] == 1, "row"]) == list(range(2, N + 2))
    assert set(frame["fold"]) == set(range(5))
    assert frame[["nurse", "logistic", "logistic_with_nurse"]].ge(0).all(axis=None)


def test_figures_follow_from_the_predictions(out: Path, card: dict[str, Any]) -> None:
    frame = pd.read_csv(out / "predictions.csv")
    for member, figures in card["members"].items():
        squares = [(one[member] - one["outcome"]) ** 2 for _, one in frame.groupby("repeat")]
        assert figures["brier"]["value"] == pytest.approx(np.mean([s.mean() for s in squares]), abs=1e-5)
        half = np.mean([mean_of(s.to_numpy()).half_width for s in squares])
        assert figures["brier"]["high"] - figures["brier"]["value"] == pytest.approx(half, abs=1e-5)
        alarms = frame[member] >= card["threshold"]["p"]
        found = alarms[frame["outcome"] == 1].mean()
        assert figures["sensitivity"]["value"] == pytest.approx(found, abs=2e-3)


def test_every_figure_has_an_interval_around_it(card: dict[str, Any]) -> None:
    expected = {"auroc", "brier", "ece", "slope", "sensitivity", "specificity", "net_benefit"}
    assert set(card["members"]) == {"nurse", "logistic", "logistic_with_nurse"}
    for figures in card["members"].values():
        assert set(figures) == expected
        for estimate in figures.values():
            assert estimate["low"] <= estimate["value"] <= estimate["high"]


def test_the_card_says_what_was_learned_from_and_lists_every_finding(card: dict[str, Any]) -> None:
    assert card["data"]["n_used"] == N
    assert [finding["value"] for finding in card["data"]["findings"]] == ["fast"]
    assert len(card["data"]["sha256"]) == 64
    assert card["target"] == {
        "name": "critical",
        "meaning": "acuity 1 or 2",
        "n": N,
        "n_yes": sum(int(line.split(",")[2]) <= 2 for line in case_rows().splitlines()[1:]),
    }


def test_levels_come_at_every_price_beside_the_nurse(card: dict[str, Any]) -> None:
    assert card["levels"][0]["by"] == "nurse"
    under = [row["under"]["value"] for row in card["levels"][1:]]
    assert under == sorted(under, reverse=True)
    assert len(under) == 6


def test_the_saved_model_is_the_one_trained_on_everybody(words: list[str], out: Path) -> None:
    records = read_records(Path(words[2]), "patient_case")
    patients, y = patients_of(records), records.outcomes["critical"].to_numpy() == 1
    expected = Logistic().fit(patients, y).probability(patients)
    assert read_model(out / "model.json").probability(patients) == pytest.approx(expected, abs=1e-12)


def test_the_page_says_what_the_card_says_and_needs_no_network(out: Path, card: dict[str, Any]) -> None:
    page = unescape((out / "card.html").read_text(encoding="utf-8"))
    assert card["nurse"] in page
    assert "TRIPOD+AI" in page
    assert "0.883" in page
    assert card["data"]["sha256"] in page
    assert not any(sign in page for sign in ('src="http', "url(http", "<script", "@import"))


def test_the_same_command_gives_the_same_bytes(words: list[str], out: Path, tmp_path: Path) -> None:
    again = tmp_path / "out"
    assert main([*words[:-1], str(again)]) == 0
    for path in out.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_all_faults_come_at_once_and_nothing_is_written(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ["--members", "logistik", "--target", "ilness", "--folds", "1", "--miss-cost", "-1", "--model", "nurse"]
    assert main([*words[:3], *wrong, "--out", str(tmp_path / "absent")]) == 2
    told = capsys.readouterr().err
    for part in ("logistik", "ilness", "--folds", "--miss-cost", "--model"):
        assert part in told
    assert "Traceback" not in told
    assert not (tmp_path / "absent").exists()


def test_too_few_patients_are_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "patient_case.csv"
    file.write_text("\n".join(case_rows().splitlines()[:12]), encoding="utf-8")
    assert main(["train", "--data", str(file), "--out", str(tmp_path / "out")]) == 2
    assert "too few" in capsys.readouterr().err


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_of_another_kind_names_what_is_missing(
    name: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "patient_case":
        return
    assert main(["train", "--data", words[2], "--schema", name, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "--data" in told or "column" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "member",
    [Boosting(n_rounds=3), Kernel(), Logistic(uses_nurse=True), Ensemble(members=(Logistic(), Boosting(n_rounds=2)))],
    ids=lambda member: member.name,
)
def test_models_of_every_kind_read_back(member: Logistic, words: list[str], tmp_path: Path) -> None:
    records = read_records(Path(words[2]), "patient_case")
    patients, y = patients_of(records), records.outcomes["critical"].to_numpy() == 1
    fitted = member.fit(patients, y)
    again = read_model(write_model(fitted, tmp_path))
    assert again.probability(patients) == pytest.approx(fitted.probability(patients), abs=1e-12)


def test_scores_are_not_saved(words: list[str], tmp_path: Path) -> None:
    records = read_records(Path(words[2]), "patient_case")
    fitted = NurseLevel().fit(patients_of(records), records.outcomes["critical"].to_numpy() == 1)
    with pytest.raises(ValueError, match="no pipeline"):
        write_model(fitted, tmp_path)
    assert list(tmp_path.iterdir()) == []


class Stranger:
    """A type that no model of ours holds."""


def test_a_file_with_a_strange_type_is_not_loaded(tmp_path: Path) -> None:
    from skops.io import dump

    dump([{"uses_nurse": False, "of": Stranger()}], tmp_path / "model.skops")
    with pytest.raises(ScenarioError, match="Stranger"):
        read_model(tmp_path / "model.skops")
    assert not any("Stranger" in name for name in KNOWN_TYPES)


@pytest.mark.parametrize(("name", "content"), [("m.skops", b"nothing"), ("m.json", b"{}"), ("m.json", b"no json")])
def test_a_file_that_is_no_model_is_a_fault_in_words(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScenarioError, match="is no model"):
        read_model(tmp_path / name)
    with pytest.raises(ScenarioError, match="can be read"):
        read_model(tmp_path / f"absent{name}")
