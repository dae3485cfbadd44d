"""Run a study round by round, as a plan asks for, and keep what the rounds decided."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from experiments.columns import write_text
from experiments.comparisons import baselines
from experiments.leagues import leagues
from experiments.measure_list import MAIN, MEASURES
from experiments.rounds.best import UntilBest
from experiments.rounds.budget import UntilBudget
from experiments.rounds.decided import UntilDecided
from experiments.rounds.plan import Effort, Plan, extends, most_of
from experiments.settings import RunSettings
from experiments.store import STOPPING, RunFolder
from experiments.study import Study, StudyOutcome
from experiments.until import Until

Run = Callable[[Study], StudyOutcome]


def run_until(study: Study, settings: RunSettings, run: Run) -> StudyOutcome:
    """Run a study with the replications that it names, or with more of them until `settings.until` holds.

    `run` runs a study in its folder and goes on with what is there.
    """
    if not extends(settings, len(study.cells)):
        return run(study)
    measure = study.measure or MAIN[0]
    plan = plan_of(study, settings, measure)
    while True:
        outcome = run(study)
        counts = {cell.name: study.n_of(cell.name) for cell in study.cells}
        values = by_replication(RunFolder(outcome.folder).measures(), measure, counts)
        wanted = plan.further(values, counts)
        if wanted == counts:
            break
        study = replace(study, counts=dict(wanted))
    document = {"until": str(settings.until), "measure": measure, **asdict(effort_of(settings, measure))}
    _write(outcome.folder, document | {"rows": plan.rows(values, counts)})
    return outcome


def plan_of(study: Study, settings: RunSettings, measure: str) -> Plan:
    """Return the plan that settings ask for."""
    effort = effort_of(settings, measure)
    if settings.until is Until.DECISION:
        return UntilDecided(baselines(study.cells, study.baseline), effort)
    made = UntilBest if settings.until is Until.BEST else UntilBudget
    return made(leagues(study.cells, study.baseline), effort)


def effort_of(settings: RunSettings, measure: str) -> Effort:
    """Return the effort that settings name; without a most, five times the first replications."""
    sign = 1 if MEASURES[measure].better == "higher" else -1
    return Effort(settings.replications, most_of(settings), settings.indifference, sign)


def by_replication(measures: pd.DataFrame, measure: str, counts: dict[str, int]) -> pd.DataFrame:
    """Return a measure of the whole city, one row a replication, one column a cell, NaN where there is none."""
    rows = measures[(measures["measure"] == measure) & (measures["dimension"] == "all")]
    wide = rows.pivot(index="replication", columns="cell", values="value")
    return wide.reindex(index=range(max(counts.values())), columns=list(counts))


def _write(folder: Path, document: dict[str, object]) -> None:
    write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", folder / STOPPING)
