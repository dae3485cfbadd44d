"""KN, KN++, OCBA, MCB and sequential looks keep their promises: exact cases, and probabilities by simulation."""

import numpy as np
import pytest
from scipy.stats import binom, t

from experiments.statistics.allocation import ocba_counts, ocba_shares
from experiments.statistics.best import with_the_best
from experiments.statistics.intervals import Interval
from experiments.statistics.selection import Promise, Selection, pair_variances, screened, select
from experiments.statistics.stopping import Ruling, look, look_level, looks, ruling

pytestmark = pytest.mark.theory

N_REPETITIONS = 400
LEAST = binom.ppf(0.001, N_REPETITIONS, 0.95)


def world(seed: int, means: list[float], n: int, common: float = 1.0) -> np.ndarray:
    """Return values (repetitions, n, k) of systems with these means and deviation 1, correlated by a common part."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, common, (N_REPETITIONS, n, 1))
    return np.asarray(means) + shared + rng.normal(0, 1, (N_REPETITIONS, n, len(means)))


def test_the_boundary_is_that_of_kim_and_nelson() -> None:
    # k = 5, n0 = 10, alpha = 0.05: eta = ((0.1 / 4) ** (-2 / 9) - 1) / 2
    eta = ((0.1 / 4) ** (-2 / 9) - 1) / 2
    assert Promise(1.0, 10).boundary(5, 10) == pytest.approx(18 * eta)


def test_variances_of_differences_are_those_of_the_definition() -> None:
    values = np.random.default_rng(1).normal(size=(7, 3))
    found = pair_variances(values)
    assert found[0, 2] == pytest.approx(np.var(values[:, 0] - values[:, 2], ddof=1))
    assert found.diagonal() == pytest.approx(np.zeros(3))


@pytest.mark.parametrize("updating", [False, True])
def test_the_best_is_selected_as_often_as_promised_in_the_least_favorable_case(updating: bool) -> None:
    promise = Promise(0.5, 10, 0.95, updating)
    found = [select(one, promise) for one in world(11, [0.5, 0.0, 0.0, 0.0], 400)]
    assert all(one.ended for one in found)
    assert sum(one.left == (0,) for one in found) >= LEAST


def test_updated_variances_need_no_more_replications_on_average() -> None:
    values = world(12, [0.5, 0.0, 0.0, 0.0], 400)
    needed = [
        np.mean([max(select(one, Promise(0.5, 10, 0.95, updating)).fell_after) for one in values])
        for updating in (False, True)
    ]
    assert needed[1] < needed[0]


def test_who_fell_out_needs_no_values_any_more() -> None:
    values, promise = world(13, [2.0, 0.0, 0.0], 60)[0], Promise(0.3, 5)
    whole = select(values, promise)
    for place, fell in enumerate(whole.fell_after):
        if fell:
            values[fell:, place] = np.nan
    assert select(values, promise) == whole


def test_of_equals_the_first_is_kept_when_the_boundary_has_closed() -> None:
    values = np.repeat(np.random.default_rng(2).normal(size=(6, 1)), 3, axis=1)
    assert select(values, Promise(0.1, 2)) == Selection((0, 2, 2))
    assert screened(values, np.zeros((3, 3)), Promise(0.1, 2), 1.0).tolist() == [True, False, False]


@pytest.mark.parametrize(("n_first", "indifference", "k"), [(1, 1.0, 2), (2, 0.0, 2), (2, 1.0, 1)])
def test_a_selection_that_cannot_be_made_is_refused(n_first: int, indifference: float, k: int) -> None:
    with pytest.raises(ValueError, match="a selection needs"):
        select(np.zeros((3, k)), Promise(indifference, n_first))


def test_the_shares_of_a_budget_follow_the_formula() -> None:
    # b = 0; d = (1, 2), s = 1: N1 : N2 = 4 : 1, Nb = sqrt(16 + 1)
    shares = ocba_shares(np.array([3.0, 2.0, 1.0]), np.ones(3))
    assert shares / shares[2] == pytest.approx(np.array([np.sqrt(17), 4, 1]))
    assert ocba_shares(np.array([1.0, 1.0]), np.zeros(2)).tolist() == [0.5, 0.5]


def test_a_budget_is_spent_to_the_last_and_nobody_loses_replications() -> None:
    counts = np.array([10, 10, 10])
    found = ocba_counts(np.array([3.0, 2.9, -50.0]), np.ones(3), counts, 60)
    assert found.sum() == 60
    assert found[2] == 10
    assert (found >= counts).all()


def test_a_shared_budget_finds_the_best_more_often_than_equal_shares() -> None:
    means, rng = np.array([1.0, 0.6, 0.0, -1.0, -2.0, -3.0, -4.0, -5.0]), np.random.default_rng(5)
    hits = np.zeros(2)
    for _ in range(1000):
        draws = means + rng.normal(0, 1.5, (200, 8))
        counts = np.full(8, 8)
        for budget in (96, 128, 160):
            found = [draws[: counts[i], i] for i in range(8)]
            counts = ocba_counts(
                np.array([one.mean() for one in found]), np.array([one.std(ddof=1) for one in found]), counts, budget
            )
        hits += (
            np.argmax([draws[: counts[i], i].mean() for i in range(8)]) == 0,
            np.argmax(draws[:20].mean(axis=0)) == 0,
        )
    shared, equal = hits / 1000
    assert shared - equal > 3 * np.sqrt(0.25 / 1000)


def test_two_systems_are_compared_as_by_one_sided_intervals() -> None:
    a = np.array([5.0, 6.0, 7.0, 9.0])
    b = np.array([1.0, 2.5, 2.0, 3.0])
    width = t.ppf(0.95, 3) * np.std(a - b, ddof=1) / 2
    first, second = with_the_best(np.column_stack([a, b]))
    lead = (a - b).mean()
    assert (first.lead, first.low, first.high) == (pytest.approx(lead), 0.0, pytest.approx(lead + width))
    assert (second.lead, second.low, second.high) == (pytest.approx(-lead), pytest.approx(-lead - width), 0.0)
    assert (first.is_best, first.may_be_best, second.may_be_best) == (True, True, False)


def test_equals_may_all_be_the_best() -> None:
    values = np.column_stack([np.arange(5.0), np.arange(5.0), np.arange(5.0) - np.array([3, 2, 3, 2, 3])])
    assert [one.may_be_best for one in with_the_best(values)] == [True, True, False]
    with pytest.raises(ValueError, match="not 1 in 5"):
        with_the_best(values[:, :1])


def test_all_intervals_with_the_best_hold_together_as_often_as_they_say() -> None:
    means = np.array([1.0, 0.9, 0.5, 0.0])
    truth = [m - max(np.delete(means, i)) for i, m in enumerate(means)]
    held = [
        all(one.low <= true <= one.high for one, true in zip(with_the_best(values), truth, strict=True))
        for values in world(14, means.tolist(), 10)
    ]
    assert sum(held) >= LEAST


def test_looks_grow_by_half_up_to_the_most() -> None:
    assert looks(10, 50) == (10, 15, 23, 35, 50)
    assert looks(4, 4) == (4,)
    assert look_level(5, 2) == pytest.approx(1 - 0.05 / 10)
    with pytest.raises(ValueError, match="no fewer at most"):
        looks(10, 5)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (-3, -1, Ruling.LOWER),
        (1, 3, Ruling.HIGHER),
        (-1, 3, Ruling.OPEN),
        (-0.4, 0.3, Ruling.ALIKE),
        (0.1, 0.4, Ruling.ALIKE),
        (-0.6, 0.1, Ruling.OPEN),
    ],
)
def test_an_interval_decides_by_zero_and_the_indifference_zone(low: float, high: float, wanted: Ruling) -> None:
    assert ruling(Interval((low + high) / 2, (high - low) / 2, 5), 0.5) is wanted


def test_what_is_unknown_decides_nothing() -> None:
    assert look([1.0], [2.0], 100.0, 0.95)[1] is Ruling.OPEN


@pytest.mark.parametrize("difference", [0.0, 0.3])
def test_looking_again_and_again_errs_no_more_often_than_promised(difference: float) -> None:
    wrong = 0
    for values in world(15, [0.0, difference], 50):
        for n in looks(5, 50):
            found = look(values[:n, 0], values[:n, 1], 0.0, look_level(len(looks(5, 50)), 1))[1]
            if found is not Ruling.OPEN:
                wrong += found is not (Ruling.HIGHER if difference > 0 else None)
                break
    assert wrong <= binom.ppf(0.999, N_REPETITIONS, 0.05)
