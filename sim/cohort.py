"""Draw every patient of a replication at the door, in columns, blind to policy.

Each source, purpose and step has its own stream, and patient k of a source takes the k-th draw. Two policies
therefore meet the very same patients, and one more zone, pool or policy changes nobody else's draws.
"""

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np

from sim.arrivals import Arrivals, arrival_times
from sim.care import Care
from sim.choices import Known, pick_by_row
from sim.distributions import Distribution
from sim.door import Door
from sim.graded import ACUITY, CONDITION
from sim.layout import Layout
from sim.patience import by_acuity, draw_patience, draw_worsening
from sim.repeats import draw_repeats, without_needless
from sim.scenario import CaseMix, Scenario, Source
from sim.streams import Replication, stream
from sim.subgroups import shifted_by
from sim.units import BoolArray, FloatArray, IntArray, on_grid
from sim.ways import Ways

NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Hold n patients in columns, sorted by arrival; visits that are returns come last.

    Shapes are (n,), except `features` (n, k), `attributes` (n, n_attributes), `enters` (n, n_phases) and `minutes`
    (n, n_slots): the duration of each step, -1 where it does not happen. `patience_min` is infinite for those who never
    leave. The columns after `minutes` are None where the scenario has nothing of the kind:

    - `attributes`: the option of each attribute of the scenario;
    - `worsens_min`: minutes of waiting after which a patient becomes one level more urgent, infinite for never;
    - `balk_u`: the uniform number that decides whether a patient turns away from a queue;
    - `drive_factor`: by what the minutes of the way to the hospital are multiplied for the drive, 0 for no drive;
    - `choice_u`: the uniform number that chose the hospital, where a policy may let ambulances drive elsewhere;
    - `referred_min`: for who waits on a list since when, NaN for all others. They have an infinite `arrived_min`, since
      they come when they are called, and stand behind those who come by themselves;
    - `home` and `liked` (n, 14): the zone of who waits on a list, and the half-days that suit (`sim.wishes`);
    - `response_min`: how long the crew that answers drives to the patient, where crews wait at posts (`sim.posts`);
    - `consents`: who lets other hospitals see the record; `repeats` (n, n_tests): which tests of another hospital would
      be done again for want of it. In `minutes` -2 stands for a test that a record spared (`sim.records`);
    - `comes`: False for a patient with an appointment who does not come;
    - `returns_of`: for a return visit the row of the visit before it, -1 for all others. A return visit has an infinite
      `arrived_min`: it comes `return_after_min` after the end of the visit before it, if that visit's `return_u` is
      below the chance that `scenario.returns` gives to how it ended.
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
    attributes: IntArray | None = None
    worsens_min: FloatArray | None = None
    balk_u: FloatArray | None = None
    comes: BoolArray | None = None
    returns_of: IntArray | None = None
    return_u: FloatArray | None = None
    return_after_min: FloatArray | None = None
    drive_factor: FloatArray | None = None
    choice_u: FloatArray | None = None
    referred_min: FloatArray | None = None
    response_min: FloatArray | None = None
    consents: BoolArray | None = None
    repeats: BoolArray | None = None
    home: IntArray | None = None
    liked: BoolArray | None = None

    @property
    def n_patients(self) -> int:
        """Return the number of patients."""
        return len(self.arrived_min)

    def ways(self, layout: Layout) -> Ways | None:
        """Return the ways of those who are driven to a hospital; None where nobody can be."""
        factor = self.drive_factor
        return None if factor is None else Ways(layout, self.zone, self.pathway, factor, self.minutes)

    def taken(self, rows: IntArray) -> "Cohort":
        """Return the patients at these rows, in this order; `returns_of` goes on counting in the old rows."""
        every: Any = (getattr(self, field.name) for field in fields(self))
        columns: Any = (None if column is None else column[rows] for column in every)
        return Cohort(*columns)

    def followed_by(self, other: "Cohort") -> "Cohort":
        """Return these patients and then the others."""
        pairs: Any = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        columns: Any = (None if mine is None else np.concatenate((mine, theirs)) for mine, theirs in pairs)
        return Cohort(*columns)


def draw_cohort(scenario: Scenario, replication: Replication) -> Cohort:
    """Draw all patients of one replication, sorted by arrival time and then by source; return visits come last."""
    layout = Layout.of(scenario)
    arrivals = [_arrivals(scenario, source, replication) for source in scenario.sources]
    arrived_min, comes = np.concatenate([one.minutes for one in arrivals]), _coming(arrivals)
    sizes = tuple(len(one.minutes) for one in arrivals)
    listed = np.repeat([source.listed_for is not None for source in scenario.sources], sizes)
    order = np.lexsort((arrived_min, listed))
    door = Door(replication, tuple(source.name for source in scenario.sources), sizes, order)
    first = _Visits(layout, door).first(np.where(listed, np.inf, arrived_min)[order])
    first = replace(first, comes=None if comes is None else comes[order])
    if listed.any():
        first = replace(first, referred_min=np.where(listed, arrived_min, np.nan)[order])
    if scenario.returns is None:
        return first
    p = np.maximum(by_acuity(scenario.returns.p, first.acuity), scenario.returns.p_unseen)
    return_u = door.uniform("return")
    parents = np.flatnonzero(return_u < p if first.comes is None else (return_u < p) & first.comes)
    again = Door(replication, door.sources, sizes, order[parents], visit=("return",))
    after = on_grid(scenario.returns.after.quantile(door.uniform("return_after")))
    first = replace(first, returns_of=np.full(len(order), NOBODY), return_u=return_u, return_after_min=after)
    return first.followed_by(_Visits(layout, again).returning(first, parents))


def draw_features(
    mix: CaseMix, acuity: IntArray, generator: np.random.Generator, shift: FloatArray | float = 0.0
) -> FloatArray:
    """Return what the door shows of patients of these acuities, shape (n, k)."""
    return shown_features(mix, acuity, generator.standard_normal((len(acuity), len(mix.features))), shift)


def shown_features(mix: CaseMix, acuity: IntArray, normal: FloatArray, shift: FloatArray | float = 0.0) -> FloatArray:
    """Return what the door shows of patients of these acuities, from standard normal numbers, both of shape (n, k).

    `shift`, of the same shape, is added before the range is kept.
    """
    return np.clip(mix.mean[acuity - 1] + mix.sd[acuity - 1] * normal + shift, mix.low, mix.high)


def _arrivals(scenario: Scenario, source: Source, replication: Replication) -> Arrivals:
    """Draw when the patients of one source come: first those who are inside at time zero, then the others."""
    end_min = scenario.horizon.end_min
    if source.pattern is None:
        coming = Arrivals(arrival_times(source.hourly_rate, end_min, stream(replication, source.name, "arrivals")))
    else:
        coming = source.pattern.draw(end_min, partial(stream, replication, source.name))
    comes = None if coming.comes is None else np.concatenate((np.ones(source.at_start, dtype=np.bool_), coming.comes))
    return Arrivals(np.concatenate((np.zeros(source.at_start), coming.minutes)), comes)


def _coming(arrivals: list[Arrivals]) -> BoolArray | None:
    """Return who comes of all sources; None where everybody does."""
    if all(one.comes is None for one in arrivals):
        return None
    parts = [np.ones(len(one.minutes), dtype=np.bool_) if one.comes is None else one.comes for one in arrivals]
    return np.concatenate(parts)


def _reasons(scenario: Scenario, source: Source) -> tuple[IntArray, FloatArray]:
    """Return the conditions of a source's patients and their shares."""
    names = [condition.name for condition in scenario.conditions]
    return np.array([names.index(name) for name in source.conditions]), source.condition_share


def _ways(scenario: Scenario, source: Source) -> tuple[IntArray, FloatArray]:
    """Return the hospitals that a source's patients go to and their shares."""
    if source.hospital >= 0:
        return np.array([source.hospital]), np.ones(1)
    shares = scenario.city.choice_share[source.zone]
    return np.arange(len(shares)), shares


@dataclass(frozen=True, slots=True, eq=False)
class _Visits:
    """Draw the visits of those who stand at a door."""

    layout: Layout
    door: Door

    @property
    def scenario(self) -> Scenario:
        return self.layout.scenario

    def first(self, arrived_min: FloatArray) -> Cohort:
        """Draw the visits of patients who come for the first time."""
        scenario, door = self.scenario, self.door
        condition = door.picked([_reasons(scenario, source) for source in scenario.sources], "condition")
        known = self._ill(condition)
        everyone = np.arange(len(condition))
        for attribute in scenario.attributes:
            codes = known.choose(attribute, everyone, door.uniform("attribute", attribute.name))
            known.add(attribute.name, codes, attribute.options)
        return self._cohort(
            known,
            source=door.of_source(range(len(scenario.sources))),
            zone=door.of_source([source.zone for source in scenario.sources]),
            hospital=door.picked([_ways(scenario, source) for source in scenario.sources], "choice"),
            arrived_min=arrived_min,
            choice_u=door.uniform("choice") if scenario.dispatch else None,
        )

    def returning(self, first: Cohort, parents: IntArray) -> Cohort:
        """Draw the visits of patients who come again for the same reason, where they were before."""
        before = first.taken(parents)
        known = self._ill(before.condition)
        for index, attribute in enumerate(self.scenario.attributes):
            assert before.attributes is not None
            known.add(attribute.name, before.attributes[:, index], attribute.options)
        visits = self._cohort(
            known,
            source=before.source,
            zone=before.zone,
            hospital=self._back_at(before),
            arrived_min=np.full(len(parents), np.inf),
            choice_u=before.choice_u,
        )
        never, comes = np.ones(len(parents)), np.ones(len(parents), dtype=np.bool_)
        visits = replace(visits, consents=before.consents)
        return replace(
            visits,
            minutes=without_needless(
                self.layout,
                (visits.minutes, before.minutes),
                (visits.hospital, before.hospital),
                (visits.consents, visits.repeats),
            ),
            comes=None if first.comes is None else comes,
            returns_of=parents,
            return_u=never,
            return_after_min=np.full(len(parents), np.inf),
            referred_min=None if first.referred_min is None else np.full(len(parents), np.nan),
        )

    def _back_at(self, before: Cohort) -> IntArray:
        """Draw where patients come again: where they were, or by the choices of their zone at another hospital."""
        returns, share = self.scenario.returns, self.scenario.city.choice_share
        if returns is None or not returns.elsewhere_share:
            return before.hospital
        others = np.where(np.eye(share.shape[1], dtype=np.bool_), 0.0, share[:, None, :]).reshape(-1, share.shape[1])
        row = before.zone * share.shape[1] + before.hospital
        goes = np.flatnonzero((self.door.uniform("elsewhere") < returns.elsewhere_share) & (before.zone >= 0))
        goes = goes[others.sum(axis=1)[row[goes]] > 0]
        hospital = before.hospital.copy()
        hospital[goes] = pick_by_row(others, row[goes], self.door.uniform("elsewhere_choice")[goes])
        return hospital

    def _ill(self, condition: IntArray) -> Known:
        """Draw the true acuity."""
        shares = np.stack([one.acuity_share for one in self.scenario.conditions])
        acuity = pick_by_row(shares, condition, self.door.uniform("acuity"))
        names = tuple(one.name for one in self.scenario.conditions)
        return Known({ACUITY.name: acuity, CONDITION: condition}, {ACUITY.name: ACUITY.levels, CONDITION: names})

    def _cohort(
        self,
        known: Known,
        source: IntArray,
        zone: IntArray,
        hospital: IntArray,
        arrived_min: FloatArray,
        choice_u: FloatArray | None,
    ) -> Cohort:
        """Draw all that patients need, given who they are."""
        scenario, door = self.scenario, self.door
        condition, acuity = known.codes[CONDITION], known.codes[ACUITY.name] + 1
        pathway, rules, case_mix = self.layout.pathway_of_condition[condition], scenario.transfers, scenario.case_mix
        care = self._care(known, pathway)
        consents, repeats = draw_repeats(self.layout, door)
        attributes, normal = self._attributes(known), door.normal(len(case_mix.features), "features")
        shift = shifted_by(case_mix.shifts, case_mix.features, scenario.attributes, attributes)
        cohort = Cohort(
            source=source,
            zone=zone,
            hospital=hospital,
            arrived_min=arrived_min,
            condition=condition,
            pathway=pathway,
            acuity=acuity,
            nurse_acuity=1 + pick_by_row(case_mix.nurse_share, acuity - 1, door.uniform("nurse")),
            features=shown_features(case_mix, acuity, normal, shift),
            patience_min=self._patience(source, acuity),
            placement_min=self._lasting(rules.placement, "placement"),
            crew_busy_min=self._lasting(rules.crew_busy, "crew"),
            enters=care.enters(),
            minutes=care.minutes(),
            attributes=attributes,
            worsens_min=self._worsening(acuity),
            balk_u=door.uniform("balk") if self._someone_balks() else None,
            drive_factor=care.drive_factor(),
            choice_u=choice_u,
            consents=consents,
            repeats=repeats,
        )
        ways = cohort.ways(self.layout)
        if ways:
            driven = ways.driven()
            ways.lengthen(driven, hospital[driven])
        return cohort

    def _care(self, known: Known, pathway: IntArray) -> Care:
        """Draw the choices of every pathway, and prepare to draw the rest."""
        scenario, layout = self.scenario, self.layout
        rows = [np.flatnonzero(pathway == p) for p in range(len(scenario.pathways))]
        names = [condition.name for condition in scenario.conditions]
        reached = [
            {layout.pathway_of_condition[names.index(c)] for c in source.conditions} for source in scenario.sources
        ]
        sources = [frozenset(s for s, found in enumerate(reached) if p in found) for p in range(len(rows))]
        care = Care(layout, self.door, known, rows, sources)
        care.choose()
        return care

    def _lasting(self, law: Distribution, *purpose: str) -> FloatArray:
        """Draw a duration for every patient."""
        return on_grid(law.quantile(self.door.uniform(*purpose)))

    def _patience(self, source: IntArray, acuity: IntArray) -> FloatArray:
        """Draw patience; what a source says of its own patients goes before what the scenario says of all."""
        uniform = self.door.uniform("patience")
        minutes = draw_patience(self.scenario.patience, uniform, acuity)
        for index, one in enumerate(self.scenario.sources):
            if one.patience is not None:
                mine = source == index
                minutes[mine] = draw_patience(one.patience, uniform[mine], acuity[mine])
        return minutes

    def _attributes(self, known: Known) -> IntArray | None:
        names = [attribute.name for attribute in self.scenario.attributes]
        return np.stack([known.codes[name] for name in names], axis=1) if names else None

    def _worsening(self, acuity: IntArray) -> FloatArray | None:
        deterioration = self.scenario.deterioration
        return draw_worsening(deterioration, self.door.uniform("worsens"), acuity) if deterioration else None

    def _someone_balks(self) -> bool:
        return any(phase.balks for pathway in self.scenario.pathways for phase in pathway.phases)
