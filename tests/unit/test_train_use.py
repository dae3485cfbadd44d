"""What is made of probabilities: levels at a price, alarms beside a nurse, sets that may abstain, sites."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.train.crossed import cross
from experiments.train.levels import level_table, nurse_row
from experiments.train.readers import conformal_figures, read_twice, second_reader_figures
from experiments.train.transport import transport
from policies.diagnosis.conformal import fit_conformal
from policies.diagnosis.levels import LevelCosts, fit_levels
from policies.diagnosis.patients import Patients
from policies.diagnosis.second_reader import nurse_alarm, reading_threshold
from policies.diagnosis.site_fit import Recalibration, fit_recalibration, logit
from sim.units import BoolArray, FloatArray

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Told:
    """Say what a column of the table says, whatever was learned."""

    column: str = "told"
    name: str = "told"
    uses_nurse: bool = False

    def fit(self, patients: Patients, outcome: BoolArray) -> "Told":
        return self

    def probability(self, patients: Patients) -> FloatArray:
        return patients.table[self.column].to_numpy(dtype=float)


def patients(told: FloatArray, nurse: FloatArray | None = None) -> Patients:
    level = np.full(len(told), np.nan) if nurse is None else nurse
    return Patients(pd.DataFrame({"told": told}), level, ("told",))


def test_the_cheapest_level_is_assigned() -> None:
    p = np.array([[0.0, 0.4, 0.6, 0.0, 0.0]])
    assert LevelCosts(under=1).assign(p).tolist() == [3]
    assert LevelCosts(under=2).assign(p).tolist() == [2]
    # Squared: level 2 costs .6, level 3 costs 1.6 u .4; equal at u = 1.5.
    assert LevelCosts(under=1.4, power=2).assign(p).tolist() == [3]
    assert LevelCosts(under=1.6, power=2).assign(p).tolist() == [2]


def test_equal_costs_go_to_the_more_urgent() -> None:
    assert LevelCosts(under=1).assign(np.array([[0.5, 0.5, 0.0, 0.0, 0.0]])).tolist() == [1]


@given(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.floats(0.2, 20))
def test_linear_costs_take_the_quantile_of_the_newsvendor(weights: list[float], under: float) -> None:
    p = np.array([weights]) / sum(weights)
    needed = 1 / (1 + under)
    cumulative = p.cumsum(axis=1)[0]
    if np.min(np.abs(cumulative - needed)) > 1e-9:
        assert LevelCosts(under=under).assign(p)[0] == 1 + int((cumulative < needed).sum())


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(lambda w: sum(w) > 0.1))
def test_a_dearer_miss_never_makes_a_level_less_urgent(weights: list[float]) -> None:
    p = np.array([weights]) / sum(weights)
    levels = [int(LevelCosts(under=u).assign(p)[0]) for u in (1, 2, 5, 20)]
    assert levels == sorted(levels, reverse=True)


def test_levels_are_differences_of_cuts_and_cuts_never_fall() -> None:
    level = np.array([1, 2, 3, 4, 5])
    shares = iter([0.1, 0.4, 0.3, 0.9])

    def fit(learned: Patients, urgent: BoolArray) -> object:
        share = next(shares)
        return lambda others: np.full(others.n, share)

    p = fit_levels(fit, patients(np.zeros(5)), level).probabilities(patients(np.zeros(2)))  # type: ignore[arg-type]
    assert p[0] == pytest.approx([0.1, 0.3, 0.0, 0.5, 0.1])
    assert p.sum(axis=1) == pytest.approx([1, 1])


def test_a_level_that_nobody_has_is_rare_and_never_impossible() -> None:
    level = np.array([2, 3, 3, 5])
    fitted = fit_levels(lambda x, y: Told().fit(x, y).probability, patients(np.full(4, 0.5)), level)
    assert fitted.probabilities(patients(np.array([0.5])))[0, 0] == pytest.approx(0.5 / 5)


def test_levels_and_their_figures() -> None:
    level = np.tile([1, 2, 3, 4, 5], 8)
    (row,) = level_table("model", np.eye(5)[level - 1][None], level, [1.0])
    assert (row.quadratic_kappa.value, row.under.value, row.over.value) == (1.0, 0.0, 0.0)


def test_the_nurse_is_judged_where_she_gave_a_level() -> None:
    row = nurse_row(np.array([2.0, 3.0, np.nan, 1.0]), np.array([1, 3, 1, 2]))
    assert (row.under.value, row.over.value) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_the_reader_may_raise_as_many_false_alarms_as_are_left() -> None:
    # Ten others, a nurse who alarms one of them; 70 % must be left alone: two more may be alarmed.
    outcome = np.array([True] * 2 + [False] * 10)
    p = np.array([0.9, 0.1, *np.arange(10) / 20])
    alarmed = np.zeros(12, dtype=bool)
    alarmed[2] = True
    limit = reading_threshold(p, outcome, alarmed, 0.7)
    assert ((p >= limit) & ~outcome & ~alarmed).sum() == 2
    assert reading_threshold(p, outcome, alarmed, 0.9) == np.nextafter(0.45, 1)
    assert reading_threshold(p, outcome, alarmed, 0.95) == np.inf
    assert reading_threshold(p, outcome, alarmed, 0.0) == 0.0


def test_equal_probabilities_are_alarmed_together_or_not_at_all() -> None:
    outcome, p = np.array([False] * 4), np.full(4, 0.3)
    assert reading_threshold(p, outcome, np.zeros(4, dtype=bool), 0.5) > 0.3


def test_the_nurse_alarms_at_levels_one_and_two() -> None:
    assert nurse_alarm(np.array([1.0, 2.0, 3.0, np.nan])).tolist() == [True, True, False, False]


def test_a_second_reader_adds_the_patients_that_the_nurse_missed() -> None:
    outcome = np.arange(200) % 4 == 0
    missed = outcome & (np.arange(200) % 8 == 0)
    nurse = np.where(outcome & ~missed, 2.0, 4.0)
    readings = read_twice(Told(), patients(np.where(outcome, 0.9, 0.1), nurse), outcome, None, (5, 2, 3), 0.9, 0.1)
    figures = second_reader_figures(readings.alarms, nurse, outcome)
    assert figures["nurse_sensitivity"].value == 0.5
    assert figures["either_sensitivity"].value == 1.0
    assert (figures["nurse_specificity"].value, figures["either_specificity"].value) == (1.0, 1.0)
    sets = conformal_figures(readings, outcome)
    assert (sets["coverage_yes"].value, sets["coverage_no"].value, sets["abstains"].value) == (1.0, 1.0, 0.0)


def test_limits_are_the_ranks_of_split_conformal_prediction() -> None:
    # Nine of each outcome: rank ceil(10 * .8) = 8 of the strangeness.
    p = np.concatenate([np.arange(1, 10) / 10, np.arange(1, 10) / 20])
    outcome = np.arange(18) < 9
    sets = fit_conformal(p, outcome, 0.2)
    assert (sets.least_yes, sets.most_no) == (pytest.approx(0.2), pytest.approx(0.4))
    assert sets.sets(np.array([0.1, 0.3, 0.5])).tolist() == [[True, False], [True, True], [False, True]]
    assert sets.abstains(np.array([0.1, 0.3, 0.5])).tolist() == [False, True, False]


def test_too_few_patients_to_promise_anything_abstain() -> None:
    sets = fit_conformal(np.array([0.9, 0.1]), np.array([True, False]), 0.1)
    assert sets.abstains(np.array([0.0, 0.5, 1.0])).all()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_of_misses_lies_between_zero_and_one(share: float) -> None:
    with pytest.raises(ValueError, match="miss_share"):
        fit_conformal(np.array([0.5]), np.array([True]), share)


def test_recalibration_finds_what_was_done_to_the_logit() -> None:
    # Outcomes in exact shares: 100 patients at each of four true probabilities.
    true = np.repeat([0.1, 0.3, 0.6, 0.9], 100)
    outcome = np.concatenate([np.arange(100) < 100 * share for share in (0.1, 0.3, 0.6, 0.9)])
    shown = 1 / (1 + np.exp(-(logit(true) - 1) / 2))
    fit = fit_recalibration(shown, outcome, ridge=1e-8)
    assert (fit.intercept, fit.slope) == (pytest.approx(1, abs=1e-4), pytest.approx(2, abs=1e-4))
    assert fit.apply(shown) == pytest.approx(true, abs=1e-4)


def test_recalibration_of_one_outcome_moves_nothing() -> None:
    assert fit_recalibration(np.array([0.2, 0.4]), np.array([True, True])) == Recalibration()
    assert Recalibration().apply(np.array([0.0, 0.25, 1.0])) == pytest.approx([0, 0.25, 1], abs=1e-5)


def test_transport_keeps_ranks_and_mends_shares_by_site() -> None:
    chance = np.random.default_rng(1)
    true = chance.uniform(0.05, 0.6, 600)
    outcome, site = chance.random(600) < true, np.arange(600) % 2
    shown = 1 / (1 + np.exp(-(logit(true) + 1.5)))
    first, second = transport(Told(), patients(shown), outcome, site, ("a", "b"), (5, 1, 1), 0.3)
    assert (first.site, second.n_patients) == ("a", 300)
    for moved in (first, second):
        assert moved.after["brier"].value < moved.before["brier"].value
        assert moved.before["ece"].value > 0.2 > 0.1 > moved.after["ece"].value


def test_sites_with_too_few_of_an_outcome_are_left_out() -> None:
    outcome = np.arange(60) % 5 == 0
    site = (np.arange(60) >= 55).astype(np.int64)
    assert [
        m.site for m in transport(Told(), patients(np.full(60, 0.5)), outcome, site, ("a", "b"), (2, 1, 1), 0.3)
    ] == []


def test_everybody_is_predicted_out_of_fold_once_in_each_repeat() -> None:
    told = np.linspace(0, 1, 40)
    (one,) = cross([Told()], patients(told), np.arange(40) % 2 == 0, None, 4, 3, 9)
    assert np.array_equal(one.p, np.tile(told, (3, 1)))
    assert one.mean_p == pytest.approx(told, abs=1e-15)
    assert np.bincount(one.fold[0]).tolist() == [10] * 4
