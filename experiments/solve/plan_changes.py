"""Mend a plan of `citycare solve plan` after disruptions, and say why patients are not admitted."""

import re
from typing import TYPE_CHECKING

from experiments.solve.command import Told
from sim.faults import Fault, ScenarioError

if TYPE_CHECKING:
    from optimize.timetable.case import Timetable, TimetableCase

CHANGE = re.compile(r"(theatre|nurse|patient)=(.+):(\d+)(?:-(\d+))?")


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


def changed(case: "TimetableCase", changes: list[str]) -> "TimetableCase":
    """Return the case with disruptions such as `theatre=t0:2-3` (closed), `nurse=n1:0` (ill), `patient=p7:1-2`.

    Raises:
        ScenarioError: with every change that cannot be read.
    """
    from optimize.timetable.repair import close_theatre, emergency, nurse_ill

    kinds = {
        "theatre": (case.theatre_ids, close_theatre),
        "nurse": (case.nurse_ids, nurse_ill),
        "patient": (case.patient_ids, emergency),
    }
    faults = []
    for change in changes:
        found = CHANGE.fullmatch(change)
        if found is None:
            faults.append(Fault("--change", change, "write theatre=NAME:DAYS, nurse=NAME:DAYS or patient=NAME:DAYS"))
            continue
        names, disrupt = kinds[found[1]]
        first, last = int(found[3]), int(found[4] or found[3])
        if found[2] not in names:
            faults.append(Fault("--change", change, f"name one of {', '.join(names)}"))
        elif not first <= last < case.n_days:
            faults.append(Fault("--change", change, f"give days from 0 to {case.n_days - 1}, the first one first"))
        else:
            case = disrupt(case, names.index(found[2]), range(first, last + 1))
    if faults:
        raise ScenarioError(faults)
    return case


def mended(case: "TimetableCase", plan: "Timetable", changes: list[str]) -> Told:
    """Mend a plan after changes, and tell who is moved."""
    from experiments.files.timetable import plan_text
    from experiments.solve.plan_verdict import judged
    from optimize.timetable.repair import mend

    after = changed(case, changes)
    found = mend(after, plan)
    moved = [f"  {_before_and_after(after, plan, found.plan, p)}" for p in found.patients]
    head = f"{len(moved)} patients are moved, {found.n_nurse_changes} rooms get another nurse in a shift"
    words = "\n".join([head, *moved, judged(after, found.plan)])
    return Told(words, plan_text(after, found.plan) if found.fits else None, found.fits)


def _before_and_after(case: "TimetableCase", plan: "Timetable", new: "Timetable", p: int) -> str:
    return f"{case.patient_ids[p]}: {_place(case, plan, p)} -> {_place(case, new, p)}"


def _place(case: "TimetableCase", plan: "Timetable", p: int) -> str:
    if plan.day[p] < 0:
        return "not admitted"
    return f"day {plan.day[p]}, room {case.room_ids[plan.room[p]]}, theatre {case.theatre_ids[plan.theatre[p]]}"
