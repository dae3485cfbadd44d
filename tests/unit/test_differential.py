"""A differential diagnosis by counted answers: Bayes' rule by hand, and nearness to the best possible."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.bar_table import differential
from experiments.train.ddxplus import ELICITED, Known, draw_patients, judge_differential, read_shares
from policies.diagnosis.differential import EvidenceModel, fit_evidence, grouped
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

TWO = EvidenceModel(("cold", "flu"), ("fever", "cough"), np.array([0.8, 0.2]), np.array([[0.1, 0.5], [0.9, 0.5]]))
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ddxplus"


def test_the_posterior_is_the_rule_of_bayes() -> None:
    # Fever: .8 * .1 against .2 * .9; cough says nothing; not asked says nothing.
    assert TWO.posterior(np.array([[1.0, 0.0]]))[0] == pytest.approx([0.08 / 0.26, 0.18 / 0.26])
    assert TWO.posterior(np.array([[0.0, 1.0]]))[0] == pytest.approx([0.72 / 0.74, 0.02 / 0.74])
    assert TWO.posterior(np.array([[np.nan, np.nan]]))[0] == pytest.approx([0.8, 0.2])


def test_an_answer_that_a_condition_never_gives_rules_it_out() -> None:
    sure = EvidenceModel(("a", "b"), ("x",), np.array([0.5, 0.5]), np.array([[0.0], [0.3]]))
    assert sure.posterior(np.array([[1.0]]))[0, 0] < 1e-8


def test_shares_are_counted_over_those_asked() -> None:
    answers = np.array([[1.0, np.nan], [1.0, 0.0], [0.0, 1.0]])
    found = fit_evidence(("cold", "flu"), ("fever", "cough"), np.array([0, 0, 1]), answers)
    assert found.p[0] == pytest.approx([2.5 / 3, 0.5 / 2])
    assert found.p[1] == pytest.approx([0.5 / 2, 1.5 / 2])
    assert found.prior == pytest.approx([2.5 / 4, 1.5 / 4])


def test_a_group_has_the_probability_of_its_conditions() -> None:
    p = np.array([[0.2, 0.3, 0.5]])
    assert grouped(p, np.array([0, 1, 0]))[0] == pytest.approx([0.7, 0.3])


def test_shapes_and_shares_out_of_range_are_refused_together() -> None:
    with pytest.raises(ValueError, match=r"prior has shape .*; p holds a number outside"):
        EvidenceModel(("a",), ("x",), np.array([0.5, 0.5]), np.array([[1.2]]))


def test_drawn_patients_follow_the_model() -> None:
    n = 20_000
    condition, answers = draw_patients(TWO, n, 3, "judged")
    for name, seen, expected, of in (
        ("flu", condition == 1, 0.2, n),
        ("fever of flu", answers[condition == 1, 0], 0.9, int((condition == 1).sum())),
        ("fever of cold", answers[condition == 0, 0], 0.1, int((condition == 0).sum())),
    ):
        z = (np.mean(seen) - expected) / np.sqrt(expected * (1 - expected) / of)
        assert abs(z) < 4, name


def test_no_model_is_better_than_the_bound_and_less_evidence_is_worse() -> None:
    rows = list(judge_differential(Known(TWO, np.array([0, 1])), 3000, 4000, 5))
    assert [row.elicited_share for row in rows] == list(ELICITED)
    for row in rows:
        assert row.lost.value >= -row.lost.half_width
        assert row.lost.value == pytest.approx(row.bound.value - row.learned.value)
    assert rows[0].bound.value > rows[-1].bound.value
    # All evidence: right are colds without fever and flus with it, .8 * .9 + .2 * .9.
    z = (rows[0].bound.value - 0.9) / (rows[0].bound.half_width / 1.96)
    assert abs(z) < 4


def test_learned_from_shares_of_ddxplus_it_is_near_the_bound() -> None:
    if not FOLDER.exists():
        pytest.skip("the shares are not here; they are not part of the project")
    known = read_shares(FOLDER)
    assert (len(known.model.conditions), len(known.model.evidences)) == (49, 223)
    for row in judge_differential(known, 8000, 3000, 1):
        assert row.lost.value <= 0.02


def test_bars_of_a_differential_hold_what_is_lost(tmp_path: Path) -> None:
    shares = {
        "conditions": list(TWO.conditions),
        "symptoms": list(TWO.evidences),
        "condition_counts": {"cold": 8, "flu": 2},
        "probabilities": {"cold": {"fever": 0.1, "cough": 0.5}, "flu": {"fever": 0.9, "cough": 0.5}},
    }
    codes = {"cold": {"icd10-id": "J00"}, "flu": {"icd10-id": "j11"}}
    (tmp_path / "moc_symptom_condition_probs.json").write_text(json.dumps(shares), encoding="utf-8")
    (tmp_path / "release_conditions.json").write_text(json.dumps(codes), encoding="utf-8")
    assert read_shares(tmp_path).model.p == pytest.approx(TWO.p)
    assert read_shares(tmp_path).group.tolist() == [0, 0]
    bars = list(differential(tmp_path, 2000, 500))
    assert len(bars) == len(ELICITED)
    assert all(bar.high == 0.02 and bar.met for bar in bars)


def test_folders_without_shares_are_faults_in_words(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read as DDXPlus"):
        read_shares(tmp_path)
    (tmp_path / "moc_symptom_condition_probs.json").write_text(json.dumps({"conditions": []}), encoding="utf-8")
    (tmp_path / "release_conditions.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ScenarioError, match="symptoms"):
        read_shares(tmp_path)
