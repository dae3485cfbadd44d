"""Cells are ranked by factor where they differ in one, else all together."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from experiments.leagues import League, leagues

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Cell:
    name: str
    factors: Mapping[str, str]


def cells(*levels: str) -> list[Cell]:
    return [Cell(one, dict(zip(("transfer", "staffing"), one.split("-"), strict=True))) for one in levels]


USUAL = {"transfer": "a", "staffing": "x"}


def test_cells_that_differ_in_one_factor_are_ranked_by_factor() -> None:
    found = leagues(cells("a-x", "b-x", "c-x", "a-y"), USUAL)
    assert found == [League("transfer", ("a-x", "b-x", "c-x")), League("staffing", ("a-x", "a-y"))]


def test_a_grid_is_one_league() -> None:
    found = leagues(cells("a-x", "b-x", "a-y", "b-y"), USUAL)
    assert found == [League("", ("a-x", "b-x", "a-y", "b-y"))]


def test_one_factor_is_one_league_and_one_cell_is_none() -> None:
    assert leagues(cells("a-x", "b-x"), USUAL) == [League("", ("a-x", "b-x"))]
    assert leagues(cells("a-x"), USUAL) == []


def test_without_a_baseline_among_them_all_are_ranked_together() -> None:
    assert leagues(cells("b-x", "c-x"), USUAL) == [League("", ("b-x", "c-x"))]
