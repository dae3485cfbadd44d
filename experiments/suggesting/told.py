"""Tell suggestions: in words for a terminal, and as plain values for a file."""

from collections.abc import Iterator
from typing import Any

from experiments.suggesting.cases import Cases
from experiments.suggesting.stored import Differential
from policies.diagnosis.suggestion import Option, Suggestion, Weighed

NOTICE = "A suggestion names a pathway of care, never a medicine or a dose. Clinicians decide."


def words_of(name: str, found: Suggestion, held: Differential) -> Iterator[str]:
    """Yield the lines of one case: what is suggested or why nothing is, its basis, and the evidence used."""
    yield f"case {name}: {_chosen(found)}"
    for option in found.options[:1]:
        codes = dict(zip(held.model.conditions, held.icd10, strict=True))
        yield f"  likeliest: {', '.join(f'{condition} ({codes[condition]})' for condition in option.conditions[:5])}"
        yield f"  basis: {option.basis}"
        yield from (f"  evidence: {_reason(one, held)}" for one in option.evidence)
    others = [f"{option.pathway} {option.p:.2f}" for option in found.options[1:] if option.p >= 0.01]
    if others:
        yield f"  then: {', '.join(others)}"


def _chosen(found: Suggestion) -> str:
    if found.abstains:
        return f"abstains: {found.abstains}"
    return f"{found.options[0].pathway}, probability {found.options[0].p:.2f}"


def _reason(one: Weighed, held: Differential) -> str:
    question = held.questions[held.model.evidences.index(one.evidence)]
    text = f"{one.evidence}, {question}" if question else one.evidence
    return f"{text} {'yes' if one.answer else 'no'} (weight {one.weight:.1f})"


def values_of(cases: Cases, found: tuple[Suggestion, ...], held: Differential) -> dict[str, Any]:
    """Return all suggestions as plain values."""
    codes = dict(zip(held.model.conditions, held.icd10, strict=True))
    told = [
        {
            "case": name,
            "pathway": one.pathway,
            "abstains": one.abstains,
            "options": [_option(option, codes) for option in one.options],
        }
        for name, one in zip(cases.names, found, strict=True)
    ]
    return {"notice": NOTICE, "cases": told}


def _option(option: Option, codes: dict[str, str]) -> dict[str, Any]:
    return {
        "pathway": option.pathway,
        "p": option.p,
        "conditions": [{"name": name, "icd10": codes[name]} for name in option.conditions],
        "basis": option.basis,
        "evidence": [{"evidence": e.evidence, "answer": e.answer, "weight": e.weight} for e in option.evidence],
    }
