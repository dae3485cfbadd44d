"""What a run did goes out as deliveries and encounters: nothing names a patient, and few of a kind are left out."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.standards.fhir.check import checked
from experiments.standards.fhir.run_log import ALIKE, FEWEST, Encounters, counted, single, supply_requests

pytestmark = pytest.mark.unit

START = datetime(2026, 1, 5)
NUMBERS = {"north": "1", "south": "2"}
ALLOWED = {
    "resourceType",
    "id",
    "status",
    "class",
    "priority",
    "serviceProvider",
    "actualPeriod",
    "contained",
    "subject",
}
Rows = list[tuple[str, str | None, int, float, float]]


def patients_of(rows: Rows) -> pd.DataFrame:
    columns = ["hospital", "zone", "acuity", "arrived", "departed"]
    table = pd.DataFrame(rows, columns=columns).astype({"arrived": float, "departed": float})
    return table.assign(patient=np.arange(len(table)), condition="stroke", source="zone-a")


def day_of(hospital: str, n: int, acuity: int = 3, minute: float = 30.0) -> Rows:
    return [(hospital, "old_town", acuity, minute + i, minute + i + 200.0) for i in range(n)]


def n_counted(found: Encounters) -> Counter[tuple[str, str, str]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in found.resources:
        kind, priority = one["class"][0]["coding"][0]["code"], one["priority"]["coding"][0]["code"]
        counts[one["serviceProvider"]["reference"], kind, priority] += one["contained"][0]["quantity"]
    return counts


def test_counts_are_those_of_the_patients_and_few_are_left_out() -> None:
    inside: Rows = [("south", None, 2, 0.0, float("nan"))] * 5
    patients = patients_of([*day_of("north", 6), *day_of("north", 3, acuity=1), *inside])
    found = counted(patients, NUMBERS, START, 1440.0)
    assert n_counted(found) == {
        ("Organization/organization-1", "EMER", "3"): 6,
        ("Organization/organization-2", "IMP", "2"): 5,
    }
    assert found.n_left_out == 3
    assert found.resources[0]["actualPeriod"] == {"start": "2026-01-05T00:00:00Z", "end": "2026-01-06T00:00:00Z"}


@pytest.mark.parametrize(("n", "n_shown"), [(FEWEST - 1, 0), (FEWEST, 1)])
def test_four_of_a_kind_are_enough_and_three_are_not(n: int, n_shown: int) -> None:
    found = counted(patients_of(day_of("north", n)), NUMBERS, START, 1440.0)
    assert (len(found.resources), found.n_left_out) == (n_shown, 0 if n_shown else n)


def test_those_who_never_came_are_not_counted() -> None:
    rows: Rows = [*day_of("north", 4), ("north", "old_town", 3, float("nan"), float("nan"))]
    assert sum(n_counted(counted(patients_of(rows), NUMBERS, START, 1440.0)).values()) == 4


GROUPS = st.tuples(st.sampled_from(sorted(NUMBERS)), st.sampled_from([None, "old_town"]), st.integers(1, 5))
PATIENT = st.tuples(GROUPS, st.floats(0, 3 * 1440), st.floats(0, 9000)).map(
    lambda one: (*one[0], one[1], one[1] + one[2])
)


@given(rows=st.lists(PATIENT, min_size=1, max_size=60), hour=st.integers(0, 23))
@settings(max_examples=60, deadline=None)
def test_every_single_encounter_has_three_others_like_it_and_nothing_more(rows: Rows, hour: int) -> None:
    patients = patients_of(rows)
    found = single(patients, NUMBERS, START.replace(hour=hour))
    assert len(found.resources) + found.n_left_out == len(rows)
    alike = Counter(_seen(one) for one in found.resources)
    assert all(n >= FEWEST for n in alike.values())
    for one in found.resources:
        assert set(one) <= ALLOWED
        assert one["actualPeriod"]["start"].endswith(":00:00Z")
    assert "stroke" not in json.dumps(found.resources)


def _seen(encounter: dict[str, Any]) -> tuple[str, ...]:
    priority, kind = (encounter[name] for name in ("priority", "class"))
    codes = kind[0]["coding"][0]["code"], priority["coding"][0]["code"]
    return (encounter["serviceProvider"]["reference"], *codes, encounter["actualPeriod"]["start"][:10])


@given(seed=st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_show_in_single_encounters(seed: int) -> None:
    patients = patients_of([*day_of("north", 8), *day_of("south", 5), *day_of("north", 6, acuity=5, minute=90.0)])
    mixed = patients.sample(frac=1.0, random_state=seed)
    assert single(mixed, NUMBERS, START) == single(patients, NUMBERS, START)


def test_a_day_is_that_of_the_calendar_whenever_the_run_starts() -> None:
    rows = [*day_of("north", 3, minute=13 * 60.0), *day_of("north", 3, minute=16 * 60.0)]
    assert single(patients_of(rows), NUMBERS, START.replace(hour=9)).n_left_out == 6  # 22:00, and 1:00 of the next day
    assert single(patients_of(rows), NUMBERS, START).n_left_out == 0


def test_those_still_inside_have_no_end() -> None:
    rows: Rows = [("north", "a", 3, 60.0 + i, float("nan")) for i in range(4)]
    first = single(patients_of(rows), NUMBERS, START).resources[0]
    assert first["actualPeriod"] == {"start": "2026-01-05T01:00:00Z"}
    assert first["status"] == "unknown"


def test_lots_that_went_are_supply_requests_and_refused_ones_are_not() -> None:
    moves = pd.DataFrame(
        {
            "time_min": [90.0, 95.0],
            "medicine": ["platelets", "platelets"],
            "origin": ["north", "south"],
            "destination": ["south", "north"],
            "units": [3.0, 1.0],
            "refusal": ["", "it expires on the way"],
        }
    )
    (request,) = supply_requests(moves, NUMBERS, START)
    assert request["item"]["concept"]["coding"][1] == {"system": "http://www.whocc.no/atc", "code": "B05AX02"}
    assert request["quantity"] == {"value": 3.0}
    assert request["occurrenceDateTime"] == "2026-01-05T01:30:00Z"
    assert [request[end]["reference"] for end in ("deliverFrom", "deliverTo")] == [
        "Location/hospital-1",
        "Location/hospital-2",
    ]


def test_what_is_written_passes_our_own_check() -> None:
    patients = patients_of(day_of("north", 6))
    resources = [*counted(patients, NUMBERS, START, 1440.0).resources, *single(patients, NUMBERS, START).resources]
    entries = [{"resource": one} for one in resources]
    assert len(checked({"resourceType": "Bundle", "entry": entries}).entries) == 7
    assert {"hospital", "class", "priority"} == set(ALIKE)
