"""Describe, for pools of one code, the rules that a planner may set: who goes first, rosters, breakdowns, rooms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any

import numpy as np

from experiments import laws  # noqa: F401 (it knows how the durations of breakdowns are written)
from experiments.schema import close_match
from sim.city import AtEnd, Breakdown, City, Crew, Discipline, Hospital, Kind, Maintenance, Pool
from sim.faults import Fault
from sim.units import HOURS_PER_WEEK

HOURS_PER_DAY = 24
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GROUPS = {"every_day": DAYS, "weekdays": DAYS[:5], "weekend": DAYS[5:]}


@dataclass(slots=True)
class RosterLine:
    """Put units on duty on some days, from an hour up to another; past midnight when the second is not later.

    `days` are weekdays, or `weekdays`, `weekend` or `every_day`. The lines of one roster add up.
    """

    units: int
    from_hour: int = 0
    to_hour: int = HOURS_PER_DAY
    days: tuple[str, ...] = ("every_day",)

    def faults(self, place: str) -> Iterator[Fault]:
        """Yield faults of units below zero, hours outside the day, and days that are not known."""
        if self.units < 0:
            yield Fault(f"{place}.units", self.units, "give zero or more")
        for name, hour, last in (("from_hour", self.from_hour, 23), ("to_hour", self.to_hour, 24)):
            if not 0 <= hour <= last:
                yield Fault(f"{place}.{name}", hour, f"give a whole hour from 0 to {last}")
        for day in self.days:
            if day not in (*GROUPS, *DAYS):
                yield Fault(f"{place}.days", day, close_match(day, (*GROUPS, *DAYS)))

    def levels(self) -> np.ndarray:
        """Return the units on duty in each hour of the week, shape (168,)."""
        names = [name for day in self.days for name in GROUPS.get(day, (day,))]
        length = (self.to_hour - self.from_hour - 1) % HOURS_PER_DAY + 1
        starts = HOURS_PER_DAY * np.array([DAYS.index(name) for name in dict.fromkeys(names)]) + self.from_hour
        hours = (starts[:, None] + np.arange(length)).ravel() % HOURS_PER_WEEK
        return np.bincount(hours, minlength=HOURS_PER_WEEK) * self.units


@dataclass(slots=True)
class PoolRules:
    """Set the rules of the pools of one code; what is left out stays as it is. See `sim.city.Pool`.

    `roster` takes the place of the usual roster; the lines of `extra` add to it, whatever it is: staff in any number,
    other units only as far as they exist.
    """

    discipline: Discipline | None = None
    credit_per_min: tuple[float, ...] | None = None
    waiting_room: int | None = None
    at_shift_end: AtEnd | None = None
    borrows: str | None = None
    breakdown: Breakdown | None = None
    maintenance: tuple[Maintenance, ...] | None = None
    roster: tuple[RosterLine, ...] | None = None
    extra: tuple[RosterLine, ...] = ()

    def applied(self, pool: Pool) -> Pool:
        """Return the pool with these rules, except for what is added to its roster."""
        given: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "extra"}
        roster = given.pop("roster")
        if roster is not None:
            given["levels"] = tuple(int(level) for level in sum(line.levels() for line in roster))
        return replace(pool, **{name: value for name, value in given.items() if value is not None})

    def extended(self, pool: Pool) -> Pool:
        """Return the pool with what `extra` adds to its roster."""
        if not self.extra:
            return pool
        levels = np.resize(pool.levels, HOURS_PER_WEEK) + sum(line.levels() for line in self.extra)
        most = np.inf if pool.kind is Kind.STAFF else pool.establishment
        return replace(pool, levels=tuple(int(level) for level in np.minimum(levels, most)))


Rules = Mapping[str, PoolRules]


def ruled(city: City, rules: Rules, of_hospital: Mapping[str, Rules], crews: Mapping[str, int]) -> City:
    """Return the city with rules for the pools of every code, then those of single hospitals, and its repair crews."""

    def with_rules(hospital: Hospital) -> Hospital:
        pools, both = hospital.pools, (rules, of_hospital.get(hospital.id, {}))
        for change, some in product((PoolRules.applied, PoolRules.extended), both):
            pools = tuple(change(some[pool.code], pool) if pool.code in some else pool for pool in pools)
        return replace(hospital, pools=pools)

    made = tuple(Crew(name, size) for name, size in crews.items())
    return replace(city, hospitals=tuple(map(with_rules, city.hospitals)), crews=made)


def rule_faults(rules: Rules, known: Iterable[str], place: str) -> Iterator[Fault]:
    """Yield a fault for rules of pools that nobody has."""
    for code in sorted(set(rules) - set(known)):
        yield Fault(f"{place}.{code}", code, close_match(code, known))
