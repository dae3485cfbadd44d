"""Show invented patients at the door: a case mix, a history and a scenario that they come from."""

from dataclasses import replace

import numpy as np

from experiments.training import History
from sim.choices import pick
from sim.cohort import draw_features
from sim.distributions import Fixed
from sim.scenario import CaseMix, Horizon, Scenario
from sim.units import FloatArray
from tests.small_worlds import one_queue

ACUITY_SHARE = np.array([0.01, 0.11, 0.45, 0.36, 0.07])
CASE_MIX = CaseMix(
    features=("heart_rate", "respiratory_rate", "oxygen_saturation", "age"),
    mean=np.array([[118.0, 28, 88, 62], [104, 23, 94, 58], [92, 19, 96.5, 50], [85, 17, 97.8, 40], [80, 16, 98.3, 36]]),
    sd=np.array([[28.0, 8, 8, 20], [22, 5.5, 4, 20], [18, 3.5, 2.2, 21], [15, 2.6, 1.4, 20], [13, 2.2, 1.2, 18]]),
    low=np.array([20.0, 4, 50, 0]),
    high=np.array([220.0, 60, 100, 105]),
    nurse_share=np.eye(5),
)


def past_patients(n: int, seed: int) -> History:
    """Draw n patients of the case mix."""
    generator = np.random.Generator(np.random.PCG64(seed))
    acuity = 1 + pick(ACUITY_SHARE, generator.random(n))
    return History(CASE_MIX.features, draw_features(CASE_MIX, acuity, generator), acuity)


def clinic(case_mix: CaseMix = CASE_MIX, acuity_share: FloatArray = ACUITY_SHARE) -> Scenario:
    """Return a scenario whose patients show the case mix."""
    return replace(one_queue(1, acuity_share.tolist(), Fixed(1.0), Horizon(0.0, 600.0)), case_mix=case_mix)
