"""Training: named streams, held-out patients, and a card that can be believed."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from experiments.training import History, arriving_acuity_share, draw_history, train_on, train_triage
from policies.triage import Model
from sim.cohort import draw_cohort
from sim.distributions import Exponential
from sim.scenario import Condition, Horizon, Source
from sim.streams import Replication
from sim.units import ACUITIES
from tests.door_patients import ACUITY_SHARE, CASE_MIX, clinic, past_patients
from tests.small_worlds import one_queue

pytestmark = pytest.mark.unit


def test_the_same_root_seed_trains_the_same_model_and_another_seed_another() -> None:
    first, again, other = (train_triage(clinic(), seed, n_patients=2000) for seed in (1, 1, 2))
    assert first.diagnosis.to_json() == again.diagnosis.to_json() != other.diagnosis.to_json()
    assert asdict(first.card) == asdict(again.card)


def test_past_patients_are_none_of_any_replication() -> None:
    scenario = clinic()
    history = draw_history(scenario, root_seed=7, n_patients=500)
    past = set(history.features[:, 0].tolist())
    for index in range(3):
        assert past.isdisjoint(draw_cohort(scenario, Replication(index, 7)).features[:, 0].tolist())


def test_more_past_patients_begin_with_the_same_ones() -> None:
    few, many = (draw_history(clinic(), 7, n) for n in (100, 200))
    assert np.array_equal(few.features, many.features[:100])
    assert np.array_equal(few.acuity, many.acuity[:100])


def test_levels_come_as_the_arrivals_of_all_sources_mix_them() -> None:
    base = clinic()
    urgent, easy = np.array([0.5, 0.5, 0, 0, 0]), np.array([0, 0, 0, 0.25, 0.75])
    source = replace(base.sources[0], conditions=("urgent", "easy"), condition_share=np.array([0.4, 0.6]))
    scenario = replace(
        base,
        conditions=(Condition("urgent", "visit", urgent), Condition("easy", "visit", easy)),
        sources=(
            replace(source, hourly_rate=np.full(168, 3.0)),
            replace(source, name="other", conditions=("easy",), condition_share=np.ones(1), hourly_rate=np.ones(168)),
        ),
    )
    # 3 of 4 patients come from the first source, 40 % of them urgent: .3 urgent in all.
    assert arriving_acuity_share(scenario) == pytest.approx([0.15, 0.15, 0, 0.175, 0.525], abs=1e-12)
    drawn = np.bincount(draw_history(scenario, 1, 10_000).acuity, minlength=6)[1:]
    z = (drawn[[0, 1, 3]] - 10_000 * np.array([0.15, 0.15, 0.175])) / np.sqrt(10_000 * 0.15 * 0.85)
    assert drawn[2] == 0
    assert np.abs(z).max() <= 4


def test_a_city_without_arrivals_has_no_history() -> None:
    empty = replace(clinic(), sources=(replace(clinic().sources[0], hourly_rate=np.zeros(168)),))
    with pytest.raises(ValueError, match="no source has arrivals"):
        train_triage(empty, 1)


def test_a_quarter_is_held_out_whatever_the_order_of_the_rows() -> None:
    history = past_patients(400, seed=1)
    rows = np.argsort(history.acuity)
    by_acuity = History(history.feature_names, history.features[rows], history.acuity[rows])
    card = train_on(by_acuity, root_seed=1).card
    assert (card.n_trained, card.n_held_out) == (300, 100)
    assert abs(card.critical_share - 0.12) <= 4 * np.sqrt(0.12 * 0.88 / 100)


def test_nobody_is_judged_who_was_learned_from() -> None:
    history = past_patients(8, seed=2)
    noise = History(("x",), np.arange(8.0)[:, None], history.acuity)
    trained = train_on(noise, root_seed=3)
    seen = trained.diagnosis.mean[0] * 6
    assert (trained.card.n_trained, trained.card.n_held_out) == (6, 2)
    assert 0 + 1 + 2 + 3 + 4 + 5 <= round(seen) <= 2 + 3 + 4 + 5 + 6 + 7


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(ValueError, match="holds 3 patients; give at least 4"):
        train_on(past_patients(3, seed=1), root_seed=1)


def test_the_card_assigns_levels_at_the_given_costs() -> None:
    cheap, dear = (train_triage(clinic(), 1, Model(under, 1.0)).card for under in (1.0, 5.0))
    assert dear.undertriage_share.high < cheap.undertriage_share.low
    assert dear.overtriage_share.low > cheap.overtriage_share.high
    assert dear.auroc == cheap.auroc


def test_features_that_tell_nothing_are_no_better_than_a_coin() -> None:
    same = replace(CASE_MIX, mean=np.ones((5, 4)) * 90, sd=np.ones((5, 4)))
    card = train_triage(clinic(same), 1).card
    assert card.auroc.low < 0.5 < card.auroc.high
    assert card.brier.value == pytest.approx(ACUITY_SHARE[:2].sum() * ACUITY_SHARE[2:].sum(), rel=0.2)


def test_a_case_mix_without_features_still_trains() -> None:
    nothing = replace(
        CASE_MIX, features=(), mean=np.empty((5, 0)), sd=np.empty((5, 0)), low=np.empty(0), high=np.empty(0)
    )
    trained = train_triage(clinic(nothing), 1, n_patients=1000)
    assert trained.card.auroc.value == 0.5
    assert trained.diagnosis.weight.shape == (4, 0)


def test_planned_patients_teach_nothing_about_emergencies() -> None:
    world = one_queue(1, [0.1, 0.3], Exponential(1.0), Horizon(0.0, 100.0))
    planned = Condition("planned", "visit", np.eye(ACUITIES)[4])
    source = Source("elective", ("planned",), np.ones(1), np.full(168, 50.0), hospital=0)
    both = replace(world, conditions=(*world.conditions, planned), sources=(*world.sources, source)).checked()
    assert arriving_acuity_share(both) == pytest.approx([0.25, 0.75, 0, 0, 0])
    only_planned = replace(both, sources=(source,)).checked()
    assert arriving_acuity_share(only_planned) == pytest.approx([0, 0, 0, 0, 1])
