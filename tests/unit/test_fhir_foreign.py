"""A bundle that another system wrote is read by what FHIR says, without any extension of ours on its resources."""

import math

import numpy as np
import pytest

from experiments.files.folder import CityFolder
from experiments.standards.fhir.check import checked
from experiments.standards.fhir.reading import city_of
from sim.city import Kind
from sim.faults import Fault, ScenarioError
from sim.shelves import Shelf
from tests.foreign_bundle import (
    Json,
    bed,
    bundled,
    coded,
    hospital,
    lot,
    of,
    pharmacists,
    report,
    scanner,
    slot,
    to,
    town,
)
from tests.standards_cases import CASES

pytestmark = pytest.mark.unit

SCHEDULE = of("Schedule", "ct-hours", actor=[to("Device/ct-1"), to("Device/ct-2")])


def city_with(*resources: Json) -> CityFolder:
    return city_of(checked(bundled(*hospital(), town(), *resources)), lambda names, weekly: CASES)


def faults_with(*resources: Json) -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        city_with(*resources)
    return list(caught.value.faults)


def levels_of(city: CityFolder, code: str) -> tuple[int, ...]:
    pool = city.hospitals[0].pool(code)
    assert pool is not None
    return pool.levels


def test_ids_of_resources_stand_for_identifiers_that_are_not_there() -> None:
    city = city_with()
    (home,), (zone,) = city.hospitals, city.zones
    assert (home.id, home.name, home.latitude, home.longitude) == ("general", "General", 50.0, 10.0)
    assert (zone.id, zone.name, zone.population) == ("town", "town", 0.0)
    assert (home.agreed, home.region, home.shelves) == (True, "", ())


def test_what_nothing_says_is_unknown_and_not_zero() -> None:
    city = city_with()
    assert (city.travel_min, city.choice_share, city.zone_travel_min) == (None, None, None)
    assert math.isnan(city.electives_per_day[0])
    assert dict(city.occupied) == {}


def test_single_beds_add_up_and_those_out_of_use_do_not_count() -> None:
    city = city_with(bed(1), bed(2), bed(3, status="suspended"))
    assert levels_of(city, "icu_bed") == (2,)


def test_beds_belong_to_the_hospital_that_their_ward_is_part_of() -> None:
    pool = city_with(bed(1)).hospitals[0].pool("icu_bed")
    assert pool is not None
    assert pool.kind is Kind.PLACE


def test_wards_and_wings_are_no_beds() -> None:
    assert city_with().hospitals[0].pools == ()


def test_a_room_of_an_unknown_type_is_a_fault() -> None:
    (fault,) = faults_with(bed(1, "PHARM"))
    assert (fault.field, fault.value) == ("Bundle.entry[5].resource.type[0].coding[0].code", "PHARM")


def test_parts_that_go_round_in_a_circle_belong_to_nobody() -> None:
    ring = [
        of(
            "Location",
            f"r{i}",
            partOf=to(f"Location/r{1 - i}"),
            type=[coded(("urn:citycare:resource-type", "icu_bed"))],
        )
        for i in (0, 1)
    ]
    assert [fault.value for fault in faults_with(*ring)] == ["Location/r0", "Location/r1"]


def test_scanners_without_hours_are_always_on() -> None:
    assert levels_of(city_with(scanner(1), scanner(2)), "ct_scanner") == (2,)


def test_slots_without_units_put_one_on_duty_in_their_hours() -> None:
    first, night = (
        slot(1, "2026-01-05T08:00:00Z", "2026-01-05T18:00:00Z"),
        slot(2, "2026-01-11T22:00:00Z", "2026-01-12T02:00:00Z"),
    )
    expected = np.zeros(168, dtype=int)
    expected[8:18] = 1
    expected[[166, 167, 0, 1]] += 1
    assert levels_of(city_with(scanner(1), scanner(2), SCHEDULE, first, night), "ct_scanner") == tuple(expected)


def test_slots_add_up_where_they_meet() -> None:
    both = [slot(i, f"2026-01-05T{8 + i:02d}:00:00Z", "2026-01-05T12:00:00Z") for i in (0, 1)]
    levels = levels_of(city_with(scanner(1), scanner(2), SCHEDULE, *both), "ct_scanner")
    assert levels[8:12] == (1, 2, 2, 2)


def test_the_clock_of_the_place_counts_whatever_its_zone() -> None:
    one = slot(1, "2026-01-05T08:00:00+05:30", "2026-01-05T09:00:00+05:30")
    assert levels_of(city_with(scanner(1), scanner(2), SCHEDULE, one), "ct_scanner")[8] == 1


@pytest.mark.parametrize(("status", "n"), [("free", 1), ("busy", 1), ("busy-unavailable", 0), ("entered-in-error", 0)])
def test_a_slot_counts_by_its_status(status: str, n: int) -> None:
    always = slot(1, "2026-01-06T00:00:00Z", "2026-01-06T01:00:00Z")
    one = slot(2, "2026-01-05T00:00:00Z", "2026-01-05T01:00:00Z", status)
    assert levels_of(city_with(scanner(1), scanner(2), SCHEDULE, always, one), "ct_scanner")[0] == n


def test_more_on_duty_than_there_are_is_a_fault() -> None:
    three = [slot(i, "2026-01-05T08:00:00Z", "2026-01-05T12:00:00Z") for i in range(3)]
    (fault,) = faults_with(scanner(1), scanner(2), SCHEDULE, *three)
    assert (fault.value, fault.mend) == (3, "put at most 2 on duty at one time, as there are")


def test_a_pool_in_which_nobody_is_ever_on_duty_is_left_out() -> None:
    assert city_with(scanner(1), scanner(2), SCHEDULE).hospitals[0].pool("ct_scanner") is None


def test_a_scanner_stands_where_it_is_when_it_names_no_owner() -> None:
    one = scanner(1, location=to("Location/ward"))
    del one["owner"]
    assert levels_of(city_with(one), "ct_scanner") == (1,)


def test_the_owner_of_no_hospital_is_a_fault() -> None:
    (fault,) = faults_with(of("Organization", "other"), scanner(1, owner=to("Organization/other")))
    assert "say which hospital has it" in fault.mend


def test_one_serial_number_with_two_owners_is_a_fault() -> None:
    other = scanner(2, owner=to("Organization/other"), serialNumber="SN1")
    found = faults_with(of("Organization", "other"), scanner(1), other)
    assert [(fault.value, "give the device one owner" in fault.mend) for fault in found] == [
        ("Organization/other", True)
    ]


def test_people_of_a_role_are_counted() -> None:
    assert levels_of(city_with(pharmacists(3)), "pharmacist") == (3,)


def test_the_life_of_a_lot_runs_from_the_report_to_its_expiry() -> None:
    (shelf,) = city_with(lot("a", "2026-01-15"), report(("a", 7))).hospitals[0].shelves
    assert shelf == Shelf("ceftriaxone", 7.0, 10 * 1440.0)


def test_lots_of_one_medicine_share_a_shelf_with_the_shorter_life() -> None:
    lots = lot("a", "2026-01-15"), lot("b", "2026-01-06T12:00:00Z")
    (shelf,) = city_with(*lots, report(("a", 7), ("b", 2))).hospitals[0].shelves
    assert (shelf.at_start, shelf.life_min) == (9.0, 36 * 60.0)


def test_medicines_keep_apart_by_their_codes_whatever_their_ids_say() -> None:
    lots = lot("med-B02BX05", "2026-01-15"), lot("b", "2026-01-15", "B05AX02")
    shelves = city_with(*lots, report(("med-B02BX05", 7), ("b", 2))).hospitals[0].shelves
    assert [(one.medicine, one.at_start) for one in shelves] == [("ceftriaxone", 7.0), ("platelets", 2.0)]


def test_an_item_without_a_lot_lasts_for_ever() -> None:
    item = of("InventoryItem", "a", status="active", code=[coded(("http://www.whocc.no/atc", "N02BE01"))])
    (shelf,) = city_with(item, report(("a", 4))).hospitals[0].shelves
    assert (shelf.medicine, shelf.life_min) == ("paracetamol", math.inf)


def test_reports_that_are_not_active_count_nothing() -> None:
    assert city_with(lot("a", "2026-01-15"), {**report(("a", 7)), "status": "draft"}).hospitals[0].shelves == ()


def test_a_concept_can_stand_for_an_item() -> None:
    counted = report(("a", 5))
    concept = coded(("http://www.whocc.no/atc", "B05AX01"))
    counted["inventoryListing"][0]["item"][0]["item"] = {"concept": concept}
    assert city_with(counted).hospitals[0].shelves == (Shelf("red_cells", 5.0),)


def test_full_urls_are_addresses_too() -> None:
    bundle = bundled(*hospital(), town(), bed(1))
    bundle["entry"][2]["fullUrl"] = "urn:uuid:1234"
    bundle["entry"][-1]["resource"]["partOf"] = to("urn:uuid:1234")
    city = city_of(checked(bundle), lambda names, weekly: CASES)
    assert levels_of(city, "icu_bed") == (1,)


def test_the_order_of_entries_changes_nothing_but_the_order_of_things() -> None:
    resources = [
        *hospital(),
        town(),
        scanner(1),
        scanner(2),
        SCHEDULE,
        slot(1, "2026-01-05T08:00:00Z", "2026-01-05T18:00:00Z"),
    ]
    found = [
        city_of(checked(bundled(*some)), lambda names, weekly: CASES).hospitals for some in (resources, resources[::-1])
    ]
    assert set(found[0][0].pools) == set(found[1][0].pools)
