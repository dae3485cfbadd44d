"""Ambulances of a real city: New York's zones and hospitals, when the public tables lie beside the checkout."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimize.location.case import LocationCase
from optimize.location.planner import LocationPlanner
from optimize.location.problem import LocationProblem
from optimize.location.rule import by_rule
from optimize.score import audit

pytestmark = pytest.mark.study

TABLES = Path(__file__).parents[3] / "shared" / "data" / "nyc"
if not TABLES.is_dir():
    pytest.skip("the public tables of New York do not lie beside the checkout", allow_module_level=True)

KM_PER_MIN = 0.5
"""About the mean road speed of a large city (parameter P85: 32.6 km/h)."""


@pytest.fixture(scope="module")
def case() -> LocationCase:
    """Sixty vehicles at the hospitals; calls in proportion to the people of a zone."""
    zones = pd.read_csv(TABLES / "nyc_zones.csv", dtype={"zone_id": str}).set_index("zone_id")
    distance = pd.read_csv(TABLES / "nyc_zone_hospital_km.csv.gz", dtype={"zone_id": str, "hospital_id": str})
    km = distance.pivot(index="hospital_id", columns="zone_id", values="gc_km")[list(zones.index)]
    people = zones["population"].fillna(0.0).to_numpy(dtype=np.float64)[:, None]
    return LocationCase(
        tuple(zones.index),
        tuple(km.index),
        100.0 * people / people.sum(),
        km.to_numpy(dtype=np.float64) / KM_PER_MIN,
        8.0,
        np.full(len(km), 4),
        np.array([60]),
        np.array([0.4]),
    )


def test_the_whole_city_is_covered_to_a_proven_optimum(case: LocationCase) -> None:
    planned, ruled = LocationPlanner().plan(case), by_rule(case)
    assert len(case.zones) > 170
    assert audit(LocationProblem(case), planned) == []
    assert planned.objective is not None
    assert planned.bound is not None
    assert ruled.objective is not None
    assert ruled.objective <= planned.objective + 1e-6
    assert planned.bound <= planned.objective * (1 + LocationPlanner().options.gap) + 1e-6
