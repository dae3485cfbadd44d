"""Answer an inverse question by simulation: every point a small study of its own, on the same patients."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite
from pathlib import Path

import numpy as np

from experiments.columns import write_text
from experiments.fingerprint import joint_hash
from experiments.inverse.asked import Question
from experiments.means import means_of, n_cores
from experiments.measures import MEASURES
from experiments.replication import Runner
from experiments.rounds.plan import most_of
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
    """Hold a question, its root, the folder with what was simulated for it, and the replications at every point."""

    question: Question
    root: Root
    folder: Path
    n: int

    @property
    def is_too_wide(self) -> bool:
        """Return whether the interval is wider than asked for; where there is no root, there is none to narrow."""
        wide = self.root.high - self.root.low > self.question.width
        return self.root.found and self.question.width > 0 and wide


def default_folder(question: Question) -> Path:
    """Return the folder of a question that names none, the same for the same question."""
    return FOLDERS / f"solve-{question.vary.replace('.', '_')}-{joint_hash([question.cell.hash, question.vary])[:10]}"


def answer(question: Question, folder: Path, tell: Tell, runner: Runner = measures_only) -> Answered:
    """Find the root, going on with points that were simulated before, and write `answer.json`.

    Raises:
        ScenarioError: when a configuration cannot be run.
        UnwrittenError, KeyboardInterrupt: as `run_study` does; finished replications are kept.
    """
    run, n = question.cell.settings.run, question.cell.settings.run.replications
    answered = Answered(question, _root(question, n, folder, tell, runner), folder, n)
    while n < most_of(run) and answered.is_too_wide:
        n = min(further(n, answered.root.high - answered.root.low, question.width), most_of(run))
        answered = Answered(question, _root(question, n, folder, tell, runner), folder, n)
    write_text(json.dumps(document(answered), indent=2) + "\n", folder / ANSWER)
    return answered


def _root(question: Question, n: int, folder: Path, tell: Tell, runner: Runner) -> Root:
    """Return the root in n replications at every point."""

    def values_at(x: float) -> FloatArray:
        values = simulated(question, x, n, folder, runner)
        tell(f"{question.vary}={x:.6g}: {question.measure} is {np.nanmean(values):.4g} in {len(values)} replications")
        return values

    search = Search(question.low, question.high, question.closest, question.points, question.whole)
    return find_root(values_at, question.target, search)


def further(n: int, width: float, wanted: float) -> int:
    """Return how many replications would bring an interval to the width that is wanted, two more to twice as many.

    Widths fall with the root of n. Looking until it is narrow is valid in the limit of narrow intervals (Chow and
    Robbins 1965, doi:10.1214/aoms/1177700156).
    """
    needed = ceil(n * (width / wanted) ** 2) if isfinite(width) else 2 * n
    return min(max(needed, n + 2), 2 * n)


def simulated(question: Question, x: float, n: int, folder: Path, runner: Runner) -> FloatArray:
    """Return the measure at x, one value a replication, NaN where one failed."""
    run, cell = question.cell.settings.run, question.cell_at(x)
    study = Study((cell,), n, run.root_seed, name=f"{question.vary}={x:.12g}")
    place = folder / POINTS / f"{x:.12g}"
    run_study(study, place, run.workers, runner=runner, means=means_of(run, run.workers or n_cores()))
    measures = RunFolder(place).measures()
    rows = measures[(measures["measure"] == question.measure) & (measures["dimension"] == "all")]
    values: FloatArray = rows.set_index("replication")["value"].reindex(range(n)).to_numpy(dtype=np.float64)
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
    measure, n = MEASURES[question.measure], answered.n
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
        + " The interval is wider than asked for: raise run.most_replications."
        * answered.is_too_wide
    )


def _percent(question: Question, root: Root) -> str:
    """Return the change in percent where the setting is a scale."""
    if not question.vary.endswith("scale"):
        return ""
    ends = [f"{100 * (end - 1):+.1f}" if isfinite(end) else "open" for end in (root.low, root.high)]
    return f", that is {100 * (root.at - 1):+.1f} % ({ends[0]} to {ends[1]})"
