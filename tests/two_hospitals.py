"""Build a city of two hospitals whose patients and durations a test writes down by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.act import hold_reviews
from sim.city import City, Discipline, Hospital, Kind, Pool, Zone
from sim.cohort import Cohort
from sim.contract import Policies
from sim.distributions import Fixed
from sim.levels import hourly_levels
from sim.network import Network
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Horizon, Information, Patience, Scenario, Source, TransferRules
from sim.units import ACUITIES
from tests.small_worlds import NO_FEATURES, POLICIES

NO_RATE = np.zeros(168)


@dataclass(frozen=True)
class Patient:
    """Write down one patient: minutes of triage, of the scan and of the ward stay; None where it does not happen."""

    arrived: float
    acuity: int = 3
    hospital: int = 0
    triage: float | None = None
    scan: float | None = None
    ward: float | None = None
    patience: float = np.inf
    pathway: int = 0


@dataclass(frozen=True)
class Stock:
    """Write down the units of both hospitals; a roster for the nurses if wanted."""

    nurse: Sequence[int] = (1,)
    scanner: int = 1
    radiographer: int = 1
    ed_space: int = 2
    beds: tuple[int, int] = (1, 1)


def two_hospitals(
    stock: Stock | None = None, information: Information | None = None, end_min: float = 600.0
) -> Scenario:
    """Return two hospitals 20 minutes apart: triage, then an ED space with a scan, then a bed."""
    stock = stock or Stock()
    anything = Graded((Fixed(1.0),))
    pathway = Pathway(
        "visit",
        (
            Phase("door", (Step("triage", anything, ("nurse",)),)),
            Phase("emergency", (Step("scan", anything, ("scanner", "radiographer")),), "ed_space", may_leave=True),
            Phase("ward", (Step("stay", anything),), place="bed", transferable=True),
        ),
    )
    hospitals = tuple(
        Hospital(name, name, 0.0, 0.0, _pools(stock, stock.beds[h])) for h, name in enumerate(("near", "far"))
    )
    travel = np.array([[0.0, 20.0], [20.0, 0.0]])
    return Scenario(
        name="two hospitals",
        city=City("pair", hospitals, (Zone("z", "Zone", 0.0, 0.0, 1.0),), travel, np.array([[1.0, 0.0]])),
        pathways=(pathway,),
        conditions=(Condition("ill", "visit", np.full(ACUITIES, 0.2)),),
        sources=(Source("z", ("ill",), np.ones(1), NO_RATE, zone=0),),
        case_mix=NO_FEATURES,
        patience=Patience(),
        horizon=Horizon(0.0, 600.0),
        transfers=TransferRules(60.0, Fixed(5.0), Fixed(90.0), crews=1, receiving_cap_share=1.0),
        information=information or Information(),
    ).checked()


def _pools(stock: Stock, beds: int) -> tuple[Pool, ...]:
    return (
        Pool("ed_space", Kind.PLACE, (stock.ed_space,)),
        Pool("bed", Kind.PLACE, (beds,)),
        Pool("nurse", Kind.STAFF, tuple(stock.nurse), Discipline.FIFO),
        Pool("scanner", Kind.EQUIPMENT, (stock.scanner,)),
        Pool("radiographer", Kind.STAFF, (stock.radiographer,)),
    )


def cohort_of(patients: Sequence[Patient]) -> Cohort:
    """Return the cohort of these patients, in this order; arrivals must not decrease."""

    def column(name: str, kind: type) -> np.ndarray:
        return np.array([getattr(patient, name) for patient in patients], dtype=kind)

    steps = [[patient.triage, patient.scan, patient.ward] for patient in patients]
    minutes = np.array([[-1.0 if step is None else step for step in row] for row in steps])
    n = len(patients)
    enters = np.ones((n, 3), dtype=np.bool_)
    enters[:, 1:] = minutes[:, 1:] >= 0
    zeros = np.zeros(n, dtype=np.int64)
    return Cohort(
        source=zeros,
        zone=zeros,
        hospital=column("hospital", int),
        arrived_min=column("arrived", float),
        condition=zeros,
        pathway=column("pathway", int),
        acuity=column("acuity", int),
        nurse_acuity=column("acuity", int),
        features=np.zeros((n, 0)),
        patience_min=column("patience", float),
        placement_min=np.full(n, 5.0),
        crew_busy_min=np.full(n, 90.0),
        enters=enters,
        minutes=minutes,
    )


@dataclass
class Moved:
    """Move a few patients and read the moments of their journeys."""

    scenario: Scenario
    patients: Sequence[Patient]
    policies: Policies = POLICIES
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        """Run to the end."""
        self.cohort = cohort_of(self.patients)
        self.network = Network(self.scenario, self.cohort, self.cohort.acuity)
        hold_reviews(self.network, self.policies)
        self.network.run()

    def mark(self, name: str) -> list[float]:
        """Return one mark of every patient."""
        layout = self.network.layout
        marks = np.frombuffer(self.network.log.marks).reshape(len(self.patients), len(layout.marks))
        return marks[:, layout.mark_index[name]].tolist()

    def level(self, hospital: str, pool: str, column: str) -> list[float]:
        """Return the hourly integrals of one pool."""
        levels = hourly_levels(self.network.layout, self.cohort, self.network.log)
        return levels[(levels["hospital"] == hospital) & (levels["pool"] == pool)][column].tolist()
