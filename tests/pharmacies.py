"""Build two hospitals that use one medicine, and move a few patients through them while a policy looks on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.act import hold_reviews
from sim.city import Kind, Pool
from sim.contract import MedicinesDecision, MedicinesView, Policies
from sim.engine import Engine, in_motion
from sim.log import DecisionRow, Log
from sim.scenario import Horizon, Information, Scenario
from sim.shelves import ExchangeRules, Shelf
from sim.stock import Stockroom, moves_table
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY
from tests.small_worlds import KnowTruth, Stay
from tests.two_hospitals import Patient, cohort_of, two_hospitals

DAY = MINUTES_PER_DAY
RULES = ExchangeRules(DAY, handling_min=40.0, cost_per_hour=30.0, cold_max_min=90.0)
"""A lot is on its way for an hour, a trip costs (40 + 2 * 20) / 60 * 30 = 40."""

BYSTANDER = Patient(0.0)
"""Somebody who wants nothing."""

Order = tuple[int, int, float]
"""Row of a lot in the view, or a number below zero for a lot that is not there; destination; units."""


def two_pharmacies(
    near: Sequence[Shelf],
    far: Sequence[Shelf] = (),
    rules: ExchangeRules = RULES,
    units: float = 1.0,
    days: float = 4.0,
) -> Scenario:
    """Return two hospitals 20 minutes apart, whose triage uses units of saline."""
    world = two_hospitals()
    door, *others = world.pathways[0].phases
    triage = replace(door.steps[0], medicines=(("saline", units),))
    pathway = replace(world.pathways[0], phases=(replace(door, steps=(triage,)), *others))
    hospitals = tuple(
        replace(one, shelves=tuple(shelves), pools=(*one.pools[:2], Pool("nurse", Kind.STAFF, (99,)), *one.pools[3:]))
        for one, shelves in zip(world.city.hospitals, (near, far), strict=True)
    )
    city = replace(world.city, hospitals=hospitals)
    horizon = Horizon(0.0, days * DAY)
    return replace(world, city=city, pathways=(pathway,), exchange=rules, horizon=horizon).checked()


def agreeing(world: Scenario, *agreed: bool) -> Scenario:
    """Return the world in which these hospitals take part."""
    pairs = zip(world.city.hospitals, agreed, strict=True)
    return replace(world, city=replace(world.city, hospitals=tuple(replace(one, agreed=yes) for one, yes in pairs)))


def seeing(world: Scenario, information: Information) -> Scenario:
    """Return the world under an information condition."""
    return replace(world, information=information)


def wanted(*at_min: float, hospital: int = 0) -> list[Patient]:
    """Return patients who want the medicine at these minutes."""
    return [Patient(at, hospital=hospital, triage=1.0) for at in at_min]


class Script:
    """Send lots as written down by minute, and keep what was seen."""

    def __init__(self, orders: Mapping[float, Sequence[Order]] | None = None) -> None:
        """Take the orders by minute."""
        self.orders = orders or {}
        self.views: list[MedicinesView] = []

    def decide(self, view: MedicinesView) -> MedicinesDecision:
        """Send what is written for this minute."""
        self.views.append(view)
        rows = self.orders.get(view.now_min, [])
        number = [int(view.lots.number[row]) if row >= 0 else -5 for row, _, _ in rows]
        return MedicinesDecision(
            np.array(number, dtype=np.int64),
            np.array([to for _, to, _ in rows], dtype=np.int64),
            np.array([units for *_, units in rows], dtype=np.float64),
        )


@dataclass(frozen=True)
class Kept:
    """Hold what is left of a run: the days of every shelf, the moves, and the log."""

    stock: pd.DataFrame
    moves: pd.DataFrame
    log: Log

    @property
    def decisions(self) -> list[DecisionRow]:
        """Return the decisions of the seat."""
        return [row for row in self.log.decisions if row.seat == "medicines"]

    def days(self, hospital: str, column: str) -> list[float]:
        """Return one column of the days of a hospital."""
        found: list[float] = self.stock.loc[self.stock["hospital"] == hospital, column].tolist()
        return found


def kept(world: Scenario, patients: Sequence[Patient], policy: object = None, engine: Engine = Engine.SIMPY) -> Kept:
    """Move the patients to the end, a policy looking on at reviews unless there is none."""
    cohort = cohort_of(sorted(patients, key=lambda one: one.arrived) or [BYSTANDER])
    motion = in_motion(world, cohort, cohort.acuity, engine)
    stockroom = Stockroom(motion.layout, cohort, motion.log, Replication(0, 1))
    hold_reviews(motion, Policies(KnowTruth(), Stay(), medicines=policy), stockroom)  # type: ignore[arg-type]
    motion.run()
    return Kept(stockroom.days(), moves_table(motion.layout, motion.log), motion.log)
