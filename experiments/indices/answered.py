"""Answer a sensitivity analysis by simulation: all points are cells of one study, kept in its folder."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.columns import write_text
from experiments.fingerprint import joint_hash
from experiments.indices.asked import Method, Question
from experiments.indices.design import points_of
from experiments.means import THIS_MACHINE, Means
from experiments.measures import MEASURES
from experiments.progress import Watcher
from experiments.replication import Runner
from experiments.sensitivity import measures_only
from experiments.space.ranges import Range
from experiments.space.simulated import named_points, study_of_points, values_of
from experiments.statistics.indices import Index, morris_indices, sobol_indices
from experiments.store import RunFolder
from experiments.study import FOLDERS, run_study
from sim.units import FloatArray

TABLE = "indices.csv"
MAIN = {Method.MORRIS: "mu_star", Method.SOBOL: "total"}
"""The index by which settings are ranked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold a question, the indices of every measure, how many points and replications gave them, and the folder."""

    question: Question
    indices: dict[str, list[Index]]
    n_points: int
    n_failed: int
    folder: Path

    def ranked(self, measure: str) -> list[tuple[Range, Index]]:
        """Return the settings, the one first that moves the measure most."""
        main = [one for one in self.indices[measure] if one.name == MAIN[self.question.method]]
        order = sorted(main, key=lambda one: -one.value if isfinite(one.value) else 0.0)
        return [(self.question.space.ranges[one.parameter], one) for one in order]


def default_folder(question: Question) -> Path:
    """Return the folder of an analysis that names none, the same for the same question."""
    ranges = [f"{one.key}:{one.low}:{one.high}" for one in question.space.ranges]
    name = joint_hash([question.space.cell.hash, str(question.n), *ranges])[:10]
    return FOLDERS / f"sensitivity-{question.method}-{name}"


def answer(
    question: Question,
    folder: Path,
    watcher: Watcher | None = None,
    runner: Runner = measures_only,
    means: Means = THIS_MACHINE,
) -> Answered:
    """Simulate all points, going on with what is there, and write `indices.csv`.

    Raises:
        ScenarioError: when a configuration cannot be run.
        UnwrittenError, KeyboardInterrupt: as `run_study` does; finished replications are kept.
    """
    space, unit = question.space, points_of(question)
    points = [space.levels(row) for row in unit.tolist()]
    names = named_points(points)
    study = study_of_points(space, names, f"sensitivity-{question.method}", title(question), question.measures[0])
    outcome = run_study(study, folder, space.cell.settings.run.workers, watcher, runner, means)
    measures, order = RunFolder(folder).measures(), [names[levels] for levels in points]
    indices = {
        measure: _indices(question, unit, values_of(measures, measure, order, study.n_replications))
        for measure in question.measures
    }
    answered = Answered(question, indices, len(names), outcome.n_failed, folder)
    write_text(rows_of(answered).to_csv(index=False, lineterminator="\n"), folder / TABLE)
    return answered


def _indices(question: Question, unit: FloatArray, values: FloatArray) -> list[Index]:
    """Return the indices from replications that no point lacks; where each lacks in some point, points are left out."""
    whole = np.isfinite(values).all(axis=0)
    used = values[:, whole] if whole.any() else values
    seed = question.space.cell.settings.run.root_seed
    if question.method is Method.MORRIS:
        return morris_indices(unit, used, seed)
    return sobol_indices(used, unit.shape[1], seed)


def title(question: Question) -> str:
    """Return what is asked, in words."""
    labels = " and ".join(MEASURES[one].label for one in question.measures)
    return f"Which settings move {labels} over their ranges?"


def rows_of(answered: Answered) -> pd.DataFrame:
    """Return one row a measure, index and setting, with the interval."""
    rows = [
        {"measure": measure, "index": one.name, "setting": answered.question.space.ranges[one.parameter].key}
        | {"value": one.value, "low": one.low, "high": one.high}
        for measure, found in answered.indices.items()
        for one in found
    ]
    return pd.DataFrame(rows)


def in_words(answered: Answered) -> str:
    """Return in sentences, one a measure, what moves it most and which settings cannot be seen to move it."""
    return " ".join(_sentence(answered, measure) for measure in answered.question.measures)


def _sentence(answered: Answered, measure: str) -> str:
    described, ranked = MEASURES[measure], answered.ranked(measure)
    first, index = ranked[0]
    if not isfinite(index.value):
        return f"{described.label}: no figure, for too few replications finished."
    if answered.question.method is Method.MORRIS:
        size = f"over its range {described.label} moves by {index.value:.4g} {described.unit} in the mean"
    else:
        size = f"it has a part in {100 * index.value:.0f} % of the variance of {described.label}"
    interval = "" if not isfinite(index.half_width) else f" (95 % interval {_span(answered, index)})"
    unseen = sum(one.low <= 0 for _, one in ranked)
    rest = f" {unseen} of {len(ranked)} settings cannot be told from no effect." if unseen else ""
    lead = "leads" if len(ranked) > 1 and index.low <= ranked[1][1].high else "surely moves it most"
    if len(ranked) == 1 or index.low <= 0:
        lead = "is first, not surely"
    return f"{first.key} {lead}: {size}{interval}.{rest}"


def _span(answered: Answered, index: Index) -> str:
    scale = 100 if answered.question.method is Method.SOBOL else 1
    return f"{scale * index.low:.4g} to {scale * index.high:.4g}"
