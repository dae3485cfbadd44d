"""Ranges of assumptions follow what a city's own folder sets, unless somebody asked for another value."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.config import CellConfig, compose
from experiments.sensitivity import Assumption, around, assumptions
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit

CREWS, TREATMENT, STAYS = (
    next(one for one in assumptions() if one.where == where)
    for where in ("transfers.crews", "care.treatment", "care.ward_stay")
)


def cell(folder: Path, *more: str) -> CellConfig:
    write_documented_city(folder)
    text = "setting,value\ntransfers.crews,47\ncare.treatment,1.5\n"
    (folder / "settings.csv").write_text(text, encoding="utf-8")
    return compose(["city=from_files", f"city.folder='{folder}'", *more])[0]


def ends(assumption: Assumption) -> tuple[float, float]:
    return assumption.low, assumption.high


def test_ranges_are_in_proportion_and_crews_whole(tmp_path: Path) -> None:
    """A15 says 2 to 8 for 4 crews, so 23.5 to 94 for 47; A03 says .8 to 1.2 for 1."""
    mine = cell(tmp_path)
    assert ends(around(CREWS, mine)) == (24, 94)
    assert ends(around(TREATMENT, mine)) == pytest.approx((1.2, 1.8))
    assert around(STAYS, mine) == STAYS


def test_what_was_asked_for_has_the_range_that_ships(tmp_path: Path) -> None:
    mine = cell(tmp_path, "transfers.crews=4", "care.treatment=1.1")
    assert around(CREWS, mine) == CREWS
    assert around(TREATMENT, mine) == TREATMENT


def test_the_shipped_city_has_the_ranges_that_ship() -> None:
    shipped = compose([])[0]
    assert [around(one, shipped) for one in (CREWS, TREATMENT)] == [CREWS, TREATMENT]


def test_few_crews_never_become_none(tmp_path: Path) -> None:
    mine = cell(tmp_path)
    (tmp_path / "settings.csv").write_text("setting,value\ntransfers.crews,1\n", encoding="utf-8")
    one = compose(["city=from_files", f"city.folder='{tmp_path}'"])[0]
    assert mine.settings.transfers.crews == 47
    assert ends(around(replace(CREWS, low=1.0), one)) == (1, 2)
