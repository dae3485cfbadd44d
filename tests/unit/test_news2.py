"""NEWS2: every band of the published table at both its ends."""

import numpy as np
import pandas as pd
import pytest

from policies.diagnosis.news2 import news2, news2_points, urgent

pytestmark = pytest.mark.unit

# First value, last value, points; Royal College of Physicians 2017, saturation on scale 1.
TABLE = {
    "respiratory_rate_per_min": [(1, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 60, 3)],
    "oxygen_saturation_percent": [(50, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)],
    "systolic_pressure_mmhg": [(40, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 280, 3)],
    "heart_rate_per_min": [(20, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 220, 3)],
    "temperature_celsius": [(30.0, 35.0, 3), (35.1, 36.0, 1), (36.1, 38.0, 0), (38.1, 39.0, 1), (39.1, 42.0, 2)],
}
ENDS = [(sign, value, points) for sign, bands in TABLE.items() for low, high, points in bands for value in (low, high)]
WORST = {
    "respiratory_rate_per_min": 30.0,
    "oxygen_saturation_percent": 85.0,
    "systolic_pressure_mmhg": 70.0,
    "heart_rate_per_min": 140.0,
    "temperature_celsius": 34.0,
    "on_oxygen": 1.0,
    "consciousness": "pain",
}


def one(**signs: object) -> pd.DataFrame:
    return pd.DataFrame([signs])


@pytest.mark.parametrize(("sign", "value", "points"), ENDS)
def test_both_ends_of_every_band_score_as_published(sign: str, value: float, points: int) -> None:
    assert news2(one(**{sign: value})).tolist() == [points]


def test_oxygen_counts_two_and_anything_but_alert_three() -> None:
    assert news2(one(on_oxygen=1.0)).tolist() == [2]
    assert news2(one(on_oxygen=0.0)).tolist() == [0]
    states = pd.DataFrame({"consciousness": ["alert", "verbal", "pain", "unresponsive", "unknown", ""]})
    assert news2(states).tolist() == [0, 3, 3, 3, 0, 0]


def test_the_worst_patient_scores_twenty_and_an_unknown_one_nothing() -> None:
    assert news2(one(**WORST)).tolist() == [20]
    assert news2(one(heart_rate_per_min=np.nan)).tolist() == [0]
    assert news2(pd.DataFrame({"age_years": [40.0, 50.0]})).tolist() == [0, 0]


def test_points_stand_by_part_in_the_order_of_the_table() -> None:
    assert news2_points(one(**WORST)).tolist() == [[3, 3, 3, 3, 3, 2, 3]]
    assert news2_points(one(heart_rate_per_min=120.0)).tolist() == [[0, 0, 0, 2, 0, 0, 0]]


def test_five_points_or_a_single_three_are_urgent() -> None:
    four = {"heart_rate_per_min": 120.0, "respiratory_rate_per_min": 22.0}
    assert news2(one(**four)).tolist() == [4]
    assert urgent(one(**four)).tolist() == [False]
    assert urgent(one(**four, temperature_celsius=38.5)).tolist() == [True]
    assert urgent(one(systolic_pressure_mmhg=85.0)).tolist() == [True]
