"""Mend a plan of `citycare solve plan` after disruptions, and say why patients are not admitted."""

import re
from typing import TYPE_CHECKING

from experiments.solve.command import Told
from sim.faults import Fault, ScenarioError

if TYPE_CHECKING:
    from optimize.timetable.case import Timetable, TimetableCase
    from optimize.timetable.repair import Mended

CHANGE = re.compile(r"(theatre|nurse|patient|wave)=(.+):(\d+)(?:-(\d+))?")
MOST_OF_A_WAVE = 1000


def explained(case: "TimetableCase", plan: "Timetable", names: list[str]) -> list[str]:
    """Say for each patient what stands against his admission.

    Raises:
        ScenarioError: if a name is no patient, or one who is admitted.
    """
    from optimize.timetable.why_not import why_not

    left_out = [name for name, day in zip(case.patient_ids, plan.day.tolist(), strict=True) if day < 0]
    mend = f"name patients who are not admitted: {', '.join(left_out) or 'there are none'}"
    unknown = [Fault("--why-not", name, mend) for name in names if name not in left_out]
    if unknown:
        raise ScenarioError(unknown)
    return [why_not(case, plan, case.patient_ids.index(name)).words for name in names]


Changed = tuple["TimetableCase", "Timetable"]


def changed(case: "TimetableCase", plan: "Timetable", changes: list[str]) -> Changed:
    """Return case and plan with disruptions: `theatre=t0:2-3`, `nurse=n1:0`, `patient=p7:1-2`, `wave=5:3-4`.

    A theatre is closed, a nurse ill, a patient must come, or five emergencies must.

    Raises:
        ScenarioError: with every change that cannot be read.
    """
    from optimize.timetable.repair import close_theatre, emergency, nurse_ill, wave

    kinds = {
        "theatre": (case.theatre_ids, close_theatre),
        "nurse": (case.nurse_ids, nurse_ill),
        "patient": (case.patient_ids, emergency),
    }
    faults, sizes = [], tuple(str(n) for n in range(1, MOST_OF_A_WAVE + 1))
    for change in changes:
        found = CHANGE.fullmatch(change)
        if found is None:
            mend = "write theatre=NAME:DAYS, nurse=NAME:DAYS, patient=NAME:DAYS or wave=NUMBER:DAYS"
            faults.append(Fault("--change", change, mend))
            continue
        names, disrupt = kinds.get(found[1], (sizes, None))
        first, last = int(found[3]), int(found[4] or found[3])
        if found[2] not in names:
            known = f"name one of {', '.join(names)}" if disrupt else f"give a number from 1 to {MOST_OF_A_WAVE}"
            faults.append(Fault("--change", change, known))
        elif not first <= last < case.n_days:
            faults.append(Fault("--change", change, f"give days from 0 to {case.n_days - 1}, the first one first"))
        elif disrupt is None:
            case, plan = wave(case, plan, int(found[2]), range(first, last + 1))
        else:
            case = disrupt(case, names.index(found[2]), range(first, last + 1))
    if faults:
        raise ScenarioError(faults)
    return case, plan


def pinned(case: "TimetableCase", plan: "Timetable", names: list[str]) -> "TimetableCase":
    """Return the case in which the patients so named stay on their day and in their room.

    Raises:
        ScenarioError: if a name is no patient, or one who is not admitted.
    """
    from optimize.timetable.repair import pin

    known = [name for name, day in zip(case.patient_ids, plan.day.tolist(), strict=True) if day >= 0]
    mend = f"name patients who are admitted: {', '.join(known) or 'there are none'}"
    faults = [Fault("--pin", name, mend) for name in names if name not in known]
    if faults:
        raise ScenarioError(faults)
    return pin(case, plan, [case.patient_ids.index(name) for name in names])


def mended(case: "TimetableCase", plan: "Timetable", changes: list[str], pins: list[str]) -> Told:
    """Mend a plan after changes, with some patients pinned, and tell who is moved."""
    from experiments.files.timetable import plan_text
    from experiments.solve.plan_verdict import judged
    from optimize.timetable.repair import mend

    after, plan = changed(pinned(case, plan, pins), plan, changes)
    found = mend(after, plan)
    words = "\n".join([_moves(after, plan, found), judged(after, found.plan)])
    return Told(words, plan_text(after, found.plan) if found.fits else None, found.fits)


def cheapest_mend(case: "TimetableCase", plan: "Timetable") -> str:
    """Say how few changes would mend a plan that breaks rules, or that none were found."""
    from optimize.timetable.repair import mend

    found = mend(case, plan)
    if not found.fits:
        return "No few changes were found that mend it."
    return f"It could be mended: {_moves(case, plan, found)}"


def _moves(case: "TimetableCase", plan: "Timetable", found: "Mended") -> str:
    moved = [f"  {_before_and_after(case, plan, found.plan, p)}" for p in found.patients]
    head = f"{len(moved)} patients are moved, {found.n_nurse_changes} rooms get another nurse in a shift"
    return "\n".join([f"{head}: {found.n_changes} of {found.n_decisions} decisions change", *moved])


def _before_and_after(case: "TimetableCase", plan: "Timetable", new: "Timetable", p: int) -> str:
    return f"{case.patient_ids[p]}: {_place(case, plan, p)} -> {_place(case, new, p)}"


def _place(case: "TimetableCase", plan: "Timetable", p: int) -> str:
    if plan.day[p] < 0:
        return "not admitted"
    return f"day {plan.day[p]}, room {case.room_ids[plan.room[p]]}, theatre {case.theatre_ids[plan.theatre[p]]}"
