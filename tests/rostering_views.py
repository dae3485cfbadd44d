"""Make rostering views for tests: hospitals with nurses and doctors, who work early and late shifts."""

from collections.abc import Sequence

import numpy as np

from policies.staffing import ExpectedWork
from sim.contract import RosteringDecision, RosteringFacts, RosteringView

EARLY, LATE, OFF = 0, 1, -1
DAY_HOURS, WEEK_HOURS = 24, 168
MONDAY_7_MIN = 420.0


def some_facts(n_hospitals: int = 2, units: int = 2, agency_share: float = 0.0) -> RosteringFacts:
    """Return hospitals that each have so many nurses on duty for the 16 hours from 7:00 on; shifts of 8 hours."""
    offered = np.ones((n_hospitals, 1), dtype=np.bool_)
    return RosteringFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n_hospitals)),
        roles=("nurse",),
        offered=offered,
        weekly_hours=np.full(offered.shape, 7.0 * 16 * units),
        day_starts_hour=7,
        shift_names=("early", "late"),
        begins_hour=np.array([0, 8]),
        shift_hours=np.array([8, 8]),
        hours_per_week=40.0,
        agency_share=agency_share,
        agency_cost_per_hour=50.0,
    )


def a_view(facts: RosteringFacts, units: int = 2, n_days: int = 7) -> RosteringView:
    """Return a view at Monday midnight: the usual roster has as many early as late, and nobody at night."""
    usual = np.zeros((*facts.offered.shape, n_days, DAY_HOURS), dtype=np.int64)
    usual[..., :16] = units
    usual.setflags(write=False)
    return RosteringView(facts, 0.0, MONDAY_7_MIN, 0, n_days, usual.reshape(*facts.offered.shape, -1))


def work(facts: RosteringFacts, early: Sequence[float], late: Sequence[float]) -> ExpectedWork:
    """Return a past in which so many were at work in the early and the late hours, hospital by hospital."""
    load = np.zeros((*facts.offered.shape, 7, DAY_HOURS))
    for h, (first, second) in enumerate(zip(early, late, strict=True)):
        load[h, :, :, 7:15], load[h, :, :, 15:23] = first, second
    return ExpectedWork(facts.hospital_ids, facts.roles, load.reshape(*facts.offered.shape, -1), load[..., 0, 0])


def rows(decision: RosteringDecision) -> dict[tuple[int, int, int, int], tuple[int, int]]:
    """Return own and agency people by hospital, role, day and shift."""
    at = (decision.hospital, decision.role, decision.day, decision.shift)
    keys = list(zip(*(column.tolist() for column in at), strict=True))
    return dict(zip(keys, zip(decision.own.tolist(), decision.agency.tolist(), strict=True), strict=True))
