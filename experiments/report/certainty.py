"""Say how sure the figures of a page are, beyond their intervals: what was decided, who is best, what chance dealt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from experiments.control_measures import CONTROLS
from experiments.leagues import League, leagues
from experiments.measure_list import MAIN, MEASURES
from experiments.report.catalogue import _
from experiments.report.findings import Finding
from experiments.report.folder import StoredRun
from experiments.report.numbers import ABSENT, number, plus_minus, scale_of, signed, span, unit_in_words
from experiments.report.settling import Settling, censored_rows, settling_table, unsettled_sentence
from experiments.report.tables import Table, describe_measure, measure_in
from experiments.report.words import decimals_of, label
from experiments.statistics.best import WithBest, with_the_best
from experiments.statistics.controls import controlled_mean
from experiments.statistics.order import quantile_interval
from experiments.statistics.pairs import paired_difference
from experiments.statistics.shares import share_interval
from experiments.store import STOPPING
from sim.units import FloatArray

MOST_ZERO = 0.5
"""What happened in fewer than this share of replications is rare: its mean says little, its share is exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """Hold sentences and tables of the section."""

    sentences: tuple[str, ...]
    tables: tuple[Table, ...]


def certainty(
    run: StoredRun, lead: Finding | None, found: Sequence[Settling], refused: set[tuple[str, str]]
) -> Certainty:
    """Return what the section says of a run, from its stored tables only."""
    measure = lead.measure if lead else MAIN[0]
    made = (
        stopping_table(run),
        *league_tables(run, measure),
        controlled_table(run, lead),
        typical_table(run, measure),
        rare_table(run),
        settling_table(run, found),
        censored_table(run),
    )
    sentences = (unsettled_sentence(run, refused),)
    return Certainty(tuple(one for one in sentences if one), tuple(one for one in made if one is not None))


def stopping(run: StoredRun) -> dict[str, Any]:
    """Return what rounds of replications decided, {} where there were none."""
    path = run.path / STOPPING
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def stopping_table(run: StoredRun) -> Table | None:
    """Return every comparison, or cell, with what the rounds decided; None where nothing was added in rounds."""
    found = stopping(run)
    if not found.get("rows"):
        return None
    measure = str(found["measure"])
    unit, title, _definition = describe_measure(measure)
    scale = scale_of(unit)
    parts = {"measure": measure_in(title, unit_in_words(unit)), "first": found["first"], "most": found["most"]}
    parts["small"] = f"{found['indifference']:g}"
    if found["until"] == "decision":
        rows = tuple(_decided_row(run, row, measure, scale) for row in found["rows"])
        caption = _(
            "{measure}: what was decided, all looks and comparisons right with 95 %. {first} to {most} replications a"
            " cell; up to {small} does not matter"
        )
        columns: tuple[str, ...] = (
            _("Cell"),
            _("Against"),
            "n",
            _("Difference"),
            _("Interval"),
            _("Decided"),
        )
        return Table(caption.format(**parts), columns, rows, frozenset({0, 1, 5}))
    rows = tuple(_standing_row(run, row, measure) for row in found["rows"])
    if found["until"] == "best":
        caption = _(
            "{measure}: screened by KN++, right with 95 %. {first} to {most} replications a cell; up to {small} does"
            " not matter"
        )
    else:
        caption = _(
            "{measure}: a budget shared by OCBA. {first} to {most} replications a cell; up to {small} does not matter"
        )
    columns = (_("Among"), _("Cell"), "n", _("Mean"), _("Standing"))
    return Table(caption.format(**parts), columns, rows, frozenset({0, 1, 4}))


def _standing_row(run: StoredRun, row: Mapping[str, Any], measure: str) -> tuple[str, ...]:
    cell = label(run.cell(row["cell"]))
    return _seat(row["league"]), cell, str(row["n"]), _value(row["mean"], measure), _(str(row["standing"]))


def _decided_row(run: StoredRun, row: Mapping[str, Any], measure: str, scale: float) -> tuple[str, ...]:
    ends = [float("nan") if row[key] is None else float(row[key]) * scale for key in ("difference", "low", "high")]
    decimals = decimals_of(measure, (ends[2] - ends[1]) / 2)
    cells = (label(run.cell(row[key])) for key in ("treatment", "baseline"))
    interval = span(ends[1], ends[2], decimals, sign=True)
    return (*cells, str(row["n"]), signed(ends[0], decimals), interval, _(str(row["ruling"])))


def _seat(league: str) -> str:
    return league.rpartition(".")[2].replace("_", " ") or _("all cells")


def _value(mean: float | None, measure: str) -> str:
    scale = scale_of(describe_measure(measure)[0])
    return ABSENT if mean is None else number(mean * scale, decimals_of(measure, abs(mean * scale) / 100))


def league_tables(run: StoredRun, measure: str) -> Iterator[Table]:
    """Yield for every league of three cells or more how far each is from the best of the others (MCB)."""
    runs = [cell.configuration.get("run") or {} for cell in run.cells]
    baseline = dict(runs[0].get("baseline") or {}) if runs else {}
    for league in leagues(run.cells, baseline):
        values = _in_common(run, league, measure)
        if len(league.cells) >= 3 and len(values) >= 2 and MEASURES[measure].better:
            yield _league_table(run, league, measure, values)


def _in_common(run: StoredRun, league: League, measure: str) -> FloatArray:
    """Return the replications that all cells of a league have, shape (n, k)."""
    rows = run.measures[(run.measures["measure"] == measure) & (run.measures["dimension"] == "all")]
    wide = rows.pivot(index="replication", columns="cell", values="value").reindex(columns=list(league.cells))
    common: FloatArray = wide.dropna().to_numpy(dtype=float)
    return common


def _league_table(run: StoredRun, league: League, measure: str, values: FloatArray) -> Table:
    unit, title, _definition = describe_measure(measure)
    sign = -1.0 if MEASURES[measure].better == "lower" else 1.0
    scale = scale_of(unit)
    compared = with_the_best(values * sign)
    order = sorted(range(len(compared)), key=lambda place: -compared[place].lead)
    rows = []
    for place in order:
        one, mean = compared[place], float(values[:, place].mean()) * scale
        ends = sorted((sign * one.low * scale, sign * one.high * scale))
        decimals = decimals_of(measure, (ends[1] - ends[0]) / 2)
        interval = span(ends[0], ends[1], decimals, sign=True)
        lead = signed(sign * one.lead * scale, decimals)
        rows.append((label(run.cell(league.cells[place])), number(mean, decimals), lead, interval, _standing(one)))
    among = _(
        "{measure}: each cell against the best of the others among {league}; {n} replications in common, all intervals"
        " hold together with 95 %"
    )
    plain = _(
        "{measure}: each cell against the best of the others; {n} replications in common, all intervals hold together"
        " with 95 %"
    )
    caption = (among if league.name else plain).format(
        measure=measure_in(title, unit_in_words(unit)), league=_seat(league.name), n=len(values)
    )
    return Table(
        caption,
        (_("Cell"), _("Mean"), _("Less the best other"), _("Interval"), _("Standing")),
        tuple(rows),
        frozenset({0, 4}),
    )


def _standing(one: WithBest) -> str:
    if one.is_best:
        return _("the best")
    return _("may be the best") if one.may_be_best else _("not the best")


def controlled_table(run: StoredRun, lead: Finding | None) -> Table | None:
    """Return the leading difference, of all main measures, with control variates; None where there are none."""
    if lead is None:
        return None
    wide = _wide(run)
    ends = lead.baseline.name, lead.treatment.name
    columns = [(name, cell) for name in CONTROLS for cell in ends]
    if any(column not in wide for column in columns):
        return None
    controls = np.column_stack([wide[name][list(ends)].mean(axis=1) for name in CONTROLS])
    rows = [
        _controlled_row(
            name, (wide[name, ends[0]].to_numpy(dtype=float), wide[name, ends[1]].to_numpy(dtype=float)), controls
        )
        for name in dict.fromkeys((lead.measure, *MAIN))
        if all((name, cell) in wide for cell in ends)
    ]
    caption = _(
        "“{treatment}” against “{baseline}”, paired and then adjusted to exactly the visits that were to be expected"
        " (control variates). Factors say how many times the replications the same precision would have taken; below 1,"
        " adjusting cost more than it brought"
    ).format(treatment=label(lead.treatment), baseline=label(lead.baseline))
    columns_of = (_("Measure"), _("Paired"), _("Pairing, factor"), _("Adjusted too"), _("Adjusting, factor"))
    return Table(caption, columns_of, tuple(rows)) if rows else None


def _wide(run: StoredRun) -> Any:
    city = run.measures[run.measures["dimension"] == "all"]
    return city.pivot(index="replication", columns=["measure", "cell"], values="value")


def _controlled_row(name: str, pair: tuple[FloatArray, FloatArray], controls: FloatArray) -> tuple[str, ...]:
    unit, title, _definition = describe_measure(name)
    scale, (before, after) = scale_of(unit), pair
    paired, adjusted = paired_difference(before, after), controlled_mean(after - before, controls)
    shown = []
    for one in (paired, adjusted):
        decimals = decimals_of(name, one.half_width * scale)
        shown.append(plus_minus(one.mean * scale, one.half_width * scale, decimals, sign=True))
    factors = number(paired.variance_ratio, 1), number(adjusted.gain, 2) if adjusted.n_controls else ABSENT
    return measure_in(title, unit_in_words(unit)), shown[0], factors[0], shown[1], factors[1]


def typical_table(run: StoredRun, measure: str) -> Table | None:
    """Return median and ninth decile over replications, by order statistics: what one period may be like."""
    unit, title, _definition = describe_measure(measure)
    scale, rows = scale_of(unit), []
    city = run.measures[(run.measures["measure"] == measure) & (run.measures["dimension"] == "all")]
    for cell in run.cells:
        values = city.loc[city["cell"] == cell.name, "value"].to_numpy(dtype=float) * scale
        if np.isfinite(values).sum() >= 2:
            decimals = decimals_of(measure, float(np.nanstd(values)))
            rows.append((label(cell), str(len(values)), *(_quantile(values, p, decimals) for p in (0.5, 0.9))))
    caption = _("{measure}: one period among others, with exact intervals from order statistics").format(
        measure=measure_in(title, unit_in_words(unit))
    )
    return Table(caption, (_("Cell"), "n", _("Median"), _("Nine of ten below")), tuple(rows)) if rows else None


def _quantile(values: FloatArray, p: float, decimals: int) -> str:
    found = quantile_interval(values, p)
    low, high = (number(end, decimals) if isfinite(end) else _("open") for end in (found.low, found.high))
    interval = _("{low} to {high}").format(low=low, high=high)
    return _("{mean} ({interval})").format(mean=number(found.value, decimals), interval=interval)


def rare_table(run: StoredRun) -> Table | None:
    """Return in how many replications a rare thing happened at all, with the exact interval of its share."""
    city = run.measures[(run.measures["dimension"] == "all") & run.measures["measure"].isin(list(MEASURES))]
    rows = []
    for (measure, cell), group in city.groupby(["measure", "cell"], observed=True, sort=False):
        values = group["value"].to_numpy(dtype=float)
        n, hits = int(np.isfinite(values).sum()), int((np.isfinite(values) & (values != 0)).sum())
        if 0 < hits < MOST_ZERO * n:
            found = share_interval(hits, n)
            interval = span(100 * found.low, 100 * found.high, 1)
            shown = _("{hits} of {n}").format(hits=hits, n=n), f"{100 * found.share:.1f}", interval
            rows.append((describe_measure(str(measure))[1], label(run.cell(str(cell))), *shown))
    caption = _("What happened in fewer than half of the replications: share with its exact interval (Clopper-Pearson)")
    columns = (_("Measure"), _("Cell"), _("Replications"), "%", _("95 % interval, %"))
    return Table(caption, columns, tuple(rows), frozenset({0, 1})) if rows else None


def censored_table(run: StoredRun) -> Table | None:
    """Return the share of patients whose stay was cut off by the end of the run, cell by cell."""
    rows = tuple(censored_rows(run))
    caption = _("Still in an emergency department at the end of the run: left out of means and quantiles of stays")
    return Table(caption, (_("Cell"), _("Patients, %")), rows) if rows else None
