"""Read an inverse question from words: measure=..., target=..., vary=..., range=[...,...], and overrides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from experiments.config import CellConfig, compose, vary
from experiments.measures import MEASURES
from experiments.schema import close_match, stop_at
from sim.faults import Fault

OWN = ("measure", "target", "vary", "range", "closest", "points")
SHARE_OF_RANGE = 0.01
FEWEST_POINTS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """Ask which value of the setting `vary`, between `low` and `high`, brings the mean of `measure` to `target`.

    Two values tried are at least `closest` apart, and no more than `points` are tried.
    """

    measure: str
    target: float
    vary: str
    low: float
    high: float
    closest: float
    points: int
    cell: CellConfig
    whole: bool

    def cell_at(self, x: float) -> CellConfig:
        """Return the configuration with the setting at x.

        Raises:
            ScenarioError: when the setting cannot have this value.
        """
        found = vary(self.cell, self.vary, int(x) if self.whole else x)
        assert found is not None, self.vary
        return found


def read_question(words: Sequence[str], composer: Callable[[Sequence[str]], list[CellConfig]] = compose) -> Question:
    """Return the question; words that are not its own are overrides of the configuration.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    own = dict(word.split("=", 1) for word in words if word.partition("=")[0] in OWN and "=" in word)
    cell = composer([word for word in words if word.partition("=")[0] not in OWN])[0]
    faults = [Fault(name, "", f"say {name}=...") for name in OWN[:4] if name not in own]
    stop_at(faults)
    target, (low, high) = _number(own["target"], "target", faults), _range(own["range"], faults)
    closest = _number(own.get("closest", str((high - low) * SHARE_OF_RANGE)), "closest", faults)
    points = _number(own.get("points", "16"), "points", faults)
    if own["measure"] not in MEASURES:
        faults.append(Fault("measure", own["measure"], close_match(own["measure"], list(MEASURES))))
    if not closest > 0:
        faults.append(Fault("closest", closest, "give a distance above zero"))
    if points < FEWEST_POINTS:
        faults.append(Fault("points", points, f"give at least {FEWEST_POINTS}"))
    if cell.settings.run.replications < 2:
        faults.append(Fault("run.replications", cell.settings.run.replications, "give 2 or more, for an interval"))
    present = _present(cell, own["vary"], faults)
    stop_at(faults)
    whole = isinstance(present, int)
    closest = max(closest, 1.0) if whole else closest
    question = Question(own["measure"], target, own["vary"], low, high, closest, int(points), cell, whole)
    for end in (low, high):
        question.cell_at(end)
    return question


def _number(text: str, name: str, faults: list[Fault]) -> float:
    try:
        found = float(text)
    except ValueError:
        found = inf
    if not isfinite(found):
        faults.append(Fault(name, text, "give a number"))
        return 1.0
    return found


def _range(text: str, faults: list[Fault]) -> tuple[float, float]:
    parts = text.strip("[]() ").split(",")
    ends = [_number(part, "range", faults) for part in parts]
    if len(ends) != 2 or not ends[0] < ends[-1]:
        faults.append(Fault("range", text, "give the lower and the upper end, as range=[0.9,1.3]"))
        return 0.0, 1.0
    return ends[0], ends[1]


def _present(cell: CellConfig, key: str, faults: list[Fault]) -> object:
    """Return the value that a setting has; append a fault when there is none, or it is no number."""
    node: object = cell.resolved
    for part in key.split("."):
        known = list(node) if isinstance(node, dict) else []
        place = int(part) if isinstance(node, list) and part.isdigit() and int(part) < len(node) else None
        if place is not None and isinstance(node, list):
            node = node[place]
        elif isinstance(node, dict) and part in node:
            node = node[part]
        else:
            mend = "set it on the command line too, so that it is known" if not known else close_match(part, known)
            faults.append(Fault("vary", key, f"no such setting ({part}); {mend}"))
            return None
    if not isinstance(node, int | float) or isinstance(node, bool):
        faults.append(Fault("vary", key, "name a setting that is a number"))
        return None
    return node
