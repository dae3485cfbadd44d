"""Tell what a scenario says of those who wait on lists: who is alike, and what is to be expected of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.cohort import Cohort, draw_cohort
from sim.contract import AdmissionFacts
from sim.layout import Layout
from sim.list_pathways import first_place, listed_slot, pathway_of
from sim.log import Log
from sim.nursing import ward_facts
from sim.pathway import Pathway
from sim.scenario import Scenario
from sim.sources import Source
from sim.streams import Replication
from sim.units import ACUITIES, HOURS_PER_WEEK, MINUTES_PER_DAY, FloatArray, IntArray
from sim.wish_rules import half_day
from sim.wishes import ways_min

PAST = Replication(0, 0)
N_ALIKE = 400
"""Patients of a past, in streams of its own, from whom is learned what those of one group need."""
N_DAYS = 28
"""Days after coming for which places are expected."""

NONE = -1


class Group(NamedTuple):
    """Name patients who are alike: a condition at an acuity, 1 to 5, and the code of what they are listed for."""

    condition: str
    acuity: int
    code: str

    @property
    def name(self) -> str:
        """Return the name of the group."""
        return f"{self.condition} {self.acuity}"


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Hold the facts of all lists, and of each group the marks that tell how far its patients are, shape (g,).

    `entered` marks that a patient is in the first place, -1 for none; `started` that the work has begun for which the
    patient was listed.
    """

    groups: tuple[Group, ...]
    facts: AdmissionFacts
    entered: IntArray
    started: IntArray

    @classmethod
    def of(cls, layout: Layout) -> "Listed":
        """Find the groups of a scenario, and learn what their patients need."""
        scenario = layout.scenario
        groups = tuple(_groups(scenario))
        pathways = [pathway_of(group.condition, scenario.conditions, scenario.pathways) for group in groups]
        first = [first_place(pathway) for pathway in pathways]
        slots = [listed_slot(pathway, group.code) for pathway, group in zip(pathways, groups, strict=True)]
        marks = layout.mark_index
        return cls(
            groups,
            _facts(scenario, groups, pathways),
            entered=_column(marks[f"{one[0]}_entered"] if one else NONE for one in first),
            started=_column(marks[f"{slot}_started"] for slot in slots),
        )

    def groups_of(self, scenario: Scenario, cohort: Cohort) -> IntArray:
        """Return the group of every patient, -1 for who is on no list, shape (n,)."""
        group = np.full(cohort.n_patients, NONE, dtype=np.int64)
        conditions = [one.name for one in scenario.conditions]
        for number, one in enumerate(self.groups):
            sources = [s for s, source in enumerate(scenario.sources) if source.listed_for == one.code]
            alike = (cohort.condition == conditions.index(one.condition)) & (cohort.acuity == one.acuity)
            group[alike & np.isin(cohort.source, sources)] = number
        return group


def waiting_lists(layout: Layout, cohort: Cohort, log: Log) -> pd.DataFrame:
    """Return one row for everybody who was referred to a waiting list, come or not.

    Columns: patient, source, hospital, condition, acuity, `list` (the code of what they wait for), `referred_min`,
    `due_min`, `came_min` (NaN for not yet; who stays away leaves the list then), `n_cancelled` and `stayed_away`. Where
    patients have wishes (`sim.wishes`) also the `clinic` they came to, `travel_min` to it, and `liked`: 1 where they
    came at a time that they like, 0 where not, NaN for not yet; for who stays away that of the call.
    """
    scenario = layout.scenario
    referred = np.full(cohort.n_patients, np.nan) if cohort.referred_min is None else cohort.referred_min
    rows = np.flatnonzero(~np.isnan(referred))
    arrived = np.frombuffer(log.marks).reshape(cohort.n_patients, len(layout.marks))[rows, 0]
    cancelled = _column(event.patient for event in log.list_events if event.event == "cancelled")
    away = {event.patient: event.time_min for event in log.list_events if event.event == "stayed away"}
    stayed_away = np.isin(rows, list(away))
    arrived = np.where(stayed_away, [away.get(patient, np.nan) for patient in rows.tolist()], arrived)
    due_days, referred_min = np.array(scenario.lists.due_days), referred[rows]

    def named(codes: IntArray, names: list[str]) -> "pd.Categorical[str]":
        return pd.Categorical.from_codes(codes[rows], categories=pd.Index(names))

    table = pd.DataFrame(
        {
            "patient": rows.astype(np.int32),
            "source": named(cohort.source, [source.name for source in scenario.sources]),
            "hospital": named(cohort.hospital, [hospital.id for hospital in scenario.city.hospitals]),
            "condition": named(cohort.condition, [condition.name for condition in scenario.conditions]),
            "acuity": cohort.acuity[rows].astype(np.int8),
            "list": [scenario.sources[source].listed_for for source in cohort.source[rows].tolist()],
            "referred_min": referred_min,
            "due_min": referred_min + due_days[cohort.acuity[rows] - 1] * MINUTES_PER_DAY,
            "came_min": arrived,
            "n_cancelled": np.bincount(cancelled, minlength=cohort.n_patients)[rows],
            "stayed_away": stayed_away,
        }
    )
    return table if cohort.liked is None else table.assign(**_wished(scenario, cohort, log, rows))


def _wished(scenario: Scenario, cohort: Cohort, log: Log, rows: IntArray) -> dict[str, Any]:
    """Return the clinics that patients went to, the ways there, and whether they liked the moment."""
    clinic, names = log.arrived_at(cohort), [hospital.id for hospital in scenario.city.hospitals]
    ended = [event for event in log.list_events if event.event in ("came", "stayed away")]
    liked, rules = np.full(cohort.n_patients, np.nan), scenario.lists
    for event in ended:
        day = rules.day_of(event.at_min)
        assert cohort.liked is not None
        liked[event.patient] = cohort.liked[event.patient, half_day(day, event.at_min - rules.starts_min(day))]
    travel_min = ways_min(scenario, cohort)[np.arange(cohort.n_patients), clinic]
    return {
        "clinic": pd.Categorical.from_codes(clinic[rows], categories=pd.Index(names)),
        "travel_min": np.where(np.isnan(liked), np.nan, travel_min)[rows],
        "liked": liked[rows],
    }


def _facts(scenario: Scenario, groups: tuple[Group, ...], pathways: list[Pathway]) -> AdmissionFacts:
    """Return what never changes, as `sim.contract.AdmissionFacts` describes it."""
    rules, first = scenario.lists, [first_place(pathway) for pathway in pathways]
    codes = tuple(dict.fromkeys(group.code for group in groups))
    phases = [phase for pathway in pathways for phase in pathway.phases]
    places = tuple(dict.fromkeys(str(phase.place) for phase in phases if phase.place))
    pasts = [_past(scenario, group) for group in groups]
    minutes = [_minutes(*one) for one in zip(pasts, pathways, groups, strict=True)]
    stays = [_stay(past, pathway, places) for past, pathway in zip(pasts, pathways, strict=True)]
    return AdmissionFacts(
        hospital_ids=tuple(hospital.id for hospital in scenario.city.hospitals),
        list_codes=codes,
        place_codes=places,
        groups=tuple(group.name for group in groups),
        condition=tuple(group.condition for group in groups),
        acuity=_column(group.acuity for group in groups),
        list_of=_column(codes.index(group.code) for group in groups),
        place_of=_column(places.index(one[1]) if one else NONE for one in first),
        mean_min=np.array([float(one.mean()) for one in minutes]),
        sd_min=np.array([float(one.std()) for one in minutes]),
        stay=np.stack(stays),
        due_days=np.array([rules.due_days[group.acuity - 1] for group in groups]),
        notice_days=rules.notice_days,
        most_booked_share=rules.most_booked_share,
        midnight_min=rules.midnight_min,
        p_no_show=rules.p_no_show,
        wards=ward_facts(scenario, places),
    )


def _column(numbers: Iterator[int]) -> IntArray:
    return np.array(list(numbers), dtype=np.int64)


def _groups(scenario: Scenario) -> Iterator[Group]:
    """Yield the groups that can be on lists, each once, in the order of sources, conditions and acuities."""
    shares = {condition.name: condition.acuity_share for condition in scenario.conditions}
    listed = [source for source in scenario.sources if source.listed_for is not None]
    found = (
        Group(condition, acuity, str(source.listed_for))
        for source in listed
        for condition in source.conditions
        for acuity in (np.flatnonzero(shares[condition] > 0) + 1).tolist()
    )
    yield from dict.fromkeys(found)


def _past(scenario: Scenario, group: Group) -> tuple[Layout, Cohort]:
    """Draw patients of a group as any door would, in streams that no replication has."""
    acuity_share = np.eye(ACUITIES)[group.acuity - 1]
    conditions = tuple(
        replace(one, acuity_share=acuity_share) if one.name == group.condition else one for one in scenario.conditions
    )
    none = np.zeros(HOURS_PER_WEEK)
    source = Source(f"past-{group.name}", (group.condition,), np.ones(1), none, hospital=0, at_start=N_ALIKE)
    world = replace(scenario, sources=(source,), conditions=conditions, returns=None, census=None)
    return Layout.of(world), draw_cohort(world, PAST)


def _minutes(past: tuple[Layout, Cohort], pathway: Pathway, group: Group) -> FloatArray:
    """Return how long patients needed what they were listed for, all steps together, shape (N_ALIKE,)."""
    layout, cohort = past
    steps = ((phase, step) for phase in pathway.phases for step in phase.steps if group.code in step.needs)
    columns = [layout.slot_index[f"{phase.name}.{step.name}"] for phase, step in steps]
    minutes: FloatArray = np.maximum(cohort.minutes[:, columns], 0.0).sum(axis=1)
    return minutes


def _stay(past: tuple[Layout, Cohort], pathway: Pathway, places: tuple[str, ...]) -> FloatArray:
    """Return the places that one patient held on average in each 24 hours after coming, shape (k, N_DAYS).

    Nobody waited: a phase begins when the one before it ends.
    """
    layout, cohort = past
    held, now = np.zeros((len(places), N_DAYS)), np.zeros(cohort.n_patients)
    days = np.arange(N_DAYS)[:, None] * MINUTES_PER_DAY
    for phase in pathway.phases:
        columns = [layout.slot_index[f"{phase.name}.{step.name}"] for step in phase.steps]
        lasts = np.maximum(cohort.minutes[:, columns], 0.0).sum(axis=1)
        until = now + np.where(cohort.enters[:, layout.phase_index[phase.name]], lasts, 0.0)
        if phase.place:
            inside = np.minimum(until, days + MINUTES_PER_DAY) - np.maximum(now, days)
            held[places.index(phase.place)] += np.maximum(inside, 0.0).mean(axis=1) / MINUTES_PER_DAY
        now = until
    return held
