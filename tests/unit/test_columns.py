"""What the stories read of a cohort: bits of any number of phases, and the visits that come again."""

from dataclasses import replace

import numpy as np
import pytest

from sim.columns import Columns, bits
from tests.two_hospitals import Patient, cohort_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("n", [1, 61, 62, 63, 64, 125, 200])
def test_any_number_of_phases_fits_into_bits(n: int) -> None:
    flags = np.random.Generator(np.random.PCG64(n)).random((50, n)) < 0.5
    packed = bits(flags)
    assert [[word >> i & 1 for i in range(n)] for word in packed] == flags.astype(int).tolist()
    assert all(type(word) is int for word in packed)


def test_what_a_scenario_has_not_is_none() -> None:
    cohort = cohort_of([Patient(arrived=1.0), Patient(arrived=2.0)])
    columns = Columns.of(cohort, cohort.acuity)
    assert (
        columns.worsens_min is columns.balk_u is columns.comes is columns.return_u is columns.return_after_min is None
    )
    assert columns.visits_again == {}


def test_a_visit_leads_to_the_return_after_it() -> None:
    cohort = cohort_of([Patient(arrived=float(k)) for k in range(4)])
    cohort = replace(cohort, returns_of=np.array([-1, -1, 1, 0]), return_u=np.array([0.1, 0.2, 1.0, 1.0]))
    columns = Columns.of(cohort, cohort.acuity)
    assert columns.visits_again == {1: 2, 0: 3}
    assert columns.return_u is not None
    assert columns.return_u.tolist() == [0.1, 0.2, 1.0, 1.0]
