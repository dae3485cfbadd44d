"""Attribute the gain to the kinds of sharing: a waterfall, sentences, and which kinds need each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from experiments.attribution import PAIR, TOGETHER, VALUE, WHOLE
from experiments.measure_list import MEASURES
from experiments.report.alone import alone_table, fairness_sentences
from experiments.report.catalogue import _, later
from experiments.report.charts import (
    LEGEND,
    ROW_HEIGHT,
    names_axis,
    names_width,
    tips,
    verdict_colors,
    vertical_line,
)
from experiments.report.drawing import Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.findings import ALPHA, Finding
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import ABSENT, number, plus_minus, scale_of, signed, span, unit_in_words
from experiments.report.tables import Table, describe_measure, measure_in, p_text
from experiments.report.words import clauses, decimals_of, factor_name, listed, separated

NAME = "attribution"
ALL_TOGETHER = later("All together")
TIP = {"name": later("kind"), "shown": later("brings")}
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Hold the sentences on each kind, and the tables of pairs and of further measures."""

    sentences: tuple[str, ...]
    alone: Table | None
    pairs: Table
    measures: Table


def kinds(run: StoredRun, lead: Finding | None) -> Kinds | None:
    """Return what is said of each kind; None where nothing was attributed."""
    values = entries(run, lead, VALUE) if lead else []
    if lead is None or not values:
        return None
    whole = entries(run, lead, WHOLE)[0]
    said = [_whole_sentence(whole, lead), *(_sentence(one, whole, lead) for one in values)]
    said += [_pairs_sentence(entries(run, lead, PAIR), lead), *fairness_sentences(run, lead)]
    return Kinds(tuple(said), alone_table(run, lead), _pairs_table(run, lead), _by_measure(run))


def entries(run: StoredRun, lead: Finding, term: str) -> list[dict[str, Any]]:
    """Return the rows of the leading measure of one term, as stored."""
    table = run.attribution
    if table.empty:
        return []
    return records(table[(table["measure"] == lead.measure) & (table["term"] == term)])


def waterfall(run: StoredRun, lead: Finding) -> Figure | None:
    """Show how the values of all kinds add up to what sharing changes in all."""
    values = sorted(entries(run, lead, VALUE), key=lambda one: float(one["difference"]))
    if not values:
        return None
    scale, rows, level = scale_of(lead.unit), list[Row](), 0.0
    for one in [*values, *entries(run, lead, WHOLE)]:
        begins, change = (level if one["term"] == VALUE else 0.0), float(one["difference"]) * scale
        level = begins + change
        half = float(one["half_width"]) * scale if isfinite(float(one["half_width"])) else 0.0
        ends = {"begins": begins, "ends": level, "low": level - half, "high": level + half}
        shown = {"shown": f"{_size(one, lead)} {lead.words.unit}", "verdict": _(str(one["verdict"]))}
        rows.append({"name": _name(one), **ends, **shown})
    caption = _(
        "What each kind of sharing changes in {thing}, {unit}: its Shapley value, the mean over all orders in which"
        " kinds may begin of what it adds. Values add up to what all together change. Lines are 95 % intervals of each"
        " value over paired replications, drawn about the end of its bar."
    ).format(thing=lead.words.thing, unit=lead.words.unit)
    words = (_("What each kind of sharing brings"), caption)
    return drawn(
        NAME, words, rows, lambda frame: waterfall_chart(frame, rows, lead.words.unit), _values_table(run, lead)
    )


def waterfall_chart(frame: Frame, rows: list[Row], unit: str) -> alt.TopLevelMixin:
    """Return bars from where the ones before ended, the whole last."""
    order = [str(row["name"]) for row in rows]
    names = names_width(frame, order)
    colors = verdict_colors()
    base = rows_chart().encode(y=alt.Y("name:N", sort=order, axis=names_axis(names)), tooltip=tips(TIP))
    title = unit if frame.narrow else _("change against nobody sharing, {unit}").format(unit=unit)
    x = alt.X("begins:Q", title=title, axis=alt.Axis(tickCount=4 if frame.narrow else 7))
    bar = base.mark_bar(height=14).encode(
        x=x, x2="ends:Q", color=alt.Color("verdict:N", scale=colors, legend={**LEGEND, "symbolType": "square"})
    )
    interval = base.mark_rule(color="var(--ink)", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    chart = alt.layer(bar, interval, vertical_line(0.0))
    return chart.properties(width=frame.width - names - 20, height=ROW_HEIGHT * len(rows))


def _name(one: Entry) -> str:
    return _(ALL_TOGETHER) if one["term"] == WHOLE else factor_name(str(one["switches"]))


def _decided(one: Entry) -> bool:
    return isfinite(float(one["low"])) and (float(one["low"]) > 0 or float(one["high"]) < 0)


def _stands(one: Entry) -> bool:
    return _decided(one) and float(one["p_value_holm"]) <= ALPHA


def _size(one: Entry, lead: Finding) -> str:
    scale = scale_of(lead.unit)
    change, half = float(one["difference"]) * scale, float(one["half_width"]) * scale
    return plus_minus(change, half, decimals_of(lead.measure, half), sign=True)


def _interval(one: Entry, lead: Finding) -> str:
    scale = scale_of(lead.unit)
    low, high, half = (float(one[name]) * scale for name in ("low", "high", "half_width"))
    return span(low, high, decimals_of(lead.measure, half), sign=True)


def _change(one: Entry, lead: Finding) -> str:
    decimals = decimals_of(lead.measure, float(one["half_width"]) * scale_of(lead.unit))
    size = signed(float(one["difference"]) * scale_of(lead.unit), decimals)
    return _("{size} {unit}").format(size=size, unit=lead.words.unit)


def _verdict(one: Entry, among_kinds: bool = False) -> str:
    if not isfinite(float(one["low"])):
        return _("one replication gives no interval")
    if not _decided(one):
        return _("the interval does not exclude zero")
    if among_kinds and not _stands(one):
        return _("the interval excludes zero, but not after Holm’s correction over the kinds")
    return _("the interval excludes zero")


def _whole_sentence(one: Entry, lead: Finding) -> str:
    text = _("All kinds together change {thing} by {change} (95 % interval {interval}; {verdict}).")
    return text.format(
        thing=lead.words.thing, change=_change(one, lead), interval=_interval(one, lead), verdict=_verdict(one)
    )


def _sentence(one: Entry, whole: Entry, lead: Finding) -> str:
    total = float(whole["difference"])
    if _decided(whole):
        text = _("{kind}: {change} ({interval}), {share} % of the whole; {verdict}.")
    else:
        text = _("{kind}: {change} ({interval}); {verdict}.")
    share = number(100 * float(one["difference"]) / total, 0) if total else ABSENT
    parts = {"change": _change(one, lead), "interval": _interval(one, lead), "verdict": _verdict(one, among_kinds=True)}
    return text.format(kind=_name(one), share=share, **parts)


def _pair_name(one: Entry) -> str:
    return listed([factor_name(kind) for kind in str(one["switches"]).split(TOGETHER)])


def _pairs_sentence(pairs: list[dict[str, Any]], lead: Finding) -> str:
    """Say which kinds bring more, or less, side by side than the sum of what each brings alone."""
    more = [one for one in pairs if _stands(one) and one["verdict"] == "better"]
    less = [one for one in pairs if _stands(one) and one["verdict"] == "worse"]
    found = [
        text.format(
            pairs=separated(
                [_("{pair} ({change})").format(pair=_pair_name(one), change=_change(one, lead)) for one in some]
            )
        )
        for some, text in (
            (more, _("{pairs} need each other: together they bring more than the sum of both")),
            (less, _("{pairs} do part of each other’s work: together they bring less than the sum of both")),
        )
        if some
    ]
    if not found:
        return _("No two kinds can be shown to need each other, or to do each other’s work.")
    return _("{clauses}.").format(clauses=clauses(found))


def _values_table(run: StoredRun, lead: Finding) -> Table:
    rows = [*entries(run, lead, VALUE), *entries(run, lead, WHOLE)]
    body = tuple(
        (_name(one), _size(one, lead), _interval(one, lead), p_text(float(one["p_value_holm"])), _(str(one["verdict"])))
        for one in rows
    )
    brings = measure_in(_("Brings"), lead.words.unit)
    columns = (_("Kind"), brings, _("95 % interval"), _("p (Holm)"), _("Verdict"))
    return Table(_("Shapley values of the kinds of sharing"), columns, body, frozenset({0, 4}))


def _pairs_table(run: StoredRun, lead: Finding) -> Table:
    body = tuple(
        (
            _pair_name(one),
            _size(one, lead),
            _interval(one, lead),
            p_text(float(one["p_value_holm"])),
            _(str(one["verdict"])),
        )
        for one in entries(run, lead, PAIR)
    )
    beyond = measure_in(_("Together beyond the sum of both"), lead.words.unit)
    columns = (_("Kinds"), beyond, _("95 % interval"), _("p (Holm)"), _("Verdict"))
    return Table(_("Which kinds need each other"), columns, body, frozenset({0, 4}))


def _by_measure(run: StoredRun) -> Table:
    """Return the values of all measures that sharing surely changes, one column a kind."""
    table = run.attribution
    decided = table[(table["term"] != PAIR) & ((table["low"] > 0) | (table["high"] < 0))]
    names = [name for name in MEASURES if name in set(decided["measure"])]
    switches = list(dict.fromkeys(table[table["term"] == VALUE]["switches"]))
    body = []
    for name in names:
        unit, title, _definition = describe_measure(name)
        found = {one["switches"]: one for one in records(table[(table["measure"] == name) & (table["term"] != PAIR)])}
        whole = next(one for one in found.values() if one["term"] == WHOLE)
        row = [_entry(name, unit, one) for one in (whole, *(found[key] for key in switches))]
        body.append((measure_in(title, unit_in_words(unit)), *row))
    columns = (_("Measure"), _(ALL_TOGETHER), *map(factor_name, switches))
    return Table(_("What each kind brings in every measure that surely changes"), columns, tuple(body))


def _entry(name: str, unit: str, one: Entry) -> str:
    half = float(one["half_width"]) * scale_of(unit)
    text = number(float(one["difference"]) * scale_of(unit), decimals_of(name, half))
    return text if _decided(one) else f"({text})"
