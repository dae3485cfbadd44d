"""Draw every patient of a replication at the door, in columns, blind to policy.

Each source, purpose and step has its own stream, and patient k of a source takes the k-th draw. Two policies
therefore meet the very same patients, and one more zone, pool or policy changes nobody else's draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from sim.arrivals import arrival_times
from sim.layout import Layout
from sim.pathway import Phase, Step
from sim.scenario import CaseMix, Patience, Scenario, Source
from sim.streams import Replication, stream
from sim.units import ACUITIES, BoolArray, FloatArray, IntArray, on_grid

NEVER = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Hold n patients in columns, sorted by arrival.

    Shapes are (n,), except `features` (n, k), `enters` (n, n_phases) and `minutes` (n, n_slots): the duration of
    each step, -1 where it does not happen. `patience_min` is infinite for those who never leave.
    """

    source: IntArray
    zone: IntArray
    hospital: IntArray
    arrived_min: FloatArray
    condition: IntArray
    pathway: IntArray
    acuity: IntArray
    nurse_acuity: IntArray
    features: FloatArray
    patience_min: FloatArray
    placement_min: FloatArray
    crew_busy_min: FloatArray
    enters: BoolArray
    minutes: FloatArray

    @property
    def n_patients(self) -> int:
        """Return the number of patients."""
        return len(self.arrived_min)

    def taken(self, rows: IntArray) -> "Cohort":
        """Return the patients at these rows, in this order."""
        return Cohort(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_cohort(scenario: Scenario, replication: Replication) -> Cohort:
    """Draw all patients of one replication, sorted by arrival time and then by source."""
    layout = Layout.of(scenario)
    drawn = [_SourceDraw(scenario, layout, replication, i).cohort() for i in range(len(scenario.sources))]
    whole = Cohort(*(np.concatenate([getattr(part, f.name) for part in drawn]) for f in fields(Cohort)))
    return whole.taken(np.argsort(whole.arrived_min, kind="stable"))


def pick(shares: FloatArray, uniform: FloatArray) -> IntArray:
    """Return the index that each uniform number picks from shares, shape (m,), that sum to 1."""
    cumulative = np.cumsum(shares)
    picked = np.searchsorted(cumulative / cumulative[-1], uniform, side="right")
    return np.minimum(picked, len(shares) - 1).astype(np.int64)


def pick_by_row(shares: FloatArray, row: IntArray, uniform: FloatArray) -> IntArray:
    """Return the index that each uniform number picks from its own row of shares, shape (rows, m)."""
    picked = np.zeros(len(row), dtype=np.int64)
    for r in np.unique(row):
        mine = row == r
        picked[mine] = pick(shares[r], uniform[mine])
    return picked


def draw_features(mix: CaseMix, acuity: IntArray, generator: np.random.Generator) -> FloatArray:
    """Return what the door shows of patients of these acuities, shape (n, k)."""
    z = generator.standard_normal((len(acuity), len(mix.features)))
    return np.clip(mix.mean[acuity - 1] + mix.sd[acuity - 1] * z, mix.low, mix.high)


def draw_patience(patience: Patience, uniform: FloatArray) -> FloatArray:
    """Return minutes of patience; infinite for the share that never leaves."""
    minutes = np.full(len(uniform), np.inf)
    leaves = uniform >= patience.never_leaves_share
    rest = (uniform[leaves] - patience.never_leaves_share) / (1 - patience.never_leaves_share)
    minutes[leaves] = on_grid(-patience.mean_min * np.log1p(-rest))
    return minutes


@dataclass(frozen=True, slots=True)
class _SourceDraw:
    """Draw the patients of one source from its own streams."""

    scenario: Scenario
    layout: Layout
    replication: Replication
    index: int

    @property
    def source(self) -> Source:
        return self.scenario.sources[self.index]

    def generator(self, *purpose: str) -> np.random.Generator:
        return stream(self.replication, self.source.name, *purpose)

    def cohort(self) -> Cohort:
        arrived = self._arrivals()
        n = len(arrived)
        condition, acuity = self._illness(n)
        pathway = self.layout.pathway_of_condition[condition]
        case_mix = self.scenario.case_mix
        rules = self.scenario.transfers
        enters, minutes = self._care(pathway, acuity)
        return Cohort(
            source=np.full(n, self.index),
            zone=np.full(n, self.source.zone),
            hospital=self._hospital(n),
            arrived_min=arrived,
            condition=condition,
            pathway=pathway,
            acuity=acuity,
            nurse_acuity=1 + pick_by_row(case_mix.nurse_share, acuity - 1, self.generator("nurse").random(n)),
            features=draw_features(case_mix, acuity, self.generator("features")),
            patience_min=draw_patience(self.scenario.patience, self.generator("patience").random(n)),
            placement_min=on_grid(rules.placement.quantile(self.generator("placement").random(n))),
            crew_busy_min=on_grid(rules.crew_busy.quantile(self.generator("crew").random(n))),
            enters=enters,
            minutes=minutes,
        )

    def _arrivals(self) -> FloatArray:
        end_min = self.scenario.horizon.end_min
        coming = arrival_times(self.source.hourly_rate, end_min, self.generator("arrivals"))
        return np.concatenate((np.zeros(self.source.at_start), coming))

    def _illness(self, n: int) -> tuple[IntArray, IntArray]:
        """Draw condition and true acuity."""
        names = [condition.name for condition in self.scenario.conditions]
        own = np.array([names.index(name) for name in self.source.conditions])
        condition = own[pick(self.source.condition_share, self.generator("condition").random(n))]
        shares = np.stack([c.acuity_share for c in self.scenario.conditions])
        return condition, 1 + pick_by_row(shares, condition, self.generator("acuity").random(n))

    def _hospital(self, n: int) -> IntArray:
        if self.source.hospital >= 0:
            return np.full(n, self.source.hospital)
        shares = self.scenario.city.choice_share[self.source.zone]
        return pick(shares, self.generator("choice").random(n))

    def _care(self, pathway: IntArray, acuity: IntArray) -> tuple[BoolArray, FloatArray]:
        """Draw which phases and steps happen and how long each step takes."""
        enters = np.zeros((len(pathway), len(self.layout.phases)), dtype=np.bool_)
        minutes = np.full((len(pathway), len(self.layout.slots)), NEVER)
        here = np.unique(pathway)
        for name, phases in self.layout.phases_by_name(here).items():
            column = self.layout.phase_index[name]
            uniform = self._uniform(len(pathway), (phase.p.values for _, phase in phases), "phase", name)
            for p, phase in phases:
                rows = np.flatnonzero(pathway == p)
                enters[rows, column] = uniform[rows] < _graded(phase.p.values, acuity[rows])
        for slot, steps in self.layout.steps_by_slot(here).items():
            self._steps(slot, steps, pathway, acuity, enters, minutes)
        return enters, minutes

    def _uniform(self, n: int, p_values: Iterator[tuple[float, ...]], *purpose: str) -> FloatArray:
        """Draw the uniforms that decide whether something happens; what is certain needs none."""
        if all(p == 1.0 for values in p_values for p in values):
            return np.zeros(n)
        return self.generator(*purpose).random(n)

    def _steps(
        self,
        slot: str,
        steps: list[tuple[int, Phase, Step]],
        pathway: IntArray,
        acuity: IntArray,
        enters: BoolArray,
        minutes: FloatArray,
    ) -> None:
        """Fill one column of durations."""
        n = len(pathway)
        happens = self._uniform(n, (step.p.values for _, _, step in steps), "happens", slot)
        uniform = self.generator("duration", slot).random(n)
        for p, phase, step in steps:
            rows = np.flatnonzero((pathway == p) & enters[:, self.layout.phase_index[phase.name]])
            rows = rows[happens[rows] < _graded(step.p.values, acuity[rows])]
            if step.after is not None:
                rows = rows[minutes[rows, self.layout.slot_index[f"{phase.name}.{step.after}"]] >= 0]
            for level, duration in enumerate(step.duration.values):
                mine = rows if len(step.duration.values) == 1 else rows[acuity[rows] == level + 1]
                minutes[mine, self.layout.slot_index[slot]] = on_grid(duration.quantile(uniform[mine]))


def _graded(values: tuple[float, ...], acuity: IntArray) -> FloatArray:
    """Return the value that belongs to each acuity, from one value or five."""
    return np.asarray(values * (ACUITIES // len(values)), dtype=float)[acuity - 1]
