"""Mend a plan after a disruption with as few changes as can be found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimize.timetable.arrays import BoolArray, IntArray
from optimize.timetable.case import SHIFTS, Timetable, TimetableCase
from optimize.timetable.chain import Chain
from optimize.timetable.check import check

WIDENINGS = 6
"""How often more decisions are freed when those free so far do not mend the plan."""

ONLY_PATIENTS = {"move patient": 0.6, "exchange patients": 0.3, "move theatre": 0.1}
"""Moves that touch no nurse, and no patient who is pinned."""
RESORT_FROM = 3
"""From this widening on others may be pushed aside or left out, as when emergencies take their places."""
RESORT = {**ONLY_PATIENTS, "insert with ejection": 0.3, "drop patient": 0.05}


@dataclass(frozen=True, slots=True)
class Mended:
    """Hold a mended plan: whether it keeps every rule, and which patients and room-shifts differ from before.

    A decision is a patient's day, room or theatre, or the nurse of a room in a shift; whoever comes or is left out
    counts with three. Of all `n_decisions` that both plans hold, `n_changes` differ.
    """

    plan: Timetable
    fits: bool
    patients: tuple[int, ...]
    n_nurse_changes: int
    cost_before: int
    cost: int
    n_changes: int
    n_decisions: int


def close_theatre(case: TimetableCase, theatre: int, days: range) -> TimetableCase:
    """Return the case with a theatre closed on some days."""
    minutes = case.theatre_min.copy()
    minutes[theatre, days.start : days.stop] = 0
    return replace(case, theatre_min=minutes)


def nurse_ill(case: TimetableCase, nurse: int, days: range) -> TimetableCase:
    """Return the case with a nurse away on some days."""
    most = case.most_load.copy()
    most[nurse, SHIFTS * days.start : SHIFTS * days.stop] = -1
    return replace(case, most_load=most)


def emergency(case: TimetableCase, patient: int, days: range) -> TimetableCase:
    """Return the case in which a patient must be admitted within some days."""
    mandatory, due, release = case.mandatory.copy(), case.due.copy(), case.release.copy()
    mandatory[patient], release[patient], due[patient] = True, days.start, days.stop - 1
    return replace(case, mandatory=mandatory, due=due, release=release)


def wave(case: TimetableCase, plan: Timetable, n: int, days: range) -> tuple[TimetableCase, Timetable]:
    """Return the case with n more patients who must be admitted within some days, and the plan that lacks them.

    They are like patients of the case, taken at equal distances from its list, but every room suits them.

    Raises:
        ValueError: if the case has no patients whom they could be like.
    """
    if not case.n_patients:
        raise ValueError("the case has no patients; an emergency wave is made of patients like those of the case")
    like = np.arange(n) * case.n_patients // max(n, 1) % case.n_patients
    at, first, last = case.n_patients, np.full(n, days.start), np.full(n, days.stop - 1)

    def person(part: IntArray) -> IntArray:
        return np.insert(part, at, part[like], axis=0)

    after = replace(
        case,
        patient_ids=(*case.patient_ids, *(f"emergency{i + 1}" for i in range(n))),
        release=np.concatenate([case.release, first]),
        due=np.concatenate([case.due, last]),
        mandatory=np.concatenate([case.mandatory, np.ones(n, dtype=bool)]),
        suits=np.vstack([case.suits, np.ones((n, len(case.room_ids)), dtype=bool)]),
        minutes=np.concatenate([case.minutes, case.minutes[like]]),
        surgeon=np.concatenate([case.surgeon, case.surgeon[like]]),
        gender=person(case.gender),
        age=person(case.age),
        stay_days=person(case.stay_days),
        workload=person(case.workload),
        skill=person(case.skill),
    )
    day, room, theatre = (np.concatenate([part, np.full(n, -1)]) for part in (plan.day, plan.room, plan.theatre))
    return after, Timetable(day, room, theatre, plan.nurse.copy())


def pin(case: TimetableCase, plan: Timetable, patients: list[int]) -> TimetableCase:
    """Return the case in which these patients, who are admitted, keep their day and room whatever happens."""
    release, due, mandatory, suits = case.release.copy(), case.due.copy(), case.mandatory.copy(), case.suits.copy()
    release[patients] = due[patients] = plan.day[patients]
    mandatory[patients], suits[patients] = True, False
    suits[patients, plan.room[patients]] = True
    return replace(case, release=release, due=due, mandatory=mandatory, suits=suits)


def mend(case: TimetableCase, plan: Timetable, n_moves: int = 400_000, seed: int = 1) -> Mended:
    """Return a plan for a case that has changed: whoever a rule hits is planned anew, first alone, then with others.

    Patients whose admission breaks a rule are taken out, and nurses who are away are replaced by the cheapest on duty.
    Then those taken out look for a place while everybody else is pinned; if they find none, more patients are freed
    step by step, those nearest in days first, and at last pushed aside or left out. Nothing depends on a clock.
    """
    hit = sorted(_hit(case, plan))
    start = nurses_on_duty(case, _without(plan, hit))
    random = np.random.default_rng(seed)
    found, free = start, list(hit)
    for widening in range(WIDENINGS):
        shares = ONLY_PATIENTS if widening < RESORT_FROM else RESORT
        found = _placed(case, start, free, (n_moves, shares), random) if free else start
        if not check(case, found).n_violations:
            break
        free = _wider(case, plan, hit, widening)
    found = nurses_on_duty(case, _unmoved(case, plan, found))
    return _mended(case, plan, found)


def _mended(case: TimetableCase, plan: Timetable, found: Timetable) -> Mended:
    same = (plan.day == found.day) & (plan.room == found.room) & (plan.theatre == found.theatre)
    used = _used(case, found)
    verdict = check(case, found)
    moved = tuple(np.flatnonzero(~same).tolist())
    n_nurses = int(((plan.nurse != found.nurse) & used).sum())
    parts = ((getattr(plan, part), getattr(found, part)) for part in ("day", "room", "theatre"))
    n_changes = n_nurses + sum(int((before != after).sum()) for before, after in parts)
    n_decisions = 3 * int(((plan.day >= 0) | (found.day >= 0)).sum()) + int(used.sum())
    costs = check(case, plan).cost, verdict.cost
    return Mended(found, not verdict.n_violations, moved, n_nurses, *costs, n_changes, n_decisions)


def _used(case: TimetableCase, plan: Timetable) -> BoolArray:
    """Say in which rooms somebody lies in which shifts, (rooms, shifts)."""
    used = np.zeros(plan.nurse.shape, dtype=bool)
    for p in np.flatnonzero(plan.day >= 0).tolist():
        used[plan.room[p], SHIFTS * plan.day[p] : SHIFTS * (plan.day[p] + case.stay_days[p])] = True
    for o, room in enumerate(case.occupied_room.tolist()):
        used[room, : SHIFTS * case.stay_days[case.n_patients + o]] = True
    return used


def _hit(case: TimetableCase, plan: Timetable) -> Iterator[int]:
    """Yield who cannot stay as planned, the cheapest to move first where only some of several must go."""
    held = _without(plan, [])
    surgeons, theatres, lie = case.surgeon_min.copy(), case.theatre_min.copy(), _occupants(case)
    order = sorted(np.flatnonzero(plan.day >= 0).tolist(), key=lambda p: (not case.mandatory[p], case.minutes[p]))
    for p in order:
        day, theatre, surgeon = int(held.day[p]), int(held.theatre[p]), int(case.surgeon[p])
        minutes = int(case.minutes[p])
        in_time = bool(case.release[p] <= day <= case.due[p] and case.suits[p, held.room[p]])
        there = lie[:, held.room[p], day : day + int(case.stay_days[p])]
        crowded = (there.sum(axis=0) >= case.beds[held.room[p]]).any() or there[1 - case.gender[p]].any()
        if not in_time or crowded or min(surgeons[surgeon, day], theatres[theatre, day]) < minutes:
            yield p
            continue
        there[case.gender[p]] += 1
        surgeons[surgeon, day] -= minutes
        theatres[theatre, day] -= minutes
    yield from np.flatnonzero((plan.day < 0) & case.mandatory).tolist()


def _occupants(case: TimetableCase) -> IntArray:
    """Count the occupants of each gender by room and day, (2, rooms, days)."""
    lie = np.zeros((2, len(case.room_ids), case.n_days), dtype=np.int64)
    for o, room in enumerate(case.occupied_room.tolist()):
        q = case.n_patients + o
        lie[case.gender[q], room, : case.stay_days[q]] += 1
    return lie


def _without(plan: Timetable, patients: list[int]) -> Timetable:
    out = plan.copy()
    for part in (out.day, out.room, out.theatre):
        part[patients] = -1
    return out


def nurses_on_duty(case: TimetableCase, plan: Timetable) -> Timetable:
    """Return the plan with every room that nobody on duty nurses given to whoever costs least."""
    out, used = plan.copy(), _used(case, plan)
    present = case.most_load[np.maximum(out.nurse, 0), np.arange(out.nurse.shape[1])] >= 0
    away = (out.nurse < 0) | ~present
    for room, shift in np.argwhere(away).tolist():
        on_duty = np.flatnonzero(case.most_load[:, shift] >= 0)
        out.nurse[room, shift] = on_duty[0] if len(on_duty) else -1
    for room, shift in np.argwhere(away & used).tolist():
        costs = {nurse: _cost_with(case, out, room, shift, nurse) for nurse in _candidates(case, shift)}
        if costs:
            out.nurse[room, shift] = min(costs, key=lambda nurse: (costs[nurse], nurse))
    return out


def _candidates(case: TimetableCase, shift: int) -> list[int]:
    found: list[int] = np.flatnonzero(case.most_load[:, shift] >= 0).tolist()
    return found


def _cost_with(case: TimetableCase, plan: Timetable, room: int, shift: int, nurse: int) -> int:
    trial = plan.copy()
    trial.nurse[room, shift] = nurse
    return check(case, trial).cost


def _placed(
    case: TimetableCase,
    start: Timetable,
    free: list[int],
    how: tuple[int, dict[str, float]],
    random: np.random.Generator,
) -> Timetable:
    """Return the best plan found when only patients of a list may move, by so many moves, of kinds in such shares."""
    chain = Chain(case, random, start)
    hot = max(1.0, float(case.weight[-1]) / 10)
    chain.run(how[0], (hot, 1.0, 0.0), np.array(free), how[1])
    return chain.plan


def _wider(case: TimetableCase, plan: Timetable, hit: list[int], widening: int) -> list[int]:
    """Return who is free next: those hit, and admitted patients nearest to their days, twice as many each time."""
    wanted = np.array([case.release[p] for p in hit])
    others = np.array([p for p in np.flatnonzero(plan.day >= 0).tolist() if p not in hit], dtype=np.int64)
    distance = np.abs(plan.day[others][:, None] - wanted[None, :]).min(axis=1)
    near = others[np.argsort(distance, kind="stable")]
    return [*hit, *near[: 4 * 2**widening].tolist()]


def _unmoved(case: TimetableCase, plan: Timetable, found: Timetable) -> Timetable:
    """Return the plan with every patient back where he was before, as far as that keeps every rule."""
    out = found.copy()
    for p in np.flatnonzero((plan.day != found.day) | (plan.room != found.room) | (plan.theatre != found.theatre)):
        if plan.day[p] < 0:
            continue
        trial = out.copy()
        trial.day[p], trial.room[p], trial.theatre[p] = plan.day[p], plan.room[p], plan.theatre[p]
        if check(case, trial).n_violations <= check(case, out).n_violations:
            out = trial
    return out
