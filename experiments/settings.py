"""Describe the shape of a configuration: which keys there are, of which type, with which defaults.

Where a description of `sim` says it already, it is its own schema. Every clinical default lives in `conf/`,
with the id of its source; defaults here only mean "nothing special".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from experiments.agreement_settings import AgreementSettings
from experiments.arrival_settings import SourceSettings
from experiments.city_settings import CitySettings, negative_faults
from experiments.closures import Closure
from experiments.conveyance import Conveyance
from experiments.crews import crew_faults
from experiments.designs import Design
from experiments.formulary import FormularyLine
from experiments.languages import ReportSettings
from experiments.measure_list import MEASURES
from experiments.pathways import Options, PathwayText
from experiments.reading_center import ReadingCenter
from experiments.schema import NOT_IN_FILES, close_match
from experiments.start_date import start_date_faults
from experiments.until import Until
from sim.admission_rules import AdmissionRules
from sim.engine import Engine
from sim.faults import Fault
from sim.loan_rules import LoanRules
from sim.openings import OpeningRules
from sim.outlier_rules import OutlierRules
from sim.patience import Deterioration, Returns
from sim.platform.thresholds import MonitorRules
from sim.roster_rules import RosterRules
from sim.scenario import Information, Patience, TransferRules
from sim.shelves import ExchangeRules
from sim.subgroups import Shift


class RunKind(StrEnum):
    """Say what a run is about: what happens until an end, or how things settle in the long run."""

    TERMINATING = "terminating"
    STEADY_STATE = "steady_state"


class Keep(StrEnum):
    """Say what a run writes: its measures only; tables, with a row for each patient, too; every event as well."""

    MEASURES = "measures"
    PATIENTS = "patients"
    EVENTS = "events"


@dataclass(slots=True)
class StoreSettings:
    """Set what a run keeps on disk."""

    keep: Keep = Keep.PATIENTS


@dataclass(slots=True)
class RunSettings:
    """Set how often and how long to simulate, from which seed, on how many workers, and where to write.

    `workers` 0 means all cores; `executor` and `address` say where they are, `limit_min` and `limit_gib` bound what
    one replication may take (0 minutes: no bound; 0 GiB: its worker's share of what is free). `folder` null means
    runs/<experiment>-<hash>. `baseline` names the levels that every other cell is compared with. When
    `sensitivity_replications` is above 0, every assumption is set to the ends of its range in that many replications
    of `sensitivity_weeks`, for the leading comparison. Time zero is `start_date`, local time on a full hour. A run of
    the kind `steady_state` is refused where no steady state exists. Replications are added in rounds `until` what it
    says holds, up to `most_replications` a cell (null: five times as many); a difference in the experiment's measure
    up to `indifference` does not matter. All engines give the same results; `auto` takes the compiled one wherever it
    knows every behaviour of the scenario.
    """

    replications: int = 10
    weeks: float = 4.0
    warm_up_weeks: float = 1.0
    root_seed: int = 20261122
    workers: int = 0
    folder: str | None = None
    baseline: dict[str, str] = field(default_factory=dict)
    sensitivity_replications: int = 0
    sensitivity_weeks: float = 2.0
    start_date: str = "2026-01-05 00:00"
    kind: RunKind = RunKind.TERMINATING
    engine: Engine = Engine.AUTO
    until: Until = Until.REPLICATIONS
    indifference: float = 0.0
    most_replications: int | None = None
    executor: str = "processes"
    address: str | None = None
    limit_min: float = 0.0
    limit_gib: float = 0.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of counts and durations that cannot be run, and of workers that cannot be had."""
        if self.replications < 1:
            yield Fault(f"{place}.replications", self.replications, "give at least 1; intervals need 2 or more")
        if self.weeks <= 0:
            yield Fault(f"{place}.weeks", self.weeks, "give weeks above zero")
        if self.sensitivity_replications < 0:
            yield Fault(f"{place}.sensitivity_replications", self.sensitivity_replications, "give 0 or more")
        if self.sensitivity_weeks <= 0:
            yield Fault(f"{place}.sensitivity_weeks", self.sensitivity_weeks, "give weeks above zero")
        if self.warm_up_weeks < 0:
            yield Fault(f"{place}.warm_up_weeks", self.warm_up_weeks, "give weeks of zero or more")
        yield from until_faults(self, place)
        if self.root_seed < 0:
            yield Fault(f"{place}.root_seed", self.root_seed, "give a whole number of zero or more")
        if self.workers < 0:
            yield Fault(f"{place}.workers", self.workers, "give a number of workers, or 0 for all cores")
        yield from negative_faults(self, ("limit_min", "limit_gib"), place)
        yield from crew_faults(self.executor, self.address, place)
        yield from start_date_faults(self.start_date, f"{place}.start_date")


def until_faults(run: RunSettings, place: str) -> Iterator[Fault]:
    """Yield faults of rounds of replications that could not begin, or never end."""
    if run.indifference < 0:
        yield Fault(f"{place}.indifference", run.indifference, "give a difference of zero or more")
    if run.until is Until.BEST and run.indifference == 0:
        mend = "give the smallest difference that matters, above zero, in the unit of experiment.measure"
        yield Fault(f"{place}.indifference", run.indifference, mend)
    if run.until is not Until.REPLICATIONS and run.replications < 2:
        yield Fault(f"{place}.replications", run.replications, "give at least 2; one has no variance to go by")
    if run.most_replications is not None and run.most_replications < run.replications:
        mend = f"give run.replications ({run.replications}) or more, or null"
        yield Fault(f"{place}.most_replications", run.most_replications, mend)


@dataclass(slots=True)
class ExperimentSettings:
    """Name the question that is asked, and the measure that answers it first; "" is the first that was compared.

    `beside` lists cells beside the grid, each by the levels in which it differs from the baseline. `scenarios` names
    worlds, each by what it changes; a `design` fills ranges of numbers. Each of them meets every cell of the grid.
    """

    name: str = "run"
    question: str = ""
    measure: str = ""
    beside: list[dict[str, str]] = field(default_factory=list)
    scenarios: dict[str, dict[str, Any]] = field(default_factory=dict)
    design: Design | None = None

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a measure that is unknown, or of which less is not better."""
        if self.measure and (self.measure not in MEASURES or MEASURES[self.measure].better != "lower"):
            known = [name for name, one in MEASURES.items() if one.better == "lower"]
            yield Fault(f"{place}.measure", self.measure, close_match(self.measure, known))


@dataclass(slots=True)
class CareSettings:
    """Multiply all stays, treatments, admissions, scans or readings of the pathways, to vary what is uncertain."""

    ward_stay: float = 1.0
    icu_stay: float = 1.0
    treatment: float = 1.0
    admission: float = 1.0
    scan: float = 1.0
    reading: float = 1.0

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for every factor that is not above zero."""
        for name in ("ward_stay", "icu_stay", "treatment", "admission", "scan", "reading"):
            if getattr(self, name) <= 0:
                yield Fault(f"{place}.{name}", getattr(self, name), "give a factor above zero")


@dataclass(slots=True)
class ConditionSettings:
    """Describe a reason to come: its pathway, its weight among emergency visits, and its mix of acuities.

    `believed` are the shares of its patients who are taken for having another condition, and get its pathway.
    """

    pathway: str
    acuity_share: list[float]
    weight: float = 0.0
    believed: dict[str, float] = field(default_factory=dict)

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield a fault for a negative weight."""
        yield from negative_faults(self, ("weight",), place)


@dataclass(slots=True)
class FeatureSettings:
    """Describe what the door shows of a patient: mean and spread for acuity 1 to 5, and the range that is kept."""

    mean: list[float]
    sd: list[float]
    low: float
    high: float


@dataclass(slots=True)
class CaseMixSettings:
    """Describe the door's features, and how a nurse's level depends on the true one (rows: true acuity).

    `shifts` say whom the door shows otherwise, by attribute.
    """

    features: dict[str, FeatureSettings]
    nurse_share: list[list[float]]
    spread: float = 1.0
    nurse_error: float = 1.0
    shifts: tuple[Shift, ...] = ()


@dataclass(slots=True)
class Settings:
    """Hold one whole configuration, read and checked for shape; `plugins` come from the command line only.

    A seat that names no policy stays empty: nobody decides. `start` names a census to start from, a file or a folder;
    without one a run starts as `city.start` says. `closures` are outages; steps named in
    `scans_at_partners`, or that need equipment named there, may be done at every hospital that shares.
    A `reading_center` reads the images of all.
    Without `agreements` all hospitals that are `agreed` share everything.
    """

    city: CitySettings
    conditions: dict[str, ConditionSettings]
    case_mix: CaseMixSettings
    pathways: dict[str, PathwayText]
    transfers: TransferRules
    transfer: dict[str, Any]
    triage: dict[str, Any]
    equipment: dict[str, Any] = field(default_factory=dict)
    openings: OpeningRules = field(default_factory=OpeningRules)
    staffing: dict[str, Any] = field(default_factory=lambda: {"policy": "as_rostered"})
    loans: LoanRules = field(default_factory=LoanRules)
    rostering: dict[str, Any] = field(default_factory=dict)
    rosters: RosterRules = field(default_factory=RosterRules)
    dispatch: dict[str, Any] = field(default_factory=dict)
    posts: dict[str, Any] = field(default_factory=dict)
    conveyance: Conveyance | None = None
    medicines: dict[str, Any] = field(default_factory=dict)
    admission: dict[str, Any] = field(default_factory=dict)
    lists: AdmissionRules = field(default_factory=AdmissionRules)
    bedding: dict[str, Any] = field(default_factory=dict)
    outliers: OutlierRules | None = None
    formulary: dict[str, FormularyLine] = field(default_factory=dict)
    exchange: ExchangeRules = field(default_factory=ExchangeRules)
    agreements: list[AgreementSettings] | None = None
    monitor: MonitorRules = field(default_factory=MonitorRules)
    patience: Patience = field(default_factory=Patience)
    attributes: dict[str, Options] = field(default_factory=dict)
    deterioration: Deterioration | None = None
    returns: Returns | None = None
    sources: dict[str, SourceSettings] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    scans_at_partners: tuple[str, ...] = ()
    reading_center: ReadingCenter | None = None
    information: Information = field(default_factory=Information)
    care: CareSettings = field(default_factory=CareSettings)
    run: RunSettings = field(default_factory=RunSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    start: str | None = None
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
    plugins: tuple[str, ...] = field(default=(), metadata=NOT_IN_FILES)
