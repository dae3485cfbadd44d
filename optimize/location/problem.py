"""Place ambulances so that most calls find a free one in time: maximal (expected) covering."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from optimize.location import check
from optimize.location.case import LocationCase, LocationPlan, plan_of
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class LocationProblem:
    """Choose how many vehicles stand at each station in each hour (MEXCLP).

    Sets: zones i, stations j, hours t; N(i) the stations within the threshold of i, R(i) those within reach_min;
    k = 1, 2, ... vehicles in reach, as far as one more can be and helps. Calls per hour; vehicles.

        max  Σ_{i,t,k} demand[i,t] · (1 − busy[t]) · busy[t]^(k−1) · cover[i,t,k]
             − move_cost · Σ_t (Σ_j arrive[j,t] − newcomers[t])
        s.t. Σ_k cover[i,t,k]               ≤ Σ_{j in N(i)} stand[j,t]     each vehicle in reach counts once
             Σ_j stand[j,t]                 = fleet[t]                     every vehicle stands somewhere
             stand[j,t] − stand[j,t−1]      ≤ arrive[j,t]                  (t = 0: against standing, where given)
             Σ_j arrive[j,t]                ≤ moves_per_hour + newcomers[t]   (where given)
             Σ_{j in R(i)} stand[j,t]       ≥ 1                            (where asked)
             held[j] ≤ stand[j,0],  stand[j,t] ≤ capacity[j] whole,  0 ≤ cover ≤ 1,  arrive ≥ 0

    M. S. Daskin, "A maximum expected covering location model", 1983, doi:10.1287/trsc.17.1.48. The k-th vehicle adds
    less than the one before it, so cover fills in order and need not be whole. If nobody is ever busy, only k = 1
    counts and this is the maximal covering problem (MCLP) of R. Church and C. ReVelle, 1974,
    doi:10.1007/BF01942293; see `maximal_covering`.
    """

    first_stage: ClassVar[tuple[str, ...]] = ("stand",)

    case: LocationCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program, with the names of zones and stations and the number of the hour as indices."""
        case = self.case
        hours = range(case.n_hours)
        model = pyo.ConcreteModel("location")
        steps = dict(_steps(case))
        model.steps = pyo.Set(initialize=list(steps), dimen=3)
        model.cover = pyo.Var(model.steps, bounds=(0, 1))
        model.stand = pyo.Var(case.stations, hours, domain=pyo.NonNegativeIntegers, bounds=self._bounds)
        model.arrive = pyo.Var(case.stations, hours, domain=pyo.NonNegativeReals)
        covered = pyo.quicksum(gain * model.cover[step] for step, gain in steps.items())
        moved = pyo.quicksum(model.arrive.values()) - int(case.newcomers.sum())
        model.value = pyo.Objective(expr=covered - case.move_cost * moved, sense=pyo.maximize)
        self._cover(model)
        self._moves(model)
        self._reach(model)
        return model

    def read(self, model: pyo.ConcreteModel) -> LocationPlan:
        """Read where vehicles stand, and work out what that covers."""
        hours = range(self.case.n_hours)
        rows = [[round(model.stand[j, t].value) for j in self.case.stations] for t in hours]
        return plan_of(self.case, np.array(rows, dtype=np.intp))

    def _bounds(self, _: Any, station: str, t: int) -> tuple[int, int]:
        j = self.case.stations.index(station)
        return int(self.case.held[j]) if t == 0 and self.case.held is not None else 0, int(self.case.capacity[j])

    def _cover(self, model: pyo.ConcreteModel) -> None:
        """Cover by vehicles in reach only, and let every vehicle stand somewhere."""
        case = self.case
        of_zone: dict[tuple[str, int], list[Any]] = {}
        for (zone, t, _), cover in model.cover.items():
            of_zone.setdefault((zone, t), []).append(cover)
        near = {zone: case.within(case.threshold_min, i) for i, zone in enumerate(case.zones)}

        def in_reach(m: Any, zone: str, t: int) -> Any:
            return pyo.quicksum(of_zone[zone, t]) <= pyo.quicksum(m.stand[j, t] for j in near[zone])

        def on_duty(m: Any, t: int) -> Any:
            return pyo.quicksum(m.stand[j, t] for j in case.stations) == int(case.fleet[t])

        model.in_reach = pyo.Constraint(list(of_zone), rule=in_reach)
        model.on_duty = pyo.Constraint(range(case.n_hours), rule=on_duty)

    def _moves(self, model: pyo.ConcreteModel) -> None:
        """Count who arrives, and limit the moves."""
        case, station = self.case, {name: j for j, name in enumerate(self.case.stations)}

        def arriving(m: Any, name: str, t: int) -> Any:
            if t == 0 and case.standing is None:
                return pyo.Constraint.Skip
            before = m.stand[name, t - 1] if t else int(case.standing[station[name]])  # type: ignore[index]
            return m.stand[name, t] - before <= m.arrive[name, t]

        def limit(m: Any, t: int) -> Any:
            most = int(case.moves_per_hour or 0) + int(case.newcomers[t])
            return pyo.quicksum(m.arrive[j, t] for j in case.stations) <= most

        limited = range(case.n_hours) if case.moves_per_hour is not None else []
        model.arriving = pyo.Constraint(case.stations, range(case.n_hours), rule=arriving)
        model.moves = pyo.Constraint(limited, rule=limit)

    def _reach(self, model: pyo.ConcreteModel) -> None:
        """Ask for a vehicle in the wider reach of every zone."""
        case = self.case
        minutes = case.reach_min
        near = {} if minutes is None else {zone: case.within(minutes, i) for i, zone in enumerate(case.zones)}

        def reach(m: Any, zone: str, t: int) -> Any:
            return pyo.quicksum(m.stand[j, t] for j in near[zone]) >= 1 if near[zone] else pyo.Constraint.Infeasible

        model.reach = pyo.Constraint(list(near), range(case.n_hours), rule=reach)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        case, place = self.case, index if isinstance(index, tuple) else (index,)
        hour = place[-1]
        if constraint == "reach" and case.reach_min is not None:
            near = case.within(case.reach_min, case.zones.index(place[0]))
            return (
                f"{place[0]} must be reached within {case.reach_min:g} minutes in hour {hour}; "
                f"that can be done from {' or '.join(near) or 'no station'}"
            )
        if constraint == "on_duty":
            return f"{case.fleet[int(str(hour))]} vehicles are on duty in hour {hour}"
        if constraint == "moves":
            return f"no more than {case.moves_per_hour} vehicles change stations in hour {hour}"
        if constraint == "arriving":
            return f"who is new at {place[0]} in hour {hour} has arrived there"
        return f"{place[0]} is covered by vehicles in reach only in hour {hour}"

    def terms(self, solution: LocationPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: LocationPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)


def maximal_covering(case: LocationCase) -> LocationProblem:
    """Return the MCLP of a case: a zone is covered if one vehicle stands in reach, because none is ever busy."""
    return LocationProblem(replace(case, busy=np.zeros(case.n_hours)))


def _steps(case: LocationCase) -> Iterator[tuple[tuple[str, int, int], float]]:
    """Yield (zone, hour, k) and what the k-th vehicle in reach adds, as long as it adds something."""
    room = case.covers.T.astype(np.intp) @ case.capacity
    for i, zone in enumerate(case.zones):
        for t in range(case.n_hours):
            busy, demand = float(case.busy[t]), float(case.demand[i, t])
            for k in range(1, min(int(room[i]), int(case.fleet[t])) + 1):
                gain = demand * (1 - busy) * busy ** (k - 1)
                if not gain > 0:
                    break
                yield (zone, t, k), gain
