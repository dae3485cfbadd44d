"""Describe a system with exact answers: its parameters, its formula, and what to count in a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.run import Run
from sim.scenario import Scenario

Pair = tuple[float, float]
"""A numerator and a denominator of one replication; a quantity is the ratio of their means."""

RELAXATIONS_TO_SETTLE = 10.0
RELAXATIONS_OBSERVED = 250.0
RAREST_SEEN = 100.0
MOST_PATIENTS = 1e6


@dataclass(frozen=True, slots=True)
class Parameter:
    """Say what a parameter of the command line is: its type, and which settings a value stands for.

    `settings` maps a value to settings by key path and may raise ValueError with a mend. `only` names another
    parameter and the value that it must have for this one to mean anything. Numbers are above zero, or `may_be_zero`.
    """

    kind: Any
    settings: Callable[[Any], Mapping[str, object]]
    only: tuple[str, str] | None = None
    may_be_zero: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Set how long a replication settles, uncounted, and how long it is observed, in minutes.

    After the observation it goes on as long as it settled, so that all who arrived meanwhile end their waits.
    """

    settle_min: float
    observe_min: float

    @classmethod
    def of(cls, relaxation_min: float, rarest_per_min: float, arrivals_per_min: float) -> "Span":
        """Return the span of a system that starts empty.

        What is left of an empty start shrinks as exp(-t / relaxation), so ten relaxation times leave less than a
        twenty-thousandth of it. An observation of 250 relaxation times makes the mean of a replication close to
        normal; so do the hundred rarest events in it.

        Raises:
            ValueError: when that takes more than a million patients.
        """
        observe_min = max(RELAXATIONS_OBSERVED * relaxation_min, RAREST_SEEN / rarest_per_min)
        settle_min = RELAXATIONS_TO_SETTLE * relaxation_min
        if arrivals_per_min * (observe_min + 2 * settle_min) > MOST_PATIENTS:
            raise ValueError(
                "a replication would need more than a million patients, since what is asked for is too rare or the "
                "system too slow to settle; bring its load nearer to 0.7 of what it can serve"
            )
        return cls(settle_min, observe_min)


def no_controls(scenario: Scenario, run: Run) -> Mapping[str, float]:
    """Know no control variates."""
    return {}


def no_span(scenario: Scenario) -> Span | None:
    """Leave warm-up and length as the configuration has them."""
    return None


@dataclass(frozen=True, slots=True)
class System:
    """Describe one system; `name` is also its file in `conf/exact/`.

    `exact` computes every quantity from the scenario that is simulated, by a formula, and raises ValueError when there
    is no steady state. `observe` gives the same quantities of one replication as pairs. `describe` says the scenario's
    parameters in words. `controls` gives numbers of one replication whose mean is known to be zero. `cases` lists what
    is run by default, `published` what others found for the first of them.
    """

    name: str
    title: str
    parameters: Mapping[str, Parameter]
    describe: Callable[[Scenario], str]
    exact: Callable[[Scenario], Mapping[str, float]]
    observe: Callable[[Scenario, Run], Mapping[str, Pair]]
    span: Callable[[Scenario], Span | None] = no_span
    cases: Sequence[Mapping[str, object]] = ({},)
    published: Mapping[str, float] = field(default_factory=dict)
    most_blocks: int | None = None
    controls: Callable[[Scenario, Run], Mapping[str, float]] = no_controls
