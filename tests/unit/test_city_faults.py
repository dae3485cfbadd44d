"""Hospitals, pools, zones and roads: every impossible value is named, and pools tell what they hold."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from sim.city import City, Discipline, Hospital, Kind, Pool, Zone

pytestmark = pytest.mark.unit

BEDS = Pool("bed", Kind.PLACE, (4,))
WARD = Hospital("ward", "Ward", 50.0, 8.0, (BEDS,))
CITY = City(
    "town",
    (WARD, replace(WARD, id="other")),
    (Zone("z", "Zone", 0.0, 0.0, 9.0),),
    np.array([[0.0, 3.0], [4.0, 0.0]]),
    np.array([[0.75, 0.25]]),
)


def said(part: City | Hospital) -> list[str]:
    """Return the field and the value of every fault."""
    faults = part.faults() if isinstance(part, City) else part.faults("h")
    return [f"{fault.field} = {fault.value!r}" for fault in faults]


def test_a_sound_city_has_no_faults() -> None:
    assert said(CITY) == []


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((0,) * 167 + (1,), []),
        ((1, 2), ["h.pools.bed.levels = 2"]),
        ((), ["h.pools.bed.levels = 0"]),
        ((-1,), ["h.pools.bed.levels = -1"]),
        ((5,) * 167 + (-2,), ["h.pools.bed.levels = -2"]),
        ((0,), ["h.pools.bed.levels = 0"]),
    ],
)
def test_levels(levels: tuple[int, ...], expected: list[str]) -> None:
    assert said(replace(WARD, pools=(replace(BEDS, levels=levels),))) == expected


def test_a_pool_is_as_large_as_its_greatest_level_and_knows_every_hour() -> None:
    nights = Pool("nurse", Kind.STAFF, (1, *(3,) * 166, 2))
    assert (BEDS.establishment, nights.establishment) == (4, 3)
    assert BEDS.hourly.tolist() == [4.0] * 168
    assert nights.hourly.tolist() == [1.0] + [3.0] * 166 + [2.0]
    assert BEDS.discipline is Discipline.PRIORITY


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (90.0, 180.0, []),
        (-90.0, -180.0, []),
        (90.1, 0.0, ["h.latitude = 90.1"]),
        (-90.1, 180.1, ["h.latitude = -90.1", "h.longitude = 180.1"]),
        (nan, -180.1, ["h.latitude = nan", "h.longitude = -180.1"]),
    ],
)
def test_positions(latitude: float, longitude: float, expected: list[str]) -> None:
    assert said(replace(WARD, latitude=latitude, longitude=longitude)) == expected


def test_pools_are_named_once_and_found_by_their_name() -> None:
    scanner, ambulance = replace(BEDS, code="ct"), replace(BEDS, code="ambulance")
    twice = (BEDS, ambulance, scanner, BEDS, ambulance)
    assert said(replace(WARD, pools=twice)) == ["h.pools = 'ambulance'", "h.pools = 'bed'"]
    assert WARD.pool("bed") is BEDS
    assert WARD.pool("ct") is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {
                "hospitals": (WARD, replace(WARD, id="a"), replace(WARD, id="b")) * 2,
                "travel_min": np.zeros((6, 6)),
                "choice_share": np.full((1, 6), 1 / 6),
            },
            ["city.hospitals = 'a'", "city.hospitals = 'b'", "city.hospitals = 'ward'"],
        ),
        ({"zones": CITY.zones * 2, "choice_share": np.full((2, 2), 0.5)}, ["city.zones = 'z'"]),
        ({"hospitals": (WARD, replace(WARD, id="x", latitude=99.0))}, ["city.hospitals.x.latitude = 99.0"]),
        (
            {"hospitals": (), "travel_min": np.zeros((0, 0)), "choice_share": np.zeros((0, 0)), "zones": ()},
            ["city.hospitals = 0"],
        ),
        ({"travel_min": np.zeros((2, 1))}, ["city.travel_min = (2, 1)"]),
        ({"travel_min": np.array([[0.0, 3.0], [-4.0, 0.0]])}, ["city.travel_min = -4.0"]),
        ({"travel_min": np.array([[0.0, inf], [-4.0, 0.0]])}, ["city.travel_min = inf"]),
        ({"travel_min": np.array([[0.0, 3.0], [nan, 0.0]])}, ["city.travel_min = nan"]),
        ({"choice_share": np.array([[1.0]])}, ["city.choice_share = (1, 1)"]),
        ({"choice_share": np.array([[0.75, 0.5]])}, ["city.choice_share = [1.25]"]),
        ({"choice_share": np.array([[1.25, -0.25]])}, ["city.choice_share = [1.0]"]),
        ({"zones": (), "choice_share": np.zeros((0, 2))}, []),
    ],
)
def test_city(change: dict[str, object], expected: list[str]) -> None:
    assert said(replace(CITY, **change)) == expected  # type: ignore[arg-type]


def test_the_codes_of_a_city_are_sorted_and_named_once() -> None:
    other = replace(WARD, id="other", pools=(replace(BEDS, code="ct"), BEDS, replace(BEDS, code="a")))
    assert replace(CITY, hospitals=(WARD, other)).pool_codes == ("a", "bed", "ct")
