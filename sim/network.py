"""Set a scenario in motion: the clock, the pools, the patients' stories, shifts and arrivals."""

import numpy as np
import simpy
from simpy.events import Event

from sim.cohort import Cohort
from sim.door import Arrival, arrivals
from sim.journey import ARRIVAL, GRANTED, LEFT, MOVED, WAITING, Alarm, Ride, Story
from sim.layout import Layout
from sim.log import empty_log
from sim.pools import Waiter, leave_queue, take
from sim.routes import PhaseRoute, make_pools, make_routes
from sim.scenario import Scenario
from sim.shifts import Shifts
from sim.units import IntArray, on_grid


class PatientJourney(Waiter):
    """Carry one patient; `phase`, its `position` on the route and `ride_min` are set when they are needed."""

    phase: PhaseRoute
    position: int
    ride_min: float

    def __init__(self, env: simpy.Environment, patient: int, arrival: Arrival) -> None:
        super().__init__(env, patient)
        self.arrival = arrival
        self.hospital = arrival.hospital
        self.acuity = arrival.acuity


class Network:
    """Move one cohort through one city; made for one replication and thrown away."""

    def __init__(self, scenario: Scenario, cohort: Cohort, acuity: IntArray) -> None:
        self.scenario = scenario
        self.layout = Layout.of(scenario)
        self.env = simpy.Environment()
        self.log = empty_log(cohort, self.layout)
        self.pools = make_pools(scenario, self.log.usage)
        self.travel_min: list[list[float]] = on_grid(scenario.city.travel_min).tolist()
        self.routes = make_routes(self.layout, self.pools)
        self._arrivals = arrivals(cohort, acuity)
        self._n_marks = len(self.layout.marks)

    def run(self) -> None:
        """Move from time zero to the end of the horizon."""
        Shifts(self.env, self.scenario, self.pools)
        self._next = next(self._arrivals, None)
        self._n_arrived = 0
        self._door = Alarm(self.env, ARRIVAL, self._arrive)
        if self._next:
            self._door.set(self._next.arrived_min)
        self.env.run(until=self.scenario.horizon.end_min)

    def story(self, journey: PatientJourney) -> Story:
        """Tell a patient's journey: phase by phase, from place to place, step by step."""
        marks, base = self.log.marks, journey.patient * self._n_marks
        now, enters, minutes = journey.arrival.arrived_min, journey.arrival.enters, journey.arrival.minutes
        route = self.routes[journey.hospital][journey.arrival.pathway]
        marks[base] = now
        held: PhaseRoute | None = None
        for index in range(len(route)):
            phase = route[index]
            if not enters >> phase.index & 1:
                continue
            if phase.place:
                marks[base + phase.asked] = now
                if not take(phase.place, journey, journey.acuity if phase.by_acuity else 0, now):
                    self._start_waiting(journey, phase, index)
                    now = yield WAITING
                    if journey.outcome is LEFT:
                        self.log.left_unseen.append(journey.patient)
                        break
                    if journey.outcome is MOVED:
                        journey.outcome = GRANTED
                        now = yield from self._ride(journey, held)
                        held, route = None, self.routes[journey.hospital][journey.arrival.pathway]
                        phase = route[index]
                marks[base + phase.entered] = now
            if held:
                self._leave_place(held, base, now)
            held = phase if phase.place else None
            for step in phase.steps:
                duration = minutes[step.slot]
                if duration < 0.0:
                    continue
                if step.needs and not take(step.needs, journey, journey.acuity if step.by_acuity else 0, now):
                    now = yield WAITING
                marks[base + step.started] = now
                now = yield duration
                for pool in step.needs:
                    pool.give_back(now)
        if held:
            self._leave_place(held, base, now)
        marks[base + self._n_marks - 1] = now

    def _leave_place(self, held: PhaseRoute, base: int, now: float) -> None:
        self.log.marks[base + held.left] = now
        held.place[0].give_back(now)

    def _start_waiting(self, journey: PatientJourney, phase: PhaseRoute, position: int) -> None:
        """Remember what a journey waits for, and let its patience run."""
        journey.phase, journey.position = phase, position
        if phase.may_leave and journey.arrival.patience_min < np.inf:
            rank = journey.rank

            def lose_patience(_: Event) -> None:
                if journey.rank is rank:
                    leave_queue(journey, LEFT)

            Alarm(self.env, journey.order, lose_patience).set(journey.arrival.patience_min)

    def _ride(self, journey: PatientJourney, held: PhaseRoute | None) -> Ride:
        """Stay in the old place until the ambulance comes, then drive to the hospital that keeps a bed ready."""
        now = yield journey.arrival.placement_min
        if held:
            self._leave_place(held, journey.patient * self._n_marks, now)
        return (yield journey.ride_min)

    def note_hospital(self, journey: PatientJourney) -> None:
        """Write down that a journey goes on at its hospital, from the phase it waits for."""
        base = journey.patient * len(self.layout.phases)
        for phase in self.routes[journey.hospital][journey.arrival.pathway][journey.position :]:
            self.log.hospital_at[base + phase.index] = journey.hospital

    def _arrive(self, _: Event) -> None:
        """Let the next patient in, and wait for the one after."""
        arrival = self._next
        assert arrival is not None
        journey = PatientJourney(self.env, self._n_arrived, arrival)
        self._n_arrived += 1
        journey.begin(self.story(journey))
        self._next = next(self._arrivals, None)
        if self._next:
            self._door.set(self._next.arrived_min - arrival.arrived_min)
