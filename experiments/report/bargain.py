"""Say what the leading way of deciding costs, who gains and who loses by hospital, and what others have published."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.measure_list import MEASURES
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import NBSP, counted, number, scale_of
from experiments.report.words import decimals_of, spoken

PUBLISHED: Mapping[str, str] = {
    "surge_beds": f"at least 85{NBSP}% of the surge capacity was saved in three retrospective studies of redistribution"
    " with full foresight (Parker 2020, arXiv 2011.03528)",
    "turnaround_min": f"20{NBSP}% more scanner hours, at weekends, cut the mean turnaround of an MRI programme by a"
    " third, from 98.3 to 65.2 h",
    "medicine_loss_per_day": f"at most 6{NBSP}% of the units moved by an exchange of medicines expire; without sharing"
    f" .36 to .74{NBSP}% of spend expires (P96)",
}
"""What others report of the measure that was asked for; never tuned to."""
PUBLISHED_BESIDE: Mapping[str, str] = {
    "agency_need_hours_per_month": "a float pool of five emergency departments cut agency hours from 949 to 85 a month",
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
    yield from _costs(mine[mine["measure"] != lead.measure], INSIDE if lead.measure == "burden_cost_per_day" else "")
    yield from _hospitals(run, mine[(mine["measure"] == lead.measure) & (mine["dimension"] == "hospital")], lead)
    if lead.measure in PUBLISHED:
        yield f"Published, for comparison only: {PUBLISHED[lead.measure]}."
    yield from _beside(mine)


def _beside(mine: pd.DataFrame) -> Iterator[str]:
    """Yield before and after of measures that others published, though the question was another one."""
    rows = mine[mine["measure"].isin(PUBLISHED_BESIDE) & (mine["dimension"] == "all")]
    for row in records(rows):
        name, before, change = str(row["measure"]), float(row["baseline_mean"]), float(row["difference"])
        label, unit = MEASURES[name].label, MEASURES[name].unit.replace("/", " a ")
        after, ends = number(before + change, 0), (float(row["low"]), float(row["high"]))
        moved = f"{number(change, 0)}, 95{NBSP}% interval {number(ends[0], 0)} to {number(ends[1], 0)}"
        ours = f"{label} go from {number(before, 0)} to {after}{NBSP}{unit} (difference {moved})"
        yield f"{ours}. Published, for comparison only: {PUBLISHED_BESIDE[name]}."


def _share(mine: pd.DataFrame, lead: Finding) -> Iterator[str]:
    """Yield how large the difference is beside the baseline, for a measure that others published a share of."""
    rows = mine[(mine["measure"] == lead.measure) & (mine["dimension"] == "all")]
    if not lead.decided or lead.measure not in PUBLISHED or rows.empty or not rows["baseline_mean"].iloc[0] > 0:
        return
    before, change = float(rows["baseline_mean"].iloc[0]), float(rows["difference"].iloc[0])
    shown = number(before * scale_of(lead.unit), 0)
    verb = "saves" if change < 0 else "adds"
    yield f"The leading one {verb} {100 * abs(change) / before:.0f}{NBSP}% of {shown}{NBSP}{lead.words.unit}."


INSIDE = ", already counted in the cost above"


def _costs(mine: pd.DataFrame, reserve: str) -> Iterator[str]:
    """Yield what surely becomes dearer in money or carbon, and what cheaper; `reserve` says where it is counted too."""
    money = [one.name for one in MEASURES.values() if one.better == "lower" and one.unit.startswith(PRICED)]
    decided = (mine["low"] > 0) | (mine["high"] < 0)
    rows = records(mine[mine["measure"].isin(money) & (mine["dimension"] == "all") & decided])
    dearer = [_cost(row) for row in rows if row["difference"] > 0]
    cheaper = [_cost(row) for row in rows if row["difference"] < 0]
    if dearer:
        yield f"It costs more{reserve}: {'; '.join(dearer)}."
    if cheaper:
        yield f"It {'also ' if dearer else ''}saves: {'; '.join(cheaper)}."


def _cost(row: Mapping[str, Any]) -> str:
    name = str(row["measure"])
    decimals = decimals_of(name, float(row["half_width"]))
    label, unit = MEASURES[name].label, MEASURES[name].unit.replace("/day", " a day")
    size = number(abs(float(row["difference"])), decimals)
    low, high = sorted((abs(float(row["low"])), abs(float(row["high"]))))
    return f"{label[:1].lower()}{label[1:]} {size}{NBSP}{unit} ({number(low, decimals)} to {number(high, decimals)})"


def _hospitals(run: StoredRun, rows: pd.DataFrame, lead: Finding) -> Iterator[str]:
    """Yield which hospitals surely gain and lose, the most affected first."""
    if rows.empty:
        return
    names, scale, unit = run.names("hospitals"), scale_of(lead.unit), spoken(lead.measure, lead.unit).unit
    said = []
    for verdict, verb in (("better", "gain"), ("worse", "lose")):
        some = rows[rows["verdict"] == verdict]
        some = some.reindex(some["difference"].abs().sort_values(ascending=False, kind="stable").index)
        first = [
            f"{names.get(str(row['level']), str(row['level']))}"
            f" {number(float(row['difference']) * scale, decimals_of(lead.measure, float(row['half_width']) * scale))}"
            for row in records(some.head(MOST_NAMED))
        ]
        most = f" ({'most of all ' if len(some) > MOST_NAMED else ''}{', '.join(first)}{NBSP}{unit})" if first else ""
        said.append(f"{len(some) or 'none'} surely {verb}{'s' if len(some) == 1 else ''}{most}")
    yield f"Of {counted(len(rows), 'hospital')}, {' and '.join(said)}."
