"""The monitor's mathematics on numbers written down by hand, and laws that hold for all numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.platform.monitor import (
    BUSY,
    SHORT,
    Alert,
    alerts,
    evenness,
    gini,
    jain,
    max_min,
    supply_over_demand,
    unmet,
    used_share,
)
from sim.platform.thresholds import CarbonFactors, MonitorRules, Thresholds

pytestmark = pytest.mark.unit

AMOUNTS = arrays(np.float64, st.integers(1, 12), elements=st.floats(0.0, 1e6, allow_subnormal=False))


def test_the_ratio_is_not_defined_where_nothing_is_demanded() -> None:
    ratio = supply_over_demand(np.array([10.0, 0.0, 5.0, 0.0]), np.array([8.0, 2.0, 0.0, 0.0]))
    assert ratio[:2].tolist() == [1.25, 0.0]
    assert np.isnan(ratio[2:]).all()


def test_unmet_demand_is_never_negative() -> None:
    assert unmet(np.array([10.0, 3.0]), np.array([8.0, 5.0])).tolist() == [0.0, 2.0]


def test_use_is_not_defined_where_nothing_is_on_duty() -> None:
    share = used_share(np.array([3.0, 0.0]), np.array([4.0, 0.0]))
    assert share[0] == 0.75
    assert np.isnan(share[1])


def test_spells_of_both_kinds_are_alerts_with_their_worst_hour() -> None:
    ratio = np.array([[2.0, 0.8, 0.5, np.nan, 0.9], [1.0, 1.0, 1.0, 1.0, 1.0]])
    used = np.array([[0.5, 0.95, 0.99, 0.0, 0.9], [0.1, 0.2, np.nan, 0.3, 0.91]])
    assert alerts(ratio, used, Thresholds(1.0, 0.9)) == [
        Alert(0, SHORT, 1, 2, 0.5),
        Alert(0, BUSY, 1, 2, 0.99),
        Alert(0, SHORT, 4, 1, 0.9),
        Alert(1, BUSY, 4, 1, 0.91),
    ]


def test_short_spells_are_no_alerts() -> None:
    ratio = np.array([[0.5, 2.0, 0.5, 0.4, 0.7]])
    found = alerts(ratio, np.zeros((1, 5)), Thresholds(1.0, 0.9, least_hours=3))
    assert found == [Alert(0, SHORT, 2, 3, 0.4)]


def test_evenness_of_known_values() -> None:
    assert list(evenness(np.array([1.0, 3.0, np.nan]))) == pytest.approx([0.25, 0.8, 1 / 3, 1.0, 3.0], rel=1e-15)
    assert gini(np.array([0.0, 0.0, 1.0])) == pytest.approx(2 / 3, rel=1e-15)
    assert jain(np.array([0.0, 0.0, 1.0])) == pytest.approx(1 / 3, rel=1e-15)
    assert max_min(np.array([0.0, 0.0, 1.0])) == 0.0


def test_evenness_of_nothing_is_unknown() -> None:
    assert np.isnan(evenness(np.array([np.nan]))).all()
    zeros = evenness(np.zeros(3))
    assert np.isnan(zeros[:3]).all()
    assert zeros[3:] == (0.0, 0.0)


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference_of_all_pairs(values: np.ndarray) -> None:
    if values.sum() == 0.0:
        assert np.isnan(gini(values))
        return
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert np.isclose(gini(values), pairs / (2 * values.mean()), rtol=1e-9, atol=1e-12)


@given(AMOUNTS, st.floats(0.5, 64.0))
def test_indices_keep_their_ranges_and_do_not_depend_on_the_unit(values: np.ndarray, factor: float) -> None:
    if not values.max() > 1e-3:
        return
    n = len(values)
    assert -1e-12 <= gini(values) <= 1 - 1 / n + 1e-12
    assert 1 / n - 1e-12 <= jain(values) <= 1 + 1e-12
    assert 0.0 <= max_min(values) <= 1.0
    for index in (gini, jain, max_min):
        assert np.isclose(index(values), index(values * factor), rtol=1e-9, atol=1e-12)


@given(AMOUNTS, st.integers(0, 11), st.integers(0, 11), st.floats(0.0, 0.5))
def test_giving_from_the_richer_to_the_poorer_is_never_less_even(
    values: np.ndarray, one: int, other: int, share: float
) -> None:
    one, other = one % len(values), other % len(values)
    if not values.max() > 1e-3:
        return
    rich, poor = (one, other) if values[one] >= values[other] else (other, one)
    given_on = share * (values[rich] - values[poor])
    after = values.copy()
    after[rich] -= given_on
    after[poor] += given_on
    assert gini(after) <= gini(values) + 1e-9
    assert jain(after) >= jain(values) - 1e-9


def test_every_wrong_rule_is_named_at_once() -> None:
    wrong = MonitorRules(
        Thresholds(-1.0, 1.5, 0),
        replan_on_alert=("triage",),
        look_every_min=0.0,
        least_gap_min=-1.0,
        carbon=CarbonFactors(van_kg_per_km=-1.0, power_kw={"ct_scanner": float("nan")}),
    )
    assert [fault.field for fault in wrong.faults()] == [
        "monitor.thresholds.least_ratio",
        "monitor.thresholds.most_used_share",
        "monitor.thresholds.least_hours",
        "monitor.carbon.van_kg_per_km",
        "monitor.carbon.power_kw.ct_scanner",
        "monitor.replan_on_alert",
        "monitor.look_every_min",
        "monitor.least_gap_min",
    ]
    assert not list(MonitorRules().faults())
