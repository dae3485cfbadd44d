"""State who wants a bed now, which rooms have free beds, and what was chosen: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, position_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray

NOWHERE = -1
"""The room of a patient who has none."""

PATIENT_FIELDS = ("woman", "isolated", "care_needed", "specialty", "hospital", "room", "stays", "wait_cost")
ROOM_FIELDS = ("n_rooms", "free", "women", "men", "single_sex", "isolation", "care", "room_hospital")


@dataclass(frozen=True, slots=True)
class BeddingCase:
    """The question of one moment: P patients, R kinds of room, S specialties.

    Rooms that are alike in everything (ward, free beds, sex of those inside) may be one kind. Patients who
    take no part stay; they show only as women or men in a room. A patient who takes part and already lies in
    a room may be moved; the bed counts as free.

    Args:
        patients: P names.
        rooms: R names, one for each kind of room.
        woman: whether a patient goes into a room for women; shape (P,).
        isolated: whether a patient needs a room alone, fit for isolation; shape (P,).
        care_needed: level of care needed: 0 ward, 1 step-down, 2 intensive care; shape (P,).
        specialty: position of the patient's specialty, 0 to S - 1; shape (P,).
        hospital: position of the hospital the patient is in; shape (P,).
        room: position of the kind of room the patient lies in, -1 for none yet; shape (P,).
        stays: whether a patient who has a room must keep it for now; shape (P,).
        wait_cost: price of leaving a patient without a room now, inf if that must not be; shape (P,). It does
            not matter for who has a room: nobody is put out of one.
        n_rooms: how many rooms of each kind there are; shape (R,).
        free: free beds in each room of the kind, those of patients who take part included; shape (R,).
        women: whether women who take no part lie in it; shape (R,).
        men: whether men who take no part lie in it; shape (R,).
        single_sex: whether women and men may not share the room; shape (R,).
        isolation: whether the room is fit for isolation; shape (R,).
        care: level of care it offers; shape (R,).
        room_hospital: position of its hospital; shape (R,).
        outlier_cost: price of a patient of each specialty in each kind of room, 0 at home, inf where it must
            not be; shape (S, R).
        care_cost: price of each level of care above the one needed.
        move_cost: price of moving a patient who has a room.

    Raises:
        ValueError: lists every fault.
    """

    patients: tuple[str, ...]
    rooms: tuple[str, ...]
    woman: BoolArray
    isolated: BoolArray
    care_needed: IntArray
    specialty: IntArray
    hospital: IntArray
    room: IntArray
    stays: BoolArray
    wait_cost: FloatArray
    n_rooms: IntArray
    free: IntArray
    women: BoolArray
    men: BoolArray
    single_sex: BoolArray
    isolation: BoolArray
    care: IntArray
    room_hospital: IntArray
    outlier_cost: FloatArray
    care_cost: float
    move_cost: float

    def __post_init__(self) -> None:
        n, m = len(self.patients), len(self.rooms)
        shapes = {**dict.fromkeys(PATIENT_FIELDS, (n,)), **dict.fromkeys(ROOM_FIELDS, (m,))}
        refuse(shape_faults(self, {**shapes, "outlier_cost": (*self.outlier_cost.shape[:1], m)}))
        refuse(self._number_faults())

    def _number_faults(self) -> Iterator[str]:
        yield from name_faults(self, ("patients", "rooms"))
        yield from position_faults(self, {"room": len(self.rooms)}, least=NOWHERE)
        yield from position_faults(self, {"specialty": self.outlier_cost.shape[0]})
        costs = ("wait_cost", "outlier_cost", "care_cost", "move_cost")
        yield from least_faults(self, (*costs, "care_needed", "free", "n_rooms", "care"))
        yield from finite_faults(self, ("care_cost", "move_cost"))

    @property
    def by_sex(self) -> BoolArray:
        """Mark the empty rooms of which it is still open whether women or men go there; shape (R,)."""
        return np.asarray(self.single_sex & ~self.women & ~self.men & (self.free > 1), dtype=np.bool_)

    @property
    def may_wait(self) -> BoolArray:
        """Mark the patients who may be left without a room for now; shape (P,)."""
        return np.asarray((self.room == NOWHERE) & np.isfinite(self.wait_cost), dtype=np.bool_)

    def price(self) -> FloatArray:
        """Price each patient in each kind of room; inf where the patient may not lie; shape (P, R)."""
        patients, rooms = np.arange(len(self.patients))[:, None], np.arange(len(self.rooms))[None, :]
        above = self.care[None, :] - self.care_needed[:, None]
        moved = (self.room[:, None] != NOWHERE) & (self.room[:, None] != rooms)
        others_fit = ~np.where(self.woman[:, None], self.men, self.women) | ~self.single_sex
        alone_fit = self.isolation & ~self.women & ~self.men
        fits = np.where(self.isolated[:, None], alone_fit, others_fit) & (self.free > 0) & (above >= 0)
        fits &= ~(moved & self.stays[:, None])
        fits &= (self.hospital[:, None] == self.room_hospital) & (self.n_rooms > 0)
        price = self.outlier_cost[self.specialty[patients], rooms] + self.care_cost * above + self.move_cost * moved
        return np.where(fits, price, np.inf)


@dataclass(frozen=True, slots=True)
class BeddingPlan:
    """Where everybody goes.

    Args:
        room: for each patient the position of the kind of room, -1 for who waits.
        cost: what it costs, in the unit of the case.
    """

    room: tuple[int, ...]
    cost: float


def plan_of(case: BeddingCase, room: list[int]) -> BeddingPlan:
    """Price the rooms of all patients; `room` holds a position for each, -1 for who waits."""
    price = case.price()
    costs = (case.wait_cost[p] if r == NOWHERE else price[p, r] for p, r in enumerate(room))
    return BeddingPlan(tuple(room), float(sum(costs)))
