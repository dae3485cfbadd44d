"""What every forecaster promises, whatever series it is shown."""

from dataclasses import is_dataclass, replace

import numpy as np
import pytest

from policies.forecast import FORECASTERS, Forecaster, HourlySeries
from policies.forecast.combination import Combination
from sim.units import FloatArray, IntArray
from tests.known_counts import MONDAY, KnowsTruth, Peeks, poisson_series

pytestmark = pytest.mark.contract

WEEKS, LEAD_H = 20, 24
SERIES = poisson_series(WEEKS, mean=6.0, seed=1)
BREAKERS: dict[str, Forecaster] = {"peeks": Peeks()}
MEMBERS: dict[str, Forecaster] = {name: kind() for name, kind in FORECASTERS.items()}

each_member = pytest.mark.parametrize("name", MEMBERS)


@pytest.fixture(scope="module")
def means() -> dict[str, FloatArray]:
    """Return what each member expects of the last two weeks and the day after them."""
    at = np.arange(len(SERIES) - 336, len(SERIES) + LEAD_H)
    return {name: member.fit(SERIES, LEAD_H).mean(SERIES, at) for name, member in MEMBERS.items()}


def with_other(series: HourlySeries, at: IntArray, value: float) -> HourlySeries:
    """Return the series with other counts at these positions."""
    counts = series.counts.copy()
    counts[at] = value
    return replace(series, counts=counts)


def leaks(member: Forecaster, series: HourlySeries, lead_h: int, target: int) -> bool:
    """Say whether what is expected of a position changes with the hours that are hidden from it."""
    expectation, at = member.fit(series, lead_h), np.array([target])
    hidden = np.arange(target - lead_h + 1, len(series))
    seen = [expectation.mean(with_other(series, hidden, value), at) for value in (0.0, 500.0, np.nan)]
    seen.append(expectation.mean(series.until(target - lead_h + 1), at))
    return not all(np.array_equal(one, expectation.mean(series, at)) for one in seen)


@each_member
@pytest.mark.parametrize("lead_h", [24, 48])
@pytest.mark.parametrize("from_end", [1, 17, 100])
def test_nothing_is_learned_from_the_hours_to_forecast(name: str, lead_h: int, from_end: int) -> None:
    assert not leaks(MEMBERS[name], SERIES, lead_h, len(SERIES) - from_end)


def test_who_peeks_is_caught() -> None:
    assert leaks(BREAKERS["peeks"], SERIES, LEAD_H, len(SERIES) - 17)


@each_member
def test_the_last_known_count_is_looked_at_by_no_hour_nearer_than_the_lead(name: str) -> None:
    expectation = MEMBERS[name].fit(SERIES, LEAD_H)
    last = len(SERIES) - 1
    at = np.arange(last - 10, last + LEAD_H)
    other = with_other(SERIES, np.array([last]), 10_000.0)
    assert np.array_equal(expectation.mean(SERIES, at), expectation.mean(other, at))


@each_member
def test_expected_counts_are_finite_and_not_negative(name: str, means: dict[str, FloatArray]) -> None:
    assert means[name].shape == (336 + LEAD_H,)
    assert np.all(np.isfinite(means[name]) & (means[name] >= 0))


@each_member
def test_gaps_and_silence_are_borne(name: str) -> None:
    counts = SERIES.counts.copy()
    counts[-900:-600] = np.nan
    counts[-400:] = 0.0
    series = replace(SERIES, counts=counts)
    at = np.arange(len(series) + LEAD_H)
    expected = MEMBERS[name].fit(series, LEAD_H).mean(series, at)
    assert np.all(np.isfinite(expected) & (expected >= 0))


@each_member
def test_the_same_series_teaches_the_same(name: str, means: dict[str, FloatArray]) -> None:
    at = np.arange(len(SERIES) - 336, len(SERIES) + LEAD_H)
    assert np.array_equal(FORECASTERS[name]().fit(SERIES, LEAD_H).mean(SERIES, at), means[name])


@each_member
def test_one_call_for_many_hours_equals_many_calls(name: str, means: dict[str, FloatArray]) -> None:
    expectation = MEMBERS[name].fit(SERIES, LEAD_H)
    one_by_one = [expectation.mean(SERIES, np.array([p])) for p in range(len(SERIES), len(SERIES) + LEAD_H)]
    assert np.concatenate(one_by_one) == pytest.approx(means[name][-LEAD_H:], rel=1e-12)
    assert expectation.mean(SERIES, np.empty(0, dtype=np.int64)).shape == (0,)


@pytest.mark.parametrize("name", ["seasonal_naive", "moving_average"])
def test_counts_twice_as_large_are_expected_twice_as_large(name: str, means: dict[str, FloatArray]) -> None:
    double = replace(SERIES, counts=2 * SERIES.counts)
    at = np.arange(len(SERIES) - 336, len(SERIES) + LEAD_H)
    assert MEMBERS[name].fit(double, LEAD_H).mean(double, at) == pytest.approx(2 * means[name])


@each_member
def test_a_series_is_left_as_it_was(name: str) -> None:
    counts = SERIES.counts.copy()
    MEMBERS[name].fit(SERIES, LEAD_H).mean(SERIES, np.arange(10))
    assert np.array_equal(SERIES.counts, counts)


@each_member
def test_the_settings_of_a_member_are_fields(name: str) -> None:
    assert is_dataclass(FORECASTERS[name])
    assert FORECASTERS[name]() == FORECASTERS[name]()


@pytest.mark.parametrize("name", ["linear", "poisson", "boosting", "combination"])
@pytest.mark.parametrize("counts", [np.zeros(3000), np.full(3000, np.nan), np.ones(100)])
def test_who_learns_says_when_there_is_nothing_to_learn_from(name: str, counts: FloatArray) -> None:
    with pytest.raises(ValueError, match="none to learn from; give more weeks"):
        MEMBERS[name].fit(HourlySeries("silent", MONDAY, counts), LEAD_H)


@each_member
def test_a_lead_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lead_h = 0: give at least 1 hour"):
        MEMBERS[name].fit(SERIES, 0).mean(SERIES, np.array([500]))


def test_a_combination_is_the_mean_of_its_members() -> None:
    at, parts = np.arange(500, 600), (KnowsTruth(6.0), KnowsTruth(12.0))
    expected = Combination(parts).fit(SERIES, LEAD_H).mean(SERIES, at)
    assert expected == pytest.approx(1.5 * KnowsTruth(6.0).mean(SERIES, at))
