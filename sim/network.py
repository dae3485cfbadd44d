"""Set a scenario in motion: the clock, the pools, the patients' stories, shifts and arrivals."""

from math import inf

import numpy as np

from sim.cohort import Cohort
from sim.columns import Columns, flat
from sim.journey import ARRIVAL, PATIENCE, WAITING, Clock, Ride, Story, Teller
from sim.layout import Layout
from sim.log import empty_log
from sim.pools import LEFT, MOVED, PriorityPool, Waiter, leave_queue
from sim.routes import PhaseRoute, Route, make_pools, make_routes
from sim.scenario import Scenario
from sim.shifts import Shifts
from sim.units import IntArray, on_grid


class PatientJourney(Waiter):
    """Carry one patient; `phase`, its `position` on the route and `ride_min` are set when they are needed."""

    __slots__ = ("hospital", "phase", "position", "ride_min")

    hospital: int
    phase: PhaseRoute
    position: int
    ride_min: float


class Network:
    """Move one cohort through one city; made for one replication and thrown away."""

    def __init__(self, scenario: Scenario, cohort: Cohort, acuity: IntArray) -> None:
        self.scenario = scenario
        self.layout = Layout.of(scenario)
        self.env = Clock()
        self.log = empty_log(cohort, self.layout)
        self.pools = make_pools(scenario, self.log.usage)
        self.travel_min: list[list[float]] = on_grid(scenario.city.travel_min).tolist()
        self.routes = make_routes(self.layout, self.pools)
        self.columns = Columns.of(cohort, acuity)
        self._marks, self._n_marks = flat(np.frombuffer(self.log.marks)), len(self.layout.marks)

    def run(self) -> None:
        """Move from time zero to the end of the horizon."""
        Shifts(self.env, self.scenario, self.pools)
        Teller().begin(self.env, ARRIVAL, self.door())
        self.env.run(until=self.scenario.horizon.end_min)
        for pool in self.pools.values():
            pool.note_overtime(self.scenario.horizon.end_min)

    def door(self) -> Story:
        """Let the patients in, one by one."""
        columns, now = self.columns, 0.0
        for patient, arrived_min in enumerate(columns.arrived_min):
            now = yield arrived_min - now
            journey = PatientJourney(patient, columns.acuity[patient])
            journey.hospital = columns.hospital[patient]
            journey.begin(self.env, patient + 1, self.story(journey, now))

    def story(self, journey: PatientJourney, now: float) -> Story:
        """Tell a patient's journey: phase by phase, from place to place, step by step."""
        columns, patient = self.columns, journey.patient
        marks, base = self._marks, patient * self._n_marks
        minutes, first = columns.minutes, patient * columns.n_slots
        enters, route = columns.enters[patient], self.routes[journey.hospital][columns.pathway[patient]]
        marks[base] = now
        held: PhaseRoute | None = None
        for index in range(len(route)):
            phase = route[index]
            if not enters >> phase.index & 1:
                continue
            if phase.place:
                marks[base + phase.asked] = now
                if not phase.place.take(journey, now):
                    self._start_waiting(journey, phase, index)
                    now = yield WAITING
                    if journey.outcome is LEFT:
                        self.log.left_unseen.append(patient)
                        break
                    if journey.outcome is MOVED:
                        now = yield from self._ride(journey, held)
                        held, route = None, self._route(journey.hospital, journey)
                        phase = route[index]
                marks[base + phase.entered] = now
            if held:
                self._leave_place(held, base, now)
            held = phase if phase.place else None
            for step in phase.steps:
                duration = minutes[first + step.slot]
                if duration < 0.0:
                    continue
                if not step.needs.take(journey, now):
                    now = yield WAITING
                marks[base + step.started] = now
                now = yield duration
                step.needs.give_back(now)
        if held:
            self._leave_place(held, base, now)
        marks[base + self._n_marks - 1] = now

    def place_at(self, hospital: int, journey: PatientJourney) -> PriorityPool | None:
        """Return the pool that a hospital has for what a journey waits for; None where the pathway is not offered."""
        route = self._route(hospital, journey)
        return route[journey.position].place if route else None

    def _route(self, hospital: int, journey: PatientJourney) -> Route:
        return self.routes[hospital][self.columns.pathway[journey.patient]]

    def _leave_place(self, held: PhaseRoute, base: int, now: float) -> None:
        assert held.place
        self._marks[base + held.left] = now
        held.place.give_back(now)

    def _start_waiting(self, journey: PatientJourney, phase: PhaseRoute, position: int) -> None:
        """Remember what a journey waits for, and let its patience run."""
        journey.phase, journey.position = phase, position
        patience_min = self.columns.patience_min[journey.patient]
        if phase.may_leave and patience_min < inf:
            order = PATIENCE + journey.patient * len(self.layout.phases) + phase.index
            Teller().begin(self.env, order, self._patience(journey, patience_min))

    def _patience(self, journey: PatientJourney, minutes: float) -> Story:
        """Leave the queue when patience ends, unless this wait has ended before."""
        rank = journey.rank
        yield minutes
        if journey.rank is rank:
            leave_queue(journey, LEFT)

    def _ride(self, journey: PatientJourney, held: PhaseRoute | None) -> Ride:
        """Stay in the old place until the ambulance comes, then drive to the hospital that keeps a bed ready."""
        now = yield self.columns.placement_min[journey.patient]
        if held:
            self._leave_place(held, journey.patient * self._n_marks, now)
        return (yield journey.ride_min)

    def note_hospital(self, journey: PatientJourney) -> None:
        """Write down that a journey goes on at its hospital, from the phase it waits for."""
        base = journey.patient * len(self.layout.phases)
        for phase in self._route(journey.hospital, journey)[journey.position :]:
            self.log.hospital_at[base + phase.index] = journey.hospital
