"""Triage members beside nurse, model and oracle, and the files and pasts that members learn from."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.build import build, check
from experiments.config import compose
from experiments.training import draw_history, train_triage
from experiments.triage_lessons import taught
from policies.diagnosis import DiagnosisModel, recalibrated
from policies.diagnosis.plain import NumberTerm, PlainLogistic
from policies.triage import Learned, Model, NoTriage, Nurse, SecondReader, Shuffled
from sim.contract import AssignAcuity, Policy, TriageDecision, TriageView
from sim.faults import ScenarioError
from tests.door_patients import clinic

pytestmark = pytest.mark.unit

# P(acuity <= c | x) is logistic(x) for every c: the greater x, the more urgent.
DIAGNOSIS = DiagnosisModel(("x",), np.zeros(1), np.ones(1), np.ones((4, 1)), np.zeros(4))
VIEW = TriageView(("x",), np.array([[-9.0], [0.0], [9.0], [9.0], [9.0]]), np.array([4, 3, 5, 1, 2]))


def levels(policy: Policy[TriageView, TriageDecision], view: TriageView = VIEW) -> list[int]:
    decision = policy.decide(view)
    assert isinstance(decision, AssignAcuity)
    found: list[int] = decision.acuity.tolist()
    return found


def nurses(acuity: list[int]) -> TriageView:
    return TriageView((), np.empty((len(acuity), 0)), np.array(acuity, dtype=np.int64))


def test_no_triage_tells_nobody_apart() -> None:
    assert levels(NoTriage()) == [3] * 5


def test_the_second_reader_only_ever_adds_urgency() -> None:
    assert levels(SecondReader(diagnosis=DIAGNOSIS)) == [4, 2, 2, 1, 2]
    assert levels(SecondReader(diagnosis=DIAGNOSIS, threshold=0.6)) == [4, 3, 2, 1, 2]
    assert levels(SecondReader(diagnosis=DIAGNOSIS, threshold=1.0)) == levels(Nurse())


def test_a_threshold_must_be_a_probability() -> None:
    for threshold in (0.0, -0.1, 1.1, float("nan")):
        (fault,) = SecondReader(threshold=threshold).faults("triage")
        assert fault.field == "triage.threshold"


def test_a_learner_without_a_model_says_so() -> None:
    with pytest.raises(ValueError, match="SecondReader has learned nothing"):
        SecondReader().decide(VIEW)


@given(st.lists(st.integers(1, 5), max_size=60))
def test_shuffling_keeps_the_mix(acuity: list[int]) -> None:
    assert sorted(levels(Shuffled(), nurses(acuity))) == sorted(acuity)


def test_shuffled_levels_tell_nothing_of_the_patient_or_the_order() -> None:
    n = 20_000
    rows = np.arange(n)
    by_order = np.array(levels(Shuffled(), nurses((1 + rows * 5 // n).tolist())))
    by_turn = np.array(levels(Shuffled(), nurses((1 + rows % 5).tolist())))
    for found, own in ((by_order, rows), (by_turn, rows % 5), (by_order[1:], by_order[:-1])):
        assert abs(np.corrcoef(found, own)[0, 1]) * np.sqrt(len(found)) <= 4


def test_a_past_must_be_five_shares_and_numbers_of_patients() -> None:
    faults = Model(past_acuity_share=[0.5, 0.4], recalibrated_on=-1, model_file="m.json").faults("triage")
    told = [(fault.field, fault.mend) for fault in faults]
    assert [field for field, _ in told] == ["triage.past_acuity_share"] * 2 + ["triage.recalibrated_on"]
    assert "give five weights of zero or more" in told[0][1]
    assert "leave it out" in told[1][1]
    assert list(Model(past_acuity_share=[0.1, 0.2, 0.3, 0.2, 0.2], recalibrated_on=100).faults("triage")) == []


def test_recalibration_expects_the_new_shares_and_keeps_the_ranking() -> None:
    scenario = clinic()
    old = train_triage(scenario, 3, n_patients=4000).diagnosis
    new = draw_history(scenario, 3, 5000, acuity_share=(0.1, 0.3, 0.3, 0.2, 0.1), purpose="recent")
    fitted = recalibrated(old, new.features, new.acuity)
    expected = [(np.sum(new.acuity <= cut) + 0.5) / 5001 for cut in (1, 2, 3, 4)]
    before, after = old.cumulative(new.features), fitted.cumulative(new.features)
    assert after[:, 1].mean() == pytest.approx(expected[1], abs=0.002)  # crossing cuts move the others a little
    assert abs(after.mean(axis=0) - expected).max() < 0.02 < abs(before.mean(axis=0) - expected).max()
    np.testing.assert_array_equal(
        np.argsort(old.scores(new.features)[:, 1]), np.argsort(fitted.scores(new.features)[:, 1])
    )
    critical = new.acuity <= 2
    assert np.mean((after[:, 1] - critical) ** 2) < np.mean((before[:, 1] - critical) ** 2)


def test_recalibration_survives_patients_none_of_whom_is_urgent() -> None:
    fitted = recalibrated(DIAGNOSIS, np.zeros((9, 1)), np.full(9, 5))
    assert fitted.cumulative(np.zeros((1, 1)))[0].tolist() == pytest.approx([0.05] * 4)
    with pytest.raises(ValueError, match="give at least one"):
        recalibrated(DIAGNOSIS, np.zeros((0, 1)), np.zeros(0, dtype=np.int64))


def test_a_past_of_other_shares_teaches_another_model() -> None:
    share, met = [0.2, 0.2, 0.2, 0.2, 0.2], draw_history(clinic(), 8, 4000).features
    pasts = (Model(), Model(past_acuity_share=share), Model(past_acuity_share=share, recalibrated_on=4000))
    usual, other, again = (taught(policy, clinic(), 1).diagnosis.cumulative(met)[:, 1].mean() for policy in pasts)
    assert other > usual + 0.1  # critical patients were more common
    assert again == pytest.approx(usual, abs=0.02)


def test_who_learns_nothing_is_left_alone() -> None:
    nurse = Nurse()
    assert taught(nurse, clinic(), 1) is nurse


def test_a_model_from_a_file_scores_the_patients(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    trained = train_triage(clinic(), 9, n_patients=1000).diagnosis
    file.write_text(trained.to_json(), encoding="utf-8")
    policy = taught(Model(model_file=str(file)), clinic(), 1)
    history = draw_history(clinic(), 2, 200)
    view = TriageView(history.feature_names, history.features, history.acuity)
    assert levels(policy, view) == levels(Model(diagnosis=trained), view)


def test_a_model_file_reaches_the_seat_and_names_the_run_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    names = build(compose([])[0].settings)[0].case_mix.features
    model = DiagnosisModel(names, np.zeros(8 + 1), np.ones(9), np.ones((4, 9)), np.zeros(4))
    hashes = []
    for intercept in (0.0, 1.0):
        file.write_text(replace(model, intercept=np.full(4, intercept)).to_json(), encoding="utf-8")
        (cell,) = compose(["triage=second_reader", f"triage.model_file={file}"])
        seated = build(cell.settings)[1].triage
        assert isinstance(seated, Learned)
        assert seated.diagnosis is not None
        assert seated.diagnosis.intercept.tolist() == [intercept] * 4
        hashes.append(cell.hash)
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "name the file of a diagnosis model"),
        ("{}", "the diagnosis model lacks feature_names, intercept"),
        ("no model", "name the file of a diagnosis model"),
        (json.dumps(json.loads(DIAGNOSIS.to_json())), "it has learned x, the door shows age_years"),
    ],
)
def test_a_wrong_model_file_is_refused_before_the_run(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "model.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        check(compose([f"triage.model_file={file}"])[0].settings)
    (fault,) = refused.value.faults
    assert (fault.field, told in fault.mend) == ("triage.model_file", True)


def reader(**numbers: NumberTerm) -> PlainLogistic:
    return PlainLogistic(False, -1.0, numbers, {}, ())


AGE = NumberTerm(median=40.0, mean=40.0, scale=10.0, weight=1.5)


def test_a_model_trained_on_records_reads_after_the_nurse(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(reader(age_years=AGE).to_json(), encoding="utf-8")
    (cell,) = compose(["triage=second_reader", f"triage.model_file={file}"])
    policy = build(cell.settings)[1].triage
    names = build(cell.settings)[0].case_mix.features
    features = np.full((3, len(names)), np.nan)
    features[:, names.index("age_years")] = [40.0, 60.0, 60.0]  # scores of -1 and 2: .27 and .88
    view = TriageView(names, features, np.array([4, 4, 1]))
    assert isinstance(policy, SecondReader)
    assert policy.p_critical(view) == pytest.approx([1 / (1 + np.e), 1 / (1 + np.exp(-2)), 1 / (1 + np.exp(-2))])
    assert levels(policy, view) == [4, 2, 1]
    empty = TriageView(names, features[:0], view.nurse_acuity[:0])
    assert levels(policy, empty) == []


@pytest.mark.parametrize(
    ("lines", "model", "told"),
    [
        (["triage=model"], reader(age_years=AGE), "choose triage=second_reader"),
        (["triage=second_reader"], reader(shoe_size=AGE), "it asks for what the door does not show ('shoe_size')"),
        (["triage=second_reader", "triage.recalibrated_on=9"], reader(age_years=AGE), "set triage.recalibrated_on=0"),
    ],
)
def test_a_model_of_records_that_cannot_serve_is_refused(
    tmp_path: Path, lines: list[str], model: PlainLogistic, told: str
) -> None:
    file = tmp_path / "model.json"
    file.write_text(model.to_json(), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        check(compose([*lines, f"triage.model_file={file}"])[0].settings)
    (fault,) = refused.value.faults
    assert (fault.field, told in fault.mend) == ("triage.model_file", True)
