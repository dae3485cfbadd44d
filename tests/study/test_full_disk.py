"""A disk that fills up during a sweep: finished cells stay intact, the error is clear, and the sweep goes on later."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from experiments import cli
from experiments.means import Means
from experiments.study import run_study
from tests import killed_writers, stand_in

pytestmark = pytest.mark.study


def sweep(folder: Path) -> tuple[int, int]:
    outcome = run_study(killed_writers.study(), folder, 1, runner=stand_in.run, means=Means("serial"))
    return outcome.n_done, outcome.n_failed


def results(folder: Path) -> dict[str, bytes]:
    tables = [
        path for kind in ("patients", "levels", "decisions") for path in sorted((folder / kind).glob("*.parquet"))
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in [*tables, folder / "measures.parquet"]}


@pytest.mark.parametrize("moment", [1, 2, 9, 17, 30, 44])
def test_a_full_disk_leaves_what_is_finished_and_the_sweep_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    assert sweep(tmp_path / "whole") == (4, 0)
    rename, passed, finished = os.replace, 0, {}

    def full(source: Any, target: Any) -> None:
        nonlocal passed
        passed += 1
        if passed >= moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        rename(source, target)
        if Path(target).suffix == ".parquet" and Path(target).parent.name == "patients":
            finished[Path(target)] = Path(target).read_bytes()

    folder = tmp_path / "filled"
    with monkeypatch.context() as until_full:
        until_full.setattr(os, "replace", full)
        with pytest.raises(Exception, match="No space left"):
            sweep(folder)
    assert all(path.read_bytes() == kept for path, kept in finished.items())
    assert not list(folder.rglob("*.partial"))
    assert sweep(folder) == (4, 0)
    assert results(folder) == results(tmp_path / "whole")


def test_a_full_disk_is_told_with_its_mend(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "patients.parquet")) == 1
    said = capsys.readouterr().err
    assert "No space left on device: 'patients.parquet'" in said
    assert "Free some space; what is finished is kept" in said
