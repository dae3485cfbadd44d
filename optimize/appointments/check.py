"""Judge bookings by counting heads in every session; shares nothing with the model."""

from collections.abc import Iterator
from math import comb

from optimize.appointments.case import UNBOOKED, AppointmentsCase, AppointmentsPlan
from optimize.score import AGREES_WITHIN, Term, total


def terms(case: AppointmentsCase, plan: AppointmentsPlan) -> Iterator[Term]:
    """Yield what each request and each session costs, and, at no price, the chance that a session overflows."""
    for r, s in enumerate(plan.session):
        yield from _of_request(case, r, s)
    for s, session in enumerate(case.sessions):
        chances = _overflow(case, s, plan.session.count(s))
        expected = sum(over * chance for over, chance in chances.items())
        yield Term("patients beyond the slots", session, expected, case.overflow_cost)
        yield Term("chance of overflow", session, sum(chances.values()))


def breaches(case: AppointmentsCase, plan: AppointmentsPlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    if len(plan.session) != len(case.requests) or not all(UNBOOKED <= s < len(case.sessions) for s in plan.session):
        return [f"session must name one of {len(case.sessions)} sessions, or -1, for {len(case.requests)} requests"]
    found = [fault for r, s in enumerate(plan.session) for fault in _request_faults(case, r, s)]
    for s, session in enumerate(case.sessions):
        most = int(case.slots[s] + case.overbook_limit[s])
        if plan.session.count(s) > most:
            found.append(f"{session} has {plan.session.count(s)} bookings, at most {most} may be")
    cost = total(terms(case, plan))
    if abs(cost - plan.cost) > AGREES_WITHIN * max(1.0, abs(cost)):
        found.append(f"the bookings cost {cost:g}, the plan says {plan.cost:g}")
    return found


def _of_request(case: AppointmentsCase, r: int, s: int) -> Iterator[Term]:
    """Yield what one request costs."""
    name, booked = case.requests[r], int(case.booked[r])
    yield Term("change", name, float(booked not in (UNBOOKED, s)), case.change_cost)
    if s == UNBOOKED:
        yield Term("left open", name, 1.0, float(case.unbooked_cost[r]))
        return
    yield Term("days until the session", name, float(case.day[s]), float(case.day_cost[r]))
    yield Term("days late", name, float(max(0, case.day[s] - case.due_day[r])), float(case.late_cost[r]))
    yield Term("travel", name, float(case.travel_min[r, s]), case.travel_cost_per_min)
    yield Term("not as preferred", name, 1.0, float(case.dislike_cost[r, s]))


def _request_faults(case: AppointmentsCase, r: int, s: int) -> Iterator[str]:
    """Name what is wrong with the session of one request."""
    name = case.requests[r]
    if case.settled[r] and s != case.booked[r]:
        yield f"{name} is settled in {case.sessions[case.booked[r]]}"
    if case.must[r] and (s == UNBOOKED or case.day[s] > case.due_day[r]):
        yield f"{name} must be seen by day {case.due_day[r]}"
    if s != UNBOOKED and not case.fits[r, s]:
        yield f"{name} may not be booked into {case.sessions[s]}"


def _overflow(case: AppointmentsCase, s: int, n_booked: int) -> dict[int, float]:
    """Return the probability that 1, 2, ... more patients come than there are slots."""
    slots, p = int(case.slots[s]), 1.0 - float(case.p_no_show[s])
    come = range(slots + 1, n_booked + 1)
    return {n - slots: comb(n_booked, n) * p**n * (1 - p) ** (n_booked - n) for n in come}
