"""Choose, of very many cells, those worth showing: each kind of sharing alone, all together, and what stands beside."""

from collections.abc import Mapping
from typing import Any

from experiments.attribution import WHOLE
from experiments.report.catalogue import _
from experiments.report.findings import Finding, finding, gap
from experiments.report.folder import Cell, StoredRun, records
from experiments.report.numbers import ABSENT, number, span, unit_in_words
from experiments.report.tables import UNCHANGED, Table, describe_measure, difference_text, measure_in
from experiments.report.words import changed, decimals_of, label

BESIDE = ("sharing_cost_per_day", "sharing_carbon_kg_per_day")
FAIR = "_fair"
UNEVEN = "transfers_uneven_share"


def shown_cells(run: StoredRun, lead: Finding | None = None) -> tuple[Cell, ...]:
    """Return all cells; of a full factorial those with nothing, one thing or all shared, and those beside."""
    if run.attribution.empty:
        return run.cells
    whole = run.attribution[run.attribution["term"] == WHOLE].iloc[0]
    none, every = (run.cell(str(whole[end])).factors for end in ("baseline", "treatment"))
    leading = lead.treatment.name if lead else ""
    return tuple(cell for cell in run.cells if cell.name == leading or _is_told(cell, none, every))


def _is_told(cell: Cell, none: Mapping[str, str], every: Mapping[str, str]) -> bool:
    differs = [key for key, level in cell.factors.items() if level != none.get(key)]
    beside = any(cell.factors[key] != every.get(key) for key in differs)
    return beside or len(differs) <= 1 or cell.factors == every


def alone_table(run: StoredRun, lead: Finding | None) -> Table | None:
    """Return what each kind alone, and all together, change, cost and weigh; None where nothing was attributed."""
    if lead is None or run.attribution.empty:
        return None
    measures = (lead.measure, *BESIDE)
    table = run.comparisons[run.comparisons["dimension"] == "all"]
    found = {(row["treatment"], row["measure"]): row for row in records(table[table["measure"].isin(measures)])}
    cells = sorted(shown_cells(run, lead), key=lambda cell: len(changed(cell)))
    rows = tuple(
        (label(cell), *(_entry(found.get((cell.name, name))) for name in measures), _verdict(found, cell, lead))
        for cell in cells
        if (cell.name, lead.measure) in found
    )
    described = [describe_measure(name) for name in measures]
    headings = (measure_in(title, unit_in_words(unit)) for unit, title, _definition in described)
    caption = _("Each kind alone and all together, by rules and by optimization, against nobody sharing")
    return Table(caption, (_("What is shared"), *headings, _("Verdict")), rows, frozenset({0, 4}))


def _entry(row: Mapping[str, Any] | None) -> str:
    return difference_text(row) if row else ABSENT


def _verdict(found: Mapping[tuple[Any, Any], Mapping[str, Any]], cell: Cell, lead: Finding) -> str:
    row = found[cell.name, lead.measure]
    verdict = UNCHANGED if row["difference"] == 0 and row["half_width"] == 0 else str(row["verdict"])
    return _(verdict)


def fairness_sentences(run: StoredRun, lead: Finding | None) -> tuple[str, ...]:
    """Return what a price on unfairness costs, for each cell that differs from another only in that; as they stand."""
    if lead is None:
        return ()
    by_factors = {frozenset(cell.factors.items()): cell for cell in run.cells}
    said = []
    for cell in run.cells:
        plain = {key: level.removesuffix(FAIR) for key, level in cell.factors.items()}
        twin = by_factors.get(frozenset(plain.items()))
        if twin is not None and twin.name != cell.name:
            said += [text for text in (_price(run, lead, twin, cell),) if text]
    return tuple(said)


def _price(run: StoredRun, lead: Finding, plain: Cell, fair: Cell) -> str:
    """Say by how much more, or less, the leading measure changes with fairness than without, and what that evens."""
    cells = {cell.name: cell for cell in run.cells}
    rows = {row["treatment"]: row for row in records(run.comparisons) if _is_of(row, lead.measure)}
    if plain.name not in rows or fair.name not in rows:
        return ""
    found = gap(run, finding(rows[plain.name], cells), finding(rows[fair.name], cells))
    decimals = decimals_of(lead.measure, (found.high - found.low) / 2)
    if found.holds_zero:
        text = _(
            "The price of fairness: {thing} differs by {size} {unit} (paired, {interval}; which does not exclude zero)"
            " when transfers to hospitals that received more than their share are made less attractive{evened}."
        )
    else:
        text = _(
            "The price of fairness: {thing} differs by {size} {unit} (paired, {interval}; which excludes zero) when"
            " transfers to hospitals that received more than their share are made less attractive{evened}."
        )
    return text.format(
        thing=lead.words.thing,
        size=number(found.difference, decimals),
        unit=lead.words.unit,
        interval=span(found.low, found.high, decimals),
        evened=_evened(run, plain, fair),
    )


def _is_of(row: Mapping[str, Any], measure: str) -> bool:
    return bool(row["measure"] == measure and row["dimension"] == "all")


def _evened(run: StoredRun, plain: Cell, fair: Cell) -> str:
    """Say how far transfers are from shares by beds, without fairness and with it."""
    city = run.measures[(run.measures["measure"] == UNEVEN) & (run.measures["dimension"] == "all")]
    means = [float(city.loc[city["cell"] == cell.name, "value"].mean()) * 100 for cell in (plain, fair)]
    if means[0] != means[0] or means[1] != means[1]:
        return ""
    return _("; the share of transfers that go elsewhere than beds would say goes from {before} to {after} %").format(
        before=f"{means[0]:.0f}", after=f"{means[1]:.0f}"
    )
