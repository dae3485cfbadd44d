"""The optimized member of the transfer seat: all moves of a review at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import numpy as np

from optimize.contract import Ending, Solved
from optimize.transfer_case import Move, TransferCase, TransferPlan
from optimize.transfer_planner import PLANNING, TransferPlanner
from optimize.transfer_tiers import solve_tiers
from policies.settings import NOT_A_SETTING, WrongSetting
from policies.solving import Solving
from policies.transfer.boarders import Boarders
from policies.transfer.nearest_free import NearestFree
from policies.transfer.sharing import Sharing, not_negative, open_beds
from sim.contract import CityFacts, TransferDecision, TransferView
from sim.units import ACUITIES, MINUTES_PER_DAY, BoolArray, FloatArray, IntArray

Names = tuple[tuple[str, ...], tuple[str, ...]]

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class Balance(Sharing):
    """Choose the moves that save the most minutes to a bed, weighted by acuity, as an integral network program.

    A boarder's wait at home is estimated from what the view shows and one assumption, that each bed is released r
    times a day. Where S beds exist one is released every d = 1440 / (S r) minutes, so the p-th boarder of a hospital
    and place waits p d more. Who leaves the queue waits no longer, and each one behind moves up by d. Patient i, of
    weight w[i] = acuity_weight and in place p[i], thereby relieves it of

        relief[i] = d (w[i] p[i] + sum of w[j] over all j behind i)

    weighted minutes. Being moved takes `placement_min` and then the road. Nobody is moved who would not be in a bed
    sooner, were there no road at all (p d <= placement_min), whatever those behind would gain; a group g is all
    others at one origin, place and acuity. One move of a group to hospital h gains

        gain[g, h] = mean of relief over g - w[g] (placement_min + travel_min[g, h] + unfair_min[h]) - move_cost_min

    and `optimize.transfer.TransferProblem` chooses moves of positive gain within open beds and free crews. Of each
    group those go who have waited longest. Minutes that count against hospitals ahead of their market share
    (`unfair_min`) are 0 unless `fairness_min` says otherwise. When the solver finds no answer, the rule `NearestFree`
    decides.

    Two things are approximate, so that gains add up. Where beds go by acuity, relief is the same for all of a group
    (one place further back, the own wait weighs d w more and what those behind gain d w less); where they go in turn,
    its mean stands for it. And of two who leave one queue in the same review the one behind would have moved up
    anyway: for each such pair the sum is too high by d times the weight of the one behind. More urgent arrivals to
    come, and other uses of the bed given away, are not counted.

    Settings: r is `bed_release_by_place` where a place has an entry (intensive care by P57: 1 / 3.4 days), otherwise
    `bed_release_per_bed_per_day` (wards by P52: 1 / 9.1 to 1 / 5.1 days; assumption A-BED-RELEASE, range .1 to .2).
    Placement is the mean of P80's lognormal; the price of a move (P81: a crew for hours, P84: adverse events) and
    the weights are judgements (assumptions A-MOVE-COST, range 0 to 240, and A-ACUITY-WEIGHT). Where the city ranks
    ways (`CityFacts.tier`: own region first), beds of a lower tier are filled first, and only who and what is left goes
    on; with `region_min` above 0 so are, in each tier, beds within so many minutes of road.
    """

    min_wait_min: float = 0.0
    bed_release_per_bed_per_day: float = 0.15
    bed_release_by_place: dict[str, float] = field(default_factory=dict)
    placement_min: float = 91.0
    move_cost_min: float = 60.0
    acuity_weight: list[float] = field(default_factory=lambda: [5.0, 4.0, 3.0, 2.0, 1.0])
    region_min: float = 0.0
    solver: Solving = field(default_factory=Solving)
    planned: tuple[Names, BoolArray, TransferPlanner] | None = field(
        default=None, init=False, repr=False, compare=False, metadata=NOT_A_SETTING
    )

    def decide(self, view: TransferView) -> TransferDecision:
        """Return the moves of greatest total gain; `objective` is that gain, in weighted minutes."""
        boarders = Boarders.of(view)
        interval_min = self.bed_interval_min(view.city).ravel()[boarders.queue]
        may_send = self.senders(view)[boarders.queue // len(view.city.place_codes)]
        waits = (boarders.position * interval_min > self.placement_min) & (boarders.waited_min >= self.min_wait_min)
        worthy = waits & may_send
        if not worthy.any():
            return TransferDecision(_NOBODY, _NOBODY, ending=Ending.OPTIMAL, gap=0.0)
        movable, relief_min = boarders.where(worthy), self.relief_min(boarders, interval_min)[worthy]
        solved = self._solved(view, self._case(view, movable, relief_min))
        if solved.solution is None:
            return self._by_rule(view, solved.told, solved.seconds)
        patient, destination = _named(solved.solution.moves, movable, len(view.city.place_codes))
        gain = solved.solution.gain
        gap = abs(solved.bound - gain) / max(abs(gain), 1e-9) if solved.bound is not None else nan
        return TransferDecision(
            patient,
            destination,
            ending=solved.told,
            objective=gain,
            gap=gap,
            binding=solved.binding,
            seconds=solved.seconds,
        )

    def _solved(self, view: TransferView, case: TransferCase) -> Solved[TransferPlan]:
        """Choose among all moves at once, or tier by tier where ways are ranked."""
        city, planner = view.city, self._planner(view.city)
        tier = np.zeros(city.travel_min.shape, dtype=np.intp)
        if city.tier is not None:
            tier += 2 * city.tier
        if self.region_min:
            tier += city.travel_min > self.region_min
        return solve_tiers(case, tier, planner.plan) if tier.any() else planner.plan(case)

    def bed_interval_min(self, city: CityFacts) -> FloatArray:
        """Return d, the minutes from one bed that is released to the next, shape (n_hospitals, n_places)."""
        rates = [self.bed_release_by_place.get(code, self.bed_release_per_bed_per_day) for code in city.place_codes]
        released_per_day: FloatArray = np.maximum(city.establishment, 1.0) * np.array(rates)
        return MINUTES_PER_DAY / released_per_day

    def relief_min(self, boarders: Boarders, interval_min: FloatArray) -> FloatArray:
        """Return the weighted minutes that a queue is relieved of without each one, shape (n,) like `interval_min`."""
        weight = np.array(self.acuity_weight)[boarders.acuity - 1]
        relief: FloatArray = interval_min * (weight * boarders.position + boarders.sum_behind(weight))
        return relief

    def _case(self, view: TransferView, movable: Boarders, relief_min: FloatArray) -> TransferCase:
        """State the program of this review; `relief_min` (n,) belongs to those who may move."""
        beds = open_beds(view)
        counts = movable.group_sums(None, beds.shape)
        mean_relief_min = movable.group_sums(relief_min, beds.shape) / np.maximum(counts, 1.0)
        moving_min = self.placement_min + (view.city.travel_min + self.unfair_min(view))[:, None, None, :]
        gain = mean_relief_min[..., None] - np.array(self.acuity_weight)[:, None] * moving_min - self.move_cost_min
        return TransferCase(counts.astype(np.int64), beds, gain, max(view.crews_free, 0))

    def _planner(self, city: CityFacts) -> TransferPlanner:
        """Return the compiled program of a city, the same as long as the city is."""
        has_place = city.establishment.T > 0
        arcs = self.ways(city)[:, None, None, :] & has_place[None, :, None, :]
        arcs = np.repeat(arcs, ACUITIES, axis=2)
        names = city.hospital_ids, city.place_codes
        if self.planned is None or self.planned[0] != names or not np.array_equal(self.planned[1], arcs):
            self.planned = names, arcs, TransferPlanner(arcs, self.solver.over(PLANNING), names=names)
        return self.planned[2]

    def _by_rule(self, view: TransferView, ending: str, seconds: float) -> TransferDecision:
        """Decide by the rule on the same terms, and say why."""
        rule = NearestFree(self.max_travel_min, self.min_wait_min, self.fairness_min)
        moves = rule.decide(view)
        return TransferDecision(moves.patient, moves.destination, ending=f"rule after {ending}", seconds=seconds)

    def city_faults(self, city: CityFacts, where: str) -> Iterator[WrongSetting]:
        """Yield a fault for every place with a rate that nobody is transferred to in this city."""
        for code, rate in self.bed_release_by_place.items():
            if code not in city.place_codes:
                mend = f"no patient is transferred there; use {', '.join(city.place_codes)}, or leave it out"
                yield WrongSetting(f"{where}.bed_release_by_place.{code}", rate, mend)

    def faults(self, where: str) -> Iterator[WrongSetting]:
        """Yield every impossible setting; `where` is the field of this policy."""
        yield from Sharing.faults(self, where)
        for name in ("placement_min", "move_cost_min", "region_min"):
            yield from not_negative(where, name, getattr(self, name))
        by_place = {f"bed_release_by_place.{code}": rate for code, rate in self.bed_release_by_place.items()}
        for name, rate in {"bed_release_per_bed_per_day": self.bed_release_per_bed_per_day, **by_place}.items():
            if not 0 < rate < np.inf:
                yield WrongSetting(f"{where}.{name}", rate, "give a finite rate above zero")
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
        first = gone.get(group, 0)
        gone[group] = first + move.n_patients
        patients.append(movable.patient[movable.group == group][first : gone[group]])
        destinations.append(np.full(move.n_patients, move.destination))
    return np.concatenate(patients), np.concatenate(destinations)
