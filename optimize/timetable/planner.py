"""Plan admissions, theatres, rooms and nurses by chains of annealing that run side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter, process_time

import numpy as np

from optimize.contract import Ending, Solved
from optimize.timetable.case import Timetable, TimetableCase
from optimize.timetable.chain import Chain
from optimize.timetable.check import check

FIRST_STAGE_MOVES = 20_000
FIRST_SHARE = 0.5
"""Mandatory patients are admitted first, in stages of so many moves, in at most so large a share of the effort."""
N_STAGES, EXCHANGE_EVERY = 200, 10
"""The rest is cut into stages of equal effort; in the second half, chains meet after every so many."""
HOT_SHARE, COLDEST, NURSE_SHARE = 0.25, 1.5, 0.12
"""The first temperature, in costs of a patient left out; the last; and what nurses have of either.

Patients weigh tens or hundreds, nurses ones: while patients still move far, nurses follow them near their best.
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """Say how hard to try.

    Args:
        seconds: wall-clock limit of the search.
        n_moves: moves at most, of all chains together; with it the answer is the same on every machine.
        seed: of every random choice.
        n_chains: chains side by side, one thread each.
    """

    seconds: float = 600.0
    n_moves: int | None = None
    seed: int = 1
    n_chains: int = 2

    def __post_init__(self) -> None:
        """Refuse what is no effort.

        Raises:
            ValueError: names each field that is out of range.
        """
        faults = []
        if not self.seconds > 0:
            faults.append(f"seconds is {self.seconds}; give more than 0")
        if self.n_moves is not None and self.n_moves < 1:
            faults.append(f"n_moves is {self.n_moves}; give at least 1")
        if self.n_chains < 1:
            faults.append(f"n_chains is {self.n_chains}; give at least 1")
        if faults:
            raise ValueError("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Progress:
    """Tell where the search stands: the best cost, mandatory patients it leaves out, and the work so far."""

    seconds: float
    cost: int
    n_missing: int
    n_moves: int
    cpu_seconds: float


Tell = Callable[[Progress], None]
Seconds = Callable[[], float]


def solve_timetable(
    case: TimetableCase,
    effort: Effort,
    tell: Tell | None = None,
    start: Timetable | None = None,
    timer: Seconds = perf_counter,
) -> Solved[Timetable]:
    """Search until the effort is spent, or until the user interrupts; the best plan found has passed the checker.

    FEASIBLE with a plan that breaks no rule; NO_ANSWER otherwise, then with the best there is as solution.
    """
    started = timer()
    search = _Search(case, effort, start, timer)
    with ThreadPoolExecutor(effort.n_chains) as threads:
        try:
            for _ in search.stages(threads):
                if tell is not None:
                    tell(search.progress())
        except KeyboardInterrupt:
            pass  # the stages that run end by themselves, and their best counts
    best = min(search.chains, key=lambda chain: chain.best)
    verdict = check(case, best.plan)
    ending = Ending.NO_ANSWER if verdict.n_violations else Ending.FEASIBLE
    return Solved(ending, best.plan, float(verdict.cost), None, timer() - started)


class _Search:
    """Run chains stage by stage within an effort."""

    def __init__(self, case: TimetableCase, effort: Effort, start: Timetable | None, timer: Seconds) -> None:
        self.effort, self.timer, self.started, self.cpu = effort, timer, timer(), process_time()
        seeds = np.random.SeedSequence(effort.seed).spawn(effort.n_chains)
        self.chains = [Chain(case, np.random.default_rng(seed), start) for seed in seeds]
        self.hot = max(HOT_SHARE * float(case.weight[-1]), 4 * COLDEST)

    def seconds(self) -> float:
        return self.timer() - self.started

    def progress(self) -> Progress:
        best = min(self.chains, key=lambda chain: chain.best)
        n_moves = sum(chain.n_moves for chain in self.chains)
        return Progress(self.seconds(), best.best_cost, best.best_missing, n_moves, process_time() - self.cpu)

    def spent(self) -> float:
        """Return the share of the effort that is spent."""
        n_moves = sum(chain.n_moves for chain in self.chains)
        by_moves = 0.0 if self.effort.n_moves is None else n_moves / self.effort.n_moves
        return max(by_moves, self.seconds() / self.effort.seconds if self.effort.n_moves is None else 0.0)

    def stages(self, threads: ThreadPoolExecutor) -> Iterator[None]:
        """Run stage by stage: first mandatory patients only, then everybody, from hot to cold."""
        while self.spent() < FIRST_SHARE and any(chain.n_missing for chain in self.chains):
            missing = [chain for chain in self.chains if chain.n_missing]
            list(threads.map(lambda chain: chain.admit_mandatory(self.first_moves()), missing))
            yield
        base, base_seconds = [chain.n_moves for chain in self.chains], self.seconds()
        for stage in range(N_STAGES):
            heats = [self.hot * (COLDEST / self.hot) ** ((stage + i) / N_STAGES) for i in (0, 1)]
            moves = [self.stage_moves(stage, i, base[i], base_seconds) for i in range(len(base))]
            heat = heats[0], heats[1], NURSE_SHARE
            list(threads.map(lambda chain, n, heat=heat: chain.run(n, heat), self.chains, moves))
            yield
            if self.effort.n_moves is None and self.seconds() >= self.effort.seconds:
                return
            if stage >= N_STAGES / 2 and stage % EXCHANGE_EVERY == 0:
                self.exchange()

    def first_moves(self) -> int:
        if self.effort.n_moves is None:
            return FIRST_STAGE_MOVES
        return max(1, min(FIRST_STAGE_MOVES, self.effort.n_moves // (4 * len(self.chains))))

    def stage_moves(self, stage: int, chain: int, base: int, base_seconds: float) -> int:
        """Return how many moves fill a chain's next stage."""
        done = self.chains[chain].n_moves
        if self.effort.n_moves is not None:
            whole = self.effort.n_moves // len(self.chains) - base
            return max(0, whole * (stage + 1) // N_STAGES - (done - base))
        if done == base:
            return FIRST_STAGE_MOVES
        rate = (done - base) / max(1e-6, self.seconds() - base_seconds)
        return max(1, int(rate * (self.effort.seconds - self.seconds()) / (N_STAGES - stage)))

    def exchange(self) -> None:
        """Let every chain go on from the cheapest."""
        best = min(self.chains, key=lambda chain: chain.cost)
        for chain in self.chains:
            if chain.cost > best.cost:
                chain.adopt(best)
