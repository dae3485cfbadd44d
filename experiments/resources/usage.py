"""Spread what a registry holds over hours: what is offered, booked and asked, in one long table.

What is given back counts in unit-hours, medicines in units, in the hour in which they are offered, handed over or asked
for. What is asked for within a window is spread evenly over it.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.platform.capacity import Claim, claims_of, promised
from sim.platform.kinds import SharedKind
from sim.platform.records import Request, Standing
from sim.platform.state import State
from sim.units import MINUTES_PER_HOUR, FloatArray

MEASURES = ("offered", "booked", "asked", "given")
"""Offered and booked belong to the owner's resource; asked and given to the hospital that asks."""


class Part(NamedTuple):
    """Name what a claim counts as, of which type and resource, for which hospital; `share` scales it."""

    measure: str
    type: str
    hospital: str
    resource: str
    claim: Claim
    is_lot: bool
    share: float = 1.0


def hour_edges(state: State, starts_min: float, ends_min: float) -> FloatArray:
    """Return the full hours, shape (n_hours + 1,), of a window; an infinite end is where offers and requests end."""
    windows = [(one.starts_min, one.ends_min) for one in state.offers.values()]
    windows += [(one.starts_min, one.ends_min) for one in state.requests.values()]
    first = min((one[0] for one in windows), default=0.0) if math.isinf(starts_min) else starts_min
    last = max((one[1] for one in windows), default=first) if math.isinf(ends_min) else ends_min
    hours = np.arange(math.floor(first / MINUTES_PER_HOUR), math.ceil(last / MINUTES_PER_HOUR) + 1)
    return hours.astype(float) * MINUTES_PER_HOUR


def usage(state: State, edges: FloatArray) -> pd.DataFrame:
    """Return one row for each measure, type, hospital, resource and hour (its place among the hours) with an amount."""
    rows = [(*part[:4], hour, amount) for part in _parts(state) for hour, amount in _spread(part, edges)]
    return pd.DataFrame(rows, columns=["measure", "type", "hospital", "resource", "hour", "amount"])


def _parts(state: State) -> Iterator[Part]:
    for one in state.resources.values():
        is_lot = one.kind is SharedKind.MEDICINE
        for claim in promised(state, one):
            yield Part("offered", one.type, one.owner, one.id, claim, is_lot)
        for offer in state.offers_of(one.id):
            for booking in state.bookings_of(offer.id):
                claim = next(claims_of([booking]))
                yield Part("booked", one.type, one.owner, one.id, claim, is_lot)
                yield Part("given", one.type, booking.user, one.id, claim, is_lot)
    for request in state.requests.values():
        if request.standing is Standing.OPEN:
            yield _asked(request)


def _asked(request: Request) -> Part:
    claim = Claim(request.starts_min, request.ends_min, request.units)
    is_lot = request.kind is SharedKind.MEDICINE
    share = 1.0 if is_lot else request.duration_min / (request.ends_min - request.starts_min)
    return Part("asked", request.type, request.hospital, "", claim, is_lot, share)


def _spread(part: Part, edges: FloatArray) -> Iterator[tuple[int, float]]:
    """Yield the hours in which something of a part lies, and how much."""
    starts, ends, units = part.claim
    first = max(0, int(np.searchsorted(edges, starts, side="right")) - 1)
    if part.is_lot:
        if edges[0] <= starts < edges[-1]:
            yield first, float(units)
        return
    for hour in range(first, len(edges) - 1):
        overlap_min = min(ends, edges[hour + 1]) - max(starts, edges[hour])
        if overlap_min <= 0:
            return
        yield hour, float(overlap_min / MINUTES_PER_HOUR * units * part.share)
