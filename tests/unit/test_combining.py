"""Combining single changes of a configuration gives what composing the whole would give."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.combining import Composed, Grid, applied, difference

pytestmark = pytest.mark.unit

leaves = st.one_of(st.integers(0, 2), st.floats(0, 2, width=16), st.booleans(), st.lists(st.integers(0, 2), max_size=2))
tables = st.recursive(
    st.dictionaries(st.sampled_from("abc"), leaves, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), st.one_of(leaves, inner), max_size=3),
    max_leaves=12,
)


@given(tables, tables)
def test_a_difference_applied_gives_the_other_with_its_order_and_types(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    before = deepcopy(one)
    assert json.dumps(applied(one, [difference(one, other)])) == json.dumps(other)
    assert one == before


def test_equal_tables_do_not_differ() -> None:
    assert difference({"a": {"b": 1}}, {"a": {"b": 1}}) == {}
    assert difference({"a": {"b": 1}}, {"a": {"b": True}}) == {("a", "b"): True}
    assert difference({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}) == {("a",): {"b": 1, "c": 2}}


class Composer:
    """Compose a small configuration, and remember what was composed."""

    members: Mapping[str, Mapping[str, Any]] = {
        "engine/small": {"engine": {"power": 1}},
        "engine/large": {"engine": {"power": 5, "gears": 6}},
        "paint/red": {"paint": "red"},
        "paint/racing": {"paint": "red", "engine": {"power": 9}},
        "trim/plain": {"trim": {"as": "${paint}"}},
        "trim/loud": {"trim": {"as": "${paint}", "loud": True}},
    }

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def __call__(self, factors: Mapping[str, str]) -> Composed:
        self.asked.append(dict(factors))
        return self.whole(factors)

    def whole(self, factors: Mapping[str, str]) -> Composed:
        written: dict[str, Any] = {"seats": 4, "paint": "blue", "engine": {"power": 1}, "trim": {"as": "plain"}}
        for key, level in factors.items():
            written |= self.members.get(f"{key}/{level}", {"seats": int(level)} if key == "seats" else {})
        if "engine" in factors:  # chosen by name, it is what was chosen
            written["engine"] = self.members[f"engine/{factors['engine']}"]["engine"]
        resolved = json.loads(json.dumps(written).replace("${paint}", written["paint"]))
        return Composed(written, resolved)


@pytest.fixture
def compose() -> Composer:
    return Composer()


@pytest.fixture
def grid(compose: Composer) -> Grid:
    return Grid(compose.whole({}), compose, {"engine": "small", "paint": "blue", "trim": "none"})


def test_levels_are_composed_once_and_values_never(grid: Grid, compose: Composer) -> None:
    cells = [
        {"engine": engine, "paint": paint, "seats": seats}
        for engine in ("small", "large")
        for paint in ("blue", "red")
        for seats in ("2", "3", "4")
    ]
    assert [grid.cell(factors) for factors in cells] == [compose.whole(factors) for factors in cells]
    assert compose.asked == [{"paint": "red"}, {"engine": "large"}]


def test_no_factors_are_the_configuration_itself(grid: Grid, compose: Composer) -> None:
    assert grid.cell({}) == compose.whole({})
    assert compose.asked == []


@pytest.mark.parametrize(
    "factors",
    [
        {"engine": "large", "paint": "racing"},  # both set the engine
        {"engine": "small", "paint": "racing"},  # the first is as it was, and yet owns what the second sets
        {"trim": "plain", "paint": "red"},  # the first refers to what the second sets
    ],
)
def test_factors_that_meet_are_composed_together(grid: Grid, compose: Composer, factors: dict[str, str]) -> None:
    assert grid.cell(factors) == compose.whole(factors)
    assert compose.asked[-1] == factors


@pytest.mark.parametrize("reference", ["${seats}", "${.seats}", "${s${x}}"])
def test_a_value_that_others_refer_to_is_composed(reference: str) -> None:
    asked: list[dict[str, str]] = []

    def compose(factors: Mapping[str, str]) -> Composed:
        asked.append(dict(factors))
        seats = int(factors.get("seats", 4))
        belts = int(factors.get("belts", seats))
        return Composed({"seats": seats, "belts": factors.get("belts", reference)}, {"seats": seats, "belts": belts})

    grid = Grid(compose({}), compose, {})
    assert grid.cell({"seats": "2"}).resolved == {"seats": 2, "belts": 2}
    assert asked == [{}, {"seats": "2"}]
    assert grid.cell({"belts": "7", "seats": "2"}).resolved == {"seats": 2, "belts": 7}
