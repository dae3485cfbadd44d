"""Take in the states of devices, as a feed wrote them with their times, and raise an alert where bookings suffer."""

from pathlib import Path
from typing import NamedTuple

from experiments.files.reading import read_sheet
from experiments.resources.calendar import minutes_of, time_text
from experiments.schema import stop_at
from sim.platform.desk import Call, Desk
from sim.platform.records import Booking, Standing, Status
from sim.platform.state import State

COLUMNS = ("time", "resource", "status")


class Report(NamedTuple):
    """Say that a resource had a status at a time, in minutes from time zero."""

    time_min: float
    resource: str
    status: Status


def read_feed(path: Path, desk: Desk) -> list[Report]:
    """Read one report from each row of a CSV file; return them by time.

    Raises:
        ScenarioError: with every fault, by row and column: a time, a resource or a status that is none.
    """
    sheet = read_sheet(path, COLUMNS)
    stop_at(sheet.all_faults() if not sheet.is_whole else [])
    resources = sheet.texts("resource", required=True)
    shared = [one.id for one in desk.state.resources.values() if one.status is not Status.WITHDRAWN]
    sheet.blame_unknown(resources, shared, "resource")
    statuses = sheet.words("status", [Status.AVAILABLE.value, Status.DOWN.value])
    sheet.blame_all([i for i, status in enumerate(statuses) if not status], "status", "fill the cell")
    times = []
    for record, text in enumerate(sheet.cells("time")):
        try:
            times.append(minutes_of(text))
        except ValueError as error:
            sheet.blame(record, "time", str(error))
    stop_at(sheet.all_faults())
    found = [Report(*one[:2], Status(one[2])) for one in zip(times, resources, statuses, strict=True)]
    return sorted(found, key=lambda report: report.time_min)


def replay(desk: Desk, call: Call, reports: list[Report]) -> None:
    """Change the status of each resource as reported; note an alert for every booking that it leaves without a device.

    Reports that are not newer than the last change of the same resource are passed over, so that a feed can be taken
    in again when it has grown.
    """
    newest = {row.entry.subject: row.entry.time_min for row in desk.ledger.rows if row.entry.action == "status"}
    for report in reports:
        is_old = report.time_min <= newest.get(report.resource, -1.0)
        if is_old or desk.resource(report.resource).status is report.status:
            continue
        then = Call(call.actor, report.time_min, call.reason or "reported by the feed")
        desk.change_status(then, report.resource, report.status)
        newest[report.resource] = report.time_min
        if report.status is Status.DOWN:
            for booking in bookings_at_risk(desk.state, report.resource, report.time_min):
                desk.note(Call(call.actor, report.time_min, risk(booking)), "alert", report.resource)


def bookings_at_risk(state: State, resource: str, time_min: float) -> list[Booking]:
    """Return the bookings of a resource that are not over at a time."""
    found = [booking for offer in state.offers_of(resource) for booking in state.bookings_of(offer.id)]
    return [one for one in found if one.standing is Standing.OPEN and one.ends_min > time_min]


def risk(booking: Booking) -> str:
    """Return in words what a device that is down means for a booking."""
    return f"down while {booking.id} of {booking.user} stands from {time_text(booking.starts_min)}"
