"""From settings to a city and its arrivals: exact small cases."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.city import described_city, gravity_share, great_circle_km, road_minutes, scaled
from experiments.city_settings import (
    CitySettings,
    DemandSettings,
    ElectiveSettings,
    HospitalSettings,
    ScaleSettings,
    ShiftSettings,
    StartSettings,
    TravelSettings,
    ZoneSettings,
)
from experiments.inflow import described_inflow, sources, week_profile
from experiments.settings import ConditionSettings
from sim.city import City, Kind, Zone
from sim.faults import Fault
from sim.scenario import Source

pytestmark = pytest.mark.unit

CONDITIONS = {
    "cold": ConditionSettings("p", [0, 0, 0, 0, 1], weight=3),
    "stroke": ConditionSettings("p", [1, 0, 0, 0, 0], weight=1),
    "planned": ConditionSettings("p", [0, 0, 1, 0, 0]),
}


def settings() -> CitySettings:
    places, staff = {"ed_space": 4, "surgical_bed": 10, "icu_bed": 2, "none": 0}, {"nurse": 3, "porter": 2}
    north = HospitalSettings("North", 50.0, 8.0, places, staff, {"ct": 1}, attraction=2, electives_per_day=7)
    south = HospitalSettings("South", 49.9, 8.0, {"surgical_bed": 20}, attraction=1)
    return CitySettings(
        "town",
        hospitals={"north": north, "south": south},
        zones={"a": ZoneSettings("A", 50.0, 8.0, 365_250), "b": ZoneSettings("B", 49.9, 8.0, 730_500, demand=0.5)},
        demand=DemandSettings(visits_per_1000_per_year=10, scale=2.0),
        electives=ElectiveSettings("planned", per_bed_per_day=0.1),
        start=StartSettings({"surgical_bed": "planned"}, {"surgical_bed": 0.5}),
        shifts=ShiftSettings([7, 15, 23], {"nurse": [1.0, 0.5, 0.1]}),
    )


def built(town: CitySettings) -> tuple[City, tuple[Source, ...], list[Fault]]:
    faults: list[Fault] = []
    city = described_city(town, faults)
    return city, sources(town, city, described_inflow(town, CONDITIONS, faults), faults), faults


def test_one_degree_of_latitude_is_111_km() -> None:
    a, b = Zone("a", "A", 50.0, 8.0, 0), Zone("b", "B", 51.0, 8.0, 0)
    quarter = Zone("q", "Q", 0.0, 98.0, 0)
    km = great_circle_km((a, b), (a, b, quarter))
    assert km[0, 0] == 0
    np.testing.assert_allclose(km[0, 1], 6371.0088 * np.pi / 180, rtol=1e-12)
    np.testing.assert_allclose(km[:, 2], 6371.0088 * np.pi / 2, rtol=1e-9)


def test_road_minutes_are_kilometers_times_factor_over_speed() -> None:
    a, b = Zone("a", "A", 50.0, 8.0, 0), Zone("b", "B", 50.1, 8.0, 0)
    minutes = road_minutes((a,), (b,), TravelSettings(road_factor=1.5, speed_kmh=30))
    np.testing.assert_allclose(minutes, great_circle_km((a,), (b,)) * 3.0)


def test_gravity_halves_over_the_distance_of_log_two() -> None:
    share = gravity_share(np.array([1.0, 1.0]), np.array([[5.0, 5.0 + 10 * np.log(2)], [1e6, 1e6]]), 10.0)
    np.testing.assert_allclose(share, [[2 / 3, 1 / 3], [0.5, 0.5]])


def test_shifts_put_a_share_of_staff_on_duty_and_never_nobody() -> None:
    city, _, _ = built(settings())
    nurse, porter = city.hospitals[0].pool("nurse"), city.hospitals[0].pool("porter")
    assert nurse is not None
    assert porter is not None
    assert nurse.levels[:24] == (1,) * 7 + (3,) * 8 + (2,) * 8 + (1,)
    assert nurse.levels == nurse.levels[:24] * 7
    assert porter.levels == (2,)
    assert nurse.kind is Kind.STAFF


def test_a_count_of_zero_leaves_the_pool_out() -> None:
    city, _, _ = built(settings())
    assert city.hospitals[0].pool("none") is None


def test_scales_multiply_their_own_kind_only() -> None:
    town = replace(settings(), ward_beds=ScaleSettings(1.26), icu_beds=ScaleSettings(0.1), staff=ScaleSettings(2))
    city = scaled(described_city(town, []), town)
    levels = {pool.code: pool.levels[0] for pool in city.hospitals[0].pools}
    assert levels == {"ed_space": 4, "surgical_bed": 13, "icu_bed": 1, "nurse": 2, "porter": 4, "ct": 1}


def test_tables_override_pairs_and_unknown_ids_are_named() -> None:
    town = settings()
    town.travel.minutes = {"north": {"south": 99.0, "soth": 1.0}}
    town.choice.shares = {"b": {"south": 1.0}}
    city, _, faults = built(town)
    assert city.travel_min[0, 1] == 99.0
    assert city.travel_min[1, 0] != 99.0
    assert city.choice_share[1].tolist() == [0.0, 1.0]
    assert city.choice_share[0, 0] > 0.5
    assert [str(fault)[:60] for fault in faults] == ["city.travel.minutes.north.soth = 'soth': unknown id; did you"]


def test_week_profile_keeps_one_patient_a_day() -> None:
    profile = week_profile([1.0] * 12 + [3.0] * 12, [1, 1, 1, 1, 1, 0, 0])
    np.testing.assert_allclose(profile.sum(), 7.0)
    np.testing.assert_allclose(profile[:24].sum(), 7 / 5)
    assert profile[12] == 3 * profile[11]
    assert profile[-48:].sum() == 0


def test_emergency_rates_follow_population_rate_and_scale() -> None:
    _, arrivals, faults = built(settings())
    zones = [source for source in arrivals if source.zone >= 0]
    assert faults == []
    assert [source.name for source in zones] == ["zone-a", "zone-b"]
    np.testing.assert_allclose([source.hourly_rate.sum() for source in zones], [2 * 70.0, 2 * 70.0])
    assert zones[0].conditions == ("cold", "stroke")
    np.testing.assert_allclose(zones[0].condition_share, [0.75, 0.25])


def test_planned_patients_come_as_said_or_by_beds() -> None:
    _, arrivals, _ = built(settings())
    planned = {source.name: source for source in arrivals if source.name.startswith("elective")}
    np.testing.assert_allclose(planned["elective-north"].hourly_rate.sum(), 49.0)
    np.testing.assert_allclose(planned["elective-south"].hourly_rate.sum(), 14.0)
    hours = np.flatnonzero(planned["elective-south"].hourly_rate)
    assert set((hours % 24).tolist()) == {7, 8, 9}
    assert set((hours // 24).tolist()) == {0, 1, 2, 3, 4}


def test_planned_patients_scale_however_they_are_given() -> None:
    town = settings()
    town.electives.scale = 3.0
    _, arrivals, _ = built(town)
    planned = {source.name: source.hourly_rate.sum() for source in arrivals if source.name.startswith("elective")}
    np.testing.assert_allclose([planned["elective-north"], planned["elective-south"]], [3 * 49.0, 3 * 14.0])
    town.electives.scale = 0.0
    assert [source.name for source in built(town)[1] if source.name.startswith("elective")] == []


def test_beds_are_taken_at_the_start_as_said_or_by_the_usual_share() -> None:
    town = settings()
    town.hospitals["north"].occupied_at_start = {"surgical_bed": 0.87}
    _, arrivals, _ = built(town)
    inside = {source.name: source.at_start for source in arrivals if source.at_start}
    assert inside == {"start-north-surgical_bed": 9, "start-south-surgical_bed": 10}


def test_no_more_patients_than_beds_at_the_start() -> None:
    town = settings()
    town.start.scale = 3.0
    _, arrivals, _ = built(town)
    assert {source.at_start for source in arrivals if source.at_start} == {10, 20}


def test_a_taken_bed_needs_a_condition() -> None:
    town = settings()
    town.start.occupied_share = {"icu_bed": 0.5}
    _, _, faults = built(town)
    assert [fault.field for fault in faults] == ["city.start.conditions.icu_bed"]


def test_no_reason_to_come_is_a_fault() -> None:
    faults: list[Fault] = []
    described_inflow(settings(), {"planned": CONDITIONS["planned"]}, faults)
    assert [fault.field for fault in faults] == ["conditions"]
