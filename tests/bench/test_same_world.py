"""What is compared for speed is the same world: every patient has every mark at the same moment in both."""

from collections.abc import Callable

import numpy as np
import pytest

from sim.cohort import Cohort, draw_cohort
from sim.layout import Layout
from sim.network import Network
from sim.scenario import Scenario
from sim.streams import Replication
from sim.units import FloatArray
from tests.bench import simpy_models
from tests.bench.simpy_models import EmergencyDepartment
from tests.bench.worlds import emergency_department, ten_servers

pytestmark = pytest.mark.contract

N = 6_000
REPLICATION = Replication(0, 20261122)


def both(
    scenario: Scenario, idiomatic: Callable[[Scenario, Cohort], FloatArray]
) -> tuple[FloatArray, FloatArray, dict[str, int]]:
    """Return our marks, those of the SimPy model, shapes (n, n_marks), and the column of each mark."""
    cohort = draw_cohort(scenario, REPLICATION)
    network = Network(scenario, cohort, cohort.acuity)
    network.run()
    layout = Layout.of(scenario)
    ours = np.frombuffer(network.log.marks).reshape(cohort.n_patients, len(layout.marks))
    return ours, idiomatic(scenario, cohort), layout.mark_index


def run_department(scenario: Scenario, cohort: Cohort) -> FloatArray:
    return simpy_models.marks(EmergencyDepartment(scenario, cohort).run())


def test_a_queue_of_ten_servers_patient_by_patient() -> None:
    ours, theirs, column = both(ten_servers(N), lambda *world: simpy_models.marks(simpy_models.run_queue(*world)))
    assert np.array_equal(ours, theirs, equal_nan=True)
    assert np.nanmean(ours[:, column["visit.service_started"]] > ours[:, column["arrived"]]) > 0.5


@pytest.mark.parametrize(("scanners", "radiographers"), [(2, 2), (3, 2), (2, 3)])
def test_the_emergency_department_patient_by_patient(scanners: int, radiographers: int) -> None:
    """Where one unit is scarcer, SimPy's patients hold the other while they wait for it.

    That changes no start: a scarce unit goes to the first in line, and one of the other kind comes free with it.
    """
    ours, theirs, column = both(emergency_department(N, scanners, radiographers), run_department)
    assert np.array_equal(ours, theirs, equal_nan=True)
    for asked, got in (("emergency_asked", "emergency_entered"), ("ward_asked", "ward_entered")):
        assert (ours[:, column[got]] > ours[:, column[asked]]).sum() > 50, f"nobody waits for {got}"
    left_unseen = np.isnan(ours[:, column["emergency_entered"]]) & ~np.isnan(ours[:, column["departed"]])
    assert left_unseen.sum() > 50
