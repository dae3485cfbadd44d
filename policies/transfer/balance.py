"""The optimized member of the transfer seat: all moves of a review at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from optimize.contract import Ending
from optimize.transfer import Move, TransferCase
from optimize.transfer_planner import TransferPlanner
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.transfer.boarders import Boarders
from policies.transfer.nearest_free import NearestFree
from policies.transfer.sharing import Sharing, not_negative, open_beds
from sim.contract import CityFacts, TransferDecision, TransferView
from sim.units import ACUITIES, MINUTES_PER_DAY, BoolArray, FloatArray, IntArray

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class Balance(Sharing):
    """Choose the moves that save the most minutes to a bed, weighted by acuity, as an integral network program.

    A boarder's wait at home is estimated from what the view shows and one assumption, that each bed is released
    r = `bed_release_per_bed_per_day` times a day. The boarders of one hospital and place stand in a queue by acuity
    and then by waiting; where S beds exist, the p-th of them waits about p / (S r) days more. Being moved takes
    `placement_min` and then the road. Those who would not be in a bed sooner, were there no road at all, are left
    out; a group g is all others at one origin, place and acuity. One move of a group to hospital h gains

        gain[g, h] = acuity_weight[g] (mean of 1440 p / (S r) over g - placement_min - travel_min[g, h]) - move_cost_min

    and `optimize.transfer.TransferProblem` chooses moves of positive gain within open beds and free crews. Of each
    group those go who have waited longest. What the boarders behind them gain is not counted, nor are more urgent
    arrivals to come, so the gain is cautious. When the solver finds no answer, the rule `NearestFree` decides.

    Defaults: r lies between ward and intensive stays (P52: 9.1 days, P57: 3.4 days; assumption A-BED-RELEASE, range
    .1 to .3); placement is the mean of P80's lognormal; the price of a move (P81: a crew for hours, P84: adverse
    events) and the weights are judgements (assumptions A-MOVE-COST, range 0 to 240, and A-ACUITY-WEIGHT).
    """

    min_wait_min: float = 0.0
    bed_release_per_bed_per_day: float = 0.15
    placement_min: float = 91.0
    move_cost_min: float = 60.0
    acuity_weight: list[float] = field(default_factory=lambda: [5.0, 4.0, 3.0, 2.0, 1.0])
    planned: tuple[BoolArray, TransferPlanner] | None = field(
        default=None, init=False, repr=False, compare=False, metadata=NOT_A_SETTING
    )

    def decide(self, view: TransferView) -> TransferDecision:
        """Return the moves of greatest total gain; `objective` is that gain, in weighted minutes."""
        boarders = Boarders.of(view)
        saved_min = self.saved_min(boarders)
        worthy = (saved_min > 0) & (boarders.waited_min >= self.min_wait_min)
        movable = boarders.where(worthy)
        if not worthy.any():
            return TransferDecision(_NOBODY, _NOBODY, Ending.OPTIMAL)
        solved = self._planner(view.city).plan(self._case(view, movable, saved_min[worthy]))
        if solved.solution is None:
            return self._by_rule(view, solved.ending, solved.seconds)
        patient, destination = _named(solved.solution.moves, movable, len(view.city.place_codes))
        return TransferDecision(patient, destination, solved.ending, solved.solution.gain, solved.seconds)

    def saved_min(self, boarders: Boarders) -> FloatArray:
        """Estimate how much sooner each would be in a bed if moved, before the road, in minutes, shape (n,)."""
        released_per_day = np.maximum(boarders.n_beds, 1.0) * self.bed_release_per_bed_per_day
        return boarders.position * MINUTES_PER_DAY / released_per_day - self.placement_min

    def _case(self, view: TransferView, movable: Boarders, saved_min: FloatArray) -> TransferCase:
        """State the program of this review; `saved_min` (n,) belongs to those who may move."""
        beds = open_beds(view)
        counts = movable.group_sums(None, beds.shape)
        mean_saved_min = movable.group_sums(saved_min, beds.shape) / np.maximum(counts, 1.0)
        sooner_min = mean_saved_min[..., None] - view.city.travel_min[:, None, None, :]
        gain = np.array(self.acuity_weight)[:, None] * sooner_min - self.move_cost_min
        return TransferCase(counts.astype(np.int64), beds, gain, max(view.crews_free, 0))

    def _planner(self, city: CityFacts) -> TransferPlanner:
        """Return the compiled program of a city, the same as long as the city is."""
        has_place = city.establishment.T > 0
        arcs = self.ways(city)[:, None, None, :] & has_place[None, :, None, :]
        arcs = np.repeat(arcs, ACUITIES, axis=2)
        if self.planned is None or not np.array_equal(self.planned[0], arcs):
            self.planned = arcs, TransferPlanner(arcs)
        return self.planned[1]

    def _by_rule(self, view: TransferView, ending: Ending, seconds: float) -> TransferDecision:
        """Decide by the rule on the same terms, and say why."""
        rule = NearestFree(self.max_travel_min, self.min_wait_min)
        moves = rule.decide(view)
        return TransferDecision(moves.patient, moves.destination, f"rule after {ending}", 0.0, seconds)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Sharing.faults(self, where)
        for name in ("placement_min", "move_cost_min"):
            yield from not_negative(where, name, getattr(self, name))
        rate = self.bed_release_per_bed_per_day
        if not 0 < rate < np.inf:
            yield WrongSetting(f"{where}.bed_release_per_bed_per_day", rate, "give a finite rate above zero")
        weights = self.acuity_weight
        if len(weights) != ACUITIES or not all(0 <= weight < np.inf for weight in weights):
            mend = f"give {ACUITIES} finite weights of zero or more, for acuity 1 to {ACUITIES}"
            yield WrongSetting(f"{where}.acuity_weight", weights, mend)


def _named(moves: tuple[Move, ...], movable: Boarders, n_places: int) -> tuple[IntArray, IntArray]:
    """Name the patients who go and where: of each group first those who have waited longest."""
    patients, destinations = [_NOBODY], [_NOBODY]
    gone: dict[int, int] = {}
    for move in moves:
        group = (move.origin * n_places + move.kind) * ACUITIES + move.acuity
        first = int(np.searchsorted(movable.group, group)) + gone.get(group, 0)
        gone[group] = gone.get(group, 0) + move.n_patients
        patients.append(movable.patient[first : first + move.n_patients])
        destinations.append(np.full(move.n_patients, move.destination))
    return np.concatenate(patients), np.concatenate(destinations)
