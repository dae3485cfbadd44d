"""A table of destinations turns choices into shares, and as many as can be keep their choice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.choices import pick
from sim.destinations import Destinations, DispatchRules, within_choice
from sim.units import FloatArray

pytestmark = pytest.mark.unit


@st.composite
def shares(draw: st.DrawFn, n: int) -> FloatArray:
    parts = np.array(draw(st.lists(st.integers(0, 6), min_size=n, max_size=n)), dtype=float)
    parts[draw(st.integers(0, n - 1))] += 1.0
    return parts / parts.sum()


def sent(choice: FloatArray, share: FloatArray, uniform: FloatArray) -> tuple[np.ndarray, np.ndarray]:
    """Return who chose and who is brought where, of patients of acuity 1 from one zone."""
    chosen, zone = pick(choice, uniform), np.zeros(len(uniform), dtype=np.int64)
    table = Destinations.of(choice[None, :], np.broadcast_to(share, (1, 5, len(share))))
    within = within_choice(choice[None, :], zone, chosen, uniform)
    return chosen, table.send(zone, zone + 1, chosen, within)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(shares(n), shares(n))))
@settings(max_examples=200)
def test_shares_come_out_and_as_many_as_can_be_keep_their_choice(both: tuple[FloatArray, FloatArray]) -> None:
    """On an even grid of uniform numbers the shares are those of the table, but for the ends of a few stretches."""
    choice, share = both
    n = 20_000
    chosen, to = sent(choice, share, (np.arange(n) + 0.5) / n)
    slack = (2 * len(choice) ** 2 + 2) / n
    assert np.abs(np.bincount(to, minlength=len(share)) / n - share).max() <= slack
    assert abs((to == chosen).mean() - np.minimum(choice, share).sum()) <= slack
    assert (share[to] > 0).all()


@given(st.integers(1, 5).flatmap(shares), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20))
def test_the_shares_of_choice_change_nobody(choice: FloatArray, uniform: list[float]) -> None:
    chosen, to = sent(choice, choice, np.array(uniform))
    assert to.tolist() == chosen.tolist()


@given(
    st.integers(3, 5).flatmap(lambda n: st.tuples(shares(n), shares(n - 1))),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20),
)
def test_a_hospital_that_keeps_its_share_keeps_its_patients(
    both: tuple[FloatArray, FloatArray], uniform: list[float]
) -> None:
    choice, others = both
    share = np.append(others * (1.0 - choice[-1]), choice[-1])
    chosen, to = sent(choice, share, np.array(uniform))
    last = len(choice) - 1
    assert np.array_equal(chosen == last, to == last)


@given(st.integers(1, 5).flatmap(shares), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=20))
def test_the_place_inside_a_choice_is_a_share_of_it(choice: FloatArray, uniform: list[float]) -> None:
    u = np.array(uniform)
    chosen = pick(choice, u)
    within = within_choice(choice[None, :], np.zeros(len(u), dtype=np.int64), chosen, u)
    assert ((within >= 0) & (within < 1)).all()
    start = np.append(0.0, np.cumsum(choice))[chosen]
    np.testing.assert_allclose(start + within * choice[chosen], u, atol=1e-12)


def test_reviews_need_time_between_them() -> None:
    assert [fault.field for fault in DispatchRules(0.0).faults()] == ["conveyance.review_every_min"]
    assert list(DispatchRules(15.0).faults()) == []
