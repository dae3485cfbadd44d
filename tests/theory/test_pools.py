"""Requests for several pools at once, against a slow and plain account of the rule that they follow.

The rule: go through all who wait, best rank first. Who finds a free unit in every pool they need takes it; who does
not keeps one free unit of each pool, so that nobody behind can have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city import City, Discipline, Hospital, Kind, Pool
from sim.distributions import Fixed
from sim.layout import Layout
from sim.network import Network
from sim.pathway import Graded, Pathway, Phase, Step
from sim.scenario import Condition, Horizon, Scenario, Source
from tests.two_hospitals import Patient, cohort_of, two_hospitals

pytestmark = pytest.mark.theory

CODES = ("a", "b", "c")
NEEDS = [needs for n in (1, 2, 3) for needs in combinations(CODES, n)]
END = 100_000.0


@dataclass(frozen=True)
class Request:
    """Ask for units of all pools in `needs` at a minute, for so many minutes."""

    asked: int
    acuity: int
    needs: tuple[str, ...]
    minutes: int


requests = st.lists(
    st.builds(
        Request,
        asked=st.integers(0, 150),
        acuity=st.integers(1, 5),
        needs=st.sampled_from(NEEDS),
        minutes=st.integers(1, 60),
    ),
    min_size=1,
    max_size=40,
).map(lambda some: sorted(some, key=lambda one: one.asked))
# On duty in the first hours; afterwards one unit for ever, so that everyone is served in the end.
rosters = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(lambda first: (*first, *[1] * 162))
cities = st.builds(
    lambda discipline, levels: tuple(
        Pool(code, Kind.STAFF, level, discipline) for code, level in zip(CODES, levels, strict=True)
    ),
    st.sampled_from([Discipline.PRIORITY, Discipline.FIFO]),
    st.tuples(*[rosters] * len(CODES)),
)


def served(pools: Sequence[Pool], asked: Sequence[Request]) -> list[float]:
    """Return when the engine serves each request."""
    pathways = tuple(
        Pathway("".join(needs), (Phase("care", (Step("do", Graded((Fixed(1.0),)), needs),)),)) for needs in NEEDS
    )
    world = two_hospitals()
    world = replace(
        world,
        city=City("town", (Hospital("h", "H", 0, 0, tuple(pools)),), (), np.zeros((1, 1)), np.zeros((0, 1))),
        pathways=pathways,
        conditions=tuple(Condition(one.name, one.name, np.full(5, 0.2)) for one in pathways),
        sources=(Source("s", ("a",), np.ones(1), np.zeros(168), hospital=0),),
        horizon=Horizon(0.0, END),
    ).checked()
    return moments(world, asked)


def moments(world: Scenario, asked: Sequence[Request]) -> list[float]:
    cohort = replace(
        cohort_of([Patient(float(one.asked), one.acuity) for one in asked]),
        pathway=np.array([NEEDS.index(one.needs) for one in asked]),
        minutes=np.array([[float(one.minutes)] for one in asked]),
        enters=np.ones((len(asked), 1), dtype=np.bool_),
    )
    network = Network(world, cohort, cohort.acuity)
    network.run()
    layout = Layout.of(world)
    marks = np.frombuffer(network.log.marks).reshape(len(asked), len(layout.marks))
    started: list[float] = marks[:, layout.mark_index["care.do_started"]].tolist()
    return started


@dataclass
class Account:
    """Keep account of who waits and who is served, minute by minute."""

    pools: Sequence[Pool]
    asked: Sequence[Request]
    started: dict[int, int] = field(default_factory=dict)

    def rank(self, k: int) -> tuple[int, int, int]:
        """Return who goes first: the most urgent, unless pools serve in turn."""
        in_turn = self.pools[0].discipline is Discipline.FIFO
        return 0 if in_turn else self.asked[k].acuity, self.asked[k].asked, k

    def serve(self, now: int, hour: int, newest: int) -> None:
        """Go once through all who wait, `newest` the last of them, with the units on duty in this hour."""
        going_on = [k for k, start in self.started.items() if start + self.asked[k].minutes > now]
        free = {p.code: p.levels[hour] - sum(p.code in self.asked[k].needs for k in going_on) for p in self.pools}
        for k in sorted(set(range(newest + 1)) - self.started.keys(), key=self.rank):
            needs = self.asked[k].needs
            if all(free[code] > 0 for code in needs):
                self.started[k] = now
            free = {code: n - (code in needs) for code, n in free.items()}


def by_the_rule(pools: Sequence[Pool], asked: Sequence[Request]) -> list[float]:
    """Return when each request is served by the rule: in each minute, units come free, shifts change, and some ask."""
    account, newest, now = Account(pools, asked), -1, 0
    while len(account.started) < len(asked):
        account.serve(now, max(0, now - 1) // 60, newest)
        account.serve(now, now // 60, newest)
        while newest + 1 < len(asked) and asked[newest + 1].asked == now:
            newest += 1
            account.serve(now, now // 60, newest)
        now += 1
    return [float(account.started[k]) for k in range(len(asked))]


@settings(max_examples=300, deadline=None)
@given(cities, requests)
def test_everyone_is_served_exactly_when_the_rule_says(pools: tuple[Pool, ...], asked: list[Request]) -> None:
    assert served(pools, asked) == by_the_rule(pools, asked)


@settings(max_examples=50, deadline=None)
@given(requests, st.sampled_from(NEEDS), st.integers(1, 3))
def test_the_most_urgent_waits_for_no_more_than_the_care_in_hand(
    asked: list[Request], needs: tuple[str, ...], units: int
) -> None:
    """No unit is given away that the best-ranked request is waiting for, and none of them stays idle."""
    crowd = [replace(one, acuity=max(2, one.acuity)) for one in asked]
    crowd = sorted([*crowd, Request(75, 1, needs, 1)], key=lambda one: one.asked)
    started = served([Pool(code, Kind.STAFF, (units,)) for code in CODES], crowd)
    urgent = next(k for k, one in enumerate(crowd) if one.acuity == 1)
    in_hand = [start + one.minutes for start, one in zip(started, crowd, strict=True) if start <= 75]
    assert started[urgent] in (75.0, *in_hand)
    assert started[urgent] <= max([75.0, *in_hand])
