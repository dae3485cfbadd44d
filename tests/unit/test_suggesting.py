"""Rules by codes of ICD-10, stored models and cases: what they say is taken whole, and what is wrong is named."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments.suggesting.cases import read_cases
from experiments.suggesting.rules import CodeRule, group_of, read_rules, suggester_of
from experiments.suggesting.stored import MODEL, Differential, read_differential
from experiments.suggesting.told import NOTICE, values_of, words_of
from policies.diagnosis.differential import EvidenceModel
from policies.diagnosis.suggestion import DOSE
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

HELD = Differential(
    EvidenceModel(
        ("infarction", "pneumonia", "panic"),
        ("pain", "cough", "fear"),
        np.array([0.3, 0.4, 0.3]),
        np.array([[0.9, 0.1, 0.2], [0.2, 0.9, 0.1], [0.5, 0.1, 1 / 3]]),
    ),
    ("I21", "j17, j18", "F41"),
    ("Does your chest hurt?", "Do you cough?", ""),
)
RULES = (
    CodeRule("I20", "I25", "chest_pain", "guideline: a", "10.1/a"),
    CodeRule("J12", "J18", "breathlessness", "place in ICD-10: b", ""),
)


def write(folder: Path, text: str, name: str = "case.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(action: Callable[[], object]) -> str:
    with pytest.raises(ScenarioError) as error:
        action()
    return "\n".join(str(fault) for fault in error.value.faults)


def test_a_code_belongs_to_the_rule_whose_categories_hold_it_whatever_its_subcategory() -> None:
    assert [group_of(RULES, code) for code in ("I21.4", "i25", "j17, j18", "I26", "F41")] == [
        "I20-I25",
        "I20-I25",
        "J12-J18",
        "",
        "",
    ]


def test_a_model_reads_back_to_the_last_bits(tmp_path: Path) -> None:
    write(tmp_path, HELD.to_json(), MODEL)
    back = read_differential(tmp_path)
    assert np.array_equal(back.model.p, HELD.model.p)
    assert np.array_equal(back.model.prior, HELD.model.prior)
    assert (back.model.conditions, back.icd10, back.questions) == (HELD.model.conditions, HELD.icd10, HELD.questions)


@pytest.mark.parametrize("text", ["", "[]", '{"kind": "differential diagnosis"}', '{"kind": "logistic"}'])
def test_what_is_no_differential_diagnosis_is_refused_in_words(text: str, tmp_path: Path) -> None:
    write(tmp_path, text, MODEL)
    assert "holds no differential diagnosis" in faults_of(lambda: read_differential(tmp_path))
    assert "name a folder" in faults_of(lambda: read_differential(tmp_path / "nowhere"))


def test_answers_stand_where_the_model_asks_and_silence_is_not_a_no(tmp_path: Path) -> None:
    cases = read_cases(
        write(tmp_path, "case,evidence,answer\nb,cough,Yes\na,pain,no\nb,pain,0\n"), HELD.model.evidences
    )
    assert cases.names == ("b", "a")
    np.testing.assert_array_equal(cases.answers, [[0.0, 1.0, np.nan], [0.0, np.nan, np.nan]])


def test_everything_that_is_wrong_with_a_case_is_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "evidence,answer\ncoug,yes\npain,perhaps\nfear,\ncough,yes\ncough,no\n")
    told = faults_of(lambda: read_cases(path, HELD.model.evidences))
    assert [f"row {row}," in told for row in (2, 3, 4, 5, 6)] == [True, True, True, False, True]
    assert "did you mean 'cough'" in told
    assert "no rows" in faults_of(lambda: read_cases(write(tmp_path, "evidence,answer\n"), HELD.model.evidences))


def test_a_suggestion_tells_its_basis_its_evidence_and_what_else_it_may_be(tmp_path: Path) -> None:
    cases = read_cases(
        write(tmp_path, "evidence,answer\npain,yes\ncough,no\nfear,no\n"),
        HELD.model.evidences,
    )
    found = suggester_of(HELD.model, HELD.icd10, RULES).suggest(cases.answers)
    lines = list(words_of("1", found[0], HELD))
    p = HELD.model.posterior(cases.answers)[0]
    assert lines[0] == f"case 1: chest_pain, probability {p[0]:.2f}"
    assert lines[1:3] == ["  likeliest: infarction (I21)", "  basis: I20-I25, guideline: a, 10.1/a"]
    assert lines[3].startswith("  evidence: pain, Does your chest hurt? yes (weight ")
    assert lines[-1] == f"  then: breathlessness {p[1]:.2f}"
    values = json.loads(json.dumps(values_of(cases, found, HELD)))
    assert values["notice"] == NOTICE
    assert values["cases"][0]["pathway"] == "chest_pain"
    assert values["cases"][0]["options"][0]["conditions"] == [{"name": "infarction", "icd10": "I21"}]


def test_where_no_rule_is_for_the_likeliest_the_model_abstains() -> None:
    suggester = suggester_of(HELD.model, HELD.icd10, RULES, least_p=0.1, least_answers=1)
    (found,) = suggester.suggest(np.array([[np.nan, 0.0, 1.0]]))
    assert found.pathway is None
    assert found.abstains.startswith("no rule is for what is likeliest, as panic with 0.")
    np.testing.assert_allclose(suggester.probability(np.array([[np.nan] * 3])), [[0.3, 0.4]])


def test_rules_of_one_pathway_are_one_option_on_the_basis_of_what_is_likely() -> None:
    rules = (*RULES, CodeRule("F40", "F48", "chest_pain", "place in ICD-10: c", ""))
    (found,) = suggester_of(HELD.model, HELD.icd10, rules).suggest(np.array([[1.0, 0.0, 0.0]]))
    assert [option.pathway for option in found.options] == ["chest_pain", "breathlessness"]
    assert found.options[0].conditions == ("infarction", "panic")
    assert found.options[0].basis == "I20-I25, guideline: a, 10.1/a; F40-F48, place in ICD-10: c"


def test_rules_that_cannot_be_are_named_together(tmp_path: Path) -> None:
    rows = ["I2,I25,chest_pain,a", "J18,J12,breathless,b", "K20,K93,chest_pain,aspirin 300 mg", "L00,L99,,"]
    path = write(tmp_path, "\n".join(["first,last,pathway,basis", *rows]))
    told = faults_of(lambda: read_rules(path, ["chest_pain", "breathlessness"]))
    for words in ("column first", "column last", "did you mean 'breathlessness'", "doses are no part", "say it"):
        assert words in told
    twice = write(tmp_path, "first,last,pathway,basis\nI20,I25,chest_pain,a\nI25,I30,chest_pain,b\n")
    assert "overlaps I20-I25" in faults_of(lambda: read_rules(twice, ["chest_pain"]))


def test_no_shipped_rule_names_a_dose_and_every_guideline_has_a_source() -> None:
    rules = read_rules(None, SHIPPED)
    assert {rule.pathway for rule in rules} == set(SHIPPED)
    for rule in rules:
        assert not DOSE.search(rule.told)
        assert rule.basis.startswith("guideline: " if rule.source else "place in ICD-10: ")
        assert rule.source.startswith("10.") or not rule.source


SHIPPED = (
    "minor_injury",
    "minor_illness",
    "abdominal_pain",
    "chest_pain",
    "breathlessness",
    "stroke",
    "major_trauma",
    "critical_illness",
)
