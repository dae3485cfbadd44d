"""Build one hospital out of pools and phases, with patients and every duration written down by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.city import City, Crew, Hospital, Pool, Zone
from sim.cohort import Cohort
from sim.distributions import Fixed
from sim.layout import Layout
from sim.levels import hourly_levels
from sim.network import Network
from sim.outages import Outages
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Horizon, Information, Patience, Scenario, Source
from sim.streams import Replication
from sim.units import ACUITIES
from tests.small_worlds import NO_FEATURES, RULES

ANY = Graded((Fixed(1.0),))
"""Stands where a description wants a duration that the test writes down for each patient."""


def step(name: str, *needs: str, **more: object) -> Step:
    """Return a step whose duration is written down patient by patient."""
    return replace(Step(name, ANY, needs), **more)  # type: ignore[arg-type]


def hospital(pools: Sequence[Pool], phases: Sequence[Phase], crews: Sequence[Crew] = ()) -> Scenario:
    """Return a checked scenario of one hospital with one pathway, ten hours long."""
    one = Hospital("one", "One", 0.0, 0.0, tuple(pools))
    zone = Zone("z", "Zone", 0.0, 0.0, 1.0)
    return Scenario(
        name="one hospital",
        city=City("town", (one,), (zone,), np.zeros((1, 1)), np.ones((1, 1)), tuple(crews)),
        pathways=(Pathway("visit", tuple(phases)),),
        conditions=(Condition("ill", "visit", np.full(ACUITIES, 0.2)),),
        sources=(Source("z", ("ill",), np.ones(1), np.zeros(168), zone=0),),
        case_mix=NO_FEATURES,
        patience=Patience(),
        horizon=Horizon(0.0, 600.0),
        transfers=RULES,
        information=Information(),
    ).checked()


@dataclass(frozen=True)
class Case:
    """Write down one patient; `minutes` by slot, as in `{"visit.scan": 10}`, for whatever happens."""

    arrived: float
    minutes: Mapping[str, float]
    acuity: int = 3
    patience: float = np.inf
    worsens: float = np.inf
    balk_u: float = 1.0
    comes: bool = True


def cohort_of(layout: Layout, cases: Sequence[Case]) -> Cohort:
    """Return the cohort of these patients, who enter every phase of which they have a slot."""
    n = len(cases)
    minutes = np.array([[case.minutes.get(slot, -1.0) for slot in layout.slots] for case in cases])
    phases = [{slot.partition(".")[0] for slot in case.minutes} for case in cases]
    zeros = np.zeros(n, dtype=np.int64)
    acuity = np.array([case.acuity for case in cases])
    return Cohort(
        source=zeros,
        zone=zeros,
        hospital=zeros,
        arrived_min=np.array([case.arrived for case in cases], dtype=float),
        condition=zeros,
        pathway=zeros,
        acuity=acuity,
        nurse_acuity=acuity,
        features=np.zeros((n, 0)),
        patience_min=np.array([case.patience for case in cases]),
        placement_min=np.zeros(n),
        crew_busy_min=np.zeros(n),
        enters=np.array([[phase in entered for phase in layout.phases] for entered in phases]),
        minutes=minutes,
        worsens_min=np.array([case.worsens for case in cases]),
        balk_u=np.array([case.balk_u for case in cases]),
        comes=np.array([case.comes for case in cases]),
    )


@dataclass
class Told:
    """Tell the stories of a few patients and read what they leave behind."""

    scenario: Scenario
    cases: Sequence[Case]
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        """Run to the end."""
        self.layout = Layout.of(self.scenario)
        self.cohort = cohort_of(self.layout, self.cases)
        self.network = Network(self.scenario, self.cohort, self.cohort.acuity)
        Outages(self.network, Replication(0, 1))
        self.network.run()

    def mark(self, name: str) -> list[float]:
        """Return one mark of every patient."""
        marks = np.frombuffer(self.network.log.marks).reshape(len(self.cases), len(self.layout.marks))
        return [float(moment) for moment in marks[:, self.layout.mark_index[name]]]

    def total(self, pool: str, column: str) -> float:
        """Return the minutes of a pool over the whole run."""
        levels = hourly_levels(self.layout, self.cohort, self.network.log)
        return float(levels.loc[levels["pool"] == pool, column].sum())
