"""Read and write timetabling problems and plans in the format of the competition of 2024."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from optimize.timetable.case import COSTS, SHIFTS, Timetable, TimetableCase

SHIFT_NAMES = ("early", "late", "night")
NOT_ADMITTED = "none"


def read_case(path: Path) -> TimetableCase:
    """Read an instance."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    n_days = raw["days"]
    patients, occupants, rooms = raw["patients"], raw["occupants"], raw["rooms"]
    people = [*patients, *occupants]
    room_ids, surgeon_ids = _ids(rooms), _ids(raw["surgeons"])
    mandatory = np.array([one["mandatory"] for one in patients], dtype=bool)
    due = [one["surgery_due_day"] if one["mandatory"] else n_days - 1 for one in patients]
    return TimetableCase(
        patient_ids=_ids(patients),
        occupant_ids=_ids(occupants),
        room_ids=room_ids,
        theatre_ids=_ids(raw["operating_theaters"]),
        surgeon_ids=surgeon_ids,
        nurse_ids=_ids(raw["nurses"]),
        n_days=n_days,
        n_ages=len(raw["age_groups"]),
        n_skills=raw["skill_levels"],
        weight=_ints([raw["weights"][name] for name in COSTS]),
        gender=_ints([("A", "B").index(one["gender"]) for one in people]),
        age=_ints([raw["age_groups"].index(one["age_group"]) for one in people]),
        stay_days=_ints([one["length_of_stay"] for one in people]),
        workload=_padded([one["workload_produced"] for one in people]),
        skill=_padded([one["skill_level_required"] for one in people]),
        release=_ints([one["surgery_release_day"] for one in patients]),
        due=_ints(due),
        minutes=_ints([one["surgery_duration"] for one in patients]),
        surgeon=_ints([surgeon_ids.index(one["surgeon_id"]) for one in patients]),
        mandatory=mandatory,
        suits=np.array([[room not in one["incompatible_room_ids"] for room in room_ids] for one in patients]),
        occupied_room=_ints([room_ids.index(one["room_id"]) for one in occupants]),
        beds=_ints([room["capacity"] for room in rooms]),
        theatre_min=_ints([one["availability"] for one in raw["operating_theaters"]]),
        surgeon_min=_ints([one["max_surgery_time"] for one in raw["surgeons"]]),
        nurse_skill=_ints([one["skill_level"] for one in raw["nurses"]]),
        most_load=_loads(raw["nurses"], n_days),
    )


def _ids(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(row["id"]) for row in rows)


def _ints(values: Any) -> Any:
    return np.array(values, dtype=np.int64)


def _padded(rows: list[list[int]]) -> Any:
    table = np.zeros((len(rows), max((len(row) for row in rows), default=0)), dtype=np.int64)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


def _loads(nurses: list[dict[str, Any]], n_days: int) -> Any:
    table = np.full((len(nurses), SHIFTS * n_days), -1, dtype=np.int64)
    for i, nurse in enumerate(nurses):
        for shift in nurse["working_shifts"]:
            table[i, SHIFTS * shift["day"] + SHIFT_NAMES.index(shift["shift"])] = shift["max_load"]
    return table


def read_plan(case: TimetableCase, path: Path) -> Timetable:
    """Read a plan."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    rows = {row["id"]: row for row in raw["patients"] if row["admission_day"] != NOT_ADMITTED}
    day, room, theatre = (np.full(case.n_patients, -1, dtype=np.int64) for _ in range(3))
    for p, name in enumerate(case.patient_ids):
        if name in rows:
            day[p] = rows[name]["admission_day"]
            room[p] = case.room_ids.index(rows[name]["room"])
            theatre[p] = case.theatre_ids.index(rows[name]["operating_theater"])
    nurse = np.full((len(case.room_ids), SHIFTS * case.n_days), -1, dtype=np.int64)
    for row in raw["nurses"]:
        for given in row["assignments"]:
            shift = SHIFTS * given["day"] + SHIFT_NAMES.index(given["shift"])
            for name in given["rooms"]:
                nurse[case.room_ids.index(name), shift] = case.nurse_ids.index(row["id"])
    return Timetable(day, room, theatre, nurse)


def plan_text(case: TimetableCase, plan: Timetable) -> str:
    """Write a plan; nurses get the rooms in which somebody lies."""
    patients = [
        {
            "id": name,
            "admission_day": int(plan.day[p]),
            "room": case.room_ids[plan.room[p]],
            "operating_theater": case.theatre_ids[plan.theatre[p]],
        }
        if plan.day[p] >= 0
        else {"id": name, "admission_day": NOT_ADMITTED}
        for p, name in enumerate(case.patient_ids)
    ]
    used = _used(case, plan)
    nurses = [
        {"id": name, "assignments": [_assigned(case, plan, used, n, s) for s in np.flatnonzero(row >= 0).tolist()]}
        for n, (name, row) in enumerate(zip(case.nurse_ids, case.most_load, strict=True))
    ]
    return json.dumps({"patients": patients, "nurses": nurses}, indent=1) + "\n"


def _assigned(case: TimetableCase, plan: Timetable, used: Any, nurse: int, shift: int) -> dict[str, Any]:
    rooms = np.flatnonzero((plan.nurse[:, shift] == nurse) & used[:, shift // SHIFTS]).tolist()
    names = [case.room_ids[r] for r in rooms]
    return {"day": shift // SHIFTS, "shift": SHIFT_NAMES[shift % SHIFTS], "rooms": names}


def _used(case: TimetableCase, plan: Timetable) -> Any:
    """Say in which rooms somebody lies on which days, (rooms, days)."""
    used = np.zeros((len(case.room_ids), case.n_days), dtype=bool)
    for p in np.flatnonzero(plan.day >= 0).tolist():
        used[plan.room[p], plan.day[p] : plan.day[p] + case.stay_days[p]] = True
    for o, room in enumerate(case.occupied_room.tolist()):
        used[room, : case.stay_days[case.n_patients + o]] = True
    return used
