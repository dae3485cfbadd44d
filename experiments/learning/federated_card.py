"""Say of a federated training what crossed the borders, and how good it was beside moving all patients."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from experiments.learning.federated import Course, Learned
from experiments.learning.judged import ALL, FEDERATED, OWN, POOLED, Judged, Judging
from experiments.learning.page import Card, estimates
from experiments.learning.secure_sum import Crossing
from experiments.learning.sites import Site, Sites, Term
from experiments.model_card import Estimate
from experiments.report.numbers import ABSENT
from experiments.report.tables import Table
from experiments.train.bars import estimate_text

BARS = {"heart": ((POOLED, 0.79, 0.8), (FEDERATED, 0.79, 1.0))}
"""Bars set before training, by schema: the mean AUROC of hospitals from and to."""


def federated_card(
    sites: Sites, course: Course, judging: Judging, learned: Learned, judged: Judged, command: str
) -> Card:
    """Return the card of a federated model and its judgment."""
    crossings = crossing_rows(learned.crossings)
    values = {
        "target": {"name": sites.target, "meaning": sites.meaning},
        "hospitals": {site.name: {"n": len(site.y), "n_yes": int(site.y.sum())} for site in sites.sites},
        "course": {**asdict(course), "silent": dict(course.silent)},
        "splits": asdict(judging),
        "terms": [term.label for term in _where(sites.terms, learned, True)],
        "terms_not_used": [term.label for term in _where(sites.terms, learned, False)],
        "features_left_out": sites.left_out,
        "last_move": learned.last_move,
        "crossings": crossings,
        "auroc": {model: estimates(figures) for model, figures in judged.auroc.items()},
        "brier": {model: estimates(figures) for model, figures in judged.brier.items()},
        "federated_less": {model: estimates(figures) for model, figures in judged.gaps.items()},
        "outside": estimates(judged.outside),
        "everybody": estimates(judged.everybody),
        "bars": list(bars_of(sites.schema, judged)),
        "data": [{"sha256": card.sha256, "n_used": card.n_used, "source": card.source} for card in sites.cards],
    }
    title = f"What do {len(sites.sites)} hospitals learn about {sites.target} without moving a patient?"
    told = tuple(sentences(sites, learned, judged))
    tables = (auroc_table(sites.sites, judged), gap_table(judged), crossing_table(crossings), site_table(sites.sites))
    return Card("federated training", title, told, tables, values, command)


def _where(terms: Sequence[Term], learned: Learned, used: bool) -> Iterator[Term]:
    return (term for term, one in zip(terms, learned.moments.used, strict=True) if bool(one) is used)


def sentences(sites: Sites, learned: Learned, judged: Judged) -> Iterator[str]:
    """Yield what came out, in words."""
    auroc, less = judged.auroc, judged.gaps[POOLED][ALL]
    yield (
        f"Federated, {len(sites.sites)} hospitals reach a mean AUROC of {estimate_text(auroc[FEDERATED][ALL])} for"
        f" {sites.target} ({sites.meaning}); with all patients in one place it is {estimate_text(auroc[POOLED][ALL])},"
        f" with each hospital's own model {estimate_text(auroc[OWN][ALL])}."
    )
    yield (
        f"Federated less pooled, on the same patients: {estimate_text(less)}. Patients are compared within their"
        " hospital; over all of them together the AUROC is"
        f" {estimate_text(judged.everybody[FEDERATED])}, which also credits knowing where disease is common."
    )
    up = sum(one.bytes_up for one in learned.crossings)
    yield (
        f"No row of a patient crossed a border: {len(learned.crossings)} secure sums did, {up:,} bytes in all, each"
        " masked so that only the sum of at least three hospitals can be read."
    )


def crossing_rows(crossings: Sequence[Crossing]) -> list[dict[str, Any]]:
    """Return the sums by what they are of, and by who took part."""
    rows = []
    for (what, parties), group in groupby(crossings, key=lambda one: (one.label.split(",")[0], one.parties)):
        each = list(group)
        n_bytes = {key: sum(getattr(one, key) for one in each) for key in ("bytes_up", "bytes_down")}
        rows.append(
            {"sum": what, "times": len(each), "numbers": each[0].n_numbers, "hospitals": list(parties), **n_bytes}
        )
    return rows


def crossing_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return what crossed the borders."""
    columns = ("Sum of", "Times", "Numbers each", "Hospitals", "Bytes sent, masked", "Bytes told to all")
    cells = tuple(
        (
            row["sum"],
            f"{row['times']:,}",
            f"{row['numbers']:,}",
            f"{len(row['hospitals'])}",
            f"{row['bytes_up']:,}",
            f"{row['bytes_down']:,}",
        )
        for row in rows
    )
    return Table("What crossed the borders", columns, cells)


def auroc_table(sites: Sequence[Site], judged: Judged) -> Table:
    """Return the AUROC of each model at each hospital, on patients it has not learned from."""
    columns = ("Learned from", *(f"at {site.name}" for site in sites), ALL)
    names = {FEDERATED: "all, federated", POOLED: "all, in one place", OWN: "each its own"}
    rows = [(names.get(model, f"{model} alone"), *_texts(figures, columns)) for model, figures in judged.auroc.items()]
    if judged.outside:
        rows.append(("all others, federated", *_texts(judged.outside, columns)))
    return Table("AUROC at each hospital (95\u00a0% interval)", columns, tuple(rows))


def gap_table(judged: Judged) -> Table:
    """Return by how much the federated model is better than others on the same patients."""
    columns = ("Federated less", *(f"at {name}" for name in judged.gaps[OWN] if name != ALL), ALL)
    words = {POOLED: "all in one place", OWN: "each its own"}
    rows = tuple((words[model], *_texts(figures, columns)) for model, figures in judged.gaps.items())
    return Table("Differences of AUROC, paired (95\u00a0% interval)", columns, rows)


def _texts(figures: Mapping[str, Estimate], columns: Sequence[str]) -> Iterator[str]:
    for column in columns[1:]:
        name = column.removeprefix("at ")
        yield estimate_text(figures[name]) if name in figures else ABSENT


def site_table(sites: Sequence[Site]) -> Table:
    """Return how many patients each hospital has."""
    rows = tuple((site.name, f"{len(site.y):,}", f"{int(site.y.sum()):,}") for site in sites)
    return Table("Hospitals", ("Hospital", "Patients", "With the outcome"), rows)


def bars_of(schema: str, judged: Judged) -> Iterator[dict[str, Any]]:
    """Yield the bars of a schema, and whether they are met."""
    for model, low, high in BARS.get(schema, ()):
        value = judged.auroc[model][ALL].value
        yield {"what": f"AUROC, {model}, mean of hospitals", "low": low, "high": high, "value": round(value, 4)} | {
            "met": bool(low <= value <= high)
        }
