"""Read what a search asks: minimize=..., maximize=..., objectives=..., vary=..., budget=..., and overrides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

from experiments.config import CellConfig, compose
from experiments.indices.asked import measures_in
from experiments.measures import MEASURES
from experiments.schema import stop_at
from experiments.space.ranges import Space, read_space
from experiments.space.words import count_in, listed, own_words
from sim.faults import Fault

OWN = ("minimize", "maximize", "objectives", "vary", "budget", "sampler")
SHORT = {
    "wait": "wait_for_provider_min",
    "cost": "burden_cost_per_day",
    "fairness": "wait_gini",
    "carbon": "sharing_carbon_kg_per_day",
}
"""Short names of objectives, and the measures that they stand for."""
USUAL_BUDGET = 200
MOST_OBJECTIVES = 4


class SamplerKind(StrEnum):
    """Say who proposes points."""

    PROCESS = "process"
    OPTUNA = "optuna"


@dataclass(frozen=True, slots=True)
class Objective:
    """Name a measure to be made small (sign 1) or large (sign -1)."""

    measure: str
    sign: int

    @property
    def words(self) -> str:
        """Return what is wanted of the measure."""
        return f"{'least' if self.sign > 0 else 'most'} {MEASURES[self.measure].label}"


@dataclass(frozen=True, slots=True)
class Question:
    """Ask for the best of a space in one or more objectives, with so many replications in all."""

    objectives: tuple[Objective, ...]
    space: Space
    budget: int
    sampler: SamplerKind

    @property
    def first(self) -> int:
        """Return the replications with which every point begins."""
        return self.space.cell.settings.run.replications

    @property
    def n_initial(self) -> int:
        """Return how many points fill the space before anything is learned from them."""
        return 2 * len(self.space.ranges) + 3


def read_question(words: Sequence[str], composer: Callable[[Sequence[str]], list[CellConfig]] = compose) -> Question:
    """Return the question; words that are not its own are overrides of the configuration.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    own, overrides = own_words(words, OWN)
    cell = composer(overrides)[0]
    faults: list[Fault] = []
    objectives = _objectives(own, faults)
    if "vary" not in own:
        faults.append(Fault("vary", "", "say vary=[KEY:LOW:HIGH,...]"))
    space = read_space(own["vary"], cell, faults) if "vary" in own else Space(cell, ())
    sampler = _sampler(own.get("sampler", SamplerKind.PROCESS), faults)
    question = Question(objectives, space, count_in(own.get("budget", str(USUAL_BUDGET)), "budget", 1, faults), sampler)
    if question.first < 2:
        faults.append(Fault("run.replications", question.first, "give 2 or more, for a variance of each point"))
    least = (question.n_initial + 2) * question.first
    if space.ranges and question.budget < least:
        mend = f"give {least} replications or more: {question.n_initial} points to begin with, {question.first} each"
        faults.append(Fault("budget", question.budget, f"{mend}, and some to choose"))
    stop_at(faults)
    return question


def _objectives(own: dict[str, str], faults: list[Fault]) -> tuple[Objective, ...]:
    """Return what is wanted; what is only named under `objectives` goes the way in which its measure is better."""
    wanted: dict[str, int] = {}
    for name, sign in (("minimize", 1), ("maximize", -1), ("objectives", 0)):
        text = ",".join(SHORT.get(word, word) for word in listed(own.get(name, "")))
        for measure in measures_in(text, faults, name) if name in own else ():
            if measure in MEASURES and not sign and not MEASURES[measure].better:
                faults.append(Fault(name, measure, f"neither way is better; say minimize={measure} or maximize=..."))
            wanted.setdefault(measure, sign or _way(measure))
    if not wanted and not faults:
        faults.append(Fault("minimize", "", f"say minimize=M, maximize=M, or objectives={','.join(SHORT)}"))
    if len(wanted) > MOST_OBJECTIVES:
        faults.append(Fault("objectives", len(wanted), f"name at most {MOST_OBJECTIVES}"))
    return tuple(Objective(measure, sign) for measure, sign in wanted.items())


def _way(measure: str) -> int:
    return -1 if measure in MEASURES and MEASURES[measure].better == "higher" else 1


def _sampler(word: str, faults: list[Fault]) -> SamplerKind:
    if word not in set(SamplerKind):
        faults.append(Fault("sampler", word, f"use one of {', '.join(SamplerKind)}"))
        return SamplerKind.PROCESS
    if word == SamplerKind.OPTUNA and find_spec("optuna") is None:
        faults.append(Fault("sampler", word, "install it first: pip install 'citycare[search]'"))
    return SamplerKind(word)
