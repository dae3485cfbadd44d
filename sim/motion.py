"""Say what shifts, breakdowns and policies may ask of a world in motion, whichever engine moves it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from sim.city import AtEnd
from sim.cohort import Cohort
from sim.journey import Clock
from sim.layout import Layout
from sim.log import Log
from sim.scenario import Scenario
from sim.shifts import Shifts
from sim.units import IntArray


class Occupation(NamedTuple):
    """Count the units of one pool that are on duty, those that are taken, and the patients who wait."""

    level: int
    busy: int
    n_waiting: int

    @property
    def free(self) -> int:
        """Return the units on duty that nobody uses; negative while there is overtime."""
        return self.level - self.busy


class Waiting(NamedTuple):
    """Name one patient who waits for a place: since when, how urgent, at which hospital, and for which phase."""

    patient: int
    hospital: int
    acuity: int
    asked_min: float
    phase: int


class Motion(Protocol):
    """Move one cohort through one city. Pools go by their numbers, `pool_number[hospital, code]`."""

    env: Clock
    scenario: Scenario
    cohort: Cohort
    acuity: IntArray
    layout: Layout
    log: Log
    shifts: Shifts
    pool_number: dict[tuple[int, str], int]

    def run(self) -> None:
        """Move from time zero to the end of the horizon."""
        ...

    def occupation(self, pool: int) -> Occupation:
        """Count units and patients of a pool now."""
        ...

    def waiting(self, pool: int) -> Iterable[Waiting]:
        """Yield who waits for a transferable place of this pool, best rank first."""
        ...

    def place_at(self, hospital: int, patient: int) -> int | None:
        """Return the pool that a hospital has for what a patient waits for; None where it does not offer that."""
        ...

    def move(self, patient: int, destination: int) -> None:
        """Keep a place at another hospital for a waiting patient, who leaves the queue and comes by ambulance."""
        ...

    def bring(self, patients: IntArray, hospitals: IntArray) -> None:
        """Let patients who are yet to come, and who are driven, come to these hospitals, which offer their pathways."""
        ...

    def call_in(self, patient: int) -> None:
        """Let a patient who waits on a list come now."""
        ...

    def set_rosters(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """Change the units on rosters, and the guests, of several pools at one instant; then those who wait start."""
        ...

    def take_down(self, pool: int, units: int, in_hand: AtEnd) -> None:
        """Take units out of use; `in_hand` says what happens to patients who lose theirs."""
        ...

    def bring_up(self, pool: int, units: int) -> None:
        """Bring units back into use."""
        ...


@runtime_checkable
class Lodging(Motion, Protocol):
    """Move patients of whom some may be lodged in other places than those they wait for; only the stories can."""

    def wanting(self, pool: int) -> Iterable[Waiting]:
        """Return who waits for a place of this pool and may be lodged in another one, best rank first."""
        ...

    def lodge(self, patient: int, pool: int) -> None:
        """Give a place of another pool of the hospital, which is free, to who waits for a place."""
        ...
