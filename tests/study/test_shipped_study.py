"""The shipped experiment, in small size, gives the same bytes and traces on any number of workers."""

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments.config import compose
from experiments.measures import MEASURES
from experiments.study import run_study, study_of

pytestmark = pytest.mark.study

SMALL = ["experiment=sharing_first", "run.replications=2", "run.weeks=0.5", "run.warm_up_weeks=0.25"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    study = study_of(compose(SMALL))
    parent = tmp_path_factory.mktemp("shipped")
    one, two = parent / "one", parent / "two"
    assert run_study(study, one, n_workers=1).n_failed == 0
    assert run_study(study, two, n_workers=2).n_failed == 0
    return one, two


def test_measures_and_comparisons_are_the_same_bytes(folders: tuple[Path, Path]) -> None:
    for name in ("measures.parquet", "comparisons.csv"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_traces_are_the_same_and_patients_too(folders: tuple[Path, Path]) -> None:
    one, two = (json.loads((folder / "manifest.json").read_text())["trace_hashes"] for folder in folders)
    assert one == two
    assert all(isinstance(trace, str) for traces in one.values() for trace in traces)
    for file in sorted((folders[0] / "patients").iterdir()):
        assert file.read_bytes() == (folders[1] / "patients" / file.name).read_bytes()


def test_both_ways_of_sharing_are_compared_with_staying_put_at_the_same_information(
    folders: tuple[Path, Path],
) -> None:
    comparisons = pd.read_csv(folders[0] / "comparisons.csv")
    assert set(zip(comparisons["baseline"], comparisons["treatment"], strict=True)) == {
        (f"stay_put-{information}", f"{transfer}-{information}")
        for transfer in ("nearest_free", "balance")
        for information in ("delayed", "live")
    }
    assert set(comparisons["n"]) <= {0, 1, 2}


def test_every_measure_is_known_and_arrivals_never_differ(folders: tuple[Path, Path]) -> None:
    comparisons = pd.read_csv(folders[0] / "comparisons.csv")
    assert set(comparisons["measure"]) <= MEASURES.keys()
    assert (comparisons.loc[comparisons["measure"] == "arrivals_per_day", "difference"] == 0).all()
