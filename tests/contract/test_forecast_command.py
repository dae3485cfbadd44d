"""`citycare forecast`: files written, figures that agree, and faults before anything is written."""

import csv
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli import main
from experiments.forecasting.scores import NOISE_FLOOR
from policies.forecast import FORECASTERS
from tests.known_counts import poisson_series, rows_of

pytestmark = pytest.mark.contract

CALLS = {"city": poisson_series(18, 12.0, seed=2), "north <1>": poisson_series(18, 4.0, seed=3)}


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("forecast")
    (folder / "calls.csv").write_text(rows_of(CALLS), encoding="utf-8")
    columns = ["--count", "city", "north <1>"]
    words = ["forecast", "--data", str(folder / "calls.csv"), *columns, "--out", str(folder / "out")]
    assert main(words) == 0
    return words


@pytest.fixture(scope="module")
def out(arguments: list[str]) -> Path:
    return Path(arguments[-1])


def test_scores_name_every_member_of_every_series_and_period(out: Path) -> None:
    scores = pd.read_csv(out / "scores.csv")
    expected = {(s, p, m) for s in CALLS for p in ("hour", "day") for m in (*FORECASTERS, NOISE_FLOOR)}
    assert set(zip(scores["series"], scores["period"], scores["member"], strict=True)) == expected
    assert scores.groupby(["series", "period"])["chosen"].sum().tolist() == [1, 1, 1, 1]
    known = scores[scores["member"] != NOISE_FLOOR]
    assert known.notna().all(axis=None)
    assert known["mase"].to_numpy() == pytest.approx((known["mae"] / known["scale"]).to_numpy(), rel=1e-4)


def test_forecasts_cover_the_test_and_the_hours_to_come(out: Path) -> None:
    frame = pd.read_csv(out / "forecasts.csv")
    hours = frame[(frame["series"] == "city") & (frame["period"] == "hour")]
    coming = hours[hours["count"].isna()]
    assert coming["time"].tolist() == [f"2024-05-06T{hour:02d}:00" for hour in range(24)]
    days = frame[(frame["series"] == "city") & (frame["period"] == "day")]
    assert days["time"].iloc[-1] == "2024-05-06T00:00"
    assert np.all((frame["low_90"] <= frame["median"]) & (frame["median"] <= frame["high_90"]))


def test_the_scores_follow_from_the_forecasts(out: Path) -> None:
    scores = pd.read_csv(out / "scores.csv")
    frame = pd.read_csv(out / "forecasts.csv").dropna(subset=["count"])
    for _, score in scores[scores["chosen"]].iterrows():
        mine = frame[(frame["series"] == score["series"]) & (frame["period"] == score["period"])]
        assert (mine["count"] - mine["median"]).abs().mean() == pytest.approx(score["mae"], rel=1e-4)
        covered = mine["count"].between(mine["low_90"], mine["high_90"]).mean()
        assert covered == pytest.approx(score["coverage_share"], rel=1e-4)


def test_the_page_needs_no_network_and_escapes_names(out: Path) -> None:
    page = (out / "forecast.html").read_text(encoding="utf-8")
    assert "default-src 'none'; script-src 'none'" in unescape(page)
    assert "north &lt;1&gt;" in page
    assert "<1>" not in page
    assert not [word for word in ("<script", "src=", "@import", "url(") if word in page.split("</style>")[-1]]
    for heading in (
        "What was tried",
        "Do the intervals keep their promise?",
        "Errors in patients",
        "The hours to come",
    ):
        assert f"<h2>{heading}</h2>" in page


def test_the_page_shows_the_scores_of_the_file(out: Path) -> None:
    page = (out / "forecast.html").read_text(encoding="utf-8")
    with (out / "scores.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert f"{float(row['mase']):.3f}" in page


def test_the_same_file_gives_the_same_bytes(arguments: list[str], out: Path, tmp_path: Path) -> None:
    assert main([*arguments[:-1], str(tmp_path / "again")]) == 0
    for name in ("scores.csv", "forecasts.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--count", "citty"], "add the column citty"),
        (["--count", "city", "--by", "region"], "add the column region"),
        (["--count", "city", "other", "--by", "city"], "--by = 'city': give one column of counts with it"),
        (["--count", "city", "--test-from", "2030-01-01"], "--test-from = '2030-01-01': give a day from"),
    ],
)
def test_faults_come_before_anything_is_written(
    words: list[str], fault: str, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["forecast", "--data", arguments[2], *words, "--out", str(out)]) == 2
    assert fault in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("horizon", ["0", "169", "a day"])
def test_a_horizon_is_a_number_of_hours_up_to_a_week(horizon: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["forecast", "--data", "calls.csv", "--out", "out", "--horizon", horizon])
    assert stopped.value.code == 2
    assert "is no number of hours from 1 to 168" in capsys.readouterr().err
