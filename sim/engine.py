"""Choose the engine: stories told in Python, or a compiled program that leaves the very same trace, only sooner."""

from enum import StrEnum

from sim.cohort import Cohort
from sim.compiled.support import supported
from sim.faults import ScenarioError
from sim.motion import Motion
from sim.network import Network
from sim.scenario import Scenario
from sim.units import IntArray


class Engine(StrEnum):
    """Name the engines; `auto` takes the compiled one wherever it knows every behaviour of the scenario."""

    AUTO = "auto"
    SIMPY = "simpy"
    COMPILED = "compiled"


def chosen_engine(scenario: Scenario, engine: Engine) -> tuple[Engine, str]:
    """Return the engine that moves a scenario, and why.

    Raises:
        ScenarioError: with everything in the scenario that the compiled engine does not know, if it was asked for.
    """
    if engine is Engine.SIMPY:
        return engine, "asked for"
    missing = supported(scenario)
    if engine is Engine.COMPILED:
        if missing:
            raise ScenarioError(tuple(missing))
        return engine, "asked for"
    if missing:
        value = f" ({missing[0].value})" if isinstance(missing[0].value, str) else ""
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        return Engine.SIMPY, f"not compiled because of {missing[0].field}{value}{more}"
    return Engine.COMPILED, "every behaviour of the scenario is known to it"


def in_motion(scenario: Scenario, cohort: Cohort, acuity: IntArray, engine: Engine) -> Motion:
    """Return the cohort in the city, ready to be moved by this engine, which has been chosen."""
    if engine is Engine.SIMPY:
        return Network(scenario, cohort, acuity)
    from sim.compiled.network import CompiledNetwork  # only here, since numba may be missing

    return CompiledNetwork(scenario, cohort, acuity)
