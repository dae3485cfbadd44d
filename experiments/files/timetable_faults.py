"""Find every fault of a timetabling problem in the format of the competition of 2024, before anything is made of it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from optimize.timetable.case import COSTS, SHIFTS
from sim.faults import Fault, ScenarioError

LARGEST_FILE = 50_000_000
SHIFT_NAMES = ("early", "late", "night")
Found = Iterator[Fault]
Check = Callable[[str, Any], Found]
MISSING = object()


def load_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises:
        ScenarioError: if there is no such file, or something else in it.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _stop(path, f"{path.stat().st_size} bytes", f"give at most {LARGEST_FILE} bytes")
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _stop(path, error.strerror or str(error), "name a file that can be read") from error
    except (ValueError, RecursionError) as error:
        raise _stop(path, str(error), "give a file of JSON in UTF-8") from error
    if not isinstance(raw, dict):
        raise _stop(path, type(raw).__name__, "give a JSON object")
    return raw


def _stop(path: Path, value: object, mend: str) -> ScenarioError:
    return ScenarioError([Fault(path.name, value, mend)])


def whole(low: int, high: int | None = None) -> Check:
    """Return a check for whole numbers within limits."""
    limits = f"at least {low}" if high is None else f"from {low} to {high}"

    def faults(where: str, value: Any) -> Found:
        fits = isinstance(value, int) and not isinstance(value, bool)
        if not fits or value < low or value > (2**31 - 1 if high is None else high):
            yield Fault(where, value, f"give a whole number {limits}")

    return faults


def one_of(names: Any) -> Check:
    """Return a check for one of some names."""

    def faults(where: str, value: Any) -> Found:
        if value not in names:
            shown = ", ".join(map(str, list(names)[:6])) + (", ..." if len(names) > 6 else "")
            yield Fault(where, value, f"give one of {shown or 'none'}")

    return faults


def rows(check: Check, n: int | None = None) -> Check:
    """Return a check for a list, of n members where n is given, each of which passes a check."""

    def faults(where: str, value: Any) -> Found:
        if not isinstance(value, list):
            yield Fault(where, value, "give a list")
        elif n is not None and len(value) != n:
            yield Fault(where, f"{len(value)} members", f"give {n}")
        else:
            for i, member in enumerate(value):
                yield from check(f"{where}[{i}]", member)

    return faults


def fields(checks: dict[str, Check]) -> Check:
    """Return a check for an object with these fields."""

    def faults(where: str, value: Any) -> Found:
        if not isinstance(value, dict):
            yield Fault(where, value, "give an object")
            return
        for name, check in checks.items():
            if value.get(name, MISSING) is MISSING:
                yield Fault(f"{where}.{name}".lstrip("."), "nothing", "add this field")
            else:
                yield from check(f"{where}.{name}".lstrip("."), value[name])

    return faults


def text(where: str, value: Any) -> Found:
    """Check that a value is a text that says something."""
    if not isinstance(value, str) or not value:
        yield Fault(where, value, "give a name")


def truth(where: str, value: Any) -> Found:
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        yield Fault(where, value, "give true or false")


def faults_of(raw: dict[str, Any]) -> list[Fault]:
    """Return every fault of a problem; those of single rows only once names and numbers of days are right."""
    parts = ("patients", "occupants", "rooms", "operating_theaters", "surgeons", "nurses")
    head = fields(
        {
            "days": whole(1, 1000),
            "skill_levels": whole(1, 100),
            "shift_types": one_of([list(SHIFT_NAMES)]),
            "age_groups": rows(text),
            "weights": fields(dict.fromkeys(COSTS, whole(0, 100_000))),
            **dict.fromkeys(parts, rows(fields({"id": text}))),
        }
    )
    found = list(head("", raw)) or [fault for part in parts for fault in _repeated(part, raw[part])]
    for part in ("rooms", "operating_theaters", "nurses", "surgeons"):
        if not found and not raw[part]:
            found.append(Fault(part, "nothing", "give at least one"))
    return found or [fault for part, check in _checks(raw).items() for fault in rows(check)(part, raw[part])]


def _repeated(part: str, members: list[dict[str, Any]]) -> Found:
    for name, n in Counter(member["id"] for member in members).items():
        if n > 1:
            yield Fault(f"{part}.id", name, f"give each its own name; this one is there {n} times")


def _checks(raw: dict[str, Any]) -> dict[str, Check]:
    """Return the checks of the rows of each part."""
    n_days, skill = raw["days"], whole(0, raw["skill_levels"] - 1)
    ids = {part: [row["id"] for row in raw[part]] for part in ("rooms", "surgeons")}
    minutes = rows(whole(0), n_days)
    shift = fields({"day": whole(0, n_days - 1), "shift": one_of(SHIFT_NAMES), "max_load": whole(0)})
    return {
        "patients": lambda where, one: _patient(where, one, raw, ids),
        "occupants": lambda where, one: _occupant(where, one, raw, ids),
        "rooms": fields({"capacity": whole(1, 1000)}),
        "operating_theaters": fields({"availability": minutes}),
        "surgeons": fields({"max_surgery_time": minutes}),
        "nurses": fields({"skill_level": skill, "working_shifts": rows(shift)}),
    }


def _person(raw: dict[str, Any], stay: Any) -> dict[str, Check]:
    n = SHIFTS * stay if isinstance(stay, int) else None
    return {
        "gender": one_of(("A", "B")),
        "age_group": one_of(raw["age_groups"]),
        "length_of_stay": whole(1, 1000),
        "workload_produced": rows(whole(0), n),
        "skill_level_required": rows(whole(0, raw["skill_levels"] - 1), n),
    }


def _occupant(where: str, one: dict[str, Any], raw: dict[str, Any], ids: dict[str, list[str]]) -> Found:
    yield from fields({**_person(raw, one.get("length_of_stay")), "room_id": one_of(ids["rooms"])})(where, one)


def _patient(where: str, one: dict[str, Any], raw: dict[str, Any], ids: dict[str, list[str]]) -> Found:
    last = raw["days"] - 1
    checks: dict[str, Check] = {
        **_person(raw, one.get("length_of_stay")),
        "mandatory": truth,
        "surgery_release_day": whole(0, last),
        "surgery_duration": whole(0),
        "surgeon_id": one_of(ids["surgeons"]),
        "incompatible_room_ids": rows(one_of(ids["rooms"])),
    }
    found = list(fields(checks)(where, one))
    yield from found
    if not found and one["mandatory"]:
        yield from fields({"surgery_due_day": whole(one["surgery_release_day"], last)})(where, one)


def faults_of_plan(raw: dict[str, Any], names: dict[str, tuple[str, ...]], n_days: int) -> list[Fault]:
    """Return every fault of a plan, for the names of patients, rooms, theatres and nurses, and so many days."""
    day = whole(0, n_days - 1)
    admitted = fields(
        {
            "id": one_of(names["patients"]),
            "admission_day": day,
            "room": one_of(names["rooms"]),
            "operating_theater": one_of(names["theatres"]),
        }
    )
    not_admitted = fields({"id": one_of(names["patients"])})

    def patient(where: str, one: Any) -> Found:
        out = isinstance(one, dict) and one.get("admission_day") == "none"
        yield from (not_admitted if out else admitted)(where, one)

    given = fields({"day": day, "shift": one_of(SHIFT_NAMES), "rooms": rows(one_of(names["rooms"]))})
    nurse = fields({"id": one_of(names["nurses"]), "assignments": rows(given)})
    return list(fields({"patients": rows(patient), "nurses": rows(nurse)})("", raw))
