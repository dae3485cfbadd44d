"""Find which column of a log holds what: by names that tools use, or as the user says."""

from collections.abc import Mapping, Sequence

from experiments.schema import close_match
from sim.faults import Fault

CASE, ACTIVITY, TIME, START, LIFECYCLE, RESOURCE, HOSPITAL = (
    "case",
    "activity",
    "timestamp",
    "start",
    "lifecycle",
    "resource",
    "hospital",
)
REQUIRED = (CASE, ACTIVITY, TIME)

ALIASES: Mapping[str, tuple[str, ...]] = {
    CASE: ("case id", "case_id", "caseid", "case", "case:concept:name", "patient", "patient_id"),
    ACTIVITY: ("activity", "concept:name", "task", "event"),
    TIME: ("timestamp", "complete timestamp", "time:timestamp", "complete_timestamp", "end timestamp", "time"),
    START: ("start timestamp", "start_timestamp", "start"),
    LIFECYCLE: ("lifecycle", "lifecycle:transition", "transition"),
    RESOURCE: ("resource", "org:resource"),
    HOSPITAL: ("hospital",),
}
"""Names of columns in lower case, as CityCare, XES, Disco, ProM and PM4Py write them; the first that is there is it."""


def chosen_columns(header: Sequence[str], given: Mapping[str, str], faults: list[Fault]) -> dict[str, str]:
    """Return the column of each role that has one; append a fault for what is missing or unknown."""
    found: dict[str, str] = {}
    known = {name.strip().lower(): name for name in reversed(header)}
    for role, aliases in ALIASES.items():
        match = next((known[alias] for alias in aliases if alias in known), None)
        if match is not None:
            found[role] = match
    for role, name in given.items():
        if role not in ALIASES:
            faults.append(Fault("--column", role, close_match(role, ALIASES)))
        elif name not in header:
            faults.append(Fault(f"--column {role}", name, close_match(name, header)))
        else:
            found[role] = name
    for role in REQUIRED:
        if role not in found:
            mend = f"say which column it is: --column {role}=NAME, one of {', '.join(header)}"
            faults.append(Fault(f"column {role}", None, mend))
    return found
