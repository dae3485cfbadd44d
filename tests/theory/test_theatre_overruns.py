"""Sessions of a theatre plan run over as often as the plan says, judged by z-score."""

import numpy as np
import pytest

from optimize.solver import solve
from optimize.theatre.check import p_overrun
from optimize.theatre.planner import NO_PLAN
from optimize.theatre.problem import TheatreProblem
from sim.streams import Replication, stream
from tests.theatre_cases import a_city

pytestmark = pytest.mark.theory

N_DAYS = 20_000


def test_sessions_run_over_as_often_as_their_plan_says() -> None:
    """Draw every operation of a hospital's plan many times, normal as the constraint assumes."""
    generator = stream(Replication(0, 20261122), "theatre overruns")
    case = a_city(1, generator)
    plan = solve(TheatreProblem.around(case, NO_PLAN)).solution
    assert plan is not None
    used = sorted({operation.session for operation in plan.operations})
    assert len(used) >= 4
    for session in used:
        minutes = np.zeros(N_DAYS)
        for group, of_session, n_cases in plan.operations:
            if of_session == session:
                draws = generator.normal(case.mean_min[group], case.sd_min[group], (N_DAYS, n_cases))
                minutes += draws.sum(axis=1)
        expected = p_overrun(case, plan, session)
        assert expected <= case.p_overrun
        z = (np.mean(minutes > case.minutes[session]) - expected) / np.sqrt(expected * (1 - expected) / N_DAYS + 1e-12)
        assert abs(z) < 4
