"""Nothing that leaves says how many patients there are where these are one, two or three."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.files.folder import read_city_folder
from experiments.kept.handing import handed
from experiments.kept.listing import KeptRun
from experiments.kept.small_groups import shared_measures
from experiments.report.tables import zone_table
from experiments.standards.have import export_have, told_available
from experiments.standards.source import Exported
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit

PATIENTS = pd.DataFrame(
    {
        "hospital": ["a"] * 4 + ["b"] * 3,
        "acuity_true": [1, 2, 2, 2, 2, 3, 3],
        "attribute.words": ["plain"] * 6 + ["understated"],
    }
)
ROWS = [
    ("hospital", "a", False),
    ("hospital", "b", True),
    ("acuity", "1", True),
    ("acuity", "2", False),
    ("acuity", "3", True),
    ("words", "plain", False),
    ("words", "understated", True),
    ("all", "all", False),
    ("pool", "b", False),
]


@pytest.fixture
def run(tmp_path: Path) -> KeptRun:
    """Keep two replications of one cell; of the second one no patients are kept."""
    rows = [("base", k, "wait_min", one, level, 1.0) for k in (0, 1) for one, level, _ in ROWS]
    columns = ["cell", "replication", "measure", "dimension", "level", "value"]
    pd.DataFrame(rows, columns=columns).to_parquet(tmp_path / "measures.parquet")
    (tmp_path / "patients").mkdir()
    PATIENTS.to_parquet(tmp_path / "patients" / "base-r000.parquet")
    return KeptRun(tmp_path, {})


def test_measures_of_one_to_three_patients_are_withheld_and_no_others(run: KeptRun) -> None:
    found = shared_measures(run)
    hidden = found["value"].isna().to_numpy()
    assert hidden[: len(ROWS)].tolist() == [small for _, _, small in ROWS]
    assert not hidden[len(ROWS) :].any()


def test_measures_that_are_handed_over_are_those(run: KeptRun, tmp_path: Path) -> None:
    assert pd.read_csv(handed(run, tmp_path / "out.csv"))["value"].isna().sum() == 4
    assert pd.read_parquet(handed(run, tmp_path / "out.parquet"))["value"].isna().sum() == 4


@pytest.mark.parametrize(("n_inside", "told"), [(0, 6), (1, None), (3, None), (4, 2), (6, 0)])
def test_beds_tell_no_count_of_one_to_three_patients(n_inside: int, told: int | None) -> None:
    assert told_available(6, 6 - n_inside) == told


def test_a_file_of_bed_counts_leaves_small_ones_open(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    city = replace(read_city_folder(write_documented_city(folder)), occupied={"icu_bed": np.array([3.0, 4.0])})
    export_have(Exported(city, datetime(2026, 1, 5)), tmp_path / "beds.csv")
    lines = (tmp_path / "beds.csv").read_text(encoding="utf-8").splitlines()
    assert "north,icu_bed,AdultICU,6,,,2026-01-05 00:00" in lines
    assert "south,icu_bed,AdultICU,4,0,NotAvailable,2026-01-05 00:00" in lines


def test_a_table_of_a_report_hides_one_to_three_patients() -> None:
    counts = pd.DataFrame({"zone": ["z"] * 3, "condition": ["a", "b", "c"], "n": [3, 4, 0]})
    assert zone_table(counts, "base", {}).rows == (("z", "< 4", "4", "0"),)
