"""What every model of one outcome promises, judged on small made-up patients."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from policies.diagnosis.members import MEMBERS, Ensemble, Fitted, Member, NurseLevel
from policies.diagnosis.patients import Patients
from sim.units import BoolArray, FloatArray

pytestmark = pytest.mark.contract

N = 120
HIDDEN = "length_of_stay_min"
BY_NAME = {member.name: member for member in MEMBERS}
ALL = pytest.mark.parametrize("name", BY_NAME)


@cache
def world() -> tuple[Patients, BoolArray]:
    """Return patients whose heart rate, complaint and nurse's level tell the outcome; a few values are unknown."""
    chance = np.random.default_rng(4)
    outcome = np.arange(N) % 3 == 0
    rate = 80 + 30 * outcome + chance.normal(0, 15, N)
    rate[[3, 50]] = np.nan
    complaint = np.where(outcome ^ (chance.random(N) < 0.2), "chest pain and sweat", "twisted ankle today")
    table = pd.DataFrame(
        {
            "heart_rate_per_min": rate,
            "systolic_pressure_mmhg": chance.normal(125, 15, N),
            "arrival": chance.choice(["walking", "ambulance"], N),
            "complaint": complaint,
            HIDDEN: chance.normal(300, 50, N),
        }
    )
    nurse = np.where(outcome, 2.0, 4.0) + (chance.random(N) < 0.2)
    nurse[7] = np.nan
    numbers, categories, texts = ("heart_rate_per_min", "systolic_pressure_mmhg"), ("arrival",), ("complaint",)
    return Patients(table, nurse, numbers, categories, texts), outcome


@cache
def fitted(name: str) -> Fitted:
    return BY_NAME[name].fit(*world())


def first(n: int, patients: Patients) -> Patients:
    return patients.where(np.arange(n))


def changed(patients: Patients, column: str, values: object) -> Patients:
    return replace(patients, table=patients.table.assign(**{column: values}))


@ALL
def test_probabilities_lie_between_zero_and_one_also_for_patients_never_seen(name: str) -> None:
    patients, _ = world()
    strange = changed(changed(first(5, patients), "complaint", ["", "zzz", "ankle", "pain", "x y z"]), "arrival", "ufo")
    empty = changed(changed(strange, "heart_rate_per_min", np.nan), "systolic_pressure_mmhg", np.nan)
    for shown in (patients, strange, empty, replace(empty, nurse=np.full(5, np.nan))):
        p = fitted(name).probability(shown)
        assert p.shape == (shown.n,)
        assert np.all((p >= 0) & (p <= 1))


@ALL
def test_what_no_model_may_see_changes_nothing(name: str) -> None:
    patients, outcome = world()
    p = fitted(name).probability(patients)
    altered = changed(patients, HIDDEN, outcome.astype(float))
    assert np.array_equal(fitted(name).probability(altered), p)
    assert np.array_equal(BY_NAME[name].fit(altered, outcome).probability(patients), p)


@ALL
def test_the_nurse_counts_only_for_those_who_say_so(name: str) -> None:
    patients, outcome = world()
    told = replace(patients, nurse=np.where(outcome, 5.0, 1.0))
    p = fitted(name).probability(patients)
    same = np.array_equal(BY_NAME[name].fit(told, outcome).probability(told), p)
    assert same is not BY_NAME[name].uses_nurse
    assert np.array_equal(fitted(name).probability(told), p) is not BY_NAME[name].uses_nurse


@ALL
def test_the_same_patients_give_the_same_model(name: str) -> None:
    patients, outcome = world()
    again = BY_NAME[name].fit(patients, outcome)
    assert np.array_equal(again.probability(patients), fitted(name).probability(patients))


@ALL
def test_a_patient_is_judged_alone(name: str) -> None:
    patients, _ = world()
    together = fitted(name).probability(patients)
    alone = np.concatenate([fitted(name).probability(patients.where(np.array([k]))) for k in range(6)])
    assert alone == pytest.approx(together[:6], abs=1e-12)


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "news2"])
def test_those_with_the_outcome_rank_higher(name: str) -> None:
    patients, outcome = world()
    p = fitted(name).probability(patients)
    assert p[outcome].mean() > p[~outcome].mean() + 0.1


def test_names_are_used_once() -> None:
    assert len(BY_NAME) == len(MEMBERS)


def nurse_shares(levels: list[float], outcome: list[int], asked: list[float]) -> FloatArray:
    def shown(nurse: list[float]) -> Patients:
        return Patients(pd.DataFrame(index=range(len(nurse))), np.array(nurse), ())

    return NurseLevel().fit(shown(levels), np.array(outcome, dtype=bool)).probability(shown(asked))


def test_shares_of_a_level_shrink_by_one_patient_toward_all() -> None:
    # Overall 3 of 6: level 1 has (2 + 0.5) / (2 + 1), level 4 has (1 + 0.5) / (4 + 1); level 2 lies between.
    p = nurse_shares([1, 1, 4, 4, 4, 4], [1, 1, 1, 0, 0, 0], [1, 4, 2, 5])
    first, last = 2.5 / 3, 1.5 / 5
    assert p == pytest.approx([first, last, first + (last - first) / 3, last])


def test_a_level_out_of_order_is_pooled_with_its_neighbor() -> None:
    # Level 1 (0 of 1) is below level 2 (3 of 3); together, with half a patient's share each, they are 4 of 6.
    p = nurse_shares([1, 2, 2, 2, 5, 5], [0, 1, 1, 1, 0, 0], [1, 2, 5])
    assert p == pytest.approx([4 / 6, 4 / 6, 0.5 / 3])


def test_patients_without_a_level_have_a_share_of_their_own() -> None:
    p = nurse_shares([1, 5, np.nan, np.nan], [1, 0, 1, 1], [np.nan, 5])
    assert p == pytest.approx([2.75 / 3, 0.75 / 2])


def test_an_ensemble_is_the_mean_of_its_members() -> None:
    patients, outcome = world()
    two: tuple[Member, ...] = (BY_NAME["logistic"], BY_NAME["nurse"])
    p = Ensemble(members=two).fit(patients, outcome).probability(patients)
    assert p == pytest.approx(
        np.mean([fitted("logistic").probability(patients), fitted("nurse").probability(patients)], axis=0)
    )
