"""Compare the door to the solver with raw highspy: one large covering program, and a small one again and again."""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from optimize.contract import SolveOptions
from optimize.cover import CoverProblem
from optimize.cover_case import CoverCase
from optimize.live import Live
from optimize.program import FloatArray
from optimize.solver import solve
from sim.streams import Replication, stream
from tests.bench.registry import Bench, Runner, Trial, Unit

N_SOLVES = 200
OPTIONS = SolveOptions(gap=1e-4)


@dataclass(frozen=True)
class Raw:
    """Solve covering programs with highspy and nothing else, on arrays that are ready."""

    case: CoverCase

    def load(self) -> highspy.Highs:
        case, columns = self.case, sparse.csc_array(self.case.coverage)
        m, n = columns.shape
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        settings: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "solver": "simplex",
            "random_seed": 0,
            "mip_rel_gap": 1e-4,
        }
        for name, value in settings.items():
            highs.setOptionValue(name, value)
        highs.passModel(
            n,
            m,
            columns.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            case.cost,
            np.zeros(n),
            np.full(n, np.inf),
            case.needed,
            np.full(m, np.inf),
            columns.indptr.astype(np.int32),
            columns.indices.astype(np.int32),
            columns.data,
            np.full(n, int(case.whole), dtype=np.int32),
        )
        return highs

    def once(self) -> float:
        highs = self.load()
        return _run(highs)

    def often(self, needs: list[FloatArray]) -> list[float]:
        highs: Any = self.load()
        m = self.case.needed.size
        rows, no_limit, objectives = np.arange(m, dtype=np.int32), np.full(m, np.inf), []
        for needed in needs:
            highs.changeRowsBounds(m, rows, needed, no_limit)
            highs.clearSolver()
            objectives.append(_run(highs))
        return objectives


def _run(highs: highspy.Highs) -> float:
    highs.run()
    assert np.array(highs.getSolution().col_value).size
    return float(highs.getObjectiveValue())


def _stations(n_zones: int, n_sites: int, nearest: int) -> CoverCase:
    """Reach every zone of a square from one of its nearest sites, with fractions of stations."""
    generator = stream(Replication(0, 20261122), "stations", n_zones)
    zones, sites = generator.uniform(0, 1, (n_zones, 2)), generator.uniform(0, 1, (n_sites, 2))
    near = cKDTree(sites).query(zones, nearest)[1].ravel()
    at = (np.repeat(np.arange(n_zones), nearest), near)
    return CoverCase(
        activities=tuple(f"site {j}" for j in range(n_sites)),
        requirements=tuple(f"zone {i}" for i in range(n_zones)),
        cost=np.ones(n_sites),
        coverage=sparse.csr_array((np.ones(near.size), at), shape=(n_zones, n_sites)),
        needed=np.ones(n_zones),
    )


def large_cover() -> Trial:
    case = _stations(20_000, 5_000, nearest=7)
    raw = Raw(case)
    return Trial(
        n_units=1,
        runners=(
            Runner(
                "cover, 20 000 x 5 000",
                "solve(CoverProblem(case)): Pyomo model, compiled, solved, read",
                lambda: solve(CoverProblem(case), OPTIONS),
            ),
        ),
        baseline=Runner("raw highspy", "highspy on arrays that are ready, the same options", raw.once),
    )


def small_often() -> Trial:
    case = replace(_stations(150, 300, nearest=12), whole=True)
    generator = stream(Replication(0, 20261122), "needs")
    needs = [generator.integers(0, 4, 150).astype(float) for _ in range(N_SOLVES)]
    rows, no_limit, raw = np.arange(150), np.full(150, np.inf), Raw(case)

    def live() -> list[float | None]:
        kept, objectives = Live(CoverProblem(case), OPTIONS), []
        for needed in needs:
            kept.change_row_bounds(rows, needed, no_limit)
            objectives.append(kept.solve().objective)
        return objectives

    assert live() == raw.often(needs)  # the same answers
    return Trial(
        n_units=N_SOLVES,
        runners=(
            Runner(
                "re-solves, 300 whole variables",
                f"Live: the model built and compiled once, {N_SOLVES} times other needs, solved and read",
                live,
            ),
        ),
        baseline=Runner("raw highspy", "changeRowsBounds, clearSolver and run on one object", lambda: raw.often(needs)),
    )


BENCHES = [
    Bench(Unit.SECONDS_PER_PROGRAM, 3, large_cover),
    Bench(Unit.MILLISECONDS_PER_SOLVE, 5, small_often),
]
