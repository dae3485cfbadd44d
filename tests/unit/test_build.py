"""From settings to a scenario and policies: what the numbers mean is checked here, all at once."""

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest

from experiments.build import build, build_scenario, check
from experiments.config import compose
from experiments.load import emergency_visits_per_day, expected_occupancy
from experiments.settings import Settings
from policies.transfer import Balance, StayPut
from policies.triage import Nurse
from sim.faults import ScenarioError
from tests.city_files import write_documented_city

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]


@cache
def settings(*overrides: str) -> Settings:
    return compose(["triage=nurse", *overrides])[0].settings


def faults_of(*overrides: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        check(settings(*overrides))
    return [str(fault) for fault in caught.value.faults]


def test_builds_the_default_city() -> None:
    scenario, policies = build(settings())
    assert scenario.city.name == "five_hospitals"
    assert [len(scenario.city.hospitals), len(scenario.city.zones)] == [5, 12]
    assert (scenario.horizon.warm_up_min, scenario.horizon.measured_min) == (10080.0, 40320.0)
    assert isinstance(policies.transfer, StayPut)
    assert isinstance(policies.triage, Nurse)


def test_policies_are_fresh_in_every_build() -> None:
    first, second = build(settings("transfer=balance"))[1], build(settings("transfer=balance"))[1]
    assert isinstance(first.transfer, Balance)
    assert first.transfer is not second.transfer


def test_settings_of_a_policy_reach_it() -> None:
    _, policies = build(settings("transfer=balance", "transfer.max_travel_min=30"))
    assert isinstance(policies.transfer, Balance)
    assert policies.transfer.max_travel_min == 30


def test_a_learned_triage_is_the_same_in_every_build() -> None:
    chosen = compose(["triage=model", "triage.under_cost=4"])[0].settings
    first, second = build(chosen)[1].triage, build(chosen)[1].triage
    assert first is not second
    assert first == second
    assert getattr(first, "under_cost") == 4.0  # noqa: B009
    assert getattr(first, "diagnosis") is not None  # noqa: B009


def test_lists_faults_of_policies_and_scenario_together() -> None:
    found = faults_of(
        "transfer=balance",
        "transfer.max_travel=1",
        "transfer.min_wait_min=-1",
        "conditions.stroke.pathway=strok",
        "conditions.chest_pain.acuity_share=[1,1,0,0,0]",
        "city.electives.condition=surgery",
    )
    fields = [line.split(" = ")[0] for line in found]
    assert "transfer.max_travel" in fields
    assert "transfer.min_wait_min" in fields
    assert "conditions.stroke.pathway" in fields
    assert "conditions.chest_pain.acuity_share" in fields
    assert "sources.elective-central.conditions" in fields


def test_a_policy_that_nobody_knows_is_named() -> None:
    assert faults_of("transfer.policy=balanced")[0].startswith("transfer.policy = 'balanced': did you mean 'balance'?")


def test_code_in_a_policy_table_is_an_unknown_key() -> None:
    assert faults_of("transfer._target_=os.system")[0].startswith("transfer._target_ = '_target_': unknown key")


def test_impossible_values_of_a_policy_are_refused() -> None:
    assert faults_of("transfer=balance", "transfer.max_travel_min=-1")[0].startswith("transfer.max_travel_min = -1")


def test_a_rate_for_a_place_that_the_city_has_not_is_refused() -> None:
    found = faults_of("transfer=balance", "+transfer.bed_release_by_place.ward_bed=0.2")
    assert [line.split(" = ")[0] for line in found] == ["transfer.bed_release_by_place.ward_bed"]
    assert "icu_bed, medical_bed, surgical_bed" in found[0]


def test_a_pool_that_a_pathway_needs_must_be_there() -> None:
    found = faults_of("city.hospitals.west.equipment.ct_scanner=0")
    assert any("city.hospitals.west.pools" in line and "'ct_scanner'" in line for line in found)


def test_places_in_a_ring_are_refused() -> None:
    phases = "[{name: ward, place: medical_bed, steps: []}, {name: icu, place: icu_bed, steps: []}]"
    assert any("ring" in line for line in faults_of(f"pathways.minor_illness.phases={phases}"))


def test_case_mix_scales() -> None:
    plain = build_scenario(settings()).case_mix
    wide = build_scenario(settings("case_mix.spread=2", "case_mix.nurse_error=0.5")).case_mix
    np.testing.assert_allclose(wide.sd, 2 * plain.sd)
    np.testing.assert_array_equal(wide.mean, plain.mean)
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose(wide.nurse_share[off], 0.5 * plain.nurse_share[off])
    np.testing.assert_allclose(wide.nurse_share.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("case_mix.nurse_error=3", "case_mix.nurse_error = 3.0: give less"),
        ("case_mix.nurse_share=[[1]]", "case_mix.nurse_share = [[1.0]]: give 5 rows of 5 shares"),
        ("case_mix.features.age_years.mean=[1,2]", "case_mix.features.age_years.mean = [1.0, 2.0]: give 5 numbers"),
        ("information=delayed information.delay_min=0", "information.delay_min = 0"),
        ("city.hospitals.central.occupied_at_start.icu_bed=1.5", "city.hospitals.central.occupied_at_start.icu_bed"),
    ],
)
def test_one_fault_in_words(line: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        check(settings(*line.split()))
    assert str(caught.value).startswith(expected)


def test_scales_of_care_multiply_stays_and_admissions() -> None:
    def ward(chosen: Settings) -> tuple[float, float, float]:
        pathway = next(one for one in build_scenario(chosen).pathways if one.name == "chest_pain")
        phases = {phase.name: phase for phase in pathway.phases}
        assessment = phases["emergency"].steps[0].duration.of(3).mean
        return phases["ward"].steps[0].duration.of(3).mean, phases["ward"].p.of(3), assessment

    plain = ward(settings())
    scaled = ward(settings("care.ward_stay=1.1", "care.admission=0.5", "care.treatment=2"))
    np.testing.assert_allclose(np.array(scaled) / np.array(plain), [1.1, 0.5, 2.0])


def test_expected_occupancy_follows_stays_and_beds() -> None:
    plain, longer = (
        expected_occupancy(build_scenario(settings(*lines)))["north"]
        for lines in ((), ("care.icu_stay=1.5", "city.ward_beds.scale=2"))
    )
    np.testing.assert_allclose(longer["icu_bed"], 1.5 * plain["icu_bed"])
    np.testing.assert_allclose(longer["surgical_bed"], 0.5 * plain["surgical_bed"])


def test_demand_scales_visits() -> None:
    plain, more = (build_scenario(settings(*lines)) for lines in ((), ("city.demand.scale=1.15",)))
    np.testing.assert_allclose(emergency_visits_per_day(more), 1.15 * emergency_visits_per_day(plain))


CRISES = ["city=one_acute_hospital", "patients=acute_admissions", "pathways=acute_admission"]
WAVE = ["city=icu_districts", "patients=icu_wave", "pathways=icu_wave"]
MEDICINES = ["formulary=perishables"]
BESIDE = {
    "pathways=emergency_medicines": MEDICINES,
    "pathways=sharing": MEDICINES,
    "pathways=acute_admission": CRISES,
    "pathways=icu_wave": WAVE,
}
"""Members that are made for each other."""


def members(group: str) -> list[str]:
    return [f"{group}={file.stem}" for file in sorted((ROOT / "conf" / group).glob("*.yaml"))]


TOGETHER = [
    [line for line in lines if line]
    for lines in zip_longest(*map(members, ("transfer", "triage", "information")), fillvalue="")
]
"""Members that go with any other, so that one composition asks about several."""


@pytest.mark.parametrize(
    "lines", [*TOGETHER, *([line, *BESIDE.get(line, [])] for line in members("pathways"))], ids=" ".join
)
def test_every_shipped_member_has_a_meaning(lines: list[str]) -> None:
    assert check(compose(lines)[0].settings).sources


def test_every_group_of_patients_is_asked_about() -> None:
    assert {*members("patients")} <= {"patients=emergency_mix", *CRISES, *WAVE}


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return ["city=from_files", f"city.folder='{write_documented_city(tmp_path)}'"]


def of(lines: Sequence[str]) -> Settings:
    return compose(["triage=nurse", *lines])[0].settings


def test_a_city_from_files_is_what_the_files_say(files: list[str]) -> None:
    scenario = build_scenario(of(files))
    north, south = scenario.city.hospitals
    assert (north.id, south.id) == ("north", "south")
    assert scenario.city.travel_min.tolist() == [[0.0, 14.0], [16.0, 0.0]]
    np.testing.assert_allclose(scenario.city.choice_share, [[0.8, 0.2], [0.3, 0.7]])
    zones = [source for source in scenario.sources if source.zone >= 0]
    np.testing.assert_allclose([source.hourly_rate.sum() for source in zones], [1.4 * 168 + 0.6, 0.6 * 168 + 0.2 * 7])
    assert scenario.case_mix.features == ("age_years", "heart_rate_per_min")
    inside = {source.name: source.at_start for source in scenario.sources if source.at_start}
    assert inside["start-north-medical_bed"] == 31
    planned = {source.name: source.hourly_rate.sum() for source in scenario.sources if "elective" in source.name}
    np.testing.assert_allclose([planned["elective-north"], planned["elective-south"]], [2.5 * 7, 0.047 * 10 * 7])


def test_files_win_over_conditions_that_they_know(files: list[str]) -> None:
    scenario = build_scenario(of(files))
    shares = {condition.name: condition.acuity_share for condition in scenario.conditions}
    np.testing.assert_allclose(shares["chest_pain"], [1 / 3, 1 / 3, 1 / 3, 0, 0])
    np.testing.assert_allclose(shares["stroke"], [0.109, 0.489, 0.359, 0.043, 0])


def test_scales_hold_for_files_too(files: list[str]) -> None:
    plain = build_scenario(of(files))
    other = build_scenario(of([*files, "city.ward_beds.scale=1.5", "city.demand.scale=2", "case_mix.spread=3"]))
    beds = [scenario.city.hospitals[0].pool("medical_bed") for scenario in (plain, other)]
    assert [bed.establishment for bed in beds if bed] == [40, 60]
    np.testing.assert_allclose(emergency_visits_per_day(other), 2 * emergency_visits_per_day(plain))
    np.testing.assert_allclose(other.case_mix.sd, 3 * plain.case_mix.sd)


def test_what_files_leave_open_follows_size_and_distance(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "travel.csv").unlink()
    (tmp_path / "choice.csv").unlink()
    scenario = build_scenario(of(files))
    travel = scenario.city.travel_min
    assert travel[0, 1] == travel[1, 0] > 0
    assert np.argmax(scenario.city.choice_share, axis=1).tolist() == [0, 1]


def test_changed_files_are_read_again(files: list[str], tmp_path: Path) -> None:
    build_scenario(of(files))
    path = tmp_path / "travel.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    path.write_text("from,to,minutes\nnorth,south,33\nsouth,north,33\n", encoding="utf-8")
    assert build_scenario(of(files)).city.travel_min[0, 1] == 33.0


def test_faults_of_files_are_those_of_the_files(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "patient_case.csv").unlink()
    with pytest.raises(ScenarioError, match="patient_case"):
        build_scenario(of(files))
