"""Gains are attributed to switches by Shapley values: exact games, and the axioms that define the values."""

from itertools import permutations
from math import factorial, isnan
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.attribution import COLUMNS, Factorial, attribute, factorial_of, shapley_pair, shapley_values
from experiments.comparisons import Compared, Measured
from experiments.statistics import holm, paired_difference
from sim.units import FloatArray

pytestmark = pytest.mark.unit

CATALOG: dict[str, Measured] = {"wait": SimpleNamespace(unit="min", better="lower")}
SWITCHED = {"transfer": ("stay_put", "balance"), "staffing": ("as_rostered", "float_pool")}
BASELINE = {"transfer": "stay_put", "staffing": "as_rostered"}


def cell(**factors: str) -> Compared:
    return SimpleNamespace(name="-".join(factors.values()), factors=factors)


def grid() -> list[Compared]:
    return [cell(transfer=t, staffing=s) for t in SWITCHED["transfer"] for s in SWITCHED["staffing"]]


@st.composite
def games(draw: st.DrawFn) -> FloatArray:
    """Draw whole worths of all combinations of two to five switches, in three replications."""
    k = draw(st.integers(2, 5))
    whole = st.integers(-1000, 1000)
    values = draw(st.lists(whole, min_size=3 * 2**k, max_size=3 * 2**k))
    return np.array(values, dtype=float).reshape(2**k, 3)


def switches_of(worth: FloatArray) -> int:
    return len(worth).bit_length() - 1


def with_bits(worth: FloatArray, order: list[int]) -> FloatArray:
    """Return the same game with its switches renamed: new switch i is the old switch order[i]."""
    k = switches_of(worth)
    old = [sum(1 << order[i] for i in range(k) if place >> i & 1) for place in range(len(worth))]
    renamed: FloatArray = worth[old]
    return renamed


def test_the_glove_game_gives_two_thirds_to_the_owner_of_the_only_left_glove() -> None:
    """Switch 0 owns the left glove, 1 and 2 a right one each; a pair is worth 6 (Shapley 1953: 4, 1, 1)."""
    worth = np.array([6.0 if place & 1 and place & 6 else 0.0 for place in range(8)])
    assert shapley_values(worth).tolist() == [4.0, 1.0, 1.0]


def test_the_airport_game_charges_each_for_the_lengths_it_needs() -> None:
    """Runways of 1, 2 and 4 cost 1/3, 1/3 + 1/2 and 1/3 + 1/2 + 2 (Littlechild and Owen 1973)."""
    lengths = (1.0, 2.0, 4.0)
    worth = np.array([max((lengths[i] for i in range(3) if place >> i & 1), default=0.0) for place in range(8)])
    assert shapley_values(6 * worth) == pytest.approx([2.0, 5.0, 17.0], abs=0)


def test_two_switches_share_what_they_do_together_in_halves() -> None:
    worth = np.array([100.0, 90.0, 96.0, 70.0])  # none, first, second, both
    assert shapley_values(worth).tolist() == [-18.0, -12.0]
    assert shapley_pair(worth, 0, 1) == 70 - 90 - 96 + 100


@given(games())
def test_values_are_the_mean_over_all_orders_of_turning_on(worth: FloatArray) -> None:
    k = switches_of(worth)
    total = np.zeros((k, 3))
    for order in permutations(range(k)):
        place = 0
        for i in order:
            total[i] += worth[place | 1 << i] - worth[place]
            place |= 1 << i
    assert (shapley_values(worth) == total / factorial(k)).all()


@given(games())
def test_efficiency_values_sum_to_the_whole_gain_in_every_replication(worth: FloatArray) -> None:
    scaled = factorial(switches_of(worth)) * worth  # so that every value is a whole number, free of rounding
    assert (shapley_values(scaled).sum(axis=0) == scaled[-1] - scaled[0]).all()


@given(games(), st.integers(0, 4))
def test_a_switch_that_never_adds_anything_gets_nothing(worth: FloatArray, which: int) -> None:
    i = which % switches_of(worth)
    places = np.arange(len(worth)) & ~(1 << i)
    assert (shapley_values(worth[places])[i] == 0.0).all()


@given(games(), st.randoms(use_true_random=False))
def test_symmetry_values_do_not_depend_on_the_names_of_switches(worth: FloatArray, random: object) -> None:
    order = list(range(switches_of(worth)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert (shapley_values(with_bits(worth, order)) == shapley_values(worth)[order]).all()


@given(games())
def test_additivity_values_of_a_sum_are_sums_of_values(worth: FloatArray) -> None:
    other = worth[::-1] * 3.0
    scale = factorial(switches_of(worth))
    both = shapley_values(scale * (worth + other))
    assert (both == shapley_values(scale * worth) + shapley_values(scale * other)).all()


@given(games())
def test_switches_that_only_add_up_do_not_interact(worth: FloatArray) -> None:
    k = switches_of(worth)
    parts = worth[:k]
    sums = np.array([sum((parts[i] for i in range(k) if place >> i & 1), np.zeros(3)) for place in range(2**k)])
    assert (shapley_values(sums) == parts).all()
    assert all((shapley_pair(sums, i, j) == 0.0).all() for i in range(k) for j in range(i))


def test_three_switches_that_work_only_together_interact_by_halves() -> None:
    """Only all three are worth 6: each pair's index is (0 for S empty, 6 for S the third) / 2 = 3."""
    worth = np.array([0.0] * 7 + [6.0])
    assert [shapley_pair(worth, i, j) for i, j in ((0, 1), (0, 2), (1, 2))] == [3.0, 3.0, 3.0]


def test_a_grid_of_two_levels_each_is_a_factorial_in_the_order_of_its_keys() -> None:
    found = factorial_of(grid(), BASELINE)
    assert found == Factorial(
        ("transfer", "staffing"),
        ("stay_put-as_rostered", "balance-as_rostered", "stay_put-float_pool", "balance-float_pool"),
    )


def test_a_factor_of_one_level_is_no_switch() -> None:
    cells = [cell(**one.factors, scale="1.1") for one in grid()]
    assert (factorial_of(cells, BASELINE) or Factorial((), ())).switches == ("transfer", "staffing")


@pytest.mark.parametrize(
    "cells",
    [
        grid()[:3],
        [*grid(), cell(transfer="nearest_free", staffing="as_rostered")],
        [cell(transfer="stay_put"), cell(transfer="balance")],
        [cell(transfer=t, staffing=s) for t in ("nearest_free", "balance") for s in SWITCHED["staffing"]],
        [cell(**one.factors, scale=scale) for one in grid() for scale in ("1", "1.1")],
        [],
    ],
    ids=["a hole", "three levels", "one switch", "no baseline", "a factor that is no switch", "nothing"],
)
def test_what_is_no_full_factorial_is_not_attributed(cells: list[Compared]) -> None:
    planned = factorial_of(cells, BASELINE)
    assert planned is None
    assert list(attribute(stored({}), planned, CATALOG).columns) == COLUMNS


def stored(by_cell: dict[str, list[float]], measure: str = "wait") -> pd.DataFrame:
    rows = [(name, i, measure, "all", "all", v) for name, listed in by_cell.items() for i, v in enumerate(listed)]
    return pd.DataFrame(rows, columns=["cell", "replication", "measure", "dimension", "level", "value"])


WAITS = {
    "stay_put-as_rostered": [100.0, 110.0, 96.0],
    "balance-as_rostered": [90.0, 104.0, 90.0],
    "stay_put-float_pool": [96.0, 107.0, 90.0],
    "balance-float_pool": [70.0, 90.0, 70.0],
}


def test_rows_hold_the_whole_the_values_and_the_pairs_with_intervals_over_replications() -> None:
    table = attribute(stored(WAITS), factorial_of(grid(), BASELINE), CATALOG).set_index(["term", "switches"])
    whole = table.loc["whole", "transfer+staffing"]
    assert (whole["difference"], whole["n"]) == ((-30 - 20 - 26) / 3, 3)
    assert (whole["baseline"], whole["treatment"]) == ("stay_put-as_rostered", "balance-float_pool")
    first, second = [-18.0, -11.5, -13.0], [-12.0, -8.5, -13.0]
    raw = [paired_difference([0, 0, 0], one) for one in (first, second)]
    values = table.loc["value"]
    assert values["difference"].tolist() == [one.mean for one in raw]
    assert values["low"].tolist() == [one.low for one in raw]
    assert values["p_value_holm"].tolist() == holm([one.p_value for one in raw])
    assert values["verdict"].tolist() == ["better", "better"]
    assert table.loc["pair", "transfer+staffing"]["difference"] == (-16 - 11 - 14) / 3


def test_a_replication_that_lacks_a_combination_does_not_count() -> None:
    holed = stored(WAITS)
    holed = holed[~((holed["cell"] == "balance-as_rostered") & (holed["replication"] == 1))]
    table = attribute(holed, factorial_of(grid(), BASELINE), CATALOG)
    assert set(table["n"]) == {2}
    assert table["difference"].iloc[0] == (-30 - 26) / 2


def test_what_no_switch_changes_is_no_test_and_unknown_measures_are_left_out() -> None:
    same = stored({key: [5.0, 6.0] for key in WAITS})
    table = attribute(pd.concat([same, stored(WAITS, "unknown")]), factorial_of(grid(), BASELINE), CATALOG)
    assert set(table["measure"]) == {"wait"}
    assert (table["difference"] == 0.0).all()
    assert all(isnan(p) for p in table["p_value_holm"])
