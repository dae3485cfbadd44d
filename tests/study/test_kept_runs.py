"""Runs that are kept: listed, shown, told apart in words, cleared of waste, handed over, and asked for figures."""

import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.kept.asking import ask, quantiles
from experiments.kept.clearing import cleared
from experiments.kept.differences import changes, explained, flattened
from experiments.kept.handing import handed
from experiments.kept.listing import kept_run, kept_runs, listed, shown
from experiments.store import RunFolder
from experiments.study import run_study
from sim.faults import ScenarioError
from tests import stand_in

pytestmark = pytest.mark.study


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a whole run, and one with a replication that failed."""
    folder = tmp_path_factory.mktemp("kept")
    run_study(stand_in.study(), folder / "whole", 1, runner=stand_in.run)
    run_study(stand_in.study(), folder / "failed", 1, runner=stand_in.run_with_fault)
    return folder


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root / "whole", tmp_path / "copy")
    return tmp_path / "copy"


def test_runs_are_listed_with_what_they_have_and_lack(root: Path) -> None:
    heading, failed, whole = listed(root).splitlines()
    assert heading.split()[:3] == ["run", "replications", "state"]
    assert failed.split()[1:3] == ["5/6", "failed"]
    assert whole.split()[1:3] == ["6/6", "whole"]
    assert whole.split()[-1] == "this"
    assert listed(root / "whole" / "batches").startswith("No runs")


def test_a_run_begun_is_told_from_a_whole_one(copy: Path) -> None:
    (copy / "batches" / "balance-r002.parquet").unlink()
    assert kept_run(copy).state == "begun"
    assert kept_run(copy / "manifest.json").n_done == 5


def test_one_run_is_shown_with_its_cells_and_failures(root: Path) -> None:
    text = shown(kept_run(root / "failed"))
    assert "Does it work?" in text
    assert "FAILED balance r001: ValueError: no bed was left" in text
    assert "2/3" in text


def test_the_same_run_differs_in_nothing(root: Path, copy: Path) -> None:
    text = explained(kept_run(root / "whole"), kept_run(copy))
    assert text.count("nothing differs.") == 2
    assert "stay_put: identical, to the last event of 3 replications." in text


def test_a_difference_is_explained_in_words_and_intervals(root: Path, tmp_path: Path) -> None:
    study = stand_in.study(("balance",))
    other = replace(
        study, cells=[replace(study.cells[0], name="stay_put", hash="0" * 64, resolved={"care": {"scan": 2}})]
    )
    run_study(study, tmp_path / "a", 1, runner=stand_in.run)
    run_study(replace(other, question="Why?"), tmp_path / "b", 1, runner=stand_in.run)
    text = explained(kept_run(tmp_path / "a"), kept_run(tmp_path / "b"))
    assert "the question: 'Does it work?' in A, 'Why?' in B." in text
    assert "care.scan is 2 in B and not set in A." in text
    assert "transfer.policy is 'balance' in A and not set in B." in text
    means = [pd.read_parquet(tmp_path / run / "measures.parquet").query("dimension == 'all'")["value"] for run in "ab"]
    assert f"{means[0].mean():.0f} in A" in text
    assert f"+{(means[1] - means[0]).mean():.0f}" in text
    assert "3 pairs" in text


def test_cells_that_only_one_has_are_named(root: Path, tmp_path: Path) -> None:
    run_study(stand_in.study(("stay_put", "nearest_free")), tmp_path / "other", 1, runner=stand_in.run)
    text = explained(kept_run(root / "whole"), kept_run(tmp_path / "other"))
    assert "only A has 1 cell: balance." in text
    assert "only B has 1 cell: nearest_free." in text


def test_nested_settings_become_paths() -> None:
    assert flattened({"a": {"b": [1, {"c": 2}]}, "d": {}}) == {"a.b.0": 1, "a.b.1.c": 2, "d": {}}
    assert list(changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None})) == [
        "b is 2 in A and 3 in B",
        "c is None in B and not set in A",
    ]


def test_only_what_nothing_refers_to_is_cleared_away(copy: Path) -> None:
    whole = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert cleared(copy.parent, delete=True) == f"Nothing to clear away in {copy.parent}."
    strays = [copy / "batches" / "old_cell-r000.parquet", copy / "patients" / "balance-r009.parquet"]
    for stray in strays:
        shutil.copy(copy / "batches" / "balance-r000.parquet", stray)
    assert "--yes deletes them" in cleared(copy.parent, delete=False)
    assert all(stray.exists() for stray in strays)
    assert cleared(copy.parent, delete=True).endswith("MiB.")
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == whole


def test_a_replication_of_other_code_is_waste(copy: Path) -> None:
    folder = RunFolder(copy)
    folder.write_manifest({**folder.manifest(), "code_hash": "other"})
    assert "12 file" not in cleared(copy, delete=False)
    assert cleared(copy, delete=False).count("balance-r000.parquet: of no finished replication") > 1
    assert [run.is_of_this_code for run in kept_runs(copy)] == [False]


def test_an_archive_holds_all_but_the_rows_of_patients_and_is_the_same_each_time(copy: Path, tmp_path: Path) -> None:
    run = kept_run(copy)
    one, two = (handed(run, tmp_path / f"{name}.zip") for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    names = ZipFile(one).namelist()
    assert {"manifest.json", "measures.parquet", "batches/balance-r000.parquet"} <= set(names)
    assert not any(name.startswith("patients/") for name in names)
    assert "patients/balance-r000.parquet" in ZipFile(handed(run, tmp_path / "all.zip", True)).namelist()


def test_an_archive_unpacked_elsewhere_is_the_same_run(copy: Path, tmp_path: Path) -> None:
    with ZipFile(handed(kept_run(copy), tmp_path / "all.zip", True)) as archive:
        archive.extractall(tmp_path / "elsewhere")
    assert kept_run(tmp_path / "elsewhere").state == "whole"
    assert "identical" in explained(kept_run(copy), kept_run(tmp_path / "elsewhere"))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_measures_go_out_as_one_table(copy: Path, tmp_path: Path, ending: str) -> None:
    out = handed(kept_run(copy), tmp_path / f"measures.{ending}")
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    pd.testing.assert_frame_equal(read(out), RunFolder(copy).measures())
    with pytest.raises(ScenarioError, match=r"\.zip, \.csv, \.parquet"):
        handed(kept_run(copy), tmp_path / "measures.xlsx")


def test_questions_see_every_table_with_cell_and_replication(copy: Path) -> None:
    counts = ask(kept_run(copy), "SELECT cell, replication, count(*) AS n FROM patients GROUP BY ALL ORDER BY ALL")
    assert counts.values.tolist() == [
        [cell, i, stand_in.N_PATIENTS] for cell in ("balance", "stay_put") for i in range(3)
    ]
    assert ask(kept_run(copy), "SELECT count(*) FROM measures").iloc[0, 0] == len(RunFolder(copy).measures())
    with pytest.raises(ScenarioError, match="there are"):
        ask(kept_run(copy), "SELECT * FROM beds")


def test_quantiles_are_those_of_the_pooled_patients(copy: Path) -> None:
    found = quantiles(kept_run(copy), "arrived", ["hospital"], [0.5, 0.9])
    files = sorted((copy / "patients").glob("balance-r*.parquet"))
    rows = pd.concat([pd.read_parquet(file) for file in files]).query("hospital == 'b'")["arrived"]
    row = found.query("cell == 'balance' and hospital == 'b'").iloc[0]
    assert row["n"] == len(rows)
    np.testing.assert_allclose([row["q50"], row["q90"]], np.quantile(rows, [0.5, 0.9]), rtol=1e-12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "ROOT"], "whole"),
        (["show", "ROOT/whole"], "Does it work?"),
        (["diff", "ROOT/whole", "ROOT/failed"], "A is "),
        (["gc", "ROOT"], "Nothing to clear away"),
        (["export", "ROOT/whole", "--out", "OUT/run.csv"], "Written: "),
        (["quantiles", "ROOT/whole", "--of", "arrived", "--by", "hospital"], "q90"),
        (["query", "ROOT/whole", "SELECT 41 + 1 AS answer"], "42"),
    ],
)
def test_the_commands_print_it(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    named = [word.replace("ROOT", str(root)).replace("OUT", str(tmp_path)) for word in words]
    assert cli.main(["runs", *named]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["show", "nowhere"], ["quantiles", "ROOT/whole", "--shares", "2"], ["query", "ROOT/whole", "SELEC"]]
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert cli.main(["runs", *[word.replace("ROOT", str(root)) for word in words]]) == 2
    assert "to mend" in capsys.readouterr().err
