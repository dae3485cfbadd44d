"""A plain model of the platform: minutes on a grid, every question answered by trying all of them."""

from dataclasses import dataclass, field

from sim.platform.records import LEAST_LIFE_MIN

MINUTES = 12
"""The grid: nothing in a test ends later."""


@dataclass
class Thing:
    """A resource: what it is, and how many units there are."""

    owner: str
    type: str
    units: int
    is_lot: bool
    expires_min: float
    is_up: bool = True
    is_gone: bool = False


@dataclass
class Promise:
    """Units of an offer, minute by minute; used up for good when of a lot."""

    thing: str
    units: int
    starts: int
    ends: int
    is_open: bool = True


@dataclass
class Wish:
    """A request."""

    hospital: str
    type: str
    units: int
    starts: int
    ends: int
    duration: int
    purpose: str
    transit: int
    is_open: bool = True


@dataclass
class Deal:
    """An agreement."""

    owner: str
    user: str
    kinds: frozenset[str]
    starts: float
    ends: float
    purpose: str


@dataclass
class Gift:
    """A booking: what a wish got out of a promise under a deal."""

    promise: int
    wish: int
    deal: int
    units: int
    starts: int
    ends: int
    state: str = "open"


@dataclass
class Model:
    """Everything, in lists; the place in a list is the number of a thing, less one."""

    things: dict[str, Thing] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)

    def given(self, promise: int, minute: int) -> int:
        """How many units of a promise are given away in a minute."""
        is_lot = self.things[self.promises[promise].thing].is_lot
        found = [gift for gift in self.gifts if gift.promise == promise and gift.state != "closed"]
        return sum(gift.units for gift in found if is_lot or gift.starts <= minute < gift.ends)

    def promised(self, thing: str, minute: int) -> int:
        """How many units of a thing are promised in a minute."""
        is_lot, total = self.things[thing].is_lot, 0
        for number, promise in enumerate(self.promises):
            if promise.thing == thing:
                if not promise.is_open:
                    total += self.given(number, minute)
                elif is_lot or promise.starts <= minute < promise.ends:
                    total += promise.units
        return total

    def can_promise(self, thing: str, units: int, starts: int, ends: int) -> bool:
        """Whether so many units can be promised in every minute of a window."""
        found = self.things[thing]
        fits = all(self.promised(thing, minute) + units <= found.units for minute in range(starts, ends))
        return not found.is_gone and starts < ends and ends <= found.expires_min and fits

    def missing(self, wish: int) -> int:
        """How many units a wish still lacks."""
        got = sum(gift.units for gift in self.gifts if gift.wish == wish and gift.state == "open")
        return self.wishes[wish].units - got if self.wishes[wish].is_open else 0

    def next_gift(self, wish: int, now: int) -> Gift | None:
        """Try every minute, then every promise by its end, then every deal; the first that fits."""
        asked = self.wishes[wish]
        order = sorted(range(len(self.promises)), key=lambda number: (self.promises[number].ends, number))
        for start in range(max(now, asked.starts), asked.ends + 1):
            for promise in order:
                for deal in range(len(self.deals)):
                    length = 0 if self.things[self.promises[promise].thing].is_lot else asked.duration
                    if self.fits(asked, promise, deal, start, start + length):
                        left = self.promises[promise].units - self.most_given(promise, start, start + length)
                        if left > 0:
                            units = min(left, self.missing(wish))
                            return Gift(promise, wish, deal, units, start, start + length)
        return None

    def most_given(self, promise: int, starts: int, ends: int) -> int:
        """The most that is given away in any minute of a window; at least one minute is looked at."""
        return max(self.given(promise, minute) for minute in range(starts, max(ends, starts + 1)))

    def fits(self, asked: Wish, number: int, deal_number: int, starts: int, ends: int) -> bool:
        """Whether a window of a promise serves a wish under a deal, whatever is given away."""
        promise, deal = self.promises[number], self.deals[deal_number]
        thing = self.things[promise.thing]
        usable = promise.is_open and thing.is_up and not thing.is_gone
        wanted = thing.type == asked.type and thing.owner != asked.hospital
        kind = "medicine" if thing.is_lot else "equipment"
        agreed = deal.owner in (thing.owner, "*") and deal.user in (asked.hospital, "*") and kind in deal.kinds
        agreed = agreed and deal.purpose in ("*", asked.purpose)
        minutes = range(starts, max(ends, starts + 1))
        inside = all(
            promise.starts <= minute < promise.ends and deal.starts <= minute < deal.ends for minute in minutes
        )
        if thing.is_lot:
            there = starts + asked.transit
            in_time = there <= asked.ends and there + LEAST_LIFE_MIN <= thing.expires_min
        else:
            in_time = ends <= asked.ends
        return usable and wanted and agreed and inside and in_time

    def call_off(self, gift: Gift, now: int) -> bool:
        """Call a gift off; whether there was something to call off."""
        if gift.state != "open" or (now > gift.starts and now >= gift.ends):
            return False
        if now <= gift.starts:
            gift.state = "closed"
        else:
            gift.state, gift.ends = "cut", now
        return True
