"""Several runs on one page: probabilities follow from replications, pairs share chance, the page stays offline."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.league.entries import chosen_measures, entries_of, run_names
from experiments.league.figures import rows_of
from experiments.league.page import league_table, percent, probabilities, write_comparison
from experiments.statistics.leading import probabilities_of_best
from sim.faults import ScenarioError
from sim.streams import Replication, stream
from tests.report_folder import CELLS, Design, write_run_folder

pytestmark = pytest.mark.unit

EVIL = "<script>alert(1)</script>"


def chance() -> np.random.Generator:
    return stream(Replication(0, 1), "test")


def test_who_is_better_in_every_replication_is_surely_the_best() -> None:
    noise = chance().normal(size=10)
    found = probabilities_of_best([noise, noise + 0.01], ["same", "same"], chance())
    assert found.tolist() == [0.0, 1.0]


def test_strangers_with_the_same_values_are_each_the_best_half_of_the_time() -> None:
    values = chance().normal(size=10)
    found = probabilities_of_best([values, values], ["one", "other"], chance())
    assert found.sum() == pytest.approx(1.0)
    assert abs(found[0] - 0.5) < 4 * 0.5 / np.sqrt(4000)


def test_equals_share_their_probability() -> None:
    values = np.array([1.0, 2.0, 3.0])
    assert probabilities_of_best([values, values, values - 1], [0, 0, 0], chance()).tolist() == [0.5, 0.5, 0.0]


def test_two_replications_give_the_probability_of_a_uniform_weight() -> None:
    """A leads by 3 in one, lags by 1 in the other: A is best where a uniform weight is above a quarter."""
    found = probabilities_of_best([np.array([3.0, 0.0]), np.array([0.0, 1.0])], [0, 0], chance(), 40_000)
    assert abs(found[0] - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 40_000)


def test_groups_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="same replications"):
        probabilities_of_best([np.ones(3), np.ones(4)], [0, 0], chance())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("league")
    first = write_run_folder(root / "first", Design(n_replications=3, n_patients=40))
    return [first, write_run_folder(root / "second", Design(4, n_patients=40, manifest={"question": EVIL}))]


def test_every_cell_of_every_run_is_an_entry(folders: list[Path]) -> None:
    _runs, entries = entries_of(folders)
    assert len(entries) == 2 * len(CELLS)
    assert {entry.run for entry in entries} == {"first", "second"}
    assert len({entry.group for entry in entries}) == 2
    assert entries[0].name == "first: On their own, live"
    assert entries_of(folders[:1])[1][0].name == "On their own, live"


def test_the_league_is_ranked_by_the_probability_of_being_best(folders: list[Path]) -> None:
    _runs, entries = entries_of(folders[:1])
    p_best = probabilities(entries, "boarding_hours_per_day")
    assert p_best.sum() == pytest.approx(1.0)
    rows = league_table(entries, "boarding_hours_per_day", p_best).rows
    assert rows[0][:2] == ("1", "Balance model, live")
    assert [row[0] for row in rows] == [str(n) for n in range(1, 7)]
    assert probabilities(entries, "boarding_hours_per_day").tolist() == p_best.tolist()


def test_the_best_mean_stands_at_the_top_whatever_the_direction(folders: list[Path]) -> None:
    _runs, entries = entries_of(folders[:1])
    rows = rows_of(entries, ["boarding_hours_per_day"], entries[0].name)
    assert min(rows, key=lambda row: row["mean"])["share"] == 1.0
    assert max(rows, key=lambda row: row["mean"])["share"] == 0.0


def test_measures_are_those_that_all_know(folders: list[Path]) -> None:
    _runs, entries = entries_of(folders)
    assert chosen_measures(entries)[0] == "boarding_hours_per_day"
    assert chosen_measures(entries, "ed_los_min")[:2] == ["ed_los_min", "boarding_hours_per_day"]
    entries[0] = replace(entries[0], values=entries[0].values.drop(columns="ed_los_min"))
    with pytest.raises(ScenarioError, match="--measure"):
        chosen_measures(entries, "ed_los_min")


def test_the_page_is_offline_and_escaped(folders: list[Path], tmp_path: Path) -> None:
    page = write_comparison(folders, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    script = page.split('<script type="module">')[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "unsafe" not in page.split("Content-Security-Policy")[1][:400]
    markup = page.replace(script, "")
    assert set(re.findall(r'\b(?:src|href)="([^"]*)"', markup)) == {"#main", "data:,"}
    assert page == write_comparison(folders, tmp_path / "again.html").read_text(encoding="utf-8")
    assert len(page) < 4_000_000


def test_wrong_words_are_told(folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = str(folders[0])
    assert cli.main(["compare", first, str(tmp_path), "--out", str(tmp_path / "x.html")]) == 2
    assert cli.main(["compare", first, "--out", str(tmp_path / "no" / "x.html")]) == 2
    assert cli.main(["compare", first, "--out", str(tmp_path / "x.html"), "--measure", "ed_los"]) == 2
    assert "ed_los_min" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


def test_runs_of_the_same_name_are_told_apart() -> None:
    assert run_names([Path("/a/run"), Path("/b/run"), Path("/b/other")]) == ["a/run", "b/run", "other"]


def test_nothing_is_printed_as_sure_that_is_not() -> None:
    assert [percent(share) for share in (0.0, 0.0004, 0.5, 0.9996, 1.0)] == ["0.0", "< 0.1", "50.0", "> 99.9", "100.0"]


def test_an_entry_that_lacks_a_value_does_not_know_the_measure(folders: list[Path]) -> None:
    _runs, entries = entries_of(folders[:1])
    entries[0].values.loc[0, "ed_los_min"] = np.nan
    assert not entries[0].knows("ed_los_min")
    assert isinstance(entries[0].values, pd.DataFrame)
