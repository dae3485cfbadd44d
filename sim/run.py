"""Simulate one replication: draw, triage, move, and hand over tables."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.absences import with_absences
from sim.act import assigned_acuity, hold_reviews, stationed
from sim.cohort import Cohort, draw_cohort
from sim.contract import AdmissionView, MedicinesView, Policies
from sim.engine import Engine, chosen_engine, in_motion
from sim.insiders import with_insiders
from sim.layout import Layout
from sim.levels import equipment_uses, hourly_levels
from sim.listing import waiting_lists
from sim.loans import staff_roles
from sim.log import DecisionRow, Ended, ListEvent, Loan, Lodging, Log, Opening, Rostered, Transfer
from sim.outages import Outages
from sim.repeated_tests import repeated_tests
from sim.run_ledger import ledger_table
from sim.scenario import Scenario
from sim.stock import Stockroom, moves_table
from sim.streams import Replication
from sim.trace import day_hashes, trace_hash
from sim.units import IntArray
from sim.wishes import with_wishes

OUTCOMES = ["inside", "departed", *(ended.name.lower() for ended in list(Ended)[1:-1])]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Keep what one replication leaves behind.

    `patients` has a row for everyone who came, with one column a mark in minutes; `levels` a row a pool and hour;
    `decisions` a row a decision; `transfers` a row an attempted move; `loans` a row an attempted loan of staff;
    `stock` a row a medicine and day; `openings` a row an hour of equipment to be opened; `equipment` a row a use of
    it; `ledger` a row a request, booking, refusal or use across a border (`sim.run_ledger`); `rosters` a row a day of a
    roster that a policy gave; `lists` a row for everybody who was referred to a waiting list, `list_events` a row a
    call and what came of it; `lodgings` a row an attempt to put a patient into another place than the one waited for.
    `stocks` and `lists_seen` are how medicines and waiting lists truly were at each review (`sim.log.Log`).
    `trace_hash` is equal when, and only when, every patient had every mark at the same moment; `day_hashes` say the
    same of each day, see `sim.trace`.
    """

    patients: pd.DataFrame
    levels: pd.DataFrame
    decisions: pd.DataFrame
    transfers: pd.DataFrame
    stock: pd.DataFrame
    trace_hash: str
    seconds_deciding: float
    day_hashes: tuple[str, ...] = ()
    engine: Engine = Engine.SIMPY
    engine_reason: str = ""
    loans: pd.DataFrame = field(default_factory=pd.DataFrame)
    stock_moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    openings: pd.DataFrame = field(default_factory=pd.DataFrame)
    equipment: pd.DataFrame = field(default_factory=pd.DataFrame)
    repeats: pd.DataFrame = field(default_factory=pd.DataFrame)
    lists: pd.DataFrame = field(default_factory=pd.DataFrame)
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)
    list_events: pd.DataFrame = field(default_factory=pd.DataFrame)
    lodgings: pd.DataFrame = field(default_factory=pd.DataFrame)
    rosters: pd.DataFrame = field(default_factory=pd.DataFrame)
    stocks: tuple[MedicinesView, ...] = ()
    lists_seen: tuple[AdmissionView, ...] = ()


def simulate(scenario: Scenario, policies: Policies, replication: Replication, engine: Engine = Engine.AUTO) -> Run:
    """Run one replication of a checked scenario; a pure function of its arguments but for `seconds_deciding`.

    Raises:
        ScenarioError: when the compiled engine is asked for, and does not know a behaviour of the scenario.
    """
    engine, reason = chosen_engine(scenario, engine)
    cohort, stations = stationed(scenario, drawn(scenario, replication), policies, replication)
    acuity = _assigned(scenario, cohort, policies)
    network = in_motion(scenario, cohort, acuity, engine)
    for row, seconds in stations:
        network.log.decisions.append(row)
        network.log.seconds_deciding += seconds
    Outages(network, replication)
    stockroom = Stockroom(network.layout, cohort, network.log, replication)
    hold_reviews(network, policies, stockroom)
    with _collector_asleep():
        network.run()
    return Run(
        patients=_came_before(scenario, _patients(network.layout, cohort, acuity, network.log)),
        levels=hourly_levels(network.layout, cohort, network.log),
        decisions=pd.DataFrame(network.log.decisions, columns=list(DecisionRow._fields)),
        transfers=_transfers(network.layout, network.log),
        loans=_loans(scenario, network.log),
        stock=stockroom.days(),
        trace_hash=trace_hash(network.log),
        seconds_deciding=network.log.seconds_deciding,
        day_hashes=_day_hashes(network.layout, cohort, network.log),
        engine=engine,
        engine_reason=reason,
        stock_moves=moves_table(network.layout, network.log),
        openings=_openings(network.layout, network.log),
        rosters=_rosters(network.layout, network.log),
        equipment=equipment_uses(network.layout, cohort, network.log),
        repeats=repeated_tests(network.layout, cohort, network.log),
        lists=waiting_lists(network.layout, cohort, network.log),
        ledger=ledger_table(network.layout, cohort, network.log),
        lodgings=_lodgings(network.layout, network.log),
        list_events=pd.DataFrame(network.log.list_events, columns=list(ListEvent._fields)),
        stocks=tuple(network.log.stocks),
        lists_seen=tuple(network.log.lists),
    )


def drawn(scenario: Scenario, replication: Replication) -> Cohort:
    """Return every patient of a replication, in the order of the rows of `Run.patients`: a census, then arrivals."""
    cohort = with_absences(scenario, draw_cohort(scenario, replication), replication)
    if scenario.census is not None:
        cohort = with_insiders(scenario, scenario.census, cohort, replication)
    return with_wishes(scenario, cohort, replication)


def _assigned(scenario: Scenario, cohort: Cohort, policies: Policies) -> IntArray:
    """Let the triage policy assign an acuity to everyone but those of a census, which says what was assigned."""
    acuity = assigned_acuity(scenario.case_mix, cohort, policies)
    if cohort.referred_min is not None:  # a specialist has seen them
        acuity = np.where(np.isnan(cohort.referred_min), acuity, cohort.acuity)
    n_inside = scenario.census.n_patients if scenario.census else 0
    return np.concatenate((cohort.acuity[:n_inside], acuity[n_inside:])) if n_inside else acuity


@contextmanager
def _collector_asleep() -> Iterator[None]:
    """Keep Python's cycle collector from walking over all waiting patients again and again."""
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


def _patients(layout: Layout, cohort: Cohort, acuity: IntArray, log: Log) -> pd.DataFrame:
    scenario = layout.scenario
    n = cohort.n_patients
    marks = np.frombuffer(log.marks).reshape(n, len(layout.marks))
    hospital_at = np.frombuffer(log.hospital_at, dtype=np.int16).reshape(n, len(layout.phases))
    hospitals, arrived_at = [hospital.id for hospital in scenario.city.hospitals], log.arrived_at(cohort)
    outcome = np.where(np.isnan(marks[:, -1]), 0, 1)
    ended = np.frombuffer(log.ended, dtype=np.uint8)
    outcome = np.where(ended % Ended.NOT_COME > 0, ended.astype(np.int64) + 1, outcome)
    patients = pd.DataFrame(
        {
            "patient": np.arange(n, dtype=np.int32),
            "source": _named(cohort.source, [source.name for source in scenario.sources]),
            "zone": _named(cohort.zone, [zone.id for zone in scenario.city.zones]),
            "hospital": _named(arrived_at, hospitals),
            "final_hospital": _named(_final_hospital(layout, arrived_at, hospital_at, marks), hospitals),
            "condition": _named(cohort.condition, [condition.name for condition in scenario.conditions]),
            "acuity_true": cohort.acuity.astype(np.int8),
            "acuity": acuity.astype(np.int8),
            "outcome": _named(outcome, OUTCOMES),
        }
        | _attributes(scenario, cohort)
        | ({} if cohort.choice_u is None else {"chosen_hospital": _named(cohort.hospital, hospitals)})
        | ({} if cohort.response_min is None else {"response_min": cohort.response_min})
        | ({} if cohort.returns_of is None else {"returns_of": cohort.returns_of.astype(np.int32)})
        | dict(zip(layout.marks, marks.T, strict=True))
    )
    everybody = cohort.returns_of is None and cohort.referred_min is None
    return patients if everybody else patients[ended != Ended.NOT_COME]


def _attributes(scenario: Scenario, cohort: Cohort) -> "dict[str, pd.Categorical[str]]":
    """Return the option of every attribute of each patient."""
    if cohort.attributes is None:
        return {}
    columns = zip(scenario.attributes, cohort.attributes.T, strict=True)
    return {f"attribute.{one.name}": _named(codes, list(one.options)) for one, codes in columns}


def _came_before(scenario: Scenario, patients: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the true arrivals, before time zero, of the patients of a census."""
    census = scenario.census
    if census is None:
        return patients
    arrived = patients["arrived"].to_numpy(dtype=float).copy()
    arrived[: census.n_patients] = -census.here_min[census.ranked]
    return patients.assign(arrived=arrived)


def _named(codes: IntArray, names: list[str]) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _final_hospital(layout: Layout, first: IntArray, hospital_at: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return where each patient was last: the hospital of the last phase whose place was obtained."""
    final = first.copy()
    latest = np.full(len(first), -np.inf)
    for name, column in layout.phase_index.items():
        if f"{name}_entered" in layout.mark_index:
            entered = marks[:, layout.mark_index[f"{name}_entered"]]
            later = entered >= latest
            final[later], latest[later] = hospital_at[later, column], entered[later]
    return final


def _transfers(layout: Layout, log: Log) -> pd.DataFrame:
    rows = pd.DataFrame(log.transfers, columns=list(Transfer._fields))
    hospitals = [hospital.id for hospital in layout.scenario.city.hospitals]
    rows["origin"] = _named(rows["origin"].to_numpy(dtype=np.int64), hospitals)
    rows["destination"] = _named(rows["destination"].to_numpy(dtype=np.int64), hospitals)
    rows["phase"] = _named(rows["phase"].to_numpy(dtype=np.int64), list(layout.phases))
    return rows


def _openings(layout: Layout, log: Log) -> pd.DataFrame:
    rows = pd.DataFrame(log.openings, columns=list(Opening._fields))
    hospitals = [hospital.id for hospital in layout.scenario.city.hospitals]
    return rows.assign(hospital=_named(rows["hospital"].to_numpy(dtype=np.int64), hospitals))


def _rosters(layout: Layout, log: Log) -> pd.DataFrame:
    rows = pd.DataFrame(log.rostered, columns=list(Rostered._fields))
    hospitals = [hospital.id for hospital in layout.scenario.city.hospitals]
    return rows.assign(hospital=_named(rows["hospital"].to_numpy(dtype=np.int64), hospitals))


def _lodgings(layout: Layout, log: Log) -> pd.DataFrame:
    rows = pd.DataFrame(log.lodgings, columns=list(Lodging._fields))
    hospitals = [hospital.id for hospital in layout.scenario.city.hospitals]
    rows["hospital"] = _named(rows["hospital"].to_numpy(dtype=np.int64), hospitals)
    rows["phase"] = _named(rows["phase"].to_numpy(dtype=np.int64), list(layout.phases))
    return rows


def _loans(scenario: Scenario, log: Log) -> pd.DataFrame:
    rows = pd.DataFrame(log.loans, columns=list(Loan._fields))
    hospitals = [hospital.id for hospital in scenario.city.hospitals]
    for column, names in (("lender", hospitals), ("borrower", hospitals), ("role", list(staff_roles(scenario)))):
        number = rows[column].to_numpy(dtype=np.int64)
        rows[column] = _named(np.where(number < len(names), np.maximum(number, -1), -1), names)
    return rows


def _day_hashes(layout: Layout, cohort: Cohort, log: Log) -> tuple[str, ...]:
    marks = np.frombuffer(log.marks).reshape(cohort.n_patients, len(layout.marks))
    return day_hashes(marks, log.arrived_at(cohort), log.transfers, layout.scenario.horizon.end_min)
