"""Folds: everybody is judged once by a model that has not learned from him, and sites stay together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.train.folds import folds

pytestmark = pytest.mark.unit


@given(st.integers(2, 6), st.integers(6, 40), st.integers(6, 40), st.integers(0, 2**32))
def test_each_patient_is_judged_once_and_outcomes_are_spread_evenly(k: int, n_yes: int, n_no: int, seed: int) -> None:
    outcome = np.arange(n_yes + n_no) < n_yes
    (of_repeat,) = folds(outcome, None, k, 1, seed)
    judged = np.concatenate([held_out for _, held_out in of_repeat])
    assert np.array_equal(np.sort(judged), np.arange(len(outcome)))
    for learned, held_out in of_repeat:
        assert not np.intersect1d(learned, held_out).size
        assert len(learned) + len(held_out) == len(outcome)
        assert n_yes // k <= outcome[held_out].sum() <= -(-n_yes // k)
        assert n_no // k <= (~outcome[held_out]).sum() <= -(-n_no // k)


@given(st.lists(st.integers(0, 7), min_size=30, max_size=60), st.integers(0, 2**32))
def test_a_site_is_never_both_learned_from_and_judged(sites: list[int], seed: int) -> None:
    group = np.array([*range(8), *sites])
    (of_repeat,) = folds(np.zeros(len(group), dtype=bool), group, 3, 1, seed)
    for learned, held_out in of_repeat:
        assert not set(group[learned]) & set(group[held_out])
        assert len(held_out) > 0


def test_sites_fill_the_emptiest_fold_greatest_first() -> None:
    group = np.repeat([0, 1, 2, 3], [10, 7, 5, 3])
    (of_repeat,) = folds(np.zeros(25, dtype=bool), group, 2, 1, 3)
    assert sorted(sorted(set(group[held_out].tolist())) for _, held_out in of_repeat) == [[0, 3], [1, 2]]


def test_repeats_differ_and_a_seed_gives_the_same_again() -> None:
    outcome = np.arange(60) < 20
    first, second = folds(outcome, None, 3, 2, 5)
    again, _ = folds(outcome, None, 3, 2, 5)
    assert any(not np.array_equal(a[1], b[1]) for a, b in zip(first, second, strict=True))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True))


def test_a_repeat_does_not_depend_on_how_many_there_are() -> None:
    outcome = np.arange(60) < 20
    few, many = list(folds(outcome, None, 3, 1, 5)), list(folds(outcome, None, 3, 4, 5))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(few[0], many[0], strict=True))


@pytest.mark.parametrize(
    ("outcome", "group", "words"),
    [
        (np.arange(20) < 3, None, "3 patients of the rarer outcome are too few for 4 folds"),
        (np.arange(20) < 18, None, "2 patients of the rarer outcome"),
        (np.arange(20) < 9, np.arange(20) % 3, "3 sites are too few for 4 folds"),
    ],
)
def test_too_few_patients_or_sites_are_refused(
    outcome: np.ndarray[tuple[int], np.dtype[np.bool_]], group: None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        list(folds(outcome, group, 4, 1, 0))
