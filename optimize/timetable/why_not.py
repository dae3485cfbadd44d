"""Say why a patient is not admitted: what it would cost to force him in, or which rules stand against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from optimize.timetable.case import Timetable, TimetableCase
from optimize.timetable.check import check
from optimize.timetable.repair import nurses_on_duty

MOST_JUDGED = 200
"""Only so many admissions are judged, those that break least and come first."""
MOST_NURSED = 5
"""Only for so many of these, the cheapest, nurses are chosen for rooms that were empty; before, anybody on duty is."""
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Hold the cheapest admission of a patient: where, how many violations and what price it has, and both in words."""

    place: Place
    n_violations: int
    price: int
    words: str


def why_not(case: TimetableCase, plan: Timetable, patient: int) -> WhyNot:
    """Force a patient in on every day, in every room and theatre, everybody else as planned; tell the cheapest.

    The price is the change of the cost. Where every admission breaks rules, the one that breaks least is told, with
    the rules.

    Raises:
        ValueError: if the patient is admitted.
    """
    name = case.patient_ids[patient]
    if plan.day[patient] >= 0:
        raise ValueError(f"patient {name} is admitted; ask for one who is not")
    before, anybody = check(case, plan), nurses_on_duty(case, plan)
    judged = []
    for _, place in nsmallest(MOST_JUDGED, _places(case, plan, patient)):
        verdict = check(case, _with(anybody, patient, place))
        judged.append((verdict.n_violations, verdict.cost, place))
    tried = []
    for _, _, place in nsmallest(MOST_NURSED, judged):
        verdict = check(case, nurses_on_duty(case, _with(plan, patient, place)))
        broken = [words for words in verdict.words if words not in before.words]
        tried.append((verdict.n_violations - before.n_violations, verdict.cost - before.cost, place, broken))
    if not tried:
        return WhyNot((-1, -1, -1), 1, 0, f"patient {name} may be admitted on no day to no room")
    more, price, place, broken = min(tried)
    where = f"day {place[0]}, room {case.room_ids[place[1]]}, theatre {case.theatre_ids[place[2]]}"
    if broken:
        return WhyNot(place, max(1, more), price, f"patient {name} fits nowhere; on {where}: {'; '.join(broken)}")
    told = f"costs {price} more" if price >= 0 else f"costs {-price} less"
    return WhyNot(place, 0, price, f"patient {name} fits on {where}: that {told}")


def _with(plan: Timetable, patient: int, place: Place) -> Timetable:
    out = plan.copy()
    out.day[patient], out.room[patient], out.theatre[patient] = place
    return out


def _places(case: TimetableCase, plan: Timetable, patient: int) -> Iterator[tuple[int, Place]]:
    """Yield how much each admission breaks of times, beds and genders, and where it is."""
    lie = np.zeros((2, len(case.room_ids), case.n_days), dtype=np.int64)
    surgeon, theatres = case.surgeon_min[case.surgeon[patient]].copy(), case.theatre_min.copy()
    for p in np.flatnonzero(plan.day >= 0).tolist():
        lie[case.gender[p], plan.room[p], plan.day[p] : plan.day[p] + case.stay_days[p]] += 1
        theatres[plan.theatre[p], plan.day[p]] -= case.minutes[p]
        surgeon[plan.day[p]] -= case.minutes[p] * (case.surgeon[p] == case.surgeon[patient])
    for o, room in enumerate(case.occupied_room.tolist()):
        q = case.n_patients + o
        lie[case.gender[q], room, : case.stay_days[q]] += 1
    full = np.maximum(0, lie.sum(axis=0) + 1 - case.beds[:, None])
    blocked = full + lie[1 - case.gender[patient]]
    minutes = int(case.minutes[patient])
    for day in range(int(case.release[patient]), int(case.due[patient]) + 1):
        over = np.maximum(0, minutes - theatres[:, day]) + max(0, minutes - int(surgeon[day]))
        stay = slice(day, day + int(case.stay_days[patient]))
        for room in np.flatnonzero(case.suits[patient]).tolist():
            for theatre, late in enumerate(over.tolist()):
                yield int(blocked[room, stay].sum()) + late, (day, room, theatre)
