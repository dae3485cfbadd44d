"""Time one decision of each optimized member of the staffing seat in a city of 36 hospitals."""

from functools import partial

import numpy as np

from policies.staffing import Allocation, ExpectedWork, FloatPool, FloatPoolRecourse
from sim.contract import StaffFacts, StaffingView
from sim.streams import Replication, stream
from tests.bench.registry import Bench, Runner, Trial, Unit

N_HOSPITALS, N_ROLES, N_WEEKS, N_REVIEWS = 36, 5, 8, 10


def staffing(name: str) -> Trial:
    """Decide ten shifts, with eight weeks of a past."""
    generator = stream(Replication(0, 20261122), "staff")
    facts, work = _city(generator), _past(generator)
    member = {
        "float_pool": FloatPool(expected=work),
        "float_pool_recourse": FloatPoolRecourse(expected=work),
        "float_pool_recourse with VSS and EVPI": FloatPoolRecourse(expected=work, tell_up_to=1000),
        "allocation": Allocation(expected=work),
    }[name]
    views = [_view(facts, generator) for _ in range(N_REVIEWS)]
    assert all(len(member.decide(view).lender) for view in views)  # the first one also compiles
    timed = f"decide, {N_ROLES} roles, {N_WEEKS} weeks of a past"
    return Trial(
        N_REVIEWS,
        (Runner(f"{name}, 36 hospitals", timed, steps=tuple(partial(member.decide, view) for view in views)),),
    )


def _city(generator: np.random.Generator) -> StaffFacts:
    position = generator.uniform(0.0, 45.0, (N_HOSPITALS, 2))
    return StaffFacts(
        hospital_ids=tuple(f"h{i}" for i in range(N_HOSPITALS)),
        roles=tuple(f"role{i}" for i in range(N_ROLES)),
        offered=np.ones((N_HOSPITALS, N_ROLES), dtype=np.bool_),
        travel_min=np.hypot(*(position[:, None] - position[None]).T),
        agreed=np.ones(N_HOSPITALS, dtype=np.bool_),
        shift_min=480.0,
        max_travel_min=60.0,
        premium_cost=75.0,
        travel_cost_per_min=0.62,
    )


def _past(generator: np.random.Generator) -> ExpectedWork:
    mean = generator.uniform(1.0, 12.0, (1, N_HOSPITALS, N_ROLES, 1))
    by_week = mean * generator.uniform(0.7, 1.3, (N_WEEKS, N_HOSPITALS, N_ROLES, 168))
    ids, roles = tuple(f"h{i}" for i in range(N_HOSPITALS)), tuple(f"role{i}" for i in range(N_ROLES))
    return ExpectedWork(ids, roles, by_week.mean(axis=0), np.full((N_HOSPITALS, N_ROLES), 20.0), by_week)


def _view(facts: StaffFacts, generator: np.random.Generator) -> StaffingView:
    duty = generator.integers(2, 18, facts.offered.shape)
    busy = np.minimum(duty, generator.integers(0, 18, duty.shape)).astype(float)
    queue = generator.poisson(2.0, duty.shape).astype(float)
    return StaffingView(facts, 360.0, 360.0, 420.0, duty.astype(float), busy, queue, duty, duty // 3)


MEMBERS = ("float_pool", "float_pool_recourse", "float_pool_recourse with VSS and EVPI", "allocation")
BENCHES = [Bench(Unit.MILLISECONDS_PER_DECISION, 3, partial(staffing, name)) for name in MEMBERS]
