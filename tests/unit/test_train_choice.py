"""Ensembles are chosen within training folds, and a bar knows whether it is met."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.bar_table import CHOOSE, main, markdown, text_of
from experiments.model_card import Estimate
from experiments.report.tables import Table
from experiments.train.bars import Bar, bar_table, estimate_text
from experiments.train.choice import MIXTURES, choice_table, choose
from policies.diagnosis.members import Ensemble
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray

pytestmark = pytest.mark.unit

N = 60


@dataclass(frozen=True)
class Column:
    """Say what a column says."""

    name: str
    uses_nurse: bool = False

    def fit(self, patients: Patients, outcome: BoolArray) -> "Column":
        return self

    def probability(self, patients: Patients) -> FloatArray:
        return patients.table[self.name].to_numpy(dtype=float)


@dataclass(frozen=True)
class Parrot:
    """Know by heart those it learned from, and nothing of others."""

    name: str = "parrot"
    uses_nurse: bool = False

    def fit(self, patients: Patients, outcome: BoolArray) -> "Known":
        return Known(dict(zip(patients.table["id"], outcome.astype(float), strict=True)))


@dataclass(frozen=True)
class Known:
    """Hold what was learned by heart."""

    by_id: dict[int, float]

    def probability(self, patients: Patients) -> FloatArray:
        return np.array([self.by_id.get(name, 0.5) for name in patients.table["id"]])


def patients(outcome: BoolArray) -> Patients:
    right, wrong = outcome * 1.0, 1.0 - outcome
    return Patients(pd.DataFrame({"id": range(N), "right": right, "wrong": wrong}), np.full(N, np.nan), ("right",))


def test_the_candidate_that_is_best_within_training_folds_is_chosen_every_time() -> None:
    outcome = np.arange(N) % 3 == 0
    candidates = {"bad": (Column("wrong"),), "even": (Column("right"), Column("wrong")), "good": (Column("right"),)}
    found = choose(candidates, patients(outcome), outcome, None, (3, 2, 2))
    assert [one.inner_auroc for one in found.tried] == [0.0, 0.5, 1.0]
    assert [one.outer_auroc for one in found.tried] == [0.0, 0.5, 1.0]
    assert [one.n_chosen for one in found.tried] == [0, 0, 6]
    assert (found.best, found.auroc_of_choosing) == ("good", 1.0)


def test_the_table_of_candidates_begins_with_the_best_within_training_folds() -> None:
    outcome = np.arange(N) % 3 == 0
    candidates = {"bad": (Column("wrong"),), "good": (Column("right"),)}
    table = choice_table(choose(candidates, patients(outcome), outcome, None, (3, 1, 2)))
    assert table.rows == (("good", "1.0000", "1.0000", "3"), ("bad", "0.0000", "0.0000", "0"))


def test_the_ensemble_is_one_of_the_sixteen_mixtures_compared() -> None:
    assert len(MIXTURES) == 16
    assert tuple(Ensemble().members) in {tuple(several) for several in MIXTURES.values()}


def test_a_call_without_a_folder_or_with_an_absent_one_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (main([]), main([str(tmp_path)]), main([str(tmp_path), CHOOSE])) == (2, 2, 2)
    told = capsys.readouterr().err
    assert "usage" in told
    assert "name a file that exists" in told


def test_what_was_learned_by_heart_is_worth_nothing() -> None:
    outcome = np.arange(N) % 3 == 0
    found = choose({"parrot": (Parrot(),)}, patients(outcome), outcome, None, (3, 1, 2))
    assert (found.tried[0].inner_auroc, found.auroc_of_choosing) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("bar", "wanted", "met"),
    [
        (Bar("a", Estimate(0.9, 0.1), 0.9), "≥ 0.9", True),
        (Bar("a", Estimate(0.8999, 0.1), 0.9), "≥ 0.9", False),
        (Bar("a", Estimate(0.08, 0.1), high=0.08), "≤ 0.08", True),
        (Bar("a", Estimate(1.2, 0.1), 0.9, 1.15), "0.9 to 1.15", False),
        (Bar("a", Estimate(float("nan"), 0.1), 0.9), "≥ 0.9", False),
    ],
)
def test_a_bar_is_met_by_the_value_itself(bar: Bar, wanted: str, met: bool) -> None:
    assert (bar.wanted, bar.met) == (wanted, met)


def test_bars_are_printed_with_their_interval_and_verdict() -> None:
    bars = [Bar("speed", Estimate(0.91, 0.02), 0.9), Bar("size", Estimate(0.2, 0.01), high=0.1)]
    text = text_of(bars)
    assert "| speed | ≥ 0.9 | 0.910 (0.890 to 0.930) | met |" in text
    assert "1 of 2 bars are met" in text
    assert bar_table(bars).rows[1][-1] == "missed"
    assert estimate_text(Estimate(float("nan"), 1.0)) == "–"
    assert markdown(Table("x", ("a", "b"), (("1", "2"),))) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
