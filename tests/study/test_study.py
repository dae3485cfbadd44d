"""A study runs in parallel, survives what goes wrong, goes on where it stopped, and gives the same bytes each time."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments import manifest
from experiments.means import THIS_MACHINE, Means
from experiments.replication import Runner
from experiments.store import FolderError, UnwrittenError
from experiments.study import Study, StudyOutcome, run_study
from tests import stand_in

pytestmark = pytest.mark.study

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from pathlib import Path
from typing import Any
from experiments.study import run_study
from tests import stand_in
if __name__ == "__main__":
    run_study(stand_in.study(n_replications=8), Path(sys.argv[1]), 2, runner=stand_in.run_slowly)
"""


def ran(
    folder: Path,
    study: Study | None = None,
    n_workers: int = 2,
    runner: Runner = stand_in.run,
    means: Means = THIS_MACHINE,
) -> StudyOutcome:
    return run_study(study or stand_in.study(), folder, n_workers, runner=runner, means=means)


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text()))


def batches(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "batches").glob("*.parquet"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "whole"
    assert ran(folder) == StudyOutcome(folder, 6, 0)
    return folder


@pytest.mark.parametrize(("n_workers", "executor"), [(1, "processes"), (3, "processes"), (1, "serial"), (2, "loky")])
def test_any_number_of_workers_anywhere_gives_the_same_bytes_and_traces(
    finished: Path, tmp_path: Path, n_workers: int, executor: str
) -> None:
    ran(tmp_path / "again", n_workers=n_workers, means=Means(executor))
    for name in ("measures.parquet", "comparisons.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (finished / name).read_bytes()
    assert manifest_of(tmp_path / "again")["trace_hashes"] == manifest_of(finished)["trace_hashes"]


def test_the_same_command_again_runs_nothing_and_leaves_the_same_bytes(finished: Path) -> None:
    before = {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()}
    assert ran(finished, runner=stand_in.run_with_fault) == StudyOutcome(finished, 6, 0)
    assert {path: path.read_bytes() for path in finished.rglob("*") if path.is_file()} == before


def test_measures_come_in_the_order_of_cells_and_replications(finished: Path) -> None:
    measures = pd.read_parquet(finished / "measures.parquet")
    keys = measures[["cell", "replication"]].drop_duplicates()
    wanted = [(cell, index) for cell in ("stay_put", "balance") for index in range(3)]
    assert list(keys.itertuples(index=False, name=None)) == wanted


def test_a_halved_wait_is_found_in_pairs(finished: Path) -> None:
    row = pd.read_csv(finished / "comparisons.csv").query("dimension == 'all'").iloc[0]
    assert (row["baseline"], row["treatment"], row["n"]) == ("stay_put", "balance", 3)
    assert row["treatment_mean"] == pytest.approx(row["baseline_mean"] / 2)
    assert row["difference"] == pytest.approx(-row["baseline_mean"] / 2)
    assert row["verdict"] == "better"


def test_the_manifest_tells_what_was_run_and_how_it_ended(finished: Path) -> None:
    found = manifest_of(finished)
    assert (found["replications"], found["root_seed"], found["question"]) == (3, 7, "Does it work?")
    assert found["endings"] == {"stay_put": {"optimal": 6, "feasible": 3}, "balance": {"optimal": 6, "feasible": 3}}
    assert found["timings"]["balance"]["simulate"] == pytest.approx(0.75)
    assert found["failures"] == []


@pytest.mark.parametrize(
    ("runner", "words"),
    [
        (stand_in.run_with_fault, "ValueError: no bed was left"),
        (stand_in.run_with_exit, "SystemExit: 3"),
        (stand_in.run_with_death, "the worker process died twice"),
    ],
)
def test_a_failing_replication_is_recorded_and_stops_no_other(tmp_path: Path, runner: Runner, words: str) -> None:
    assert ran(tmp_path / "run", runner=runner) == StudyOutcome(tmp_path / "run", 5, 1)
    (failure,) = manifest_of(tmp_path / "run")["failures"]
    assert (failure["cell"], failure["replication"]) == ("balance", 1)
    assert words in failure["error"]
    assert manifest_of(tmp_path / "run")["trace_hashes"]["balance"][1] is None
    assert pd.read_csv(tmp_path / "run" / "comparisons.csv")["n"].tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("runner", "means", "words", "line"),
    [
        (stand_in.run_with_hunger, Means(limit_gib=2), "MemoryError", "np.ones(2**33)"),
        (stand_in.run_without_end, Means(limit_min=0.05), "OutOfTimeError: it took longer", "run_without_end"),
        (stand_in.run_deaf, Means(limit_min=0.02), "did not hear an interruption", "in run_deaf"),
        (stand_in.run_with_fault, Means("serial"), "ValueError: no bed was left", "raise ValueError"),
    ],
)
def test_who_eats_memory_or_time_is_recorded_with_the_line_and_stops_no_other(
    tmp_path: Path, runner: Runner, means: Means, words: str, line: str
) -> None:
    assert ran(tmp_path / "run", runner=runner, means=means) == StudyOutcome(tmp_path / "run", 5, 1)
    (failure,) = manifest_of(tmp_path / "run")["failures"]
    assert words in failure["error"]
    assert line in failure["traceback"]
    assert failure["attempts"] == 2


def test_what_fails_once_is_tried_again(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("CITYCARE_MARKS", str(tmp_path / "marks"))
    outcome = ran(tmp_path / "run", runner=stand_in.run_with_fault_once, means=Means("serial"))
    assert outcome == StudyOutcome(tmp_path / "run", 6, 0)
    assert (tmp_path / "run" / "measures.parquet").read_bytes() == (finished / "measures.parquet").read_bytes()


@pytest.mark.parametrize("kind", ["patients", "batches"])
def test_what_was_damaged_is_found_by_its_hash_and_made_again(finished: Path, tmp_path: Path, kind: str) -> None:
    ran(tmp_path / "run")
    damaged = tmp_path / "run" / kind / "balance-r001.parquet"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:200] + bytes([whole[200] ^ 255]) + whole[201:])
    ran(tmp_path / "run")
    for name in ("measures.parquet", "patients/balance-r001.parquet"):
        assert (tmp_path / "run" / name).read_bytes() == (finished / name).read_bytes()


def test_the_traceback_of_a_failure_names_the_line_that_failed(tmp_path: Path) -> None:
    ran(tmp_path / "run", runner=stand_in.run_with_fault)
    (failure,) = manifest_of(tmp_path / "run")["failures"]
    assert 'raise ValueError("no bed was left")' in failure["traceback"]


def test_once_mended_only_the_failed_replication_runs(finished: Path, tmp_path: Path) -> None:
    ran(tmp_path / "run", runner=stand_in.run_with_fault)
    times = {name: (tmp_path / "run" / "batches" / name).stat().st_mtime_ns for name in batches(tmp_path / "run")}
    assert ran(tmp_path / "run") == StudyOutcome(tmp_path / "run", 6, 0)
    assert {name: (tmp_path / "run" / "batches" / name).stat().st_mtime_ns for name in times} == times
    assert (tmp_path / "run" / "measures.parquet").read_bytes() == (finished / "measures.parquet").read_bytes()


def test_a_full_disk_stops_the_study_and_keeps_what_was_finished(finished: Path, tmp_path: Path) -> None:
    with pytest.raises(UnwrittenError, match=r"could not be written: .*make room"):
        ran(tmp_path / "run", n_workers=1, runner=stand_in.run_until_full)
    assert batches(tmp_path / "run") == ["balance-r000.parquet", *(f"stay_put-r00{i}.parquet" for i in range(2))]
    ran(tmp_path / "run")
    assert (tmp_path / "run" / "measures.parquet").read_bytes() == (finished / "measures.parquet").read_bytes()


def test_more_replications_go_on_from_those_there_are(tmp_path: Path) -> None:
    ran(tmp_path / "run", stand_in.study(n_replications=2))
    ran(tmp_path / "run", stand_in.study(n_replications=4))
    ran(tmp_path / "whole", stand_in.study(n_replications=4))
    assert (tmp_path / "run" / "measures.parquet").read_bytes() == (
        tmp_path / "whole" / "measures.parquet"
    ).read_bytes()


def test_results_of_other_code_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(tmp_path / "run")
    monkeypatch.setattr(manifest, "code_hash", lambda: "other")
    assert ran(tmp_path / "run", runner=stand_in.run_with_fault).n_failed == 1


def test_the_folder_of_another_configuration_is_refused(finished: Path) -> None:
    with pytest.raises(FolderError, match=r"run\.folder = .*another configuration"):
        ran(finished, stand_in.study(("stay_put", "nearest_free")))


class Recorder:
    """Write down what a watcher is told."""

    def __init__(self) -> None:
        self.headline, self.cells, self.failed, self.stopped = "", list[str](), list[str](), False

    def start(self, headline: str, cells: Iterable[str]) -> None:
        self.headline, self.cells = headline, list(cells)

    def advance(self, cell: str, event: str, failed: bool = False) -> None:
        self.cells.remove(cell)
        self.failed += [f"{cell} {event}"] if failed else []

    def stop(self) -> None:
        self.stopped = True


def test_the_watcher_sees_what_is_run_and_what_failed(tmp_path: Path) -> None:
    first, second = Recorder(), Recorder()
    run_study(stand_in.study(), tmp_path / "run", 2, first, stand_in.run_with_fault)
    assert first.headline == f"2 cells x 3 replications on 2 workers -> {tmp_path / 'run'}"
    assert (first.cells, first.failed, first.stopped) == (
        [],
        ["balance r001 FAILED: ValueError: no bed was left"],
        True,
    )
    run_study(stand_in.study(), tmp_path / "run", 2, second, stand_in.run)
    assert second.headline.endswith(" on 1 worker -> " + f"{tmp_path / 'run'} (5 of 6 replications done before)")
    run_study(stand_in.study(), tmp_path / "run", 2, second, stand_in.run)
    assert second.headline == f"2 cells x 3 replications, all done before -> {tmp_path / 'run'}"


def test_the_watcher_stops_when_the_study_does(tmp_path: Path) -> None:
    recorder = Recorder()
    with pytest.raises(UnwrittenError):
        run_study(stand_in.study(), tmp_path / "run", 1, recorder, stand_in.run_until_full)
    assert recorder.stopped


def test_a_worker_computes_on_one_thread(tmp_path: Path) -> None:
    ran(tmp_path / "run", runner=stand_in.run_and_count_threads)
    assert set(pd.read_parquet(tmp_path / "run" / "measures.parquet")["value"]) == {1.0}


def begun(folder: Path, n_batches: int) -> "subprocess.Popen[bytes]":
    """Start a study of 16 replications, and return once some are done."""
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE)
    for _ in count():
        if len(batches(folder)) >= n_batches:
            return process
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        time.sleep(0.02)
    raise AssertionError


@pytest.fixture(scope="module")
def whole_of_eight(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("study") / "eight"
    ran(folder, stand_in.study(n_replications=8))
    return (folder / "measures.parquet").read_bytes()


@pytest.mark.parametrize(
    ("n_batches", "blow", "executor"),
    [(0, signal.SIGKILL, "processes"), (5, signal.SIGKILL, "loky"), (7, signal.SIGINT, "serial")],
)
def test_a_stopped_study_leaves_no_process_and_goes_on_to_the_same_bytes(
    tmp_path: Path, whole_of_eight: bytes, n_batches: int, blow: int, executor: str
) -> None:
    process = begun(tmp_path / "run", n_batches)
    if blow == signal.SIGINT:
        os.killpg(process.pid, blow)  # as a terminal does: to the workers as well
    else:
        os.kill(process.pid, blow)
    _, said = process.communicate(timeout=60)  # returns when the last process that holds the pipe has ended
    assert b"Process-" not in said  # no worker complains
    kept = batches(tmp_path / "run")
    assert n_batches <= len(kept) < 16
    outcome = ran(tmp_path / "run", stand_in.study(n_replications=8), means=Means(executor))
    assert outcome.n_done == 16
    assert (tmp_path / "run" / "measures.parquet").read_bytes() == whole_of_eight
    assert not list((tmp_path / "run").rglob("*.partial"))
