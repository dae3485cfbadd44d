"""Decide which lots of medicines move to which hospital before they expire: a fixed-charge network program."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pyomo.environ as pyo

from optimize.medicines import check
from optimize.medicines.case import Lot, LotMove, Medicine, MedicinesCase, MedicinesPlan
from optimize.score import Term


class Use(NamedTuple):
    """Units that serve one medicine at one hospital on the days `first` to `last`, and their variable."""

    first: int
    last: int
    variable: Any
    most: int


@dataclass(frozen=True, slots=True)
class MedicinesProblem:
    """Choose moves of the least cost of waste, shortage and transport.

    Sets: lots l (units[l] of medicine m(l) at hospital o(l)); ways (l, h) that controlled items, cold chain and
    remaining life on receipt allow; trips (o, h); days 0 to T - 1; windows (h, m, a, b) of days.

        min  Σ_{l expires} waste_cost[m(l)] · (left[l] + Σ_h (move − used)[l,h])
             + Σ_{h,m} shortage_cost[m] · missing[h,m]
             + Σ_{l,h} unit_cost[o(l),h] · move[l,h] + Σ_{o,h} trip_cost[o,h] · trip[o,h]
        s.t. keep[l] + Σ_h move[l,h] + left[l] = units[l]                             every unit is somewhere
             Σ_{l at h} keep[l] + Σ_l used[l,h] + missing[h,m] = Σ_t demand[h,m,t]    every need is met or not
             Σ keep + Σ used, both usable within days a to b only, ≤ Σ_{t=a..b} demand[h,m,t]   for each window
             Σ_{l cold} move[l,h] ≤ cold_room[h]
             missing[h,m]         ≤ shortage_limit[h,m]                               (where given)
             used[l,h]            ≤ move[l,h]
             used[l,h]            ≤ useful[l,h] · trip[o(l),h],   move[l,h] ≤ units[l] · trip[o(l),h]
             keep, left, used, missing ≥ 0, move ≥ 0 whole, trip ∈ {0, 1}

    All in units; costs in any one unit of money. keep and used count units that somebody uses. The windows say
    exactly that days for all of them can be found (P. Hall, "On representatives of subsets", 1935,
    doi:10.1112/jlms/s1-10.37.26, on intervals), and then using first what expires first finds such days
    (J. R. Jackson, 1955: earliest due date first). So the hospitals consume oldest first without further variables.
    """

    first_stage: ClassVar[tuple[str, ...]] = ("move", "trip")

    case: MedicinesCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program, with the names of lots, hospitals and medicines as indices."""
        case = self.case
        model = pyo.ConcreteModel("medicines")
        ways = {(case.lots[lot].name, case.hospitals[h]): day for lot, h, day in case.ways().tolist()}
        origin = {lot.name: lot.hospital for lot in case.lots}
        model.ways = pyo.Set(initialize=list(ways), dimen=2)
        model.trips = pyo.Set(initialize=_trips(case, ways, origin), dimen=2)
        model.needs = pyo.Set(initialize=_needs(case), dimen=2)
        model.keep = pyo.Var(list(origin), domain=pyo.NonNegativeReals)
        model.left = pyo.Var(list(origin), domain=pyo.NonNegativeReals)
        model.missing = pyo.Var(model.needs, domain=pyo.NonNegativeReals)
        model.move = pyo.Var(model.ways, domain=pyo.NonNegativeIntegers)
        model.used = pyo.Var(model.ways, domain=pyo.NonNegativeReals)
        model.trip = pyo.Var(model.trips, domain=pyo.Binary)
        uses = _uses(case, model, ways)
        model.cost = pyo.Objective(expr=_cost(case, model), sense=pyo.minimize)
        _balance(model, case, uses)
        _windows(model, case, uses)
        _limits(model, case)
        _charge(model, case, ways)
        return model

    def read(self, model: pyo.ConcreteModel) -> MedicinesPlan:
        """Read the moves, the waste, the shortage and the cost."""
        case = self.case
        moves = [LotMove(lot, h, round(move.value)) for (lot, h), move in model.move.items() if round(move.value)]
        expiring = {lot.name for lot in case.lots if case.expires(lot)}
        wasted = sum(model.left[name].value for name in expiring)
        wasted += sum(model.move[way].value - model.used[way].value for way in model.ways if way[0] in expiring)
        short = sum(variable.value for variable in model.missing.values())
        return MedicinesPlan(tuple(moves), round(wasted), round(short), float(pyo.value(_cost(case, model))))

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        return _words(self.case, constraint, index if isinstance(index, tuple) else (index,))

    def terms(self, solution: MedicinesPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: MedicinesPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)


Ways = dict[tuple[str, str], int]
Uses = dict[tuple[str, str], list[Use]]


def _trips(case: MedicinesCase, ways: Ways, origin: dict[str, str]) -> list[tuple[str, str]]:
    """List the trips that cost something of their own."""
    place = {name: h for h, name in enumerate(case.hospitals)}
    found = dict.fromkeys((origin[lot], h) for lot, h in ways)
    return [(o, h) for o, h in found if case.trip_cost[place[o], place[h]] > 0]


def _needs(case: MedicinesCase) -> list[tuple[str, str]]:
    """List the hospitals and medicines with a demand."""
    needed = case.demand.sum(axis=2)
    return [(case.hospitals[h], case.medicine_names[m]) for h, m in np.argwhere(needed).tolist()]


def _uses(case: MedicinesCase, model: pyo.ConcreteModel, ways: Ways) -> Uses:
    """Collect for each hospital and medicine what may serve it; what cannot be used is fixed at zero."""
    uses: Uses = {need: [] for need in model.needs}
    lots = {lot.name: lot for lot in case.lots}
    for lot in case.lots:
        last = min(lot.usable_days, case.n_days) - 1
        if lot.arrives_day <= last and (lot.hospital, lot.medicine) in uses:
            uses[lot.hospital, lot.medicine].append(Use(lot.arrives_day, last, model.keep[lot.name], lot.units))
        else:
            model.keep[lot.name].fix(0)
    for (name, hospital), day in ways.items():
        lot = lots[name]
        last = min(lot.usable_days, case.n_days) - 1
        if (hospital, lot.medicine) in uses:
            uses[hospital, lot.medicine].append(Use(day, last, model.used[name, hospital], lot.units))
        else:
            model.used[name, hospital].fix(0)
    return uses


def _cost(case: MedicinesCase, model: pyo.ConcreteModel) -> Any:
    """Write waste, shortage and transport."""
    place = {name: h for h, name in enumerate(case.hospitals)}
    origin = {lot.name: lot.hospital for lot in case.lots}
    medicine: dict[str, Medicine] = {item.name: item for item in case.medicines}
    waste = [medicine[lot.medicine].waste_cost * model.left[lot.name] for lot in case.lots if case.expires(lot)]
    lost = {lot.name: medicine[lot.medicine].waste_cost for lot in case.lots if case.expires(lot)}
    unused = [lost[way[0]] * (model.move[way] - model.used[way]) for way in model.ways if way[0] in lost]
    short = [medicine[m].shortage_cost * model.missing[h, m] for h, m in model.needs]
    units = [float(case.unit_cost[place[origin[lot]], place[h]]) * model.move[lot, h] for lot, h in model.ways]
    trips = [float(case.trip_cost[place[o], place[h]]) * model.trip[o, h] for o, h in model.trips]
    return pyo.quicksum([*waste, *unused, *short, *units, *trips])


def _balance(model: pyo.ConcreteModel, case: MedicinesCase, uses: Uses) -> None:
    """Account for every unit and every need."""
    lots = {lot.name: lot for lot in case.lots}
    gone: dict[str, list[Any]] = {name: [] for name in lots}
    for (name, _), move in model.move.items():
        gone[name].append(move)

    def units(m: Any, name: str) -> Any:
        return m.keep[name] + pyo.quicksum(gone[name]) + m.left[name] == lots[name].units

    def need(m: Any, hospital: str, medicine: str) -> Any:
        served = pyo.quicksum(use.variable for use in uses[hospital, medicine])
        return served + m.missing[hospital, medicine] == int(_demand(case, hospital, medicine).sum())

    model.units = pyo.Constraint(list(lots), rule=units)
    model.need = pyo.Constraint(model.needs, rule=need)


def _windows(model: pyo.ConcreteModel, case: MedicinesCase, uses: Uses) -> None:
    """Keep what is usable in a window of days only within its demand, where it could be more."""
    inside: dict[tuple[str, str, int, int], list[Any]] = {}
    for (hospital, medicine), of_need in uses.items():
        for first, last in _spans(of_need):
            within = [use for use in of_need if first <= use.first and use.last <= last]
            if sum(use.most for use in within) > _demand(case, hospital, medicine)[first : last + 1].sum():
                inside[hospital, medicine, first, last] = [use.variable for use in within]

    def window(_: Any, hospital: str, medicine: str, first: int, last: int) -> Any:
        used = pyo.quicksum(inside[hospital, medicine, first, last])
        return used <= int(_demand(case, hospital, medicine)[first : last + 1].sum())

    model.window = pyo.Constraint(list(inside), rule=window)


def _spans(uses: Iterable[Use]) -> Iterator[tuple[int, int]]:
    """Yield every window of days that starts like one use and ends like one."""
    firsts, lasts = sorted({use.first for use in uses}), sorted({use.last for use in uses})
    yield from ((first, last) for first in firsts for last in lasts if first <= last)


def _limits(model: pyo.ConcreteModel, case: MedicinesCase) -> None:
    """Limit what enters the cold, and shortage where that is given."""
    cold = {item.name for item in case.medicines if item.cold}
    chilled = {lot.name for lot in case.lots if lot.medicine in cold}
    entering: dict[str, list[Any]] = {}
    for (name, hospital), move in model.move.items():
        if name in chilled:
            entering.setdefault(hospital, []).append(move)

    def room(_: Any, hospital: str) -> Any:
        return pyo.quicksum(entering[hospital]) <= int(case.cold_room[case.hospitals.index(hospital)])

    def tolerated(m: Any, hospital: str, medicine: str) -> Any:
        index = case.hospitals.index(hospital), case.medicine_names.index(medicine)
        return m.missing[hospital, medicine] <= int(case.shortage_limit[index])  # type: ignore[index]

    model.room = pyo.Constraint(list(entering), rule=room)
    model.tolerated = pyo.Constraint([] if case.shortage_limit is None else model.needs, rule=tolerated)


def _charge(model: pyo.ConcreteModel, case: MedicinesCase, ways: Ways) -> None:
    """Let nothing be used that did not move, and nothing move without its trip."""
    lots: dict[str, Lot] = {lot.name: lot for lot in case.lots}

    def charge(m: Any, name: str, hospital: str) -> Any:
        return m.move[name, hospital] <= lots[name].units * m.trip[lots[name].hospital, hospital]

    def useful(m: Any, name: str, hospital: str) -> Any:
        lot = lots[name]
        window = _demand(case, hospital, lot.medicine)[ways[name, hospital] : lot.usable_days]
        most = min(lot.units, int(window.sum()))
        return m.used[name, hospital] <= most * m.trip[lot.hospital, hospital]

    charged = [(name, hospital) for name, hospital in model.ways if (lots[name].hospital, hospital) in model.trips]
    model.moved = pyo.Constraint(
        model.ways, rule=lambda m, name, hospital: m.used[name, hospital] <= m.move[name, hospital]
    )
    model.charge = pyo.Constraint(charged, rule=charge)
    model.useful = pyo.Constraint(charged, rule=useful)


def _demand(case: MedicinesCase, hospital: str, medicine: str) -> Any:
    """Return the demand by day; shape (T,)."""
    return case.demand[case.hospitals.index(hospital), case.medicine_names.index(medicine)]


def _words(case: MedicinesCase, constraint: str, index: tuple[Any, ...]) -> str:
    """Say what the constraint of one lot, hospital or need asks for."""
    if constraint == "units":
        lot = case.lots[case.lot_names.index(index[0])]
        return f"lot {lot.name} has {lot.units} units of {lot.medicine} at {lot.hospital}"
    if constraint == "room":
        room = case.cold_room[case.hospitals.index(index[0])]
        return f"{index[0]} has room for {room} more units in the cold"
    if constraint == "moved":
        return f"{index[1]} uses of {index[0]} only what goes there"
    if constraint in ("charge", "useful"):
        return f"{index[0]} goes to {index[1]} only if a trip goes there"
    hospital, medicine = index[:2]
    demand = _demand(case, hospital, medicine)
    if constraint == "need":
        return f"{hospital} needs {demand.sum()} units of {medicine} in {case.n_days} days"
    if constraint == "tolerated" and case.shortage_limit is not None:
        limit = case.shortage_limit[case.hospitals.index(hospital), case.medicine_names.index(medicine)]
        return f"{hospital} may be short of {limit} units of {medicine} at most"
    first, last = index[2:]
    needed = demand[first : last + 1].sum()
    return f"{hospital} can use {needed} units of {medicine} from day {first} to day {last} at most"
