"""What a run writes: measures only, the rows of patients, or every event; and how large a row is."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.build import build
from experiments.columns import table_of, write_table
from experiments.config import CellConfig, compose
from experiments.replication import run_cell
from experiments.report import write_report
from experiments.store import ALERTS, MEASURES, SERIES, TABLES, stem
from experiments.study import run_study, study_of
from sim.run import simulate
from sim.streams import Replication
from tests.small_clinic import clinic, write_clinic

pytestmark = pytest.mark.study

BYTES_AT_MOST = 250


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> CellConfig:
    conf = write_clinic(tmp_path_factory.mktemp("conf"))
    return clinic(conf, 0.05, 1440.0, "run.replications=2", "transfer=nearest_free", pathways="tandem")


def keeping(cell: CellConfig, keep: str) -> CellConfig:
    store = replace(cell.settings.store, keep=type(cell.settings.store.keep)(keep))
    return replace(cell, settings=replace(cell.settings, store=store))


@pytest.mark.parametrize(
    ("keep", "folders"),
    [("measures", set()), ("patients", {*TABLES, ALERTS, SERIES}), ("events", {*TABLES, ALERTS, SERIES, "events"})],
)
def test_a_run_writes_what_is_kept_and_is_reported(
    cell: CellConfig, tmp_path: Path, keep: str, folders: set[str]
) -> None:
    run_study(study_of([keeping(cell, keep)]), tmp_path / keep, n_workers=1)
    assert {path.name for path in (tmp_path / keep).iterdir() if path.is_dir()} == folders | {"batches"}
    assert all((tmp_path / keep / name / f"{stem('base', 1)}.parquet").is_file() for name in folders)
    assert write_report(tmp_path / keep).is_file()


def test_measures_do_not_depend_on_what_is_kept(cell: CellConfig, tmp_path: Path) -> None:
    for keep in ("measures", "events"):
        run_study(study_of([keeping(cell, keep)]), tmp_path / keep, n_workers=1)
    assert len({(tmp_path / keep / MEASURES).read_bytes() for keep in ("measures", "events")}) == 1


def test_decisions_are_counted_although_they_are_not_kept(cell: CellConfig) -> None:
    outcome = run_cell(keeping(cell, "measures"), Replication(0, 1))
    assert outcome.kept == ()
    assert len(outcome.tables["decisions"]) > 0


def test_a_row_of_a_patient_is_small_on_disk_and_in_memory(tmp_path: Path) -> None:
    settings = compose(["triage=nurse", "run.weeks=0.2", "run.warm_up_weeks=0.1"])[0].settings
    patients: pd.DataFrame = simulate(*build(settings), Replication(0, 1)).patients
    assert len(patients) > 1000
    assert patients.memory_usage(deep=True).sum() / len(patients) <= BYTES_AT_MOST
    write_table(table_of(patients), tmp_path / "patients.parquet")
    assert (tmp_path / "patients.parquet").stat().st_size / len(patients) <= BYTES_AT_MOST
