"""Waits behind a triage that errs reproduce published values and the laws that bind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimize.queueing import mg1_wait, mmc_wait, preemptive_sojourns, priority_waits
from optimize.triage_queue import (
    Classifier,
    Station,
    TriagedWaits,
    accumulating,
    accumulating_waits,
    fitted_slopes,
    non_preemptive,
    preemptive,
    preemptive_servers,
)
from tests.theory.test_queueing import printed

pytestmark = pytest.mark.theory

SERVICE_MIN = 10.0
USUAL = Classifier(prevalence=0.1, sensitivity=0.9, false_positive=0.1)
KTAS_PREVALENCE = 0.194


def station(load: float, sd: float = SERVICE_MIN) -> Station:
    return Station(load / SERVICE_MIN, SERVICE_MIN, sd)


def four(found: TriagedWaits) -> tuple[float, ...]:
    return found.positive, found.negative, found.diseased, found.others


# Equal to the QuCAD calculator: service of 10 minutes, exponential.
@pytest.mark.parametrize(
    ("found", "untriaged", "expected"),
    [
        (preemptive(station(0.8), USUAL), station(0.8).untriaged, (40.0, 1.6822, 48.4112, 6.3551, 43.7383)),
        (non_preemptive(station(0.8), USUAL), station(0.8).untriaged, (40.0, 9.3458, 46.7290, 13.0841, 42.9907)),
        (preemptive(station(0.5), USUAL), station(0.5).untriaged, (10.0, 0.9890, 11.9780, 2.0879, 10.8791)),
        (
            preemptive_servers(0.16, SERVICE_MIN, 2, USUAL),
            mmc_wait(0.16, 0.1, 2),
            (17.7778, 0.2118, 21.6337, 2.3539, 19.4915),
        ),
    ],
)
def test_published_waits(found: TriagedWaits, untriaged: float, expected: tuple[float, ...]) -> None:
    assert (untriaged, *four(found)) == tuple(printed(wait, 4) for wait in expected)


def test_published_accumulating_waits() -> None:
    waits = accumulating_waits([0.03, 0.05], SERVICE_MIN, SERVICE_MIN, [2.0, 1.0])
    assert waits == [printed(28.235, 3), printed(47.059, 3)]


@pytest.mark.parametrize(
    ("sensitivity", "false_positive", "wait"),
    [
        (1.0, 1.0, 56.7),  # nobody is told apart
        (212 / 246, 20 / 1021, 17.9),  # the nurse of F04: 212 of 246 critical patients, 20 of 1021 others
        (0.916, 0.057, 15.5),  # the nurse or the model
        (212 / 246, 0.2, 21.0),  # the model alone, at the nurse's sensitivity
        (1.0, 0.0, 10.2),
    ],
)
def test_the_critical_patients_of_a_real_triage(sensitivity: float, false_positive: float, wait: float) -> None:
    found = non_preemptive(station(0.85), Classifier(KTAS_PREVALENCE, sensitivity, false_positive))
    assert found.diseased == printed(wait, 1)


shares = st.floats(0.01, 0.99)
loads = st.floats(0.05, 0.95)


@given(loads, shares, shares, shares, st.floats(0.0, 30.0))
def test_no_triage_makes_work_or_saves_any(load: float, p: float, found: float, alarmed: float, sd: float) -> None:
    """Without interruptions the mean wait over all patients is that of first come, first served (conservation)."""
    queue, triage = station(load, sd), Classifier(p, found, alarmed)
    for waits in (non_preemptive(queue, triage), accumulating(queue, triage, (3.0, 1.0))):
        by_label = triage.positive_share * waits.positive + (1 - triage.positive_share) * waits.negative
        by_truth = p * waits.diseased + (1 - p) * waits.others
        assert (by_label, by_truth) == (pytest.approx(queue.untriaged), pytest.approx(queue.untriaged))
    assert queue.untriaged == pytest.approx(mg1_wait(queue.rate, SERVICE_MIN, sd))


@given(loads, shares)
def test_a_perfect_triage_is_two_classes(load: float, p: float) -> None:
    rates, perfect = [p * load / SERVICE_MIN, (1 - p) * load / SERVICE_MIN], Classifier(p, 1.0, 0.0)
    calm, interrupting = non_preemptive(station(load), perfect), preemptive(station(load), perfect)
    assert [calm.diseased, calm.others] == pytest.approx(priority_waits(rates, 1 / SERVICE_MIN))
    stays = [wait + SERVICE_MIN for wait in (interrupting.diseased, interrupting.others)]
    assert stays == pytest.approx(preemptive_sojourns(rates, 1 / SERVICE_MIN))


@given(loads, shares)
def test_a_coin_that_knows_nothing_helps_nobody(load: float, share: float) -> None:
    found = non_preemptive(station(load), Classifier(0.2, share, share))
    assert found.diseased == pytest.approx(found.others) == pytest.approx(station(load).untriaged)


@given(loads, shares)
def test_one_of_several_servers_is_one_server(load: float, p: float) -> None:
    triage = Classifier(p, 0.8, 0.3)
    one = preemptive_servers(load / SERVICE_MIN, SERVICE_MIN, 1, triage)
    assert four(one) == pytest.approx(four(preemptive(station(load), triage)), rel=1e-6)


@given(loads, shares)
def test_slopes_lie_between_first_come_and_strict_priority(load: float, p: float) -> None:
    queue, triage = station(load), Classifier(p, 0.9, 0.1)
    alike, strict = accumulating(queue, triage, (1.0, 1.0)), accumulating(queue, triage, (1e12, 1.0))
    assert four(alike) == pytest.approx((queue.untriaged,) * 4)
    assert four(strict) == pytest.approx(four(non_preemptive(queue, triage)), rel=1e-6)


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"prevalence is 1.2; .*; sensitivity is -1; .* false_positive is nan"):
        Classifier(1.2, -1, float("nan"))
    with pytest.raises(ValueError, match="the load is 1 erlangs with 1 servers"):
        Station(0.1, 10.0, 10.0)
    with pytest.raises(ValueError, match="share of positives is 1; some must be positive, and some not"):
        preemptive_servers(0.05, 10.0, 2, Classifier(0.1, 1.0, 1.0))
    for slopes in ([1.0, 2.0], [1.0], [1.0, 0.0]):
        with pytest.raises(ValueError, match="for 2 rates; give one above 0 for each, never rising"):
            accumulating_waits([0.03, 0.05], 10.0, 10.0, slopes)


def test_slopes_are_found_again_from_their_waits() -> None:
    rates, slopes = [0.01, 0.02, 0.03, 0.02], (6.0, 3.0, 1.5, 1.0)
    waits = accumulating_waits(rates, 10.0, 14.0, slopes)
    assert fitted_slopes(rates, 10.0, 14.0, waits) == pytest.approx(slopes, rel=1e-4)
    hours = [wait / 60 for wait in waits]
    assert fitted_slopes(rates, 10.0, 14.0, hours) == pytest.approx(slopes, rel=1e-4)


def test_waits_that_fall_with_urgency_pool_into_equal_slopes() -> None:
    """No slopes let the less urgent wait shorter, so such classes share one."""
    first, second, third = fitted_slopes([0.02, 0.03, 0.03], 10.0, 10.0, [20.0, 50.0, 45.0])
    assert first > 1.5
    assert (second, third) == (pytest.approx(1.0, abs=1e-3), 1.0)


def test_equal_waits_are_first_come_first_served() -> None:
    assert fitted_slopes([0.03, 0.03], 10.0, 10.0, [7.0, 7.0]) == pytest.approx((1.0, 1.0), abs=1e-4)
