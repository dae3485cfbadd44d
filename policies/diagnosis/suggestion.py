"""Suggest care pathways for what a patient may have, ranked, with their reasons; or abstain.

A suggestion names where care goes on, never a medicine with a dose, and leaves every decision to clinicians.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from policies.diagnosis.differential import SMALLEST, EvidenceModel
from sim.units import FloatArray

DOSE = re.compile(r"\d\s*(mg|mcg|µg|g|ml|l|iu|units?|mmol|meq|tablets?|drops?)\b(?!/dl)", re.IGNORECASE)
MOST_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class CareRule:
    """Say which pathway, by its code, is for conditions of some diagnosis groups, and on what basis."""

    pathway: str
    groups: tuple[str, ...]
    basis: str

    def faults(self) -> Iterator[tuple[str, object, str]]:
        """Yield what may not be said: nothing at all, or a dose."""
        for name in ("pathway", "basis"):
            text = getattr(self, name)
            if not text.strip():
                yield name, text, "say it; a suggestion without it cannot be judged"
            elif DOSE.search(text):
                yield name, text, "name a pathway of care; doses are no part of suggestions"


@dataclass(frozen=True, slots=True)
class Weighed:
    """Name an answer and how much it speaks for a group: the log of how much likelier it is there than elsewhere."""

    evidence: str
    answer: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Option:
    """Name a pathway, the probability of its conditions, those likeliest first, its basis, and the evidence used."""

    pathway: str
    p: float
    conditions: tuple[str, ...]
    basis: str
    evidence: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Hold pathways from likeliest to least; `abstains` says why none is suggested, "" where the first one is."""

    options: tuple[Option, ...]
    abstains: str = ""

    @property
    def pathway(self) -> str | None:
        """Return the suggested pathway, None where the model abstains."""
        return None if self.abstains or not self.options else self.options[0].pathway


@dataclass(frozen=True, slots=True, eq=False)
class Suggester:
    """Rank pathways by P(their conditions | answers), and abstain below `least_p`, or with too few answers.

    `group_of` names the diagnosis group of each condition, for example its chapter of ICD-10.

    Raises:
        ValueError: lists every rule that says nothing or names a dose, and every group without a rule or with several.
    """

    model: EvidenceModel
    group_of: Mapping[str, str]
    rules: Sequence[CareRule]
    least_p: float = 0.5
    least_answers: int = 3

    def __post_init__(self) -> None:
        faults = [f"{field} = {value!r}: {mend}" for rule in self.rules for field, value, mend in rule.faults()]
        counts = {group: sum(group in rule.groups for rule in self.rules) for group in set(self.group_of.values())}
        faults += [f"group {group!r} has {n} rules: give exactly one" for group, n in sorted(counts.items()) if n != 1]
        faults += [f"condition {name!r} has no group" for name in self.model.conditions if name not in self.group_of]
        if faults:
            raise ValueError("; ".join(faults))

    def suggest(self, answers: FloatArray) -> tuple[Suggestion, ...]:
        """Return a suggestion for each of n patients from answers (n, e): 1 yes, 0 no, NaN not asked."""
        posterior = self.model.posterior(answers)
        return tuple(self._one(p, given) for p, given in zip(posterior, answers, strict=True))

    def _one(self, p: FloatArray, answers: FloatArray) -> Suggestion:
        options = sorted(self._options(p, answers), key=lambda option: -option.p)
        n_answers = int((~np.isnan(answers)).sum())
        why = ""
        if n_answers < self.least_answers:
            why = f"{n_answers} answers are too few; {self.least_answers} are needed"
        elif options[0].p < self.least_p:
            why = f"no pathway has a probability of {self.least_p:g}; the likeliest has {options[0].p:.2f}"
        return Suggestion(tuple(options), why)

    def _options(self, p: FloatArray, answers: FloatArray) -> Iterator[Option]:
        for rule in self.rules:
            inside = np.array([self.group_of[name] in rule.groups for name in self.model.conditions])
            if inside.any():
                order = [int(i) for i in np.argsort(-p, kind="stable") if inside[i]]
                names = tuple(self.model.conditions[i] for i in order if p[i] >= 0.01)
                yield Option(rule.pathway, float(p[inside].sum()), names, rule.basis, self._weighed(inside, answers))

    def _weighed(
        self, inside: "np.ndarray[tuple[int], np.dtype[np.bool_]]", answers: FloatArray
    ) -> tuple[Weighed, ...]:
        """Return the answers that speak most for the conditions inside, strongest first; those against are left out."""
        if inside.all():
            return ()
        share = [np.average(self.model.p[where], axis=0, weights=self._prior(where)) for where in (inside, ~inside)]
        here, elsewhere = (np.clip(one, SMALLEST, 1 - SMALLEST) for one in share)
        weight = np.where(answers == 1, np.log(here / elsewhere), np.log((1 - here) / (1 - elsewhere)))
        weight = np.where(np.isnan(answers), 0.0, weight)
        best = [int(j) for j in np.argsort(-weight, kind="stable")[:MOST_EVIDENCE] if weight[j] > 0]
        return tuple(Weighed(self.model.evidences[j], bool(answers[j] == 1), float(weight[j])) for j in best)

    def _prior(self, where: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> FloatArray:
        return np.maximum(self.model.prior[where], SMALLEST)
