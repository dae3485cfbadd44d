"""Read an inverse question from words: measure=..., target=..., vary=..., range=[...,...], and overrides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.config import CellConfig, compose, vary
from experiments.measures import MEASURES
from experiments.schema import close_match, stop_at
from experiments.space.words import number_in, own_words, present_value
from sim.faults import Fault

OWN = ("measure", "target", "vary", "range", "closest", "points", "width")
SHARE_OF_RANGE = 0.01
FEWEST_POINTS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """Ask which value of the setting `vary`, between `low` and `high`, brings the mean of `measure` to `target`.

    Two values tried are at least `closest` apart, and no more than `points` are tried. The interval of the answer is to
    be no wider than `width`, 0: as wide as the replications leave it.
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
    width: float = 0.0

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
    own, overrides = own_words(words, OWN)
    cell = composer(overrides)[0]
    faults = [Fault(name, "", f"say {name}=...") for name in OWN[:4] if name not in own]
    stop_at(faults)
    target, (low, high) = number_in(own["target"], "target", faults), _range(own["range"], faults)
    closest = number_in(own.get("closest", str((high - low) * SHARE_OF_RANGE)), "closest", faults)
    points = number_in(own.get("points", "16"), "points", faults)
    width = number_in(own.get("width", "0"), "width", faults)
    if "width" in own and not width > 0:
        faults.append(Fault("width", own["width"], "give a width above zero, in the unit of what is varied"))
    if own["measure"] not in MEASURES:
        faults.append(Fault("measure", own["measure"], close_match(own["measure"], list(MEASURES))))
    if not closest > 0:
        faults.append(Fault("closest", closest, "give a distance above zero"))
    if points < FEWEST_POINTS:
        faults.append(Fault("points", points, f"give at least {FEWEST_POINTS}"))
    if cell.settings.run.replications < 2:
        faults.append(Fault("run.replications", cell.settings.run.replications, "give 2 or more, for an interval"))
    present = present_value(cell, own["vary"], faults)
    stop_at(faults)
    whole = isinstance(present, int)
    closest = max(closest, 1.0) if whole else closest
    question = Question(own["measure"], target, own["vary"], low, high, closest, int(points), cell, whole, width)
    for end in (low, high):
        question.cell_at(end)
    return question


def _range(text: str, faults: list[Fault]) -> tuple[float, float]:
    parts = text.strip("[]() ").split(",")
    ends = [number_in(part, "range", faults) for part in parts]
    if len(ends) != 2 or not ends[0] < ends[-1]:
        faults.append(Fault("range", text, "give the lower and the upper end, as range=[0.9,1.3]"))
        return 0.0, 1.0
    return ends[0], ends[1]
