"""Build a city of two zones and two hospitals whose patients come by ambulance, every drive and choice by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.act import hold_reviews
from sim.city import City, Hospital, Zone
from sim.cohort import Cohort
from sim.contract import Policies
from sim.destinations import DispatchRules
from sim.distributions import Drive, Fixed
from sim.engine import Engine, in_motion
from sim.graded import Graded
from sim.motion import Motion
from sim.pathway import Pathway, Phase, Step
from sim.resources import Kind, Pool
from sim.scenario import Condition, Horizon, Information, Patience, Scenario, Source, TransferRules
from sim.units import ACUITIES
from tests.small_worlds import NO_FEATURES, POLICIES

WAYS = np.array([[10.0, 25.0], [30.0, 5.0]])
"""Minutes from each zone to each hospital."""

CHOICE = np.array([[0.75, 0.25], [0.25, 0.75]])


@dataclass(frozen=True)
class Call:
    """Write down one patient: when the ambulance is called, and how long everything takes; no drive: on foot."""

    called: float
    hospital: int = 0
    zone: int = 0
    on_scene: float | None = 4.0
    care: float = 60.0
    acuity: int = 3
    choice_u: float = 0.0


def ambulance_city(
    ambulances: int = 2, spaces: int = 1, place: str = "ambulance", information: Information | None = None
) -> Scenario:
    """Return two hospitals; their ambulances are kept until an emergency space is free, where care follows."""
    drive = Step("drive", Graded((Drive(2.0, Fixed(4.0)),)))
    pathway = Pathway(
        "visit",
        (
            Phase("conveyance", (drive,), place=place),
            Phase("emergency", (Step("care", Graded((Fixed(1.0),))),), place="ed_space", may_leave=True),
        ),
    )
    pools = (Pool("ambulance", Kind.PLACE, (ambulances,)), Pool("ed_space", Kind.PLACE, (spaces,)))
    hospitals = tuple(Hospital(name, name, 0.0, 0.0, pools) for name in ("north", "south"))
    zones = tuple(Zone(name, name, 0.0, 0.0, 1.0) for name in ("hill", "lake"))
    travel = np.array([[0.0, 20.0], [20.0, 0.0]])
    rate = np.full(168, 1.0)
    return Scenario(
        name="ambulances",
        city=City("pair", hospitals, zones, travel, CHOICE, zone_travel_min=WAYS),
        pathways=(pathway,),
        conditions=(Condition("ill", "visit", np.full(ACUITIES, 0.2)),),
        sources=tuple(Source(zone.id, ("ill",), np.ones(1), rate, zone=z) for z, zone in enumerate(zones)),
        case_mix=NO_FEATURES,
        patience=Patience(),
        horizon=Horizon(0.0, 600.0),
        transfers=TransferRules(1e9, Fixed(5.0), Fixed(90.0), crews=1),
        information=information or Information(),
        dispatch=DispatchRules(60.0),
    ).checked()


def cohort_of(scenario: Scenario, calls: Sequence[Call]) -> Cohort:
    """Return the cohort of these calls, in this order; the drives hold the ways to the hospitals chosen."""

    def column(name: str) -> np.ndarray:
        return np.array([getattr(call, name) for call in calls])

    n, zone, hospital = len(calls), column("zone"), column("hospital")
    drives = [-1.0 if call.on_scene is None else call.on_scene + 2.0 * WAYS[call.zone, call.hospital] for call in calls]
    minutes = np.column_stack((drives, column("care")))
    zeros = np.zeros(n, dtype=np.int64)
    return Cohort(
        source=zone,
        zone=zone,
        hospital=hospital,
        arrived_min=column("called").astype(float),
        condition=zeros,
        pathway=zeros,
        acuity=column("acuity"),
        nurse_acuity=column("acuity"),
        features=np.zeros((n, 0)),
        patience_min=np.full(n, np.inf),
        placement_min=np.zeros(n),
        crew_busy_min=np.zeros(n),
        enters=np.column_stack((minutes[:, 0] >= 0, np.ones(n, dtype=np.bool_))),
        minutes=minutes,
        drive_factor=np.full(n, 2.0),
        choice_u=column("choice_u").astype(float) if scenario.dispatch else None,
    )


@dataclass
class Driven:
    """Move a few patients on one engine and read the moments of their journeys."""

    calls: Sequence[Call]
    scenario: Scenario = field(default_factory=ambulance_city)
    policies: Policies = POLICIES
    engine: Engine = Engine.SIMPY
    motion: Motion = field(init=False)

    def __post_init__(self) -> None:
        """Run to the end."""
        cohort = cohort_of(self.scenario, self.calls)
        self.motion = in_motion(self.scenario, cohort, cohort.acuity, self.engine)
        hold_reviews(self.motion, self.policies)
        self.motion.run()

    def mark(self, name: str) -> list[float]:
        """Return one mark of every patient."""
        layout = self.motion.layout
        marks = np.frombuffer(self.motion.log.marks).reshape(len(self.calls), len(layout.marks))
        column: list[float] = marks[:, layout.mark_index[name]].tolist()
        return column

    @property
    def hospital(self) -> list[int]:
        """Return the hospital that every patient came to."""
        hospital: list[int] = self.motion.log.arrived_at(self.motion.cohort).tolist()
        return hospital


def without_agreement(scenario: Scenario, hospital: int) -> Scenario:
    """Return the city in which one hospital shares nothing."""
    city = scenario.city
    agreed = tuple(replace(one, agreed=h != hospital) for h, one in enumerate(city.hospitals))
    return replace(scenario, city=replace(city, hospitals=agreed))
