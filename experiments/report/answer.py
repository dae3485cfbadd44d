"""Answer the question of an experiment in words that its intervals support, and no further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from experiments.measure_list import MEASURES
from experiments.report.bargain import bargain
from experiments.report.findings import MAIN_MEASURES, Finding, Gap, gap, main_measure, ranked_findings
from experiments.report.folder import Cell, StoredRun
from experiments.report.numbers import NBSP, counted, number, plus_minus, scale_of, signed
from experiments.report.profiles import sensitivity
from experiments.report.words import capitalized, decimals_of, describe, describe_against, spoken
from experiments.statistics import mean_interval

MOST_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the question, the sentences that answer it, what they leave open, and the finding they lead with."""

    question: str
    sentences: tuple[str, ...]
    limits: str
    lead: Finding | None

    @property
    def text(self) -> str:
        """Return the sentences in one paragraph."""
        return " ".join(self.sentences)


def answer(run: StoredRun) -> Answer:
    """Answer the question of a run from its stored tables.

    The measure of the experiment is answered, or the first of the main measures that was compared. It leads with the
    best of the treatments: that of the largest mean gain among those that are sure, or among all when none is.
    Treatments that cannot be told apart from the leading one are named at once.
    """
    cells = {cell.name: cell for cell in run.cells}
    measure = main_measure(run.comparisons, str(run.manifest.get("measure") or ""))
    ranked = ranked_findings(measure, run.comparisons, cells)
    question = str(run.manifest.get("question") or "What changes between the cells of this run?")
    sentences = sentences_on(run, ranked) if ranked else (found_alone(run) or nothing_compared(cells),)
    lead = ranked[0] if ranked else None
    open_ends = " ".join(part for part in (limits(run.manifest, ranked), assumed(run, lead)) if part)
    return Answer(question, sentences, open_ends, lead)


def sentences_on(run: StoredRun, ranked: Sequence[Finding]) -> tuple[str, ...]:
    """Return what is said of ranked findings: the leading one, those like it, and the others."""
    lead, others, n_more = ranked[0], ranked[1 : 1 + MOST_OTHERS], max(0, len(ranked) - 1 - MOST_OTHERS)
    pairs = [(one, gap(run, lead, one)) for one in others]
    alike = [(one, found) for one, found in pairs if found.holds_zero]
    apart = [(one, found) for one, found in pairs if not found.holds_zero]
    more = f"{n_more} more {'stands' if n_more == 1 else 'stand'} in the table." if n_more else ""
    said = (price_sentence(run, lead), alike_sentence(alike), others_sentence(apart, lead), more, *bargain(run, lead))
    return (lead_sentence(lead), *(sentence for sentence in said if sentence))


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
    family = "after Holm’s correction over all measures of the whole city"
    if one.stands:
        return f", and the difference stands {family}"
    return f", but the difference does not stand {family} (p = {one.p_holm:.2f})"


def price_sentence(run: StoredRun, lead: Finding) -> str:
    """Return which other main measures get worse with the leading treatment, "" when none does."""
    cells = {cell.name: cell for cell in run.cells}
    worse = [
        one
        for measure in MAIN_MEASURES
        if measure != lead.measure
        for one in ranked_findings(measure, run.comparisons, cells)
        if one.treatment == lead.treatment and one.verdict == "worse"
    ]
    clauses = [
        f"{one.words.thing} {'rises' if one.difference > 0 else 'falls'} by {one.size}{NBSP}{one.words.unit}"
        f" ({one.sized_interval}{', not after Holm’s correction' if one.reserved else ''})"
        for one in worse
    ]
    return f"It has a price: {'; '.join(clauses)}." if clauses else ""


def alike_sentence(alike: Sequence[tuple[Finding, Gap]]) -> str:
    """Return from which treatments the leading one cannot be told apart, the next best with figures; "" for none."""
    if not alike:
        return ""
    (one, found), others = alike[0], [f"from {describe(other.treatment)}" for other, _ in alike[1:]]
    nor = f"; nor {', '.join(others)}" if others else ""
    nearest = f"{describe(one.treatment)}, which {effect(one)}{gap_clause(one, found)}"
    return f"The leading one cannot be told apart from {nearest}{nor}."


def gap_clause(one: Finding, found: Gap) -> str:
    """Return what is to be added to the effect of a treatment: how far it is from the leading one."""
    reserve = ", though not after Holm’s correction" if one.reserved else ""
    if found.low == found.high:
        return f"{reserve}: the two are equal in every replication"
    low, high = found.low, found.high
    if found.difference < 0:
        low, high = -high, -low
    decimals = decimals_of(one.measure, (high - low) / 2)
    ends = f"{number(low, decimals)} to {number(high, decimals)}"
    return f"{reserve}: paired, the two differ by {number(abs(found.difference), decimals)} ({ends})"


def others_sentence(others: Sequence[tuple[Finding, Gap]], lead: Finding) -> str:
    """Return what further treatments do to the same measure, each against its own baseline, "" when there are none."""
    clauses = [f"{describe(one.treatment)} {effect(one)}{distance(one, found, lead)}" for one, found in others]
    reserve = shared_reserve([one for one, _ in others])
    return f"Judged in the same way, {'; '.join(clauses)}{reserve}." if clauses else ""


def distance(one: Finding, found: Gap, lead: Finding) -> str:
    """Return how far a treatment that can be told apart is from the leading one, "" when that is unknown."""
    if not isfinite(found.low):
        return ""
    low, high = sorted((abs(found.low), abs(found.high)))
    decimals = decimals_of(one.measure, (high - low) / 2)
    ends = f"{number(low, decimals)} to {number(high, decimals)}"
    ahead = (one.difference < lead.difference) == (MEASURES[one.measure].better == "lower")
    where = "beyond what the leading one surely brings" if ahead else "short of the leading one"
    return f", {number(abs(found.difference), decimals)} {where} (paired, {ends})"


def effect(one: Finding) -> str:
    """Return what a further treatment does to the measure, as the end of a clause."""
    if one.decided:
        return f"{verb(one)} it by {one.size} ({one.sized_interval})"
    between = f"({one.interval})" if isfinite(one.low) else "(no interval)"
    return f"leaves it undecided, {number(one.difference, one.decimals)} {between}"


def shared_reserve(findings: Sequence[Finding]) -> str:
    """Return how many of the decided differences do not stand after Holm’s correction, "" when all do."""
    decided = [one for one in findings if one.decided and isfinite(one.p_holm)]
    falling = [one for one in decided if one.reserved]
    if not falling:
        return ""
    if len(falling) == len(decided):
        return "; after Holm’s correction " + ("this does not stand" if len(falling) == 1 else "none of these stands")
    return f"; after Holm’s correction {len(falling)} of these {len(decided)} differences no longer stand"


def found_alone(run: StoredRun) -> str:
    """Return the main measures of a run of one cell, "" when there are more cells or none is measured."""
    clauses = []
    for measure in MAIN_MEASURES if len(run.cells) == 1 else ():
        rows = run.measures[(run.measures["measure"] == measure) & (run.measures["dimension"] == "all")]
        scale, words = scale_of(MEASURES[measure].unit), spoken(measure, MEASURES[measure].unit)
        found = mean_interval(rows["value"].to_numpy(dtype=float) * scale)
        if isfinite(found.mean):
            decimals = decimals_of(measure, found.half_width)
            unit = words.unit.replace("percentage points", "%")
            clauses.append(f"{words.thing} is {plus_minus(found.mean, found.half_width, decimals)}{NBSP}{unit}")
    n = int(run.measures["replication"].nunique())
    evidence = f"means of {counted(n, 'replication')}{f', ± half of a 95{NBSP}% interval' if n > 1 else ''}"
    return f"As configured, {', '.join(clauses)} ({evidence}). Nothing was compared." if clauses else ""


def nothing_compared(cells: Mapping[str, Cell]) -> str:
    """Return what to say when no pair of cells could be compared."""
    return (
        f"Nothing could be compared: {counted(len(cells), 'cell')} ran, and none has a baseline with finished"
        " replications beside it."
    )


def assumed(run: StoredRun, lead: Finding | None) -> str:
    """Return between which values the leading difference moves when assumptions do, "" when that was not computed."""
    table = sensitivity(run, lead.measure, lead.treatment.name) if lead else pd.DataFrame()
    if lead is None or table.empty:
        return ""
    shifted = table[["difference_low", "difference_high"]].to_numpy(dtype=float) * scale_of(lead.unit)
    low, high, base = float(shifted.min()), float(shifted.max()), float(table["difference_base"].to_numpy()[0])
    return (
        f"Assumptions matter too: in runs made for them the difference is"
        f" {signed(base * scale_of(lead.unit), 0)}, and between {signed(low, 0)} and {signed(high, 0)} when one"
        f" assumption at a time goes to the ends of its range."
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
            " and with each other only where the answer says so."
        )
    failed = len(manifest.get("failures") or ())
    if failed:
        parts.append(
            f"{capitalized(counted(failed, 'replication'))} failed and {'is' if failed == 1 else 'are'} left out."
        )
    return " ".join(parts)
