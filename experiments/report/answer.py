"""Answer the question of an experiment in words that its intervals support, and no further."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from experiments.measure_list import MEASURES
from experiments.report.bargain import bargain
from experiments.report.beyond import assumed, found_alone, limits, nothing_compared
from experiments.report.catalogue import _, later, many
from experiments.report.findings import MAIN_MEASURES, Finding, Gap, gap, main_measure, ranked_findings
from experiments.report.folder import StoredRun
from experiments.report.numbers import number, span
from experiments.report.words import (
    capitalized,
    clauses,
    decimals_of,
    describe,
    describe_against,
    paragraph,
    separated,
)

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
        return paragraph(self.sentences)


def answer(run: StoredRun) -> Answer:
    """Answer the question of a run from its stored tables.

    The measure of the experiment is answered, or the first of the main measures that was compared. It leads with the
    best of the treatments: that of the largest mean gain among those that are sure, or among all when none is.
    Treatments that cannot be told apart from the leading one are named at once.
    """
    cells = {cell.name: cell for cell in run.cells}
    measure = main_measure(run.comparisons, str(run.manifest.get("measure") or ""))
    ranked = ranked_findings(measure, run.comparisons, cells)
    question = _(str(run.manifest.get("question") or later("What changes between the cells of this run?")))
    sentences = sentences_on(run, ranked) if ranked else (found_alone(run) or nothing_compared(cells),)
    lead = ranked[0] if ranked else None
    open_ends = paragraph([part for part in (limits(run.manifest, ranked), assumed(run, lead)) if part])
    return Answer(question, sentences, open_ends, lead)


def sentences_on(run: StoredRun, ranked: Sequence[Finding]) -> tuple[str, ...]:
    """Return what is said of ranked findings: the leading one, those like it, and the others."""
    lead, others, n_more = ranked[0], ranked[1 : 1 + MOST_OTHERS], max(0, len(ranked) - 1 - MOST_OTHERS)
    pairs = [(one, gap(run, lead, one)) for one in others]
    alike = [(one, found) for one, found in pairs if found.holds_zero]
    apart = [(one, found) for one, found in pairs if not found.holds_zero]
    more = many("{n} more stands in the table.", "{n} more stand in the table.", n_more) if n_more else ""
    said = (price_sentence(run, lead), alike_sentence(alike), others_sentence(apart, lead), more, *bargain(run, lead))
    return (lead_sentence(lead), *(sentence for sentence in said if sentence))


def lead_sentence(one: Finding) -> str:
    """Return the first sentence of the answer."""
    if not isfinite(one.low):
        text = _(
            "{replications} cannot say whether {treatment} changes {thing} against {baseline}: an interval needs at"
            " least two."
        )
    elif not one.decided:
        text = _(
            "Whether {treatment} changes {thing} against {baseline} is undecided: the estimated difference is {change}"
            "\u00a0{unit} (95 % interval {interval}; {replications}), which does not exclude zero."
        )
    else:
        text = decided_sentence(one)
    parts = {
        "treatment": describe(one.treatment),
        "baseline": describe_against(one.baseline, one.treatment),
        "thing": one.words.thing,
        "unit": one.words.unit,
        "change": number(one.difference, one.decimals),
        "size": one.size,
        "interval": one.sized_interval if one.decided else one.interval,
        "replications": many("{n} paired replication", "{n} paired replications", one.n),
    }
    return capitalized(text.format(holm=holm_clause(one), **parts))


def decided_sentence(one: Finding) -> str:
    """Return the template of a difference whose interval leaves zero on one side."""
    if one.difference < 0:
        return _(
            "{treatment} cuts {thing} by {size} {unit} (95 % interval {interval}; {replications}) against"
            " {baseline}{holm}."
        )
    return _(
        "{treatment} raises {thing} by {size} {unit} (95 % interval {interval}; {replications}) against"
        " {baseline}{holm}."
    )


def holm_clause(one: Finding) -> str:
    """Return how a decided difference fares once Holm’s correction is made."""
    if not one.decided or not isfinite(one.p_holm):
        return ""
    if one.stands:
        return _(", and the difference stands after Holm’s correction over all measures of the whole city")
    return _(
        ", but the difference does not stand after Holm’s correction over all measures of the whole city (p = {p})"
    ).format(p=f"{one.p_holm:.2f}")


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
    changes = clauses([_loss(one) for one in worse])
    return _("It has a price: {changes}.").format(changes=changes) if worse else ""


def _loss(one: Finding) -> str:
    if one.difference > 0 and one.reserved:
        text = _("{thing} rises by {size} {unit} ({interval}, not after Holm’s correction)")
    elif one.difference > 0:
        text = _("{thing} rises by {size} {unit} ({interval})")
    elif one.reserved:
        text = _("{thing} falls by {size} {unit} ({interval}, not after Holm’s correction)")
    else:
        text = _("{thing} falls by {size} {unit} ({interval})")
    return text.format(thing=one.words.thing, size=one.size, unit=one.words.unit, interval=one.sized_interval)


def alike_sentence(alike: Sequence[tuple[Finding, Gap]]) -> str:
    """Return from which treatments the leading one cannot be told apart, the next best with figures; "" for none."""
    if not alike:
        return ""
    nearest = near_clause(*alike[0])
    others = [_("from {treatment}").format(treatment=describe(other.treatment)) for other, _gap in alike[1:]]
    if not others:
        return _("The leading one cannot be told apart from {nearest}.").format(nearest=nearest)
    return _("The leading one cannot be told apart from {nearest}; nor {others}.").format(
        nearest=nearest, others=separated(others)
    )


def near_clause(one: Finding, found: Gap) -> str:
    """Return a treatment, its effect, and how far it is from the leading one."""
    low, high = (-found.high, -found.low) if found.difference < 0 else (found.low, found.high)
    decimals = decimals_of(one.measure, (high - low) / 2)
    if found.low == found.high and one.reserved:
        text = _(
            "{treatment}, which {effect}, though not after Holm’s correction: the two are equal in every replication"
        )
    elif found.low == found.high:
        text = _("{treatment}, which {effect}: the two are equal in every replication")
    elif one.reserved:
        text = _(
            "{treatment}, which {effect}, though not after Holm’s correction: paired, the two differ by {size}"
            " ({interval})"
        )
    else:
        text = _("{treatment}, which {effect}: paired, the two differ by {size} ({interval})")
    parts = {"size": number(abs(found.difference), decimals), "interval": span(low, high, decimals)}
    return text.format(treatment=describe(one.treatment), effect=effect(one), **parts)


def others_sentence(others: Sequence[tuple[Finding, Gap]], lead: Finding) -> str:
    """Return what further treatments do to the same measure, each against its own baseline, "" when there are none."""
    if not others:
        return ""
    effects = clauses([other_clause(one, found, lead) for one, found in others])
    decided = [one for one, _gap in others if one.decided and isfinite(one.p_holm)]
    n_falling = sum(one.reserved for one in decided)
    if not n_falling:
        text = _("Judged in the same way, {effects}.")
    elif len(decided) == 1:
        text = _("Judged in the same way, {effects}; after Holm’s correction this does not stand.")
    elif n_falling == len(decided):
        text = _("Judged in the same way, {effects}; after Holm’s correction none of these stands.")
    else:
        text = _(
            "Judged in the same way, {effects}; after Holm’s correction {n} of these {total} differences no longer"
            " stand."
        )
    return text.format(effects=effects, n=n_falling, total=len(decided))


def other_clause(one: Finding, found: Gap, lead: Finding) -> str:
    """Return a treatment that can be told apart, its effect, and how far it is from the leading one, where known."""
    if not isfinite(found.low):
        return _("{treatment} {effect}").format(treatment=describe(one.treatment), effect=effect(one))
    low, high = sorted((abs(found.low), abs(found.high)))
    decimals = decimals_of(one.measure, (high - low) / 2)
    if (one.difference < lead.difference) == (MEASURES[one.measure].better == "lower"):
        text = _("{treatment} {effect}, {size} beyond what the leading one surely brings (paired, {interval})")
    else:
        text = _("{treatment} {effect}, {size} short of the leading one (paired, {interval})")
    parts = {"size": number(abs(found.difference), decimals), "interval": span(low, high, decimals)}
    return text.format(treatment=describe(one.treatment), effect=effect(one), **parts)


def effect(one: Finding) -> str:
    """Return what a further treatment does to the measure, as the end of a clause."""
    if one.decided:
        text = _("cuts it by {size} ({interval})") if one.difference < 0 else _("raises it by {size} ({interval})")
        return text.format(size=one.size, interval=one.sized_interval)
    change = number(one.difference, one.decimals)
    if not isfinite(one.low):
        return _("leaves it undecided, {change} (no interval)").format(change=change)
    return _("leaves it undecided, {change} ({interval})").format(change=change, interval=one.interval)
