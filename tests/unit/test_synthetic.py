"""Synthetic patients: no copies, distances with known values, and wishes that cannot be met."""

import numpy as np
import pandas as pd
import pytest

from experiments.learning.synthetic import (
    Wish,
    copies,
    drawn_without_copies,
    nearest,
    nearness,
    synthesize,
)
from experiments.records import Records, read_records
from sim.faults import ScenarioError
from sim.streams import Replication, stream
from tests.hospital_files import case_frame

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    path = tmp_path_factory.mktemp("cases") / "patient_case.csv"
    case_frame(3, 300).to_csv(path, index=False)
    return read_records(path, "patient_case")


def test_distances_are_shares_of_columns_that_differ() -> None:
    real = pd.DataFrame({"x": [0.0, 10.0, np.nan], "w": ["a", "b", "a"]})
    made = pd.DataFrame({"x": [5.0, 10.0, np.nan, 0.0], "w": ["a", "b", "b", "c"]})
    assert nearest(made, real, {"x": 10.0}) == pytest.approx([0.25, 0.0, 0.5, 0.5])


def test_a_copy_is_a_copy_also_where_something_is_missing() -> None:
    real = pd.DataFrame({"x": [1.0, np.nan], "w": ["a", "b"]})
    made = pd.DataFrame({"x": [1.0, np.nan, 1.0, np.nan], "w": ["a", "b", "b", "a"]})
    assert copies(made, real).tolist() == [True, True, False, False]


def test_someone_who_remembers_is_seen_through() -> None:
    chance = np.random.default_rng(1)
    fitted, others = (pd.DataFrame(chance.normal(size=(300, 4)), columns=list("abcd")) for _ in range(2))
    found = nearness(fitted + 0.01, fitted, others, stream(Replication(0, 1), "near"))
    assert found.closer_share.value > 0.95
    stranger = pd.DataFrame(chance.normal(size=(300, 4)), columns=list("abcd"))
    fair = nearness(stranger, fitted, others, stream(Replication(0, 1), "near")).closer_share
    assert abs(fair.value - 0.5) <= 3 * fair.half_width
    assert nearness(fitted, fitted, others, stream(Replication(0, 1), "near")).n_copies == 300


def test_no_row_is_a_real_patient_and_gaps_remain(records: Records) -> None:
    made = synthesize(records, Wish("critical", n_repeats=2))
    assert made.nearness.n_copies == 0
    assert len(made.table) == made.n_fitted == 210
    assert 0 < made.table["heart_rate_per_min"].isna().mean() < 0.25
    assert made.gap.value == pytest.approx(made.synthetic.value - made.real.value, abs=1e-12)
    assert ((made.table["acuity"] <= 2) == (made.table["critical"] == 1)).all()


def test_copies_are_drawn_again_until_too_few_rows_are_possible() -> None:
    chance = stream(Replication(0, 1), "copies")
    drawn = np.random.default_rng(3).integers(0, 5, (24, 2)).astype(float)
    some = pd.DataFrame({"x": drawn[:, 0], "w": drawn[:, 1], "y": [0.0, 1.0] * 12})
    made, redrawn = drawn_without_copies(some, "y", 100, chance)
    assert redrawn > 0
    assert not copies(made, some).any()
    every = pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0], "y": [0.0, 1.0, 0.0, 1.0]})
    with pytest.raises(ScenarioError, match="still equal to a real patient"):
        drawn_without_copies(every, "y", 10, chance)


def test_wishes_that_cannot_be_met_come_at_once(records: Records) -> None:
    faults = list(Wish("ill", 1.0, 0, n_rows=-1).faults(records))
    assert [fault.field for fault in faults] == ["--fitted-share", "--repeats", "--rows", "--target"]
    few = records.where(np.arange(30))
    assert [fault.field for fault in Wish("critical").faults(few)] == ["--data"]
