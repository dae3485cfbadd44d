"""Lower a scenario and its cohort to a world at time zero."""

import numpy as np

from sim.cohort import Cohort
from sim.compiled.machine.tables import (
    BALK,
    CHOICE,
    CLOCK,
    DUE,
    LINK,
    LOGGED,
    NONE,
    PATIENT,
    PHASE,
    POOL,
    REQUEST,
    STEP,
    Records,
    World,
)
from sim.compiled.program import Program, records
from sim.log import Log
from sim.patience import Returns
from sim.routes import numbered_pools
from sim.scenario import Scenario
from sim.units import FloatArray, IntArray

LOG_ROWS = 4096
URGENCIES = 6
"""Ranks of urgency: 0 for those who are served in turn, 1 to 5 for acuities."""

AFTER_CARE, UNSEEN = 1, 2


def make_world(program: Program, route: IntArray, cohort: Cohort, acuity: IntArray, log: Log) -> World:
    """Return the world of a program whose routes are written; its marks and endings are those of the log."""
    layout, n = program.layout, cohort.n_patients
    n_marks, n_slots = len(layout.marks), len(layout.slots)
    phases = [phase for pathway in layout.scenario.pathways for phase in pathway.phases]
    steps = [step for phase in phases for step in phase.steps]
    n_due = 1 + sum(phase.may_leave + phase.may_worsen + (phase.cleaning is not None) for phase in phases)
    n_cleaned = sum(step.cleaning is not None for step in steps)
    pools = _pools(layout.scenario)
    return World(
        clock=_clock(program, len(pools)),
        agenda=np.empty(n * (n_due + n_cleaned) + 1, DUE),
        pool=pools,
        tail=np.full((len(pools), URGENCIES), NONE, dtype=np.int64),
        link=np.empty(n * program.width, LINK),
        patient=_patients(layout.scenario, cohort, acuity, route),
        phase=records(program.phases, PHASE),
        step=records(program.steps, STEP),
        request=records(program.requests, REQUEST),
        choice=records(program.choices, CHOICE),
        need=np.array(program.needs, dtype=np.int64),
        balk=records(program.balks, BALK),
        cleaned=np.empty(n * n_slots, np.int64),
        logged=np.empty(LOG_ROWS + 2 * _spare(program, len(pools)), LOGGED),
        marks=np.frombuffer(log.marks).reshape(n, n_marks),
        ended=np.frombuffer(log.ended, dtype=np.uint8),
        minutes=np.ascontiguousarray(cohort.minutes, dtype=np.float64),
        enters=np.ascontiguousarray(cohort.enters, dtype=np.bool_),
    )


def _spare(program: Program, n_pools: int) -> int:
    """Return more log rows than one call of the compiled engine, or one waking up, can need."""
    return 2 * n_pools + 8 * program.width + 64


def _clock(program: Program, n_pools: int) -> Records:
    clock = np.zeros(1, CLOCK)
    clock["spare"], clock["width"] = _spare(program, n_pools), program.width
    clock["n_phases"], clock["n_slots"] = len(program.layout.phases), len(program.layout.slots)
    clock["worsened"] = program.layout.mark_index.get("worsened", NONE)
    clock["first_ready"] = clock["last_ready"] = NONE
    return clock


def _pools(scenario: Scenario) -> Records:
    described = [pool for _, pool in numbered_pools(scenario)]
    pools = np.zeros(len(described), POOL)
    pools["level"] = pools["rostered"] = [pool.levels[0] for pool in described]
    pools["establishment"], pools["first"] = [pool.establishment for pool in described], NONE
    return pools


def _patients(scenario: Scenario, cohort: Cohort, acuity: IntArray, route: IntArray) -> Records:
    patients = np.zeros(cohort.n_patients, PATIENT)
    patients["arrived"], patients["patience"] = cohort.arrived_min, cohort.patience_min
    patients["placement"], patients["acuity"], patients["held"] = cohort.placement_min, acuity, NONE
    patients["phase"] = route[cohort.hospital, cohort.pathway]
    patients["worsens"] = np.inf if cohort.worsens_min is None else cohort.worsens_min
    patients["balk_u"] = 1.0 if cohort.balk_u is None else cohort.balk_u
    patients["comes"] = True if cohort.comes is None else cohort.comes
    patients["again"] = NONE
    if cohort.returns_of is not None and cohort.return_u is not None and scenario.returns:
        rows = np.flatnonzero(cohort.returns_of >= 0)
        patients["again"][cohort.returns_of[rows]] = rows
        patients["returns"] = _returns(scenario.returns, cohort.return_u, cohort.acuity)
        patients["return_after"] = cohort.return_after_min
    return patients


def _returns(returns: Returns, uniform: FloatArray, acuity: IntArray) -> IntArray:
    """Return for each visit whether another one follows it, after care and unseen."""
    cared = np.array([returns.p_after(False, one) for one in range(1, URGENCIES)])[acuity - 1]
    return AFTER_CARE * (uniform < cared) + UNSEEN * (uniform < returns.p_unseen)
