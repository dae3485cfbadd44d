"""Know the policies by seat and name: those shipped, those installed beside, and those in a file named explicitly.

A plug-in states its policies in a table `POLICIES = {"transfer": {"longest_wait": LongestWait}}`. A configuration
can name a policy, but never a file or a class to import: only the command line and installed entry points can.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from experiments.schema import close_match
from sim.faults import Fault, ScenarioError

SEATS = (
    "admission",
    "bedding",
    "dispatch",
    "equipment",
    "medicines",
    "posts",
    "rostering",
    "staffing",
    "transfer",
    "triage",
)
ENTRY_POINTS = "citycare.policies"
TABLE = "POLICIES"

Seats = dict[str, dict[str, type[Any]]]


def policies_by_seat(files: Iterable[str] = ()) -> Seats:
    """Return every policy class by seat and name; an added one replaces a shipped one of the same name.

    Raises:
        ScenarioError: when a plug-in cannot be read, or does not say what it brings.
    """
    shipped, added = shipped_policies(), added_policies(files)
    return {seat: shipped[seat] | added[seat] for seat in SEATS}


def shipped_policies() -> Seats:
    """Return the policies that come with CityCare."""
    from policies.admission import Appointments, FirstCome, LargestPriority, MostUrgent, Theatre, WeeklyPlan
    from policies.bedding import Beds, FirstFree, OwnWard
    from policies.dispatch import LeastWait, NearestOpen, OwnChoice
    from policies.equipment import Imaging, OpenWhenLong, OwnUse
    from policies.medicines import Exchange, Keep, NearExpiry
    from policies.posts import AtHospitals, ExpectedCover
    from policies.rostering import Cover, UsualRoster, WeeklyRoster
    from policies.staffing import Allocation, AsRostered, FloatPool, FloatPoolRecourse, MostLoaded
    from policies.transfer import Balance, NearestFree, StayPut
    from policies.triage import Model, NoTriage, Nurse, Oracle, SecondReader, Shuffled

    return {
        "admission": {
            "first_come": FirstCome,
            "most_urgent": MostUrgent,
            "largest_priority": LargestPriority,
            "theatre": Theatre,
            "appointments": Appointments,
            "weekly_plan": WeeklyPlan,
        },
        "bedding": {"own_ward": OwnWard, "first_free": FirstFree, "beds": Beds},
        "dispatch": {"own_choice": OwnChoice, "nearest_open": NearestOpen, "least_wait": LeastWait},
        "equipment": {"own_use": OwnUse, "open_when_long": OpenWhenLong, "imaging": Imaging},
        "transfer": {"stay_put": StayPut, "nearest_free": NearestFree, "balance": Balance},
        "staffing": {
            "as_rostered": AsRostered,
            "most_loaded": MostLoaded,
            "float_pool": FloatPool,
            "float_pool_recourse": FloatPoolRecourse,
            "allocation": Allocation,
        },
        "posts": {"at_hospitals": AtHospitals, "expected_cover": ExpectedCover},
        "rostering": {"as_rostered": UsualRoster, "cover": Cover, "weekly_roster": WeeklyRoster},
        "medicines": {"keep": Keep, "near_expiry": NearExpiry, "exchange": Exchange},
        "triage": {
            "none": NoTriage,
            "nurse": Nurse,
            "model": Model,
            "second_reader": SecondReader,
            "oracle": Oracle,
            "shuffled": Shuffled,
        },
    }


def added_policies(files: Iterable[str] = ()) -> Seats:
    """Return the policies of installed entry points, then those of the files, in this order.

    Raises:
        ScenarioError: when a plug-in cannot be read, or does not say what it brings.
    """
    known: Seats = {seat: {} for seat in SEATS}
    for point in entry_points(group=ENTRY_POINTS):
        _add(known, point.load(), f"entry point {point.name}")
    for file in files:
        _add(known, getattr(load_file(Path(file)), TABLE, None), f"--plugin {file}")
    return known


def load_file(path: Path) -> ModuleType:
    """Return the module of a Python file, loaded once in each process under a name made from its path.

    Raises:
        ScenarioError: when there is no such file, or running it fails.
    """
    name = f"citycare_plugin_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise ScenarioError([Fault("--plugin", str(path), "name a Python file that exists")])
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ScenarioError(
            [Fault("--plugin", str(path), f"mend the file: {type(error).__name__}: {error}")]
        ) from error
    return module


def _add(known: Seats, table: object, origin: str) -> None:
    if not isinstance(table, Mapping):
        raise ScenarioError([Fault(origin, table, f'give a table {TABLE} = {{"transfer": {{"my_name": MyPolicy}}}}')])
    faults = [
        Fault(f"{origin}: {TABLE}", seat, f"unknown seat; {close_match(str(seat), SEATS)}")
        for seat in table
        if seat not in SEATS
    ]
    for seat in [seat for seat in table if seat in SEATS]:
        for name, policy in table[seat].items():
            if not (is_dataclass(policy) and callable(getattr(policy, "decide", None))):
                mend = "give a dataclass (its fields are its settings) with a method decide(view)"
                faults.append(Fault(f"{origin}: {TABLE}.{seat}.{name}", policy, mend))
            known[seat][str(name)] = policy
    if faults:
        raise ScenarioError(faults)
