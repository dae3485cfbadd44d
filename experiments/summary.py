"""Say on the terminal what a study is going to do, what a finished one found, and what to try next."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from textwrap import wrap
from typing import TYPE_CHECKING

from experiments.config import CellConfig
from experiments.load import emergency_visits_per_day, expected_occupancy
from experiments.means import Means
from experiments.progress import counted
from experiments.service_plan import ServicePlan
from sim.scenario import Scenario
from sim.units import HOURS_PER_WEEK

if TYPE_CHECKING:  # the report imports libraries that take long, and the plan is shown before anything else
    from experiments.report import Answer
    from experiments.report.folder import StoredRun

INDENT = 11


def plan(cells: Sequence[CellConfig], scenario: Scenario, width: int, size: str = "") -> str:
    """Return in words what is going to be run, in lines of `width`; `scenario` is that of the first cell.

    `size` says what it takes.
    """
    first = cells[0].settings
    run, city = first.run, scenario.city
    weeks = f"{run.warm_up_weeks:g} + {run.weeks:g} weeks (warm-up + measured)"
    if first.start:
        weeks = f"{run.weeks * HOURS_PER_WEEK:g} hours from {run.start_date} on (census {first.start})"
    places = f"{counted(len(city.hospitals), 'hospital')}, {counted(len(city.zones), 'zone')}"
    lines = {
        "Question": first.experiment.question,
        "City": f"{city.name}, {places}, about {emergency_visits_per_day(scenario):,.0f} emergency visits a day",
        "Cells": _grid(cells),
        "Each cell": f"{counted(run.replications, 'replication')} of {weeks}, seed {run.root_seed}",
        "Takes": size,
        "Then": "every assumption at both ends of its range, in shorter runs" if run.sensitivity_replications else "",
    }
    return "\n".join(indented(name, text, width) for name, text in lines.items() if text)


def bounds(means: Means) -> str:
    """Return in words what one replication may take before it is given up."""
    memory = f"{means.limit_gib:.1f} GiB of memory" if means.limit_gib else "any memory"
    minutes = f"{means.limit_min:g} minutes" if means.limit_min else "any time"
    return f"one replication may take {memory} and {minutes} (run.limit_gib, run.limit_min)"


def _grid(cells: Sequence[CellConfig]) -> str:
    """Return the swept factors with their levels, or what the single cell is."""
    if not cells[0].factors:
        resolved = cells[0].resolved
        seats = ", ".join(f"{seat} {resolved[seat].get('policy')}" for seat in ("triage", "transfer"))
        return f"one: {seats}, information {resolved.get('information', {}).get('sight', 'live')}"
    levels = {factor: list(dict.fromkeys(cell.factors[factor] for cell in cells)) for factor in cells[0].factors}
    return f"{len(cells)}: " + "  x  ".join(f"{factor} ({', '.join(found)})" for factor, found in levels.items())


def expected_load(scenario: Scenario) -> str:
    """Return a table of how full places are expected to be, and which of them will overflow."""
    expected = expected_occupancy(scenario)
    codes = sorted({code for places in expected.values() for code in places})
    rows = [["expected occupancy", *codes]]
    for hospital, places in expected.items():
        rows.append([hospital, *(f"{places[code]:.2f}" if code in places else "-" for code in codes)])
    full = [f"{code} at {name}" for name, places in expected.items() for code, share in places.items() if share >= 1]
    warning = (
        f"\nQueues will grow without end: {', '.join(full)}. Give them more places, or fewer patients." if full else ""
    )
    return aligned(rows) + warning


def service(plan: ServicePlan) -> str:
    """Return the least-cost plan of a covering program in words and tables, or why there is none."""
    from experiments.report.numbers import amount

    if plan.cost is None:
        why = [f"  {line}" for line in plan.conflict] or ["  the solver found no answer within its limits"]
        least = (
            ["The least that would have to give:", *(f"  {line}" for line in plan.relaxation)]
            if plan.relaxation
            else []
        )
        together = "These cannot hold together:" if len(plan.conflict) > 1 else "The reason:"
        return "\n".join([f"No plan meets the requirements of {plan.file} ({plan.ending}). {together}", *why, *least])
    best = "least-cost" if plan.ending == "optimal" else "best known (not proven least-cost)"
    levels = "are whole units" if plan.whole else "may be fractions of a unit"
    activities = [[one.name, *map(amount, (one.level, one.unit_cost))] for one in plan.activities]
    met = [[one.name, *map(amount, (one.needed, one.given, one.slack, one.price))] for one in plan.requirements]
    return "\n".join(
        [
            f"The {best} plan of {plan.file} costs {amount(plan.cost)}; levels {levels}:",
            aligned([["activity", "units", "cost of one unit"], *activities]),
            "",
            aligned([["requirement", "needed", "given", "to spare", "shadow price"], *met]),
            f"Shadow prices ({plan.prices_of}) are in cost per unit: what one unit more of a requirement would add.",
        ]
    )


def closing(answer: "Answer", report: Path, suggestion: str, width: int) -> str:
    """Return what comes last: the answer in lines of `width`, where the report is, and what to try next."""
    lines = f"Report:    {report.resolve()}", f"Try next:  {suggestion}"  # to be copied, so never broken
    return "\n".join([indented("Answer", answer.text, width), *lines])


def indented(name: str, text: str, width: int) -> str:
    """Return a named text in lines of `width`, the name on its own in front."""
    heading = f"{name}:".ljust(INDENT)
    lines = wrap(text, max(width - INDENT, INDENT), break_long_words=False, break_on_hyphens=False)
    return heading + f"\n{' ' * INDENT}".join(lines)


def suggestion(words: Sequence[str], n_cells: int) -> str:
    """Return a command worth trying after `citycare run` with these words."""
    if n_cells == 1 and not words:
        return f"{program()} run experiment=sharing_first    # what do hospitals gain by deciding together?"
    kept = _without(words, "run.folder")
    if n_cells == 1 and "--config-dir" not in words:
        added, why = ["-m", "transfer=stay_put,balance"], "what do optimized transfers change?"
        kept = _without(kept, "transfer", "-m", "--multirun")
    elif n_cells > 1 and kept == _without(kept, "city.demand.scale"):
        added, why = ["city.demand.scale=1.1"], "the same with 10 % more patients"
    else:
        added, why = ["run.replications=30"], "narrower intervals"
        kept = _without(kept, "run.replications")
    return f"{program()} run {shlex.join([*kept, *added])}    # {why}"


def program() -> str:
    """Return how this program is called from here: by its name when the shell finds it, else by its path."""
    if which("citycare"):
        return "citycare"
    path = Path(sys.argv[0])
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def failures(run: "StoredRun") -> str:
    """Return one line for each failed replication, the first few of them."""
    failed = run.manifest.get("failures", [])
    lines = [f"  {one['cell']} replication {one['replication']}: {one['error'].splitlines()[0]}" for one in failed[:5]]
    more = [f"  and {len(failed) - 5} more, in manifest.json"] if len(failed) > 5 else []
    return "\n".join([f"{counted(len(failed), 'replication')} failed; the others are kept:", *lines, *more])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as columns of text, the first to the left, the others to the right."""
    n_columns = max(map(len, rows))
    widths = [max(len(row[i]) for row in rows if i < len(row) and len(row) > 1) for i in range(n_columns)]
    return "\n".join(
        "  ".join(cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i]) for i, cell in enumerate(row)).rstrip()
        for row in rows
    )


def _without(words: Sequence[str], *keys: str) -> list[str]:
    return [word for word in words if word.partition("=")[0] not in keys]
