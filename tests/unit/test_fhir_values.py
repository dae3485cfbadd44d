"""Single values of a bundle: what FHIR allows passes, and everything else is one fault at its own path."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.standards.fhir.document import Entry, document_of, references
from experiments.standards.fhir.hours import monday_of, on_duty, schedule
from experiments.standards.fhir.systems import EXTENSIONS, extended, extension, extensions, identified, instant, part
from experiments.standards.fhir.values import CHECKS, moment_of, number
from sim.faults import Fault

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 1, 5)


def checked(word: str, value: Any, *words: str) -> list[str]:
    return [fault.field for fault in CHECKS[word](value, "x", words)]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("text", "North General, 2nd floor"),
        ("boolean", False),
        ("longitude", -180),
        ("latitude", 90.0),
        ("quantity", {"value": 0, "unit": "bag"}),
        ("moment", "2026-01-05"),
        ("moment", "2026-01-05T07:40:00.125+01:00"),
        ("period", {"start": "2026-01-05"}),
        ("period", {}),
        ("concept", {"text": "a bed"}),
        ("concept", {"coding": [{"code": "ICU"}]}),
        ("coding", {"system": "http://a", "code": "b"}),
        ("identifier", {"value": "1"}),
        ("reference", {"reference": "Location/1"}),
        ("reference", {"reference": "urn:uuid:1"}),
        ("reference", {"reference": "http://server/Location/1"}),
        ("codeable", {"reference": {"reference": "Location/1"}}),
        ("codeable", {"concept": {"text": "blood"}}),
        ("references", [{"reference": "Location/1"}, {"reference": "Location/2"}]),
    ],
)
def test_what_is_right_passes(word: str, value: Any) -> None:
    assert checked(word, value, "Location") == []


@pytest.mark.parametrize(
    ("word", "value", "paths"),
    [
        ("text", "", ["x"]),
        ("text", " lead", ["x"]),
        ("text", "@SUM(A1)", ["x"]),
        ("text", "bell\x07", ["x"]),
        ("code", "open", ["x"]),
        ("code", ["Location"], ["x"]),
        ("boolean", 1, ["x"]),
        ("longitude", 180.5, ["x"]),
        ("latitude", "50", ["x"]),
        ("quantity", {"value": -1}, ["x.value"]),
        ("quantity", {"value": True}, ["x.value"]),
        ("quantity", {}, ["x.value"]),
        ("quantity", 4, ["x"]),
        ("moment", "2026-13-01", ["x"]),
        ("moment", "2026-01-05 07:40", ["x"]),
        ("moment", 20260105, ["x"]),
        ("period", {"start": "now", "end": "then"}, ["x.start", "x.end"]),
        ("period", "today", ["x"]),
        ("concept", {}, ["x"]),
        ("concept", {"coding": [{"display": "a"}, 5]}, ["x.coding[0]", "x.coding[1]"]),
        ("concept", {"coding": {"code": "a"}}, ["x.coding"]),
        ("coding", {"system": 5, "code": "b"}, ["x.system"]),
        ("identifier", {}, ["x.value"]),
        ("reference", {"reference": ""}, ["x"]),
        ("reference", {"reference": "Device/1"}, ["x.reference"]),
        ("codeable", {}, ["x"]),
        ("codeable", {"reference": {"reference": "Device/1"}, "concept": {}}, ["x.concept", "x.reference.reference"]),
        ("references", [], ["x"]),
        ("references", [{"reference": "Location/1"}, None], ["x[1]"]),
        ("identifiers", {"value": "1"}, ["x"]),
    ],
)
def test_what_is_wrong_is_blamed_where_it_stands(word: str, value: Any, paths: list[str]) -> None:
    assert checked(word, value, "Location") == paths


@given(value=st.one_of(st.floats(), st.integers()))
def test_numbers_outside_their_range_and_no_others_are_blamed(value: float) -> None:
    assert bool(list(number(value, "x", -5.0, 7.0))) == (not -5.0 <= value <= 7.0)


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_moments_that_are_written_are_read(moment: datetime) -> None:
    assert moment_of(instant(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(moment=st.datetimes(datetime(1900, 1, 8), datetime(2200, 1, 1)))
def test_a_week_begins_on_the_monday_at_or_before(moment: datetime) -> None:
    monday = monday_of(moment)
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 0, 0)
    assert timedelta(0) <= moment - monday < timedelta(days=7)


@given(levels=st.lists(st.integers(0, 9), min_size=168, max_size=168), start=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_a_roster_comes_back_from_its_slots(levels: list[int], start: int) -> None:
    monday = MONDAY + timedelta(weeks=start)
    first, *slots = schedule("s", [{"reference": "Device/1"}], levels, monday)
    faults: list[Fault] = []
    assert on_duty([Entry("x", one) for one in slots], faults).tolist() == levels
    assert faults == []
    assert first["planningHorizon"]["start"] == instant(monday)
    assert all(one["schedule"] == {"reference": "Schedule/s"} for one in slots)


def test_a_roster_has_no_slots_for_hours_in_which_nobody_works() -> None:
    levels = [0] * 8 + [2] * 10 + [0] * 150
    _, *slots = schedule("s", [], levels, MONDAY)
    assert [(one["start"], one["end"]) for one in slots] == [("2026-01-05T08:00:00Z", "2026-01-05T18:00:00Z")]
    assert np.sum(on_duty([Entry("x", one) for one in slots], [])) == 20


def test_extensions_of_a_name_are_found_among_others() -> None:
    nested = {
        "url": extension("agreed", True)["url"].replace("agreed", "mix"),
        "extension": [part("condition", "a"), part("share", 1)],
    }
    resource = {
        "extension": [{"url": "http://other/agreed", "valueBoolean": False}, extension("units", 4), nested, nested]
    }
    assert extended(resource, "agreed", True) is True
    assert extended(resource, "units") == 4
    assert extensions(resource, "mix") == [{"condition": "a", "share": 1}] * 2
    assert extensions({}, "mix") == []


def test_every_part_of_an_extension_has_a_kind_of_value() -> None:
    assert {value for value in EXTENSIONS.values() if not value.startswith("value")} == {"extension"}


def test_an_identifier_of_ours_goes_before_the_id() -> None:
    ours = {"system": "https://citycare.example.org/fhir/id/zone", "value": "old town"}
    assert identified({"id": "zone-1", "identifier": [{"system": "other", "value": "x"}, ours]}, "zone") == "old town"
    assert identified({"id": "zone-1", "identifier": [{"value": "x"}]}, "zone") == "zone-1"


def test_references_are_found_at_any_depth_but_for_contained_ones() -> None:
    resource = {
        "a": [{"reference": "X/1"}, {"b": {"reference": "#inside"}}],
        "item": {"reference": {"reference": "Y/2"}},
    }
    assert list(references(resource, "r")) == [("r.a[0].reference", "X/1"), ("r.item.reference.reference", "Y/2")]


def test_the_first_of_two_with_one_address_is_found() -> None:
    entries = [{"resource": {"resourceType": "Location", "id": "a", "name": name}} for name in ("first", "second")]
    document = document_of({"entry": [*entries, {"resource": {"resourceType": "Slot"}}]})
    found = document.target({"partOf": {"reference": "Location/a"}}, "partOf")
    assert found is not None
    assert found.resource["name"] == "first"
    assert document.target({}, "partOf") is None
    assert [one.address for one in document.entries] == ["Location/a", "Location/a", ""]
