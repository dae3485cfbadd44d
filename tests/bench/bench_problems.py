"""Time one decision of each seat's planner in a city of 36 hospitals."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from optimize.bedding.planner import BeddingPlanner
from optimize.float_pool.planner import FloatPoolPlanner
from optimize.float_pool.problem import FloatPoolProblem
from optimize.imaging.planner import ImagingPlanner
from optimize.shift_cover.case import ShiftCase
from optimize.shift_cover.planner import ShiftCoverPlanner
from optimize.solver import solve
from optimize.theatre.case import TheatreCase
from optimize.theatre.planner import TheatrePlanner
from sim.streams import Replication, stream
from tests import bedding_cases, float_pool_cases, imaging_cases, theatre_cases
from tests.bench.registry import Bench, Runner, Trial, Unit

N_HOSPITALS = 36
N_REVIEWS = 10
MEDIAN = "; the median decision"
WARM = "; the first decision, which compiles the city's program, is not timed"


def _generator(name: str) -> np.random.Generator:
    return stream(Replication(0, 20261122), "reviews", name)


def _trial(name: str, timed: str, decisions: list[Callable[[], object]], baseline: Runner | None = None) -> Trial:
    """Take every decision once, so that all is compiled, and report the median one."""
    for decide in decisions:
        decide()
    return Trial(len(decisions), (Runner(name, timed + MEDIAN, steps=tuple(decisions)),), baseline)


def bedding() -> Trial:
    generator, planner = _generator("bedding"), BeddingPlanner()

    def decision() -> Callable[[], object]:
        case = bedding_cases.a_city(N_HOSPITALS, generator)
        n = len(case.patients)
        return lambda: planner.plan(case, np.zeros(n), np.full(n, np.inf))

    timed = "BeddingPlanner.plan, about 200 patients and 540 kinds of room; a new Pyomo model each time"
    return _trial("bedding decision, 36 hospitals", timed, [decision() for _ in range(N_REVIEWS)])


def float_pool() -> Trial:
    generator, planner = _generator("float pool"), FloatPoolPlanner()
    city = float_pool_cases.a_city(N_HOSPITALS, generator)
    begins_min = np.full(len(city.posts), 300.0)
    levels = [np.maximum(city.needed + generator.integers(-4, 4, city.needed.size), 0) for _ in range(N_REVIEWS)]
    shifts = [replace(city, on_duty=on_duty) for on_duty in levels]
    rebuilt = Runner(
        "rebuilt", "the same shifts, each with a new Pyomo model", lambda: [solve(FloatPoolProblem(s)) for s in shifts]
    )
    timed = "FloatPoolPlanner.plan, 216 posts, 432 groups of people" + WARM
    decisions: list[Callable[[], object]] = [partial(planner.plan, shift, begins_min) for shift in shifts]
    return _trial("float pool decision, 36 hospitals", timed, decisions, rebuilt)


def imaging() -> Trial:
    generator, planner = _generator("imaging"), ImagingPlanner(opening_notice_min=0.0)
    city = imaging_cases.a_city(N_HOSPITALS, generator)

    def decision() -> Callable[[], object]:
        review = replace(imaging_cases.a_city(N_HOSPITALS, generator), travel_min=city.travel_min)
        return lambda: planner.plan(review)

    timed = "ImagingPlanner.plan, 108 groups of requests, 216 sessions, half of which may be opened" + WARM
    return _trial("imaging decision, 36 hospitals", timed, [decision() for _ in range(N_REVIEWS)])


def shift_cover() -> Trial:
    generator, planner = _generator("shift cover"), ShiftCoverPlanner()
    n_posts, days = 2 * N_HOSPITALS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    by_hour = 1.0 + 0.4 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    usual = generator.uniform(1.0, 10.0, (n_posts, 1, 1)) * by_hour

    def decision() -> Callable[[], object]:
        load = usual * generator.uniform(0.9, 1.1, (n_posts, len(days), 1))
        paid = np.floor(1.15 * load.sum(axis=(1, 2)) / 8) * 8
        case = ShiftCase(
            posts=tuple(f"post {i}" for i in range(n_posts)),
            shifts=("early", "middle", "late", "night"),
            begins_hour=np.array([0, 4, 8, 16]),
            shift_hours=np.full(4, 8),
            load=load,
            paid_hours=paid,
            safety=1.0,
            short_cost=37.5,
            unsafe_cost=112.5,
            agency_hours=np.floor(0.05 * paid),
            agency_cost=55.86,
            days=days,
        )
        return lambda: planner.plan(case)

    timed = "ShiftCoverPlanner.plan, the week of 72 posts, four shifts a day, with agency staff" + WARM
    return _trial("weekly shifts decision, 36 hospitals", timed, [decision() for _ in range(N_REVIEWS)])


def theatre() -> Trial:
    return _theatre(N_HOSPITALS, "theatre decision, 36 hospitals", "432 groups of cases, 288 sessions" + WARM)


def one_theatre_suite() -> Trial:
    return _theatre(1, "theatre decision, one hospital", "12 groups of cases, 8 sessions, solved whole")


def _theatre(n_hospitals: int, name: str, timed: str) -> Trial:
    generator, planner = _generator("theatre"), TheatrePlanner(freeze_days=0)
    city = theatre_cases.a_city(n_hospitals, generator)

    def decision() -> Callable[[], object]:
        review: TheatreCase = replace(city, n_cases=generator.poisson(2.0, len(city.cases)))
        return lambda: planner.plan(review)

    return _trial(name, f"TheatrePlanner.plan, {timed}", [decision() for _ in range(N_REVIEWS)])


BENCHES = [
    Bench(Unit.MILLISECONDS_PER_DECISION, 5, prepare)
    for prepare in (bedding, float_pool, imaging, shift_cover, theatre, one_theatre_suite)
]
