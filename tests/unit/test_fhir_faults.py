"""What is wrong with a bundle is listed with its path and its mend, all at once, and nothing is written."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments import cli
from experiments.files.folder import CityFolder, read_city_folder
from experiments.standards.fhir.bundles import import_bundle
from experiments.standards.fhir.check import FAULTS_SHOWN, checked, cut
from experiments.standards.fhir.city import bundle_of
from experiments.standards.fhir.reading import city_of
from sim.faults import Fault, ScenarioError
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit

Json = dict[str, Any]
Spoil = Callable[[Json], None]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityFolder:
    return read_city_folder(write_documented_city(tmp_path_factory.mktemp("city")))


@pytest.fixture
def bundle(city: CityFolder) -> Json:
    return deepcopy(bundle_of(city, datetime(2026, 1, 5)))


@pytest.fixture(scope="module")
def small_bundle(city: CityFolder) -> Json:
    """Return one hospital without rosters, so that junk hits every kind of element often."""
    pools = tuple(replace(pool, levels=(pool.establishment,)) for pool in city.hospitals[0].pools)
    one = replace(city.hospitals[0], pools=(replace(pools[0], levels=(1,) * 100 + (2,) * 68), *pools[1:]))
    alone = np.ones((len(city.zones), 1))
    little = replace(city, hospitals=(one,), travel_min=np.zeros((1, 1)), choice_share=alone, zone_travel_min=alone)
    return bundle_of(little, datetime(2026, 1, 5))


def resource(bundle: Json, id_: str) -> Json:
    return next(one["resource"] for one in bundle["entry"] if one["resource"]["id"] == id_)


def place_of(bundle: Json, id_: str) -> str:
    index = [one["resource"].get("id") for one in bundle["entry"]].index(id_)
    return f"Bundle.entry[{index}].resource"


def faults_of(bundle: Json, city: CityFolder) -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        city_of(checked(bundle), lambda names, weekly: city.cases)
    return list(caught.value.faults)


def put(id_: str, value: object, *keys: str | int) -> Spoil:
    """Return what sets a value inside a resource; the value None takes the key away."""

    def spoil(bundle: Json) -> None:
        node: Any = resource(bundle, id_)
        for key in keys[:-1]:
            node = node[key]
        if value is None:
            del node[keys[-1]]
        else:
            node[keys[-1]] = value

    return spoil


CASES = [
    (put("hospital-1", "open", "status"), "hospital-1", ".status", "use one of active, inactive, suspended"),
    (put("hospital-1", "Laboratory", "resourceType"), "hospital-1", ".resourceType", "leave it out, or use one of"),
    (put("hospital-1", 91, "position", "latitude"), "hospital-1", ".position.latitude", "from -90 to 90"),
    (put("hospital-1", None, "position"), "hospital-1", ".position", "give a position"),
    (put("hospital-1", "=cmd()", "name"), "hospital-1", ".name", "begin with a letter"),
    (put("hospital-1", "two\nlines", "name"), "hospital-1", ".name", "line breaks"),
    (put("hospital-1", "x" * 201, "name"), "hospital-1", ".name", "at most 200 characters"),
    (put("place-1-1", "QQQ", "type", 0, "coding", 0, "code"), "place-1-1", ".type[0].coding[0].code", "ed_space"),
    (put("place-1-1", -3, "extension", 0, "valueUnsignedInt"), "place-1-1", ".extension[0].valueUnsignedInt", "from 0"),
    (put("place-1-1", 2.5, "extension", 0, "valueUnsignedInt"), "place-1-1", ".extension[0].valueUnsignedInt", "whole"),
    (put("place-1-2", 99, "extension", 1, "valueDecimal"), "place-1-2", ".extension", "let at most 40 be occupied"),
    (put("device-1-9-1", None, "type"), "device-1-9-1", ".type", "missing; give a coding"),
    (
        put("staff-1-5", "ct_scanner", "code", 0, "coding", 0, "code"),
        "staff-1-5",
        ".code[0].coding[0].code",
        "equipment",
    ),
    (put("medicine-1-1", None, "instance", "expiry"), "medicine-1-1", ".instance.expiry", "missing; say until when"),
    (put("medicine-1-1", "soon", "instance", "expiry"), "medicine-1-1", ".instance.expiry", "give a date such as"),
    (
        put("stock-1", -1, "inventoryListing", 0, "item", 0, "quantity", "value"),
        "stock-1",
        ".inventoryListing[0].item[0].quantity.value",
        "give a number from 0",
    ),
    (
        put("stock-1", "InventoryItem/gone", "inventoryListing", 0, "item", 0, "item", "reference", "reference"),
        "stock-1",
        ".inventoryListing[0].item[0].item.reference.reference",
        "add the resource to the bundle",
    ),
    (put("place-1-1", "Location/gone", "partOf", "reference"), "place-1-1", ".partOf.reference", "add the resource"),
    (
        put("place-1-1", "Device/device-1-9-1", "partOf", "reference"),
        "place-1-1",
        ".partOf.reference",
        "of type Location",
    ),
    (put("roster-1-5", None, "actor"), "roster-1-5", ".actor", "missing; give a value"),
    (put("roster-1-5-7", "2026-01-05T07:30:00Z", "start"), "roster-1-5-7", ".start", "full hours"),
    (put("roster-1-5-7", "2026-01-05T07:00:00Z", "end"), "roster-1-5-7", ".end", "end after the start"),
    (put("roster-1-5-7", 9, "extension", 0, "valueUnsignedInt"), "staff-1-5", "", "put at most 2 on duty"),
    (put("zone-1", "1 2 3", "extension", 1, "valueSampledData", "data"), "zone-1", ".extension", "168 numbers"),
    (put("zone-1", 0.9, "extension", 2, "extension", 1, "valueDecimal"), "zone-1", ".extension", "sum to 1"),
]


@pytest.mark.parametrize(("spoil", "id_", "path", "mend"), CASES, ids=lambda one: one if isinstance(one, str) else "")
def test_each_fault_has_its_path_and_mend(
    bundle: Json, city: CityFolder, spoil: Spoil, id_: str, path: str, mend: str
) -> None:
    where = place_of(bundle, id_) + path
    spoil(bundle)
    found = faults_of(bundle, city)
    assert [fault.field for fault in found] == [where]
    assert mend in found[0].mend


def test_two_owners_of_one_device_are_named(bundle: Json, city: CityFolder) -> None:
    device = deepcopy(resource(bundle, "device-1-9-1"))
    device["id"], device["owner"] = "copy", {"reference": "Organization/organization-2"}
    bundle["entry"].append({"resource": device})
    (fault,) = faults_of(bundle, city)
    assert fault.field == f"{place_of(bundle, 'copy')}.owner"
    assert fault.value == "Organization/organization-2"
    assert "Organization/organization-1" in fault.mend


def test_an_id_given_twice_is_a_fault(bundle: Json, city: CityFolder) -> None:
    bundle["entry"].append(deepcopy(bundle["entry"][2]))
    assert any("an id of its own" in fault.mend for fault in faults_of(bundle, city))


def test_two_hospitals_with_one_identifier_are_a_fault(bundle: Json, city: CityFolder) -> None:
    resource(bundle, "hospital-2")["identifier"][0]["value"] = "north"
    assert [fault.value for fault in faults_of(bundle, city)] == ["north"]


def test_a_thing_of_nobody_is_a_fault(bundle: Json, city: CityFolder) -> None:
    device = resource(bundle, "device-1-9-1")
    del device["owner"], device["location"]
    assert [fault.field for fault in faults_of(bundle, city)] == [place_of(bundle, "device-1-9-1")]


def test_what_has_expired_is_a_fault(bundle: Json, city: CityFolder) -> None:
    item = resource(bundle, "medicine-1-1")
    item["extension"], item["instance"]["expiry"] = [], "2026-01-04"
    (fault,) = faults_of(bundle, city)
    assert (fault.field, fault.value) == (f"{place_of(bundle, 'medicine-1-1')}.instance.expiry", "2026-01-04")


def test_missing_ways_between_hospitals_are_named(bundle: Json, city: CityFolder) -> None:
    home = resource(bundle, "hospital-1")
    home["extension"] = [one for one in home["extension"] if "travel" not in one["url"]]
    assert [fault.value for fault in faults_of(bundle, city)] == ["missing", "missing"]


def test_a_bundle_without_zones_is_no_city(bundle: Json, city: CityFolder) -> None:
    bundle["entry"] = [one for one in bundle["entry"] if not one["resource"]["id"].startswith("zone-")]
    assert any(fault.value == "no zones" for fault in faults_of(bundle, city))


def test_all_faults_come_at_once(bundle: Json, city: CityFolder) -> None:
    spoils = [CASES[0][0], CASES[2][0], CASES[8][0], CASES[13][0], CASES[17][0]]
    for spoil in spoils:
        spoil(bundle)
    assert len(faults_of(bundle, city)) == len(spoils)


def test_many_faults_are_cut_and_counted() -> None:
    found = cut([Fault(str(i), 0, "mend") for i in range(FAULTS_SHOWN + 7)])
    assert len(found) == FAULTS_SHOWN + 1
    assert found[-1].value == "7 more faults"


@pytest.mark.parametrize(
    ("frame", "path"),
    [
        ([], "Bundle.resourceType"),
        ({"resourceType": "Patient"}, "Bundle.resourceType"),
        ({"resourceType": "Bundle"}, "Bundle.entry"),
        ({"resourceType": "Bundle", "entry": []}, "Bundle.entry"),
        ({"resourceType": "Bundle", "entry": [5]}, "Bundle.entry[0].resource"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]},
            "Bundle.entry[0].resource.resourceType",
        ),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": ["a"]}}]},
            "Bundle.entry[0].resource.resourceType",
        ),
    ],
)
def test_what_holds_no_resources_is_blamed_first(frame: Any, path: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        checked(frame)
    assert [fault.field for fault in caught.value.faults] == [path]


def nodes(value: Any) -> Iterator[tuple[Any, str | int]]:
    """Yield every place inside a value, as the object or list that holds it and its key."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from nodes(item)


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(("reference", "coding", "value")), inner, max_size=2),
    ),
    max_leaves=4,
)


@given(choices=st.lists(st.tuples(st.floats(0, 0.999999), JUNK), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_anywhere_is_read_or_blamed_but_never_breaks(
    small_bundle: Json, city: CityFolder, choices: list[tuple[float, Any]]
) -> None:
    spoilt = deepcopy(small_bundle)
    for where, junk in choices:
        places = list(nodes(spoilt))
        holder, key = places[int(where * len(places))]
        holder[key] = junk
    with suppress(ScenarioError):
        city_of(checked(spoilt), lambda names, weekly: city.cases)


def test_nothing_is_imported_by_halves(bundle: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("hospital-2", "open", "status")(bundle)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert cli.main(["import", "fhir", str(path), "--out", str(tmp_path / "city")]) == 2
    assert f"{place_of(bundle, 'hospital-2')}.status = 'open'" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["bundle.json"]


def test_what_the_files_of_a_city_refuse_leaves_no_folder(bundle: Json, tmp_path: Path) -> None:
    put("zone-1", " ".join(["2e6"] * 168), "extension", 1, "valueSampledData", "data")(bundle)
    (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    with pytest.raises(ScenarioError, match="per_hour"):
        import_bundle(tmp_path / "bundle.json", tmp_path / "city")
    assert [one.name for one in tmp_path.iterdir()] == ["bundle.json"]


def test_a_folder_that_is_there_is_not_written_over(bundle: Json, tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    with pytest.raises(ScenarioError, match="name a new folder"):
        import_bundle(tmp_path / "bundle.json", tmp_path / "city")
