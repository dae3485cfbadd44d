"""What waiting does to patients: patience by acuity, worsening, returns."""

from math import inf, nan

import numpy as np
import pytest

from sim.distributions import Exponential, Fixed, Lognormal
from sim.graded import Axis, Graded
from sim.patience import Deterioration, Patience, Returns, by_acuity, draw_patience, draw_worsening
from sim.units import on_grid

pytestmark = pytest.mark.unit

FIVE = Graded((1.0, 0.8, 0.6, 0.4, 0.0))
SEX = Graded((0.5, 0.6), (Axis("sex", ("female", "male")),))
ACUITY = np.array([1, 2, 3, 4, 5])


def test_a_number_may_differ_by_acuity() -> None:
    assert by_acuity(FIVE, np.array([5, 1, 3])).tolist() == [0.0, 1.0, 0.6]
    assert by_acuity(7.0, np.array([5, 1])).tolist() == [7.0, 7.0]
    assert by_acuity(Graded((7.0,)), np.array([5, 1])).tolist() == [7.0, 7.0]


def test_patience_by_acuity() -> None:
    mean_min = Graded((10.0, 20.0, 30.0, 40.0, 50.0))
    drawn = draw_patience(Patience(FIVE, mean_min), np.full(5, 0.7), ACUITY)
    rest = np.array([0.0, 0.0, 0.25, 0.5, 0.7])
    expected = np.where(rest > 0, on_grid(-np.array(mean_min.values) * np.log1p(-rest)), inf)
    assert drawn == pytest.approx(expected)


def test_a_share_grows_worse_after_an_exponential_wait() -> None:
    drawn = draw_worsening(Deterioration(FIVE, 60.0), np.full(5, 0.5), ACUITY)
    u = np.array([0.5, 0.625, 0.5 / 0.6])
    assert drawn[:3] == pytest.approx(-60.0 * np.log1p(-u), abs=1e-5)
    assert drawn[3:].tolist() == [inf, inf]
    assert draw_worsening(Deterioration(0.0, 60.0), np.zeros(5), ACUITY).tolist() == [inf] * 5


def test_returns_come_within_three_days() -> None:
    after = Returns(0.1, 0.2, Exponential(10_000.0)).after
    assert after.quantile(np.array([1.0])).tolist() == [4320.0]
    assert after.mean < 2160.0


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Patience(FIVE, Graded((0.0, 1.0, 2.0, 3.0, 4.0))), []),
        (
            Patience(Graded((0.5, 2.0, 0.5, 0.5, -1.0)), 1.0),
            [f"patience.never_leaves_share = {p}" for p in (2.0, -1.0)],
        ),
        (Patience(Graded((0.5, 0.5)), 1.0), ["patience.never_leaves_share = 2: give 1 value, or 5"]),
        (Patience(SEX, 1.0), ["patience.never_leaves_share = 'sex': let it depend on the acuity only"]),
        (Patience(0.5, Graded((1.0, 1.0, nan, 1.0, inf))), ["patience.mean_min = nan", "patience.mean_min = inf"]),
        (Deterioration(0.5, 60.0), []),
        (Deterioration(1.5, 0.0), ["deterioration.share = 1.5", "deterioration.mean_min = 0.0"]),
        (Deterioration(SEX, inf), ["deterioration.mean_min = inf", "deterioration.share = 'sex'"]),
        (Returns(FIVE, 0.2, Lognormal(600.0, 300.0)), []),
        (
            Returns(2.0, -0.2, Fixed(-1.0)),
            ["returns.p = 2.0", "returns.p_unseen = -0.2", "returns.within.minutes = -1.0"],
        ),
        (Returns(0.1, 0.1, Fixed(5000.0)), ["returns.within = (0.0, 4320.0): give bounds"]),
        (Returns(SEX, 0.1, Fixed(50.0)), ["returns.p = 'sex'"]),
    ],
)
def test_impossible_values_are_named(part: Patience | Deterioration | Returns, expected: list[str]) -> None:
    said = [str(fault) for fault in part.faults()]
    assert len(said) == len(expected)
    assert all(line.startswith(start) for line, start in zip(said, expected, strict=True))
