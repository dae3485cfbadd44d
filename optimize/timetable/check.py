"""Check a timetable by the rules alone: count violations and costs, one constraint after the other.

Shares nothing with the search but the case and the plan, and recomputes everything from them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimize.timetable.case import COSTS, SHIFTS, Timetable, TimetableCase


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold what a check found: violations by name, in words, and costs by name, each weighted."""

    violations: dict[str, int]
    words: tuple[str, ...]
    costs: dict[str, int]

    @property
    def n_violations(self) -> int:
        """Count the violations as the competition does, minutes of overtime being one each."""
        return sum(self.violations.values())

    @property
    def cost(self) -> int:
        """Return the sum of the weighted costs."""
        return sum(self.costs.values())


@dataclass(frozen=True, slots=True)
class _Stay:
    """Describe where a person lies: person, room, and days from first up to last, not included."""

    person: int
    room: int
    first: int
    last: int


Broken = tuple[str, int, str]


def check(case: TimetableCase, plan: Timetable) -> Verdict:
    """Return the violations and the costs of a plan."""
    stays = list(_stays(case, plan))
    broken = [*_broken_by_patients(case, plan), *_broken_in_rooms(case, stays), *_broken_nurses(case, plan, stays)]
    violations: Counter[str] = Counter()
    for name, amount, _ in broken:
        violations[name] += amount
    measures = {
        "room_mixed_age": _mixed_age(case, stays),
        **_nursing(case, plan, stays),
        **_operating(case, plan),
        "patient_delay": int((plan.day - case.release)[plan.day >= 0].sum()),
        "unscheduled_optional": int(((plan.day < 0) & ~case.mandatory).sum()),
    }
    costs = {name: int(case.weight[i]) * measures[name] for i, name in enumerate(COSTS)}
    return Verdict(dict(violations), tuple(words for _, _, words in broken), costs)


def _stays(case: TimetableCase, plan: Timetable) -> Iterator[_Stay]:
    for p in np.flatnonzero(plan.day >= 0).tolist():
        first = int(plan.day[p])
        yield _Stay(p, int(plan.room[p]), first, min(first + int(case.stay_days[p]), case.n_days))
    for o, room in enumerate(case.occupied_room.tolist()):
        q = case.n_patients + o
        yield _Stay(q, room, 0, min(int(case.stay_days[q]), case.n_days))


def _broken_by_patients(case: TimetableCase, plan: Timetable) -> Iterator[Broken]:
    for p, name in enumerate(case.patient_ids):
        day = int(plan.day[p])
        if day < 0:
            if case.mandatory[p]:
                yield "MandatoryUnscheduledPatients", 1, f"patient {name} must be admitted by day {case.due[p]}"
            continue
        if not case.release[p] <= day <= case.due[p]:
            yield "AdmissionDay", 1, f"patient {name} is admitted on day {day}, not {case.release[p]} to {case.due[p]}"
        if not case.suits[p, plan.room[p]]:
            yield "PatientRoomCompatibility", 1, f"room {case.room_ids[plan.room[p]]} does not suit patient {name}"
    yield from _overtime(case, plan)


def _overtime(case: TimetableCase, plan: Timetable) -> Iterator[Broken]:
    surgeons, theatres = np.zeros_like(case.surgeon_min), np.zeros_like(case.theatre_min)
    for p in np.flatnonzero(plan.day >= 0).tolist():
        surgeons[case.surgeon[p], plan.day[p]] += case.minutes[p]
        theatres[plan.theatre[p], plan.day[p]] += case.minutes[p]
    over = (
        ("SurgeonOvertime", "surgeon", case.surgeon_ids, surgeons - case.surgeon_min),
        ("OperatingTheaterOvertime", "theatre", case.theatre_ids, theatres - case.theatre_min),
    )
    for rule, what, names, minutes in over:
        for i, day in np.argwhere(minutes > 0).tolist():
            yield rule, int(minutes[i, day]), f"{what} {names[i]} works {minutes[i, day]} min too long on day {day}"


def _broken_in_rooms(case: TimetableCase, stays: list[_Stay]) -> Iterator[Broken]:
    for (room, day), people in _people_by_room_and_day(stays).items():
        where = f"room {case.room_ids[room]} on day {day}"
        first = sum(case.gender[q] == 0 for q in people)
        if mixed := min(first, len(people) - first):
            yield "RoomGenderMix", mixed, f"{where} holds both genders"
        if len(people) > case.beds[room]:
            yield "RoomCapacity", len(people) - int(case.beds[room]), f"{where} holds {len(people)} people"


def _people_by_room_and_day(stays: list[_Stay]) -> dict[tuple[int, int], list[int]]:
    people: dict[tuple[int, int], list[int]] = {}
    for stay in stays:
        for day in range(stay.first, stay.last):
            people.setdefault((stay.room, day), []).append(stay.person)
    return people


def _broken_nurses(case: TimetableCase, plan: Timetable, stays: list[_Stay]) -> Iterator[Broken]:
    for room, day in _people_by_room_and_day(stays):
        for shift in range(SHIFTS * day, SHIFTS * day + SHIFTS):
            nurse = int(plan.nurse[room, shift])
            where = f"room {case.room_ids[room]} in shift {shift % SHIFTS} of day {day}"
            if nurse < 0:
                yield "UncoveredRoom", 1, f"{where} has no nurse"
            elif case.most_load[nurse, shift] < 0:
                yield "NursePresence", 1, f"nurse {case.nurse_ids[nurse]} does not work, but has {where}"


def _mixed_age(case: TimetableCase, stays: list[_Stay]) -> int:
    groups = ([int(case.age[q]) for q in people] for people in _people_by_room_and_day(stays).values())
    return sum(max(ages) - min(ages) for ages in groups)


def _nursing(case: TimetableCase, plan: Timetable, stays: list[_Stay]) -> dict[str, int]:
    """Return the skill that is missing, the nurses that people see, and the workload beyond what nurses should have."""
    missing = seen = 0
    load: Counter[tuple[int, int]] = Counter()
    for stay in stays:
        nurses = set()
        for since, shift in enumerate(range(SHIFTS * stay.first, SHIFTS * stay.last)):
            nurse = int(plan.nurse[stay.room, shift])
            if nurse < 0:
                continue
            nurses.add(nurse)
            missing += max(0, int(case.skill[stay.person, since] - case.nurse_skill[nurse]))
            load[nurse, shift] += int(case.workload[stay.person, since])
        seen += len(nurses)
    beyond = sum(max(0, amount - int(case.most_load[place])) for place, amount in load.items())
    return {"room_nurse_skill": missing, "continuity_of_care": seen, "nurse_eccessive_workload": beyond}


def _operating(case: TimetableCase, plan: Timetable) -> dict[str, int]:
    """Return how many theatres are opened on a day, and how often surgeons change theatres."""
    cases = [
        (int(plan.day[p]), int(plan.theatre[p]), int(case.surgeon[p])) for p in np.flatnonzero(plan.day >= 0).tolist()
    ]
    opened = {(day, theatre) for day, theatre, _ in cases}
    places, days = {(day, surgeon, theatre) for day, theatre, surgeon in cases}, {(day, s) for day, _, s in cases}
    return {"open_operating_theater": len(opened), "surgeon_transfer": len(places) - len(days)}
