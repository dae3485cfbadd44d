"""Suggest care pathways for what a patient may have, ranked, with their reasons; or abstain.

A suggestion names where care goes on, never a medicine with a dose, and leaves every decision to clinicians.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from policies.diagnosis.differential import SMALLEST, EvidenceModel
from sim.units import BoolArray, FloatArray

DOSE = re.compile(r"\d\s*(mg|mcg|µg|g|ml|l|iu|units?|mmol|meq|tablets?|drops?)\b(?!/dl)", re.IGNORECASE)
MOST_EVIDENCE = 5
LEAST_TOLD = 0.01
"""Conditions that are less likely are not named."""


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

    `group_of` names the diagnosis group of each condition, for example its chapter of ICD-10; "" where no rule is for
    it. Several groups may have the same pathway, each on a basis of its own.

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
        groups = set(self.group_of.values()) - {""}
        counts = {group: sum(group in rule.groups for rule in self.rules) for group in groups}
        faults += [f"group {group!r} has {n} rules: give exactly one" for group, n in sorted(counts.items()) if n != 1]
        faults += [f"condition {name!r} has no group" for name in self.model.conditions if name not in self.group_of]
        if faults:
            raise ValueError("; ".join(faults))

    def suggest(self, answers: FloatArray) -> tuple[Suggestion, ...]:
        """Return a suggestion for each of n patients from answers (n, e): 1 yes, 0 no, NaN not asked."""
        posterior = self.model.posterior(answers)
        return tuple(self._one(p, given) for p, given in zip(posterior, answers, strict=True))

    @property
    def pathways(self) -> tuple[str, ...]:
        """Return the pathways of the rules, each once."""
        return tuple(dict.fromkeys(rule.pathway for rule in self.rules))

    def probability(self, answers: FloatArray) -> FloatArray:
        """Return P(its conditions | answers) of each of `pathways`, (n, r); rows sum to 1 where all have a rule."""
        inside = np.array([self._inside(pathway) for pathway in self.pathways], dtype=float)
        p: FloatArray = self.model.posterior(answers) @ inside.T
        return p

    def _inside(self, pathway: str) -> BoolArray:
        groups = {group for rule in self.rules if rule.pathway == pathway for group in rule.groups}
        return np.array([self.group_of[name] in groups for name in self.model.conditions])

    def _one(self, p: FloatArray, answers: FloatArray) -> Suggestion:
        options = sorted(self._options(p, answers), key=lambda option: -option.p)
        return Suggestion(tuple(options), self._abstains(p, options, int((~np.isnan(answers)).sum())))

    def _abstains(self, p: FloatArray, options: Sequence[Option], n_answers: int) -> str:
        """Say why nothing is suggested, "" where something is."""
        best = max((option.p for option in options), default=0.0)
        without = {name: float(x) for name, x in zip(self.model.conditions, p, strict=True) if not self.group_of[name]}
        if n_answers < self.least_answers:
            return f"{n_answers} answers are too few; {self.least_answers} are needed"
        if sum(without.values()) > best:
            likeliest = max(without, key=lambda name: without[name])
            return f"no rule is for what is likeliest, as {likeliest} with {without[likeliest]:.2f}"
        if best < self.least_p:
            return f"no pathway has a probability of {self.least_p:g}; the likeliest has {best:.2f}"
        return ""

    def _options(self, p: FloatArray, answers: FloatArray) -> Iterator[Option]:
        order = [int(i) for i in np.argsort(-p, kind="stable")]
        basis_of = {group: rule.basis for rule in self.rules for group in rule.groups}
        for pathway in self.pathways:
            inside = self._inside(pathway)
            if inside.any():
                mine = [self.model.conditions[i] for i in order if inside[i]]
                names = tuple(self.model.conditions[i] for i in order if inside[i] and p[i] >= LEAST_TOLD)
                basis = "; ".join(dict.fromkeys(basis_of[self.group_of[name]] for name in names or mine[:1]))
                yield Option(pathway, float(p[inside].sum()), names, basis, self._weighed(inside, answers))

    def _weighed(self, inside: BoolArray, answers: FloatArray) -> tuple[Weighed, ...]:
        """Return the answers that speak most for the conditions inside, strongest first; those against are left out."""
        if inside.all():
            return ()
        share = [np.average(self.model.p[where], axis=0, weights=self._prior(where)) for where in (inside, ~inside)]
        here, elsewhere = (np.clip(one, SMALLEST, 1 - SMALLEST) for one in share)
        weight = np.where(answers == 1, np.log(here / elsewhere), np.log((1 - here) / (1 - elsewhere)))
        weight = np.where(np.isnan(answers), 0.0, weight)
        best = [int(j) for j in np.argsort(-weight, kind="stable")[:MOST_EVIDENCE] if weight[j] > 0]
        return tuple(Weighed(self.model.evidences[j], bool(answers[j] == 1), float(weight[j])) for j in best)

    def _prior(self, where: BoolArray) -> FloatArray:
        return np.maximum(self.model.prior[where], SMALLEST)
