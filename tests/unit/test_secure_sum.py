"""Secure sums: equal to plain ones, nothing to be seen of any addend, and parties that drop out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.learning.secure_sum import LARGEST, Circle, circle_of, decoded, encoded
from sim.faults import ScenarioError
from sim.units import FloatArray

pytestmark = pytest.mark.unit

NAMES = ("a", "b", "c", "d")
NUMBERS = st.lists(
    st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=True)] * 4),
    min_size=1,
    max_size=5,
)


def put_in(rows: list[tuple[float, ...]]) -> dict[str, FloatArray]:
    table = np.array(rows, dtype=float)
    return {name: table[:, i] for i, name in enumerate(NAMES)}


@given(rows=NUMBERS)
def test_sums_are_equal_to_the_plain_ones(rows: list[tuple[float, ...]]) -> None:
    values = put_in(rows)
    total = circle_of(NAMES, 1).total(values, "sum")
    assert total.parties == NAMES
    assert np.abs(total.values - np.sum(list(values.values()), axis=0)).max() <= 1e-9


@given(value=st.floats(-LARGEST, LARGEST))
def test_every_number_comes_back_from_its_words(value: float) -> None:
    assert decoded(encoded(np.array([value])))[0] == pytest.approx(value, rel=1e-15, abs=2.0**-49)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 2 * LARGEST])
def test_what_cannot_be_sent_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be summed"):
        encoded(np.array([value]))


def test_what_is_sent_looks_the_same_whatever_was_put_in() -> None:
    """Bits of what one party sends for the constant 5 are fair coins, and say nothing about the value."""
    circle, n = circle_of(NAMES, 7), 4000
    sent = circle.parties["b"].masked(np.full(n, 5.0), "sum", NAMES)
    bits = np.unpackbits(sent.view(np.uint8))
    z = (bits.mean() - 0.5) * 2 * np.sqrt(len(bits))
    assert abs(z) <= 4
    assert not np.isin(encoded(np.array([5.0]))[:, 0], sent[:, 0]).any()
    assert len(np.unique(sent[:, 0])) == n


def test_one_missing_message_leaves_noise_not_a_partial_sum() -> None:
    circle = circle_of(NAMES, 7)
    sent = [circle.parties[name].masked(np.full(1000, 1.0), "sum", NAMES) for name in NAMES]
    without_one = decoded(np.sum(sent[1:], axis=0, dtype=np.uint64))
    assert np.abs(without_one).min() > 1e6
    assert decoded(np.sum(sent, axis=0, dtype=np.uint64)) == pytest.approx(np.full(1000, 4.0))


def test_a_party_knows_its_own_secrets_only() -> None:
    circle = circle_of(NAMES, 3)
    assert set(circle.parties["a"].secrets) == {"b", "c", "d"}
    pairs = {frozenset((a, b)): circle.parties[a].secrets[b] for a in NAMES for b in NAMES if a != b}
    assert len(set(pairs.values())) == 6
    assert all(circle.parties[b].secrets[a] == secret for (a, b), secret in ((tuple(k), v) for k, v in pairs.items()))


def test_a_mask_is_never_used_twice() -> None:
    circle = circle_of(NAMES, 3)
    values = put_in([(1, 2, 3, 4)])
    circle.total(values, "sum")
    with pytest.raises(ValueError, match="sent for 'sum' before"):
        circle.total(values, "sum")


def test_the_others_go_on_when_one_drops_out() -> None:
    circle = circle_of(NAMES, 3)
    values = put_in([(1, 2, 3, 4), (0.5, 0, 0, 0)])
    del values["c"]
    total = circle.total(values, "sum")
    assert total.parties == ("a", "b", "d")
    assert total.values == pytest.approx([7, 0.5], abs=1e-9)


def test_two_are_too_few_to_hide_behind_each_other() -> None:
    circle: Circle = circle_of(NAMES, 3)
    with pytest.raises(ScenarioError, match=r"2 hospitals.*silent: b, c"):
        circle.total({"a": np.ones(1), "d": np.ones(1)}, "sum")
    assert circle.crossings == []
    with pytest.raises(ScenarioError, match="3 hospitals or more"):
        circle_of(("a", "b"), 3)


def test_the_record_counts_what_crossed() -> None:
    circle = circle_of(NAMES, 3)
    circle.total({name: np.zeros(10) for name in NAMES}, "sum")
    (one,) = circle.crossings
    assert (one.n_numbers, one.bytes_up, one.bytes_down) == (10, 10 * 16 * 4, 10 * 8 * 4)
