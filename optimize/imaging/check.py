"""Judge an imaging plan by counting bookings; shares nothing with the model."""

from collections.abc import Iterator
from math import comb, inf, isfinite

from optimize.imaging.case import Booking, ImagingCase, ImagingPlan
from optimize.score import AGREES_WITHIN, Term, total


def breaches(case: ImagingCase, plan: ImagingPlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    found = [fault for booking in plan.bookings for fault in _misbooked(case, booking)]
    for g, name in enumerate(case.requests):
        n_later = _n_later(case, plan, g)
        if n_later < 0:
            found.append(f"{name}: {-n_later} more are booked than ask")
        if n_later > 0 and case.postpone_cost[g] == inf:
            found.append(f"{name}: {n_later} are postponed who must not be")
    for t, name in enumerate(case.sessions):
        n_new = _n_new(plan, t)
        most = max(0, int(case.slots[t] + case.most_over[t] - case.booked[t]))
        if n_new > most:
            found.append(f"{name} takes {most} more, the plan books {n_new}")
        if n_new and case.opening_cost[t] > 0 and t not in plan.opened:
            found.append(f"{name} is not open")
    cost = total(terms(case, plan))
    if isfinite(cost) and abs(cost - plan.cost) > AGREES_WITHIN * max(1.0, abs(cost)):
        found.append(f"the plan costs {cost:g}, it says {plan.cost:g}")
    return found


def terms(case: ImagingCase, plan: ImagingPlan) -> Iterator[Term]:
    """Yield what each group and each session costs, and, at no price, how many are booked in each session."""
    for group, session, n_requests in plan.bookings:
        name = case.requests[group]
        late_min = max(0.0, float(case.start_min[session] - case.due_min[group]))
        yield Term("late", name, n_requests * late_min, float(case.late_cost_per_min[group]))
        travel_min = n_requests * _travel_min(case, group, session)
        yield Term("travel", name, travel_min, float(case.travel_cost_per_min[group]))
    for g, name in enumerate(case.requests):
        if _n_later(case, plan, g):
            yield Term("postponed", name, float(_n_later(case, plan, g)), float(case.postpone_cost[g]))
    for t in plan.opened:
        yield Term("opening", case.sessions[t], 1.0, float(case.opening_cost[t]))
    for t, name in enumerate(case.sessions):
        n_new = _n_new(plan, t)
        if n_new:
            yield Term("booked", name, float(n_new))
            yield Term("expected overload", name, _added_overload(case, t, n_new), case.overload_cost)


def _added_overload(case: ImagingCase, t: int, n_new: int) -> float:
    """Expect how many patients more come beyond the slots for the new bookings."""
    slots, booked, p_comes = int(case.slots[t]), int(case.booked[t]), 1 - float(case.p_no_show[t])
    return _overload(slots, booked + n_new, p_comes) - _overload(slots, booked, p_comes)


def _overload(slots: int, booked: int, p_comes: float) -> float:
    """Expect how many patients come beyond the slots, by the binomial distribution term by term."""
    return sum(
        (n - slots) * comb(booked, n) * p_comes**n * (1 - p_comes) ** (booked - n) for n in range(slots + 1, booked + 1)
    )


def _n_new(plan: ImagingPlan, t: int) -> int:
    return sum(booking.n_requests for booking in plan.bookings if booking.session == t)


def _n_later(case: ImagingCase, plan: ImagingPlan, g: int) -> int:
    return int(case.n_requests[g]) - sum(b.n_requests for b in plan.bookings if b.group == g)


def _travel_min(case: ImagingCase, group: int, session: int) -> float:
    return float(case.travel_min[case.hospital[group], case.session_hospital[session]])


def _misbooked(case: ImagingCase, booking: Booking) -> Iterator[str]:
    """Say why requests may not go there."""
    group, session, n_requests = booking
    name, to, travel_min = case.requests[group], case.sessions[session], _travel_min(case, group, session)
    if n_requests < 1:
        yield f"{tuple(booking)} books nobody"
    if not case.may_use[group, session]:
        yield f"{to} does not suit {name}"
    if travel_min > case.max_travel_min:
        yield f"{name} would travel {travel_min:g} minutes to {to}, {case.max_travel_min:g} are allowed"
    if case.start_min[session] > case.latest_min[group]:
        yield f"{name} must be scanned before {to}"
