"""Plan an imported city: who goes where and why, and what each hospital has for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.build import build_scenario
from experiments.config import compose
from experiments.files.cases import PatientCases
from experiments.files.folder import CityFolder
from experiments.files.generate import generate_cases
from experiments.importing.care_load import CareLoad, care_load
from experiments.importing.flows import Balanced, balance, zone_mix
from experiments.importing.hours import HourlyProfile
from experiments.importing.supply import BedCounts, Need, count_beds, emergency_pools
from experiments.importing.tables import Site
from experiments.settings import Settings
from sim.city import Hospital, Kind, Pool, Zone
from sim.scenario import Condition, Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY, FloatArray

CHOICE_DISTANCE_MIN = 4.0
"""The pull of a hospital falls to 1/e over this many minutes of driving (I04)."""
PLANNED_BED_SHARE = 0.12
"""Share of ward bed days that planned patients have: .17 of admissions (P53), each 5.1 against 7.6 days (P52, P54)."""
SHARE_DECIMALS = 6
RATE_DECIMALS = 6
MINUTES_DECIMALS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """Hold what an import takes from the shipped configuration: care, its mix of conditions, and the week's rhythm.

    `share` (n_conditions,) is the usual mix of emergency visits, `rhythm` (168,) their share by hour of the week.
    """

    settings: Settings
    scenario: Scenario
    conditions: tuple[Condition, ...]
    share: FloatArray
    rhythm: FloatArray
    load: CareLoad

    @property
    def planned_stay_days(self) -> float:
        """Return the mean days that a planned patient stays in a bed."""
        plan = self.settings.city.electives
        return float(care_load(self.scenario, [plan.condition]).of(plan.place)[0]) / MINUTES_PER_DAY


def usual_care() -> Usual:
    """Compose the shipped configuration and take from it what an import needs."""
    settings = compose([])[0].settings
    scenario = build_scenario(settings)
    source = next(one for one in scenario.sources if one.zone >= 0)
    named = {condition.name: condition for condition in scenario.conditions}
    return Usual(
        settings,
        scenario,
        tuple(named[name] for name in source.conditions),
        source.condition_share,
        source.hourly_rate / source.hourly_rate.sum(),
        care_load(scenario, source.conditions),
    )


@dataclass(frozen=True, slots=True, eq=False)
class CityPlan:
    """Hold a planned city: its files, the beds by hospital, how choices converged, and the expected ward patients.

    `ward_patients` (n_hospitals,) come through the emergency department; `sites` are what the tables say;
    `zone_travel_min` (n_zones, n_hospitals) are minutes by road.
    """

    city: CityFolder
    sites: tuple[Site, ...]
    beds: tuple[BedCounts, ...]
    choices: Balanced
    ward_patients: FloatArray
    zone_travel_min: FloatArray

    @property
    def set_aside(self) -> list[tuple[str, Pool]]:
        """Return beds of intensive care that hold patients whom no pathway describes, by hospital."""
        named = zip(self.sites, self.beds, strict=True)
        return [
            (site.id, Pool("icu_bed", Kind.PLACE, (one.icu_elsewhere,))) for site, one in named if one.icu_elsewhere
        ]


def plan_city(
    name: str,
    sites: Sequence[Site],
    zones: Sequence[Zone],
    zone_km: FloatArray,
    hospital_km: FloatArray,
    profile: HourlyProfile | None = None,
) -> CityPlan:
    """Plan a city from hospitals, zones, and kilometers (n_zones, n_hospitals) and (n_hospitals, n_hospitals).

    Arrivals follow the hours of a `profile` if it is meant for that, else those of the shipped city.
    """
    usual = usual_care()
    usual = replace(usual, rhythm=profile.rhythm(usual.rhythm)) if profile else usual
    travel = usual.settings.city.travel
    min_per_km = travel.road_factor / travel.speed_kmh * 60
    visits = np.array([site.visits_per_week for site in sites])
    population = np.array([zone.population for zone in zones])
    per_zone = population / population.sum() * visits.sum()
    choices = choose_hospitals(zone_km * min_per_km, per_zone, visits)
    flow = per_zone[:, None] * choices.share / 7
    mix = _zone_mix(usual, flow, sites)
    needs = [_need(usual, site, flow[:, i] @ mix) for i, site in enumerate(sites)]
    beds = [count_beds(site, need) for site, need in zip(sites, needs, strict=True)]
    city = CityFolder(
        name=name,
        hospitals=tuple(_hospital(usual, *row) for row in zip(sites, needs, beds, strict=True)),
        zones=tuple(zones),
        hourly_rate=np.outer(per_zone, usual.rhythm).round(RATE_DECIMALS),
        conditions=usual.load.conditions,
        condition_share=mix,
        electives_per_day=np.round([need.electives / usual.planned_stay_days for need in needs], 2),
        occupied=_occupied(sites, needs, beds),
        travel_min=np.round(hospital_km * min_per_km, MINUTES_DECIMALS),
        choice_share=_rounded(choices.share),
        cases=_cases(usual, per_zone @ mix),
    )
    ward_patients = np.array([need.in_beds["medical_bed"] + need.in_beds["surgical_bed"] for need in needs])
    return CityPlan(city, tuple(sites), tuple(beds), choices, ward_patients, zone_km * min_per_km)


def choose_hospitals(travel_min: FloatArray, per_zone: FloatArray, per_hospital: FloatArray) -> Balanced:
    """Return which hospitals the patients of each zone choose: size times exp(-travel / distance), then balanced.

    `travel_min` (n_zones, n_hospitals); the visits `per_zone` and `per_hospital` have the same sum.
    """
    beyond = travel_min - travel_min.min(axis=1, keepdims=True)
    return balance(per_hospital * np.exp(-beyond / CHOICE_DISTANCE_MIN), per_zone, per_hospital)


def _zone_mix(usual: Usual, flow: FloatArray, sites: Sequence[Site]) -> FloatArray:
    """Return how conditions mix in each zone, (n_zones, n_conditions), so that wards fill about as recorded."""
    ward_days = (usual.load.of("medical_bed") + usual.load.of("surgical_bed")) / MINUTES_PER_DAY
    in_wards = np.array([max(1.0, site.beds_used - site.icu_used) for site in sites])
    return _rounded(zone_mix(flow, usual.share, ward_days, (1 - PLANNED_BED_SHARE) * in_wards))


def _rounded(shares: FloatArray) -> FloatArray:
    """Round shares as they are written into files, and let rows sum to 1 again."""
    rounded = np.round(shares, SHARE_DECIMALS)
    whole: FloatArray = rounded / rounded.sum(axis=1, keepdims=True)
    return whole


def _need(usual: Usual, site: Site, daily: FloatArray) -> Need:
    """Return what the patients of one hospital ask for; `daily` (n_conditions,) are its patients a day."""
    per_day = dict(zip(usual.load.pools, daily @ usual.load.minutes, strict=True))
    in_beds = {code: float(per_day[code]) / MINUTES_PER_DAY for code in ("medical_bed", "surgical_bed", "icu_bed")}
    in_wards = in_beds["medical_bed"] + in_beds["surgical_bed"]
    return Need(
        visits_per_hour=site.visits_per_week * usual.rhythm,
        minutes={code: float(minutes) / daily.sum() for code, minutes in per_day.items()},
        in_beds=in_beds,
        electives=max(0.0, site.beds_used - site.icu_used - in_wards),
    )


def _hospital(usual: Usual, site: Site, need: Need, beds: BedCounts) -> Hospital:
    pools = (*emergency_pools(need, usual.settings.city.shifts.starts_hour), *beds.pools())
    return Hospital(site.id, site.name, site.latitude, site.longitude, pools)


def _occupied(sites: Sequence[Site], needs: Sequence[Need], beds: Sequence[BedCounts]) -> dict[str, FloatArray]:
    """Return patients in beds at the start: in wards as recorded, in intensive care those who come by emergency."""
    full = [min(1.0, (s.beds_used - s.icu_used) / max(1.0, s.beds - s.icu_beds)) for s in sites]
    icu = [min(one.icu, round(need.in_beds["icu_bed"])) for one, need in zip(beds, needs, strict=True)]
    return {
        "medical_bed": np.round([one.medical * share for one, share in zip(beds, full, strict=True)]),
        "surgical_bed": np.round([one.surgical * share for one, share in zip(beds, full, strict=True)]),
        "icu_bed": np.array(icu, dtype=float),
    }


def _cases(usual: Usual, weekly: FloatArray) -> PatientCases:
    replication = Replication(0, usual.settings.run.root_seed)
    return generate_cases(usual.conditions, weekly / weekly.sum(), usual.scenario.case_mix, replication)
