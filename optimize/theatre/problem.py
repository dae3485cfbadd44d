"""Fill theatre sessions so that few run over, and ward and intensive care can take the patients."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from optimize.linear import Terms, linear
from optimize.program import FloatArray
from optimize.score import Term
from optimize.theatre import check
from optimize.theatre.case import TheatreCase, TheatrePlan, deviations, plan_of


@dataclass(frozen=True, slots=True)
class TheatreProblem:
    """Choose how many cases of each group go to each session.

    Sets: groups c, sessions s, pairs (c, s) with a finite price; surgeons a, hospitals h, kinds of bed k, days d.
    Minutes; beds; prices in the unit of the case.

        min  Σ price[c,s] · operate[c,s] + Σ postpone_cost[c] · later[c] + Σ bed_cost[k] · beyond[h,k,d]
        s.t. Σ_s operate[c,s] + later[c]                                 = n_cases[c]
             Σ_c (mean_min[c] + z · sd_min[c]² / (2 v[s])) · operate[c,s] ≤ minutes[s] − z · v[s] / 2
             Σ_(c of a, s on d) mean_min[c] · operate[c,s]               ≤ surgeon_min[a,d]
             Σ_(c, s in h) stay[c,k,d − day[s]] · operate[c,s] − beyond[h,k,d] ≤ free_beds[h,k,d]
             operate, later ≥ 0, whole;  beyond ≥ 0, 0 where beds must not be too few

    A session runs over with probability at most p_overrun if Σ mean + z √V ≤ minutes, where V = Σ sd² over
    its cases and z is the normal quantile of 1 - p_overrun. For every v > 0, √V ≤ (V + v²) / (2v), with
    equality at v = √V (arithmetic and geometric mean), so the second constraint is safe, linear, and exact
    for plans whose deviation is `v`. It is safe for any v; `around` takes v from a plan, which then holds,
    so the answer is never worse than that plan.

    Args:
        case: the review.
        v: deviation around which each session is linearized, shape (S,), minutes, above 0.
    """

    case: TheatreCase
    v: FloatArray
    first_stage: ClassVar[tuple[str, ...]] = ("operate",)

    @classmethod
    def around(cls, case: TheatreCase, plan: TheatrePlan) -> "TheatreProblem":
        """Linearize around the deviations of a plan; for an empty session, around that of a typical full one."""
        return cls(case, deviations(case, plan))

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the pairs that may be; indices are positions in the case."""
        case, price = self.case, self.case.price()
        wanted = np.isfinite(price) & (case.n_cases > 0)[:, None]
        pairs = [(c, s) for c, s in np.argwhere(wanted).tolist()]
        model = pyo.ConcreteModel("theatre")
        model.operate = pyo.Var(pairs, domain=pyo.NonNegativeIntegers)
        model.later = pyo.Var(np.flatnonzero(np.isfinite(case.postpone_cost)).tolist(), domain=pyo.NonNegativeIntegers)
        short = [(h, k, d) for h, k, d in np.ndindex(case.free_beds.shape) if np.isfinite(case.bed_cost[k])]
        model.beyond = pyo.Var(short, domain=pyo.NonNegativeReals)
        costs: Terms = [(float(price[pair]), model.operate[pair]) for pair in pairs]
        costs += [(float(case.postpone_cost[c]), model.later[c]) for c in model.later]
        costs += [(float(case.bed_cost[k]), model.beyond[h, k, d]) for h, k, d in short]
        model.cost = pyo.Objective(expr=linear(costs), sense=pyo.minimize)
        self._cases_and_sessions(model, pairs)
        self._surgeons_and_beds(model, pairs)
        return model

    def _cases_and_sessions(self, model: Any, pairs: list[tuple[int, int]]) -> None:
        """Add that every case is operated or postponed, and that few sessions run over."""
        case, z = self.case, self.case.z
        of_case: list[Terms] = [[] for _ in case.cases]
        of_session: dict[int, Terms] = {}
        kept_min = (case.mean_min[:, None] + z * case.sd_min[:, None] ** 2 / (2 * self.v)).tolist()
        room_min = (case.minutes - z * self.v / 2).tolist()
        for c, s in pairs:
            of_case[c].append((1.0, model.operate[c, s]))
            of_session.setdefault(s, []).append((kept_min[c][s], model.operate[c, s]))
        for c in model.later:
            of_case[c].append((1.0, model.later[c]))
        n_cases = case.n_cases.tolist()
        model.everyone = pyo.Constraint(range(len(of_case)), rule=lambda _, c: linear(of_case[c]) == n_cases[c])
        model.session = pyo.Constraint(sorted(of_session), rule=lambda _, s: linear(of_session[s]) <= room_min[s])

    def _surgeons_and_beds(self, model: Any, pairs: list[tuple[int, int]]) -> None:
        """Add the days of surgeons, and the beds afterwards."""
        case = self.case
        surgeon, day, mean_min = case.surgeon.tolist(), case.day.tolist(), case.mean_min.tolist()
        of_surgeon: dict[tuple[int, int], Terms] = {}
        of_beds: dict[tuple[int, int, int], Terms] = {}
        stays = [[(int(k), int(lag), float(stay[k, lag])) for k, lag in np.argwhere(stay > 0)] for stay in case.stay]
        hospital, n_days = case.hospital.tolist(), case.free_beds.shape[2]
        for c, s in pairs:
            if np.isfinite(case.surgeon_min[surgeon[c], day[s]]):
                of_surgeon.setdefault((surgeon[c], day[s]), []).append((mean_min[c], model.operate[c, s]))
            for k, lag, beds in stays[c]:
                if day[s] + lag < n_days:
                    of_beds.setdefault((hospital[s], k, day[s] + lag), []).append((beds, model.operate[c, s]))
        for index, terms in of_beds.items():
            if index in model.beyond:
                terms.append((-1.0, model.beyond[index]))
        model.surgeon = pyo.Constraint(
            sorted(of_surgeon), rule=lambda _, *index: linear(of_surgeon[index]) <= float(case.surgeon_min[index])
        )
        model.beds = pyo.Constraint(
            sorted(of_beds), rule=lambda _, *index: linear(of_beds[index]) <= float(case.free_beds[index])
        )

    def read(self, model: pyo.ConcreteModel) -> TheatrePlan:
        """Read what is operated where."""
        operated = np.zeros(self.case.may_use.shape, dtype=np.intp)
        for pair, variable in model.operate.items():
            operated[pair] = round(variable.value)
        return plan_of(self.case, operated)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        case, place = self.case, index if isinstance(index, tuple) else (int(str(index)),)
        if constraint == "everyone":
            wish = "must be operated" if np.isinf(case.postpone_cost[place[0]]) else "are operated or postponed"
            return f"{case.n_cases[place[0]]} of {case.cases[place[0]]} {wish}"
        if constraint == "session":
            session, minutes = case.sessions[place[0]], case.minutes[place[0]]
            return f"{session} has {minutes:g} minutes, and at most {case.p_overrun:.0%} may run over"
        if constraint == "surgeon":
            return f"{case.surgeons[place[0]]} can operate {case.surgeon_min[place]:g} minutes on day {place[1]}"
        h, k, d = place
        return f"hospital {h} expects {case.free_beds[place]:g} free beds of kind {k} on day {d}"

    def terms(self, solution: TheatrePlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: TheatrePlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)
