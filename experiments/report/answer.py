"""Answer the question of an experiment in words that its intervals support, and no further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import pandas as pd

from experiments.report.folder import Cell, cells_of, records
from experiments.report.numbers import NBSP, counted, number, scale_of
from experiments.report.words import Spoken, capitalized, decimals_of, describe, describe_against, spoken

MAIN_MEASURES = ("boarding_hours_per_day", "wait_for_provider_min", "ed_los_min", "lwbs_share")
ALPHA = 0.05
MOST_OTHERS = 4
RANK = {"better": 0, "undecided": 1, "no direction": 1, "worse": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """State one paired difference of a measure over the whole city, treatment minus baseline, in printed units."""

    measure: str
    unit: str
    baseline: Cell
    treatment: Cell
    difference: float
    low: float
    high: float
    n: int
    p_holm: float
    verdict: str

    @property
    def decided(self) -> bool:
        """Return whether the interval leaves zero on one side."""
        return isfinite(self.low) and isfinite(self.high) and (self.low > 0 or self.high < 0)

    @property
    def stands(self) -> bool:
        """Return whether the difference is decided and remains so after Holm’s correction."""
        return self.decided and self.p_holm <= ALPHA

    @property
    def reserved(self) -> bool:
        """Return whether the difference is decided, but not after Holm’s correction."""
        return self.decided and isfinite(self.p_holm) and not self.stands

    @property
    def words(self) -> Spoken:
        """Return how the measure and its unit are said."""
        return spoken(self.measure, self.unit)

    @property
    def decimals(self) -> int:
        """Return the decimals that the interval's width deserves."""
        return decimals_of(self.measure, (self.high - self.low) / 2)

    @property
    def size(self) -> str:
        """Return the size of the difference, without sign."""
        return number(abs(self.difference), self.decimals)

    @property
    def sized_interval(self) -> str:
        """Return the interval of the size: ends in order, both counted in the direction of the difference."""
        ends = sorted((self.low, self.high) if self.difference >= 0 else (-self.high, -self.low))
        return " to ".join(number(end, self.decimals) for end in ends)

    @property
    def interval(self) -> str:
        """Return the interval of the signed difference."""
        return f"{number(self.low, self.decimals)} to {number(self.high, self.decimals)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the question, two sentences that answer it, what they leave open, and the finding they lead with."""

    question: str
    sentences: tuple[str, ...]
    limits: str
    lead: Finding | None

    @property
    def text(self) -> str:
        """Return the sentences in one paragraph."""
        return " ".join(self.sentences)


def answer(manifest: Mapping[str, Any], comparisons: pd.DataFrame) -> Answer:
    """Answer the question of a run from its manifest and comparisons, both as stored.

    The first of the main measures that was compared is answered. It leads with the best of the treatments: one whose
    interval shows a gain when there is any, the largest first.
    """
    cells = {cell.name: cell for cell in cells_of(manifest)}
    ranked = ranked_findings(main_measure(comparisons), comparisons, cells)
    question = str(manifest.get("question") or "What changes between the cells of this run?")
    sentences = [lead_sentence(ranked[0])] if ranked else [nothing_compared(cells)]
    if len(ranked) > 1:
        sentences.append(others_sentence(ranked[1:]))
    return Answer(question, tuple(sentences), limits(manifest, ranked), ranked[0] if ranked else None)


def main_measure(comparisons: pd.DataFrame) -> str:
    """Return the first main measure that was compared over the whole city, or "" when none was."""
    compared = set(comparisons.loc[comparisons["dimension"] == "all", "measure"])
    return next((name for name in MAIN_MEASURES if name in compared), "")


def ranked_findings(measure: str, comparisons: pd.DataFrame, cells: Mapping[str, Cell]) -> list[Finding]:
    """Return the findings of one measure: gains before the undecided before losses, large gains first.

    All main measures are better when lower.
    """
    rows = comparisons[(comparisons["measure"] == measure) & (comparisons["dimension"] == "all")]
    found = [finding(row, cells) for row in records(rows)]
    return sorted(found, key=lambda one: (RANK.get(one.verdict, 1), one.difference, one.treatment.name))


def finding(row: Mapping[str, Any], cells: Mapping[str, Cell]) -> Finding:
    """Read one row of the comparisons; a verdict that its interval does not support is "undecided"."""
    scale, unit = scale_of(row["unit"]), str(row["unit"])
    baseline, treatment = (cells.get(row[end], Cell(str(row[end]))) for end in ("baseline", "treatment"))
    numbers = {name: float(row[name]) * scale for name in ("difference", "low", "high")}
    verdict, p_holm = str(row["verdict"]), float(row["p_value_holm"])
    made = Finding(
        str(row["measure"]), unit, baseline, treatment, n=int(row["n"]), p_holm=p_holm, verdict=verdict, **numbers
    )
    return made if made.decided or verdict == "no direction" else replace(made, verdict="undecided")


def lead_sentence(one: Finding) -> str:
    """Return the first sentence of the answer."""
    subject, against = describe(one.treatment), describe_against(one.baseline, one.treatment)
    if not isfinite(one.low):
        return (
            f"{counted(one.n, 'paired replication')} cannot say whether {subject} changes"
            f" {one.words.thing} against {against}: an interval needs at least two."
        )
    evidence = f"95{NBSP}% interval {{}}; {counted(one.n, 'paired replication')}"
    if not one.decided:
        return (
            f"Whether {subject} changes {one.words.thing} against {against} is undecided: the estimated difference is"
            f" {number(one.difference, one.decimals)}{NBSP}{one.words.unit}"
            f" ({evidence.format(one.interval)}), which does not exclude zero."
        )
    return (
        f"{capitalized(subject)} {verb(one)} {one.words.thing} by {one.size}{NBSP}{one.words.unit}"
        f" ({evidence.format(one.sized_interval)}) against {against}{holm_clause(one)}."
    )


def verb(one: Finding) -> str:
    """Return the verb of a decided difference."""
    return "cuts" if one.difference < 0 else "raises"


def holm_clause(one: Finding) -> str:
    """Return how a decided difference fares once Holm’s correction is made."""
    if not isfinite(one.p_holm):
        return ""
    if one.stands:
        return ", and the difference stands after Holm’s correction for all comparisons made"
    return (
        f", but the difference does not stand after Holm’s correction for all comparisons made (p = {one.p_holm:.2f})"
    )


def others_sentence(others: Sequence[Finding]) -> str:
    """Return the second sentence: what the other treatments do to the same measure, each against its own baseline."""
    shown = others[:MOST_OTHERS]
    clauses = [other_clause(one) for one in shown]
    if len(others) > len(shown):
        clauses.append(f"{len(others) - len(shown)} more stand in the table")
    return f"Judged in the same way, {'; '.join(clauses)}{shared_reserve(shown)}."


def other_clause(one: Finding) -> str:
    """Return one further treatment as a clause."""
    subject = describe(one.treatment)
    if one.decided:
        return f"{subject} {verb(one)} it by {one.size} ({one.sized_interval})"
    between = f"({one.interval})" if isfinite(one.low) else "(no interval)"
    return f"{subject} leaves it undecided, {number(one.difference, one.decimals)} {between}"


def shared_reserve(findings: Sequence[Finding]) -> str:
    """Return how many of the decided differences do not stand after Holm’s correction, "" when all do."""
    decided = [one for one in findings if one.decided and isfinite(one.p_holm)]
    falling = [one for one in decided if one.reserved]
    if not falling:
        return ""
    if len(falling) == len(decided):
        return "; after Holm’s correction " + ("this does not stand" if len(falling) == 1 else "none of these stands")
    return f"; after Holm’s correction {len(falling)} of these {len(decided)} differences no longer stand"


def nothing_compared(cells: Mapping[str, Cell]) -> str:
    """Return what to say when no pair of cells could be compared."""
    return (
        f"Nothing could be compared: {counted(len(cells), 'cell')} ran, and none has a baseline with finished"
        " replications beside it."
    )


def limits(manifest: Mapping[str, Any], findings: Sequence[Finding]) -> str:
    """Return what the answer does not cover."""
    parts = []
    if findings:
        parts.append(
            "The intervals cover the play of chance between replications of this simulated city. They do not cover"
            " whether its assumptions hold, nor other cities, other seasons, or ways of sharing that are not listed."
        )
    if len(findings) > 1:
        parts.append(
            f"The leading one of {len(findings)} was named after the results were seen; Holm’s correction allows for"
            " the number of comparisons, the intervals, each at 95\u00a0%, do not. All were compared with the baseline,"
            " not with each other."
        )
    failed = len(manifest.get("failures") or ())
    if failed:
        parts.append(
            f"{capitalized(counted(failed, 'replication'))} failed and {'is' if failed == 1 else 'are'} left out."
        )
    return " ".join(parts)
