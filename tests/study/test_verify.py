"""A run that agrees with itself is verified; one altered digit of any kind is found and named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli
from experiments.report.folder import read_folder
from experiments.report.verified import verified_sentence
from experiments.store import RunFolder, stem
from experiments.verify.files import receipts_of
from experiments.verify.mismatch import Mismatch
from experiments.verify.record import VERIFIED, read_record
from experiments.verify.replayed import sampled
from experiments.verify.verifying import verify

pytestmark = pytest.mark.study

WORDS = ["run", "-m", "transfer=stay_put,nearest_free", "run.baseline={transfer: stay_put}", "run.replications=2"]
SIZE = ["run.weeks=0.05", "run.warm_up_weeks=0.02", "run.workers=1", "run.executor=serial"]
FIRST = f"{stem('stay_put', 1)}.parquet"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify") / "run"
    assert cli.main([*WORDS, *SIZE, f"run.folder={folder}"]) == 0
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "copy")
    return tmp_path / "copy"


def another_digit(text: str) -> str:
    """Return a text with its last digit replaced by another."""
    place = max(i for i, letter in enumerate(text) if letter.isdigit())
    return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"


def alter_patients(folder: Path) -> str:
    """Let one patient enter an emergency space three minutes later."""
    path = folder / "patients" / FIRST
    table = pd.read_parquet(path)
    row = table.index[table["emergency_left"].notna() & table["zone"].notna() & (table["arrived"] > 300)][0]
    table.loc[row, "emergency_left"] += 3.0
    table.to_parquet(path, index=False)
    return f"batches/{FIRST}, ed_los_min all all, value"


def alter_levels(folder: Path) -> str:
    path = folder / "levels" / FIRST
    table = pd.read_parquet(path)
    row = table.index[(table["pool"] == "medical_bed") & (table["hour"] == table["hour"].max())][0]
    table.loc[row, "busy_min"] += 60.0
    table.to_parquet(path, index=False)
    return f"batches/{FIRST}, bed_occupancy all all, value"


def alter_measures(folder: Path) -> str:
    table = pd.read_parquet(folder / "measures.parquet")
    row = table.index[(table["measure"] == "ed_los_min") & (table["cell"] == "nearest_free")][0]
    table.loc[row, "value"] += 1e-3
    table.to_parquet(folder / "measures.parquet", index=False)
    return "measures.parquet, nearest_free 0 ed_los_min all all, value"


def alter_comparisons(folder: Path) -> str:
    path = folder / "comparisons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("ed_los_min,all,all"))
    fields = lines[place].split(",")
    fields[lines[0].split(",").index("half_width")] = another_digit(fields[lines[0].split(",").index("half_width")][:8])
    lines[place] = ",".join(fields)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "comparisons.csv, ed_los_min all all stay_put nearest_free, half_width"


def alter_trace(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["trace_hashes"]["stay_put"][1] = another_digit(manifest["trace_hashes"]["stay_put"][1])
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return "manifest.json, trace of stay_put 1"


def alter_page(folder: Path, before: str, after: str, part: str) -> str:
    """Replace the digit that ends the first text between `before` and `after`."""
    path = folder / "report.html"
    page = path.read_text(encoding="utf-8")
    start = page.index(before) + len(before)
    end = page.index(after, start)
    path.write_text(page[:start] + another_digit(page[start:end]) + page[end:], encoding="utf-8")
    return part


def alter_entry(folder: Path) -> str:
    """Alter a mean in the table of all measures."""
    return alter_page(folder, "</th>\n<td>", "<", "report.html, measures, “")


def alter_sentence(folder: Path) -> str:
    return alter_page(folder, '<p class="answer">', "</p>", "report.html, top, p")


def alter_figure(folder: Path) -> str:
    return alter_page(folder, '"difference":[', "]", "report.html, numbers of charts.")


def alter_picture(folder: Path) -> str:
    return alter_page(folder, '<g transform="translate(', ")", ", picture")


ALTERED: list[Callable[[Path], str]] = [
    alter_patients,
    alter_levels,
    alter_measures,
    alter_comparisons,
    alter_trace,
    alter_entry,
    alter_sentence,
    alter_figure,
    alter_picture,
]


@pytest.mark.parametrize("alter", ALTERED, ids=lambda each: each.__name__.removeprefix("alter_"))
def test_one_altered_digit_is_found(copy: Path, alter: Callable[[Path], str]) -> None:
    field = alter(copy)
    found = verify(copy, n_replays=0).mismatches
    assert any(field in one.field for one in found), [str(one) for one in found[:5]]
    assert all(one.printed != one.found for one in found)


def test_a_measure_that_only_a_replay_finds_is_found_by_it(copy: Path) -> None:
    """Regret follows from no table; who alters it and every hash of it is found by running it again."""
    folder = RunFolder(copy)
    receipt = receipts_of(folder)[0]
    path = copy / "batches" / f"{stem(receipt.cell, receipt.replication)}.parquet"
    table = pd.read_parquet(path).drop(columns=["cell", "replication"])
    row = table.index[table["measure"].str.startswith("transfer_regret")]
    row = row if len(row) else table.index[[-1]]
    table.loc[row[0], "value"] = 12345.0
    folder.mark_done(receipt, table)
    field = f"replay of {stem(receipt.cell, receipt.replication)}, batches, {table.loc[row[0], 'measure']}"
    assert any(one.field.startswith(field) for one in verify(copy, n_replays=1).mismatches)


def test_what_agrees_is_verified_and_the_report_says_when(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Not verified yet" in verified_sentence(read_folder(copy))
    assert cli.main(["verify", str(copy), "--replays", "1"]) == 0
    assert "Verified: everything agrees." in capsys.readouterr().out
    record = read_record(copy)
    assert record is not None
    assert (record.n_mismatches, record.n_replayed) == (0, 1)
    assert 0 < record.n_measured <= record.n_measures
    page = (copy / "report.html").read_text(encoding="utf-8")
    assert record.verified[:10] in page
    assert "everything agreed" in page
    assert verify(copy, n_replays=0).mismatches == ()


def test_what_does_not_agree_is_listed_and_recorded(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    field = alter_comparisons(copy)
    before = (copy / "report.html").read_bytes()
    assert cli.main(["verify", str(copy), "--replays", "0"]) == 1
    assert f"  {field}: printed " in capsys.readouterr().out
    assert json.loads((copy / VERIFIED).read_text())["n_mismatches"] >= 1
    assert (copy / "report.html").read_bytes() == before
    assert "did not agree" in verified_sentence(read_folder(copy))


def test_input_that_changed_since_is_a_mismatch(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["cells"][0]["configuration"]["city"]["demand"]["scale"] = 1.01
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    fields = [one.field for one in verify(copy, n_replays=0).mismatches]
    assert "configuration of stay_put and its files, hash" in fields


def test_the_sample_is_spread_over_all(finished: Path) -> None:
    receipts = receipts_of(RunFolder(finished))
    assert [(one.cell, one.replication) for one in receipts] == [
        ("stay_put", 0),
        ("stay_put", 1),
        ("nearest_free", 0),
        ("nearest_free", 1),
    ]
    assert sampled(receipts, 0) == []
    assert sampled(receipts, 2) == [receipts[0], receipts[-1]]
    assert sampled(receipts, 9) == receipts


def test_a_missing_or_negative_argument_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", str(tmp_path / "nowhere")]) == 2
    assert cli.main(["verify", str(tmp_path), "--replays", "-1"]) == 2
    assert "give 0 or more" in capsys.readouterr().err


def test_a_mismatch_reads_as_a_line() -> None:
    assert str(Mismatch("a, b", "1", "2")) == "a, b: printed 1, found 2"
