"""The desk, in small exact cases: what is booked first, and what withdrawing takes along."""

from dataclasses import replace

import pytest

from sim.faults import ScenarioError
from sim.platform.agreements import Agreement
from sim.platform.capacity import Claim, peak
from sim.platform.desk import OPERATOR, Call, Desk
from sim.platform.records import Offer, Standing, Status
from tests.desk_cases import DRUG, LOT, OPERATES, SCANNER, WISH, booked, desk_with, why_missing

pytestmark = pytest.mark.unit


def test_units_overlap_only_while_both_are_there() -> None:
    claims = [Claim(0.0, 10.0, 2), Claim(10.0, 20.0, 3), Claim(5.0, 6.0, 1)]
    assert peak(claims, 0.0, 20.0) == 3
    assert peak(claims, 0.0, 10.0) == 3
    assert peak(claims, 6.0, 10.0) == 2
    assert peak(claims, 20.0, 30.0) == 0


def test_what_ends_at_once_makes_room_for_what_starts() -> None:
    assert peak([Claim(0.0, 10.0, 1), Claim(10.0, 20.0, 1)], 0.0, 20.0) == 1


def test_the_earliest_slot_is_booked_and_the_next_waits_for_its_end() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 10.0, 80.0))
    for _ in range(3):
        desk.request(OPERATES, WISH)
    assert booked(desk) == [("offer-1", 1, 10.0, 40.0), ("offer-1", 1, 40.0, 70.0)]
    assert why_missing(desk) == [(1, "no ct_scanner is free within the window")]


def test_of_slots_at_one_time_the_window_that_closes_first_is_used_then_the_first_offer() -> None:
    desk = desk_with(replace(SCANNER, units=3))
    for ends in (90.0, 50.0, 50.0):
        desk.offer(OPERATES, Offer("", "ct", 1, 0.0, ends))
    desk.request(OPERATES, replace(WISH, units=3))
    assert [offer for offer, *_ in booked(desk)] == ["offer-2", "offer-3", "offer-1"]


def test_nothing_is_booked_into_the_past() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    assert booked(desk, 25.0) == [("offer-1", 1, 25.0, 55.0)]


def test_a_slot_ends_with_the_window_of_the_request() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 20.0, 100.0))
    desk.request(OPERATES, replace(WISH, ends_min=50.0))
    desk.request(OPERATES, replace(WISH, ends_min=80.0, duration_min=31.0))
    assert booked(desk) == [("offer-1", 1, 20.0, 50.0)]


def test_an_agreement_must_hold_throughout_a_booking() -> None:
    desk = Desk()
    desk.register(OPERATES, SCANNER)
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    assert why_missing(desk) == [(1, "no agreement allows B to use ct_scanner of A")]
    desk.agree(OPERATES, Agreement("A", "B", starts_min=10.0, ends_min=39.0))
    assert why_missing(desk) == [(1, "no ct_scanner is free within the window")]
    desk.agree(OPERATES, Agreement("A", "B", starts_min=20.0, ends_min=50.0))
    assert booked(desk) == [("offer-1", 1, 20.0, 50.0)]


@pytest.mark.parametrize(
    "agreement",
    [
        Agreement("A", "C"),
        Agreement("B", "A"),
        Agreement("A", "B", aggregate_only=True),
        Agreement("A", "B", purpose="x"),
    ],
)
def test_an_agreement_that_allows_something_else_does_not_help(agreement: Agreement) -> None:
    desk = Desk()
    desk.register(OPERATES, SCANNER)
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    desk.agree(OPERATES, agreement)
    assert not booked(desk)


def test_a_lot_must_be_good_for_a_day_after_it_came() -> None:
    desk = desk_with(LOT)  # expires at 3000: it can arrive until 1560
    desk.offer(OPERATES, Offer("", "lot", 10, 0.0, 3000.0))
    late = replace(DRUG, starts_min=1500.0, ends_min=2000.0, transit_min=61.0)
    desk.request(OPERATES, late)
    assert not booked(desk)
    desk.request(OPERATES, replace(late, transit_min=60.0))
    assert booked(desk) == [("offer-1", 1, 1500.0, 1500.0)]


def test_units_of_a_lot_are_used_up_for_good() -> None:
    desk = desk_with(LOT)
    desk.offer(OPERATES, Offer("", "lot", 10, 0.0, 3000.0))
    for starts in (0.0, 50.0):
        desk.request(OPERATES, replace(DRUG, units=7, starts_min=starts))
    assert [(units, starts) for _, units, starts, _ in booked(desk)] == [(7, 0.0), (3, 50.0)]


def test_what_was_handed_over_cannot_be_offered_again() -> None:
    desk = desk_with(LOT)
    desk.offer(OPERATES, Offer("", "lot", 10, 0.0, 3000.0))
    desk.request(OPERATES, replace(DRUG, units=4))
    booked(desk)
    desk.withdraw(Call("A", 10.0), "offer-1")
    with pytest.raises(ScenarioError, match="at most 6 of 10 are not promised yet"):
        desk.offer(OPERATES, Offer("", "lot", 7, 100.0, 3000.0))
    desk.offer(OPERATES, Offer("", "lot", 6, 100.0, 3000.0))


def test_a_booking_that_goes_on_is_cut_and_its_units_are_missing_again() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    booked(desk)
    cut = desk.unschedule(Call("B", 12.0), "booking-1")
    assert (cut.standing, cut.ends_min) == (Standing.CUT, 12.0)
    assert booked(desk, 12.0) == [("offer-1", 1, 12.0, 42.0)]


@pytest.mark.parametrize(("now", "standing"), [(0.0, Standing.CLOSED), (29.0, Standing.CUT), (30.0, Standing.OPEN)])
def test_withdrawing_an_agreement_stops_its_use(now: float, standing: Standing) -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    booked(desk)
    desk.withdraw(Call(OPERATOR, now), "agreement-1")
    assert desk.state.bookings["booking-1"].standing is standing
    desk.request(OPERATES, WISH)
    assert not booked(desk, now)


def test_withdrawing_a_resource_takes_offers_and_bookings_along_and_writes_every_row() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 50.0))
    desk.offer(OPERATES, Offer("", "ct", 1, 50.0, 100.0))
    desk.request(OPERATES, replace(WISH, units=3))
    booked(desk)
    n_before = len(desk.ledger.rows)
    desk.withdraw(Call("A", 10.0, "sold"), "ct")
    rows = [row.entry for row in desk.ledger.rows[n_before:]]
    assert [row.subject for row in rows] == ["booking-1", "offer-1", "booking-2", "offer-2", "ct"]
    assert {row.reason for row in rows} == {"sold"}


def test_a_device_that_is_down_keeps_its_bookings_but_gets_no_new_ones() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 100.0))
    desk.request(OPERATES, WISH)
    booked(desk)
    desk.change_status(Call("A", 5.0), "ct", Status.DOWN)
    desk.request(OPERATES, WISH)
    assert why_missing(desk) == [(1, "nobody else offers ct_scanner that is available")]
    assert desk.state.bookings["booking-1"].standing is Standing.OPEN


def test_a_resource_can_come_back_but_a_used_up_lot_cannot() -> None:
    desk = desk_with(SCANNER, LOT)
    for name in ("ct", "lot"):
        desk.withdraw(OPERATES, name)
    assert desk.register(OPERATES, SCANNER) == SCANNER
    with pytest.raises(ScenarioError, match="take another id"):
        desk.register(OPERATES, LOT)


def test_a_booking_that_was_called_off_leaves_its_units_free() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 30.0))
    for _ in range(2):
        desk.request(OPERATES, WISH)
    assert len(booked(desk)) == 1
    desk.withdraw(OPERATES, "request-1")
    assert booked(desk) == [("offer-1", 1, 0.0, 30.0)]
    assert desk.state.bookings["booking-2"].request == "request-2"


def test_what_an_offer_cannot_give_another_does_and_no_more() -> None:
    desk = desk_with(replace(SCANNER, units=4))
    for _ in range(2):
        desk.offer(OPERATES, Offer("", "ct", 2, 0.0, 30.0))
    desk.request(OPERATES, replace(WISH, units=3))
    assert [units for _, units, *_ in booked(desk)] == [2, 1]
    assert why_missing(desk) == []


@pytest.mark.parametrize(("ends", "n_booked"), [(50.0, 0), (51.0, 1)])
def test_a_lot_is_not_handed_over_when_the_offer_or_the_agreement_has_ended(ends: float, n_booked: int) -> None:
    for of_offer, of_agreement in ((ends, 100.0), (100.0, ends)):
        desk = Desk()
        desk.register(OPERATES, LOT)
        desk.agree(OPERATES, Agreement("A", "B", ends_min=of_agreement))
        desk.offer(OPERATES, Offer("", "lot", 1, 0.0, of_offer))
        desk.request(OPERATES, replace(DRUG, starts_min=50.0))
        assert len(booked(desk)) == n_booked


def test_nobody_books_what_is_its_own() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 0.0, 30.0))
    desk.request(OPERATES, replace(WISH, hospital="A"))
    assert why_missing(desk) == [(1, "nobody else offers ct_scanner that is available")]


def test_withdrawing_an_agreement_calls_off_every_booking_under_it() -> None:
    desk = desk_with()
    desk.offer(OPERATES, Offer("", "ct", 1, 10.0, 100.0))
    for _ in range(3):
        desk.request(OPERATES, WISH)
    assert len(booked(desk)) == 3
    desk.withdraw(OPERATES, "agreement-1")
    assert {one.standing for one in desk.state.bookings.values()} == {Standing.CLOSED}


def test_an_agreement_that_has_not_begun_is_withdrawn_without_holding_at_any_time() -> None:
    desk = Desk()
    desk.agree(OPERATES, Agreement("A", "B", starts_min=50.0))
    desk.withdraw(Call("B", 10.0), "agreement-1")
    agreement = desk.state.pacts["agreement-1"].agreement
    assert (agreement.starts_min, agreement.ends_min) == (50.0, 50.0)
    assert not agreement.holds_at(50.0)
