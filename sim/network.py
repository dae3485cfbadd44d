"""Set a scenario in motion: the clock, the pools, the patients' stories and their arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from sim.city import AtEnd
from sim.cohort import Cohort
from sim.columns import Columns, flat
from sim.journey import ARRIVAL, CLEANING, PATIENCE, WAITING, WORSENING, Clock, Ride, Story, Teller
from sim.layout import Layout
from sim.log import Ended, empty_log
from sim.motion import Occupation, Waiting
from sim.partner_choices import PartnerChoices, PartnerGate
from sim.pools import BALKED, GRANTED, LEFT, MOVED, TURNED_AWAY, Pools, grow_worse, leave_queue
from sim.redirecting import own_copy, redirect
from sim.routes import PhaseRoute, Route, StepRoute, make_pools, make_routes
from sim.scenario import Scenario
from sim.shifts import Shifts
from sim.units import IntArray, on_grid
from sim.work import Pieces, Work, Worker, shed

ENDED = {LEFT: Ended.LEFT_UNSEEN, TURNED_AWAY: Ended.TURNED_AWAY, BALKED: Ended.BALKED}


class PatientJourney(Worker):
    """Carry one patient; `phase`, its `position` on the route and `ride_min` are set when they are needed."""

    __slots__ = ("hospital", "phase", "position", "ride_min")

    hospital: int
    phase: PhaseRoute
    position: int
    ride_min: float


class Network:
    """Move one cohort through one city by telling every patient's story; made for one replication and thrown away."""

    def __init__(self, scenario: Scenario, cohort: Cohort, acuity: IntArray) -> None:
        self.scenario = scenario
        self.cohort = cohort = own_copy(scenario, cohort)
        self.acuity = acuity
        self.layout = Layout.of(scenario)
        self.env = Clock()
        self.log = empty_log(cohort, self.layout)
        pools = make_pools(scenario, self.log.usage, self.env)
        self.pool_number = {where: pool.index for where, pool in pools.items()}
        self.pools = sorted(pools.values(), key=lambda pool: pool.index)
        self.routes = make_routes(self.layout, pools)
        steps = (step for route in self.routes for phases in route for phase in phases for step in phase.steps)
        PartnerGate(self.env, scenario, [one.needs for one in steps if isinstance(one.needs, PartnerChoices)])
        self.columns = Columns.of(cohort, acuity)
        self._travel_min: list[list[float]] = on_grid(scenario.city.travel_min).tolist()
        self._at_shift_end = [pool.at_shift_end for hospital in scenario.city.hospitals for pool in hospital.pools]
        for visit in self.columns.visits_again.values():
            self.log.ended[visit] = Ended.NOT_COME
        self.shifts = Shifts(self)
        self._boarding: dict[int, PatientJourney] = {}
        self._marks, self._n_marks = flat(np.frombuffer(self.log.marks)), len(self.layout.marks)

    def run(self) -> None:
        """Move from time zero to the end of the horizon."""
        self.shifts.begin()
        Teller().begin(self.env, ARRIVAL, self.door())
        self.env.run(until=self.scenario.horizon.end_min)
        for pool in self.pools:
            pool.change(self.scenario.horizon.end_min)

    def door(self) -> Story:
        """Let the patients in, one by one."""
        columns, now = self.columns, 0.0
        first_visits = len(columns.arrived_min) - len(columns.visits_again)
        for patient in range(first_visits):
            now = yield columns.arrived_min[patient] - now
            if columns.comes is None or columns.comes[patient]:
                journey = self._journey(patient)
                journey.begin(self.env, patient + 1, self.story(journey, now))
            else:
                self.log.ended[patient] = Ended.NO_SHOW

    def _journey(self, patient: int) -> PatientJourney:
        journey = PatientJourney(patient, self.columns.acuity[patient])
        journey.hospital = self.columns.hospital[patient]
        return journey

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
                    self._boarding.pop(patient, None)
                    phase = journey.phase  # at another place than asked for, if the patient was lodged
                    if journey.outcome is MOVED:
                        now = yield from self._ride(journey, held)
                        held, route = None, self._route(journey.hospital, journey)
                        phase = route[index]
                    elif journey.outcome:
                        self.log.ended[patient] = ENDED[journey.outcome]
                        break
                if phase.move >= 0:
                    marks[base + phase.ready] = now
                    now = yield minutes[first + phase.move]
                marks[base + phase.entered] = now
            if held:
                self._leave_place(held, journey, now)
            held = phase if phase.place else None
            for step in phase.steps:
                duration = minutes[first + step.slot]
                if duration < 0.0:
                    continue
                if step.plain:
                    if not step.needs.take(journey, now):
                        now = yield WAITING
                    marks[base + step.started] = now
                    now = yield duration
                    step.units.give_back(now)
                else:
                    now = yield from self._treat(journey, step, duration, now)
        if held:
            self._leave_place(held, journey, now)
        marks[base + self._n_marks - 1] = now
        if patient in columns.visits_again:
            self._may_return(journey)

    def _may_return(self, journey: PatientJourney) -> None:
        """Let a patient come again after a while, by a chance that depends on how the visit ended."""
        columns, patient, returns = self.columns, journey.patient, self.scenario.returns
        assert returns
        assert columns.return_u
        assert columns.return_after_min
        unseen = self.log.ended[patient] != Ended.NOT_EARLY
        if columns.return_u[patient] < returns.p_after(unseen, int(self.cohort.acuity[patient])):
            again = columns.visits_again[patient]
            Teller().begin(self.env, again + 1, self._return(again, columns.return_after_min[patient]))

    def _return(self, patient: int, after_min: float) -> Story:
        """Come again."""
        now = yield after_min
        self.log.ended[patient] = Ended.NOT_EARLY
        journey = self._journey(patient)
        journey.begin(self.env, patient + 1, self.story(journey, now))

    def _called(self, patient: int) -> Story:
        """Come when called, unless the patient does not come at all."""
        if self.columns.comes is None or self.columns.comes[patient]:
            yield from self._return(patient, 0.0)
        else:
            yield 0.0
            self.log.ended[patient] = Ended.NO_SHOW

    def _treat(self, journey: PatientJourney, step: StepRoute, minutes: float, now: float) -> Ride:
        """Tell a step with alternatives or a way, that may be interrupted, or takes time to set up or to clean."""
        base, first = journey.patient * self._n_marks, journey.patient * self.columns.n_slots
        pieces, asked_min = Pieces(self.log.usage), now
        journey.pieces = pieces
        pieces.ask(step.needs.pools, now)
        if not step.needs.take(journey, now):
            if step.interruptible:
                journey.insist()
            now = yield WAITING
        self._marks[base + step.started] = now
        taken = self._taken(journey, step)
        pieces.start(taken.pools, now)
        if step.set_ups and step.set_ups.change(step.slot, taken.pools[0].free + 1) and step.set_up >= 0:
            minutes += self.columns.minutes[first + step.set_up]
        if step.interruptible:
            urgency = 0 if step.needs.fifo else journey.acuity
            journey.work = Work((urgency, asked_min, journey.patient, journey, step.needs), minutes, pieces)
            now = yield from self._work(journey, step, taken, now)
            taken = journey.work.taken
        else:
            now = yield minutes
        if step.ended >= 0:
            self._marks[base + step.ended] = now
        pieces.stop(now)
        if step.set_ups:
            step.set_ups.put_back(step.slot)
        self._clean(journey, taken, step.cleaning, now)
        if taken in step.way_min:
            now = yield step.way_min[taken]
        return now

    def _taken(self, journey: PatientJourney, step: StepRoute) -> Pools:
        return journey.taken if len(step.choices) > 1 else step.units

    def _work(self, journey: PatientJourney, step: StepRoute, taken: Pools, now: float) -> Ride:
        """Work until all is done, over interruptions."""
        work = journey.work
        while True:
            spell = work.begin(taken, now)
            Teller().begin(self.env, journey.order, self._finish(journey, spell))
            now = yield WAITING
            if work.done:
                return now
            taken = self._taken(journey, step)
            work.pieces.start(taken.pools, now)

    def _finish(self, journey: PatientJourney, spell: int) -> Story:
        """Be done when this spell of work has not been interrupted."""
        work = journey.work
        yield work.left_min
        if work.spell == spell:
            work.end()
            journey.go_on()

    def _clean(self, journey: PatientJourney, taken: Pools, slot: int, now: float) -> None:
        """Give units back, after they have been cleaned if they must be."""
        minutes = self.columns.minutes[journey.patient * self.columns.n_slots + slot] if slot >= 0 else 0.0
        if minutes > 0.0:
            taken = taken.to_clean()
            self.log.usage.cleaning.extend((pool.index, now, now + minutes) for pool in taken.pools)
            order = CLEANING + journey.patient * self.columns.n_slots + slot
            Teller().begin(self.env, order, self._cleaning(taken, minutes))
        else:
            taken.give_back(now)

    def _cleaning(self, taken: Pools, minutes: float) -> Story:
        """Keep units from the next patient for a while."""
        now = yield minutes
        taken.give_back(now)

    def _leave_place(self, held: PhaseRoute, journey: PatientJourney, now: float) -> None:
        assert held.place
        self._marks[journey.patient * self._n_marks + held.left] = now
        if held.cleaning >= 0:
            self._clean(journey, held.place, held.cleaning, now)
        else:
            held.place.give_back(now)

    def _start_waiting(self, journey: PatientJourney, phase: PhaseRoute, position: int) -> None:
        """Turn away whom there is no room for, or who balks; let patience and illness of all others run."""
        columns, patient, place = self.columns, journey.patient, phase.place
        assert place
        journey.phase, journey.position = phase, position
        if phase.transferable or self.scenario.outliers:
            self._boarding[patient] = journey
        ahead = len(place.queue) - 1
        if phase.room is not None and ahead >= phase.room:
            leave_queue(journey, TURNED_AWAY)
        elif phase.balks and columns.balk_u and columns.balk_u[patient] < phase.balks.p_at(ahead):
            leave_queue(journey, BALKED)
        else:
            alarm = patient * len(self.layout.phases) + phase.index
            patience_min = columns.patience_min[patient]
            if phase.may_leave and patience_min < inf:
                Teller().begin(self.env, PATIENCE + alarm, self._patience(journey, patience_min))
            worsens_min = columns.worsens_min[patient] if columns.worsens_min else inf
            if phase.may_worsen and journey.acuity > 1 and worsens_min < inf:
                Teller().begin(self.env, WORSENING + alarm, self._worsening(journey, worsens_min))

    def _patience(self, journey: PatientJourney, minutes: float) -> Story:
        """Leave the queue when patience ends, unless this wait has ended before."""
        waits = journey.waits
        yield minutes
        if journey.waits == waits:
            leave_queue(journey, LEFT)

    def _worsening(self, journey: PatientJourney, minutes: float) -> Story:
        """Become more urgent, unless this wait has ended before."""
        waits = journey.waits
        now = yield minutes
        if journey.waits == waits:
            self._marks[journey.patient * self._n_marks + self.layout.mark_index["worsened"]] = now
            grow_worse(journey)

    def _ride(self, journey: PatientJourney, held: PhaseRoute | None) -> Ride:
        """Stay in the old place until the ambulance comes, then drive to the hospital that keeps a bed ready."""
        now = yield self.columns.placement_min[journey.patient]
        if held:
            self._leave_place(held, journey, now)
        return (yield journey.ride_min)

    def _route(self, hospital: int, journey: PatientJourney) -> Route:
        return self.routes[hospital][self.columns.pathway[journey.patient]]

    def occupation(self, pool: int) -> Occupation:
        """Count units and patients of a pool now."""
        found = self.pools[pool]
        return Occupation(found.level, found.busy, len(found.queue))

    def waiting(self, pool: int) -> Iterable[Waiting]:
        """Yield who waits for a transferable place of this pool, best rank first."""
        for _, asked_min, patient, waiter, _ in self.pools[pool].queue:
            journey = self._boarding.get(patient)
            if journey is waiter and journey.phase.transferable:
                yield Waiting(patient, journey.hospital, journey.acuity, asked_min, journey.phase.index)

    def wanting(self, pool: int) -> Iterable[Waiting]:
        """Return who waits for a place of this pool and may be lodged in another one, best rank first."""
        return [
            Waiting(patient, waiter.hospital, waiter.acuity, asked_min, waiter.phase.index)
            for _, asked_min, patient, waiter, _ in self.pools[pool].queue
            if isinstance(waiter, PatientJourney) and self._boarding.get(patient) is waiter
        ]

    def lodge(self, patient: int, pool: int) -> None:
        """Give a place of another pool of the hospital, which is free, to who waits for a place."""
        journey, place = self._boarding[patient], self.pools[pool]
        place.use()
        journey.phase = replace(journey.phase, place=place)
        self.log.lodged[patient, journey.phase.index] = pool
        leave_queue(journey, GRANTED)

    def place_at(self, hospital: int, patient: int) -> int | None:
        """Return the pool that a hospital has for what a patient waits for; None where it does not offer that."""
        journey = self._boarding[patient]
        route = self._route(hospital, journey)
        place = route[journey.position].place if route else None
        return place.index if place else None

    def move(self, patient: int, destination: int) -> None:
        """Keep a place at another hospital for a waiting patient, who leaves the queue and comes by ambulance."""
        journey = self._boarding[patient]
        place = self._route(destination, journey)[journey.position].place
        assert place
        place.use()
        journey.ride_min = self._travel_min[journey.hospital][destination]
        journey.hospital = destination
        base = patient * len(self.layout.phases)
        for phase in self._route(destination, journey)[journey.position :]:
            self.log.hospital_at[base + phase.index] = destination
        leave_queue(journey, MOVED)

    def bring(self, patients: IntArray, hospitals: IntArray) -> None:
        """Let patients who are yet to come, and who are driven, come to these hospitals, which offer their pathways."""
        redirect(self.layout, self.cohort, self.log, patients, hospitals)
        for patient, hospital in zip(patients.tolist(), hospitals.tolist(), strict=True):
            self.columns.hospital[patient] = hospital

    def call_in(self, patient: int) -> None:
        """Let a patient who waits on a list come now."""
        Teller().begin(self.env, patient + 1, self._called(patient))

    def set_rosters(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """Change the units on rosters, and the guests, of several pools at one instant; then those who wait start."""
        now = self.env.now
        for number, rostered, guests in changes:
            self.pools[number].change(now, (rostered, guests))
        for number, _, _ in changes:
            shed(self.pools[number], self._at_shift_end[number], now)
        for number, _, _ in changes:
            self.pools[number].serve()

    def take_down(self, pool: int, units: int, in_hand: AtEnd) -> None:
        """Take units out of use; `in_hand` says what happens to patients who lose theirs."""
        self.pools[pool].change(self.env.now, down=units)
        shed(self.pools[pool], in_hand, self.env.now)

    def bring_up(self, pool: int, units: int) -> None:
        """Bring units back into use."""
        self.pools[pool].change(self.env.now, down=-units)
        self.pools[pool].serve()
