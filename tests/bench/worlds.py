"""Describe the worlds that are timed: one queue, and one emergency department with a ward."""

from dataclasses import replace

import numpy as np

from sim.city import City, Discipline, Hospital, Kind, Pool, Zone
from sim.distributions import Exponential, Fixed, Lognormal
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Horizon, Information, Patience, Scenario, Source, TransferRules
from sim.units import HOURS_PER_WEEK, MINUTES_PER_WEEK
from tests.small_worlds import NO_FEATURES, RULES, one_queue

SERVERS, SERVICE_MIN, UTILIZATION = 10, 10.0, 0.9
PATIENTS_PER_HOUR = np.where((np.arange(HOURS_PER_WEEK) % 24 >= 8) & (np.arange(HOURS_PER_WEEK) % 24 < 22), 12.0, 5.0)
ACUITY_SHARE = np.array([0.01, 0.11, 0.45, 0.36, 0.07])


def ten_servers(n_customers: int) -> Scenario:
    """Return M/M/10 with utilization 0.9, observed until about so many customers have come."""
    rate_per_min = UTILIZATION * SERVERS / SERVICE_MIN
    return one_queue(SERVERS, [rate_per_min], Exponential(SERVICE_MIN), Horizon(0.0, n_customers / rate_per_min))


def emergency_department(n_patients: int, scanners: int = 2, radiographers: int = 2) -> Scenario:
    """Return an emergency department of 8 pools with shifts, observed until about so many patients have come.

    Triage by a nurse, first come first served; then a space in the department, for which patience runs; assessment,
    laboratory (half), CT (30 %, scanner and radiographer at once), treatment, disposition; then a bed for the
    admitted, who board until it is free. All but the triage nurse serve by acuity. Utilization is .73 to .88.
    """
    department = Hospital("general", "General", 0.0, 0.0, _pools(scanners, radiographers))
    weeks = n_patients / PATIENTS_PER_HOUR.sum()
    return Scenario(
        name="emergency department",
        city=City("town", (department,), (Zone("z", "Zone", 0.0, 0.0, 1.0),), np.zeros((1, 1)), np.ones((1, 1))),
        pathways=(_pathway(),),
        conditions=(Condition("ill", "emergency", ACUITY_SHARE),),
        sources=(Source("z", ("ill",), np.ones(1), PATIENTS_PER_HOUR, zone=0),),
        case_mix=NO_FEATURES,
        patience=Patience(never_leaves_share=0.5, mean_min=120.0),
        horizon=Horizon(0.0, weeks * MINUTES_PER_WEEK),
        transfers=RULES,
        information=Information(),
    ).checked()


def reviewed_hourly(scenario: Scenario) -> Scenario:
    """Return the scenario with boarders whom a policy may move every hour."""
    (pathway,) = scenario.pathways
    *before, ward = pathway.phases
    movable = replace(pathway, phases=(*before, replace(ward, transferable=True)))
    return replace(scenario, pathways=(movable,), transfers=replace(RULES, review_every_min=60.0)).checked()


def large_city(n_hospitals: int = 36, n_weeks: float = 12.0) -> Scenario:
    """Return a city of departments like the one above, larger by half; a third of their patients come from next door.

    Every third hospital has fewer beds than it needs, so that its patients board, and others could take them.
    """
    one = emergency_department(1)
    names = [f"h{h:02d}" for h in range(n_hospitals)]
    (department,) = one.city.hospitals
    numbers = np.arange(n_hospitals)
    return replace(
        reviewed_hourly(one),
        name="large city",
        city=City(
            "large",
            tuple(replace(department, id=name, pools=_larger(h)) for h, name in enumerate(names)),
            tuple(replace(one.city.zones[0], id=name) for name in names),
            5.0 * np.abs(numbers[:, None] - numbers),
            (2.0 * np.eye(n_hospitals) + np.roll(np.eye(n_hospitals), 1, axis=1)) / 3.0,
        ),
        sources=tuple(
            replace(one.sources[0], name=name, zone=z, hourly_rate=1.5 * PATIENTS_PER_HOUR)
            for z, name in enumerate(names)
        ),
        horizon=Horizon(0.0, n_weeks * MINUTES_PER_WEEK),
        transfers=TransferRules(60.0, Lognormal(91.1, 106.9), Fixed(300.0), crews=2 * n_hospitals),
    ).checked()


def _larger(h: int) -> tuple[Pool, ...]:
    """Return the pools of hospital h, with half as many units more."""
    *others, beds = _pools(2, 2)
    larger = tuple(replace(pool, levels=tuple(-(-3 * level // 2) for level in pool.levels)) for pool in others)
    return (*larger, replace(beds, levels=(190 if h % 3 else 140,)))


def _pools(scanners: int, radiographers: int) -> tuple[Pool, ...]:
    return (
        Pool("triage_nurse", Kind.STAFF, _shifts(by_day=2, by_night=1), Discipline.FIFO),
        Pool("ed_space", Kind.PLACE, (26,)),
        Pool("ed_physician", Kind.STAFF, _shifts(by_day=6, by_night=3)),
        Pool("ed_nurse", Kind.STAFF, _shifts(by_day=10, by_night=5)),
        Pool("lab_analyser", Kind.EQUIPMENT, (2,)),
        Pool("ct_scanner", Kind.EQUIPMENT, (scanners,)),
        Pool("radiographer", Kind.STAFF, (radiographers,)),
        Pool("medical_bed", Kind.PLACE, (112,)),
    )


def _shifts(by_day: int, by_night: int) -> tuple[int, ...]:
    """Return levels for every hour of the week; days last from 7 to 23."""
    return tuple(by_day if 7 <= hour % 24 < 23 else by_night for hour in range(HOURS_PER_WEEK))


def _pathway() -> Pathway:
    emergency = (
        _step("assessment", 15.0, 10.0, "ed_physician"),
        _step("lab", 20.0, 6.0, "lab_analyser", p=0.5),
        _step("ct", 35.0, 12.0, "ct_scanner", "radiographer", p=0.3),
        _step("treatment", 45.0, 30.0, "ed_nurse"),
        _step("disposition", 12.0, 8.0, "ed_physician"),
    )
    admitted = Graded((0.9, 0.6, 0.3, 0.05, 0.02))
    return Pathway(
        "emergency",
        (
            Phase("door", (_step("triage", 9.0, 5.0, "triage_nurse"),)),
            Phase("emergency", emergency, place="ed_space", may_leave=True),
            Phase("ward", (_step("stay", 2880.0, 1440.0),), place="medical_bed", p=admitted),
        ),
    )


def _step(name: str, mean_min: float, sd_min: float, *needs: str, p: float = 1.0) -> Step:
    return Step(name, Graded((Lognormal(mean_min, sd_min),)), needs, Graded((p,)))
