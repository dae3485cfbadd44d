"""One replication again, alone: identical when nothing changed, and else the day and the event that differ."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments import cli
from experiments.fingerprint import configuration_hash
from experiments.replay.difference import first_day, first_event, moment
from experiments.store import stem
from experiments.study import run_study, study_of
from tests.small_clinic import clinic, write_clinic

pytestmark = pytest.mark.study

DAYS = 3
OVERRIDES = ("run.replications=2", "run.root_seed=11", "transfer=nearest_free")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of a clinic: three days and a tenth of them before."""
    conf = write_clinic(tmp_path_factory.mktemp("conf"))
    folder = tmp_path_factory.mktemp("runs") / "clinic"
    cell = clinic(conf, 0.05, DAYS * 1440.0, *OVERRIDES, pathways="tandem")
    run_study(study_of([cell]), folder, n_workers=1)
    return folder


@pytest.fixture
def altered(finished: Path, tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Return a function that copies the run with an altered manifest."""

    def copy(alter: Callable[[dict[str, Any]], None]) -> Path:
        manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
        alter(manifest)
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (tmp_path / "patients").symlink_to(finished / "patients")
        return tmp_path

    return copy


def replay(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = cli.main(["replay", str(folder / "manifest.json"), "--replication", "1", *more])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_an_untouched_run_is_identical(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = replay(finished, capsys, "--cell", "base")
    kept = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    assert code == 0
    assert f"Identical: trace {kept['trace_hashes']['base'][1]}, 4 days" in said
    assert "Not as it was" not in said


def test_a_run_of_the_shipped_city_is_identical(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its hospitals do not stand in the order of their names, and their order decides who goes where."""
    words = ["transfer=balance", "run.weeks=0.1", "run.warm_up_weeks=0", "run.replications=2", "run.workers=1"]
    assert cli.main(["run", *words, f"run.folder={tmp_path}"]) == 0
    capsys.readouterr()
    code, said = replay(tmp_path, capsys)
    assert (code, "Identical" in said) == (0, True), said


def test_the_order_of_hospitals_is_part_of_what_a_run_is() -> None:
    """Pools are numbered and hospitals chosen in that order, so another order is another run."""
    one, other = {"city": {"hospitals": {"a": 1, "b": 2}}}, {"city": {"hospitals": {"b": 2, "a": 1}}}
    assert configuration_hash(one, ()) != configuration_hash(other, ())


def test_an_altered_hash_of_a_day_names_the_day(
    altered: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(manifest: dict[str, Any]) -> None:
        manifest["day_hashes"]["base"][1][2] = "0" * 16

    code, said = replay(altered(alter), capsys)
    assert code == 1
    assert "First day that differs: day 3 of 4" in said
    assert "none among the marks of patients" in said


def test_an_altered_hash_of_the_trace_is_seen(altered: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = replay(altered(lambda manifest: manifest["trace_hashes"]["base"].reverse()), capsys)
    assert code == 1
    assert "No day differs" in said


def test_an_altered_scenario_names_day_and_event(
    altered: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(manifest: dict[str, Any]) -> None:
        step = manifest["cells"][0]["configuration"]["pathways"]["visit"]["phases"][1]["steps"][0]
        step["duration"] = {"exponential": {"mean_min": 1.5}}

    folder = altered(alter)
    code, said = replay(folder, capsys)
    assert code == 1
    assert "First day that differs: day 1 of 4" in said
    patients = pd.read_parquet(folder / "patients" / f"{stem('base', 1)}.parquet")
    first = float(patients["departed"].min())
    patient = int(patients["departed"].argmin())
    assert f"First event that differs: patient {patient}, " in said
    assert f"{moment(first)} in the stored run" in said
    assert "Not as it was: the configuration" in said


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (["--replication", "2"], "the run has 2; give a number from 0 to 1"),
        (["--cell", "bose"], "did you mean 'base'?"),
    ],
)
def test_what_the_run_has_not_is_refused(
    finished: Path, capsys: pytest.CaptureFixture[str], words: list[str], mend: str
) -> None:
    code, said = replay(finished, capsys, *words)
    assert code == 2
    assert mend in said


def test_a_replication_that_was_not_finished_is_refused(
    altered: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(manifest: dict[str, Any]) -> None:
        manifest["trace_hashes"]["base"][1] = None

    code, said = replay(altered(alter), capsys)
    assert code == 2
    assert "this one was not finished" in said


def test_without_patients_the_event_stays_unknown(
    altered: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def alter(manifest: dict[str, Any]) -> None:
        manifest["day_hashes"]["base"][1][0] = ""

    folder = altered(alter)
    (folder / "patients").unlink()
    code, said = replay(folder, capsys)
    assert code == 1
    assert "day 1 of 4" in said
    assert "kept no patients" in said


def table(arrived: list[float], departed: list[float], hospital: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"patient": range(len(arrived)), "hospital": pd.Categorical(hospital), "arrived": arrived, "departed": departed}
    )


NAN = float("nan")
BEFORE = table([0.0, 5.0], [2000.0, NAN], ["a", "b"])


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (BEFORE, "None"),
        (
            table([0.0, 5.0], [2000.0, 70.0], ["a", "b"]),
            "patient 1, departed: day 1, 01:10 (70.0 min), and never in the stored run",
        ),
        (
            table([0.0, 5.0], [1999.0, 2500.0], ["a", "b"]),
            "patient 0, departed: day 2, 09:19 (1999.0 min), and day 2, 09:20 (2000.0 min) in the stored run",
        ),
        (
            table([0.0, 5.0], [1.0, NAN], ["b", "b"]),
            "patient 0 came to b, and to a in the stored run (day 1, 00:00 (0.0 min))",
        ),
        (
            table([0.0], [2000.0], ["a"]),
            "patient 1, arrived: never, and day 1, 00:05 (5.0 min) in the stored run",
        ),
    ],
)
def test_the_first_event_is_told_in_words(now: pd.DataFrame, words: str) -> None:
    assert str(first_event(BEFORE, now)) == words


def test_the_first_day_counts_from_one_and_a_missing_day_differs() -> None:
    assert first_day(["a", "b"], ["a", "b"]) is None
    assert first_day(["a", "b"], ["a", "c"]) == 2
    assert first_day(["a", "b"], ["a"]) == 2
