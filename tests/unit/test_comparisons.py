"""Cells are compared with the right baseline, in pairs, and corrected as one family."""

from math import isnan
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.comparisons import COLUMNS, Compared, Measured, baselines, compare
from experiments.statistics import holm, paired_difference

pytestmark = pytest.mark.unit

CATALOG: dict[str, Measured] = {
    "wait": SimpleNamespace(unit="min", better="lower"),
    "occupancy": SimpleNamespace(unit="share", better="higher"),
    "arrivals": SimpleNamespace(unit="patients/day", better=""),
}


def cell(name: str, **factors: str) -> Compared:
    return SimpleNamespace(name=name, factors=factors)


def measures(values: dict[tuple[str, str, str], dict[str, list[float]]]) -> pd.DataFrame:
    """Return a table from {(measure, dimension, level): {cell: [value of each replication]}}."""
    rows = [
        (name, index, *keys, value)
        for keys, by_cell in values.items()
        for name, listed in by_cell.items()
        for index, value in enumerate(listed)
    ]
    return pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])


def test_a_baseline_shares_all_factors_but_those_it_names() -> None:
    cells = [cell(f"{t}-{i}", transfer=t, information=i) for t in ("balance", "stay_put") for i in ("none", "live")]
    found = baselines(cells, {"transfer": "stay_put"})
    assert found == {"balance-none": "stay_put-none", "balance-live": "stay_put-live"}


def test_a_baseline_may_name_several_factors() -> None:
    cells = [cell(f"{t}-{i}", transfer=t, information=i) for t in ("balance", "stay_put") for i in ("none", "live")]
    found = baselines(cells, {"transfer": "stay_put", "information": "none"})
    assert found == dict.fromkeys(["balance-none", "balance-live", "stay_put-live"], "stay_put-none")


@pytest.mark.parametrize("baseline", [{}, {"transfer": "absent"}, {"other": "x"}])
def test_cells_without_a_baseline_are_not_compared(baseline: dict[str, str]) -> None:
    assert baselines([cell("a", transfer="a"), cell("b", transfer="b")], baseline) == {}


def test_a_row_states_means_difference_and_verdict() -> None:
    table = compare(measures({("wait", "all", "all"): {"a": [10, 20, 30], "b": [9, 18, 27]}}), {"b": "a"}, CATALOG)
    assert list(table.columns) == COLUMNS
    row = table.iloc[0]
    found = paired_difference([10, 20, 30], [9, 18, 27])
    assert (row["baseline_mean"], row["treatment_mean"], row["difference"]) == (20, 18, -2)
    assert (row["low"], row["high"]) == (found.low, found.high)
    assert (row["n"], row["variance_ratio"], row["unit"]) == (3, found.variance_ratio, "min")
    assert (row["p_value_holm"], row["verdict"]) == (found.p_value, "undecided")


def test_pairs_are_matched_by_replication_and_means_are_those_of_pairs() -> None:
    rows = measures({("wait", "all", "all"): {"a": [10, 20, 30, 50], "b": [11, 21, 31, np.nan]}})
    rows = rows[~((rows["cell"] == "b") & (rows["replication"] == 0))].iloc[::-1]
    row = compare(rows, {"b": "a"}, CATALOG).iloc[0]
    assert (row["n"], row["baseline_mean"], row["treatment_mean"], row["difference"]) == (2, 25, 26, 1)


def test_holm_takes_all_measures_of_the_whole_city_as_one_family() -> None:
    rng = np.random.default_rng(1)
    values = {(m, "all", "all"): {c: list(rng.normal(0, 1, 5)) for c in "abc"} for m in ("wait", "occupancy")}
    values[("wait", "hospital", "h1")] = {c: list(rng.normal(0, 1, 5)) for c in "abc"}
    table = compare(measures(values), {"b": "a", "c": "a"}, CATALOG)
    whole = table[table["dimension"] == "all"]
    raw = [
        paired_difference(values[(m, "all", "all")]["a"], values[(m, "all", "all")][c]).p_value
        for c in "bc"
        for m in ("wait", "occupancy")
    ]
    assert whole["p_value_holm"].tolist() == holm(raw)
    assert table.loc[table["dimension"] == "hospital", "p_value_holm"].isna().all()


def test_what_is_equal_in_every_pair_is_no_test() -> None:
    """One difference that varies, one that is zero throughout: the family has one member, the other no p-value."""
    values = {
        ("wait", "all", "all"): {"one": [1.0, 2.0, 4.0], "two": [2.0, 4.0, 5.0]},
        ("loans", "all", "all"): {"one": [0.0, 0.0, 0.0], "two": [0.0, 0.0, 0.0]},
    }
    table = compare(measures(values), {"two": "one"}, {}).set_index("measure")
    found = paired_difference([1.0, 2.0, 4.0], [2.0, 4.0, 5.0])
    assert table.loc["wait", "p_value_holm"] == found.p_value
    assert isnan(table.loc["loans", "p_value_holm"])
    assert table.loc["loans", "difference"] == 0.0


def test_rows_keep_the_order_of_comparisons_and_measures() -> None:
    keys = [("wait", "all", "all"), ("wait", "zone", "z"), ("arrivals", "all", "all"), ("wait", "zone", "a")]
    table = compare(measures({key: {c: [1.0, 2.0] for c in "abc"} for key in keys}), {"c": "a", "b": "a"}, CATALOG)
    assert list(table[["measure", "dimension", "level"]].itertuples(index=False, name=None)) == keys * 2
    assert table["treatment"].tolist() == ["c"] * 4 + ["b"] * 4


def test_a_level_that_only_one_cell_has_makes_no_pair() -> None:
    rows = measures({("wait", "zone", "z"): {"a": [1, 2]}, ("wait", "all", "all"): {"a": [1, 2], "b": [1, 2]}})
    row = compare(rows, {"b": "a"}, CATALOG).iloc[0]
    assert row["n"] == 0
    assert isnan(row["difference"])
    assert row["verdict"] == "undecided"


def test_a_cell_of_which_nothing_finished_is_left_out() -> None:
    rows = measures({("wait", "all", "all"): {"a": [1, 2]}})
    table = compare(rows, {"b": "a"}, CATALOG)
    assert table.empty
    assert list(table.columns) == COLUMNS


def test_nothing_measured_is_nothing_compared() -> None:
    assert compare(measures({}), {"b": "a"}, CATALOG).empty


def test_a_measure_that_the_catalog_lacks_has_no_unit_and_no_direction() -> None:
    row = compare(measures({("mine", "all", "all"): {"a": [1, 2], "b": [2, 3]}}), {"b": "a"}, CATALOG).iloc[0]
    assert (row["unit"], row["verdict"]) == ("", "no direction")
