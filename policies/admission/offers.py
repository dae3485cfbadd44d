"""Offer the open sessions of clinics in slots, and say what patients think of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from policies.admission.sessions import Book, Session
from sim.contract import AdmissionView
from sim.units import BoolArray, FloatArray, IntArray

NOON_MIN = 720.0


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer `slots` slots of `slot_min` minutes from the time on at which a session, or half of one, is free."""

    session: Session
    slots: int
    slot_min: float

    @property
    def half(self) -> int:
        """Return 0 for what begins in the morning, 1 for the afternoon."""
        return int(self.session.free_min >= NOON_MIN)


def offers(book: Book) -> list[Offer]:
    """Return what sessions have left, by their time and by what the rules leave of the day.

    Where patients have wishes, a session that goes on over noon is offered in two halves.
    """
    halves = book.view.wishes is not None
    found = (offer for one in book.sessions for offer in _of_session(book, one, halves))
    return [offer for offer in found if offer.slots > 0]


def _of_session(book: Book, session: Session, halves: bool) -> Iterator[Offer]:
    """Yield the offers of a session; its slots fill its first half first, as far as they begin there."""
    slot_min = _slot_min(book.view, session.code)
    n = _n_slots(book, session, slot_min)
    morning = n
    if halves and session.free_min < NOON_MIN < session.ends_min:
        morning = min(n, int(np.ceil((NOON_MIN - session.free_min) / slot_min - 1e-6)))
    yield Offer(session, morning, slot_min)
    if n > morning:
        yield Offer(replace(session, free_min=session.free_min + morning * slot_min), n - morning, slot_min)


def _n_slots(book: Book, session: Session, slot_min: float) -> int:
    """Count the slots that a session has left."""
    units = sum(one.day == session.day for one in book.of(session.hospital, session.code))
    room_min = float(book.room_min[session.hospital, session.code, session.day]) / units
    share = max(book.view.facts.most_booked_share, 1.0)
    return int(min(session.left_min, room_min / share) / slot_min + 1e-6)


def _slot_min(view: AdmissionView, code: int) -> float:
    """Return how long a patient of a list takes on average; infinite for a list of nobody."""
    minutes: FloatArray = view.facts.mean_min[view.facts.list_of == code]
    return max(float(minutes.mean()), 1.0) if minutes.size else np.inf


def may_go(view: AdmissionView, rows: IntArray, offered: list[Offer]) -> BoolArray:
    """Mark which offers are for which patients, rows of the view, (n_rows, n_offers)."""
    hospital = np.array([one.session.hospital for one in offered], dtype=np.int64)
    code = np.array([one.session.code for one in offered], dtype=np.int64)
    may: BoolArray = view.facts.list_of[view.group[rows]][:, None] == code
    own = view.hospital[rows]
    may &= own[:, None] == hospital if view.wishes is None else view.wishes.clinics[own][:, hospital]
    return may


def disliked(view: AdmissionView, rows: IntArray, offered: list[Offer]) -> BoolArray:
    """Mark which offers patients do not like, (n_rows, n_offers); none where nobody has wishes."""
    if view.wishes is None:
        return np.zeros((len(rows), len(offered)), dtype=np.bool_)
    half = [2 * ((view.day + one.session.day) % 7) + one.half for one in offered]
    unliked: BoolArray = ~view.wishes.liked[rows][:, half]
    return unliked


def extra_travel_min(view: AdmissionView, rows: IntArray, offered: list[Offer]) -> FloatArray:
    """Return by how much the way to an offer exceeds that to the nearest clinic a patient may go to."""
    if view.wishes is None:
        return np.zeros((len(rows), len(offered)))
    ways, open_to = view.wishes.travel_min[rows], view.wishes.clinics[view.hospital[rows]]
    nearest = np.where(open_to, ways, np.inf).min(axis=1, initial=np.inf)
    extra: FloatArray = ways[:, [one.session.hospital for one in offered]] - nearest[:, None]
    return np.maximum(extra, 0.0)
