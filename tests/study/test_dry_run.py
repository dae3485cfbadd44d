"""What a study will take: patients as many as come, sizes near to those written, and nothing is run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from experiments.build import check
from experiments.config import CellConfig, compose
from experiments.dry_run import dry_run, estimate, expected_patients
from experiments.settings import Keep
from experiments.study import run_study, study_of
from sim.arrivals import Burst
from sim.distributions import Exponential
from sim.patience import Returns
from sim.run import drawn
from sim.scenario import Horizon
from sim.streams import Replication
from tests.small_worlds import one_queue

pytestmark = pytest.mark.study

SMALL = ["triage=nurse", "run.weeks=0.2", "run.warm_up_weeks=0.1", "run.replications=1"]


def test_patients_are_the_integral_of_the_rates() -> None:
    scenario = one_queue(1, [1.0], Exponential(1.0), Horizon(0.0, 90.0))
    rates = np.zeros(168)
    rates[:2] = (60.0, 30.0)
    source = replace(scenario.sources[0], hourly_rate=rates)
    assert expected_patients(replace(scenario, sources=(source,))) == 75.0
    assert expected_patients(replace(scenario, sources=(replace(source, at_start=7),))) == 82.0
    incident = replace(source, pattern=Burst(10.0, 40.0, 30.0))
    assert expected_patients(replace(scenario, sources=(source, incident))) == 115.0
    returns = Returns(0.2, 0.0, Exponential(60.0))
    assert expected_patients(replace(scenario, sources=(source,), returns=returns)) == pytest.approx(90.0)
    week = replace(scenario, sources=(source,), horizon=Horizon(0.0, 10_080.0 + 60.0))
    assert expected_patients(week) == 150.0


def test_as_many_patients_come_as_expected() -> None:
    scenario = check(compose(SMALL)[0].settings)
    expected, came = expected_patients(scenario), drawn(scenario, Replication(0, 1)).n_patients
    assert abs(came - expected) < 4.0 * np.sqrt(expected)


@pytest.mark.parametrize("keep", ["patients", "events"])
def test_the_folder_becomes_about_as_large_as_announced(tmp_path: Path, keep: str) -> None:
    cell = compose([*SMALL, f"store.keep={keep}"])[0]
    run_study(study_of([cell]), tmp_path / "run", n_workers=1)
    folders = [path for path in (tmp_path / "run").iterdir() if path.is_dir() and path.name != "batches"]
    written = sum(file.stat().st_size for folder in folders for file in folder.iterdir())
    announced = estimate(check(cell.settings), Keep(keep)).disk_bytes
    assert 0.5 < written / announced < 2.0


def test_less_is_kept_in_less_room_and_more_patients_take_more_of_everything() -> None:
    scenario = check(compose(SMALL)[0].settings)
    sizes = [estimate(scenario, keep).disk_bytes for keep in (Keep.MEASURES, Keep.PATIENTS, Keep.EVENTS)]
    assert sizes[0] == 0 < sizes[1] < sizes[2]
    longer = replace(scenario, horizon=Horizon(0.0, 10 * scenario.horizon.end_min))
    one, ten = (estimate(each, Keep.PATIENTS) for each in (scenario, longer))
    assert all(
        getattr(ten, name) > getattr(one, name) for name in ("patients", "seconds", "disk_bytes", "memory_bytes")
    )


def test_a_million_patients_fit_into_six_gib() -> None:
    scenario = check(compose(["triage=nurse", "run.weeks=140"])[0].settings)
    one = estimate(scenario, Keep.PATIENTS)
    assert one.patients > 1e6
    assert one.memory_bytes < 6 * 2**30


def lines(cells: list[CellConfig], n_workers: int) -> list[str]:
    return dry_run(cells, n_workers).splitlines()


def test_every_cell_has_a_row_and_all_share_the_workers() -> None:
    cells = compose([*SMALL, "transfer=stay_put,nearest_free", "run.replications=3"], multirun=True)
    heading, *rows, last = lines(cells, 2)
    assert heading.split()[:2] == ["cell", "replications"]
    assert [row.split()[:2] for row in rows] == [["stay_put", "3"], ["nearest_free", "3"]]
    assert last.startswith("Together 6 replications: about ")
    assert " on 2 workers, " in last
    assert " on 6 workers, " in lines(cells, 64)[-1]


def test_the_command_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", "--dry-run", *SMALL]) == 0
    assert "Nothing was run." in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert cli.main(["run", "--dry-run", "run.weeks=-1"]) == 2


def test_rounds_are_counted_to_their_most() -> None:
    swept = [*SMALL[:3], "run.replications=4", "transfer=stay_put,balance", "run.indifference=1"]
    fixed = dry_run(compose(swept, multirun=True), 2)
    assert "8 replications" in fixed
    assert "at most" not in fixed
    until = dry_run(compose([*swept, "run.until=decision"], multirun=True), 2)
    assert "until decision at most 40 replications: about " in until
    bounded = dry_run(compose([*swept, "run.until=best", "run.most_replications=6"], multirun=True), 2)
    assert "until best at most 12 replications: about " in bounded
    assert "at most" not in dry_run(compose([*SMALL[:3], "run.replications=4", "run.until=decision"]), 2)
