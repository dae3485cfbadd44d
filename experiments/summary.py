"""Say on the terminal what a study is going to do, what a finished one found, and what to try next."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from experiments.config import CellConfig
from experiments.load import emergency_visits_per_day, expected_occupancy
from experiments.measure_list import MEASURES, Measure
from experiments.progress import counted
from experiments.report import Answer
from experiments.report.folder import StoredRun
from experiments.report.numbers import decimals_for, plus_minus, scale_of, unit_in_words
from experiments.statistics import mean_interval
from sim.scenario import Scenario
from sim.units import FloatArray

COLUMNS = ("boarding_hours_per_day", "wait_for_provider_min", "ed_los_min", "lwbs_share", "transfers_per_day")
MOST_CELLS = 24


def plan(cells: Sequence[CellConfig], scenario: Scenario) -> str:
    """Return in words what is going to be run; `scenario` is that of the first cell."""
    first = cells[0].settings
    run, city = first.run, scenario.city
    weeks = f"{run.warm_up_weeks:g} + {run.weeks:g} weeks (warm-up + measured)"
    places = f"{counted(len(city.hospitals), 'hospital')}, {counted(len(city.zones), 'zone')}"
    lines = [
        f"Question:  {first.experiment.question}" if first.experiment.question else "",
        f"City:      {city.name}, {places}, about {emergency_visits_per_day(scenario):,.0f} emergency visits a day",
        f"Cells:     {_grid(cells)}",
        f"Each cell: {counted(run.replications, 'replication')} of {weeks}, seed {run.root_seed}",
    ]
    return "\n".join(line for line in lines if line)


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


def results(run: StoredRun) -> str:
    """Return a table of the main measures of every cell: mean and half-width of the 95 % interval."""
    shown = [MEASURES[name] for name in COLUMNS]
    head = [["", *(one.label for one in shown)], ["", *(unit_in_words(one.unit) for one in shown)]]
    city = run.measures[run.measures["dimension"] == "all"]
    values = {key: group["value"].to_numpy() for key, group in city.groupby(["cell", "measure"], sort=False)}
    rows = [[cell.name, *(_mean(values.get((cell.name, one.name)), one) for one in shown)] for cell in run.cells]
    more = [[f"and {len(rows) - MOST_CELLS} more, in the report"]] if len(rows) > MOST_CELLS else []
    return aligned([*head, *rows[:MOST_CELLS], *more])


def closing(answer: Answer, report: Path, suggestion: str) -> str:
    """Return the last three lines: the answer, where the report is, and what to try next."""
    return f"Answer:    {answer.text}\nReport:    {report.resolve()}\nTry next:  {suggestion}"


def suggestion(words: Sequence[str], n_cells: int) -> str:
    """Return a command worth trying after `citycare run` with these words."""
    if n_cells == 1 and not words:
        return "citycare run experiment=sharing_first    (what do hospitals gain by deciding together?)"
    kept = _without(words, "run.folder")
    if n_cells == 1:
        added, why = ["-m", "transfer=stay_put,balance"], "what do optimized transfers change?"
        kept = _without(kept, "transfer", "-m", "--multirun")
    elif kept == _without(kept, "city.demand.scale"):
        added, why = ["city.demand.scale=1.1"], "the same with 10 % more patients"
    else:
        added, why = ["run.replications=30"], "narrower intervals"
        kept = _without(kept, "run.replications")
    return f"citycare run {shlex.join([*kept, *added])}    ({why})"


def failures(run: StoredRun) -> str:
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


def _mean(values: FloatArray | None, measure: Measure) -> str:
    if values is None:
        return "-"
    interval, scale = mean_interval(values), scale_of(measure.unit)
    half_width = interval.half_width * scale
    return plus_minus(interval.mean * scale, half_width, decimals_for(half_width, measure.decimals))


def _without(words: Sequence[str], *keys: str) -> list[str]:
    return [word for word in words if word.partition("=")[0] not in keys]
