"""A study that is killed while it writes, at fifty moments, goes on to the same rows; two may write at once."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from experiments.means import Means
from experiments.study import run_study
from sim.streams import Replication, stream
from tests import killed_writers, stand_in

pytestmark = pytest.mark.study

N_MOMENTS = 50
N_GROUPS = 10
KINDS = ("patients", "levels", "decisions", "batches")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "whole"
    run_study(killed_writers.study(), folder, 1, runner=stand_in.run, means=Means("serial"))
    return folder


def written(folder: Path) -> dict[str, bytes]:
    """Return the bytes of everything that holds a result; batches keep seconds, which differ."""
    names = ["measures.parquet", "comparisons.csv"]
    names += [f"{path.parent.name}/{path.name}" for kind in KINDS[:-1] for path in sorted((folder / kind).iterdir())]
    return {name: (folder / name).read_bytes() for name in names}


def moments(group: int) -> list[int]:
    """Return five of fifty moments, drawn once from all that there are."""
    n_files = 4 * (len(stand_in.TABLES) + 1)
    drawn = stream(Replication(0, 5), "moments").choice(np.arange(1, 3 * n_files + 1), N_MOMENTS, replace=False)
    return [int(one) for one in drawn[group::N_GROUPS]]


@pytest.mark.parametrize("group", range(N_GROUPS))
def test_who_is_killed_while_writing_goes_on_to_the_same_rows(whole: Path, tmp_path: Path, group: int) -> None:
    for moment in moments(group):
        folder = tmp_path / f"killed-{moment}"
        process = killed_writers.in_a_process(killed_writers.write_until, folder, moment)
        process.join()
        assert process.exitcode == -9
        executor = "processes" if moment == moments(group)[0] else "serial"
        outcome = run_study(killed_writers.study(), folder, 1, runner=stand_in.run, means=Means(executor))
        assert (outcome.n_done, outcome.n_failed) == (4, 0)
        assert written(folder) == written(whole)
        assert not list(folder.rglob("*.partial"))


def test_two_processes_may_write_the_same_study_at_once(whole: Path, tmp_path: Path) -> None:
    both = [killed_writers.in_a_process(killed_writers.write_all, tmp_path / "shared") for _ in range(2)]
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert written(tmp_path / "shared") == written(whole)
    assert not list((tmp_path / "shared").rglob("*.partial"))


def test_a_folder_that_must_not_be_written_is_refused_in_words(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as place:  # one that others may look into
        Path(place).chmod(0o555)
        process = killed_writers.in_a_process(killed_writers.claim_as_nobody, Path(place) / "run", tmp_path / "said")
        process.join()
        Path(place).chmod(0o755)
        assert list(Path(place).iterdir()) == []
    assert "choose a folder that can be written (Permission denied)" in (tmp_path / "said").read_text()
