"""Planned admissions move between hospitals: beds fill as far as was asked, and the city plans as many as before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.folder import read_city_folder
from experiments.importing.city import import_city
from experiments.inflow import Inflow
from experiments.load import expected_occupancy
from experiments.planned import beds_beyond_mean
from sim.city import Hospital, Kind, Pool
from sim.faults import ScenarioError
from sim.scenario import Scenario
from sim.units import FloatArray
from tests.contract.test_import_city import write_tables

pytestmark = pytest.mark.unit

WARDS = ("medical_bed", "surgical_bed", "icu_bed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inside = tmp_path_factory.mktemp("planned")
    import_city(*write_tables(inside), None, inside / "city")
    return inside / "city"


def scenario(folder: Path, *overrides: str) -> Scenario:
    return build_scenario(compose(["city=from_files", f"city.folder='{folder}'", *overrides])[0].settings)


def in_beds(one: Scenario) -> FloatArray:
    """Return the patients expected in surgical beds, shape (n_hospitals,)."""
    full = expected_occupancy(one)
    places = [(full[home.id]["surgical_bed"], home.pool("surgical_bed")) for home in one.city.hospitals]
    return np.array([share * pool.establishment for share, pool in places if pool])


def planned(one: Scenario) -> dict[str, float]:
    return {s.name: s.hourly_rate.sum() / 7 for s in one.sources if s.name.startswith("elective-")}


def beyond_mean(folder: Path) -> FloatArray:
    """Return patients at time zero minus those whom the city's mean would put there, by hospital, from the files."""
    city = read_city_folder(folder)
    beds = np.array([[pool.establishment if (pool := h.pool(code)) else 0 for code in WARDS] for h in city.hospitals])
    used = np.stack([city.occupied[code] for code in WARDS], axis=1)
    beyond: FloatArray = used.sum(axis=1) - beds.sum(axis=1) * used.sum() / beds.sum()
    return beyond


def test_beds_fill_by_the_share_of_the_difference_that_is_asked_for(folder: Path) -> None:
    """Nobody reaches zero at .9 and 1.1, so arrivals times stays give exactly a tenth of the difference."""
    usual, more, less = (in_beds(scenario(folder, f"city.electives.spread={s}")) for s in (1, 1.1, 0.9))
    np.testing.assert_allclose(more - usual, 0.1 * beyond_mean(folder), atol=1e-9)
    np.testing.assert_allclose(less - usual, -0.1 * beyond_mean(folder), atol=1e-9)


def test_longer_stays_need_fewer_patients_for_the_same_beds(folder: Path) -> None:
    lines = ("care.ward_stay=1.2", "city.electives.scale=0.8")
    moved = in_beds(scenario(folder, *lines, "city.electives.spread=1.1")) - in_beds(scenario(folder, *lines))
    np.testing.assert_allclose(moved, 0.1 * beyond_mean(folder), atol=1e-9)


def test_the_city_plans_as_many_even_where_a_hospital_has_nobody_left(folder: Path) -> None:
    usual, wide = planned(scenario(folder)), planned(scenario(folder, "city.electives.spread=6"))
    assert len(wide) < len(usual) == 3
    assert sum(wide.values()) == pytest.approx(sum(usual.values()))


def test_one_and_a_city_without_planned_patients_change_nothing(folder: Path) -> None:
    assert planned(scenario(folder, "city.electives.spread=1")) == planned(scenario(folder))
    assert planned(scenario(folder, "city.electives.scale=0", "city.electives.spread=1.3")) == {}


def test_hospitals_of_which_nothing_is_said_count_not_in_the_mean(folder: Path) -> None:
    """Beds 100 and 50, 90 and 30 in use: the mean fills .8, so 10 more and 10 fewer; the third says nothing."""
    beds = [Pool("ward", Kind.PLACE, (n,)) for n in (100, 50, 70)]
    homes = tuple(Hospital(name, name, 0.0, 0.0, (pool,)) for name, pool in zip("abc", beds, strict=True))
    city = replace(scenario(folder).city, hospitals=homes)
    none = np.zeros(0)
    inflow = Inflow(none, (), none, none, {"ward": np.array([90.0, 30.0, np.nan])})
    np.testing.assert_allclose(beds_beyond_mean(city, inflow), [10.0, -10.0, 0.0])


def test_planned_patients_who_never_use_their_place_are_a_fault(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"city\.electives\.spread"):
        scenario(folder, "city.electives.spread=1.2", "city.electives.place=icu_bed")
