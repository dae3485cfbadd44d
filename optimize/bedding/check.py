"""Judge a bedding plan by counting heads in every kind of room; shares nothing with the model."""

from collections.abc import Iterator
from math import ceil, inf

from optimize.bedding.case import NOWHERE, BeddingCase, BeddingPlan
from optimize.score import AGREES_WITHIN, Term, total


def breaches(case: BeddingCase, plan: BeddingPlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    found = [fault for p, r in enumerate(plan.room) for fault in _misplaced(case, p, r)]
    for r, room in enumerate(case.rooms):
        filled = _rooms_filled(case, r, plan)
        if filled > case.n_rooms[r]:
            found.append(f"{room} would have to be {filled:g} rooms, there are {case.n_rooms[r]}")
    cost = total(terms(case, plan))
    if abs(cost - plan.cost) > AGREES_WITHIN * max(1.0, abs(cost)):
        found.append(f"the plan costs {cost:g}, it says {plan.cost:g}")
    return found


def terms(case: BeddingCase, plan: BeddingPlan) -> Iterator[Term]:
    """Yield what each patient costs, and, at no price, how many rooms of each kind are filled."""
    for p, r in enumerate(plan.room):
        name = case.patients[p]
        if r == NOWHERE:
            yield Term("waiting", name, 1.0, float(case.wait_cost[p]))
            continue
        yield Term("outlier", name, 1.0, float(case.outlier_cost[case.specialty[p], r]))
        yield Term("care above need", name, float(case.care[r] - case.care_needed[p]), case.care_cost)
        yield Term("move", name, float(case.room[p] not in (NOWHERE, r)), case.move_cost)
    for r, room in enumerate(case.rooms):
        yield Term("rooms filled", room, _rooms_filled(case, r, plan))


def _rooms_filled(case: BeddingCase, r: int, plan: BeddingPlan) -> float:
    """Count the rooms of one kind that its patients need; inf where there is no bed in any."""
    inside = [p for p, room in enumerate(plan.room) if room == r]
    alone = sum(1 for p in inside if case.isolated[p])
    women = sum(1 for p in inside if case.woman[p] and not case.isolated[p])
    men = len(inside) - alone - women
    if not inside:
        return 0.0
    if not case.free[r]:
        return inf
    if case.single_sex[r] and not (case.women[r] or case.men[r]):
        return alone + ceil(women / int(case.free[r])) + ceil(men / int(case.free[r]))
    return alone + ceil((women + men) / int(case.free[r]))


def _misplaced(case: BeddingCase, p: int, r: int) -> Iterator[str]:
    """Say why one patient may not be where the plan says."""
    name = case.patients[p]
    if r == NOWHERE:
        if case.room[p] != NOWHERE:
            yield f"{name} is put out of {case.rooms[case.room[p]]}"
        elif case.wait_cost[p] == inf:
            yield f"{name} must not wait"
        return
    room = case.rooms[r]
    if case.stays[p] and case.room[p] not in (NOWHERE, r):
        yield f"{name} must stay in {case.rooms[case.room[p]]}"
    if case.hospital[p] != case.room_hospital[r]:
        yield f"{name} is in another hospital than {room}"
    if case.care[r] < case.care_needed[p]:
        yield f"{name} needs more care than {room} offers"
    if case.outlier_cost[case.specialty[p], r] == inf:
        yield f"{name} is of a specialty that must not be in {room}"
    if case.isolated[p] and (not case.isolation[r] or case.women[r] or case.men[r]):
        yield f"{name} must be alone, and cannot be in {room}"
    if not case.isolated[p] and case.single_sex[r] and (case.men[r] if case.woman[p] else case.women[r]):
        yield f"{name} would share {room} with the other sex"
