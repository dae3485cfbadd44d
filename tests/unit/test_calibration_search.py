"""The search for parameters: exact on linear and known non-linear outcomes, never outside the bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.calibration.search import PULL, Problem, search, slopes
from sim.units import FloatArray

pytestmark = pytest.mark.unit

WIDE = np.array([5.0, 5.0])
MATRIX = np.array([[2.0, 0.5], [-1.0, 1.5], [0.3, 0.3]])


def problem(aim: FloatArray, tolerance: float = 0.01, bound: FloatArray = WIDE) -> Problem:
    return Problem(aim, np.full(len(aim), tolerance), -bound, bound)


def linear(points: FloatArray) -> FloatArray:
    outcome: FloatArray = points @ MATRIX.T
    return outcome


def test_slopes_of_a_linear_outcome_are_its_matrix() -> None:
    one = problem(np.zeros(3), bound=np.array([0.1, 5.0]))
    np.testing.assert_allclose(slopes(one, linear, np.array([0.1, 0.0]), linear(np.array([[0.1, 0.0]]))[0]), MATRIX)


def test_a_linear_outcome_is_solved_as_the_normal_equations_say() -> None:
    """The minimum of |(M t - a) / s|^2 + PULL^2 |t|^2 solves (M'M / s^2 + PULL^2) t = M'a / s^2."""
    aim, tolerance = np.array([0.5, 0.2, 0.4]), 0.3
    found = search(problem(aim, tolerance), linear)
    exact = np.linalg.solve(MATRIX.T @ MATRIX / tolerance**2 + PULL**2 * np.eye(2), MATRIX.T @ aim / tolerance**2)
    np.testing.assert_allclose(found.at, exact, atol=1e-6)
    assert found.cost < found.first_cost


def test_what_no_target_asks_for_is_not_moved() -> None:
    found = search(problem(np.array([0.7])), lambda points: points[:, :1])
    assert found.at[0] == pytest.approx(0.7, abs=1e-3)
    assert found.at[1] == 0.0


def test_targets_that_are_met_leave_everything_where_it_is() -> None:
    found = search(problem(np.zeros(3)), linear)
    np.testing.assert_array_equal(found.at, 0.0)


def test_a_curved_outcome_is_found() -> None:
    """exp and a product, as occupancy and waits answer to stays and staff."""

    def curved(points: FloatArray) -> FloatArray:
        return np.stack([np.exp(points[:, 0]) + 0.2 * points[:, 1], points[:, 1] * (1 + points[:, 0] ** 2)], axis=1)

    truth = np.array([0.8, -0.6])
    found = search(problem(curved(truth[None])[0], tolerance=0.001), curved)
    np.testing.assert_allclose(found.at, truth, atol=1e-3)


def test_what_is_close_enough_is_left_there() -> None:
    """The aim is 10 tolerances away; whoever is content with 4 stops after the first step, of .7."""
    one = Problem(np.array([1.0]), np.array([0.1]), np.array([-5.0]), np.array([5.0]), close=4.0)
    assert search(one, lambda points: points).at[0] == pytest.approx(0.7)
    content = Problem(np.array([1.0]), np.array([0.1]), np.array([-5.0]), np.array([5.0]), close=10.0)
    assert search(content, lambda points: points).n_points == 1


def test_the_last_steps_are_taken_on_the_sharper_simulation() -> None:
    """The plain simulation is off by .3; the sharper one is exact, and needs no slopes of its own."""
    seen: list[FloatArray] = []

    def sharper(points: FloatArray) -> FloatArray:
        seen.extend(points)
        return points

    found = search(problem(np.array([0.5, -0.2])), lambda points: points + 0.3, sharper)
    np.testing.assert_allclose(found.at, [0.5, -0.2], atol=1e-4)
    np.testing.assert_allclose(found.outcome, found.at)
    np.testing.assert_allclose(seen[0], [0.2, -0.5], atol=1e-4)
    assert len(seen) <= 4


def test_slopes_are_taken_on_the_sharper_simulation_where_none_were_needed_before() -> None:
    met = Problem(np.zeros(2), np.full(2, 0.01), -WIDE, WIDE, close=0.25)
    found = search(met, lambda points: points, lambda points: points - 0.4)
    np.testing.assert_allclose(found.at, 0.4, atol=1e-3)


def test_out_of_reach_ends_at_the_bound() -> None:
    found = search(problem(np.array([9.0]), bound=np.array([0.5, 0.5])), lambda points: points[:, :1])
    assert found.at[0] == pytest.approx(0.5)


def test_who_stands_outside_starts_at_the_bound() -> None:
    one = Problem(np.array([0.0]), np.array([0.1]), np.array([0.2]), np.array([0.9]))
    assert search(one, lambda points: points).at[0] == pytest.approx(0.2)


@settings(max_examples=40, deadline=None)
@given(
    aim=st.lists(st.floats(-3, 3), min_size=2, max_size=2),
    low=st.floats(-1, -0.05),
    high=st.floats(0.05, 1),
    bend=st.floats(0, 2),
)
def test_points_stay_inside_and_the_best_is_returned(aim: list[float], low: float, high: float, bend: float) -> None:
    tried: list[FloatArray] = []

    def outcome(points: FloatArray) -> FloatArray:
        tried.extend(points)
        return np.sin(bend * points) + points

    bounds = np.full(2, low), np.full(2, high)
    one = Problem(np.array(aim), np.full(2, 0.1), *bounds)
    found = search(one, outcome)
    assert len(tried) == found.n_points
    assert all((point >= low - 1e-9).all() and (point <= high + 1e-9).all() for point in tried)
    assert found.cost == pytest.approx(one.cost(found.at, outcome(found.at[None])[0]))
    assert found.cost <= found.first_cost
