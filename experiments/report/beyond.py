"""Say what stands beside the answer: a run that compared nothing, and what the answer does not cover."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import pandas as pd

from experiments.measure_list import MEASURES
from experiments.report.catalogue import _, many
from experiments.report.findings import MAIN_MEASURES, Finding
from experiments.report.folder import Cell, StoredRun
from experiments.report.numbers import SHARE_UNITS, plus_minus, scale_of, signed, unit_in_words
from experiments.report.profiles import sensitivity
from experiments.report.words import decimals_of, paragraph, separated, spoken
from experiments.statistics import mean_interval


def found_alone(run: StoredRun) -> str:
    """Return the main measures of a run of one cell, "" when there are more cells or none is measured."""
    found = [text for name in MAIN_MEASURES for text in (_alone(run, name),) if text] if len(run.cells) == 1 else []
    if not found:
        return ""
    n = int(run.measures["replication"].nunique())
    if n > 1:
        text = _(
            "As configured, {measures} (means of {replications}, ± half of a 95 % interval). Nothing was compared."
        )
    else:
        text = _("As configured, {measures} (means of {replications}). Nothing was compared.")
    return text.format(measures=separated(found), replications=many("{n} replication", "{n} replications", n))


def _alone(run: StoredRun, measure: str) -> str:
    rows = run.measures[(run.measures["measure"] == measure) & (run.measures["dimension"] == "all")]
    unit = MEASURES[measure].unit
    words = spoken(measure, unit)
    found = mean_interval(rows["value"].to_numpy(dtype=float) * scale_of(unit))
    if not isfinite(found.mean):
        return ""
    value = plus_minus(found.mean, found.half_width, decimals_of(measure, found.half_width))
    level_unit = unit_in_words(unit) if unit in SHARE_UNITS else words.unit
    return _("{thing} is {value} {unit}").format(thing=words.thing, value=value, unit=level_unit)


def nothing_compared(cells: Mapping[str, Cell]) -> str:
    """Return what to say when no pair of cells could be compared."""
    return many(
        "Nothing could be compared: {n} cell ran, and none has a baseline with finished replications beside it.",
        "Nothing could be compared: {n} cells ran, and none has a baseline with finished replications beside it.",
        len(cells),
    )


def assumed(run: StoredRun, lead: Finding | None) -> str:
    """Return between which values the leading difference moves when assumptions do, "" when that was not computed."""
    table = sensitivity(run, lead.measure, lead.treatment.name) if lead else pd.DataFrame()
    if lead is None or table.empty:
        return ""
    shifted = table[["difference_low", "difference_high"]].to_numpy(dtype=float) * scale_of(lead.unit)
    base = float(table["difference_base"].to_numpy()[0]) * scale_of(lead.unit)
    return _(
        "Assumptions matter too: in runs made for them the difference is {base}, and between {low} and {high} when one"
        " assumption at a time goes to the ends of its range."
    ).format(base=signed(base, 0), low=signed(float(shifted.min()), 0), high=signed(float(shifted.max()), 0))


def limits(manifest: Mapping[str, Any], findings: Sequence[Finding]) -> str:
    """Return what the answer does not cover."""
    parts = []
    if findings:
        parts.append(
            _(
                "The intervals cover the play of chance between replications of this simulated city. They do not"
                " cover whether its assumptions hold, nor other cities, other seasons, or ways of sharing that are not"
                " listed."
            )
        )
    if len(findings) > 1:
        parts.append(
            _(
                "The leading one of {n} was named after the results were seen; Holm’s correction allows for the number"
                " of comparisons, the intervals, each at 95 %, do not. All were compared with the baseline, and with"
                " each other only where the answer says so."
            ).format(n=len(findings))
        )
    failed = len(manifest.get("failures") or ())
    if failed:
        parts.append(
            many("{n} replication failed and is left out.", "{n} replications failed and are left out.", failed)
        )
    return paragraph(parts)
