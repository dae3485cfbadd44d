"""Simulate blocks of replications of every case in worker processes; the figures do not depend on how many."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from experiments.build import build
from experiments.config import CellConfig
from experiments.exact.cases import Case
from experiments.exact.judge import Controlled, Judgement, controlled, judge
from experiments.exact.systems import SYSTEMS
from experiments.executor import Executor, Lost
from sim.run import simulate
from sim.streams import Replication
from sim.units import FloatArray

PRELOAD = (__name__, "policies.transfer", "policies.triage", "scipy.special")


@dataclass(frozen=True, slots=True)
class Size:
    """Set how many blocks are run, and how many replications each has."""

    blocks: int
    per_block: int


FULL = Size(blocks=120, per_block=5)
QUICK = Size(blocks=12, per_block=4)


@dataclass(frozen=True, slots=True)
class Block:
    """Ask for one block of replications of one case."""

    case: int
    block: int
    system: str
    cell: CellConfig
    replications: tuple[Replication, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of the table: a quantity of a case, judged, with control variates, and as others published it."""

    case: Case
    quantity: str
    judgement: Judgement
    published: float | None
    controlled: Controlled | None = None


class BrokenGateError(RuntimeError):
    """Report that a replication ended in an error."""


def run_gate(
    cases: Sequence[Case], size: Size, n_workers: int, finished: Callable[[Case], None] = lambda case: None
) -> list[Row]:
    """Run all cases and judge every quantity; call `finished` as each case ends, in no fixed order.

    Raises:
        BrokenGateError: when a replication ended in an error.
    """
    sizes = [Size(min(size.blocks, case.system.most_blocks or size.blocks), size.per_block) for case in cases]
    found_in = [[np.empty(0)] * one.blocks for one in sizes]
    to_do = [one.blocks for one in sizes]
    blocks = [block for k, case in enumerate(cases) for block in _blocks(k, case, sizes[k])]
    with closing(Executor(simulate_block, n_workers, PRELOAD).run(blocks)) as results:
        for block, found in results:
            if isinstance(found, Lost | str):
                raise BrokenGateError(f"{block.system}: {found if isinstance(found, str) else 'a worker died twice'}")
            found_in[block.case][block.block] = found
            to_do[block.case] -= 1
            if not to_do[block.case]:
                finished(cases[block.case])
    return [row for case, found in zip(cases, found_in, strict=True) for row in rows_of(case, np.array(found))]


def rows_of(case: Case, found: FloatArray) -> Iterator[Row]:
    """Yield the judged quantities of a case from what blocks found, shape (n_blocks, per_block, n_numbers)."""
    n_pairs = 2 * len(case.exact)
    pairs = found[..., :n_pairs].reshape(*found.shape[:2], -1, 2)
    controls = found[..., n_pairs:].reshape(found.shape[0] * found.shape[1], found.shape[2] - n_pairs)
    for k, (quantity, exact) in enumerate(case.exact.items()):
        with_controls = controlled(pairs[:, :, k].reshape(-1, 2), exact, controls)
        yield Row(case, quantity, judge(pairs[:, :, k], exact), case.published.get(quantity), with_controls)


def simulate_block(block: Block) -> FloatArray | str:
    """Return what one block found, shape (per_block, n_numbers), or the traceback of what went wrong.

    The numbers of a replication are the pairs of all quantities, one after the other, then the control variates.
    """
    try:
        return np.array([_observe(block, replication) for replication in block.replications])
    except Exception:
        return traceback.format_exc()


def _observe(block: Block, replication: Replication) -> list[float]:
    scenario, policies = build(block.cell.settings)
    system, run = SYSTEMS[block.system], simulate(scenario, policies, replication)
    pairs = system.observe(scenario, run).values()
    return [*(number for pair in pairs for number in pair), *system.controls(scenario, run).values()]


def _blocks(index: int, case: Case, size: Size) -> Iterator[Block]:
    seed = case.cell.settings.run.root_seed
    for block in range(size.blocks):
        first = block * size.per_block
        replications = tuple(Replication(first + k, seed) for k in range(size.per_block))
        yield Block(index, block, case.system.name, case.cell, replications)
