"""Attribute the gain to the kinds of sharing: a waterfall, sentences, and which kinds need each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import altair as alt

from experiments.attribution import PAIR, TOGETHER, VALUE, WHOLE
from experiments.measure_list import MEASURES
from experiments.report.alone import alone_table, fairness_sentences
from experiments.report.charts import LEGEND, ROW_HEIGHT, VERDICTS, names_axis, names_width, vertical_line
from experiments.report.drawing import BETTER, UNDECIDED, WORSE, Frame, Row, rows_chart
from experiments.report.figure import Figure, drawn
from experiments.report.findings import ALPHA, Finding
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import ABSENT, NBSP, number, plus_minus, scale_of, signed
from experiments.report.tables import Table, describe_measure, p_text
from experiments.report.words import decimals_of, factor_name

NAME = "attribution"
ALL_TOGETHER = "All together"
TIP = [alt.Tooltip("name:N", title="kind"), alt.Tooltip("shown:N", title="brings")]
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
        shown = {"shown": f"{_size(one, lead)} {lead.words.unit}", "verdict": str(one["verdict"])}
        rows.append({"name": _name(one), **ends, **shown})
    caption = (
        f"What each kind of sharing changes in {lead.words.thing}, {lead.words.unit}: its Shapley value, the mean over"
        " all orders in which kinds may begin of what it adds. Values add up to what all together change. Lines are"
        f" 95{NBSP}% intervals of each value over paired replications, drawn about the end of its bar."
    )
    words = ("What each kind of sharing brings", caption)
    return drawn(
        NAME, words, rows, lambda frame: waterfall_chart(frame, rows, lead.words.unit), _values_table(run, lead)
    )


def waterfall_chart(frame: Frame, rows: list[Row], unit: str) -> alt.TopLevelMixin:
    """Return bars from where the ones before ended, the whole last."""
    order = [str(row["name"]) for row in rows]
    names = names_width(frame, order)
    colors = alt.Scale(domain=VERDICTS, range=[BETTER, UNDECIDED, WORSE])
    base = rows_chart().encode(y=alt.Y("name:N", sort=order, axis=names_axis(names)), tooltip=TIP)
    title = unit if frame.narrow else f"change against nobody sharing, {unit}"
    x = alt.X("begins:Q", title=title, axis=alt.Axis(tickCount=4 if frame.narrow else 7))
    bar = base.mark_bar(height=14).encode(
        x=x, x2="ends:Q", color=alt.Color("verdict:N", scale=colors, legend={**LEGEND, "symbolType": "square"})
    )
    interval = base.mark_rule(color="var(--ink)", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    chart = alt.layer(bar, interval, vertical_line(0.0))
    return chart.properties(width=frame.width - names - 20, height=ROW_HEIGHT * len(rows))


def _name(one: Entry) -> str:
    return ALL_TOGETHER if one["term"] == WHOLE else factor_name(str(one["switches"]))


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
    if not isfinite(float(one["low"])):
        return ABSENT
    decimals = decimals_of(lead.measure, float(one["half_width"]) * scale)
    return f"{signed(float(one['low']) * scale, decimals)} to {signed(float(one['high']) * scale, decimals)}"


def _change(one: Entry, lead: Finding) -> str:
    decimals = decimals_of(lead.measure, float(one["half_width"]) * scale_of(lead.unit))
    return f"{signed(float(one['difference']) * scale_of(lead.unit), decimals)}{NBSP}{lead.words.unit}"


def _verdict(one: Entry, family: str = "") -> str:
    if not isfinite(float(one["low"])):
        return "one replication gives no interval"
    if not _decided(one):
        return "the interval does not exclude zero"
    if family and not _stands(one):
        return f"the interval excludes zero, but not after Holm’s correction over {family}"
    return "the interval excludes zero"


def _whole_sentence(one: Entry, lead: Finding) -> str:
    return (
        f"All kinds together change {lead.words.thing} by {_change(one, lead)}"
        f" (95{NBSP}% interval {_interval(one, lead)}; {_verdict(one)})."
    )


def _sentence(one: Entry, whole: Entry, lead: Finding) -> str:
    total = float(whole["difference"])
    share = f", {100 * float(one['difference']) / total:.0f}{NBSP}% of the whole" if _decided(whole) else ""
    return f"{_name(one)}: {_change(one, lead)} ({_interval(one, lead)}){share}; {_verdict(one, 'the kinds')}."


def _pair_name(one: Entry) -> str:
    return " and ".join(map(factor_name, str(one["switches"]).split(TOGETHER)))


def _pairs_sentence(pairs: list[dict[str, Any]], lead: Finding) -> str:
    """Say which kinds bring more, or less, side by side than the sum of what each brings alone."""
    more = [one for one in pairs if _stands(one) and one["verdict"] == "better"]
    less = [one for one in pairs if _stands(one) and one["verdict"] == "worse"]
    clauses = [
        f"{', '.join(f'{_pair_name(one)} ({_change(one, lead)})' for one in found)} {words}"
        for found, words in ((more, "need each other: together they bring more than the sum of both"), (less, LESS))
        if found
    ]
    if not clauses:
        return "No two kinds can be shown to need each other, or to do each other’s work."
    return f"{'; '.join(clauses)}."


LESS = "do part of each other’s work: together they bring less than the sum of both"


def _values_table(run: StoredRun, lead: Finding) -> Table:
    rows = [*entries(run, lead, VALUE), *entries(run, lead, WHOLE)]
    body = tuple(
        (_name(one), _size(one, lead), _interval(one, lead), p_text(float(one["p_value_holm"])), str(one["verdict"]))
        for one in rows
    )
    columns = ("Kind", f"Brings, {lead.words.unit}", f"95{NBSP}% interval", "p (Holm)", "Verdict")
    return Table("Shapley values of the kinds of sharing", columns, body, frozenset({0, 4}))


def _pairs_table(run: StoredRun, lead: Finding) -> Table:
    body = tuple(
        (
            _pair_name(one),
            _size(one, lead),
            _interval(one, lead),
            p_text(float(one["p_value_holm"])),
            str(one["verdict"]),
        )
        for one in entries(run, lead, PAIR)
    )
    beyond = f"Together beyond the sum of both, {lead.words.unit}"
    columns = (
        "Kinds",
        beyond,
        f"95{NBSP}% interval",
        "p (Holm)",
        "Verdict",
    )
    return Table("Which kinds need each other", columns, body, frozenset({0, 4}))


def _by_measure(run: StoredRun) -> Table:
    """Return the values of all measures that sharing surely changes, one column a kind."""
    table = run.attribution
    decided = table[(table["term"] != PAIR) & ((table["low"] > 0) | (table["high"] < 0))]
    names = [name for name in MEASURES if name in set(decided["measure"])]
    switches = list(dict.fromkeys(table[table["term"] == VALUE]["switches"]))
    body = []
    for name in names:
        unit, title, _ = describe_measure(name)
        found = {one["switches"]: one for one in records(table[(table["measure"] == name) & (table["term"] != PAIR)])}
        whole = next(one for one in found.values() if one["term"] == WHOLE)
        row = [_entry(name, unit, one) for one in (whole, *(found[key] for key in switches))]
        body.append((f"{title}, {unit}", *row))
    columns = ("Measure", ALL_TOGETHER, *map(factor_name, switches))
    return Table("What each kind brings in every measure that surely changes", columns, tuple(body))


def _entry(name: str, unit: str, one: Entry) -> str:
    half = float(one["half_width"]) * scale_of(unit)
    text = number(float(one["difference"]) * scale_of(unit), decimals_of(name, half))
    return text if _decided(one) else f"({text})"
