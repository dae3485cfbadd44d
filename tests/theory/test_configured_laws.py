"""Laws of queueing on the path that a planner takes: YAML files, composed, built, simulated and measured.

Waits with and without priorities have closed forms. For an emergency department whose patients keep their space until
a bed is free, the stationary distribution of a small Markov chain is solved here.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from experiments.config import CellConfig
from experiments.replication import run_cell
from optimize.queueing import mmc_wait, priority_waits
from sim.streams import Replication
from tests.small_clinic import CARE, STAY, clinic, write_clinic

pytestmark = pytest.mark.theory

N_REPLICATIONS = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_clinic(tmp_path)


def judge(cell: CellConfig, exact: Mapping[tuple[str, str], float]) -> None:
    """Fail when the mean over replications of a measure (name, level) is more than four standard errors off."""
    found = []
    for index in range(N_REPLICATIONS):
        rows = run_cell(cell, Replication(index, 20261122)).measures.set_index(["measure", "level"])["value"]
        found.append([float(rows[key]) for key in exact])
    values, truth = np.array(found), np.array(list(exact.values()))
    z = (values.mean(axis=0) - truth) / (values.std(axis=0, ddof=1) / np.sqrt(N_REPLICATIONS))
    assert (np.abs(z) <= 4).all(), dict(zip(exact, zip(values.mean(axis=0), truth, z, strict=True), strict=True))


def test_several_servers(folder: Path) -> None:
    cell = clinic(folder, 3.0, 2_000.0, "city.hospitals.clinic.staff.server=5", f"{CARE}=1.25")
    exact = {("wait_for_provider_min", "all"): mmc_wait(3.0, 0.8, 5), ("utilization", "server"): 0.75}
    judge(cell, exact | {("arrivals_per_day", "all"): 3.0 * 1440})


def test_several_servers_and_priorities(folder: Path) -> None:
    rates = [0.5, 0.8, 1.0]
    shares = [rate / sum(rates) for rate in rates]
    acuity = f"conditions.ill.acuity_share=[{shares[0]!r},0,{shares[1]!r},0,{shares[2]!r}]"
    cell = clinic(folder, sum(rates), 1_500.0, "city.hospitals.clinic.staff.server=3", acuity)
    waits = priority_waits(rates, 1.0, 3)
    judge(cell, {("wait_for_provider_min", str(k)): wait for k, wait in zip((1, 3, 5), waits, strict=True)})


State = tuple[int, ...]
Moves = Callable[[State], Iterator[tuple[State, float]]]


def stationary(start: State, moves: Moves) -> dict[State, float]:
    """Return the stationary probabilities of the states that can be reached from one, given moves and their rates."""
    index, order = {start: 0}, [start]
    for state in order:
        for target, _ in moves(state):
            if target not in index:
                index[target] = len(order)
                order.append(target)
    balance = np.zeros((len(order), len(order)))
    for state in order:
        for target, rate in moves(state):
            balance[index[target], index[state]] += rate
            balance[index[state], index[state]] -= rate
    balance[0] = 1.0  # one balance equation follows from the others; the probabilities sum to 1
    p = np.linalg.solve(balance, np.eye(len(order))[0])
    return dict(zip(order, p.tolist(), strict=True))


def mean(chain: Mapping[State, float], count: Callable[[State], float]) -> float:
    return sum(p * count(state) for state, p in chain.items())


def test_one_space_one_bed_and_a_queue_before_them(folder: Path) -> None:
    """M/M/1 -> M/1/1 with blocking after service; a state holds how many have come, and who is in bed or boards."""
    arrive, treat, heal, most = 0.4, 1.25, 1 / 1.1, 250
    idle, in_bed, boarding = range(3)

    def moves(state: State) -> Iterator[tuple[State, float]]:
        n, bed = state
        if n < most:
            yield (n + 1, bed), arrive
        if n and bed == idle:
            yield (n - 1, in_bed), treat
        if n and bed == in_bed:
            yield (n, boarding), treat
        if bed == in_bed:
            yield (n, idle), heal
        if bed == boarding:
            yield (n - 1, in_bed), heal

    chain = stationary((0, idle), moves)
    assert mean(chain, lambda state: state[0] == most) < 1e-20
    cell = clinic(folder, arrive, 9_000.0, f"{CARE}=0.8", f"{STAY}=1.1", pathways="tandem")
    judge(
        cell,
        {
            ("wait_for_provider_min", "all"): mean(chain, lambda state: max(0, state[0] - 1)) / arrive,
            ("ed_los_min", "all"): mean(chain, lambda state: state[0]) / arrive,
            ("boarding_min", "all"): mean(chain, lambda state: state[1] == boarding) / arrive,
            ("utilization", "ed_space"): mean(chain, lambda state: state[0] > 0),
            ("bed_occupancy", "all"): arrive / heal,
        },
    )


def test_some_spaces_some_beds_and_nobody_who_waits_at_the_door(folder: Path) -> None:
    """Who finds all spaces taken leaves at once; four of ten need a bed. A state holds treated, boarding, in bed."""
    arrive, treat, heal, p_bed, spaces, beds = 3.0, 1.0, 0.4, 0.4, 4, 2

    def moves(state: State) -> Iterator[tuple[State, float]]:
        treated, boarding, bedded = state
        if treated + boarding < spaces:
            yield (treated + 1, boarding, bedded), arrive
        if treated:
            yield (treated - 1, boarding, bedded), treated * treat * (1 - p_bed)
            full = bedded == beds
            yield (treated - 1, boarding + full, bedded + (not full)), treated * treat * p_bed
        if boarding:
            yield (treated, boarding - 1, bedded), bedded * heal
        elif bedded:
            yield (treated, 0, bedded - 1), bedded * heal

    chain = stationary((0, 0, 0), moves)
    lost = mean(chain, lambda state: state[0] + state[1] == spaces)
    boarders = mean(chain, lambda state: state[1])
    supply = "city.hospitals.clinic.places={ed_space: 4, bed: 2}"
    chance = f"conditions.ill.acuity_share=[{p_bed},0,0,0,{1 - p_bed}]"
    impatient = "patience.never_leaves_share=0"
    cell = clinic(folder, arrive, 1_500.0, supply, chance, impatient, f"{STAY}=2.5", pathways="tandem")
    judge(
        cell,
        {
            ("lwbs_share", "all"): lost,
            ("boarding_min", "all"): boarders / (arrive * (1 - lost) * p_bed),
            ("utilization", "ed_space"): mean(chain, lambda state: state[0] + state[1]) / spaces,
            ("bed_occupancy", "all"): mean(chain, lambda state: state[2]) / beds,
            ("admissions_per_day", "all"): arrive * (1 - lost) * p_bed * 1440,
        },
    )
