"""Read what a sensitivity analysis asks: method=..., measure=..., vary=..., n=..., and overrides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

from experiments.config import CellConfig, compose
from experiments.measures import MEASURES
from experiments.schema import close_match, stop_at
from experiments.space.ranges import EVERY_ASSUMPTION, Space, read_space
from experiments.space.words import count_in, listed, own_words
from sim.faults import Fault

OWN = ("method", "measure", "vary", "n")
LIBRARY = "SALib"
INSTALL = "install what draws its points first: pip install 'citycare[sensitivity]'"
FEWEST = 4


class Method(StrEnum):
    """Name a method."""

    MORRIS = "morris"
    SOBOL = "sobol"


USUAL_N = {Method.MORRIS: 10, Method.SOBOL: 64}


@dataclass(frozen=True, slots=True)
class Question:
    """Ask how much each range of `space` moves the measures, from n trajectories (Morris) or rows (Sobol)."""

    method: Method
    measures: tuple[str, ...]
    space: Space
    n: int

    @property
    def n_points(self) -> int:
        """Return how many points are simulated, some of them perhaps equal."""
        d = len(self.space.ranges)
        return self.n * (d + 1 if self.method is Method.MORRIS else d + 2)


def read_question(words: Sequence[str], composer: Callable[[Sequence[str]], list[CellConfig]] = compose) -> Question:
    """Return the question; words that are not its own are overrides of the configuration.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    own, overrides = own_words(words, OWN)
    cell = composer(overrides)[0]
    faults: list[Fault] = []
    method = _method(own.get("method"), faults)
    space = read_space(own.get("vary", EVERY_ASSUMPTION), cell, faults)
    measures = measures_in(own.get("measure", cell.settings.experiment.measure or "boarding_hours_per_day"), faults)
    n = count_in(own.get("n", str(USUAL_N[method])), "n", FEWEST, faults)
    if method is Method.SOBOL and n & (n - 1):
        faults.append(Fault("n", n, f"give a power of two, for example {2 ** n.bit_length()}"))
    stop_at(faults)
    return Question(method, measures, space, n)


def measures_in(text: str, faults: list[Fault], field: str = "measure") -> tuple[str, ...]:
    """Return the measures of a list, each once; append a fault for each that there is not."""
    names = tuple(dict.fromkeys(listed(text)))
    faults += [Fault(field, name, close_match(name, list(MEASURES))) for name in names if name not in MEASURES]
    if not names:
        faults.append(Fault(field, text, "name a measure"))
    return names


def _method(word: str | None, faults: list[Fault]) -> Method:
    if word not in set(Method):
        faults.append(Fault("method", word or "", "say method=morris (which settings matter?) or method=sobol (how?)"))
    elif find_spec(LIBRARY) is None:
        faults.append(Fault("method", word, INSTALL))
    return Method(word) if word in set(Method) else Method.MORRIS
