"""The check of tables before they leave: known counts, gaps as values, weights, and an independent count."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.learning.cells import NOTHING, check_table, first_seen, question_faults

pytestmark = pytest.mark.unit

TABLE = pd.DataFrame({"zone": ["a"] * 5 + ["b"] * 3 + ["c"], "sex": ["f"] * 5 + ["m"] * 2 + [None, "f"]})


def test_combinations_below_k_are_listed_smallest_first() -> None:
    found = check_table(TABLE, ("zone", "sex"))
    assert (found.n_rows, found.n_combinations, found.smallest, found.passed) == (9, 4, 1, False)
    assert [cell.n for cell in found.small] == [1, 1, 2]
    assert {cell.values for cell in found.small} == {("b", NOTHING), ("c", "f"), ("b", "m")}
    assert found.n_exposed == 4
    assert "NOT passed: 3 are shared by fewer than 4 (4 people)" in found.words()[1]


def test_a_table_passes_at_the_k_it_reaches() -> None:
    alike = pd.DataFrame({"zone": ["a"] * 4 + ["b"] * 5})
    assert check_table(alike, ("zone",), 4).passed
    assert not check_table(alike, ("zone",), 5).passed
    assert check_table(alike, (), 9).smallest == 9
    assert check_table(alike.iloc[:0], ("zone",)).passed


def test_rows_that_count_people_weigh_so_much_and_zero_names_nobody() -> None:
    counts = pd.DataFrame({"zone": ["a", "a", "b", "c"], "n": ["2", "2", "0", "3"]})
    found = check_table(counts, ("zone",), 4, "n")
    assert [(cell.values, cell.n) for cell in found.small] == [(("c",), 3)]
    assert found.n_combinations == 2


@given(rows=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), min_size=1, max_size=40), k=st.integers(2, 6))
def test_small_combinations_are_those_counted_by_hand(rows: list[tuple[str, int]], k: int) -> None:
    found = check_table(pd.DataFrame(rows, columns=["x", "y"]), ("x", "y"), k)
    by_hand = {(x, str(y)): n for (x, y), n in Counter(rows).items() if n < k}
    assert {cell.values: cell.n for cell in found.small} == by_hand
    assert found.smallest == min(Counter(rows).values())


def test_many_small_combinations_are_counted_not_all_listed() -> None:
    many = pd.DataFrame({"id": range(50)})
    lines = check_table(many, ("id",)).words()
    assert lines[-1].strip() == "and 30 more"


def test_what_cannot_be_checked_is_named() -> None:
    fields = [fault.field for fault in question_faults(TABLE, ("zon", "sex"), 1, "n")]
    assert fields == ["--quasi", "--k", "--count"]
    assert [fault.field for fault in question_faults(TABLE, ("sex",), 4, "zone")] == ["--count"]


def test_patients_of_a_log_are_seen_first_where_and_when_their_first_event_is() -> None:
    events = pd.DataFrame({"patient": [1, 1, 2], "time_min": [59.0, 200.0, 60.0], "hospital": ["e", "w", "w"]})
    assert first_seen(events).to_numpy().tolist() == [["e", 0], ["w", 1]]
