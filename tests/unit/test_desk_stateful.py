"""Hospitals act in any order, at any time: the desk agrees with a plain model, and promises nothing twice."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sim.faults import ScenarioError
from sim.platform.agreements import Agreement
from sim.platform.desk import OPERATOR, Call, Desk
from sim.platform.kinds import SharedKind
from sim.platform.ledger import first_broken
from sim.platform.records import LEAST_LIFE_MIN, Offer, Request, Resource, Standing, Status, to_text
from sim.platform.state import fold
from tests.platform_model import MINUTES, Deal, Gift, Model, Promise, Thing, Wish

pytestmark = pytest.mark.unit

HOSPITALS = st.sampled_from("ABC")
TYPES = {"ct": SharedKind.EQUIPMENT, "drug": SharedKind.MEDICINE}
TIMES = st.integers(0, MINUTES - 4)
STARTS = st.integers(0, MINUTES // 2)
LENGTHS = st.sampled_from([MINUTES, 7, 4, 2, 1])
PURPOSES = st.sampled_from(["care", "care", "research"])


def wish(
    hospital: str, kind: str, units: int, starts: int, lengths: tuple[int, int], purpose: str, transit: int
) -> Wish:
    ends = min(MINUTES, starts + lengths[0])
    return Wish(hospital, kind, units, starts, ends, min(lengths[1], ends - starts), purpose, transit)


WISHES = st.builds(
    wish,
    HOSPITALS,
    st.sampled_from(sorted(TYPES)),
    st.integers(1, 3),
    STARTS,
    st.tuples(LENGTHS, st.sampled_from([3, 2, 1, 6])),
    PURPOSES,
    st.integers(0, 3),
)


class Hospitals(RuleBasedStateMachine):
    """Do the same on the desk and in the model, and compare."""

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.model = Desk(), Model()

    def is_refused(self, act: object, *given: object) -> bool:
        n_rows = len(self.desk.ledger.rows)
        try:
            act(*given)  # type: ignore[operator]
        except ScenarioError:
            assert len(self.desk.ledger.rows) == n_rows, "what is refused leaves no row"
            return True
        return False

    @initialize(units=st.integers(1, 3), starts=st.tuples(*[st.integers(0, 3)] * 4), lengths=st.tuples(*[LENGTHS] * 4))
    def some_share_already(self, units: int, starts: tuple[int, ...], lengths: tuple[int, ...]) -> None:
        self.agree("*", "*", frozenset(["equipment", "medicine"]), 0, MINUTES, "*")
        for place, (owner, type_) in enumerate([("A", "ct"), ("B", "ct"), ("A", "drug"), ("C", "drug")]):
            self.register(owner, type_, units + 1, 6 + 2 * place)
            self.offer(place, units, starts[place], lengths[place])

    @rule(owner=HOSPITALS, type_=st.sampled_from(sorted(TYPES)), units=st.integers(1, 3), life=st.integers(0, MINUTES))
    def register(self, owner: str, type_: str, units: int, life: int) -> None:
        name, is_lot = f"R{len(self.model.things)}", TYPES[type_] is SharedKind.MEDICINE
        expires = LEAST_LIFE_MIN + life if is_lot else float("inf")
        resource = Resource(name, name, TYPES[type_], type_, owner, owner, units, expires_min=expires)
        assert self.desk.register(Call(owner, 0.0), resource) == resource
        self.model.things[name] = Thing(owner, type_, units, is_lot, expires)

    @rule(place=st.integers(0, 5), units=st.integers(1, 3), starts=STARTS, length=LENGTHS)
    def offer(self, place: int, units: int, starts: int, length: int) -> None:
        name = self.some_thing(place)
        ends = min(MINUTES, starts + length)
        wanted = Offer("", name, units, starts, ends)
        can = self.model.can_promise(name, units, starts, ends)
        assert self.is_refused(self.desk.offer, Call(self.model.things[name].owner, 0.0), wanted) != can
        if can:
            self.model.promises.append(Promise(name, units, starts, ends))

    @rule(wish=WISHES)
    def request(self, wish: Wish) -> None:
        window = (wish.starts, wish.ends, wish.duration)
        wanted = Request(
            "", wish.hospital, TYPES[wish.type], wish.type, wish.units, *window, wish.purpose, wish.transit
        )
        self.desk.request(Call(wish.hospital, 0.0), wanted)
        self.model.wishes.append(replace(wish))

    @rule(
        owner=st.sampled_from("ABC*"),
        user=st.sampled_from("ABC*"),
        kinds=st.sets(st.sampled_from(["equipment", "medicine"]), min_size=1).map(frozenset),
        starts=STARTS,
        length=LENGTHS,
        purpose=st.sampled_from(["care", "research", "*"]),
    )
    def agree(self, owner: str, user: str, kinds: frozenset[str], starts: int, length: int, purpose: str) -> None:
        named = tuple(SharedKind(kind) for kind in sorted(kinds))
        agreement = Agreement(owner, user, named, starts, starts + length, purpose)
        refused = self.is_refused(self.desk.agree, Call(OPERATOR, 0.0), agreement)
        assert refused == (owner == user != "*")
        if not refused:
            self.model.deals.append(Deal(owner, user, kinds, starts, starts + length, purpose))

    @rule(wishes=st.lists(WISHES, min_size=1, max_size=5), now=TIMES)
    def requests_come_and_are_scheduled(self, wishes: list[Wish], now: int) -> None:
        for wish in wishes:
            self.request(wish)
        self.schedule_all(now)

    @rule(now=TIMES)
    def schedule_all(self, now: int) -> None:
        made = [gift for wish in range(len(self.model.wishes)) for gift in self.model_schedule(wish, now)]
        assert [self.as_gift(one.id) for one in self.desk.schedule(Call(OPERATOR, now)).bookings] == made

    @precondition(lambda self: self.model.wishes)
    @rule(now=TIMES, place=st.integers(0, 5))
    def schedule_one(self, now: int, place: int) -> None:
        wish = place % len(self.model.wishes)
        made = self.model_schedule(wish, now)
        scheduled = self.desk.schedule(Call(OPERATOR, now), f"request-{wish + 1}")
        assert [self.as_gift(one.id) for one in scheduled.bookings] == made
        missing = self.model.missing(wish)
        assert [units for _, units, reason in scheduled.missing if reason] == ([missing] if missing else [])

    def model_schedule(self, wish: int, now: int) -> list[Gift]:
        made = []
        while self.model.missing(wish) and (gift := self.model.next_gift(wish, now)) is not None:
            self.model.gifts.append(gift)
            made.append(gift)
        return made

    @precondition(lambda self: self.model.gifts)
    @rule(place=st.integers(0, 20), after=st.sampled_from([1, 0, 2, -1, 4]))
    def unschedule(self, place: int, after: int) -> None:
        number = place % len(self.model.gifts)
        now = self.model.gifts[number].starts + after
        could = self.model.call_off(self.model.gifts[number], now)
        assert self.is_refused(self.desk.unschedule, Call(OPERATOR, now), f"booking-{number + 1}") != could

    @rule(what=st.sampled_from(["resource", "offer", "request", "agreement"]), now=TIMES, place=st.integers(1, 8))
    def withdraw(self, what: str, now: int, place: int) -> None:
        numbers: dict[str, Sequence[object]] = {
            "offer": self.model.promises,
            "request": self.model.wishes,
            "agreement": self.model.deals,
        }
        if what == "resource":
            self.withdraw_resource(now, place)
        elif numbers[what]:
            getattr(self, f"withdraw_{what}")(now, place % len(numbers[what]))

    def withdraw_resource(self, now: int, place: int) -> None:
        name = self.some_thing(place)
        thing = self.model.things[name]
        assert self.is_refused(self.desk.withdraw, Call(thing.owner, now), name) == thing.is_gone
        thing.is_gone = True
        for number, promise in enumerate(self.model.promises):
            if promise.thing == name:
                self.close(number, now)

    def withdraw_offer(self, now: int, number: int) -> None:
        was_open = self.model.promises[number].is_open
        assert self.is_refused(self.desk.withdraw, Call(OPERATOR, now), f"offer-{number + 1}") != was_open
        if was_open:
            self.close(number, now)

    def close(self, number: int, now: int) -> None:
        self.model.promises[number].is_open = False
        for gift in self.model.gifts:
            if gift.promise == number:
                self.model.call_off(gift, now)

    def withdraw_request(self, now: int, number: int) -> None:
        wish = self.model.wishes[number]
        assert self.is_refused(self.desk.withdraw, Call(wish.hospital, now), f"request-{number + 1}") != wish.is_open
        if wish.is_open:
            wish.is_open = False
            for gift in self.model.gifts:
                if gift.wish == number:
                    self.model.call_off(gift, now)

    def withdraw_agreement(self, now: int, number: int) -> None:
        deal = self.model.deals[number]
        ends = min(deal.ends, max(deal.starts, now))
        assert self.is_refused(self.desk.withdraw, Call(OPERATOR, now), f"agreement-{number + 1}") == (
            ends == deal.ends
        )
        if ends < deal.ends:
            deal.ends = ends
            for gift in self.model.gifts:
                if gift.deal == number:
                    self.model.call_off(gift, now)

    @rule(place=st.integers(0, 5), is_up=st.booleans())
    def change_status(self, place: int, is_up: bool) -> None:
        name = self.some_thing(place)
        thing = self.model.things[name]
        status = Status.AVAILABLE if is_up else Status.DOWN
        assert self.is_refused(self.desk.change_status, Call(thing.owner, 0.0), name, status) == thing.is_gone
        if not thing.is_gone:
            thing.is_up = is_up

    def some_thing(self, place: int) -> str:
        names = list(self.model.things)
        return names[place % len(names)]

    def as_gift(self, booking_id: str) -> Gift:
        one = self.desk.state.bookings[booking_id]
        offer, request, pact = (int(part.rpartition("-")[2]) - 1 for part in (one.offer, one.request, one.pact))
        return Gift(offer, request, pact, one.units, int(one.starts_min), int(one.ends_min), one.standing.value)

    @invariant()
    def bookings_are_those_of_the_model(self) -> None:
        assert [self.as_gift(one) for one in self.desk.state.bookings] == self.model.gifts

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        for name, resource in self.desk.state.resources.items():
            for minute in range(MINUTES):
                assert self.booked(name, minute) <= self.model.promised(name, minute) <= resource.units

    def booked(self, name: str, minute: int) -> int:
        is_lot = self.desk.state.resources[name].kind is SharedKind.MEDICINE
        bookings = self.desk.state.bookings.values()
        alive = [one for one in bookings if one.standing is not Standing.CLOSED]
        mine = [one for one in alive if self.desk.state.offers[one.offer].resource == name]
        return sum(one.units for one in mine if is_lot or one.starts_min <= minute < one.ends_min)

    @invariant()
    def the_ledger_is_whole_and_gives_the_same_state(self) -> None:
        rows = self.desk.ledger.rows
        assert first_broken(rows) is None
        assert fold(row.entry for row in rows) == self.desk.state
        assert Desk(rows).state == self.desk.state

    @invariant()
    def every_row_goes_on_from_what_was_before(self) -> None:
        newest: dict[str, str] = {}
        for row in self.desk.ledger.rows:
            assert row.entry.before == newest.get(row.entry.subject, "")
            assert row.entry.after != row.entry.before or row.entry.action == "status"
            newest[row.entry.subject] = row.entry.after
        assert all(to_text(one) == newest[name] for name, one in self.desk.state.bookings.items())


Hospitals.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHospitals = Hospitals.TestCase
