"""Say what the leading way of deciding costs, who gains and who loses by hospital, and what others have published."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.measure_list import MEASURES
from experiments.report.catalogue import _, later, many
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import number, scale_of, span, unit_in_sentence
from experiments.report.words import clauses, decimals_of, separated, spoken

PUBLISHED: Mapping[str, str] = {
    "surge_beds": later(
        "at least 85 % of the surge capacity was saved in three retrospective studies of redistribution with full"
        " foresight (Parker 2020, arXiv 2011.03528)"
    ),
    "turnaround_min": later(
        "20 % more scanner hours, at weekends, cut the mean turnaround of an MRI programme by a third, from 98.3 to"
        " 65.2 h"
    ),
    "medicine_loss_per_day": later(
        "at most 6 % of the units moved by an exchange of medicines expire; without sharing .36 to .74 % of spend"
        " expires (P96)"
    ),
}
"""What others report of the measure that was asked for; never tuned to."""
PUBLISHED_BESIDE: Mapping[str, str] = {
    "agency_need_hours_per_month": later(
        "a float pool of five emergency departments cut agency hours from 949 to 85 a month"
    ),
}
"""What others report of a measure that is told beside it, which only some experiments ask for."""
PRICED = ("USD/", "kg CO2/")
MOST_NAMED = 3


def bargain(run: StoredRun, lead: Finding) -> Iterator[str]:
    """Yield the sentences on share, cost, hospitals and publications, each only where there is something to say."""
    table = run.comparisons
    if "baseline_mean" not in table:
        return
    mine = table[table["treatment"] == lead.treatment.name]
    yield from _share(mine, lead)
    yield from _costs(mine[mine["measure"] != lead.measure], inside=lead.measure == "burden_cost_per_day")
    yield from _hospitals(run, mine[(mine["measure"] == lead.measure) & (mine["dimension"] == "hospital")], lead)
    if lead.measure in PUBLISHED:
        yield _("Published, for comparison only: {finding}.").format(finding=_(PUBLISHED[lead.measure]))
    yield from _beside(mine)


def _beside(mine: pd.DataFrame) -> Iterator[str]:
    """Yield before and after of measures that others published, though the question was another one."""
    rows = mine[mine["measure"].isin(PUBLISHED_BESIDE) & (mine["dimension"] == "all")]
    for row in records(rows):
        name, before, change = str(row["measure"]), float(row["baseline_mean"]), float(row["difference"])
        text = _(
            "{measure} go from {before} to {after} {unit} (difference {change}, 95 % interval {interval}). Published,"
            " for comparison only: {finding}."
        )
        yield text.format(
            measure=_(MEASURES[name].label),
            before=number(before, 0),
            after=number(before + change, 0),
            unit=unit_in_sentence(MEASURES[name].unit),
            change=number(change, 0),
            interval=span(float(row["low"]), float(row["high"]), 0),
            finding=_(PUBLISHED_BESIDE[name]),
        )


def _share(mine: pd.DataFrame, lead: Finding) -> Iterator[str]:
    """Yield how large the difference is beside the baseline, for a measure that others published a share of."""
    rows = mine[(mine["measure"] == lead.measure) & (mine["dimension"] == "all")]
    if not lead.decided or lead.measure not in PUBLISHED or rows.empty or not rows["baseline_mean"].iloc[0] > 0:
        return
    before, change = float(rows["baseline_mean"].iloc[0]), float(rows["difference"].iloc[0])
    shown = number(before * scale_of(lead.unit), 0)
    saves, adds = (
        _("The leading one saves {share} % of {before} {unit}."),
        _("The leading one adds {share} % of {before} {unit}."),
    )
    text = saves if change < 0 else adds
    yield text.format(share=f"{100 * abs(change) / before:.0f}", before=shown, unit=lead.words.unit)


def _costs(mine: pd.DataFrame, inside: bool) -> Iterator[str]:
    """Yield what surely becomes dearer in money or carbon, and what cheaper; the answer counts what is `inside`."""
    money = [one.name for one in MEASURES.values() if one.better == "lower" and one.unit.startswith(PRICED)]
    decided = (mine["low"] > 0) | (mine["high"] < 0)
    rows = records(mine[mine["measure"].isin(money) & (mine["dimension"] == "all") & decided])
    dearer = [_cost(row) for row in rows if row["difference"] > 0]
    cheaper = [_cost(row) for row in rows if row["difference"] < 0]
    if dearer:
        text = (
            _("It costs more, already counted in the cost above: {costs}.") if inside else _("It costs more: {costs}.")
        )
        yield text.format(costs=clauses(dearer))
    if cheaper:
        text = _("It also saves: {costs}.") if dearer else _("It saves: {costs}.")
        yield text.format(costs=clauses(cheaper))


def _cost(row: Mapping[str, Any]) -> str:
    name = str(row["measure"])
    decimals = decimals_of(name, float(row["half_width"]))
    size = number(abs(float(row["difference"])), decimals)
    low, high = sorted((abs(float(row["low"])), abs(float(row["high"]))))
    label = _(MEASURES[name].label)
    return _("{measure} {size} {unit} ({interval})").format(
        measure=label[:1].lower() + label[1:],
        size=size,
        unit=unit_in_sentence(MEASURES[name].unit),
        interval=span(low, high, decimals),
    )


def _hospitals(run: StoredRun, rows: pd.DataFrame, lead: Finding) -> Iterator[str]:
    """Yield which hospitals surely gain and lose, the most affected first."""
    if rows.empty:
        return
    gaining, losing = (_affected(run, rows[rows["verdict"] == verdict], lead) for verdict in ("better", "worse"))
    n_gaining, n_losing = (int((rows["verdict"] == verdict).sum()) for verdict in ("better", "worse"))
    yield _("Of {hospitals}, {gaining} and {losing}.").format(
        hospitals=many("{n} hospital", "{n} hospitals", len(rows)),
        gaining=(many("{n} surely gains", "{n} surely gain", n_gaining) if n_gaining else _("none surely gain"))
        + gaining,
        losing=(many("{n} surely loses", "{n} surely lose", n_losing) if n_losing else _("none surely lose")) + losing,
    )


def _affected(run: StoredRun, some: pd.DataFrame, lead: Finding) -> str:
    """Return the most affected of some hospitals with what changes there, in brackets, "" for none."""
    if some.empty:
        return ""
    names, scale, unit = run.names("hospitals"), scale_of(lead.unit), spoken(lead.measure, lead.unit).unit
    some = some.reindex(some["difference"].abs().sort_values(ascending=False, kind="stable").index)
    first = [
        f"{names.get(str(row['level']), str(row['level']))}"
        f" {number(float(row['difference']) * scale, decimals_of(lead.measure, float(row['half_width']) * scale))}"
        for row in records(some.head(MOST_NAMED))
    ]
    text = _(" (most of all {hospitals} {unit})") if len(some) > MOST_NAMED else _(" ({hospitals} {unit})")
    return text.format(hospitals=separated(first), unit=unit)
