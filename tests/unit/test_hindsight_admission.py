"""Calls from lists against durations that are known: exact by trying all, never beaten, reached by who knows."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.hindsight.admission import AdmissionHindsight, known_list, true_minutes
from experiments.measure_list import MEASURES
from optimize import engine
from optimize.theatre.known import SEARCH, UNCALLED, WHOLE_UP_TO, KnownList, least_cost, program_of
from policies.admission import Appointments, FirstCome, MostUrgent, Theatre
from sim.admission_rules import AdmissionRules
from sim.cohort import Cohort
from sim.contract import AdmissionDecision, AdmissionView
from sim.distributions import Lognormal
from sim.run import Run, drawn, simulate
from sim.scenario import Scenario
from sim.streams import Replication
from tests.small_worlds import POLICIES
from tests.waiting_lists import DAY, a_list_world

pytestmark = pytest.mark.unit

FIRST = Replication(1, 7)
MEMBERS = FirstCome(), MostUrgent(), Theatre(), Appointments()


def a_list(**changes: object) -> KnownList:
    """Return two patients of an hour and two days of an hour; a day costs 10, idle minutes 1, overtime 2."""
    usual: dict[str, object] = {
        "minutes": np.array([60.0, 60.0]),
        "expected_min": np.array([60.0, 60.0]),
        "price": np.array([[0.0, 10.0], [0.0, 10.0]]),
        "open_price": np.array([50.0, 50.0]),
        "left_min": np.array([60.0, 60.0]),
        "bookable_min": np.array([120.0, 120.0]),
        "idle_cost": 1.0,
        "over_cost": 2.0,
    }
    return KnownList(**{**usual, **changes})  # type: ignore[arg-type]


def test_costs_are_known_by_hand() -> None:
    case = a_list()
    assert case.cost(np.array([0, 1])) == 10.0 == least_cost(case)
    assert case.cost(np.array([0, 0])) == 60.0 + 120.0
    assert case.cost(np.array([UNCALLED, 0])) == 50.0 + 60.0
    assert least_cost(a_list(bookable_min=np.array([60.0, 0.0]))) == 50.0 + 60.0  # the rule leaves no room
    assert least_cost(a_list(left_min=np.array([-30.0, 60.0]), bookable_min=np.zeros(2))) == 100.0 + 60.0 + 60.0
    assert least_cost(a_list(price=np.full((2, 2), np.inf))) == 100.0 + 120.0


def test_a_wrong_shape_is_named() -> None:
    with pytest.raises(ValueError, match="minutes"):
        a_list(minutes=np.zeros(3))


@st.composite
def lists(draw: st.DrawFn, most: int = 4) -> KnownList:
    """Draw a few patients and two days."""
    n = draw(st.integers(0, most))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    price = rng.choice([0.0, 5.0, 40.0, np.inf], (n, 2))
    return KnownList(
        minutes=rng.choice([0.0, 20.0, 45.0, 90.0], n),
        expected_min=rng.choice([30.0, 60.0], n),
        price=price,
        open_price=rng.choice([0.0, 10.0, 80.0], n),
        left_min=rng.choice([-20.0, 0.0, 60.0, 100.0], 2),
        bookable_min=rng.choice([0.0, 60.0, 90.0], 2),
        idle_cost=float(rng.choice([0.0, 1.0])),
        over_cost=float(rng.choice([0.5, 3.0])),
    )


def allowed(case: KnownList, day: np.ndarray) -> bool:
    """Say whether every day may be, and the rule of the list holds."""
    called = np.flatnonzero(day != UNCALLED)
    booked = np.bincount(day[called], case.expected_min[called], minlength=2)
    return bool(np.isfinite(case.price[called, day[called]]).all() and (booked <= case.bookable_min + 1e-9).all())


@settings(max_examples=80, deadline=None)
@given(lists())
def test_the_bound_is_the_least_of_all_calls(case: KnownList) -> None:
    every = (np.array(day, dtype=np.int64) for day in product((UNCALLED, 0, 1), repeat=len(case.minutes)))
    assert least_cost(case) == pytest.approx(min(case.cost(day) for day in every if allowed(case, day)), abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(lists(most=12), st.integers(0, 999))
def test_parts_of_patients_cost_no_more_than_whole_ones(case: KnownList, seed: int) -> None:
    many = replace(
        case,
        minutes=np.tile(case.minutes, 12),
        expected_min=np.tile(case.expected_min, 12),
        open_price=np.tile(case.open_price, 12),
        price=np.tile(case.price, (12, 1)),
    )
    bound = least_cost(many)
    day = np.full(len(many.minutes), UNCALLED)
    for i in np.random.default_rng(seed).permutation(len(day))[:6].tolist():
        day[i] = i % 2
        if not allowed(many, day):
            day[i] = UNCALLED
    assert many.cost(day) >= bound - 1e-6


class Knowing:
    """Make the best calls for a list, knowing what every patient needs."""

    def __init__(self, world: Scenario, cohort: Cohort) -> None:
        """Take the truth."""
        self._world, self._cohort = world, cohort

    def decide(self, view: AdmissionView) -> AdmissionDecision:
        """Call the patients of the exact program, all at the beginning of the session of their day."""
        rows, case = known_list(view, true_minutes(self._world, view, self._cohort), self._cohort, 0, 0)
        program = program_of(case)
        assert program.integer.sum() <= WHOLE_UP_TO
        values = engine.run(program, SEARCH).values
        patient, day = np.nonzero(np.isfinite(case.price))
        made = np.flatnonzero(np.zeros(0) if values is None else values[: patient.size] > 0.5)
        at_min = np.array([view.moment_min(int(day[i]), 480.0) for i in made.tolist()])
        return AdmissionDecision(view.patient[rows[patient[made]]], at_min)


def a_world(p_no_show: float = 0.0, theatres: int = 1, at_start: int = 6) -> Scenario:
    """Return a theatre whose cases last longer or shorter than expected, and days of four hours."""
    rules = AdmissionRules(first_min=60.0, horizon_days=4, due_days=(1.0, 1.0, 2.0, 20.0, 20.0), p_no_show=p_no_show)
    case = Lognormal(60.0, 30.0)
    return a_list_world(case, at_start=at_start, theatres=theatres, rules=rules, n_days=8.0, per_hour=0.05)


def judged(world: Scenario, policy: object) -> tuple[Run, list[tuple[float, float]]]:
    """Return cost and bound of every review."""
    run = simulate(world, replace(POLICIES, admission=policy), FIRST)  # type: ignore[arg-type]
    found = AdmissionHindsight().episodes(world, run, drawn(world, FIRST))
    return run, [(float(one.cost[0]), float(one.bound[0])) for one in found]


def test_who_knows_all_durations_has_no_regret_and_others_have_some() -> None:
    world = a_world()
    run, reviews = judged(world, Knowing(world, drawn(world, FIRST)))
    assert (run.list_events["event"] == "called").sum() >= 4
    assert not (run.list_events["event"] == "refused").any()
    assert len(reviews) == 5  # days 0 to 4: the four days shown on day 5 end after the run
    assert [cost for cost, _ in reviews] == pytest.approx([bound for _, bound in reviews])
    _, usual = judged(world, FirstCome())
    assert sum(cost - bound for cost, bound in usual) > 1.0


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([0.0, 0.3]), st.integers(1, 3), st.integers(0, 30), st.sampled_from(MEMBERS))
def test_no_policy_is_better_than_the_bound(p_no_show: float, theatres: int, at_start: int, policy: object) -> None:
    _, reviews = judged(a_world(p_no_show, theatres, at_start), policy)
    assert all(cost >= bound - 1e-6 for cost, bound in reviews)


def test_who_stays_away_needs_no_minutes() -> None:
    world = a_world(p_no_show=0.5)
    run, _ = judged(world, MostUrgent())
    cohort = drawn(world, FIRST)
    minutes = true_minutes(world, run.lists_seen[0], cohort)
    assert cohort.comes is not None
    assert ((minutes > 0) == cohort.comes).all()
    came = run.patients.set_index("patient")
    stays = came["ward.stay_started"] - came["ward.operation_started"]
    known = stays.dropna()
    assert len(known) > 2
    assert minutes[known.index] == pytest.approx(known.to_numpy(), abs=1e-3)


def test_rows_are_known_measures_and_add_up() -> None:
    world = a_world()
    run, _ = judged(world, MostUrgent())
    rows = list(AdmissionHindsight().rows(world, run, drawn(world, FIRST)))
    value = {row[:3]: row[3] for row in rows}
    assert {name for name, *_ in rows} <= set(MEASURES)
    whole, least = value["cost_admission", "all", "all"], value["bound_admission", "all", "all"]
    assert value["regret_admission", "hospital", "a"] == pytest.approx(whole - least)
    quiet = simulate(world, POLICIES, FIRST)
    assert not AdmissionHindsight().applies(world, quiet)
    assert world.lists.first_min < DAY
