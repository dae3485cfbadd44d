"""Say whether generated patients are as hard to triage as real ones: for a model, and for the nurse."""

from collections.abc import Iterator
from math import hypot

import numpy as np

from experiments.model_card import GAP, Estimate, auroc
from experiments.train.bars import Bar
from experiments.train.trained import Trained, level_of
from experiments.training import arriving_acuity_share
from policies.diagnosis import fit_diagnosis
from sim.choices import pick
from sim.cohort import draw_features
from sim.scenario import Scenario
from sim.streams import Replication, stream
from sim.units import ACUITIES, FloatArray

NEAR = 0.02
N_PATIENTS = 40_000
CRITICAL_CUT = 1
"""The second cut of the model is between levels 1 and 2 and the others."""


def generated_bars(real: Trained, scenario: Scenario, root_seed: int, n_patients: int = N_PATIENTS) -> Iterator[Bar]:
    """Yield by how much the regression's AUROC and the nurse's linear kappa differ from those on real records.

    Half of the patients are learned from. They come with the levels of the real ones, and with those of the city:
    kappa depends on the mix of levels.
    """
    share = np.bincount(level_of(real.records).astype(np.int64), minlength=ACUITIES + 1)[1:]
    nurse = next(row.linear_kappa for row in real.levels if row.by == "nurse")
    mixes = {"levels as in the records": share / share.sum(), "levels of the city": arriving_acuity_share(scenario)}
    for name, shares in mixes.items():
        found = (_auroc(scenario, shares, Replication(0, root_seed), n_patients), _kappa(scenario, shares))
        wanted = {"regression's AUROC": real.figures["logistic"]["auroc"], "nurse's linear kappa": nurse}
        for (what, there), here in zip(wanted.items(), found, strict=True):
            gap = Estimate(here.value - there.value, hypot(here.half_width, there.half_width))
            yield Bar(f"generated patients, {name}: {what} less that of real patients", gap, -NEAR, NEAR)


def _auroc(scenario: Scenario, share: FloatArray, replication: Replication, n: int) -> Estimate:
    """Return the AUROC for critical patients of a regression that learned from the first half of n, on the second."""
    mix = scenario.case_mix
    acuity = 1 + pick(share, stream(replication, "generated", "like real", "acuity").random(n))
    features, half = draw_features(mix, acuity, stream(replication, "generated", "like real", "features")), n // 2
    model = fit_diagnosis(mix.features, features[:half], acuity[:half])
    return auroc(model.cumulative(features[half:])[:, CRITICAL_CUT], acuity[half:] <= CRITICAL_CUT + 1)


def _kappa(scenario: Scenario, share: FloatArray) -> Estimate:
    """Return the nurse's linear kappa among patients of these levels, (5,): exact, as the chances are known."""
    both = share[:, None] * scenario.case_mix.nurse_share
    alone = np.outer(both.sum(axis=1), both.sum(axis=0))
    return Estimate(float(1 - (both * GAP).sum() / (alone * GAP).sum()), 0.0)
