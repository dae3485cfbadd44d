"""The worlds that are timed, written as SimPy's documentation writes them; they meet the patients of a cohort.

A process per patient, `with resource.request()`, `yield env.timeout()`, `request | timeout` for patience, `a & b` for
two units at once, and a process per shift that takes a unit off duty with the best priority. Each patient is an
object that collects its own marks, named and ordered like those of `sim.layout.Layout`.
"""

from collections.abc import Generator, Iterator
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np
import simpy
from simpy.events import Event

from sim.city import Pool
from sim.cohort import Cohort
from sim.layout import Layout
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, BoolArray, FloatArray

Story = Generator[Event, object, None]
NEVER = float("nan")
OFF_DUTY = -1  # a better priority than any patient's


@dataclass(slots=True)
class Customer:
    """The marks of a customer of M/M/c, in minutes."""

    arrived: float = NEVER
    started: float = NEVER
    departed: float = NEVER


def run_queue(scenario: Scenario, cohort: Cohort) -> list[Customer]:
    """Run one queue to the end of the horizon and return its customers in order of arrival."""
    env = simpy.Environment()
    server = simpy.Resource(env, scenario.city.hospitals[0].pools[0].establishment)
    customers: list[Customer] = []

    def arrive() -> Story:
        for arrived_min, service_min in zip(cohort.arrived_min.tolist(), cohort.minutes[:, 0].tolist(), strict=True):
            yield env.timeout(arrived_min - env.now)
            env.process(visit(service_min))

    def visit(service_min: float) -> Story:
        customer = Customer(arrived=env.now)
        customers.append(customer)
        with server.request() as request:
            yield request
            customer.started = env.now
            yield env.timeout(service_min)
        customer.departed = env.now

    env.process(arrive())
    env.run(until=scenario.horizon.end_min)
    return customers


@dataclass(slots=True)
class Needs:
    """What one patient brings: acuity, minutes of patience and of every step; -1 for what does not happen."""

    acuity: int
    patience_min: float
    triage_min: float
    assessment_min: float
    lab_min: float
    ct_min: float
    treatment_min: float
    disposition_min: float
    stay_min: float


@dataclass(slots=True)
class Visit:
    """The marks of a patient of the emergency department, in minutes."""

    arrived: float = NEVER
    triage_started: float = NEVER
    space_asked: float = NEVER
    space_entered: float = NEVER
    space_left: float = NEVER
    assessment_started: float = NEVER
    lab_started: float = NEVER
    ct_started: float = NEVER
    treatment_started: float = NEVER
    disposition_started: float = NEVER
    bed_asked: float = NEVER
    bed_entered: float = NEVER
    bed_left: float = NEVER
    stay_started: float = NEVER
    departed: float = NEVER


class EmergencyDepartment:
    """The emergency department of `tests.bench.worlds`."""

    def __init__(self, scenario: Scenario, cohort: Cohort) -> None:
        self.env = simpy.Environment()
        self.end_min = scenario.horizon.end_min
        self.arrivals = _arrivals(scenario, cohort)
        self.visits: list[Visit] = []
        pools = {pool.code: pool for pool in scenario.city.hospitals[0].pools}
        self.triage_nurse = self.resource(pools["triage_nurse"])
        self.ed_space = self.resource(pools["ed_space"])
        self.ed_physician = self.resource(pools["ed_physician"])
        self.ed_nurse = self.resource(pools["ed_nurse"])
        self.lab_analyser = self.resource(pools["lab_analyser"])
        self.ct_scanner = self.resource(pools["ct_scanner"])
        self.radiographer = self.resource(pools["radiographer"])
        self.medical_bed = self.resource(pools["medical_bed"])

    def run(self) -> list[Visit]:
        """Run to the end of the horizon and return the visits in order of arrival."""
        self.env.process(self.arrive())
        self.env.run(until=self.end_min)
        return self.visits

    def resource(self, pool: Pool) -> simpy.PriorityResource:
        """Make a resource of all units, and for each unit a process that takes it off duty."""
        resource = simpy.PriorityResource(self.env, pool.establishment)
        for unit in range(min(pool.levels), pool.establishment):
            on_duty = pool.hourly > unit
            self.env.process(self.shifts(resource, on_duty))
        return resource

    def shifts(self, resource: simpy.PriorityResource, on_duty: BoolArray) -> Story:
        """Keep one unit away from patients in the hours off duty, once its patient is finished."""
        env = self.env
        while True:
            for hours, present in _stretches(on_duty):
                back = env.timeout(hours * MINUTES_PER_HOUR)
                if present:
                    yield back
                    continue
                with resource.request(priority=OFF_DUTY) as unit:
                    yield unit | back
                    yield back

    def arrive(self) -> Story:
        """Let the patients in, one by one."""
        for arrived_min, needs in self.arrivals:
            yield self.env.timeout(arrived_min - self.env.now)
            self.env.process(self.visit(needs))

    def visit(self, patient: Needs) -> Story:
        """Tell a patient's visit; the bed on the ward is obtained before the space is released."""
        env = self.env
        visit = Visit(arrived=env.now)
        self.visits.append(visit)
        with self.triage_nurse.request() as nurse:
            yield nurse
            visit.triage_started = env.now
            yield env.timeout(patient.triage_min)
        visit.space_asked = env.now
        with self.ed_space.request(priority=patient.acuity) as space:
            if patient.patience_min < float("inf"):
                yield space | env.timeout(patient.patience_min)
            else:
                yield space
            if not space.triggered:
                visit.departed = env.now
                return
            visit.space_entered = env.now
            yield from self.emergency(patient, visit)
            if patient.stay_min >= 0:
                visit.bed_asked = env.now
                bed = self.medical_bed.request(priority=patient.acuity)
                yield bed
                visit.bed_entered = env.now
        visit.space_left = env.now
        if patient.stay_min >= 0:
            visit.stay_started = env.now
            yield env.timeout(patient.stay_min)
            self.medical_bed.release(bed)
            visit.bed_left = env.now
        visit.departed = env.now

    def emergency(self, patient: Needs, visit: Visit) -> Story:
        """Tell what happens in the space."""
        env, acuity = self.env, patient.acuity
        with self.ed_physician.request(priority=acuity) as physician:
            yield physician
            visit.assessment_started = env.now
            yield env.timeout(patient.assessment_min)
        if patient.lab_min >= 0:
            with self.lab_analyser.request(priority=acuity) as analyser:
                yield analyser
                visit.lab_started = env.now
                yield env.timeout(patient.lab_min)
        if patient.ct_min >= 0:
            with (
                self.ct_scanner.request(priority=acuity) as scanner,
                self.radiographer.request(priority=acuity) as radiographer,
            ):
                yield scanner & radiographer
                visit.ct_started = env.now
                yield env.timeout(patient.ct_min)
        with self.ed_nurse.request(priority=acuity) as nurse:
            yield nurse
            visit.treatment_started = env.now
            yield env.timeout(patient.treatment_min)
        with self.ed_physician.request(priority=acuity) as physician:
            yield physician
            visit.disposition_started = env.now
            yield env.timeout(patient.disposition_min)


def marks(patients: list[Customer] | list[Visit]) -> FloatArray:
    """Return the marks of all patients, shape (n, n_marks), NaN for never."""
    return np.array([astuple(patient) for patient in patients])


def _arrivals(scenario: Scenario, cohort: Cohort) -> Iterator[tuple[float, Needs]]:
    """Yield arrival time and needs of every patient, in order of arrival."""
    slots = Layout.of(scenario).slot_index
    names = ["door.triage", *(f"emergency.{step}" for step in ("assessment", "lab", "ct", "treatment", "disposition"))]
    columns = [cohort.minutes[:, slots[name]].tolist() for name in (*names, "ward.stay")]
    needs = map(Needs, cohort.acuity.tolist(), cohort.patience_min.tolist(), *columns)
    return zip(cohort.arrived_min.tolist(), needs, strict=True)


def _stretches(on_duty: BoolArray) -> list[tuple[int, bool]]:
    """Return the stretches of a week as hours and whether the unit is on duty, shape (168,) read from Monday."""
    starts = [0, *(hour for hour in range(1, HOURS_PER_WEEK) if on_duty[hour] != on_duty[hour - 1]), HOURS_PER_WEEK]
    return [(end - start, bool(on_duty[start])) for start, end in pairwise(starts)]
