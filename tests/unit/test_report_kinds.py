"""What each kind of sharing brings, in words, tables and a waterfall: only what the intervals support."""

from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.attribution import attribute, factorial_of
from experiments.comparisons import baselines, compare
from experiments.measure_list import MEASURES
from experiments.report.alone import alone_table, fairness_sentences, shown_cells
from experiments.report.findings import Finding, ranked_findings
from experiments.report.folder import Cell, StoredRun
from experiments.report.kinds import kinds, waterfall
from experiments.report.words import describe, label

pytestmark = pytest.mark.unit

LEVELS = {
    "transfer": ("stay_put", "balance"),
    "staffing": ("as_rostered", "float_pool"),
    "medicines": ("keep", "exchange"),
}
BASELINE = {key: levels[0] for key, levels in LEVELS.items()}
MEASURE = "burden_cost_per_day"
BESIDE = ({**BASELINE, "staffing": "most_loaded"}, {key: levels[1] for key, levels in LEVELS.items()})


def cells() -> list[Cell]:
    """Return the eight combinations, one by a rule, and all together with a price on unfairness."""
    grid = [dict(zip(LEVELS, levels, strict=True)) for levels in product(*LEVELS.values())]
    every = [*grid, BESIDE[0], {**BESIDE[1], "transfer": "balance_fair"}]
    return [Cell("-".join(one.values()), one, {"run": {"baseline": BASELINE}}) for one in every]


def burden(factors: dict[str, str], index: int) -> float:
    """Return 1000, less 100 by lending and 60 more if transfers go with it; medicines change nothing."""
    lends, moves = factors["staffing"] != "as_rostered", factors["transfer"] != "stay_put"
    fair = 7.0 if factors["transfer"] == "balance_fair" else 0.0
    gain = (100.0 + index) * lends + (60.0 - index) * (lends and moves)
    return 1000.0 + 10 * index - gain + fair * (1 + 0.1 * index)


def stored() -> StoredRun:
    every = cells()
    rows = [
        (cell.name, index, MEASURE, "all", "all", burden(dict(cell.factors), index))
        for cell in every
        for index in range(4)
    ]
    measures = pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])
    manifest = {"cells": [vars_of(cell) for cell in every]}
    grid = [SimpleNamespace(name=cell.name, factors=cell.factors) for cell in every[:8]]
    found = attribute(measures, factorial_of(grid, BASELINE), MEASURES)
    return StoredRun(Path(), manifest, measures, compare(measures, baselines(every, BASELINE), MEASURES), found)


def vars_of(cell: Cell) -> dict[str, object]:
    return {"name": cell.name, "factors": cell.factors, "configuration": cell.configuration}


RUN = stored()
LEAD = ranked_findings(MEASURE, RUN.comparisons, {cell.name: cell for cell in RUN.cells})[0]


def said() -> list[str]:
    found = kinds(RUN, LEAD)
    assert found
    return [sentence.replace("\u00a0", " ") for sentence in found.sentences]


def test_each_kind_is_told_with_its_gain_its_interval_and_whether_that_excludes_zero() -> None:
    whole, transfers, staff, medicines, pair, fair = said()
    assert whole.startswith("All kinds together change the cost of waiting, waste and sharing by −160 USD a day")
    assert transfers.startswith("Transfers: −29.2 USD a day")
    assert "18 % of the whole; the interval excludes zero" in transfers
    assert staff.startswith("Staff: −130.8 USD a day")
    assert "82 % of the whole" in staff
    assert medicines.startswith("Medicines: 0")
    assert medicines.endswith("the interval does not exclude zero.")
    assert pair.startswith("Transfers and Staff (−58.5 USD a day) need each other")
    assert "differs by 8.1" in fair
    assert "excludes zero" in fair


def test_a_waterfall_goes_from_zero_to_the_whole() -> None:
    figure = waterfall(RUN, LEAD)
    assert figure
    assert [row["name"] for row in figure.rows] == ["Staff", "Transfers", "Medicines", "All together"]
    begins, ends = ([row[end] for row in figure.rows] for end in ("begins", "ends"))
    assert begins == [0.0, ends[0], ends[1], 0.0]
    assert ends[2] == pytest.approx(ends[3], rel=1e-12)
    assert [row[0] for row in figure.table.rows] == ["Transfers", "Staff", "Medicines", "All together"]


def test_of_many_cells_those_with_one_thing_or_all_shared_are_shown_and_those_beside() -> None:
    shown = [label(cell) for cell in shown_cells(RUN)]
    assert shown == [
        *("Nobody shares", "Exchange model", "Float pool model", "Balance model"),
        "All: Balance model, Float pool model, Exchange model",
        *("Longest-queue rule", "All: Balance model, fair, Float pool model, Exchange model"),
    ]


def test_a_cell_of_many_factors_is_described_by_what_it_shares() -> None:
    every = {label(cell): describe(cell) for cell in RUN.cells}
    assert every["Nobody shares"] == "nobody sharing"
    assert every["Balance model, Exchange model"] == (
        "deciding together by the hourly balance model and the optimized exchange of medicines"
    )


def test_kinds_alone_stand_beside_rules_and_all_together() -> None:
    table = alone_table(RUN, LEAD)
    assert table
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Exchange model"][-1] == "unchanged"
    assert rows["Longest-queue rule"][0] == rows["Float pool model"][0]
    assert rows["Float pool model"][-1] == "better"
    assert rows["Balance model"][1] == "–"  # no cost was measured


def test_without_an_attribution_all_cells_are_shown_and_nothing_is_said_of_kinds() -> None:
    bare = StoredRun(Path(), RUN.manifest, RUN.measures, RUN.comparisons)
    assert kinds(bare, LEAD) is None
    assert kinds(RUN, None) is None
    assert waterfall(bare, LEAD) is None
    assert alone_table(bare, LEAD) is None
    assert shown_cells(bare) == bare.cells


def test_fairness_has_no_price_where_no_cell_has_a_fair_twin() -> None:
    alone = {"cells": [one for one in RUN.manifest["cells"] if "fair" not in one["name"]]}
    assert fairness_sentences(StoredRun(Path(), alone, RUN.measures, RUN.comparisons), LEAD) == ()
    assert isinstance(LEAD, Finding)
