"""Closed forms reproduce published values and each other."""

from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.queueing import (
    birth_death,
    erlang_a,
    erlang_b,
    erlang_c,
    mg1_wait,
    mmc_wait,
    mmc_wait_tail,
    mmck,
    preemptive_sojourns,
    priority_waits,
)

pytestmark = pytest.mark.theory


def printed(value: float, digits: int) -> Any:
    """Half a unit of the last printed digit: what a printed value may differ by."""
    return pytest.approx(value, rel=0, abs=0.5 * 10**-digits)


def test_single_server_wait() -> None:
    assert mmc_wait(3, 5) == pytest.approx(0.3, rel=1e-12)


def test_many_servers_delay_wait_and_tail() -> None:
    assert erlang_c(5, 2.5) == printed(0.130371, 6)
    assert mmc_wait(0.25, 0.1, 5) == printed(0.521485, 6)
    assert mmc_wait_tail(0.25, 0.1, 5, wait=5) == printed(0.037352, 6)


@pytest.mark.parametrize(("servers", "load", "blocked"), [(10, 8, 0.121661), (5, 3, 0.110054), (10, 5, 0.018385)])
def test_loss(servers: int, load: float, blocked: float) -> None:
    assert erlang_b(servers, load) == printed(blocked, 6)


# Monks et al. 2016, doi:10.1186/s12913-016-1789-4: p(delay | n beds) of the acute and the rehabilitation unit.
@pytest.mark.parametrize(
    ("load", "beds", "delayed"),
    [
        (8.145493, 9, [0.1806, 0.1283, 0.0867, 0.0556, 0.0337, 0.0192, 0.0103]),
        (9.718218, 10, [0.2015, 0.1511, 0.1091, 0.0754, 0.0497, 0.0312, 0.0186]),
        (8.145493 / 0.95, 9, [0.2027, 0.1481, 0.1035, 0.0688, 0.0434, 0.0259, 0.0146]),
    ],
)
def test_delay_of_a_published_stroke_unit(load: float, beds: int, delayed: list[float]) -> None:
    assert [erlang_b(beds + i, load) for i in range(7)] == [printed(value, 4) for value in delayed]


@pytest.mark.parametrize(("service_sd", "wait"), [(2, 8.7), (0, 7.5), (5, 15)])
def test_general_service(service_sd: float, wait: float) -> None:
    assert mg1_wait(0.15, 5, service_sd) == pytest.approx(wait, rel=1e-12)


def test_priorities_of_one_server() -> None:
    assert priority_waits([0.2, 0.6], 1) == pytest.approx([1, 5], rel=1e-12)
    assert preemptive_sojourns([0.2, 0.6], 1) == pytest.approx([1.25, 6.25], rel=1e-12)


def test_priorities_of_three_servers() -> None:
    waits = priority_waits([0.5, 0.8, 1], 1, servers=3)
    assert waits == [printed(value, 6) for value in (0.237521, 0.419154, 1.496979)]


def test_impatience() -> None:
    queue = erlang_a(48, 1, 50, 0.5)
    assert queue.p_abandon == printed(0.030912, 6)
    assert 60 * queue.mean_wait == printed(3.7095, 4)
    assert queue.p_wait == printed(0.46777, 5)


def test_limited_room() -> None:
    queue = mmck(3, 4, 2, 3)
    assert queue.p_blocked == printed(0.0493601, 7)
    assert queue.mean_in_system == printed(0.762340, 6)


RATES = st.floats(0.1, 20)
SERVERS = st.integers(1, 30)


@given(RATES, SERVERS, st.floats(0.05, 0.95))
def test_laws_that_bind_the_forms_together(service_rate: float, servers: int, busy: float) -> None:
    arrival_rate = busy * servers * service_rate
    load = arrival_rate / service_rate
    wait = mmc_wait(arrival_rate, service_rate, servers)
    same = pytest.approx
    assert erlang_b(servers, load) == same(mmck(arrival_rate, service_rate, servers, servers).p_blocked)
    assert mmc_wait_tail(arrival_rate, service_rate, servers, 0) == same(erlang_c(servers, load))
    assert priority_waits([arrival_rate], service_rate, servers) == [same(wait)]
    classes = [0.3 * arrival_rate, 0.7 * arrival_rate]
    assert np.dot(classes, priority_waits(classes, service_rate, servers)) / arrival_rate == same(wait)


@given(RATES, st.floats(0.05, 0.95))
def test_one_server_laws(service_rate: float, busy: float) -> None:
    arrival_rate = busy * service_rate
    mean = 1 / service_rate
    assert mg1_wait(arrival_rate, mean, mean) == pytest.approx(mmc_wait(arrival_rate, service_rate))
    assert preemptive_sojourns([arrival_rate], service_rate) == [pytest.approx(mean / (1 - busy))]


@given(st.floats(0.1, 5), st.integers(1, 8), st.floats(0.1, 5))
def test_the_flow_in_equals_the_flow_out_with_impatience(load: float, servers: int, leaving: float) -> None:
    queue = erlang_a(load, 1, servers, leaving)
    served = load * (1 - queue.p_abandon)
    idle = birth_death([load] * 400, [min(i, servers) + leaving * max(0, i - servers) for i in range(1, 401)])
    busy = float(idle @ np.minimum(np.arange(401), servers))
    assert served == pytest.approx(busy)


def test_impatience_at_the_rate_of_service_is_an_infinite_server_queue() -> None:
    p_wait = 1 - sum(exp(-3) * term for term in (1, 3, 4.5))
    assert erlang_a(3, 1, 3, 1).p_wait == pytest.approx(p_wait, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: erlang_c(2, 2), "load is 2 erlangs with 2 servers"),
        (lambda: mmc_wait(-1, 0), r"arrival_rate is -1.*service_rate is 0"),
        (lambda: mg1_wait(1, 1, 0), "load is 1 erlangs with 1 servers"),
        (lambda: preemptive_sojourns([0.5, 0.6], 1), "load is 1.1 erlangs"),
        (lambda: erlang_b(3, 0), "load is 0"),
        (lambda: mmck(1, 1, 3, 2), "room is 2 with 3 servers"),
    ],
)
def test_impossible_numbers_are_named(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]
