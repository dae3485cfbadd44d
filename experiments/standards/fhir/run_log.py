"""Write what happened in a run as FHIR resources: medicines sent between hospitals, and encounters."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from experiments.standards.fhir.codes import medicine_concept
from experiments.standards.fhir.systems import ACT_CODE, ACT_PRIORITY, ACUITY, Json, concept, instant, reference

FEWEST = 4
"""Counts under this are left out, as everywhere in CityCare where counts of patients leave a hospital."""
PRIORITY = {1: "EM", 2: "UR", 3: "UR", 4: "R", 5: "R"}
"""Emergency, urgent, routine; FHIR's codes are coarser than five levels, which stand beside them."""
MINUTES_PER_HOUR = 60.0
MINUTES_PER_DAY = 1440.0
ALIKE = ["hospital", "class", "priority"]


@dataclass(frozen=True, slots=True)
class Encounters:
    """Hold the resources of encounters, and how many patients were left out because too few were alike."""

    resources: tuple[Json, ...]
    n_left_out: int


def supply_requests(moves: pd.DataFrame, numbers: Mapping[str, str], start: datetime) -> Iterator[Json]:
    """Yield a SupplyRequest for each lot that went from one hospital to another; `numbers` name the hospitals."""
    went = moves[moves["refusal"] == ""]
    for index, row in enumerate(went.to_dict("records"), start=1):
        yield {
            "resourceType": "SupplyRequest",
            "id": f"supply-{index}",
            "status": "completed",
            "priority": "routine",
            "item": {"concept": medicine_concept(str(row["medicine"]))},
            "quantity": {"value": float(row["units"])},
            "occurrenceDateTime": instant(_after(start, float(row["time_min"]))),
            "deliverFrom": reference("Location", f"hospital-{numbers[str(row['origin'])]}"),
            "deliverTo": reference("Location", f"hospital-{numbers[str(row['destination'])]}"),
        }


def counted(patients: pd.DataFrame, numbers: Mapping[str, str], start: datetime, end_min: float) -> Encounters:
    """Return one Encounter for each hospital, class and priority, whose subject is a Group that only counts."""
    groups = _described(patients).groupby(ALIKE, observed=True).size().reset_index(name="n")
    shown = groups[groups["n"] >= FEWEST]
    period = {"start": instant(start), "end": instant(_after(start, end_min))}
    resources = [
        {
            **_encounter(f"encounters-{index}", row, numbers),
            "status": "unknown",
            "contained": [_group(int(row["n"]))],
            "subject": {"reference": "#group"},
            "actualPeriod": period,
        }
        for index, row in enumerate(shown.to_dict("records"), start=1)
    ]
    return Encounters(tuple(resources), int(groups["n"].sum() - shown["n"].sum()))


def single(patients: pd.DataFrame, numbers: Mapping[str, str], start: datetime) -> Encounters:
    """Return one Encounter for each patient, without anything that names one.

    Times are cut to the hour. Whoever shares hospital, class, priority and day of arrival with fewer than three others
    is left out. Numbers follow the order of what is shown, so that they lead back to no row.
    """
    rows = _described(patients)
    rows["from_hour"] = np.floor(rows["arrived"] / MINUTES_PER_HOUR)
    rows["to_hour"] = np.floor(rows["departed"] / MINUTES_PER_HOUR)
    rows["day"] = np.floor((rows["arrived"] + start.hour * MINUTES_PER_HOUR) / MINUTES_PER_DAY)
    alike = rows.groupby([*ALIKE, "day"], observed=True)["arrived"].transform("size")
    shown = rows[alike >= FEWEST].sort_values([*ALIKE, "from_hour", "to_hour"])
    resources = []
    for index, row in enumerate(shown.to_dict("records"), start=1):
        hour, end = float(row["from_hour"]), float(row["to_hour"])
        period = {"start": instant(_after(start, hour * MINUTES_PER_HOUR))}
        if np.isfinite(end):
            period["end"] = instant(_after(start, end * MINUTES_PER_HOUR))
        about = _encounter(f"encounter-{index}", row, numbers)
        resources.append({**about, "status": "completed" if "end" in period else "unknown", "actualPeriod": period})
    return Encounters(tuple(resources), len(rows) - len(shown))


def _described(patients: pd.DataFrame) -> pd.DataFrame:
    """Return who came, with class and priority; those who came from a zone are emergencies."""
    came = patients[patients["arrived"].notna()]
    return pd.DataFrame(
        {
            "hospital": came["hospital"].astype(str),
            "class": np.where(came["zone"].notna(), "EMER", "IMP"),
            "priority": came["acuity"].astype(int),
            "arrived": came["arrived"].astype(float),
            "departed": came["departed"].astype(float),
        }
    )


def _encounter(id_: str, row: Mapping[Hashable, Any], numbers: Mapping[str, str]) -> Json:
    """Return what all encounters have: class, priority and hospital."""
    acuity = int(row["priority"])
    return {
        "resourceType": "Encounter",
        "id": id_,
        "class": [concept((ACT_CODE, str(row["class"])))],
        "priority": concept((ACUITY, str(acuity)), (ACT_PRIORITY, PRIORITY[acuity])),
        "serviceProvider": reference("Organization", f"organization-{numbers[str(row['hospital'])]}"),
    }


def _group(n: int) -> Json:
    return {
        "resourceType": "Group",
        "id": "group",
        "active": True,
        "type": "person",
        "membership": "definitional",
        "quantity": n,
    }


def _after(start: datetime, minutes: float) -> datetime:
    return start + timedelta(minutes=minutes)
