"""Read which pathway is for which codes of ICD-10, on what basis: a table that a hospital can replace by its own."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

from experiments.files.reading import read_sheet
from experiments.schema import close_match, stop_at
from policies.diagnosis.differential import EvidenceModel
from policies.diagnosis.suggestion import CareRule, Suggester
from sim.faults import Fault

CATEGORY = re.compile(r"[A-Z]\d\d")
COLUMNS = ("first", "last", "pathway", "basis")


@dataclass(frozen=True, slots=True)
class CodeRule:
    """Name the pathway for the categories of ICD-10 from `first` to `last`, its basis, and a source (DOI) or ""."""

    first: str
    last: str
    pathway: str
    basis: str
    source: str

    @property
    def group(self) -> str:
        """Return the categories as one word."""
        return self.first if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def told(self) -> str:
        """Return the basis with its codes and its source."""
        return f"{self.group}, {self.basis}" + (f", {self.source}" if self.source else "")


def read_rules(path: Path | None, pathways: Collection[str]) -> tuple[CodeRule, ...]:
    """Read rules from a file, or those that ship.

    Raises:
        ScenarioError: with every code that is none, rules that overlap, unknown pathways, and texts that name a dose.
    """
    if path is None:
        with as_file(files("conf").joinpath("suggestion", "rules.csv")) as shipped:
            return read_rules(shipped, pathways)
    sheet = read_sheet(path, COLUMNS)
    stop_at(sheet.all_faults())
    rules = []
    for record, cells in enumerate(zip(*map(sheet.cells, COLUMNS), sheet.cells("source"), strict=True)):
        rule = CodeRule(*cells)
        rules.append(rule)
        for column, mend in _faults(rule, pathways):
            sheet.blame(record, column, mend)
    stop_at(sheet.all_faults())
    ordered = sorted(rules, key=lambda rule: rule.first)
    stop_at([Fault(path.name, b.group, f"overlaps {a.group}") for a, b in pairwise(ordered) if b.first <= a.last])
    return tuple(rules)


def _faults(rule: CodeRule, pathways: Collection[str]) -> Iterator[tuple[str, str]]:
    for column, code in (("first", rule.first), ("last", rule.last)):
        if not CATEGORY.fullmatch(code):
            yield column, "give a category of ICD-10: a letter and two digits"
    if rule.last < rule.first:
        yield "last", "give a category that is not before the first"
    if rule.pathway and rule.pathway not in pathways:
        yield "pathway", close_match(rule.pathway, pathways)
    yield from ((column, mend) for column, _, mend in CareRule(rule.pathway, (), rule.basis).faults())


def group_of(rules: Sequence[CodeRule], icd10: str) -> str:
    """Return the group that a code of ICD-10 belongs to, "" where no rule is for it; subcategories do not matter."""
    category = icd10.strip().upper()[:3]
    return next((rule.group for rule in rules if rule.first <= category <= rule.last), "")


def suggester_of(
    model: EvidenceModel, icd10: Sequence[str], rules: Sequence[CodeRule], least_p: float = 0.5, least_answers: int = 3
) -> Suggester:
    """Return who suggests by these rules; conditions that no rule is for make it abstain where they are likeliest."""
    groups = {name: group_of(rules, code) for name, code in zip(model.conditions, icd10, strict=True)}
    care = [CareRule(rule.pathway, (rule.group,), rule.told) for rule in rules]
    return Suggester(model, groups, care, least_p, least_answers)
