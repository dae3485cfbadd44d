"""Compare the engine with idiomatic SimPy on the same pathway and the same patients."""

import gc
from collections.abc import Callable

from sim.cohort import Cohort, draw_cohort
from sim.network import Network
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.bench import simpy_models
from tests.bench.registry import Bench, Runner, Trial, Unit
from tests.bench.worlds import emergency_department, ten_servers
from tests.small_worlds import POLICIES

N = 200_000
ROUNDS = 5
REPLICATION = Replication(0, 20261122)


def single_queue() -> Trial:
    return _against_simpy("M/M/10", ten_servers(N), simpy_models.run_queue)


def emergency() -> Trial:
    return _against_simpy(
        "emergency department",
        emergency_department(N),
        lambda scenario, cohort: simpy_models.EmergencyDepartment(scenario, cohort).run(),
    )


def _against_simpy(name: str, scenario: Scenario, idiomatic: Callable[[Scenario, Cohort], object]) -> Trial:
    cohort = draw_cohort(scenario, REPLICATION)
    return Trial(
        n_units=cohort.n_patients,
        runners=(
            Runner(
                f"{name}: simulate",
                "draw the patients, run with the log, make all tables",
                lambda: simulate(scenario, POLICIES, REPLICATION),
            ),
            Runner(
                f"{name}: engine",
                "run with the log; patients drawn before, no tables",
                lambda: _run_engine(scenario, cohort),
            ),
        ),
        baseline=Runner(
            f"{name}: SimPy",
            "idiomatic SimPy, run with the same marks kept per patient; same patients drawn before, no tables",
            lambda: idiomatic(scenario, cohort),
        ),
    )


def _run_engine(scenario: Scenario, cohort: Cohort) -> None:
    """Run without the cycle collector, as `simulate` does."""
    network = Network(scenario, cohort, cohort.acuity)
    gc.disable()
    network.run()
    gc.enable()


BENCHES = [
    Bench(Unit.MICROSECONDS_PER_PATIENT, ROUNDS, single_queue),
    Bench(Unit.MICROSECONDS_PER_PATIENT, ROUNDS, emergency),
]
