"""Numbers are printed with the digits they deserve."""

from math import inf, nan

import pytest

from experiments.report.numbers import (
    counted,
    decimals_for,
    difference_unit,
    number,
    plus_minus,
    scale_of,
    signed,
    unit_in_words,
)
from experiments.report.words import decimals_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("half_width", "decimals"),
    [(120.0, 0), (36.0, 0), (12.0, 0), (3.4, 1), (3.6, 0), (0.93, 1), (0.21, 2), (0.0042, 3), (1e-9, 6)],
)
def test_two_digits_of_the_half_width_up_to_35_and_one_above(half_width: float, decimals: int) -> None:
    assert decimals_for(half_width) == decimals


@pytest.mark.parametrize("half_width", [nan, inf, 0.0])
def test_a_half_width_that_says_nothing_leaves_the_most_decimals(half_width: float) -> None:
    assert decimals_for(half_width, 2) == 2


def test_a_measure_limits_its_decimals_in_printed_units() -> None:
    assert decimals_of("ed_los_min", 0.0042) == 2  # registered with 1
    assert decimals_of("lwbs_share", 0.0042) == 3  # registered with 4 as a share, 2 in percent
    assert decimals_of("unheard_of", 0.00042) == 3
    assert decimals_of("ed_los_min", 0.0) == 1


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.5, 1, "1,234.5"), (-3.25, 1, "−3.2"), (-0.04, 1, "0.0"), (nan, 1, "–"), (inf, 0, "–")],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(3.0, "+3.0"), (-3.0, "−3.0"), (0.01, "0.0"), (10.0, "+10.0"), (nan, "–")])
def test_signs(value: float, text: str) -> None:
    assert signed(value, 1) == text


def test_plus_minus_leaves_out_what_is_unknown() -> None:
    assert plus_minus(3.0, 0.5, 1) == "3.0 ± 0.5"
    assert plus_minus(3.0, 0.5, 1, sign=True) == "+3.0 ± 0.5"
    assert plus_minus(3.0, nan, 1) == "3.0"
    assert plus_minus(3.0, 0.0, 1) == "3.0"


def test_units_of_shares() -> None:
    assert (scale_of("share"), unit_in_words("share"), difference_unit("share")) == (100.0, "%", "percentage points")
    assert (scale_of("min"), unit_in_words("min"), difference_unit("min")) == (1.0, "min", "min")


def test_counted_knows_singular_and_plural() -> None:
    assert (counted(1, "cell"), counted(1200, "cell")) == ("1 cell", "1,200 cells")
