"""Plan a review in which the requests of a hospital differ only in when they ask: they queue from hour to hour.

Groups and sessions need not be paired then. A city of 36 hospitals that share has 80 000 pairs and 9 000 arcs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csc_array

from optimize.imaging.case import ImagingCase
from optimize.program import BoolArray, FloatArray, IntArray, LinearProgram

AGREES_WITHIN = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Queues:
    """A case as one queue at each of H hospitals, K moments at which sessions begin, and P places.

    A place is the sessions of one hospital at one moment that are open to the same queues.

        min  Σ travel[h,p] · serve[h,p] + Σ pass_cost[h,k] · pass[h,k] + Σ opening_cost[t] · open[t]
        s.t. Σ_{p at k} serve[h,p] + pass[h,k] - pass[h,k-1] = joins[h,k]        whoever joined is served or goes on
             Σ_h serve[h,p] - Σ_{t in p} slots[t] · open[t]  ≤ free[p]           slots
             serve, pass ≥ 0;  0 ≤ open ≤ 1

    pass[h,K] are those who are postponed. Whichever of a queue is served at a moment, the cost is the same, so that
    the optimum is that of `ImagingProblem` with whole requests and sessions that may open in part. With openings given
    it is a network.

    Args:
        case: the review.
        starts_min: the moments, ascending; shape (K,), minutes.
        joins_at: the moment from which each group queues, K for those who cannot be served; shape (G,).
        place: the place of each session; shape (T,).
        place_at: moment of each place; shape (P,).
        arcs: queue and place of each pair that may be; shape (n, 2), ascending.
    """

    case: ImagingCase
    starts_min: FloatArray
    joins_at: IntArray
    place: IntArray
    place_at: IntArray
    arcs: IntArray

    @classmethod
    def of(cls, case: ImagingCase) -> "Self | None":
        """Return the queues of a case, or None where requests of one hospital differ otherwise, or are overbooked."""
        if not case.requests or not case.sessions or case.most_over.any() or not _alike(case):
            return None
        near = (case.travel_min <= case.max_travel_min) & np.isfinite(case.travel_min)
        may_use = case.may_use & near[case.hospital[:, None], case.session_hospital]
        first_min = _first_min(case, may_use)
        reach = np.zeros((len(near), len(case.sessions)), dtype=np.bool_)
        order = np.argsort(case.hospital, kind="stable")
        asking, begins = np.unique(case.hospital[order], return_index=True)
        reach[asking] = np.logical_or.reduceat(may_use[order], begins)
        in_time = case.start_min >= first_min[:, None]
        if (case.due_min > first_min).any() or (may_use != (reach[case.hospital] & in_time)).any():
            return None
        starts_min, at = np.unique(case.start_min, return_inverse=True)
        kinds = np.column_stack((case.session_hospital, at, _classes(reach)))
        places, place = np.unique(kinds, axis=0, return_inverse=True)
        opens = np.zeros((len(near), len(places)), dtype=np.bool_)
        opens[:, place.ravel()] = reach
        joins_at = np.searchsorted(starts_min, first_min)
        return cls(case, starts_min, joins_at, place.ravel(), places[:, 1], np.argwhere(opens))

    @property
    def n_queues(self) -> int:
        """Count the hospitals."""
        return len(self.case.travel_min)

    @property
    def openable(self) -> IntArray:
        """Return the sessions that have to be opened first."""
        return np.flatnonzero(self.case.opening_cost > 0)

    def program(self) -> LinearProgram:
        """Write the program in arrays: columns `serve` by arc, `pass` by queue and moment, `open` by session."""
        case, matrix, joins = self.case, self._matrix(), self._joins().ravel()
        costs = np.concatenate((self._travel_cost(), self._pass_cost().ravel(), case.opening_cost[self.openable]))
        return LinearProgram(
            maximize=False,
            offset=self._offset(),
            costs=costs,
            column_lower=np.zeros(costs.size),
            column_upper=np.where(np.arange(costs.size) < costs.size - self.openable.size, np.inf, 1.0),
            row_lower=np.concatenate((joins, np.full(self.place_at.size, -np.inf))),
            row_upper=np.concatenate((joins, self._free())),
            starts=matrix.indptr.astype(np.intp),
            row_indices=matrix.indices.astype(np.intp),
            coefficients=matrix.data,
            integer=np.zeros(costs.size, dtype=np.bool_),
        )

    def _matrix(self) -> csc_array:
        """Return the coefficients: a row for each queue and moment, then one for each place."""
        openable, n_moments, n_arcs = self.openable, self.starts_min.size, len(self.arcs)
        n_nodes = self.n_queues * n_moments
        queue, place = self.arcs.T
        served, node = np.arange(n_arcs), np.arange(n_nodes)
        goes_on = node[node % n_moments < n_moments - 1]
        opening = n_arcs + n_nodes + np.arange(openable.size)
        entries = (
            (queue * n_moments + self.place_at[place], served, np.ones(n_arcs)),
            (n_nodes + place, served, np.ones(n_arcs)),
            (node, n_arcs + node, np.ones(n_nodes)),
            (goes_on + 1, n_arcs + goes_on, -np.ones(goes_on.size)),
            (n_nodes + self.place[openable], opening, -self.case.slots[openable].astype(np.float64)),
        )
        row, column, value = (np.concatenate(some) for some in zip(*entries, strict=True))
        shape = (n_nodes + self.place_at.size, n_arcs + n_nodes + openable.size)
        return csc_array((value, (row, column)), shape=shape)

    def bookings(self, served: IntArray, opened: BoolArray) -> IntArray:
        """Book who is served, first come first served, in open sessions before opened ones; shape (G, T).

        Args:
            served: requests of each arc; shape (n,), counts.
            opened: whether each openable session is open; shape of `openable`.
        """
        case = self.case
        booked, room = np.zeros(case.may_use.shape, dtype=np.intp), case.left.copy()
        room[self.openable[~opened]] = 0
        sessions = _members(self.place, np.lexsort((np.arange(room.size), case.opening_cost > 0)))
        groups = _members(case.hospital, np.argsort(self.joins_at, kind="stable"))
        waiting = case.n_requests.astype(np.intp).copy()
        used = np.flatnonzero(served)
        order = used[np.argsort(self.place_at[self.arcs[used, 1]], kind="stable")]
        for (queue, place), n in zip(self.arcs[order].tolist(), served[order].tolist(), strict=True):
            for group, session, k in _matched(groups[queue], sessions[place], waiting, room, n):
                booked[group, session] += k
        return booked

    def _travel_cost(self) -> FloatArray:
        """Price the road of one request of each arc; shape (n,)."""
        case, (queue, place) = self.case, self.arcs.T
        to = np.zeros(self.place_at.size, dtype=np.intp)
        to[self.place] = case.session_hospital
        cost: FloatArray = _of_hospital(case, case.travel_cost_per_min)[queue] * case.travel_min[queue, to[place]]
        return cost

    def _pass_cost(self) -> FloatArray:
        """Price waiting from each moment to the next, and at the last one postponing; shape (H, K)."""
        case, starts = self.case, self.starts_min
        rate = _of_hospital(case, case.late_cost_per_min)
        postponed = _of_hospital(case, case.postpone_cost + case.late_cost_per_min * case.due_min)
        last = postponed - rate * starts[-1]
        return np.column_stack((rate[:, None] * np.diff(starts), last))

    def _joins(self) -> FloatArray:
        """Count who joins each queue at each moment; shape (H, K)."""
        case, joins = self.case, np.zeros((self.n_queues, self.starts_min.size))
        able = self.joins_at < self.starts_min.size
        np.add.at(joins, (case.hospital[able], self.joins_at[able]), case.n_requests[able])
        return joins

    def _offset(self) -> float:
        """Price what cannot be changed: being late at the first moment possible, or postponed if there is none."""
        case, able = self.case, self.joins_at < self.starts_min.size
        late_min = self.starts_min[self.joins_at[able]] - case.due_min[able]
        late = case.n_requests[able] * case.late_cost_per_min[able] @ late_min
        return float(late + case.n_requests[~able] @ case.postpone_cost[~able])

    def _free(self) -> FloatArray:
        """Count the slots left in sessions that are open anyway; shape (P,)."""
        case = self.case
        left = np.where(case.opening_cost > 0, 0.0, case.left.astype(np.float64))
        return np.asarray(np.bincount(self.place, left, self.place_at.size), dtype=np.float64)


def _first_min(case: ImagingCase, may_use: BoolArray) -> FloatArray:
    """Return when the first session begins that suits each group, inf for none; shape (G,)."""
    order = np.argsort(case.start_min, kind="stable")
    suits = may_use[:, order]
    first = suits.argmax(axis=1)
    return np.where(suits[np.arange(first.size), first], case.start_min[order][first], np.inf)


def _alike(case: ImagingCase) -> bool:
    """Say whether all requests of each hospital have the same prices, and none has a latest time."""
    if not (np.isfinite(case.due_min) & np.isfinite(case.postpone_cost) & np.isposinf(case.latest_min)).all():
        return False
    worth = case.postpone_cost + case.late_cost_per_min * case.due_min
    prices = np.column_stack((case.late_cost_per_min, case.travel_cost_per_min, worth))
    _, first = np.unique(case.hospital, return_index=True)
    of = np.zeros((len(case.travel_min), 3))
    of[case.hospital[first]] = prices[first]
    return bool(np.isclose(prices, of[case.hospital], rtol=AGREES_WITHIN, atol=0.0).all())


def _of_hospital(case: ImagingCase, values: FloatArray) -> FloatArray:
    """Return the value that all groups of a hospital share, 0 where nobody asks; shape (H,)."""
    shared = np.zeros(len(case.travel_min))
    shared[case.hospital] = values
    return shared


def _classes(marks: BoolArray) -> IntArray:
    """Number the columns of marks, equal ones alike; shape (number of columns,)."""
    packed = np.ascontiguousarray(np.packbits(marks, axis=0).T)
    _, number = np.unique(packed, axis=0, return_inverse=True)
    return np.asarray(number.ravel(), dtype=np.intp)


def _members(owner: IntArray, order: IntArray) -> dict[int, list[int]]:
    """List the members of each owner in an order of all members."""
    found: dict[int, list[int]] = {}
    for member in order.tolist():
        found.setdefault(int(owner[member]), []).append(member)
    return found


def _matched(
    groups: list[int], sessions: list[int], waiting: IntArray, room: IntArray, n: int
) -> Iterator[tuple[int, int, int]]:
    """Give `n` of the first in line the first slots free, and take both away; yield group, session and how many."""
    while n:
        group = next(g for g in groups if waiting[g])
        session = next(t for t in sessions if room[t])
        k = min(n, int(waiting[group]), int(room[session]))
        waiting[group] -= k
        room[session] -= k
        n -= k
        yield group, session, k
