"""Read and write timetabling problems and plans in the format of the competition of 2024."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from experiments.files.timetable_faults import SHIFT_NAMES, faults_of, faults_of_plan, load_object
from optimize.timetable.case import COSTS, SHIFTS, Timetable, TimetableCase
from sim.faults import Fault, ScenarioError

NOT_ADMITTED = "none"


def read_case(path: Path) -> TimetableCase:
    """Read an instance.

    Raises:
        ScenarioError: with every fault found.
    """
    raw = load_object(path)
    _stop_at(faults_of(raw))
    return _case(raw)


def _stop_at(faults: list[Fault]) -> None:
    if faults:
        raise ScenarioError(faults)


def _case(raw: dict[str, Any]) -> TimetableCase:
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
        suits=np.array(
            [[room not in one["incompatible_room_ids"] for room in room_ids] for one in patients], dtype=bool
        ).reshape(len(patients), len(room_ids)),
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
    """Read a plan.

    Raises:
        ScenarioError: with every fault of the file found; whether the plan breaks rules is the checker's business.
    """
    raw = load_object(path)
    names = {
        "patients": case.patient_ids,
        "rooms": case.room_ids,
        "theatres": case.theatre_ids,
        "nurses": case.nurse_ids,
    }
    _stop_at(faults_of_plan(raw, names, case.n_days))
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


def case_text(case: TimetableCase) -> str:
    """Write a problem; `read_case` reads it again."""
    raw = {
        "days": case.n_days,
        "skill_levels": case.n_skills,
        "shift_types": list(SHIFT_NAMES),
        "age_groups": [f"age{i}" for i in range(case.n_ages)],
        "weights": dict(zip(COSTS, case.weight.tolist(), strict=True)),
        "occupants": [_occupant(case, o) for o in range(len(case.occupant_ids))],
        "patients": [_patient(case, p) for p in range(case.n_patients)],
        "rooms": [{"id": i, "capacity": n} for i, n in zip(case.room_ids, case.beds.tolist(), strict=True)],
        "operating_theaters": _timed(case.theatre_ids, "availability", case.theatre_min),
        "surgeons": _timed(case.surgeon_ids, "max_surgery_time", case.surgeon_min),
        "nurses": [_nurse(case, n) for n in range(len(case.nurse_ids))],
    }
    return json.dumps(raw, indent=1) + "\n"


def _timed(names: tuple[str, ...], field: str, minutes: Any) -> list[dict[str, Any]]:
    return [{"id": name, field: row} for name, row in zip(names, minutes.tolist(), strict=True)]


def _person(case: TimetableCase, q: int) -> dict[str, Any]:
    n = SHIFTS * int(case.stay_days[q])
    return {
        "gender": "AB"[case.gender[q]],
        "age_group": f"age{case.age[q]}",
        "length_of_stay": int(case.stay_days[q]),
        "workload_produced": case.workload[q, :n].tolist(),
        "skill_level_required": case.skill[q, :n].tolist(),
    }


def _occupant(case: TimetableCase, o: int) -> dict[str, Any]:
    room = case.room_ids[case.occupied_room[o]]
    return {"id": case.occupant_ids[o], **_person(case, case.n_patients + o), "room_id": room}


def _patient(case: TimetableCase, p: int) -> dict[str, Any]:
    return {
        "id": case.patient_ids[p],
        "mandatory": bool(case.mandatory[p]),
        **_person(case, p),
        "surgery_release_day": int(case.release[p]),
        **({"surgery_due_day": int(case.due[p])} if case.mandatory[p] else {}),
        "surgery_duration": int(case.minutes[p]),
        "surgeon_id": case.surgeon_ids[case.surgeon[p]],
        "incompatible_room_ids": [case.room_ids[r] for r in np.flatnonzero(~case.suits[p]).tolist()],
    }


def _nurse(case: TimetableCase, nurse: int) -> dict[str, Any]:
    shifts = [
        {"day": s // SHIFTS, "shift": SHIFT_NAMES[s % SHIFTS], "max_load": int(case.most_load[nurse, s])}
        for s in np.flatnonzero(case.most_load[nurse] >= 0).tolist()
    ]
    return {"id": case.nurse_ids[nurse], "skill_level": int(case.nurse_skill[nurse]), "working_shifts": shifts}


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
