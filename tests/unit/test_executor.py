"""Jobs run in processes of their own; a worker that dies takes no other job with it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.crews import crew_faults
from experiments.executor import Executor, Lost
from tests import stand_in

pytestmark = pytest.mark.unit


OF_PROCESSES = ("processes", "loky")


def executor(work: Callable[[Any], Any], n_workers: int, crew: str = "processes") -> Executor[Any, Any]:
    return Executor(work, n_workers, ("tests.stand_in",), crew)


@pytest.mark.parametrize("crew", ["serial", *OF_PROCESSES])
def test_every_job_comes_back_once_with_its_result(crew: str) -> None:
    jobs = [(number, "") for number in range(20)]
    done = list(executor(stand_in.square_but_die_once, 3, crew).run(jobs))
    assert sorted(done) == [(job, job[0] ** 2) for job in jobs]


def test_no_jobs_need_no_workers() -> None:
    assert list(executor(stand_in.square_but_die_once, 2).run([])) == []


@pytest.mark.parametrize("crew", OF_PROCESSES)
def test_jobs_whose_worker_died_once_are_tried_again(tmp_path: Path, crew: str) -> None:
    jobs = [(number, str(tmp_path / "marker") if number == 3 else "") for number in range(8)]
    done = dict(executor(stand_in.square_but_die_once, 2, crew).run(jobs))
    assert done == {job: job[0] ** 2 for job in jobs}


@pytest.mark.parametrize("crew", OF_PROCESSES)
def test_a_job_that_always_kills_its_worker_is_lost_alone(crew: str) -> None:
    jobs = [(number, "die" if number == 3 else "") for number in range(8)]
    done = dict(executor(stand_in.square_or_die, 2, crew).run(jobs))
    assert isinstance(done.pop(jobs[3]), Lost)
    assert done == {job: job[0] ** 2 for job in jobs if job[0] != 3}


SCRIPT = """
from experiments.executor import Executor
from experiments.progress import duration

if __name__ == "__main__":
    print(list(Executor(duration, 1, preload=("experiments",)).run([45.0])))
"""


def test_workers_take_no_modules_from_the_current_folder(tmp_path: Path) -> None:
    """The folder that one is in may well have a package of the same name as one of ours."""
    (tmp_path / "here" / "experiments").mkdir(parents=True)
    (tmp_path / "here" / "experiments" / "__init__.py").touch()
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path / "here")
    assert done.stdout.strip() == "[(45.0, '45 s')]"


@pytest.mark.parametrize("crew", OF_PROCESSES)
def test_work_is_done_elsewhere_and_the_environment_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, crew: str
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = dict(os.environ)
    results = [result for _, result in executor(stand_in.process_number, 2, crew).run(range(4))]
    assert os.getpid() not in results
    assert dict(os.environ) == before


def test_a_crew_of_one_works_in_this_process() -> None:
    assert [result for _, result in executor(stand_in.process_number, 4, "serial").run(range(2))] == [os.getpid()] * 2


@pytest.mark.parametrize(
    ("name", "address", "field", "mend"),
    [
        ("lokey", "", "run.executor", "loky"),
        ("loky", "tcp://127.0.0.1:8786", "run.address", "dask or ray"),
    ],
)
def test_what_no_crew_can_be_made_from_is_named(name: str, address: str, field: str, mend: str) -> None:
    (fault,) = crew_faults(name, address, "run")
    assert fault.field == field
    assert mend in fault.mend


def test_a_library_that_is_missing_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.crews.find_spec", lambda name: None)
    (fault,) = crew_faults("ray", None, "run")
    assert "pip install 'citycare[ray]'" in fault.mend
    assert crew_faults("loky", None, "run") == []
