"""Put patients into rooms at the least price: an assignment with whole rooms for women or for men."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimize.bedding import check
from optimize.bedding.case import NOWHERE, BeddingCase, BeddingPlan, plan_of
from optimize.linear import Terms, linear
from optimize.score import Term


@dataclass(frozen=True, slots=True)
class BeddingProblem:
    """Choose a room, or to wait, for every patient.

    Sets: patients p, of them those who must be alone; kinds of room r, of them those that are empty and for
    women or men (by sex); pairs (p, r) with a finite price. Prices in the unit of the case.

        min  Σ price[p,r] · bed[p,r] + Σ wait_cost[p] · wait[p]
        s.t. Σ_r bed[p,r] + wait[p]                       = 1                     everybody is somewhere
             Σ_(women, not alone) bed[p,r]                ≤ free[r] · for_women[r]     r by sex
             Σ_(men, not alone) bed[p,r]                  ≤ free[r] · for_men[r]       r by sex
             Σ_alone bed[p,r] + for_women[r] + for_men[r] ≤ n_rooms[r]                 r by sex
             Σ_(not alone) bed[p,r] + free[r] · Σ_alone bed[p,r] ≤ free[r] · n_rooms[r]   all other r
             bed, wait ∈ {0, 1}; for_women, for_men whole; wait[p] only where a patient may wait

    A patient who must be alone takes all beds of one room. `price` holds outliers, levels of care above the
    one needed, and moves (`BeddingCase.price`).
    """

    case: BeddingCase

    def build(self) -> pyo.ConcreteModel:
        """Write the program over the pairs that may be; indices are positions in the case."""
        case, price = self.case, self.case.price()
        pairs = [(p, r) for p, r in np.argwhere(np.isfinite(price)).tolist()]
        may_wait = np.flatnonzero(case.may_wait).tolist()
        by_sex = sorted({r for _, r in pairs if case.by_sex[r]})
        model = pyo.ConcreteModel("bedding")
        model.bed = pyo.Var(pairs, domain=pyo.Binary)
        model.wait = pyo.Var(may_wait, domain=pyo.Binary)
        model.for_women = pyo.Var(by_sex, domain=pyo.NonNegativeIntegers)
        model.for_men = pyo.Var(by_sex, domain=pyo.NonNegativeIntegers)
        costs: Terms = [(float(price[pair]), model.bed[pair]) for pair in pairs]
        costs += [(float(case.wait_cost[p]), model.wait[p]) for p in may_wait]
        model.cost = pyo.Objective(expr=linear(costs), sense=pyo.minimize)
        self._everybody(model, pairs)
        self._rooms(model, pairs)
        return model

    def _everybody(self, model: Any, pairs: list[tuple[int, int]]) -> None:
        """Add that everybody is somewhere."""
        choices: list[Terms] = [[] for _ in self.case.patients]
        for p, r in pairs:
            choices[p].append((1.0, model.bed[p, r]))
        for p in model.wait:
            choices[p].append((1.0, model.wait[p]))

        model.everybody = pyo.Constraint(range(len(choices)), rule=lambda _, p: linear(choices[p]) == 1)

    def _rooms(self, model: Any, pairs: list[tuple[int, int]]) -> None:
        """Add that each kind of room has beds for those in it, and women and men rooms of their own."""
        case = self.case
        women, men, alone = _by_room(model, pairs, case)
        free, n_rooms = case.free.tolist(), case.n_rooms.tolist()
        by_sex = list(model.for_women)
        others = sorted({r for _, r in pairs}.difference(by_sex))

        def sex(inside: Choices, rooms: Any) -> Any:
            return lambda _, r: linear([*inside.get(r, []), (-free[r], rooms[r])]) <= 0

        def rooms(_: Any, r: int) -> Any:
            return linear([*alone.get(r, []), (1, model.for_women[r]), (1, model.for_men[r])]) <= n_rooms[r]

        def beds(_: Any, r: int) -> Any:
            whole_rooms = [(free[r], variable) for _, variable in alone.get(r, [])]
            return linear([*women.get(r, []), *men.get(r, []), *whole_rooms]) <= free[r] * n_rooms[r]

        model.women = pyo.Constraint(by_sex, rule=sex(women, model.for_women))
        model.men = pyo.Constraint(by_sex, rule=sex(men, model.for_men))
        model.rooms = pyo.Constraint(by_sex, rule=rooms)
        model.beds = pyo.Constraint(others, rule=beds)

    def read(self, model: pyo.ConcreteModel) -> BeddingPlan:
        """Read the room of each patient."""
        room = [NOWHERE] * len(self.case.patients)
        for (p, r), variable in model.bed.items():
            if variable.value > 0.5:
                room[p] = r
        return plan_of(self.case, room)

    def words(self, constraint: str, index: Hashable) -> str:
        """Say what a constraint asks for."""
        case, position = self.case, int(str(index))
        if constraint == "everybody":
            return self._wish(position)
        room, free = case.rooms[position], case.free[position]
        rooms = f"rooms like {room}: {case.n_rooms[position]}, free beds in each: {free}"
        said = {
            "women": f"women in {room} lie in rooms for women, {free} in each",
            "men": f"men in {room} lie in rooms for men, {free} in each",
            "rooms": f"{rooms}; each is for women, for men, or for one who must be alone",
            "beds": f"{rooms}; who must be alone takes all beds of one",
        }
        return said[constraint]

    def _wish(self, p: int) -> str:
        """Say what one patient needs."""
        case, name = self.case, self.case.patients[p]
        if case.room[p] != NOWHERE:
            return f"{name} keeps a room: {case.rooms[case.room[p]]}, or another one that fits"
        alone = ", alone" if case.isolated[p] else ""
        return f"{name} needs a room that fits{alone}" + (", or waits" if case.may_wait[p] else ", now")

    def terms(self, solution: BeddingPlan) -> Iterator[Term]:
        """Take a plan apart."""
        return check.terms(self.case, solution)

    def breaches(self, solution: BeddingPlan) -> list[str]:
        """Check a plan."""
        return check.breaches(self.case, solution)


Choices = dict[int, Terms]


def _by_room(model: Any, pairs: list[tuple[int, int]], case: BeddingCase) -> tuple[Choices, Choices, Choices]:
    """Sort the choices by room: those of women, of men, and of patients who must be alone."""
    women: Choices = {}
    men: Choices = {}
    alone: Choices = {}
    for p, r in pairs:
        kind = alone if case.isolated[p] else women if case.woman[p] else men
        kind.setdefault(r, []).append((1, model.bed[p, r]))
    return women, men, alone
