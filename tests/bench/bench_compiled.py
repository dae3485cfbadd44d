"""Compare the compiled engine with idiomatic SimPy on the same patients, and time a large city."""

import gc

from policies.transfer import NearestFree
from sim.act import hold_reviews
from sim.cohort import Cohort, draw_cohort
from sim.contract import Policies
from sim.engine import Engine, in_motion
from sim.run import simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.bench import simpy_models
from tests.bench.registry import Bench, Runner, Trial, Unit
from tests.bench.worlds import emergency_department, large_city, reviewed_hourly, ten_servers
from tests.small_worlds import POLICIES, KnowTruth

N = 200_000
REPLICATION = Replication(0, 20261122)
RULE = Policies(triage=KnowTruth(), transfer=NearestFree())


def single_queue() -> Trial:
    scenario = ten_servers(N)
    cohort = draw_cohort(scenario, REPLICATION)
    return Trial(
        n_units=cohort.n_patients,
        runners=(
            Runner(
                "M/M/10: compiled",
                "make and run with the log; patients drawn before, no tables",
                lambda: _run(scenario, cohort, POLICIES),
            ),
        ),
        baseline=Runner(
            "M/M/10: SimPy",
            "idiomatic SimPy, run with the same marks kept per patient; same patients drawn before, no tables",
            lambda: simpy_models.run_queue(scenario, cohort),
        ),
    )


def emergency() -> Trial:
    scenario = emergency_department(N)
    hourly = reviewed_hourly(scenario)
    cohort = draw_cohort(scenario, REPLICATION)
    return Trial(
        n_units=cohort.n_patients,
        runners=(
            Runner(
                "emergency department: compiled, hourly",
                "make and run with the log, a rule deciding every hour; patients drawn before, no tables",
                lambda: _run(hourly, cohort, RULE),
            ),
            Runner(
                "emergency department: compiled",
                "make and run with the log; patients drawn before, no tables",
                lambda: _run(scenario, cohort, POLICIES),
            ),
            Runner(
                "emergency department: stories, hourly",
                "the same as the first on stories",
                lambda: _run(hourly, cohort, RULE, Engine.SIMPY),
            ),
            Runner(
                "emergency department: simulate, hourly",
                "draw the patients, make and run, a rule deciding every hour, make all tables and hashes",
                lambda: simulate(hourly, RULE, REPLICATION, Engine.COMPILED),
            ),
        ),
        baseline=Runner(
            "emergency department: SimPy",
            "idiomatic SimPy, run with the same marks kept per patient; same patients drawn before, no tables",
            lambda: simpy_models.EmergencyDepartment(scenario, cohort).run(),
        ),
    )


def city() -> Trial:
    scenario = large_city()
    n_patients = draw_cohort(scenario, REPLICATION).n_patients
    return Trial(
        n_units=n_patients,
        runners=(
            Runner(
                f"36 hospitals, 12 weeks, {n_patients} patients: simulate",
                "draw the patients, run with the log and a rule deciding every hour, make all tables and hashes",
                lambda: simulate(scenario, RULE, REPLICATION, Engine.COMPILED),
            ),
        ),
    )


def _run(scenario: Scenario, cohort: Cohort, policies: Policies, engine: Engine = Engine.COMPILED) -> None:
    """Run without the cycle collector, as `simulate` does."""
    gc.disable()
    motion = in_motion(scenario, cohort, cohort.acuity, engine)
    hold_reviews(motion, policies)
    motion.run()
    gc.enable()


BENCHES = [
    Bench(Unit.MICROSECONDS_PER_PATIENT, 5, single_queue),
    Bench(Unit.MICROSECONDS_PER_PATIENT, 5, emergency),
    Bench(Unit.MICROSECONDS_PER_PATIENT, 1, city),
]
