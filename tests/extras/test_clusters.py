"""The same jobs on dask and ray give the same results as in one process; a cluster may run already."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.executor import Executor, Lost
from experiments.means import Means
from experiments.study import StudyOutcome, run_study
from tests import stand_in

pytestmark = pytest.mark.study

WRITTEN = ("measures.parquet", "comparisons.csv")


def needed(crew: str) -> str:
    library = {"dask": "distributed", "ray": "ray"}[crew]
    pytest.importorskip(library, reason=f"the extra {crew} is not installed")
    return crew


@pytest.fixture(scope="module", params=["dask", "ray"])
def crew(request: pytest.FixtureRequest) -> str:
    return needed(str(request.param))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Run a dask cluster of two processes, as somebody else would."""
    needed("dask")
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield str(cluster.scheduler_address)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "alone"
    run_study(stand_in.study(), folder, 1, runner=stand_in.run, means=Means("serial"))
    return folder


def same_bytes(one: Path, two: Path) -> bool:
    return all((one / name).read_bytes() == (two / name).read_bytes() for name in WRITTEN)


def test_a_study_gives_the_same_bytes_as_in_one_process(crew: str, alone: Path, tmp_path: Path) -> None:
    outcome = run_study(stand_in.study(), tmp_path / "run", 2, runner=stand_in.run, means=Means(crew))
    assert outcome == StudyOutcome(tmp_path / "run", 6, 0)
    assert same_bytes(alone, tmp_path / "run")


def test_workers_are_other_processes_of_one_thread(crew: str, tmp_path: Path) -> None:
    numbers = {found for _, found in Executor(stand_in.process_number, 2, crew=crew).run(range(6))}
    assert os.getpid() not in numbers
    assert len(numbers) <= 2
    run_study(stand_in.study(), tmp_path / "run", 2, runner=stand_in.run_and_count_threads, means=Means(crew))
    assert set(pd.read_parquet(tmp_path / "run" / "measures.parquet")["value"]) == {1.0}


def test_a_job_that_always_kills_its_worker_is_lost_alone(crew: str) -> None:
    jobs = [(number, "die" if number == 3 else "") for number in range(6)]
    done: dict[Any, Any] = dict(Executor(stand_in.square_or_die, 2, crew=crew).run(jobs))
    assert isinstance(done.pop(jobs[3]), Lost)
    assert done == {job: job[0] ** 2 for job in jobs if job[0] != 3}


def test_a_scheduler_that_runs_already_is_used_and_left_running(scheduler: str, alone: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run_study(stand_in.study(), tmp_path / name, 0, runner=stand_in.run, means=Means("dask", scheduler))
        assert same_bytes(alone, tmp_path / name)


def test_a_study_begun_here_goes_on_elsewhere(crew: str, alone: Path, tmp_path: Path) -> None:
    begun = run_study(stand_in.study(), tmp_path / "run", 1, runner=stand_in.run_with_fault, means=Means("loky"))
    assert begun.n_failed == 1
    run_study(stand_in.study(), tmp_path / "run", 2, runner=stand_in.run, means=Means(crew))
    assert same_bytes(alone, tmp_path / "run")


def test_ray_is_in_one_mode_of_authentication_with_a_token_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.crews.ray import agree_on_authentication

    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)
    assert agree_on_authentication("") == "token"
    assert len(os.environ["RAY_AUTH_TOKEN"]) == 64
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    assert agree_on_authentication("ray.example:6379") == "disabled"
