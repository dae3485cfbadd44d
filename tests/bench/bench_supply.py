"""Time one decision about medicines, ambulances and appointments in a city of 36 hospitals."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from optimize.appointments.planner import AppointmentsPlanner
from optimize.appointments.problem import AppointmentsProblem
from optimize.contract import Solved
from optimize.location.planner import LocationPlanner
from optimize.medicines.planner import MedicinesPlanner
from optimize.solver import solve
from sim.streams import Replication, stream
from tests import appointments_cases, location_cases, medicines_cases
from tests.bench.registry import Bench, Runner, Trial, Unit

C = TypeVar("C")
N_HOSPITALS = 36
N_CASES = 10


def medicines() -> Trial:
    """Look at 12 medicines in about 830 lots, 14 days ahead."""
    generator = stream(Replication(0, 20261122), "medicines")
    cases = [medicines_cases.a_city(generator, N_HOSPITALS, 12) for _ in range(N_CASES)]
    planner = MedicinesPlanner()
    return _trial(
        "medicines decision, 36 hospitals", "MedicinesPlanner.plan, 12 medicines, about 830 lots", planner.plan, cases
    )


def ambulances() -> Trial:
    """Place 24 vehicles at 36 stations for 180 zones, for the hour that comes."""
    generator = stream(Replication(0, 20261122), "stations")
    cases = [location_cases.a_city(generator, N_HOSPITALS, 180, 24) for _ in range(N_CASES)]
    planner = LocationPlanner()
    return _trial(
        "ambulances decision, 36 stations",
        "LocationPlanner.plan, 24 vehicles, 180 zones, one hour",
        planner.plan,
        cases,
    )


def appointments() -> Trial:
    """Book 150 requests into 360 sessions, against the model built anew."""
    generator = stream(Replication(0, 20261122), "clinics")
    cases = [appointments_cases.a_city(generator, 150, N_HOSPITALS, 10) for _ in range(N_CASES)]
    planner = AppointmentsPlanner()
    baseline = Runner(
        "rebuilt",
        "the same decision with the Pyomo model built anew",
        lambda: [solve(AppointmentsProblem(case)) for case in cases],
    )
    return _trial(
        "appointments decision, 36 clinics",
        "AppointmentsPlanner.plan, 150 requests, 360 sessions",
        planner.plan,
        cases,
        baseline,
    )


def _trial(
    name: str, timed: str, plan: Callable[[C], Solved[object]], cases: Sequence[C], baseline: Runner | None = None
) -> Trial:
    assert all(plan(case).solution is not None for case in cases)  # the first one also imports what it needs
    return Trial(N_CASES, (Runner(name, timed, steps=tuple(partial(plan, case) for case in cases)),), baseline)


BENCHES = [Bench(Unit.MILLISECONDS_PER_DECISION, 3, prepare) for prepare in (medicines, ambulances, appointments)]
