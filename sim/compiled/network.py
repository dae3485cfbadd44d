"""Set a scenario in motion on the compiled engine, with SimPy's clock for shifts, reviews and whatever else is rare."""

from collections.abc import Iterable, Sequence

import numpy as np

from sim.city import AtEnd
from sim.cohort import Cohort
from sim.compiled.lowering import make_world
from sim.compiled.machine.addresses import addresses
from sim.compiled.machine.entries import ENTRIES
from sim.compiled.machine.queues import CLEANED, OUT_OF_USE, OVERTIME, PIECE
from sim.compiled.machine.tables import NONE, Records
from sim.compiled.machine.treatment import IN_TREATMENT, WAITS_FOR_UNITS
from sim.compiled.program import Program
from sim.journey import Clock
from sim.layout import Layout
from sim.log import Ended, empty_log
from sim.motion import Occupation, Waiting
from sim.redirecting import own_copy, redirect
from sim.scenario import Scenario
from sim.shifts import Shifts
from sim.units import IntArray, on_grid


class CompiledNetwork:
    """Move one cohort through one city by a compiled program; made for one replication and thrown away."""

    def __init__(self, scenario: Scenario, cohort: Cohort, acuity: IntArray) -> None:
        self.scenario = scenario
        self.cohort = cohort = own_copy(scenario, cohort)
        self.acuity = acuity
        self.layout = Layout.of(scenario)
        self.log = empty_log(cohort, self.layout)
        program = Program.of(self.layout)
        self.pool_number = program.pool_number
        self._route = program.routes()
        self._world = make_world(program, self._route, cohort, acuity, self.log)
        self._at = addresses(self._world)
        self._occupation = [self._world.pool[name] for name in Occupation._fields]
        self._hospital = cohort.hospital.copy()
        self._travel_min = on_grid(scenario.city.travel_min)
        if cohort.returns_of is not None:
            self._world.ended[cohort.returns_of >= 0] = Ended.NOT_COME
        self.env: Clock = CompiledClock(self)
        self.shifts = Shifts(self)

    def run(self) -> None:
        """Move from time zero to the end of the horizon."""
        self.shifts.begin()
        end_min = self.scenario.horizon.end_min
        self.env.run(until=end_min)
        as_is = [np.arange(len(self.pool_number)), self._world.pool["rostered"], self._world.pool["guests"]]
        ENTRIES.change_rosters(self._at, end_min, np.column_stack(as_is))
        self._keep_log()
        self._keep_unfinished()

    def advance(self, time: float, order: int) -> None:
        """Move all patients who go on before (time, order)."""
        while not ENTRIES.move_on(self._at, float(self.env.now), time, order):
            self._keep_log()

    def _keep_log(self) -> None:
        """Move rows from the world to the log."""
        usage, n = self.log.usage, int(self._world.clock["n_logged"][0])
        rows = self._world.logged[:n]
        self._world.clock["n_logged"] = 0
        for kind, spells in ((OVERTIME, usage.overtime), (OUT_OF_USE, usage.out_of_use)):
            mine = rows[rows["kind"] == kind]
            spells += zip(*_spells(mine), mine["units"].tolist(), strict=True)
        usage.cleaning += zip(*_spells(rows[rows["kind"] == CLEANED]), strict=True)
        pieces = rows[rows["kind"] == PIECE]
        usage.pieces += np.column_stack((pieces["pool"], pieces["times"])).tolist()

    def _keep_unfinished(self) -> None:
        """Log the pieces of work, and the waits for them, that the end of the run cuts off."""
        world, nan = self._world, float("nan")
        going_on = (world.patient["state"] == WAITS_FOR_UNITS) | (world.patient["state"] == IN_TREATMENT)
        for p in np.flatnonzero(going_on).tolist():
            patient = world.patient[p]
            step = world.step[patient["step"]]
            if not step["plain"]:
                waits = patient["state"] == WAITS_FOR_UNITS
                units = world.request[step["request"]] if waits else world.choice[patient["taken"]]
                started = nan if waits else float(world.marks[p, step["started"]])
                first = int(units["first_need"])
                for pool in world.need[first : first + int(units["n_needs"])].tolist():
                    self.log.usage.pieces.append([pool, float(patient["asked"]), started, nan])

    def occupation(self, pool: int) -> Occupation:
        """Count units and patients of a pool now."""
        return Occupation(*(column.item(pool) for column in self._occupation))

    def waiting(self, pool: int) -> Iterable[Waiting]:
        """Return who waits for a transferable place of this pool, best rank first."""
        n_waiting = self._occupation[2].item(pool)
        if not n_waiting:
            return ()
        found = np.empty(n_waiting, dtype=np.int64)
        found = found[: ENTRIES.list_waiting(self._at, pool, found)]
        rows = self._world.patient[found]
        phases = self._world.phase["index"][rows["phase"]]
        columns = found, self._hospital[found], rows["acuity"], rows["asked"], phases
        return map(Waiting, *(column.tolist() for column in columns))

    def place_at(self, hospital: int, patient: int) -> int | None:
        """Return the pool that a hospital has for what a patient waits for; None where it does not offer that."""
        row = self._row_at(hospital, patient)
        return None if row == NONE else int(self._world.phase["place"][row])

    def _row_at(self, hospital: int, patient: int) -> int:
        """Return the row of the patient's phase at a hospital, -1 where that does not offer the pathway."""
        pathway = self.cohort.pathway[patient]
        first = int(self._route[hospital, pathway])
        position = int(self._world.patient["phase"][patient] - self._route[self._hospital[patient], pathway])
        return NONE if first == NONE else first + position

    def move(self, patient: int, destination: int) -> None:
        """Keep a place at another hospital for a waiting patient, who leaves the queue and comes by ambulance."""
        row = self._row_at(destination, patient)
        ride_min = float(self._travel_min[self._hospital[patient], destination])
        self._hospital[patient] = destination
        base = patient * len(self.layout.phases)
        phases = self._world.phase["index"][row:].tolist()
        for index in phases[: phases.index(NONE)]:
            self.log.hospital_at[base + index] = destination
        ENTRIES.send(self._at, patient, row, ride_min)

    def bring(self, patients: IntArray, hospitals: IntArray) -> None:
        """Let patients who are yet to come, and who are driven, come to these hospitals, which offer their pathways."""
        redirect(self.layout, self.cohort, self.log, patients, hospitals)
        self._hospital[patients] = hospitals
        self._world.patient["phase"][patients] = self._route[hospitals, self.cohort.pathway[patients]]

    def call_in(self, patient: int) -> None:
        """Let a patient who waits on a list come now."""
        ENTRIES.call_in(self._at, patient, float(self.env.now))

    def set_rosters(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """Change the units on rosters, and the guests, of several pools at one instant; then those who wait start."""
        ENTRIES.change_rosters(self._at, float(self.env.now), np.array(changes, dtype=np.int64))

    def take_down(self, pool: int, units: int, in_hand: AtEnd) -> None:
        """Take units out of use; patients in hand are finished first."""
        ENTRIES.change_down(self._at, float(self.env.now), pool, units)

    def bring_up(self, pool: int, units: int) -> None:
        """Bring units back into use."""
        ENTRIES.change_down(self._at, float(self.env.now), pool, -units)


def _spells(rows: Records) -> tuple[list[int], list[float], list[float]]:
    """Return pools, starts and ends."""
    return rows["pool"].tolist(), rows["times"][:, 0].tolist(), rows["times"][:, 1].tolist()


class CompiledClock(Clock):
    """Move the patients before every event that SimPy processes."""

    def __init__(self, network: CompiledNetwork) -> None:
        super().__init__()
        self._network = network

    def step(self) -> None:
        """Let the patients go on as far as the next event, and process that."""
        time, order = self.agenda[0][:2]
        self._network.advance(time, order)
        super().step()
