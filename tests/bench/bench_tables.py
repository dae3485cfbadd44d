"""Time what surrounds the engine: drawing the patients before, making the tables after."""

from sim import run
from sim.cohort import draw_cohort
from sim.levels import hourly_levels
from sim.network import Network
from sim.streams import Replication
from tests.bench.registry import Bench, Runner, Trial, Unit
from tests.bench.worlds import emergency_department

N = 200_000
REPLICATION = Replication(0, 20261122)


def draw_and_tables() -> Trial:
    scenario = emergency_department(N)
    cohort = draw_cohort(scenario, REPLICATION)
    network = Network(scenario, cohort, cohort.acuity)
    network.run()

    def tables() -> None:
        run._patients(network.layout, cohort, cohort.acuity, network.log)
        hourly_levels(network.layout, cohort, network.log)

    return Trial(
        n_units=cohort.n_patients,
        runners=(
            Runner("draw the cohort", "all columns of the patients", lambda: draw_cohort(scenario, REPLICATION)),
            Runner("tables", "patients and hourly levels of 8 pools, from the log", tables),
        ),
    )


BENCHES = [Bench(Unit.MICROSECONDS_PER_PATIENT, 7, draw_and_tables)]
