"""The load worked out before a run is the share of time that units turn out to be busy."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.offered_load import offered_loads
from sim.choices import Choice
from sim.city import Kind, Pool
from sim.distributions import Exponential, Lognormal, Uniform
from sim.graded import Axis, Graded
from sim.pathway import Pathway, Phase, Step
from sim.run import simulate
from sim.scenario import Condition, Horizon, Scenario, Source
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.two_hospitals import two_hospitals

pytestmark = pytest.mark.theory

N_RUNS = 40


def world() -> Scenario:
    """Return a hospital where everything that decides about a load is at work: choices, `after`, acuities, cleaning."""
    way = Choice("way", ("home", "bed"), (Graded((0.9, 0.8, 0.6, 0.5, 0.5)), Graded((0.1, 0.2, 0.4, 0.5, 0.5))))
    by_way = Axis("way", ("home", "bed"))
    minutes = Graded(tuple(Exponential(4.0 * acuity) for acuity in range(1, 6)))
    see = Step("see", minutes, ("nurse",))
    scan = Step("scan", Graded((Uniform(5.0, 15.0),)), ("scanner", "radiographer"), Graded((0.5,)))
    again = Step("again", Graded((Lognormal(8.0, 4.0),)), ("scanner",), Graded((0.6,)), after="scan")
    stay = Step("stay", Graded((Exponential(20.0), Exponential(90.0)), (by_way,)))
    ward = Phase("ward", (stay,), "bed", p=Graded((0.3, 1.0), (by_way,)), cleaning=Graded((Uniform(2.0, 8.0),)))
    base = two_hospitals()
    near, far = base.city.hospitals
    kinds = {"nurse": Kind.STAFF, "scanner": Kind.EQUIPMENT, "radiographer": Kind.STAFF, "bed": Kind.PLACE}
    pools = tuple(Pool(code, kind, (30,)) for code, kind in kinds.items())
    return replace(
        base,
        city=replace(base.city, hospitals=(replace(near, pools=pools), replace(far, pools=pools))),
        pathways=(Pathway("visit", (Phase("emergency", (see, scan, again)), ward), (way,)),),
        conditions=(Condition("ill", "visit", np.array([0.1, 0.2, 0.4, 0.2, 0.1])),),
        sources=(Source("z", ("ill",), np.ones(1), np.full(168, 12.0), hospital=0),),
        horizon=Horizon(600.0, 9_480.0),
    ).checked()


def test_units_are_busy_as_much_as_was_asked_of_them() -> None:
    scenario = world()
    asked = {one.pools[0]: one.asked for one in offered_loads(scenario)}
    assert set(asked) == {"nurse", "scanner", "radiographer", "bed"}
    found = []
    for index in range(N_RUNS):
        levels = simulate(scenario, POLICIES, Replication(index, 21)).levels
        own = levels[(levels["hospital"] == "near") & (levels["hour"] >= 10)]
        sums = own.groupby("pool")[["busy_min", "cleaning_min"]].sum().sum(axis=1)
        found.append(sums / scenario.horizon.measured_min)
    for pool, units in asked.items():
        busy = np.array([one[pool] for one in found])
        z = (busy.mean() - units) / (busy.std(ddof=1) / np.sqrt(N_RUNS))
        assert abs(z) < 4.0, (pool, busy.mean(), units)
