"""Models on real triage records: the figures that need one repeat of the fast members only."""

from functools import cache
from pathlib import Path

import pytest

from experiments.bar_table import KTAS
from experiments.model_card import Estimate
from experiments.records import read_records
from experiments.train.bars import bars_of
from experiments.train.card import nurse_sentence
from experiments.train.plan import Plan
from experiments.train.trained import Trained, train

pytestmark = pytest.mark.study

FILE = Path(__file__).parents[3] / "shared" / "data" / KTAS


@cache
def trained() -> Trained:
    if not FILE.exists():
        pytest.skip("the triage records are not here; they are not part of the project")
    plan = Plan("critical", ("nurse", "news2", "logistic", "logistic_with_nurse"), n_repeats=1)
    return train(read_records(FILE, "ktas"), plan)


def figure(member: str, name: str) -> Estimate:
    return trained().figures[member][name]


def test_logistic_regression_with_text_reaches_its_bars() -> None:
    met = {bar.what: bar.met for bar in bars_of(trained())}
    for what in ("logistic with text, auroc", "logistic with text, brier", "logistic with text, slope"):
        assert met[what]
    assert met["logistic with the nurse's level, auroc"]


def test_the_nurse_ranks_patients_as_published_and_better_than_features_do() -> None:
    assert trained().readers["nurse_auroc"].value == pytest.approx(0.947, abs=5e-4)
    assert trained().readers["nurse_sensitivity"].value == pytest.approx(0.862, abs=5e-4)
    assert figure("logistic", "auroc").high < trained().readers["nurse_auroc"].value
    assert nurse_sentence(trained()).startswith("No model without the nurse's level beats the nurse")


def test_vital_signs_alone_say_little() -> None:
    assert figure("news2", "auroc").high < figure("logistic", "auroc").low


def test_a_second_reader_finds_patients_whom_the_nurse_missed() -> None:
    readers = trained().readers
    assert readers["either_sensitivity"].value > readers["nurse_sensitivity"].value + 0.03
    assert readers["either_specificity"].low < 0.945 < readers["either_specificity"].high


def test_models_that_know_the_order_of_levels_reach_their_bars() -> None:
    met = {bar.what.split(" (")[0]: bar.met for bar in bars_of(trained())}
    for what in ("levels at equal costs, quadratic kappa", "levels at equal costs, under-triage"):
        assert met[what]
    assert met["levels at 3 : 1, under-triage"]
    assert trained().reader == "ordered"


def test_each_site_is_noticed_to_be_another_one() -> None:
    local, regional = (one.drift for one in trained().moved)
    assert [one.site for one in trained().moved] == ["local", "regional"]
    assert local.observed_to_expected < 1 < regional.observed_to_expected
    assert local.z < -3 < 3 < regional.z
    assert local.noticed_after is not None
    assert regional.noticed_after is not None


def test_minutes_in_the_department_are_hard_to_foresee() -> None:
    """Features tell more of them than nothing, and little: most of a stay is not decided at the door."""
    rows = {row.by: row for row in trained().expected}
    assert 0 < rows["lines"].explained.low < rows["lines"].explained.value < 0.2
    assert rows["lines"].ratio.low <= 1 <= rows["lines"].ratio.high
    assert rows["lines"].n_patients == 1060


def test_sets_hold_the_truth_as_often_as_promised() -> None:
    for name in ("coverage_yes", "coverage_no"):
        assert trained().sets[name].low <= 0.9 <= trained().sets[name].high


def test_probabilities_of_another_site_are_mended_by_patients_of_the_site() -> None:
    moved = trained().moved
    assert len(moved) == 2
    for one in moved:
        assert abs(one.after["slope"].value - 1) < abs(one.before["slope"].value - 1)
        assert one.after["ece"].value < one.before["ece"].value
        assert one.after["auroc"].value == pytest.approx(one.before["auroc"].value, abs=0.01)
