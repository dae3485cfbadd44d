"""How much of a resource patients use is expected from past patients, and judged on others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from experiments.train.amounts import explained, fifths, judge_amount, used_to_expected
from policies.diagnosis.ordered import SharedLines
from policies.diagnosis.patients import Patients
from sim.units import FloatArray, IntArray

pytestmark = pytest.mark.unit

N = 200


@dataclass(frozen=True)
class Knows:
    """Read the fifth from a column."""

    name: str = "knows"

    def fit(self, patients: Patients, level: IntArray) -> "Knows":
        return self

    def probabilities(self, patients: Patients) -> FloatArray:
        return np.eye(5)[patients.table["fifth"].to_numpy(dtype=int) - 1]


def world() -> tuple[Patients, FloatArray]:
    """Return patients who use 1 to 200, in random order; the nurse knows who uses most."""
    amount = 1.0 + np.random.default_rng(2).permutation(N)
    fifth = np.ceil(5 * amount / N).astype(int)
    nurse = np.where(fifth == 5, 1.0, 4.0)
    return Patients(pd.DataFrame({"fifth": fifth, "rate": amount}), nurse, ("rate",)), amount


def test_fifths_hold_equally_many_and_their_means() -> None:
    amount = np.arange(1.0, 11.0)
    fifth, means = fifths(amount)
    assert np.bincount(fifth)[1:].tolist() == [2, 2, 2, 2, 2]
    assert means.tolist() == [1.5, 3.5, 5.5, 7.5, 9.5]


def test_ties_leave_fifths_empty_that_stand_for_everybody() -> None:
    fifth, means = fifths(np.array([1.0, 1.0, 1.0, 1.0, 6.0]))
    assert set(fifth.tolist()) <= {1, 5}
    assert means[2] == 2.0


def test_who_knows_explains_everything_and_the_nurse_some() -> None:
    patients, amount = world()
    found = {row.by: row for row in judge_amount("beds", Knows(), patients, amount, None, (5, 2, 1))}
    assert set(found) == {"knows", "nurse", "everybody alike"}
    # Of a uniform amount fifths leave 1 / 25 of the variance; the highest against the others explains
    # 12 (.2 .4^2 + .8 .1^2).
    assert found["knows"].explained.value == pytest.approx(0.96, abs=0.01)
    assert found["knows"].absolute_error.value == pytest.approx(10, abs=0.5)
    assert found["nurse"].explained.value == pytest.approx(0.48, abs=0.02)
    assert found["everybody alike"].explained.value == pytest.approx(0.0, abs=0.02)
    assert all(row.ratio.value == pytest.approx(1.0, abs=0.02) for row in found.values())
    assert all((row.target, row.n_patients, row.mean.value) == ("beds", N, 100.5) for row in found.values())


def test_files_without_a_nurse_have_no_row_of_hers() -> None:
    patients, amount = world()
    alone = Patients(patients.table, np.full(N, np.nan), ("rate",))
    rows = judge_amount("beds", SharedLines(), alone, amount, None, (5, 1, 1))
    assert [row.by for row in rows] == ["lines", "everybody alike"]


def test_what_is_learned_explains_amounts_that_follow_from_a_feature() -> None:
    patients, amount = world()
    row = next(iter(judge_amount("beds", SharedLines(), patients, amount, None, (5, 1, 1))))
    assert row.explained.low > 0.6


def test_the_explained_share_is_that_of_squares() -> None:
    amount, expected = np.array([1.0, 3.0, 5.0, 7.0]), np.array([2.0, 2.0, 6.0, 6.0])
    assert explained(amount, expected).value == pytest.approx(1 - 1 / 5)
    assert np.isnan(explained(np.ones(4), expected).value)


def test_used_to_expected_is_one_where_the_sum_is_right() -> None:
    amount = np.array([1.0, 3.0])
    assert used_to_expected(amount, np.array([2.0, 2.0])).value == 1.0
    assert used_to_expected(amount, np.array([1.0, 1.0])).value == 2.0
    assert np.isnan(used_to_expected(amount, np.zeros(2)).value)


def test_intervals_of_the_explained_share_hold_the_truth() -> None:
    """Amount = x + noise, both standard normal: x explains half; of 200 intervals 95 % hold it (z within 4)."""
    held = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        x = chance.normal(size=500)
        one = explained(x + chance.normal(size=500), x)
        held += one.low <= 0.5 <= one.high
    assert abs(held / 200 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 200)
