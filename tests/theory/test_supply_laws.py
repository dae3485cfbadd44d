"""Laws that medicines, ambulances and appointments obey, whatever the numbers: duality, submodularity, monotony."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from optimize.appointments.case import UNBOOKED, AppointmentsCase
from optimize.appointments.planner import AppointmentsPlanner
from optimize.appointments.problem import AppointmentsProblem
from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.location.case import LocationCase
from optimize.location.problem import LocationProblem, maximal_covering
from optimize.location.rule import by_rule
from optimize.medicines.case import MedicinesCase
from optimize.medicines.check import live_through
from optimize.medicines.problem import MedicinesProblem
from optimize.solver import Problem, SolveOptions, prices, solve
from sim.streams import Replication, stream
from tests import appointments_cases, location_cases, medicines_cases

pytestmark = pytest.mark.theory

EXACT = SolveOptions(gap=0.0)
SLACK = 1e-6


def best(problem: Problem[object]) -> float:
    """Return the optimum."""
    objective = solve(problem, EXACT).objective
    assert objective is not None
    return objective


# Medicines


def used_by_order(case: MedicinesCase, order: tuple[int, ...]) -> tuple[int, int]:
    """Serve day by day, always from the first usable lot of an order; return units wasted and units short."""
    left = {lot.name: lot.units for lot in case.lots}
    short = 0
    for h, hospital in enumerate(case.hospitals):
        for m, medicine in enumerate(case.medicine_names):
            for day, needed in enumerate(case.demand[h, m].tolist()):
                for lot in (case.lots[number] for number in order):
                    here = (lot.hospital, lot.medicine) == (hospital, medicine)
                    if here and lot.arrives_day <= day < lot.usable_days:
                        taken = min(left[lot.name], needed)
                        left[lot.name] -= taken
                        needed -= taken
                short += needed
    return sum(left[lot.name] for lot in case.lots if case.expires(lot)), short


@settings(max_examples=60)
@given(medicines_cases.cases(most_lots=3, hospitals=2))
def test_no_order_of_use_wastes_less_or_lacks_less_than_what_expires_first(case: MedicinesCase) -> None:
    days = live_through(case, ())
    left = days.left()
    wasted = sum(left[lot.name] for lot in case.lots if case.expires(lot))
    short = sum(map(sum, days.short.values()))
    for order in permutations(range(len(case.lots))):
        other_wasted, other_short = used_by_order(case, order)
        assert wasted <= other_wasted
        assert short <= other_short


@settings(max_examples=40)
@given(medicines_cases.cases(most_lots=3))
def test_a_lot_in_two_parts_is_worth_the_same(case: MedicinesCase) -> None:
    whole = replace(case, shortage_limit=None)
    parts = [replace(lot, name=f"{lot.name}.{n}", units=1) for lot in whole.lots for n in range(lot.units)]
    assert best(MedicinesProblem(replace(whole, lots=tuple(parts)))) == pytest.approx(best(MedicinesProblem(whole)))


@settings(max_examples=40)
@given(medicines_cases.cases(most_lots=3))
def test_freedom_never_costs(case: MedicinesCase) -> None:
    """A longer cold chain, more room, less life on receipt or cheaper trips can only lower the cost."""
    tight = replace(case, shortage_limit=None)
    cost = best(MedicinesProblem(tight))
    for change in (
        {"cold_hours": tight.cold_hours + 10},
        {"cold_room": tight.cold_room + 2},
        {"receipt_hours": 0.0},
        {"trip_cost": tight.trip_cost / 2},
    ):
        assert best(MedicinesProblem(replace(tight, **change))) <= cost + SLACK  # type: ignore[arg-type]


@settings(max_examples=40)
@given(medicines_cases.cases(most_lots=3))
def test_whoever_may_move_nothing_pays_what_the_days_cost(case: MedicinesCase) -> None:
    still = replace(case, transit_hours=np.full((3, 3), np.inf), shortage_limit=None)
    days = live_through(still, ())
    costs = {medicine.name: medicine for medicine in case.medicines}
    left = days.left()
    wasted = sum(costs[lot.medicine].waste_cost * left[lot.name] for lot in case.lots if case.expires(lot))
    short = sum(costs[medicine].shortage_cost * sum(units) for (_, medicine), units in days.short.items())
    assert best(MedicinesProblem(still)) == pytest.approx(wasted + short)


# Ambulances


@settings(max_examples=60)
@given(location_cases.cases(stations=4, zones=6))
def test_adding_one_by_one_reaches_63_percent_at_least(case: LocationCase) -> None:
    """G. L. Nemhauser, L. A. Wolsey and M. L. Fisher, 1978, doi:10.1007/BF01588971, for submodular gains."""
    empty = replace(
        case, standing=None, held=None, reach_min=None, move_cost=0.0, fleet=np.minimum(case.fleet, case.capacity.sum())
    )
    ruled = by_rule(empty).objective
    assert ruled is not None
    assert ruled >= (1 - 1 / np.e) * best(LocationProblem(empty)) - SLACK


@settings(max_examples=40)
@given(location_cases.cases(stations=3, zones=5))
def test_one_more_vehicle_adds_less_than_the_one_before(case: LocationCase) -> None:
    """Calls covered at best grow with the fleet, if all stations cover the same zones by smaller and smaller steps."""
    alike = replace(
        case,
        travel_min=np.repeat(case.travel_min[:1], 3, axis=0),
        capacity=np.full(3, 2),
        standing=None,
        held=None,
        reach_min=None,
    )
    covered = [best(LocationProblem(replace(alike, fleet=np.array([n])))) for n in range(7)]
    steps = np.diff(covered)
    assert (steps >= -SLACK).all()
    assert (np.diff(steps) <= SLACK).all()


@settings(max_examples=40)
@given(location_cases.cases(stations=4, zones=6), st.floats(0.0, 0.3))
def test_time_room_and_idleness_never_cover_less(case: LocationCase, more: float) -> None:
    free = replace(case, reach_min=None, fleet=np.minimum(case.fleet, case.capacity.sum()))
    free = replace(free, moves_per_hour=None)
    if free.standing is not None:  # held vehicles may be more than are on duty
        free = replace(free, held=None)
    value = best(LocationProblem(free))
    for change in (
        {"threshold_min": 20 * more + free.threshold_min},
        {"capacity": free.capacity + 1},
        {"busy": free.busy * (1 - more)},
    ):
        assert best(LocationProblem(replace(free, **change))) >= value - SLACK  # type: ignore[arg-type]


@settings(max_examples=40)
@given(location_cases.cases(stations=5, zones=6))
def test_the_fewest_stations_that_cover_all_are_those_of_the_covering_program(case: LocationCase) -> None:
    """Church and ReVelle's problem covers everything from that number of vehicles on, and not with one less."""
    covers = case.covers[:, case.covers.any(axis=0)]
    zones = tuple(f"z{i}" for i in range(covers.shape[1]))
    if not zones:
        return
    needed = CoverCase(case.stations, zones, np.ones(5), covers.T.astype(np.float64), np.ones(len(zones)), whole=True)
    fewest = round(best(CoverProblem(needed)))
    one_each = LocationCase(
        zones, case.stations, np.ones((len(zones), 1)), np.where(covers, 0.0, 99.0), 1.0, np.ones(5, dtype=np.intp),
        np.array([fewest]), np.zeros(1),
    )  # fmt: skip
    assert best(maximal_covering(one_each)) == pytest.approx(len(zones))
    assert best(maximal_covering(replace(one_each, fleet=np.array([fewest - 1])))) < len(zones) - 0.5


def test_the_formula_of_expected_covering_is_the_chance_of_a_free_vehicle() -> None:
    """Draw who is busy: the share of calls that find a free vehicle in reach agrees with the formula by z-score."""
    case = replace(
        location_cases.a_city(stream(Replication(0, 5), "city"), 8, 30, 10), standing=None, moves_per_hour=None
    )
    plan = solve(LocationProblem(case), EXACT).solution
    assert plan is not None
    station = np.repeat(np.arange(8), plan.vehicles[0])
    n = 20_000
    free = stream(Replication(0, 5), "busy").uniform(size=(n, station.size)) >= 0.4
    reached = (free[:, :, None] & case.covers[station][None]).any(axis=1)
    calls = reached @ case.demand[:, 0]
    z = (calls.mean() - plan.covered_calls) / (calls.std(ddof=1) / np.sqrt(n))
    assert abs(z) < 4


# Appointments


def test_without_overbooking_a_city_is_an_assignment_of_people_to_slots() -> None:
    """Another solver, which knows nothing of programs, finds the same cost: shortest augmenting paths."""
    case = appointments_cases.a_city(stream(Replication(0, 5), "clinics"), 120, 18, 5)
    case = replace(case, overbook_limit=np.zeros(90, dtype=np.intp), must=np.zeros(120, dtype=np.bool_))
    slot = np.repeat(np.arange(90), case.slots)
    stay_open = np.where(np.eye(120, dtype=np.bool_), case.open_price()[:, None], 1e9)
    costs = np.concatenate([np.minimum(case.price()[:, slot], 1e9), stay_open], axis=1)
    rows, columns = linear_sum_assignment(costs)
    planned = AppointmentsPlanner(freeze_days=0).plan(case)
    assert planned.objective == pytest.approx(costs[rows, columns].sum())
    assert planned.solution is not None
    assert UNBOOKED in planned.solution.session


@settings(max_examples=60)
@given(appointments_cases.cases(most_requests=6))
def test_prices_of_requests_and_slots_pay_for_all(case: AppointmentsCase) -> None:
    """Strong duality: what requests and slots are charged, less the rent of extra bookings, is the least cost."""
    free = replace(case, must=np.zeros_like(case.must), settled=np.zeros_like(case.settled))
    problem = AppointmentsProblem(free)
    solved, priced = solve(problem), prices(problem, ["answer", "room"])
    assert priced.solution is not None
    assert solved.objective is not None
    request, room = priced.solution.by_constraint["answer"], priced.solution.by_constraint["room"]
    price, steps = free.price(), free.overflow_steps()
    slot_price = np.array([room.get(name, 0.0) for name in free.sessions])
    rent = np.where(np.isfinite(steps), (-slot_price[:, None] - steps).clip(min=0), 0.0).sum()
    paid = sum(request.values()) + slot_price @ free.slots - rent
    assert paid == pytest.approx(solved.objective, abs=1e-6)
    for r, name in enumerate(free.requests):
        assert request[name] <= (price[r] - slot_price).min() + SLACK
        assert request[name] <= free.open_price()[r] + SLACK


@settings(max_examples=40)
@given(appointments_cases.cases(most_requests=6))
def test_room_and_reliability_never_cost(case: AppointmentsCase) -> None:
    free = replace(case, must=np.zeros_like(case.must), settled=np.zeros_like(case.settled))
    cost = best(AppointmentsProblem(free))
    for change in (
        {"slots": free.slots + 1},
        {"overbook_limit": free.overbook_limit + 1},
        {"travel_cost_per_min": free.travel_cost_per_min / 2},
        {"overflow_cost": free.overflow_cost / 2},
    ):
        assert best(AppointmentsProblem(replace(free, **change))) <= cost + SLACK  # type: ignore[arg-type]


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(1, 5), st.lists(st.floats(0.0, 1.0), min_size=9, max_size=9))
def test_patients_who_differ_overflow_less_than_patients_who_are_alike(
    slots: int, extra: int, p_come: list[float]
) -> None:
    """W. Hoeffding, 1956, doi:10.1214/aoms/1177728178: for the same mean, alike is the worst for a convex cost."""
    people = np.array(p_come[: slots + extra])
    chances = np.ones(1)
    for p in people.tolist():
        chances = np.convolve(chances, [1 - p, p])
    expected = chances @ (np.arange(chances.size) - slots).clip(min=0)
    case = appointments_cases.two_clinics(
        slots=np.array([slots, 1]),
        overbook_limit=np.array([extra, 0]),
        p_no_show=np.full(2, 1 - people.mean()),
        overflow_cost=1.0,
    )
    assert expected <= case.overflow_steps()[0, :extra].sum() + SLACK
