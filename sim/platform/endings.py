"""Say what becomes of a thing that is taken back: what has not begun is closed, what goes on ends now."""

from dataclasses import replace

from sim.platform.records import Booking, Offer, Pact, Request, Resource, Standing, Status


def withdrawn(record: Resource | Offer | Request | Pact, time_min: float) -> Resource | Offer | Request | Pact:
    """Return what a thing becomes when it is withdrawn; the same when it was withdrawn before, or has ended."""
    if isinstance(record, Resource):
        return replace(record, status=Status.WITHDRAWN)
    if isinstance(record, Pact):
        agreement = record.agreement
        ends_min = min(agreement.ends_min, max(agreement.starts_min, time_min))
        return replace(record, agreement=replace(agreement, ends_min=ends_min))
    return replace(record, standing=Standing.CLOSED)


def called_off(booking: Booking, time_min: float) -> Booking | None:
    """Return what a booking becomes: closed, or cut at this time when it goes on; None when it is over."""
    if booking.standing is not Standing.OPEN:
        return None
    if time_min <= booking.starts_min:
        return replace(booking, standing=Standing.CLOSED)
    if time_min < booking.ends_min:
        return replace(booking, standing=Standing.CUT, ends_min=time_min)
    return None
