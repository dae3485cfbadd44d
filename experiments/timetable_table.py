"""Fill the table of published integrated timetables: python -m experiments.timetable_table (or `make ihtp`).

Results are kept in a CSV file, one row per instance, seed and limit; what is there is not computed again.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import fmean

from experiments.files.timetable import read_case
from experiments.kept_rows import read_rows, write_rows
from optimize.timetable.check import check
from optimize.timetable.planner import Effort, Progress, solve_timetable

KEPT = Path("docs/timetables.csv")
PAGE = Path("docs/timetables.md")
PUBLIC = tuple(f"i{number:02}" for number in range(1, 21))
SEEDS = (1, 2, 3)
NEAR = 1.1
HEAD = """\
# Timetables of published instances

The public instances of the Integrated Healthcare Timetabling Competition 2024, solved by `citycare solve plan` with two
chains of annealing on two threads. Written by `make ihtp`, which keeps finished rows in `docs/timetables.csv` and
computes only what is missing. Every cost was counted by a checker that shares nothing with the search. *Best known*
values are of any method with any time. Gap = cost / best known - 1; *to 10 %* is the wall-clock second in which the
cost fell below 1.1 times the best known. A search that a limit of moves ended is the same on every machine; one that a
limit of seconds ended is not, and CPU seconds far below twice the seconds tell that the machine did other work.

The eight parts are mixed ages in rooms, missing skill, nurses seen, excess workload, theatres opened, transfers of
surgeons, delay, and patients left out, each weighted as the instance says.

"""
COLUMNS = ("instance", "seed", "limit", "cost", "best known", "gap", "to 10 %", "CPU seconds", "million moves", "parts")


@dataclass(frozen=True, slots=True)
class Row:
    """One finished search; a cost or time of -1 stands for none. `parts` are the eight costs with spaces between."""

    instance: str
    seed: int
    limit: str
    cost: int
    to_near_seconds: float
    cpu_seconds: float
    million_moves: float
    parts: str


def main(words: Sequence[str] | None = None) -> None:
    """Solve what is missing and write the page after each search."""
    parser = argparse.ArgumentParser(description="solve published integrated timetables and write their table")
    parser.add_argument("folder", type=Path, help="holds instances/iNN.json and best_known.csv")
    parser.add_argument("--instances", nargs="+", default=list(PUBLIC))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--seconds", type=float, default=600.0, help="wall-clock limit of each search")
    parser.add_argument(
        "--million-moves", type=int, help="limit of each search in moves of both chains, without a clock"
    )
    options = parser.parse_args(words)
    moves: int | None = options.million_moves
    limit = f"{options.seconds:g} s" if moves is None else f"{moves} million moves"
    best = best_known(options.folder / "best_known.csv")
    kept = read_rows(KEPT, Row)
    for seed in options.seeds:
        for instance in options.instances:
            if any((row.instance, row.seed, row.limit) == (instance, seed, limit) for row in kept):
                continue
            path = options.folder / "instances" / f"{instance}.json"
            effort = Effort(options.seconds, None, seed) if moves is None else Effort(inf, moves * 1_000_000, seed)
            kept.append(solved(path, limit, effort, best.get(instance)))
            print(kept[-1], file=sys.stderr, flush=True)
            write_rows(KEPT, Row, kept, order)
            PAGE.write_text(page(kept, best), encoding="utf-8", newline="\n")


def solved(path: Path, limit: str, effort: Effort, best: int | None) -> Row:
    """Search one instance."""
    case, told, near = read_case(path), [Progress(0.0, 0, 1, 0, 0.0)], []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if best is not None and not progress.n_missing and progress.cost <= NEAR * best:
            near.append(progress.seconds)

    found = solve_timetable(case, effort, tell)
    assert found.solution is not None  # the search always holds a plan
    verdict = check(case, found.solution)
    cost = -1 if verdict.n_violations else verdict.cost
    parts = " ".join(map(str, verdict.costs.values()))
    moves = round(told[-1].n_moves / 1e6, 1)
    first = round(near[0], 1) if near else -1.0
    return Row(path.stem, effort.seed, limit, cost, first, round(told[-1].cpu_seconds, 1), moves, parts)


def best_known(path: Path) -> dict[str, int]:
    """Read the best cost ever published for each instance."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: int(row["best_known"]) for row in csv.DictReader(lines) if row["best_known"]}


def page(rows: Sequence[Row], best: dict[str, int]) -> str:
    """Write the page: mean gaps by limit, then every search."""
    lines = [_mean(rows, best, limit) for limit in sorted({row.limit for row in rows})]
    table = [
        COLUMNS,
        ["---"] * len(COLUMNS),
        *(_cells(row, best.get(row.instance)) for row in sorted(rows, key=order)),
    ]
    return HEAD + "".join(lines) + "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in table)


def _mean(rows: Sequence[Row], best: dict[str, int], limit: str) -> str:
    """Return the mean gap of the searches of one limit in words."""
    mine = [row for row in rows if row.limit == limit and row.instance in best]
    gaps = [row.cost / best[row.instance] - 1 for row in mine if row.cost >= 0]
    names = len({row.instance for row in mine})
    mean = f"mean gap {100 * fmean(gaps):.1f} %" if gaps else "no plan"
    return f"- {limit}: {mean} over {len(gaps)} plans, {len(mine)} searches of {names} instances\n"


def order(row: Row) -> tuple[str, str, int]:
    """Return by what rows are sorted: instance, limit, seed."""
    return row.instance, row.limit, row.seed


def _cells(row: Row, best: int | None) -> list[str]:
    gap = "–" if row.cost < 0 or not best else f"{100 * (row.cost / best - 1):.1f} %"
    near = "–" if row.to_near_seconds < 0 else f"{row.to_near_seconds:g}"
    cost = "–" if row.cost < 0 else str(row.cost)
    known = "–" if best is None else str(best)
    effort = [f"{row.cpu_seconds:g}", f"{row.million_moves:g}"]
    return [row.instance, str(row.seed), row.limit, cost, known, gap, near, *effort, row.parts]


if __name__ == "__main__":
    main()
