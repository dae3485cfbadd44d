"""Answer an inverse question by simulation: every point a small study of its own, on the same patients."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from experiments.columns import write_text
from experiments.fingerprint import joint_hash
from experiments.inverse.asked import Question
from experiments.means import means_of, n_cores
from experiments.measures import MEASURES
from experiments.replication import Runner
from experiments.sensitivity import measures_only
from experiments.statistics.roots import Root, Search, find_root
from experiments.store import RunFolder
from experiments.study import FOLDERS, Study, run_study
from sim.units import FloatArray

ANSWER = "answer.json"
POINTS = "points"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold a question, its root, and the folder with what was simulated for it."""

    question: Question
    root: Root
    folder: Path


def default_folder(question: Question) -> Path:
    """Return the folder of a question that names none, the same for the same question."""
    return FOLDERS / f"solve-{question.vary.replace('.', '_')}-{joint_hash([question.cell.hash, question.vary])[:10]}"


def answer(question: Question, folder: Path, tell: Tell, runner: Runner = measures_only) -> Answered:
    """Find the root, going on with points that were simulated before, and write `answer.json`.

    Raises:
        ScenarioError: when a configuration cannot be run.
        UnwrittenError, KeyboardInterrupt: as `run_study` does; finished replications are kept.
    """
    search = Search(question.low, question.high, question.closest, question.points, question.whole)

    def values_at(x: float) -> FloatArray:
        values = simulated(question, x, folder, runner)
        tell(f"{question.vary}={x:.6g}: {question.measure} is {np.nanmean(values):.4g} in {len(values)} replications")
        return values

    answered = Answered(question, find_root(values_at, question.target, search), folder)
    write_text(json.dumps(document(answered), indent=2) + "\n", folder / ANSWER)
    return answered


def simulated(question: Question, x: float, folder: Path, runner: Runner) -> FloatArray:
    """Return the measure at x, one value a replication, NaN where one failed."""
    run, cell = question.cell.settings.run, question.cell_at(x)
    study = Study((cell,), run.replications, run.root_seed, name=f"{question.vary}={x:.12g}")
    place = folder / POINTS / f"{x:.12g}"
    run_study(study, place, run.workers, runner=runner, means=means_of(run, run.workers or n_cores()))
    measures = RunFolder(place).measures()
    rows = measures[(measures["measure"] == question.measure) & (measures["dimension"] == "all")]
    values: FloatArray = (
        rows.set_index("replication")["value"].reindex(range(run.replications)).to_numpy(dtype=np.float64)
    )
    return values


def document(answered: Answered) -> dict[str, object]:
    """Return everything of an answer as plain values, ends that are not known as null."""
    question, root = answered.question, answered.root
    points = [
        {"x": x, "mean": one.mean, "low": _known(one.low), "high": _known(one.high), "n": one.n}
        for x, one in root.points.items()
    ]
    return {
        "measure": question.measure,
        "target": question.target,
        "vary": question.vary,
        "range": [question.low, question.high],
        "at": _known(root.at),
        "low": _known(root.low),
        "high": _known(root.high),
        "configuration_hash": question.cell.hash,
        "points": points,
    }


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def in_words(answered: Answered) -> str:
    """Return the answer in one sentence that its interval supports, and no further."""
    question, root = answered.question, answered.root
    measure, n = MEASURES[question.measure], question.cell.settings.run.replications
    aim = f"{measure.label} of {question.target:g} {measure.unit}"
    if not root.found:
        ends = "; ".join(
            f"at {x:g} it is {one.mean:.4g} (95 % interval {one.low:.4g} to {one.high:.4g})"
            for x, one in root.points.items()
        )
        return f"No {question.vary} between {question.low:g} and {question.high:g} brings {aim}: {ends}."
    low = f"{root.low:.4g}" if isfinite(root.low) else f"below {question.low:g}"
    high = f"{root.high:.4g}" if isfinite(root.high) else f"above {question.high:g}"
    share = _percent(question, root)
    return (
        f"{question.vary} = {root.at:.4g} brings {aim}: 95 % interval {low} to {high}{share}"
        f" ({n} replications at each of {len(root.points)} points, on the same patients)."
    )


def _percent(question: Question, root: Root) -> str:
    """Return the change in percent where the setting is a scale."""
    if not question.vary.endswith("scale"):
        return ""
    ends = [f"{100 * (end - 1):+.1f}" if isfinite(end) else "open" for end in (root.low, root.high)]
    return f", that is {100 * (root.at - 1):+.1f} % ({ends[0]} to {ends[1]})"
