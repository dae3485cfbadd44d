"""Time the hourly transfer decision of a city, and compare it with a model built anew every hour."""

import numpy as np

from optimize.contract import Solved
from optimize.solver import solve
from optimize.transfer import TransferCase, TransferPlan, TransferProblem
from policies.transfer import Balance
from sim.contract import CityFacts, TransferView
from sim.streams import Replication, stream
from tests.bench.registry import Bench, Runner, Trial, Unit

N_VIEWS = 20
N_PLACES = 3
BOARDERS_PER_HOSPITAL = 4


class Rebuilt(Balance):
    """Decide the same, but build the Pyomo model anew for every decision."""

    def _planner(self, city: CityFacts) -> "Rebuilt":  # type: ignore[override]
        return self

    def plan(self, case: TransferCase) -> Solved[TransferPlan]:
        return solve(TransferProblem(case))


def five_hospitals() -> Trial:
    return _decisions(5)


def thirty_six_hospitals() -> Trial:
    return _decisions(36)


def _decisions(n_hospitals: int) -> Trial:
    generator = stream(Replication(0, 20261122), "views", n_hospitals)
    city = _city(n_hospitals, generator)
    views = [_view(city, generator) for _ in range(N_VIEWS)]
    balance, rebuilt = Balance(), Rebuilt()
    for view in views:  # the first decision compiles the city's program
        assert balance.decide(view).objective == rebuilt.decide(view).objective
    return Trial(
        n_units=N_VIEWS,
        runners=(
            Runner(
                f"transfer decision, {n_hospitals} hospitals",
                f"Balance.decide, about {n_hospitals * BOARDERS_PER_HOSPITAL} boarders; the first, which compiles "
                "the city's program, is not timed",
                lambda: [balance.decide(view) for view in views],
            ),
        ),
        baseline=Runner(
            "rebuilt",
            "the same decision with the Pyomo model built anew",
            lambda: [rebuilt.decide(view) for view in views],
        ),
    )


def _city(n: int, generator: np.random.Generator) -> CityFacts:
    position = generator.uniform(0.0, 45.0, (n, 2))
    return CityFacts(
        hospital_ids=tuple(f"h{i}" for i in range(n)),
        place_codes=tuple(f"place{i}" for i in range(N_PLACES)),
        travel_min=np.hypot(*(position[:, None] - position[None]).T),
        establishment=generator.integers(20, 250, (n, N_PLACES)).astype(float),
        agreed=np.ones(n, dtype=np.bool_),
    )


def _view(city: CityFacts, generator: np.random.Generator) -> TransferView:
    """Return a view with boarders at random, and a free share of beds of up to .3 at random."""
    n = len(city.hospital_ids)
    n_boarders = int(generator.poisson(BOARDERS_PER_HOSPITAL * n))
    return TransferView(
        city=city,
        now_min=600.0,
        known_at_min=600.0,
        patient=np.arange(n_boarders),
        hospital=generator.integers(0, n, n_boarders),
        place=generator.integers(0, N_PLACES, n_boarders),
        acuity=generator.integers(1, 6, n_boarders),
        waited_min=generator.exponential(240.0, n_boarders),
        free=np.floor(city.establishment * generator.uniform(0.0, 0.3, city.establishment.shape)),
        crews_free=2 * n,
    )


BENCHES = [
    Bench(Unit.MILLISECONDS_PER_DECISION, 5, five_hospitals),
    Bench(Unit.MILLISECONDS_PER_DECISION, 3, thirty_six_hospitals),
]
