"""A JSON file from a stranger is data, bounded in size and depth, or a fault that says where and how to mend it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.standards.fhir import load as loading
from experiments.standards.fhir.load import DEEPEST, load
from sim.faults import ScenarioError

pytestmark = pytest.mark.unit

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**9), 10**9),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


def fault_of(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


@given(value=VALUES)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("json") / "one.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert load(path) == value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": 1,}', "line 1, column 9"),
        (b"", "line 1, column 1"),
        (b'{"a": NaN}', "write finite numbers"),
        (b'{"a": -Infinity}', "write finite numbers"),
        (b'{"a": ' + b"9" * 5000 + b"}", "write finite numbers"),
        (b"\xff\xfe{}", "encoding UTF-8"),
        (b'{"entry": [{"id": 1, "x": 2, "id": 3}]}', "Bundle.entry[0].id = 'given more than once'"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), f"at most {DEEPEST} deep"),
        (b"[" * 1_000_000, f"at most {DEEPEST} deep"),
        (b'{"a":' * 100_000, f"at most {DEEPEST} deep"),
    ],
)
def test_what_is_no_plain_json_is_a_fault(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in fault_of(tmp_path / "one.json", content)


def test_brackets_in_texts_are_not_depth(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(["[{" * 200, 'a "quoted [" word', "back\\slash["]), encoding="utf-8")
    assert len(load(path)) == 3


def test_nesting_up_to_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text("[" * DEEPEST + "]" * DEEPEST, encoding="utf-8")
    assert isinstance(load(path), list)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert load(path) == {"a": 1}


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGEST_FILE", 10)
    assert "give at most 10 bytes" in fault_of(tmp_path / "one.json", b"[1, 2, 3, 4]")


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="name a JSON file"):
        load(tmp_path / "none.json")
    with pytest.raises(ScenarioError, match="name a JSON file"):
        load(tmp_path)


def test_every_repeated_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"a": 1, "a": 2, "b": {"c": [], "c": {"d": 1, "d": 1}}}', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert [fault.field for fault in caught.value.faults] == ["Bundle.a", "Bundle.b.c", "Bundle.b.c.d"]
