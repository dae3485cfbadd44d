"""Say in words what the checker of timetables found."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimize.timetable.case import Timetable, TimetableCase


def judged(case: "TimetableCase", plan: "Timetable") -> str:
    """Return what the checker says about a plan."""
    from optimize.timetable.check import check

    verdict = check(case, plan)
    parts = ", ".join(f"{name} {cost}" for name, cost in verdict.costs.items() if cost)
    admitted = f"{int((plan.day >= 0).sum())} of {case.n_patients} patients admitted"
    lines = [f"Cost {verdict.cost}, {admitted}", f"Costs: {parts or 'none'}"]
    if verdict.n_violations:
        return "\n".join([*lines, f"{verdict.n_violations} violations:", *(f"  {words}" for words in verdict.words)])
    return "\n".join([*lines, "Checked: every rule holds, and the costs add up."])
