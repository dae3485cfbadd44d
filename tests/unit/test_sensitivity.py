"""One assumption at a time: which cells are run, and what the rows of the tornado say."""

from math import nan

import pandas as pd
import pytest

from experiments.config import CellConfig, compose, vary
from experiments.sensitivity import assumptions, in_use, plan, tornado_rows

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def pair() -> tuple[CellConfig, CellConfig]:
    baseline, treatment = compose(["transfer=stay_put,balance", "run.weeks=4"], multirun=True)
    return baseline, treatment


def test_varying_changes_one_setting_and_the_identity(pair: tuple[CellConfig, CellConfig]) -> None:
    changed = vary(pair[1], "transfers.crews", 9)
    assert changed is not None
    assert changed.settings.transfers.crews == 9
    assert pair[1].settings.transfers.crews != 9
    assert changed.hash != pair[1].hash
    assert changed.settings.city == pair[1].settings.city


def test_varying_reaches_settings_that_refer_to_the_changed_one(pair: tuple[CellConfig, CellConfig]) -> None:
    longer = vary(pair[0], "care.ward_stay", 2.0)
    assert longer is not None
    before, after = (cell.settings.pathways["chest_pain"].phases[-1].steps[0] for cell in (pair[0], longer))
    assert after.duration.values[0].mean == pytest.approx(2 * before.duration.values[0].mean)


def test_varying_what_a_cell_does_not_have_gives_nothing(pair: tuple[CellConfig, CellConfig]) -> None:
    assert vary(pair[0], "transfer.move_cost_min", 1.0) is None
    assert vary(pair[0], "city.nothing.here", 1.0) is None
    assert vary(pair[0], "city.demand", 1.0) is None


def test_every_assumption_is_planned_at_both_ends_and_equal_cells_run_once(pair: tuple[CellConfig, CellConfig]) -> None:
    planned = plan(*pair, weeks=2.0)
    used = [one for one in assumptions() if in_use(one, pair)]
    known = {one.id for one in used if any(vary(cell, one.where, one.low) for cell in pair)}
    assert {"A-OPENING-COST", "A-ROSTER-RULES", "A-LIST-DUE"}.isdisjoint(one.id for one in used)
    assert [one.id for one in planned.varied] == list(dict.fromkeys(one.id for one in planned.varied))
    assert {one.id for one in planned.varied} == known
    assert {"A01", "A-MOVE-COST"} < known
    assert "A-RED-CELL-LIFE" not in known
    assert len({cell.hash for cell in planned.cells}) == len(planned.cells)
    names = {cell.name for cell in planned.cells}
    assert set(planned.cell_of.values()) == names
    assert {cell.settings.run.weeks for cell in planned.cells} == {2.0}
    unchanged = planned.cell_of["baseline", "", ""]
    assert planned.cell_of["baseline", "A-MOVE-COST", "low"] == unchanged
    assert planned.cell_of["treatment", "A-MOVE-COST", "low"] not in (unchanged, planned.cell_of["treatment", "", ""])


@pytest.mark.parametrize(("n", "half_width"), [(2, nan), (4, 3.18245 * 1.2909944 / 2)])
def test_rows_hold_paired_differences_at_both_ends(
    pair: tuple[CellConfig, CellConfig], n: int, half_width: float
) -> None:
    """Differences are 0, 1, 2, ... above what the cells differ by; intervals need four pairs."""
    planned = plan(*pair, weeks=2.0)
    value_of = {cell.name: float(i) for i, cell in enumerate(planned.cells)}
    measures = pd.DataFrame(
        [
            (cell.name, replication, "ed_los_min", "all", "all", value_of[cell.name] + replication * (1 + spread))
            for cell in planned.cells
            for spread in [value_of[cell.name] > value_of[planned.cell_of["treatment", "", ""]]]
            for replication in range(n)
        ],
        columns=["cell", "replication", "measure", "dimension", "level", "value"],
    )
    rows = {row["assumption"]: row for row in tornado_rows(planned, measures, "balance")}
    row = rows["A-MOVE-COST"]
    base, low = planned.cell_of["treatment", "", ""], planned.cell_of["treatment", "A-MOVE-COST", "low"]
    unchanged = value_of[planned.cell_of["baseline", "", ""]]
    assert row["difference_base"] == pytest.approx(value_of[base] - unchanged)
    assert row["difference_low"] == pytest.approx(value_of[low] + (n - 1) / 2 - unchanged)
    assert row["half_width_low"] == pytest.approx(half_width, rel=1e-4, nan_ok=True)
