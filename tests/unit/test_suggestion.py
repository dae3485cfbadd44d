"""Suggested pathways: ranked by what the answers make likely, with reasons, never a dose, and silent when unsure."""

import numpy as np
import pytest

from policies.diagnosis.differential import EvidenceModel
from policies.diagnosis.suggestion import DOSE, CareRule, Suggester

pytestmark = pytest.mark.unit

NAN = np.nan
MODEL = EvidenceModel(
    ("infarction", "angina", "pneumonia", "fracture"),
    ("chest pain", "fever", "fall", "cough"),
    np.array([0.2, 0.2, 0.3, 0.3]),
    np.array([[0.9, 0.1, 0.05, 0.1], [0.8, 0.1, 0.05, 0.1], [0.3, 0.9, 0.05, 0.8], [0.05, 0.02, 0.9, 0.05]]),
)
GROUPS = {"infarction": "I", "angina": "I", "pneumonia": "J", "fracture": "S"}
RULES = (
    CareRule("chest_pain", ("I",), "ESC 2023, 10.1093/eurheartj/ehad191"),
    CareRule("breathlessness", ("J",), "chapter J of ICD-10; no guideline read"),
    CareRule("minor_injury", ("S",), "chapter S of ICD-10; no guideline read"),
)


def suggester(**changes: float) -> Suggester:
    return Suggester(MODEL, GROUPS, RULES, **changes)  # type: ignore[arg-type]


def test_pathways_are_ranked_by_the_probability_of_their_conditions() -> None:
    answers = np.array([[1.0, 0.0, 0.0, NAN]])
    (found,) = suggester().suggest(answers)
    posterior = MODEL.posterior(answers)[0]
    assert [option.pathway for option in found.options] == ["chest_pain", "breathlessness", "minor_injury"]
    assert [option.p for option in found.options] == pytest.approx([posterior[:2].sum(), posterior[2], posterior[3]])
    assert found.options[0].conditions == ("infarction", "angina")
    assert found.pathway == "chest_pain"
    assert found.options[0].basis.startswith("ESC 2023")


def test_evidence_speaks_for_the_group_by_the_log_of_how_much_likelier_it_is_there() -> None:
    (found,) = suggester().suggest(np.array([[1.0, 0.0, 0.0, NAN]]))
    reasons = {(one.evidence, one.answer): one.weight for one in found.options[0].evidence}
    here, elsewhere = 0.85, (0.3 * 0.3 + 0.05 * 0.3) / 0.6
    assert reasons["chest pain", True] == pytest.approx(np.log(here / elsewhere))
    assert all(weight > 0 for weight in reasons.values())
    assert ("cough", False) not in reasons


def test_too_few_answers_or_no_likely_pathway_is_silence_with_a_reason() -> None:
    few, unsure = suggester().suggest(np.array([[1.0, NAN, NAN, NAN], [0.0, 0.0, 0.0, 0.0]]))
    assert few.pathway is None
    assert few.abstains == "1 answers are too few; 3 are needed"
    (strict,) = suggester(least_p=0.999).suggest(np.array([[1.0, 0.0, 0.0, 0.0]]))
    assert strict.pathway is None
    assert "no pathway has a probability of 0.999" in strict.abstains
    assert len(strict.options) == len(unsure.options) == 3


@pytest.mark.parametrize("text", ["aspirin 300 mg", "5 ml", "2 tablets", "10 IU", "0.5g of it"])
def test_a_dose_is_refused(text: str) -> None:
    assert DOSE.search(text)
    with pytest.raises(ValueError, match="doses are no part"):
        Suggester(MODEL, GROUPS, (CareRule("chest_pain", ("I", "J", "S"), text),))


def test_sources_are_no_doses() -> None:
    assert not any(DOSE.search(rule.basis) for rule in RULES)


def test_every_group_has_one_rule_and_every_condition_a_group() -> None:
    with pytest.raises(ValueError, match="group 'S' has 0 rules"):
        Suggester(MODEL, GROUPS, RULES[:2])
    with pytest.raises(ValueError, match="group 'I' has 2 rules"):
        Suggester(MODEL, GROUPS, (*RULES, RULES[0]))
    with pytest.raises(ValueError, match="condition 'fracture' has no group"):
        Suggester(MODEL, {k: v for k, v in GROUPS.items() if k != "fracture"}, RULES)
