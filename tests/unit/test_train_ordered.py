"""Models of levels: shared weights, and choices that are made within training folds only."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from experiments.train.ordered import CANDIDATES, critical, cross_ordered
from policies.diagnosis.members import Boosting, Logistic
from policies.diagnosis.ordered import CutByCut, SharedLines, mean_order
from policies.diagnosis.patients import Patients
from sim.units import FloatArray, IntArray

pytestmark = pytest.mark.unit

N = 300


@dataclass(frozen=True)
class Says:
    """Give level k of a column with certainty, whatever was learned."""

    name: str

    def fit(self, patients: Patients, level: IntArray) -> "Says":
        return self

    def probabilities(self, patients: Patients) -> FloatArray:
        return np.eye(5)[patients.table[self.name].to_numpy(dtype=int) - 1]


@dataclass(frozen=True)
class ByHeart:
    """Know the levels of those it learned from, and call everybody else the least urgent."""

    name: str = "by_heart"

    def fit(self, patients: Patients, level: IntArray) -> "Known":
        return Known(dict(zip(patients.table["id"].tolist(), level.tolist(), strict=True)))


@dataclass(frozen=True)
class Known:
    """Hold what was learned by heart."""

    level_of: dict[int, int]

    def probabilities(self, patients: Patients) -> FloatArray:
        return np.eye(5)[[self.level_of.get(one, 5) - 1 for one in patients.table["id"].tolist()]]


def world(seed: int = 1) -> tuple[Patients, IntArray]:
    """Return patients whose heart rate falls with their level, and who are rarely of level 1."""
    chance = np.random.default_rng(seed)
    level = 1 + chance.choice(5, N, p=[0.04, 0.2, 0.36, 0.3, 0.1])
    table = pd.DataFrame(
        {
            "id": np.arange(N),
            "heart_rate_per_min": 130 - 12 * level + chance.normal(0, 12, N),
            "right": level,
            "wrong": 6 - level,
        }
    )
    nurse = np.where(np.arange(N) % 5 == 0, 4, level).astype(float)
    return Patients(table, nurse, ("heart_rate_per_min",)), level


def test_shared_weights_give_probabilities_and_find_the_order() -> None:
    patients, level = world()
    p = SharedLines().fit(patients, level).probabilities(patients)
    assert p.shape == (N, 5)
    assert p.min() >= 0
    assert p.sum(axis=1) == pytest.approx(np.ones(N))
    expected = p @ np.arange(1, 6)
    assert np.corrcoef(expected, patients.table["heart_rate_per_min"])[0, 1] < -0.9


def test_without_weights_of_their_own_the_odds_of_cuts_are_proportional() -> None:
    patients, level = world()
    fitted = SharedLines(own=0.0).fit(patients, level)
    assert np.ptp(fitted.weight, axis=0) == pytest.approx(np.zeros(fitted.weight.shape[1]), abs=1e-9)
    assert (np.diff(fitted.intercept) > 0).all()
    assert np.ptp(SharedLines(own=1.0).fit(patients, level).weight, axis=0).max() > 0.01


def test_shared_weights_are_those_of_the_stated_problem() -> None:
    """The gradient of the objective in the docstring is zero at the solution."""
    patients, level = world()
    member = SharedLines(inverse_ridge=2.0, own=0.5)
    fitted = member.fit(patients, level)
    from policies.diagnosis.members.base import seen

    x = np.asarray(fitted.preparation.transform(seen(patients, False)))
    sign = np.where(level[:, None] <= np.arange(1, 5), 1.0, -1.0)
    pull = -sign / (1 + np.exp(sign * (x @ fitted.weight.T + fitted.intercept)))
    by_cut = pull.T @ x
    # w = -C sum_c g_c and v_c = -C own g_c, so that weight_c = w + own v_c = -C (sum g + own^2 g_c).
    assert fitted.weight == pytest.approx(-2.0 * (by_cut.sum(axis=0) + 0.25 * by_cut), abs=3e-2)


def test_a_level_that_nobody_has_is_still_possible() -> None:
    patients, level = world()
    few = np.clip(level, 2, 5)
    p = SharedLines().fit(patients, few).probabilities(patients)
    assert (p[:, 0] < 0.05).all()
    assert (p[:, 0] > 0).all()


def test_curves_see_that_too_low_and_too_high_are_urgent() -> None:
    chance = np.random.default_rng(3)
    rate = chance.normal(85, 25, 600)
    level = np.where(np.abs(rate - 85) > 20, 2, 4)
    patients = Patients(pd.DataFrame({"heart_rate_per_min": rate}), np.full(600, np.nan), ("heart_rate_per_min",))
    right = {
        curves: (
            (critical(SharedLines(curves=curves).fit(patients, level).probabilities(patients)) > 0.5) == (level == 2)
        ).mean()
        for curves in (False, True)
    }
    assert right[True] > right[False] + 0.1


def test_cut_by_cut_is_named_by_its_member() -> None:
    patients, level = world()
    member = CutByCut(Logistic())
    assert member.name == "logistic"
    assert member.fit(patients, level).probabilities(patients).sum(axis=1) == pytest.approx(np.ones(N))
    assert CutByCut(Boosting()).name in {one.name for several in CANDIDATES.values() for one in several}


def test_the_mean_of_models_is_plain() -> None:
    assert mean_order([np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]])]).tolist() == [[0.75, 0.25]]


def test_the_better_candidate_is_chosen_in_every_fold_for_both_uses() -> None:
    patients, level = world()
    made = cross_ordered({"bad": (Says("wrong"),), "good": (Says("right"),)}, patients, level, None, (5, 2, 1), 0.9)
    assert (made.levels_by, made.read_by) == ({"good": 10}, {"good": 10})
    assert (made.p.argmax(axis=2) + 1 == level).all()
    assert (made.alarms == (level <= 2)).all()


def test_what_was_learned_by_heart_is_not_chosen() -> None:
    patients, level = world()
    candidates = {"by heart": (ByHeart(),), "lines": (SharedLines(),)}
    made = cross_ordered(candidates, patients, level, None, (5, 1, 1), 0.9)
    assert made.levels_by == {"lines": 5}
    assert made.read_by == {"lines": 5}


def test_the_threshold_leaves_so_many_of_the_training_fold_alone() -> None:
    patients, level = world()
    made = cross_ordered({"lines": (SharedLines(),)}, patients, level, None, (5, 4, 1), 0.8)
    alone = [1 - (alarms | (patients.nurse <= 2))[level > 2].mean() for alarms in made.alarms]
    assert np.mean(alone) == pytest.approx(0.8, abs=0.05)


def test_equal_seeds_choose_alike() -> None:
    patients, level = world()
    first, again = (cross_ordered({"a": (SharedLines(),)}, patients, level, None, (3, 1, 9), 0.9) for _ in range(2))
    assert (first.p == again.p).all()
    assert (first.threshold == again.threshold).all()
