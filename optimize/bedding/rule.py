"""Put patients into rooms one by one, as a bed manager does by hand."""

from time import perf_counter

import numpy as np

from optimize.bedding.case import NOWHERE, BeddingCase, BeddingPlan, plan_of
from optimize.contract import Ending, Solved


def by_rule(case: BeddingCase) -> Solved[BeddingPlan]:
    """Give each patient in turn, dearest to leave waiting first, the cheapest room with a bed left.

    Those who have a room keep it. NO_ANSWER if the rule ends with a patient who may not wait, or who may not
    stay.
    """
    started = perf_counter()
    price, tally = case.price(), Tally(case)
    room = case.room.tolist()
    for p in np.lexsort((-case.wait_cost, case.room == NOWHERE)).tolist():
        choices = [room[p]] if room[p] != NOWHERE else np.argsort(price[p], kind="stable").tolist()
        room[p] = next((r for r in choices if np.isfinite(price[p, r]) and tally.takes(p, r)), NOWHERE)
    held = all(r != NOWHERE or may_wait for r, may_wait in zip(room, case.may_wait.tolist(), strict=True))
    plan = plan_of(case, room) if held else None
    ending = Ending.FEASIBLE if held else Ending.NO_ANSWER
    return Solved(ending, plan, plan.cost if plan else None, None, perf_counter() - started)


class Tally:
    """Count who is in which kind of room already."""

    def __init__(self, case: BeddingCase) -> None:
        self._case = case
        self._counts = np.zeros((len(case.rooms), 3), dtype=np.intp)

    def takes(self, patient: int, room: int) -> bool:
        """Add the patient if the rooms of that kind have place; say whether they do."""
        case = self._case
        column = 2 if case.isolated[patient] else int(case.woman[patient])
        self._counts[room, column] += 1
        if (
            rooms_needed(self._counts[room].tolist(), int(case.free[room]), bool(case.by_sex[room]))
            <= case.n_rooms[room]
        ):
            return True
        self._counts[room, column] -= 1
        return False


def rooms_needed(counts: list[int], free: int, by_sex: bool) -> int:
    """Count the rooms that men, women and patients alone (`counts`, in this order) fill, with `free` beds each."""
    men, women, alone = counts
    shared = -(-men // free) - (-women // free) if by_sex else -(-(men + women) // free)
    return alone + shared
