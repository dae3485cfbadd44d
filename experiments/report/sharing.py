"""Show who shares what: supply against demand over time, alerts, how evenly things fall, and the ledger of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any

import pandas as pd

from experiments.report.catalogue import _, later
from experiments.report.codes import kind_name as kind_name
from experiments.report.codes import plain_name
from experiments.report.drawing import Row
from experiments.report.figure import Figure, drawn
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun, query, records
from experiments.report.numbers import ABSENT, number
from experiments.report.patterns import shown_pair
from experiments.report.supply_chart import MOST_SHOWN, ends_of, supply_chart
from experiments.report.tables import SMALLEST_COUNT, SUPPRESSED, Table, describe_measure, difference_text
from experiments.report.words import capitalized, label, separated
from sim.units import MINUTES_PER_HOUR

MOST_KINDS = 6
MOST_POINTS = 168
TITLE = later("Supply over demand")
CAPTION = later(
    "R, the staffed time over the time in use or waited for, of all hospitals together, for the kinds of resource that"
    " were shortest. Below the line at 1 more is wanted than there is; where nothing is wanted R is not defined, and"
    " what is above {most} is drawn at {most}. Who needs several at once, such as a scanner and a radiographer, or may"
    " use several hospitals’ units, waits for each of them: a low R names what patients wait for, and use tells which"
    " of them is the bottleneck."
)
LEDGER_ACTIONS = ("offer", "request", "book", "refuse", "use", "withdraw", "look")
PEOPLE = frozenset({"bed", "equipment"})
"""Kinds whose rows each stand for a patient: small counts of them are not printed."""


@dataclass(frozen=True, slots=True, eq=False)
class SharingTables:
    """Hold the tables of the section; what was not stored is None."""

    alerts: Table | None
    evenness: Table | None
    ledger: Table | None
    pairs: Table | None


def sharing_tables(run: StoredRun, lead: Finding | None) -> SharingTables | None:
    """Return the tables that the stored tables of a run allow; None when there are none, or nothing was compared."""
    if lead is None:
        return None
    made = SharingTables(
        alerts_table(run, lead),
        evenness_table(run, lead),
        ledger_table(run, lead, ("kind",)),
        ledger_table(run, lead, ("kind", "owner", "user")),
    )
    return made if made.alerts or made.evenness or made.ledger else None


def supply(run: StoredRun, lead: Finding) -> Figure | None:
    """Show R over the time observed, for the baseline and the leading cell."""
    pair = shown_pair(lead)
    found = {name: ratio_over_time(run, name) for name in pair}
    kinds = shortest_kinds(found[lead.baseline.name])
    rows: list[Row] = [
        {
            "kind": kind_name(row["pool"]),
            "cell": pair[name],
            "day": round(float(row["hour"]) / 24.0, 4),
            "value": min(round(float(row["ratio"]), 3), MOST_SHOWN),
            "shown": number(float(row["ratio"]), 2),
        }
        for name, table in found.items()
        for row in records(table)
        if row["pool"] in kinds and isfinite(float(row["ratio"]))
    ]
    if not rows:
        return None
    names = dict.fromkeys(kind_name(kind) for kind in kinds)
    ends = {name: ends_of([row["value"] for row in rows if row["kind"] == name]) for name in names}
    cells = list(pair.values())
    words = (_(TITLE), _(CAPTION).format(most=f"{MOST_SHOWN:g}"))
    return drawn("supply", words, rows, lambda frame: supply_chart(frame, ends, cells), _behind(found, kinds, pair))


def ratio_over_time(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return pool, hour since the warm-up ended, supply, demand and R = S/D, over hospitals and replications."""
    tables = run.tables("levels", cell)
    if not tables:
        return pd.DataFrame(columns=["pool", "hour", "supply", "demand", "ratio"])
    first = ceil(run.warm_up_min / MINUTES_PER_HOUR)
    last = query("SELECT max(hour) AS hour FROM read_parquet($tables)", tables=tables)["hour"].iloc[0]
    bin_hours = max(1, ceil((float(last) + 1 - first) / MOST_POINTS))
    return query(
        """
        SELECT *, supply / nullif(demand, 0) AS ratio FROM (
            SELECT CAST(pool AS VARCHAR) AS pool, (CAST(hour AS BIGINT) - $first) // $bin * $bin AS hour,
                sum(duty_min - overtime_min) AS supply, sum(busy_min + queue_min) AS demand
            FROM read_parquet($tables, union_by_name = true) WHERE hour >= $first GROUP BY ALL) ORDER BY pool, hour
        """,
        tables=tables,
        first=first,
        bin=bin_hours,
    )


def shortest_kinds(table: pd.DataFrame) -> list[str]:
    """Return the pools with the lowest R over all time, the shortest first, at most six."""
    sums = table.groupby("pool")[["supply", "demand"]].sum()
    wanted = sums[sums["demand"] > 0]
    ranked = sorted(wanted.index, key=lambda pool: (round(wanted["supply"][pool] / wanted["demand"][pool], 9), pool))
    return [str(pool) for pool in ranked[:MOST_KINDS]]


def _behind(found: Mapping[str, pd.DataFrame], kinds: list[str], pair: Mapping[str, str]) -> Table:
    """Return R by kind and cell: over all time, the lowest, and the share of time below 1."""
    columns = (_("Resource"), _("Cell"), "R", _("Lowest R"), _("Time below 1, %"))
    rows = []
    for kind in kinds:
        for name, cell in pair.items():
            mine = found[name][found[name]["pool"] == kind]
            demand, known = float(mine["demand"].sum()), mine["ratio"].dropna()
            overall = float(mine["supply"].sum()) / demand if demand > 0 else float("nan")
            below = float((known < 1.0).mean()) * 100.0 if len(known) else float("nan")
            lowest = float(known.min()) if len(known) else float("nan")
            rows.append((kind_name(kind), cell, number(overall, 2), number(lowest, 2), number(below, 0)))
    return Table(_("Supply over demand by kind of resource"), columns, tuple(rows), frozenset({0, 1}))


def alerts_table(run: StoredRun, lead: Finding) -> Table | None:
    """Return the alerts a week by kind of resource and reason, in the baseline and the leading cell."""
    pair = shown_pair(lead)
    found = {name: _alerts(run, name) for name in pair}
    keys = sorted({(row["pool"], row["reason"]) for table in found.values() for row in records(table)})
    if not keys:
        return None
    columns = [_("Resource"), _("Reason")]
    for cell in pair.values():
        columns += [separated([what, cell]) for what in (_("Alerts a week"), _("Hours each"), _("Worst"))]
    rows = []
    for key in keys:
        row = [kind_name(key[0]), plain_name(key[1])]
        for table in found.values():
            mine = table[(table["pool"] == key[0]) & (table["reason"] == key[1])]
            row += _alert_entries(mine)
        rows.append(tuple(row))
    return Table(_("Alerts of the monitor"), tuple(columns), tuple(rows), frozenset({0, 1}))


def _alert_entries(mine: pd.DataFrame) -> list[str]:
    if mine.empty:
        return ["0", ABSENT, ABSENT]
    return [
        number(float(mine[name].iloc[0]), decimals) for name, decimals in (("weekly", 1), ("hours", 1), ("worst", 2))
    ]


def _alerts(run: StoredRun, cell: str) -> pd.DataFrame:
    tables = run.tables("alerts", cell)
    weeks = float((run.cell(cell).configuration.get("run") or {}).get("weeks", 1.0)) * max(len(tables), 1)
    if not tables:
        return pd.DataFrame(columns=["pool", "reason", "weekly", "hours", "worst"])
    return query(
        """
        SELECT CAST(pool AS VARCHAR) AS pool, CAST(reason AS VARCHAR) AS reason, count(*) / $weeks AS weekly,
            avg(n_hours) AS hours,
            CASE WHEN reason = 'demand above supply' THEN min(worst) ELSE max(worst) END AS worst
        FROM read_parquet($tables, union_by_name = true) GROUP BY pool, reason ORDER BY pool, reason
        """,
        tables=tables,
        weeks=weeks,
    )


def evenness_table(run: StoredRun, lead: Finding) -> Table | None:
    """Return how evenly waits and supply fall, in the baseline and the leading cell, with the paired difference."""
    table = run.comparisons
    mine = table[(table["dimension"] == "across") & (table["treatment"] == lead.treatment.name)]
    if mine.empty:
        return None
    columns = (
        _("Measure"),
        _("Across"),
        label(lead.baseline),
        label(lead.treatment),
        _("Difference"),
        _("Verdict"),
    )
    rows = tuple(_evenness_row(row) for row in records(mine))
    return Table(_("How evenly waits and supply fall, before and after"), columns, rows, frozenset({0, 1, 5}))


def _evenness_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    groups = {
        "hospital": _("hospitals"),
        "zone": _("zones"),
        "acuity": _("acuities"),
        "condition": _("conditions"),
    }
    means = (number(float(row[f"{end}_mean"]), 3) for end in ("baseline", "treatment"))
    title = describe_measure(str(row["measure"]))[1]
    across = groups.get(str(row["level"]), str(row["level"]))
    return (title, across, *means, difference_text(row), _(str(row["verdict"])))


def ledger_counts(run: StoredRun, cell: str) -> pd.DataFrame:
    """Return kind, owner, user, action and n of the ledger of a cell, all replications together."""
    tables = run.tables("ledger", cell)
    if not tables:
        return pd.DataFrame(columns=["kind", "owner", "user", "action", "n"])
    return query(
        """
        SELECT CAST(kind AS VARCHAR) AS kind, CAST(owner AS VARCHAR) AS owner, CAST("user" AS VARCHAR) AS "user",
            CAST(action AS VARCHAR) AS action,
            CASE WHEN action = 'look' THEN CAST(sum(units) AS BIGINT) ELSE count(*) END AS n
        FROM read_parquet($tables, union_by_name = true)
        WHERE NOT starts_with(subject, 'agreement/') AND time_min >= $first
        GROUP BY kind, owner, "user", action ORDER BY ALL
        """,
        tables=tables,
        first=run.warm_up_min,
    )


def ledger_table(run: StoredRun, lead: Finding, by: tuple[str, ...]) -> Table | None:
    """Return the rows of the ledger of the leading cell by kind, or by kind, owner and user, and by action."""
    counts = ledger_counts(run, lead.treatment.name)
    if counts.empty:
        return None
    names = {"*": _("any"), **run.names("hospitals")}
    sums = counts.pivot_table(index=list(by), columns="action", values="n", aggfunc="sum", fill_value=0)
    actions = [action for action in LEDGER_ACTIONS if action in sums]
    rows = []
    for key, found in sums.iterrows():
        kind, *places = key if isinstance(key, tuple) else (key,)
        entries = _counts([int(found[action]) for action in actions], kind in PEOPLE)
        rows.append((kind_name(kind), *(names.get(str(place), str(place)) for place in places), *entries))
    columns = tuple(capitalized(plain_name(name)) for name in (*by, *actions))
    caption = _("Ledger of “{treatment}” by {groups}: after the warm-up, all replications together").format(
        treatment=label(lead.treatment), groups=separated([plain_name(name) for name in by])
    )
    return Table(caption, columns, tuple(rows), frozenset(range(len(by))))


def _counts(row: list[int], people: bool) -> tuple[str, ...]:
    """Return counts in words; where one of people is small, none of the row is told, as they add up to each other."""
    if not people or not any(0 < n < SMALLEST_COUNT for n in row):
        return tuple(f"{n:,}" for n in row)
    enough = _("{n} or more").format(n=SMALLEST_COUNT)
    return tuple("0" if n == 0 else SUPPRESSED if n < SMALLEST_COUNT else enough for n in row)
