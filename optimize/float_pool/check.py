"""Judge a float pool plan by counting people; shares nothing with the model."""

from collections.abc import Iterator
from math import inf, isfinite

from optimize.float_pool.case import FloatPoolCase, FloatPoolPlan, Sending
from optimize.score import AGREES_WITHIN, Term, total


def breaches(case: FloatPoolCase, plan: FloatPoolPlan) -> list[str]:
    """List in words what does not hold, empty if all does."""
    found = [fault for sending in plan.sendings for fault in _misdirected(case, sending)]
    for g, name in enumerate(case.groups):
        n_sent = sum(sending.n_people for sending in plan.sendings if sending.group == g)
        if n_sent > case.n_people[g]:
            found.append(f"{name} has {case.n_people[g]} people, the plan sends {n_sent}")
    for u, name in enumerate(case.posts):
        n_lent = sum(sending.n_people for sending in plan.sendings if case.home[sending.group] == u)
        if case.lendable is not None:
            if n_lent > case.lendable[u]:
                found.append(f"{name} lends {n_lent}, and may lend {case.lendable[u]}")
        elif n_lent and case.on_duty[u] - n_lent < case.safe[u]:
            found.append(f"{name} lends {n_lent} and is left below its safe level of {case.safe[u]}")
        if case.unsafe_cost[u] == inf and _level(case, plan, u) < case.safe[u]:
            found.append(f"{name} has {_level(case, plan, u)}, and must have {case.safe[u]} to be safe")
    cost = total(terms(case, plan))
    if isfinite(cost) and abs(cost - plan.cost) > AGREES_WITHIN * max(1.0, abs(cost)):
        found.append(f"the plan costs {cost:g}, it says {plan.cost:g}")
    return found


def terms(case: FloatPoolCase, plan: FloatPoolPlan) -> Iterator[Term]:
    """Yield what each group costs that is sent, and what each post lacks or has too much."""
    for group, post, n_people in plan.sendings:
        yield Term("premium", case.groups[group], float(n_people), float(case.premium_cost[group]))
        minutes = 2 * n_people * _travel_min(case, group, post)
        yield Term("travel", case.groups[group], minutes, case.travel_cost_per_min)
    for u, name in enumerate(case.posts):
        level, needed, safe = _level(case, plan, u), int(case.needed[u]), int(case.safe[u])
        if level < needed:
            yield Term("short", name, float(needed - max(level, safe)), float(case.short_cost[u]))
        if level < safe:
            yield Term("unsafe", name, float(safe - level), float(case.unsafe_cost[u]))
        if level > needed:
            yield Term("over", name, float(level - needed), float(case.over_cost[u]))


def _level(case: FloatPoolCase, plan: FloatPoolPlan, u: int) -> int:
    """Count who is on duty at one post afterwards."""
    arriving = sum(sending.n_people for sending in plan.sendings if sending.post == u)
    return int(case.on_duty[u]) + arriving - sum(s.n_people for s in plan.sendings if case.home[s.group] == u)


def _travel_min(case: FloatPoolCase, group: int, post: int) -> float:
    return float(case.travel_min[case.hospital[case.home[group]], case.hospital[post]])


def _misdirected(case: FloatPoolCase, sending: Sending) -> Iterator[str]:
    """Say why people may not be sent there."""
    group, post, n_people = sending
    name, to, travel_min = case.groups[group], case.posts[post], _travel_min(case, group, post)
    if n_people < 1 or post == case.home[group]:
        yield f"{tuple(sending)} sends nobody anywhere"
    if not case.may_fill[group, post]:
        yield f"{name} has no credentials for {to}"
    if travel_min > case.max_travel_min:
        yield f"{name} would travel {travel_min:g} minutes to {to}, {case.max_travel_min:g} are allowed"
    if case.shift_min + 2 * travel_min > case.minutes_left[group]:
        yield f"{name} may work {case.minutes_left[group]:g} minutes more, too few for a shift in {to}"
    if case.on_duty[post] >= case.needed[post]:
        yield f"{to} has all it needs before anybody comes"
