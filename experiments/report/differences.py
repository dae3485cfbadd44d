"""Show differences: of all cells in the main measures, of those who gain and lose, and under other assumptions."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import pandas as pd

from experiments.report.alone import shown_cells
from experiments.report.catalogue import _, later
from experiments.report.charts import Panel, forest_chart, gains_chart, tornado_chart
from experiments.report.drawing import Row
from experiments.report.figure import Figure, drawn
from experiments.report.findings import MAIN_MEASURES, Finding, pair_differences
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import difference_unit, plus_minus, scale_of, signed
from experiments.report.profiles import sensitivity
from experiments.report.tables import Table, describe_measure, difference_text, differences_table, measure_in
from experiments.report.words import ACUITY_NAMES, decimals_of, label

MOST_NAMES = 24
BY = {
    "hospital": later("{measure}, by hospital"),
    "zone": later("{measure}, by zone"),
    "condition": later("{measure}, by condition"),
    "acuity": later("{measure}, by acuity"),
}
GAIN_MEASURES = ("boarding_hours_per_day", "boarding_min", "wait_for_provider_min")


def difference_rows(run: StoredRun, table: pd.DataFrame, panel: str, names: Mapping[str, str], by: str) -> list[Row]:
    """Return rows of differences that have an interval; `by` is the column whose entries `names` puts in words."""
    rows: list[Row] = []
    for row in records(table):
        scale = scale_of(str(row["unit"]))
        low, high, middle = (float(row[name]) * scale for name in ("low", "high", "difference"))
        if isfinite(low) and isfinite(high):
            shown = f"{difference_text(row)} {difference_unit(str(row['unit']))}"
            name = _(names.get(str(row[by]), str(row[by])))
            rows.append(
                {"panel": panel, "name": name, "difference": middle, "low": low, "high": high, "shown": shown}
                | {"verdict": _(str(row["verdict"]))}
            )
    return rows


def names_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the names of rows, each once, in order."""
    return tuple(dict.fromkeys(str(row["name"]) for row in rows))


def compared(run: StoredRun, measure: str, dimension: str) -> pd.DataFrame:
    """Return the comparisons of one measure and dimension."""
    table = run.comparisons
    return table.loc[(table["measure"] == measure) & (table["dimension"] == dimension)]


def forest(run: StoredRun, lead: Finding) -> Figure | None:
    """Show the differences of all cells in the main measures."""
    names = {cell.name: label(cell) for cell in shown_cells(run, lead)}
    rows: list[Row] = []
    panels, tables = [], []
    asked = str(run.manifest.get("measure") or "")
    for measure in dict.fromkeys((*([asked] if asked else []), *MAIN_MEASURES)):
        table = compared(run, measure, "all")
        table = table[table["treatment"].isin(list(names))]
        found = difference_rows(run, table, measure, names, "treatment")
        if found:
            unit, title, _definition = describe_measure(measure)
            panels.append(Panel(measure, title, difference_unit(unit), names_of(found)))
            rows += found
            tables += records(table)
    if not rows:
        return None
    caption = _(
        "Each mark is the mean difference to the baseline over paired replications, the line its 95 % interval; left"
        " of zero means less. A line that crosses zero leaves the matter undecided."
    )
    words = (_("What each way of deciding changes"), caption)
    return drawn(
        "differences",
        words,
        rows,
        lambda frame: forest_chart(frame, panels),
        differences_table(run, _("Differences of the main measures over the whole city"), tables),
    )


def groups_of(run: StoredRun) -> dict[str, Mapping[str, str]]:
    """Return the groups who may gain or lose, with the names of their members by id where they have any."""
    conditions = sorted(set(run.comparisons.loc[run.comparisons["dimension"] == "condition", "level"]))
    named = {str(name): str(name).replace("_", " ") for name in conditions}
    return {
        "hospital": run.names("hospitals"),
        "zone": run.names("zones"),
        "condition": named,
        "acuity": ACUITY_NAMES,
    }


def farthest(table: pd.DataFrame) -> pd.DataFrame:
    """Return a sorted table, of a long one only its two ends: those who gain most and those who lose most."""
    half = MOST_NAMES // 2
    return table if len(table) <= MOST_NAMES else pd.concat([table.head(half), table.tail(half)])


def gains(run: StoredRun, lead: Finding) -> Figure | None:
    """Show who gains and who loses: differences by hospital and by acuity, for the leading cell."""
    rows: list[Row] = []
    panels, tables = [], []
    for dimension, names in groups_of(run).items():
        for measure in (lead.measure, *GAIN_MEASURES):
            table = compared(run, measure, dimension)
            table = table.loc[table["treatment"] == lead.treatment.name]
            if dimension != "acuity":
                table = farthest(table.sort_values(["difference", "level"], kind="stable"))
            found = difference_rows(run, table, dimension, names, "level")
            if found:
                unit, title, _definition = describe_measure(measure)
                heading = _(BY[dimension]).format(measure=title)
                panels.append(Panel(dimension, heading, difference_unit(unit), names_of(found)))
                rows += found
                tables += records(table)
                break
    if not rows:
        return None
    caption = _(
        "Differences of “{treatment}” to “{baseline}”, with 95 % intervals; left of zero means less. Who shares may"
        " lose locally what the city gains."
    ).format(treatment=label(lead.treatment), baseline=label(lead.baseline))
    words = (_("Who gains and who loses"), caption)
    behind = differences_table(run, _("Differences by hospital, zone, condition and acuity"), tables)
    return drawn("gains", words, rows, lambda frame: gains_chart(frame, panels), behind)


def tornado(run: StoredRun, lead: Finding) -> Figure | None:
    """Show how the leading difference moves when each assumption goes to the ends of its range."""
    table = sensitivity(run, lead.measure, lead.treatment.name)
    if table.empty:
        return None
    scale, unit = scale_of(lead.unit), lead.words.unit
    rows = [_tornado_row(row, end, scale, unit) for row in records(table) for end in ("low", "high")]
    center = float(table["difference_base"].iloc[0]) * scale
    caption = _(
        "How the difference in {thing} of “{treatment}” moves when one assumption at a time is set to the ends of its"
        " range. With nothing changed these shorter runs give {center} {unit}. {doubt} The largest shifts come first;"
        " assumptions that move nothing are left out."
    ).format(
        thing=lead.words.thing,
        treatment=label(lead.treatment),
        center=signed(center, 0),
        unit=unit,
        doubt=_doubt(table, run, lead),
    )
    columns = (_("Assumption"), _("End"), _("Set to"), measure_in(_("Difference"), unit))
    body = tuple((str(row["name"]), str(row["end"]), str(row["setting"]), str(row["shown"])) for row in rows)
    return drawn(
        "tornado",
        (_("What the answer hangs on"), caption),
        rows,
        lambda frame: tornado_chart(frame, names_of(rows), unit, center),
        Table(_("Differences at both ends of every assumption's range"), columns, body, frozenset({0, 1, 2})),
    )


def _doubt(table: pd.DataFrame, run: StoredRun, lead: Finding) -> str:
    """Say what the marks show of their uncertainty."""
    if table[["half_width_low", "half_width_high"]].notna().to_numpy().any():
        return _("Black lines are 95 % intervals.")
    pairs = pair_differences(run, lead)
    return _(
        "Each mark comes from a few pairs of runs on the same patients and has no interval. Single pairs of the main"
        " run lie between {low} and {high}, so small shifts may be chance."
    ).format(low=signed(pairs.min(), 0), high=signed(pairs.max(), 0))


def _tornado_row(row: Mapping[str, Any], end: str, scale: float, unit: str) -> dict[str, Any]:
    difference, half_width = float(row[f"difference_{end}"]) * scale, float(row[f"half_width_{end}"]) * scale
    decimals = decimals_of(str(row["measure"]), half_width)
    return {
        "name": f"{row['assumption']} {row['what']}",
        "end": _("low end of the range") if end == "low" else _("high end of the range"),
        "setting": f"{row['where']} = {row[end]}",
        "difference": difference,
        "low": difference - (half_width if isfinite(half_width) else 0.0),
        "high": difference + (half_width if isfinite(half_width) else 0.0),
        "shown": f"{plus_minus(difference, half_width, decimals, sign=True)} {unit}",
    }
