"""The ledger: rows are chained, and whatever is altered afterwards shows."""

import hashlib
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.platform.ledger import START, Entry, Ledger, Row, first_broken, next_row, written

pytestmark = pytest.mark.unit

TEXT = st.text(max_size=5)
ENTRIES = st.builds(
    Entry, st.floats(0, 1e6), actor=TEXT, action=TEXT, subject=TEXT, reason=TEXT, before=TEXT, after=TEXT
)


def ledger_of(entries: list[Entry]) -> Ledger:
    ledger = Ledger()
    for one in entries:
        ledger.append(one)
    return ledger


def test_rows_count_from_one_and_name_the_hash_before() -> None:
    first, second = ledger_of([Entry(0.0, "A", "register", "resource/1"), Entry(5.0, "B", "request", "request/1")]).rows
    assert (first.number, first.previous, second.number, second.previous) == (1, START, 2, first.hash)


def test_the_hash_is_sha_256_of_the_row_as_json() -> None:
    row = Ledger().append(Entry(1.5, "A", "do", "it", "why", "{}", ""))
    text = json.dumps([1, 1.5, "A", "do", "it", "why", "{}", "", START])
    assert row.hash == hashlib.sha256(text.encode()).hexdigest()


def test_an_empty_ledger_is_whole() -> None:
    assert Ledger().head == START
    assert first_broken([]) is None


@given(st.lists(ENTRIES, max_size=5))
def test_what_was_appended_is_whole_and_can_be_gone_on_from(entries: list[Entry]) -> None:
    ledger = ledger_of(entries)
    assert first_broken(ledger.rows) is None
    more = Ledger(ledger.rows)
    more.append(Entry(0.0, "A", "do", "it"))
    assert first_broken(more.rows) is None
    assert len(more.rows) == len(ledger.rows) + 1


@given(st.lists(ENTRIES, min_size=1, max_size=4), ENTRIES, st.data())
def test_an_altered_entry_shows_at_its_place(entries: list[Entry], other: Entry, data: st.DataObject) -> None:
    rows = ledger_of(entries).rows
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(["time_min", "actor", "action", "subject", "reason", "before", "after"]))
    altered = replace(rows[place].entry, **{field: getattr(other, field)})
    rows[place] = replace(rows[place], entry=altered)
    expected = None if repr(altered) == repr(entries[place]) else place + 1
    assert first_broken(rows) == expected


@given(st.lists(ENTRIES, min_size=2, max_size=5), st.data())
def test_a_row_cut_out_or_moved_shows(entries: list[Entry], data: st.DataObject) -> None:
    rows = ledger_of(entries).rows
    place = data.draw(st.integers(0, len(rows) - 2))
    assert first_broken(rows[:place] + rows[place + 1 :]) == place + 1
    rows[place], rows[place + 1] = rows[place + 1], rows[place]
    assert first_broken(rows) == place + 1


def test_a_row_forged_with_a_right_hash_breaks_the_row_after() -> None:
    rows = ledger_of([Entry(0.0, "A", "do", "it"), Entry(1.0, "A", "do", "it")]).rows
    forged: list[Row] = [next_row(1, START, Entry(0.0, "B", "do", "it")), rows[1]]
    assert first_broken(forged) == 2


def test_fields_are_written_alike_whatever_their_order() -> None:
    assert written({"b": 1, "a": [1.5, "é"]}) == written({"a": [1.5, "é"], "b": 1}) == '{"a":[1.5,"é"],"b":1}'


def test_what_is_not_finite_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        written({"a": math.inf})
