"""State who could help out where in the next shift, and who was sent: plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimize.checking import finite_faults, least_faults, name_faults, position_faults, refuse, shape_faults
from optimize.program import BoolArray, FloatArray, IntArray

POST_FIELDS = ("hospital", "on_duty", "needed", "safe", "short_cost", "unsafe_cost", "over_cost")
GROUP_FIELDS = ("home", "n_people", "minutes_left", "premium_cost")


@dataclass(frozen=True, slots=True)
class FloatPoolCase:
    """The question of one shift: U posts, G groups of people who are alike, H hospitals.

    A post is one skill in one unit, such as nurses of an intensive care unit. All costs have one unit.

    Args:
        posts: U names.
        groups: G names.
        hospital: position of the hospital of each post; shape (U,).
        on_duty: people rostered; shape (U,), counts.
        needed: people needed; shape (U,), counts.
        safe: people below whom care is unsafe, at most those needed; shape (U,), counts. No post lends below.
        short_cost: price of each person missing between `safe` and `needed`; shape (U,).
        unsafe_cost: price of each person missing below `safe`, at least `short_cost`, inf if that must not
            be; shape (U,).
        over_cost: price of each person beyond those needed; shape (U,).
        home: position of the post each group is rostered at; shape (G,).
        n_people: people of the group who may be sent; shape (G,), counts.
        may_fill: whether a group has skills and credentials for a post; shape (G, U).
        minutes_left: minutes each may still work and travel before the limit of fatigue; shape (G,).
        premium_cost: pay premium of one person for one shift elsewhere; shape (G,).
        travel_min: minutes from hospital to hospital; shape (H, H), inf where nobody can go.
        shift_min: length of the shift, minutes.
        max_travel_min: nobody travels longer, one way.
        travel_cost_per_min: price of a minute of travel, there and back.
        lendable: people whom each post may lend whatever it will need, shape (U,), counts at most `on_duty`: as when
            the need is not known yet, in each scenario of several. None: those above `safe`, and nobody is sent to a
            post that has all it needs.

    Raises:
        ValueError: lists every fault.
    """

    posts: tuple[str, ...]
    groups: tuple[str, ...]
    hospital: IntArray
    on_duty: IntArray
    needed: IntArray
    safe: IntArray
    short_cost: FloatArray
    unsafe_cost: FloatArray
    over_cost: FloatArray
    home: IntArray
    n_people: IntArray
    may_fill: BoolArray
    minutes_left: FloatArray
    premium_cost: FloatArray
    travel_min: FloatArray
    shift_min: float
    max_travel_min: float
    travel_cost_per_min: float
    lendable: IntArray | None = None

    def __post_init__(self) -> None:
        n, m, h = len(self.posts), len(self.groups), self.travel_min.shape[0]
        shapes = {**dict.fromkeys(POST_FIELDS, (n,)), **dict.fromkeys(GROUP_FIELDS, (m,))}
        shapes |= {} if self.lendable is None else {"lendable": (n,)}
        refuse(shape_faults(self, {**shapes, "may_fill": (m, n), "travel_min": (h, h)}))
        refuse(self._number_faults())

    def _number_faults(self) -> Iterator[str]:
        yield from name_faults(self, ("posts", "groups"))
        yield from position_faults(self, {"hospital": self.travel_min.shape[0], "home": len(self.posts)})
        yield from least_faults(self, (*POST_FIELDS[1:], *GROUP_FIELDS[1:], "travel_min", "shift_min"))
        yield from least_faults(self, ("max_travel_min", "travel_cost_per_min"))
        finite = ("short_cost", "over_cost", "premium_cost", "shift_min", "max_travel_min", "travel_cost_per_min")
        yield from finite_faults(self, finite)
        bounds = (("safe", "needed"), ("short_cost", "unsafe_cost"))
        for lower, upper in bounds if self.lendable is None else (*bounds, ("lendable", "on_duty")):
            wrong = np.flatnonzero(getattr(self, lower) > getattr(self, upper))
            if wrong.size:
                yield f"{lower} of {self.posts[wrong[0]]} is above {upper}; give at most that"

    @property
    def may_lend(self) -> IntArray:
        """Count the people whom each post can spare; shape (U,)."""
        if self.lendable is not None:
            return np.asarray(self.lendable, dtype=np.intp)
        return np.asarray(np.maximum(self.on_duty - self.safe, 0), dtype=np.intp)

    def price(self) -> FloatArray:
        """Price one person of each group at each post; inf where nobody is sent; shape (G, U).

        Nobody is sent to the own post, without credentials, beyond the limits of travel and fatigue, or to a
        post that has all it needs.
        """
        travel = self.travel_min[self.hospital[self.home][:, None], self.hospital[None, :]]
        within = (travel <= self.max_travel_min) & (self.shift_min + 2 * travel <= self.minutes_left[:, None])
        lends = (self.n_people > 0) & (self.may_lend[self.home] > 0)
        wants = self.on_duty < self.needed if self.lendable is None else np.ones(len(self.posts), dtype=np.bool_)
        ways = self.may_fill & within & lends[:, None] & wants
        ways &= self.home[:, None] != np.arange(len(self.posts))
        reached = np.where(np.isfinite(travel), travel, 0.0)
        return np.where(ways, self.premium_cost[:, None] + 2 * self.travel_cost_per_min * reached, np.inf)


class Sending(NamedTuple):
    """`n_people` of a group go to a post; both are positions in the case."""

    group: int
    post: int
    n_people: int


@dataclass(frozen=True, slots=True)
class FloatPoolPlan:
    """Whom to send where.

    Args:
        sendings: each with at least one person, in the order of group and post.
        cost: premiums, travel, and what is missing or too much after that.
    """

    sendings: tuple[Sending, ...]
    cost: float

    def on_duty(self, case: FloatPoolCase) -> IntArray:
        """Count who is on duty at each post afterwards; shape (U,)."""
        on_duty = case.on_duty.astype(np.intp)
        for group, post, n_people in self.sendings:
            on_duty[case.home[group]] -= n_people
            on_duty[post] += n_people
        return on_duty


def level_cost(case: FloatPoolCase, on_duty: IntArray) -> FloatArray:
    """Price what each post lacks or has too much; shape (U,)."""
    unsafe = np.maximum(case.safe - on_duty, 0)
    short = np.maximum(case.needed - np.maximum(on_duty, case.safe), 0)
    over = np.maximum(on_duty - case.needed, 0)
    unsafe_cost = np.where(unsafe > 0, case.unsafe_cost, 0.0) * unsafe
    return np.asarray(case.short_cost * short + unsafe_cost + case.over_cost * over, dtype=np.float64)


def plan_of(case: FloatPoolCase, sent: IntArray) -> FloatPoolPlan:
    """Price a plan; `sent` counts the people of each group at each post, shape (G, U)."""
    pairs = np.argwhere(sent > 0).tolist()
    plan = FloatPoolPlan(tuple(Sending(g, u, int(sent[g, u])) for g, u in pairs), 0.0)
    price = case.price()
    moving = sum(n * float(price[g, u]) for g, u, n in plan.sendings)
    return FloatPoolPlan(plan.sendings, moving + float(level_cost(case, plan.on_duty(case)).sum()))
