"""Show patterns that means hide: how waits spread by acuity, and what the hours of a week look like."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import pandas as pd

from experiments.report.catalogue import _, later
from experiments.report.charts import DAYS, Heat, heat_chart, waits_chart
from experiments.report.drawing import Row
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun, records
from experiments.report.numbers import number
from experiments.report.profiles import QUANTILES, wait_quantiles, weekly_profile
from experiments.report.tables import Table, measure_in
from experiments.report.words import ACUITY_NAMES, label, paragraph, separated

MOST_HOSPITALS = 12
OCCUPANCY_STEPS = (70.0, 75.0, 80.0, 85.0, 90.0, 95.0)
CENSUS_STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
BEDS_WORDS = (
    later("Beds, hour by hour"),
    later("Share of staffed beds in use, by hospital and hour of the week."),
)
SPACES_WORDS = (
    later("Emergency departments, hour by hour"),
    later(
        "Patients in an ED space or waiting for one, for each staffed space; above 1 there are more patients than"
        " spaces."
    ),
)


def shown_pair(lead: Finding) -> dict[str, str]:
    """Return the cells that distributions are shown for: baseline and leading treatment, each with its label."""
    return {lead.baseline.name: label(lead.baseline), lead.treatment.name: label(lead.treatment)}


def waits(run: StoredRun, lead: Finding) -> Figure | None:
    """Show how waits for a provider spread, by acuity, for the baseline and the leading cell."""
    pair = shown_pair(lead)
    tables = {name: wait_quantiles(run, name) for name in pair}
    rows = [_wait_row(row, pair[name]) for name, table in tables.items() for row in records(table)]
    if not rows:
        return None
    rows.sort(key=lambda row: str(row["name"]))
    acuities = sorted({str(row["name"]) for row in rows})
    caption = _(
        "Minutes from arrival until a provider sees the patient, by true acuity. The line spans the middle 80 % of"
        " patients, the bar the middle 50 %, the gap in it marks the median. Whoever left unseen never"
        " met a provider and is not shown."
    )
    columns = (_("Acuity"), _("Cell"), _("Patients"), "10 %", "25 %", _("Median"), "75 %", "90 %")
    body = tuple(
        (str(row["name"]), str(row["cell"]), str(row["patients"]), *(number(row[q], 0) for q in QUANTILES))
        for row in rows
    )
    table = Table(_("Waits for a provider by acuity, minutes: quantiles over all replications"), columns, body)
    return drawn(
        "waits",
        (_("How long patients wait"), caption),
        rows,
        lambda frame: waits_chart(frame, list(pair.values()), acuities),
        table,
    )


def _wait_row(row: Mapping[str, Any], cell: str) -> dict[str, Any]:
    acuity = str(int(row["acuity"]))
    quantiles = {name: round(float(row[name]), 3) for name in QUANTILES}
    shown = _("median {median}, middle half {low} to {high}").format(
        median=f"{quantiles['p50']:.0f}", low=f"{quantiles['p25']:.0f}", high=f"{quantiles['p75']:.0f}"
    )
    name = _("Acuity {level}").format(level=_(ACUITY_NAMES.get(acuity, acuity)))
    return {"name": name, "cell": cell, "patients": f"{int(row['n']):,}", "shown": shown} | quantiles


def hours(run: StoredRun, lead: Finding) -> list[Figure]:
    """Show beds and emergency departments by hour of the week, for the baseline and the leading cell."""
    pair = shown_pair(lead)
    table = pd.concat([weekly_profile(run, name).assign(cell=text) for name, text in pair.items()])
    if table.empty:
        return []
    n_hospitals = table["hospital"].nunique()
    table = of_fullest_hospitals(table, run.names("hospitals"))
    hospitals = tuple(dict.fromkeys(table["name"]))
    few = _("The {n} fullest of {total} hospitals are shown.").format(n=len(hospitals), total=n_hospitals)
    some = [few] if len(hospitals) < n_hospitals else []
    maps = (
        ("beds", BEDS_WORDS, "occupancy", 100.0, OCCUPANCY_STEPS, _("% of staffed beds in use"), ".0f"),
        ("departments", SPACES_WORDS, "census_per_space", 1.0, CENSUS_STEPS, _("patients per ED space"), ".2f"),
    )
    return [
        heat_figure(name, (_(words[0]), paragraph([_(words[1]), *some])), heat_rows(table, column, scale), heat)
        for name, words, column, scale, steps, unit, form in maps
        for heat in [Heat(tuple(pair.values()), hospitals, steps, unit, form)]
    ]


def of_fullest_hospitals(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of the hospitals with the highest mean occupancy, at most 12, with their names, in order."""
    shown = fullest_hospitals(table)
    kept = table.loc[table["hospital"].isin(shown)].sort_values(["hospital", "cell", "hour"], kind="stable")
    return kept.assign(name=[names.get(hospital, hospital) for hospital in kept["hospital"]])


def fullest_hospitals(table: pd.DataFrame) -> list[str]:
    """Return the ids of the hospitals with the highest mean occupancy, at most 12, sorted by id."""
    mean = table.groupby("hospital")["occupancy"].mean().fillna(0.0).round(9)
    ranked = sorted(mean.index, key=lambda hospital: (-float(mean[hospital]), str(hospital)))
    return sorted(str(hospital) for hospital in ranked[:MOST_HOSPITALS])


def heat_rows(table: pd.DataFrame, column: str, scale: float) -> list[Row]:
    """Return one row a cell, hospital and hour where the column is known, in printed units."""
    return [
        {"cell": row["cell"], "name": row["name"], "hour": int(row["hour"]), "value": round(row[column] * scale, 2)}
        for row in records(table)
        if isfinite(float(row[column]))
    ]


def heat_figure(name: str, words: tuple[str, str], rows: Sequence[Row], heat: Heat) -> Figure:
    """Return a heat map as a figure."""
    behind = heat_table(measure_in(words[0], heat.unit), rows, heat.form)
    return drawn(name, words, rows, lambda frame: heat_chart(frame, heat), behind)


def moment(hour: int) -> str:
    """Return an hour of the week in words, e.g. "Mon 08:00"."""
    return f"{_(DAYS[hour // 24])} {hour % 24:02d}:00"


def heat_table(caption: str, rows: Sequence[Row], form: str) -> Table:
    """Return the rows of a heat map with hours down and one column for each hospital and cell."""
    columns = list(dict.fromkeys((str(row["name"]), str(row["cell"])) for row in rows))
    found = {(row["hour"], row["name"], row["cell"]): format(row["value"], form) for row in rows}
    body = tuple(
        (moment(hour), *(found.get((hour, *column), "") for column in columns))
        for hour in sorted({int(row["hour"]) for row in rows})
    )
    return Table(caption, (_("Hour"), *(separated([name, cell]) for name, cell in columns)), body)
