"""A desk with one scanner and one lot, and what is asked of it."""

from dataclasses import replace

from sim.platform.agreements import ANY, Agreement
from sim.platform.desk import OPERATOR, Call, Desk
from sim.platform.kinds import SharedKind
from sim.platform.records import Request, Resource

OPERATES = Call(OPERATOR, 0.0)
SCANNER = Resource("ct", "CT", SharedKind.EQUIPMENT, "ct_scanner", "A", "A")
LOT = Resource("lot", "Lot", SharedKind.MEDICINE, "drug", "A", "A", 10, expires_min=3000.0)
WISH = Request("", "B", SharedKind.EQUIPMENT, "ct_scanner", 1, 0.0, 100.0, 30.0)
DRUG = replace(WISH, kind=SharedKind.MEDICINE, type="drug", duration_min=0.0)


def desk_with(*resources: Resource) -> Desk:
    desk = Desk()
    desk.agree(OPERATES, Agreement(ANY, ANY))
    for one in resources or (SCANNER,):
        desk.register(OPERATES, one)
    return desk


def booked(desk: Desk, now: float = 0.0) -> list[tuple[str, int, float, float]]:
    made = desk.schedule(Call(OPERATOR, now)).bookings
    return [(one.offer, one.units, one.starts_min, one.ends_min) for one in made]


def why_missing(desk: Desk) -> list[tuple[int, str]]:
    return [(units, reason) for _, units, reason in desk.schedule(OPERATES).missing]
