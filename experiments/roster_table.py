"""Fill the table of published shift-scheduling instances: python -m experiments.roster_table (or `make rosters`).

Results are kept in a CSV file, one row per instance, seed and limit; what is there is not computed again.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from experiments.kept_rows import read_rows, write_rows

KEPT = Path("docs/rosters.csv")
PAGE = Path("docs/rosters.md")
HEAD = """\
# Rosters of published instances

Instances 1 to 19 of T. Curtois and R. Qu ("Computational results on new staff scheduling benchmark instances", 2014),
solved by `citycare solve roster` with HiGHS on one thread. Written by `make rosters`, which keeps finished rows in
`docs/rosters.csv` and computes only what is missing. Every objective was counted by a checker that shares nothing with
the search. *Best known* and *best bound* are published values of any method with any time.

A search ends when the bound proves its roster best, or at a limit of CPU seconds. It was measured on a shared machine
that ran other work at the same time, so wall-clock seconds are several times the seconds of computation, and
a search that its limit ended is not reproducible to the last unit.
Gap = (objective - our bound) / objective; over best = objective / best known - 1.

| instance | seed | limit | objective | our bound | gap | best known | over best | seconds | CPU seconds | ending |
|---|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One finished search; an objective or bound of -1 stands for none."""

    instance: int
    seed: int
    limit_seconds: float
    objective: float
    bound: float
    seconds: float
    cpu_seconds: float
    ending: str


def main(words: Sequence[str] | None = None) -> None:
    """Solve what is missing and write the page after each instance."""
    parser = argparse.ArgumentParser(description="solve published shift-scheduling instances and write their table")
    parser.add_argument("folder", type=Path, help="holds curtois/InstanceN.txt and best_known_curtois.csv")
    parser.add_argument("--instances", type=int, nargs="+", default=list(range(1, 20)))
    parser.add_argument("--seconds", type=float, default=600.0, help="limit of each search in seconds of computation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    best = best_known(options.folder / "best_known_curtois.csv")
    rows = read_rows(KEPT, Row)
    for instance in options.instances:
        if any(
            (row.instance, row.seed, row.limit_seconds) == (instance, options.seed, options.seconds) for row in rows
        ):
            continue
        rows.append(solved(options.folder, instance, options.seconds, options.seed))
        print(rows[-1], file=sys.stderr, flush=True)
        write_rows(KEPT, Row, rows, order)
        PAGE.write_text(page(rows, best), encoding="utf-8", newline="\n")


def solved(folder: Path, instance: int, seconds: float, seed: int) -> Row:
    """Search one instance."""
    from experiments.files.shift_text import read_shift_text
    from optimize.roster.planner import solve_roster
    from optimize.roster.search import Effort

    case, cpu = read_shift_text(folder / "curtois" / f"Instance{instance}.txt"), process_time()
    found = solve_roster(case, Effort(seconds, None, seed, timer=process_time))
    objective, bound = (-1.0 if number is None else number for number in (found.objective, found.bound))
    used = process_time() - cpu
    return Row(instance, seed, seconds, objective, bound, round(found.seconds, 1), round(used, 1), found.ending.value)


def best_known(path: Path) -> dict[int, float]:
    """Read the best objective ever published for each instance."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {int(row["instance"]): float(row["best_UB"]) for row in csv.DictReader(lines)}


def page(rows: Iterable[Row], best: dict[int, float]) -> str:
    """Write the page."""
    return HEAD + "".join(f"| {' | '.join(_cells(row, best.get(row.instance)))} |\n" for row in sorted(rows, key=order))


def order(row: Row) -> tuple[int, float, int]:
    """Return by what rows are sorted: instance, limit, seed."""
    return row.instance, row.limit_seconds, row.seed


def _cells(row: Row, best: float | None) -> list[str]:
    gap = "–" if row.objective <= 0 or row.bound < 0 else f"{100 * (row.objective - row.bound) / row.objective:.1f} %"
    over = "–" if row.objective < 0 or not best else f"{100 * (row.objective / best - 1):.1f} %"
    numbers = [f"{number:g}" if number >= 0 else "–" for number in (row.objective, row.bound)]
    known = "–" if best is None else f"{best:g}"
    times = [f"{row.seconds:g}", f"{row.cpu_seconds:g}"]
    return [str(row.instance), str(row.seed), f"{row.limit_seconds:g}", *numbers, gap, known, over, *times, row.ending]


if __name__ == "__main__":
    main()
