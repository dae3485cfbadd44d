"""Carry out `citycare exact`: plan, simulate, judge, print."""

import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.exact.cases import Case, plan
from experiments.exact.gate import FULL, QUICK, run_gate
from experiments.exact.table import exact_table, notes, write_json
from experiments.means import n_cores
from experiments.progress import counted
from experiments.schema import stop_at
from sim.faults import Fault


def run_exact(words: Sequence[str], quick: bool, json_file: Path | None, n_workers: int, width: int) -> bool:
    """Run what `words` name, print the table in `width` characters, and say whether every quantity agrees.

    `n_workers` 0 means one for each core; the figures do not depend on it.

    Raises:
        ScenarioError: before anything runs, with all faults.
        BrokenGateError: when a replication ended in an error.
    """
    if json_file and not json_file.resolve().parent.is_dir():
        stop_at([Fault("--json", str(json_file), "name a file in a folder that exists")])
    cases, size, n_workers = plan(words), QUICK if quick else FULL, n_workers or n_cores()
    most = f"{size.blocks} blocks of {size.per_block} replications"
    print(f"{counted(len(cases), 'case')}, {most} each at most, on {counted(n_workers, 'worker')}", flush=True)
    rows = run_gate(cases, size, n_workers, _tell)
    print(f"\n{exact_table(rows)}\n\n{notes(rows, width)}")
    if json_file:
        write_json(rows, json_file)
    return all(row.judgement.passed for row in rows)


def _tell(case: Case) -> None:
    """Say on stderr that a case has ended, for a full run takes minutes."""
    print(f"  done: {case.system.name}, {case.words}", file=sys.stderr, flush=True)
