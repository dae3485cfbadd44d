"""The desk refuses what cannot be, in words and without a row; and records are read as they were written."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sim.faults import ScenarioError
from sim.platform.agreements import Agreement
from sim.platform.desk import Call, Desk
from sim.platform.kinds import SharedKind
from sim.platform.records import Booking, Offer, Request, Resource, Standing, Status, from_text, kind_of, to_text
from tests.desk_cases import LOT, OPERATES, SCANNER, WISH, booked, desk_with

pytestmark = pytest.mark.unit

Attempt = Callable[[Desk], object]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda desk: desk.register(OPERATES, replace(SCANNER, owner="B")), "A has registered CT under it"),
        (lambda desk: desk.register(OPERATES, SCANNER), "A has registered CT under it"),
        (lambda desk: desk.register(Call("B", 0.0), replace(SCANNER, id="x")), "B can register only its own"),
        (lambda desk: desk.register(OPERATES, replace(SCANNER, id="offer-7")), "the platform's own"),
        (lambda desk: desk.register(OPERATES, replace(SCANNER, id="a b")), "letters, digits, dots and dashes"),
        (lambda desk: desk.register(OPERATES, replace(SCANNER, id="x", units=0)), "1 or more"),
        (lambda desk: desk.register(OPERATES, replace(LOT, id="x", expires_min=float("inf"))), "when the lot expires"),
        (lambda desk: desk.register(OPERATES, replace(SCANNER, id="x", kind=SharedKind.INFORMATION)), "agreed on"),
        (lambda desk: desk.offer(Call("B", 0.0), Offer("", "ct", 1, 0.0, 1.0)), "only A, or the operator"),
        (lambda desk: desk.offer(OPERATES, Offer("", "lott", 1, 0.0, 1.0)), "did you mean 'lot'"),
        (lambda desk: desk.offer(OPERATES, Offer("", "ct", 1, 1.0, 1.0)), "end after it starts"),
        (lambda desk: desk.offer(OPERATES, Offer("", "ct", 2, 0.0, 1.0)), "at most 1 of 1"),
        (lambda desk: desk.offer(OPERATES, Offer("", "lot", 1, 0.0, 3001.0)), "when the lot expires, or before"),
        (lambda desk: desk.request(Call("A", 0.0), WISH), "only B, or the operator"),
        (lambda desk: desk.request(OPERATES, replace(WISH, duration_min=101.0)), "at most 100 minutes"),
        (lambda desk: desk.request(OPERATES, replace(WISH, transit_min=-1.0)), "0 minutes or more"),
        (lambda desk: desk.agree(Call("B", 0.0), Agreement("A", "B")), "only A, or the operator"),
        (lambda desk: desk.schedule(OPERATES, "request-9"), "there is no request yet"),
        (lambda desk: desk.unschedule(OPERATES, "booking-9"), "there is no booking yet"),
        (lambda desk: desk.withdraw(OPERATES, "mri"), "use one of ct, lot"),
        (lambda desk: desk.withdraw(Call("B", 0.0), "ct"), "only A, or the operator"),
        (lambda desk: desk.change_status(OPERATES, "ct", Status.WITHDRAWN), "withdraw the resource"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_leaves_no_row(attempt: Attempt, words: str) -> None:
    desk = desk_with(SCANNER, LOT)
    n_rows = len(desk.ledger.rows)
    with pytest.raises(ScenarioError, match=words):
        attempt(desk)
    assert len(desk.ledger.rows) == n_rows


@pytest.mark.parametrize("act", ["unschedule", "withdraw"])
def test_nothing_is_taken_back_twice(act: str) -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    booked(desk)
    name = {"unschedule": "booking-1", "withdraw": "offer-1"}[act]
    getattr(desk, act)(OPERATES, name)
    with pytest.raises(ScenarioError, match="before"):
        getattr(desk, act)(OPERATES, name)


def test_a_booking_is_unscheduled_and_not_withdrawn() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    booked(desk)
    with pytest.raises(ScenarioError, match="unschedule a booking"):
        desk.withdraw(OPERATES, "booking-1")


@pytest.mark.parametrize(
    "record",
    [
        SCANNER,
        LOT,
        replace(WISH, id="request-1"),
        Offer("offer-1", "ct", 1, 0.1, 0.3),
        Booking("booking-2", "offer-1", "request-1", "agreement-1", "A", "B", 1, 0.0, 1.0, Standing.CUT),
    ],
)
def test_a_record_is_read_as_it_was_written(record: Resource | Request | Offer | Booking) -> None:
    assert from_text(record.id, to_text(record)) == record


def test_an_agreement_without_an_end_is_read_as_it_was_written() -> None:
    pact = desk_with().state.pacts["agreement-1"]
    assert from_text(pact.id, to_text(pact)) == pact
    assert '"ends_min":null' in to_text(pact)


@pytest.mark.parametrize(
    ("name", "kind"), [("offer-1", "offer"), ("booking-12", "booking"), ("offer-0", "resource"), ("ct", "resource")]
)
def test_an_id_says_what_it_names(name: str, kind: str) -> None:
    assert kind_of(name) == kind
