"""Generated patients are as hard to triage as the real ones of F04 and F06."""

import numpy as np
import pytest

from experiments.build import build_scenario
from experiments.config import compose
from experiments.model_card import Estimate, auroc, quadratic_kappa
from experiments.training import arriving_acuity_share
from policies.diagnosis import fit_diagnosis
from sim.choices import pick, pick_by_row
from sim.cohort import draw_features
from sim.scenario import Scenario
from sim.streams import Replication, stream
from sim.units import FloatArray, IntArray

pytestmark = pytest.mark.theory

LEVELS = np.array([26, 220, 487, 459, 75]) / 1267  # true levels of F04
AUROC, LINEAR_KAPPA, QUADRATIC_KAPPA = 0.908, 0.8296, 0.8755
NEAR = 0.02
N_LEARNED, N_JUDGED = 20_000, 40_000


def scenario() -> Scenario:
    return build_scenario(compose([])[0].settings)


def drawn(n: int, share: FloatArray, purpose: str) -> tuple[IntArray, FloatArray, IntArray]:
    """Return true levels, features and nurses' levels of n patients."""
    mix = scenario().case_mix
    chance = [stream(Replication(0, 7), "real", purpose, what) for what in ("acuity", "features", "nurse")]
    acuity = 1 + pick(share, chance[0].random(n))
    nurse = 1 + pick_by_row(mix.nurse_share, acuity - 1, chance[2].random(n))
    return acuity, draw_features(mix, acuity, chance[1]), nurse


def critical_auroc(share: FloatArray) -> Estimate:
    acuity, features, _ = drawn(N_LEARNED, share, "learned")
    model = fit_diagnosis(scenario().case_mix.features, features, acuity)
    acuity, features, _ = drawn(N_JUDGED, share, "judged")
    return auroc(model.cumulative(features)[:, 1], acuity <= 2)


def linear_kappa(true: IntArray, given: IntArray) -> float:
    apart = np.abs(true[:, None] - np.arange(1, 6)).mean(axis=0) @ (np.bincount(given, minlength=6)[1:] / len(given))
    return float(1 - np.abs(true - given).mean() / apart)


@pytest.mark.parametrize("mix", ["of the real patients", "of the city"])
def test_a_model_finds_critical_patients_as_well_as_on_real_ones(mix: str) -> None:
    found = critical_auroc(LEVELS if mix == "of the real patients" else arriving_acuity_share(scenario()))
    assert AUROC - NEAR <= found.low <= found.high <= AUROC + NEAR


def test_a_nurse_agrees_with_experts_as_real_ones_do() -> None:
    """Kappa depends on the mix of levels: with the city's, fewer of them critical, the same nurse has .81 and .85."""
    acuity, _, nurse = drawn(N_JUDGED, LEVELS, "judged")
    quadratic = quadratic_kappa(acuity, nurse)
    assert QUADRATIC_KAPPA - NEAR <= quadratic.low <= quadratic.high <= QUADRATIC_KAPPA + NEAR
    assert linear_kappa(acuity, nurse) == pytest.approx(LINEAR_KAPPA, abs=NEAR)


def test_the_second_reader_finds_what_the_nurse_and_the_model_found_together() -> None:
    """At the default threshold and the city's mix: sensitivity .916 and specificity .943 (F06), within .02."""
    share = arriving_acuity_share(scenario())
    acuity, features, _ = drawn(N_LEARNED, share, "learned")
    model = fit_diagnosis(scenario().case_mix.features, features, acuity)
    acuity, features, nurse = drawn(N_JUDGED, share, "judged")
    alarmed = (nurse <= 2) | (model.cumulative(features)[:, 1] >= 0.4)
    assert alarmed[acuity <= 2].mean() == pytest.approx(0.916, abs=NEAR)
    assert 1 - alarmed[acuity > 2].mean() == pytest.approx(0.943, abs=NEAR)
