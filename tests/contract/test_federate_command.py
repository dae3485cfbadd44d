"""`citycare federate`: what it writes, and what it refuses in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.train.saved import read_model
from policies.diagnosis.plain import PlainLogistic
from tests.hospital_files import write_hospitals

pytestmark = pytest.mark.contract

QUICK = ["--rounds", "10", "--folds", "2", "--repeats", "1"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return [str(path) for path in write_hospitals(tmp_path_factory.mktemp("hospitals"))]


@pytest.fixture(scope="module")
def out(files: list[str]) -> Path:
    folder = Path(files[0]).parent / "out"
    assert main(["federate", "--data", *files, *QUICK, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def card(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "card.json").read_text(encoding="utf-8"))
    return found


def test_the_card_says_which_sums_crossed_and_how_many_bytes(card: dict[str, Any]) -> None:
    sums = {row["sum"]: row for row in card["crossings"]}
    assert list(sums) == ["who knows each column", "sums", "squared deviations", "weights"]
    assert sums["weights"]["times"] == 10
    assert sums["weights"]["numbers"] == 3 + 2
    assert sums["weights"]["bytes_up"] == 10 * 5 * 16 * 3
    assert card["terms_not_used"] == ["temperature_celsius"]


def test_every_hospital_and_model_has_a_figure_with_its_interval(card: dict[str, Any]) -> None:
    assert list(card["auroc"]) == ["federated", "pooled", "own", "east", "north", "west"]
    for figures in card["auroc"].values():
        assert list(figures) == ["east", "north", "west", "mean of hospitals"]
        assert all(one["low"] <= one["value"] <= one["high"] for one in figures.values())
    assert card["auroc"]["federated"]["mean of hospitals"]["value"] > 0.7


def test_the_model_reads_back_as_one_of_train(out: Path) -> None:
    model = read_model(out / "model.json")
    assert isinstance(model, PlainLogistic)
    assert set(model.numbers) == {"heart_rate_per_min", "age_years"}


def test_the_page_needs_no_network_and_repeats_the_card(out: Path, card: dict[str, Any]) -> None:
    page = (out / "card.html").read_text(encoding="utf-8")
    assert "squared deviations" in page
    assert card["sentences"][2] in page
    assert not any(sign in page for sign in ('src="http', "url(http", "<script", "@import"))


def test_the_same_command_gives_the_same_bytes(files: list[str], out: Path, tmp_path: Path) -> None:
    again = tmp_path / "out"
    assert main(["federate", "--data", *files, *QUICK, "--out", str(again)]) == 0
    assert all(path.read_bytes() == (again / path.name).read_bytes() for path in out.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--rounds", "0", "--folds", "1"], ["--rounds", "--folds"]),
        (["--silent", "east"], ["NAME:ROUND"]),
        (["--silent", "south:3"], ["name one of east, north, west"]),
        (["--target", "acuity"], ["--target", "critical"]),
        (["--silent", "east:3"], ["secure sum weights, round 3", "silent: east"]),
    ],
)
def test_wrong_wishes_are_named_and_nothing_is_written(
    words: list[str], told: list[str], files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["federate", "--data", *files, *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in told)
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("n", "told"), [(1, "one file for each hospital"), (2, "3 hospitals or more")])
def test_too_few_hospitals_are_refused(
    n: int, told: str, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["federate", "--data", *files[:n], "--out", str(tmp_path / "out")]) == 2
    assert told in capsys.readouterr().err


def test_a_file_named_twice_is_refused(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["federate", "--data", *files, files[0], "--out", str(tmp_path / "out")]) == 2
    assert "name each file once" in capsys.readouterr().err
