"""Federated training: the pooled optimum without pooling, columns that some hospitals lack, hospitals that drop out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.learning.federated import Course, as_plain, common_moments, fit_federated
from experiments.learning.judged import ALL, FEDERATED, OWN, POOLED, Judging, fit_alone, judge_federated
from experiments.learning.secure_sum import circle_of
from experiments.learning.sites import Site, Term, read_sites
from policies.diagnosis.patients import Patients
from sim.faults import ScenarioError
from tests.hospital_files import write_hospitals

pytestmark = pytest.mark.unit


def drawn_sites(n: int = 120, n_sites: int = 4) -> list[Site]:
    """Return hospitals with other means and shares each; the last one never knows the third column."""
    chance = np.random.default_rng(4)
    sites = []
    for i in range(n_sites):
        table = chance.normal(i, 1 + i, (n, 3))
        y = chance.random(n) < 1 / (1 + np.exp(-(table[:, 0] - i) + 0.3 * i))
        if i == n_sites - 1:
            table[:, 2] = np.nan
        sites.append(Site(f"h{i}", table, y))
    return sites


def stacked(sites: list[Site]) -> Site:
    return Site("all", np.concatenate([s.table for s in sites]), np.concatenate([s.y for s in sites]))


def test_moments_are_those_of_all_patients_who_know_a_column() -> None:
    sites = drawn_sites()
    moments = common_moments(sites, circle_of([s.name for s in sites], 1))
    everybody = stacked(sites).table
    assert moments.mean == pytest.approx(np.nanmean(everybody, axis=0), abs=1e-9)
    assert moments.scale == pytest.approx(np.nanstd(everybody, axis=0), abs=1e-9)
    assert moments.known_share == pytest.approx([1, 1, 0.75])
    assert moments.used.all()


def test_a_column_that_two_hospitals_know_is_not_used_and_tells_nothing() -> None:
    sites = drawn_sites(n_sites=3)
    circle = circle_of([s.name for s in sites], 1)
    moments = common_moments(sites, circle)
    assert moments.used.tolist() == [True, True, False]
    assert (moments.mean[2], moments.scale[2]) == (0.0, 1.0)


def test_one_local_step_ends_where_pooling_ends() -> None:
    sites = drawn_sites()
    learned = fit_federated(sites, Course(rounds=400, local_steps=1))
    pooled = fit_alone(stacked(sites), ridge=1.0)
    assert learned.weight == pytest.approx(pooled.weight, abs=1e-5)
    assert learned.last_move < 1e-8


def test_local_steps_count_as_common_ones_where_hospitals_are_alike() -> None:
    table, y = drawn_sites()[0].table, drawn_sites()[0].y
    alike = [Site(name, table, y) for name in "abc"]
    few, many = fit_federated(alike, Course(20, local_steps=10)), fit_federated(alike, Course(200, local_steps=1))
    assert few.weight == pytest.approx(many.weight, abs=1e-9)


def test_local_steps_of_hospitals_that_differ_end_elsewhere() -> None:
    sites = drawn_sites()
    pooled = fit_alone(stacked(sites), ridge=1.0).weight
    far = [np.abs(fit_federated(sites, Course(300, steps)).weight - pooled).max() for steps in (1, 10)]
    assert far[0] < 1e-4 < 0.1 < far[1]


def test_the_order_of_hospitals_does_not_matter() -> None:
    sites = drawn_sites()
    one, other = fit_federated(sites, Course(20)), fit_federated(sites[::-1], Course(20))
    assert one.weight == pytest.approx(other.weight, abs=1e-9)


def test_a_silent_hospital_teaches_until_it_drops_out() -> None:
    sites = drawn_sites()
    full, cut = fit_federated(sites, Course(30)), fit_federated(sites, Course(30, silent={"h3": 10}))
    assert [len(c.parties) for c in cut.crossings] == [4] * 13 + [3] * 20
    first = fit_federated(sites, Course(10))
    assert not np.allclose(full.weight, cut.weight)
    assert fit_federated(sites, Course(10, silent={"h3": 10})).weight == pytest.approx(first.weight, abs=0)


def test_two_silent_hospitals_of_four_end_the_training_in_words() -> None:
    with pytest.raises(ScenarioError, match="round 5"):
        fit_federated(drawn_sites(), Course(10, silent={"h0": 2, "h1": 5}))


def test_wishes_that_cannot_be_met_come_at_once() -> None:
    faults = list(Course(0, 0, -1, silent={"x": -1}).faults(["h0"]))
    assert [fault.field for fault in faults] == ["--rounds", "--local-steps", "--ridge", "--silent", "--silent"]
    told = list(Judging(1, 0).faults(drawn_sites(n=1)))
    assert [fault.field for fault in told][:2] == ["--folds", "--repeats"]


def test_judging_pairs_models_on_the_same_patients() -> None:
    sites = drawn_sites(n=60)
    judged = judge_federated(sites, Course(60), Judging(n_folds=3, n_repeats=2))
    assert list(judged.auroc) == [FEDERATED, POOLED, OWN, "h0", "h1", "h2", "h3"]
    assert judged.auroc[OWN]["h1"] == judged.auroc["h1"]["h1"]
    gap = judged.auroc[FEDERATED][ALL].value - judged.auroc[POOLED][ALL].value
    assert judged.gaps[POOLED][ALL].value == pytest.approx(gap, abs=1e-12)
    assert judged.gaps[POOLED][ALL].half_width < judged.auroc[POOLED][ALL].half_width / 5
    assert set(judged.outside) == {"h0", "h1", "h2", "h3", ALL}


def test_a_hospital_of_one_outcome_ranks_nobody() -> None:
    site = Site("h", np.arange(6.0)[:, None], np.ones(6, dtype=bool))
    assert fit_alone(site, 1.0).probability(site.table).tolist() == [0.5] * 6


def test_files_of_hospitals_have_the_same_columns_and_say_what_is_left_out(tmp_path: Path) -> None:
    sites = read_sites(write_hospitals(tmp_path), "patient_case")
    assert [site.name for site in sites.sites] == ["east", "north", "west"]
    names = [term.label for term in sites.terms]
    assert names == ["heart_rate_per_min", "age_years", "temperature_celsius"]
    assert np.isnan(sites.sites[1].table[:, 2]).all()
    assert sites.left_out == ()


def test_the_plain_model_says_what_the_learned_one_says() -> None:
    chance = np.random.default_rng(2)
    words = np.array(["yes", "no"])[chance.integers(0, 2, 90)]
    rate = chance.normal(90, 10, 90)
    terms = (Term("rate"), Term("pain", "yes"), Term("pain", "no"))
    table = np.column_stack((rate, words == "yes", words == "no"))
    y = chance.random(90) < 1 / (1 + np.exp(-(rate - 90) / 10))
    sites = [Site(name, table[i::3], y[i::3]) for i, name in enumerate("abc")]
    learned = fit_federated(sites, Course(50))
    patients = Patients(pd.DataFrame({"rate": rate, "pain": words}), np.full(90, np.nan), ("rate",), ("pain",))
    assert as_plain(learned, terms).probability(patients) == pytest.approx(learned.probability(table), abs=1e-12)
