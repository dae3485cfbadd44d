"""Judge a theatre plan by adding up minutes and beds; shares nothing with the model."""

from collections.abc import Iterator
from math import inf, isfinite, sqrt
from statistics import NormalDist

import numpy as np

from optimize.score import AGREES_WITHIN, Term, total
from optimize.theatre.case import TheatreCase, TheatrePlan

HOLDS_WITHIN = 1e-6


def breaches(case: TheatreCase, plan: TheatrePlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    found = [*_case_breaches(case, plan), *_time_breaches(case, plan)]
    for h, k, d, missing in _beds_missing(case, plan):
        if case.bed_cost[k] == inf:
            found.append(f"hospital {h} has {missing:g} beds of kind {k} too few on day {d}")
    cost = total(terms(case, plan))
    if isfinite(cost) and abs(cost - plan.cost) > AGREES_WITHIN * max(1.0, abs(cost)):
        found.append(f"the plan costs {cost:g}, it says {plan.cost:g}")
    return found


def terms(case: TheatreCase, plan: TheatrePlan) -> Iterator[Term]:
    """Yield what each group and each hospital costs, and, at no price, the probability that a session overruns."""
    for group, session, n_cases in plan.operations:
        late_days = n_cases * max(0, int(case.day[session]) - int(case.due_day[group]))
        yield Term("late", case.cases[group], float(late_days), float(case.late_cost_per_day[group]))
    for c, name in enumerate(case.cases):
        n_later = _n_later(case, plan, c)
        if n_later:
            yield Term("postponed", name, float(n_later), float(case.postpone_cost[c]))
    for h, k, d, missing in _beds_missing(case, plan):
        yield Term("beds too few", f"hospital {h}, kind {k}, day {d}", missing, float(case.bed_cost[k]))
    for s, name in enumerate(case.sessions):
        if any(operation.session == s for operation in plan.operations):
            yield Term("probability of overrun", name, p_overrun(case, plan, s))


def p_overrun(case: TheatreCase, plan: TheatrePlan, session: int) -> float:
    """Give the probability that a session runs over, by the normal approximation."""
    mean, variance = _minutes(case, plan, session)
    over = mean - float(case.minutes[session])
    if variance == 0:
        return float(over > HOLDS_WITHIN)
    return NormalDist().cdf(over / sqrt(variance))


def _minutes(case: TheatreCase, plan: TheatrePlan, session: int) -> tuple[float, float]:
    """Add up mean and variance of the minutes of one session."""
    inside = [operation for operation in plan.operations if operation.session == session]
    mean = sum(operation.n_cases * float(case.mean_min[operation.group]) for operation in inside)
    return mean, sum(operation.n_cases * float(case.sd_min[operation.group]) ** 2 for operation in inside)


def _n_later(case: TheatreCase, plan: TheatrePlan, c: int) -> int:
    return int(case.n_cases[c]) - sum(o.n_cases for o in plan.operations if o.group == c)


def _case_breaches(case: TheatreCase, plan: TheatrePlan) -> Iterator[str]:
    """Say which cases are not where they may be."""
    for group, session, n_cases in plan.operations:
        if n_cases < 1:
            yield f"{(group, session, n_cases)} operates nobody"
        if not case.may_use[group, session]:
            yield f"{case.sessions[session]} does not suit {case.cases[group]}"
    for c, name in enumerate(case.cases):
        n_later = _n_later(case, plan, c)
        if n_later < 0:
            yield f"{name}: {-n_later} more are operated than wait"
        if n_later > 0 and case.postpone_cost[c] == inf:
            yield f"{name}: {n_later} are postponed that must not be"


def _time_breaches(case: TheatreCase, plan: TheatrePlan) -> Iterator[str]:
    """Say which sessions overrun too often, and which surgeons operate too long."""
    for s, name in enumerate(case.sessions):
        probability = p_overrun(case, plan, s)
        if probability > case.p_overrun + HOLDS_WITHIN:
            yield f"{name} overruns with probability {probability:.3f}, {case.p_overrun:g} is allowed"
    for a, name in enumerate(case.surgeons):
        for d in range(case.surgeon_min.shape[1]):
            minutes = sum(
                n_cases * float(case.mean_min[group])
                for group, session, n_cases in plan.operations
                if case.surgeon[group] == a and case.day[session] == d
            )
            if minutes > case.surgeon_min[a, d] + HOLDS_WITHIN:
                yield f"{name} operates {minutes:g} minutes on day {d}, {case.surgeon_min[a, d]:g} are possible"


def _beds_missing(case: TheatreCase, plan: TheatrePlan) -> Iterator[tuple[int, int, int, float]]:
    """Yield hospital, kind, day and number of beds wherever there are too few."""
    n_hospitals, n_kinds, n_days = case.free_beds.shape
    held = np.zeros((n_hospitals, n_kinds, n_days))
    for group, session, n_cases in plan.operations:
        for k in range(n_kinds):
            for lag in range(min(case.stay.shape[2], n_days - int(case.day[session]))):
                held[case.hospital[session], k, case.day[session] + lag] += n_cases * case.stay[group, k, lag]
    for h, k, d in np.argwhere(held > case.free_beds + HOLDS_WITHIN).tolist():
        yield h, k, d, float(held[h, k, d] - case.free_beds[h, k, d])
