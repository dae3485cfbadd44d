"""Answer a search by simulation: every point a small study of its own, which a later search goes on with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from experiments.columns import write_text
from experiments.fingerprint import joint_hash
from experiments.means import means_of, n_cores
from experiments.measures import MEASURES
from experiments.replication import Runner
from experiments.search.asked import Question
from experiments.search.searched import Searched, search
from experiments.sensitivity import measures_only
from experiments.space.ranges import Levels
from experiments.space.simulated import values_of
from experiments.statistics.intervals import Interval, mean_interval
from experiments.store import RunFolder
from experiments.study import FOLDERS, Study, run_study
from sim.units import FloatArray

ANSWER = "answer.json"
POINTS = "points"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold a question, what the search saw, and the folder with what was simulated for it."""

    question: Question
    searched: Searched
    folder: Path

    def intervals(self, levels: Levels) -> list[Interval]:
        """Return the interval of every objective at a point, in the unit of its measure."""
        values = self.searched.visited.values[levels]
        signs = [one.sign for one in self.question.objectives]
        return [mean_interval(sign * found) for sign, found in zip(signs, values, strict=True)]

    @property
    def front(self) -> list[Levels]:
        """Return the points of the front, in the order of the first objective; the best one, for one objective."""
        visited = self.searched.visited
        kept = np.flatnonzero(visited.on_front)
        return [visited.points[int(place)] for place in kept[np.argsort(visited.means[kept, 0], kind="stable")]]


def default_folder(question: Question) -> Path:
    """Return the folder of a search that names none, the same for the same space."""
    ranges = [f"{one.key}:{one.low}:{one.high}" for one in question.space.ranges]
    return FOLDERS / f"search-{joint_hash([question.space.cell.hash, *ranges])[:10]}"


def answer(question: Question, folder: Path, tell: Tell, runner: Runner = measures_only) -> Answered:
    """Search, going on with points that were simulated before, and write `answer.json`.

    Raises:
        ScenarioError: when a configuration cannot be run.
        UnwrittenError, KeyboardInterrupt: as `run_study` does; finished replications are kept.
        RuntimeError: when no point has a figure.
    """

    def simulate(levels: Levels, n: int) -> FloatArray:
        values = simulated(question, levels, n, folder, runner)
        with np.errstate(invalid="ignore"):
            means = [one.sign * _mean(found) for one, found in zip(question.objectives, values, strict=True)]
        figures = ", ".join(f"{one.measure} {mean:.5g}" for one, mean in zip(question.objectives, means, strict=True))
        tell(f"{in_line(question, levels)}: {figures} in {n} replications")
        return values

    answered = Answered(question, search(question, simulate), folder)
    write_text(json.dumps(document(answered), indent=2) + "\n", folder / ANSWER)
    return answered


def _mean(values: FloatArray) -> float:
    return mean_interval(values).mean


def simulated(question: Question, levels: Levels, n: int, folder: Path, runner: Runner) -> FloatArray:
    """Return every objective at a point, shape (k, n), smaller is better, NaN where a replication failed."""
    run, line = question.space.cell.settings.run, in_line(question, levels)
    cell = question.space.cell_at(levels, "point")
    place = folder / POINTS / joint_hash([line])[:12]
    study = Study((cell,), n, run.root_seed, name=line)
    run_study(study, place, run.workers, runner=runner, means=means_of(run, run.workers or n_cores()))
    measures = RunFolder(place).measures()
    return np.stack([one.sign * values_of(measures, one.measure, ["point"], n)[0] for one in question.objectives])


def in_line(question: Question, levels: Levels) -> str:
    """Return the settings of a point as they would be typed."""
    return " ".join(f"{key}={value}" for key, value in question.space.written(levels).items())


def document(answered: Answered) -> dict[str, object]:
    """Return everything of an answer as plain values, what is not known as null."""
    question, searched = answered.question, answered.searched
    standings = dict(zip(searched.visited.points, searched.standings, strict=True))
    points = [
        {
            "settings": question.space.written(levels),
            "replications": found.shape[1],
            "standing": standings.get(levels, "failed"),
            "objectives": [_plain(one) for one in answered.intervals(levels)],
        }
        for levels, found in searched.visited.values.items()
    ]
    confirmed = searched.confirmed
    return {
        "objectives": [{"measure": one.measure, "sign": one.sign} for one in question.objectives],
        "ranges": {one.key: [one.low, one.high] for one in question.space.ranges},
        "budget": question.budget,
        "sampler": str(question.sampler),
        "configuration_hash": question.space.cell.hash,
        "front": [question.space.written(levels) for levels in answered.front],
        "confirmed": _plain(_signed(answered, confirmed.best)) if confirmed else None,
        "gain": _plain(confirmed.gain) if confirmed and confirmed.gain else None,
        "points": points,
    }


def _plain(one: object) -> dict[str, float | None]:
    found = {name: float(getattr(one, name)) for name in ("mean", "half_width", "n")}
    return {name: value if isfinite(value) else None for name, value in found.items()}


def _signed(answered: Answered, one: Interval) -> Interval:
    return Interval(answered.question.objectives[0].sign * one.mean, one.half_width, one.n, one.n_dropped)


def in_words(answered: Answered) -> str:
    """Return what was found, and no more than the intervals support."""
    question, searched = answered.question, answered.searched
    visited = searched.visited
    effort = f"{len(visited.values)} points, {visited.spent} replications to search"
    if len(question.objectives) > 1:
        wanted = ", ".join(one.words for one in question.objectives)
        rivals = searched.standings.count("perhaps")
        return (
            f"{len(answered.front)} points are on the front of {wanted}; {rivals} more are not surely beaten by another"
            f" one ({effort}; same patients at all points)."
        )
    objective, best = question.objectives[0], in_line(question, searched.best)
    rivals = searched.standings.count("perhaps")
    among = f"; {rivals} other points are not surely worse" if rivals else "; every other point is surely worse"
    return f"{best} has the {objective.words} of all points tried{among} ({effort}). {_confirmation(answered)}"


def _confirmation(answered: Answered) -> str:
    """Return what replications say that the search has not seen."""
    searched, objective = answered.searched, answered.question.objectives[0]
    measure, confirmed = MEASURES[objective.measure], searched.confirmed
    if confirmed is None:
        return "Nothing of the budget was left to confirm this in fresh replications."
    found = _signed(answered, confirmed.best)
    text = (
        f"In {found.n} fresh replications it is {found.mean:.5g} {measure.unit} (95 % interval {found.low:.5g} to"
        f" {found.high:.5g})"
    )
    if searched.present == searched.best:
        return f"{text}; it is the configuration as it stands."
    if confirmed.gain is None:
        return f"{text}; the configuration as it stands lies outside the ranges."
    gain, sign = confirmed.gain, objective.sign
    ends = sorted((sign * gain.low, sign * gain.high))
    sure = "" if gain.low > 0 or gain.high < 0 else ", which leaves the gain undecided"
    change = f"{sign * gain.mean:+.5g} ({ends[0]:+.5g} to {ends[1]:+.5g}){sure}"
    return f"{text}, against the configuration as it stands {change}."
