"""Judge a plan by counting, zone by zone, the vehicles that could come in time; shares nothing with the model."""

from collections.abc import Iterator

from optimize.location.case import LocationCase, LocationPlan
from optimize.score import AGREES_WITHIN, Term, total


def terms(case: LocationCase, plan: LocationPlan) -> Iterator[Term]:
    """Yield the calls covered by zone, the moves by hour, and, at no price, the worst zone of each hour.

    With n vehicles in reach, each busy a share q of the time independently of the others, a call finds one that is
    free with probability 1 - q^n (M. S. Daskin, 1983, doi:10.1287/trsc.17.1.48).
    """
    for i, zone in enumerate(case.zones):
        covered = (float(case.demand[i, t]) * _p_free(case, plan, i, t) for t in range(case.n_hours))
        yield Term("calls covered", zone, sum(covered), 1.0)
    for t, n_moves in enumerate(_moves(case, plan)):
        yield Term("moves", f"hour {t}", n_moves, -case.move_cost)
    for t in range(case.n_hours):
        worst = min((_p_free(case, plan, i, t) for i in range(len(case.zones))), default=1.0)
        yield Term("chance of a free vehicle in the worst zone", f"hour {t}", worst)


def breaches(case: LocationCase, plan: LocationPlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    if len(plan.vehicles) != case.n_hours or any(len(hour) != len(case.stations) for hour in plan.vehicles):
        return [f"vehicles must be given for {case.n_hours} hours and {len(case.stations)} stations"]
    found = [fault for t in range(case.n_hours) for fault in _hour_faults(case, plan, t)]
    for t, n_moves in enumerate(_moves(case, plan)):
        if case.moves_per_hour is not None and n_moves > case.moves_per_hour:
            found.append(f"hour {t} has {n_moves} moves, the limit is {case.moves_per_hour}")
    parts = [*terms(case, plan)]
    covered = sum(term.amount for term in parts if term.name == "calls covered")
    for name, said, value in (
        ("covered_calls", plan.covered_calls, covered),
        ("n_moves", plan.n_moves, sum(_moves(case, plan))),
        ("value", plan.value, total(parts)),
    ):
        if abs(said - value) > AGREES_WITHIN * max(1.0, abs(value)):
            found.append(f"{name} is {value:g}, the plan says {said:g}")
    return found


def _hour_faults(case: LocationCase, plan: LocationPlan, t: int) -> Iterator[str]:
    """Name what is wrong in one hour."""
    standing = plan.vehicles[t]
    for j, n in enumerate(standing):
        if not 0 <= n <= case.capacity[j]:
            yield f"hour {t}: {case.stations[j]} has {n} vehicles and holds {case.capacity[j]}"
        if t == 0 and case.held is not None and n < case.held[j]:
            yield f"{case.held[j]} vehicles must stay at {case.stations[j]}, {n} do"
    if sum(standing) != case.fleet[t]:
        yield f"hour {t}: {sum(standing)} vehicles stand somewhere, {case.fleet[t]} are on duty"
    if case.reach_min is None:
        return
    for i, zone in enumerate(case.zones):
        if not any(n and case.travel_min[j, i] <= case.reach_min for j, n in enumerate(standing)):
            yield f"hour {t}: nobody reaches {zone} within {case.reach_min:g} minutes"


def _p_free(case: LocationCase, plan: LocationPlan, i: int, t: int) -> float:
    """Return the probability that a vehicle in reach of zone i is free in hour t."""
    in_reach = sum(n for j, n in enumerate(plan.vehicles[t]) if case.travel_min[j, i] <= case.threshold_min)
    return 1.0 - float(case.busy[t]) ** in_reach if in_reach else 0.0


def _moves(case: LocationCase, plan: LocationPlan) -> list[int]:
    """Count the changes of stations at the start of each hour; newcomers do not change."""
    before = plan.vehicles[0] if case.standing is None else tuple(case.standing.tolist())
    moves = []
    for hour in plan.vehicles:
        arrived = sum(max(0, n - m) for n, m in zip(hour, before, strict=True))
        moves.append(arrived - max(0, sum(hour) - sum(before)))
        before = hour
    return moves
