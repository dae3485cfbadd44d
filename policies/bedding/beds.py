"""The optimized member of the bedding seat: all who wait and all beds to spare at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimize.bedding.case import NOWHERE, BeddingCase
from optimize.bedding.planner import PLANNING, BeddingPlanner
from optimize.binding import LEAST, MOST, Binding
from optimize.contract import Ending
from policies.bedding.first_free import FirstFree, share_faults
from policies.bedding.moves import Move, decision_of, spare
from policies.settings import WrongSetting
from policies.solving import Solving
from sim.contract import BeddingDecision, BeddingView
from sim.units import FloatArray, IntArray


@dataclass(slots=True)
class Beds:
    """Choose who lies elsewhere so that waiting and outliers cost least together.

    A patient is expected to wait until as many places as stand before are released, at `bed_release_per_bed_per_day`
    (assumption A-BED-RELEASE). An hour costs `wait_cost_per_hour`, `icu_factor` times that for who waits in a place of
    intensive care (assumption A-OUTLIER-HOUR, range 10 to 100 and 1 to 8), whose code begins with "icu". Lying in the
    best liked other place costs `outlier_cost`, in the second best twice that (assumption A-OUTLIER-COST, range 50 to
    1000). Of each place `kept_free_share` stays free (assumption A-OUTLIER-KEPT). `optimize.bedding.problem` states the
    program; when the solver has no answer, the rule `FirstFree` decides.
    """

    kept_free_share: float = 0.03
    outlier_cost: float = 150.0
    wait_cost_per_hour: float = 30.0
    icu_factor: float = 4.0
    bed_release_per_bed_per_day: float = 0.15
    solver: Solving = field(default_factory=Solving)

    def decide(self, view: BeddingView) -> BeddingDecision:
        """Return the moves of least cost; `objective` is that cost with all waiting, in USD."""
        rooms = np.argwhere(spare(view, self.kept_free_share) > 0)
        if not len(view.patient) or not len(rooms):
            return decision_of((), Ending.OPTIMAL, objective=float(self._wait_cost(view).sum()), gap=0.0)
        case, now = self._case(view, rooms), np.zeros(len(view.patient))
        solved = BeddingPlanner(options=self.solver.over(PLANNING)).plan(case, now, now)
        if solved.solution is None:
            ruled = FirstFree(kept_free_share=self.kept_free_share).decide(view)
            return replace(ruled, ending=f"rule after {solved.told}", seconds=solved.seconds)
        placed = zip(view.patient.tolist(), solved.solution.room, strict=True)
        return decision_of(
            (Move(patient, int(rooms[room, 1])) for patient, room in placed if room != NOWHERE),
            solved.told,
            solved.solution.cost,
            0.0 if solved.ending is Ending.OPTIMAL else np.nan,
            self._binding(case),
            solved.seconds,
        )

    def _wait_cost(self, view: BeddingView) -> FloatArray:
        """Price the hours for which everybody is expected to wait on, shape (n_patients,)."""
        wards = list(zip(view.hospital.tolist(), view.place.tolist(), strict=True))
        ahead = np.array([wards[:row].count(ward) for row, ward in enumerate(wards)], dtype=np.float64)
        beds = view.beds[view.hospital, view.place]
        per_hour = np.maximum(beds * self.bed_release_per_bed_per_day, 1e-3) / 24.0
        icu = [k for k, code in enumerate(view.facts.place_codes) if code.startswith("icu")]
        factor = np.where(np.isin(view.holds, icu), self.icu_factor, 1.0)
        cost: FloatArray = self.wait_cost_per_hour * factor * (ahead + 1.0) / per_hour
        return cost

    def _case(self, view: BeddingView, rooms: IntArray) -> BeddingCase:
        """State the program of this review; room r is one free bed of place `rooms[r, 1]` at hospital `rooms[r, 0]`."""
        facts, n, m = view.facts, len(view.patient), len(rooms)
        liking = facts.liking[:, rooms[:, 1]]
        none, nowhere = np.zeros(n, dtype=np.bool_), np.zeros(m, dtype=np.bool_)
        return BeddingCase(
            patients=tuple(f"patient {patient}" for patient in view.patient.tolist()),
            rooms=tuple(f"{facts.place_codes[k]} at {facts.hospital_ids[h]}" for h, k in rooms.tolist()),
            woman=none,
            isolated=none,
            care_needed=np.zeros(n, dtype=np.int64),
            specialty=view.place,
            hospital=view.hospital,
            room=np.full(n, NOWHERE, dtype=np.int64),
            stays=none,
            wait_cost=self._wait_cost(view),
            n_rooms=spare(view, self.kept_free_share)[rooms[:, 0], rooms[:, 1]],
            free=np.ones(m, dtype=np.int64),
            women=nowhere,
            men=nowhere,
            single_sex=nowhere,
            isolation=nowhere,
            care=np.zeros(m, dtype=np.int64),
            room_hospital=rooms[:, 0],
            outlier_cost=np.where(liking > 0, liking * self.outlier_cost, np.inf),
            care_cost=0.0,
            move_cost=0.0,
        )

    def _binding(self, case: BeddingCase) -> Binding:
        """Name the wards whose spare beds ran out, and what one more would be worth, when relaxed."""
        from optimize.bedding.problem import BeddingProblem  # only now: importing pyomo takes long
        from optimize.solver import prices

        priced = prices(BeddingProblem(case), ("beds",)).solution
        members = priced.by_constraint["beds"] if priced else {}
        found = [(f"one more bed to spare in {case.rooms[int(str(r))]}", round(-p, 6)) for r, p in members.items()]
        return tuple(sorted((one for one in found if one[1] > LEAST), key=lambda one: -one[1])[:MOST])

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from share_faults(self.kept_free_share, where)
        for name in ("outlier_cost", "wait_cost_per_hour", "icu_factor", "bed_release_per_bed_per_day"):
            if not 0 <= getattr(self, name) < np.inf:
                yield WrongSetting(f"{where}.{name}", getattr(self, name), "give a finite number, zero or more")
