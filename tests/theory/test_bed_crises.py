"""Bagust's law: days with a bed crisis are rare up to 80 % occupancy and rise steeply above 85 to 90 %.

With exponential stays a ward is M/M/c, whose daily risk is exact. Source: Bagust et al. 1999, BMJ 319:155,
doi 10.1136/bmj.319.7203.155 (P65).
"""

from dataclasses import replace

import numpy as np
import pytest

from experiments.measures import measure_run
from optimize.queueing import erlang_c, mmc_risk
from sim.distributions import Exponential
from sim.pathway import Pathway
from sim.run import simulate
from sim.scenario import Horizon, Patience, Scenario
from sim.streams import Replication
from sim.units import MINUTES_PER_DAY
from tests.small_worlds import POLICIES, one_queue

pytestmark = pytest.mark.theory

BEDS, STAY_DAYS = 200, 7.6
WARM_UP_DAYS, DAYS, N_REPLICATIONS = 84, 182, 16


def ward(occupancy: float) -> Scenario:
    """Return a ward of 200 beds that patients would fill so far, if it were endless; stays are exponential."""
    horizon = Horizon(WARM_UP_DAYS * MINUTES_PER_DAY, DAYS * MINUTES_PER_DAY)
    stay_min = STAY_DAYS * MINUTES_PER_DAY
    scenario = one_queue(BEDS, [occupancy * BEDS / stay_min], Exponential(stay_min), horizon, Patience())
    (pathway,) = scenario.pathways
    phases = tuple(replace(phase, transferable=True) for phase in pathway.phases)
    return replace(scenario, pathways=(Pathway(pathway.name, phases),)).checked()


def exact(occupancy: float) -> float:
    return mmc_risk(occupancy * BEDS / STAY_DAYS, 1 / STAY_DAYS, BEDS, period=1.0)


def test_over_no_time_the_risk_is_that_of_meeting_a_queue_already() -> None:
    """P(more than c present) = C(c, a) a / c, the share who meet c or more once moved up by one (birth-death)."""
    for beds, load in ((1, 0.5), (20, 17.0), (200, 180.0)):
        assert mmc_risk(load, 1.0, beds, 1e-12) == pytest.approx(erlang_c(beds, load) * load / beds, rel=1e-6)


def test_one_bed_over_a_long_time_is_certain_to_fail() -> None:
    assert mmc_risk(0.5, 1.0, 1, 1e4) == pytest.approx(1.0, abs=1e-12)


def test_one_bed_by_hand() -> None:
    """From 0 or 1 present, Q = [[-a, a], [1, -1 - a]]: the exponential of a 2 x 2 matrix, by its eigenvalues."""
    a, t = 0.5, 0.7
    values, vectors = np.linalg.eig(np.array([[-a, a], [1.0, -1.0 - a]]))
    stay = vectors @ np.diag(np.exp(values * t)) @ np.linalg.inv(vectors) @ np.ones(2)
    assert mmc_risk(a, 1.0, 1, t) == pytest.approx(1 - np.array([1 - a, (1 - a) * a]) @ stay, rel=1e-12)


def test_the_exact_risk_follows_the_law() -> None:
    """Up to 80 %: less than a day in a year; above 85 %: some days in a year; from 90 %: more than a day in ten."""
    assert exact(0.75) < exact(0.78) < 1 / 365
    assert exact(0.80) < 2 / 365
    assert 2 / 365 < exact(0.85) < 0.1 < exact(0.90)
    rises = np.diff([exact(occupancy) for occupancy in (0.75, 0.80, 0.85, 0.90, 0.95)])
    assert (rises[1:] > 2 * rises[:-1]).all()


@pytest.mark.parametrize("occupancy", [0.80, 0.85, 0.90, 0.93])
def test_simulated_crises_have_the_exact_risk(occupancy: float) -> None:
    scenario, found = ward(occupancy), []
    for index in range(N_REPLICATIONS):
        measures = measure_run(scenario, simulate(scenario, POLICIES, Replication(index, 20261123)))
        whole = measures[measures["dimension"] == "all"].set_index("measure")["value"]
        found.append((whole["bed_crisis_share"], whole["bed_occupancy"]))
    means, errors = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(N_REPLICATIONS)
    z = (means - np.array([exact(occupancy), occupancy])) / errors
    assert (np.abs(z) <= 4).all(), (means, exact(occupancy), z)
