"""Compose cases from `conf/exact/` and the parameters of the command line, each with its exact answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from experiments.build import build_scenario
from experiments.config import CellConfig, compose, vary
from experiments.exact.system import Parameter, System
from experiments.exact.systems import SYSTEMS
from experiments.schema import close_match, read, stop_at
from sim.faults import Fault, ScenarioError
from sim.units import MINUTES_PER_WEEK

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one system with its parameters: what is simulated, and what must come out.

    `published` is empty where the parameters are not those that others used.
    """

    system: System
    cell: CellConfig
    words: str
    exact: Mapping[str, float]
    published: Mapping[str, float]


def plan(words: Sequence[str]) -> list[Case]:
    """Return the cases that a command line asks for: names of systems, then parameters as `name=value`.

    Without names all systems are meant; without parameters the usual cases of each.

    Raises:
        ScenarioError: with all faults, among them a load for which there is no steady state.
    """
    faults: list[Fault] = []
    systems = _systems([word for word in words if "=" not in word], faults)
    given = _given([word for word in words if "=" in word], faults)
    if given and not systems:
        faults.append(Fault("command line", " ".join(given), "name the system whose parameters these are"))
    stop_at(faults)
    cases = [case for system in systems or SYSTEMS.values() for case in _cases(system, given, faults)]
    stop_at(faults)
    return cases


def _systems(names: Sequence[str], faults: list[Fault]) -> list[System]:
    for name in names:
        if name.upper() not in SYSTEMS:
            faults.append(Fault("system", name, close_match(name.upper(), SYSTEMS)))
    return [SYSTEMS[name] for name in dict.fromkeys(map(str.upper, names)) if name in SYSTEMS]


def _given(words: Sequence[str], faults: list[Fault]) -> dict[str, object]:
    """Return parameters in the notation of other overrides."""
    parser = OverridesParser.create()
    found: dict[str, object] = {}
    for word in words:
        try:
            one = parser.parse_override(word)
            found[one.key_or_group] = one.value()
        except HydraException as error:
            faults.append(Fault("command line", word, f"write name=value ({str(error).splitlines()[0]})"))
    return found


def _cases(system: System, given: Values, faults: list[Fault]) -> Iterator[Case]:
    try:
        for values in [given] if given else system.cases:
            yield make_case(system, values)
    except ScenarioError as error:
        faults.extend(error.faults)


def make_case(system: System, values: Values) -> Case:
    """Return the system with these parameters, composed like any city; its exact answers come from the scenario.

    Raises:
        ScenarioError: when a parameter is wrong, or there is no steady state.
    """
    cell = _shipped(system.name)
    for key, value in _settings(system, values).items():
        cell = _varied(cell, key, value)
    scenario = build_scenario(cell.settings)
    try:
        exact, span = system.exact(scenario), system.span(scenario)
    except ValueError as error:
        raise ScenarioError([Fault(system.name, system.describe(scenario), str(error))]) from error
    if span:
        cell = _varied(cell, "run.warm_up_weeks", span.settle_min / MINUTES_PER_WEEK)
        cell = _varied(cell, "run.weeks", (span.observe_min + span.settle_min) / MINUTES_PER_WEEK)
    published = {} if values else system.published
    return Case(system, cell, system.describe(scenario), exact, published)


@cache
def _shipped(name: str) -> CellConfig:
    return compose([f"+exact={name}"])[0]


def _varied(cell: CellConfig, key: str, value: object) -> CellConfig:
    changed = vary(cell, key, value)
    assert changed is not None, key
    return changed


def _settings(system: System, values: Values) -> dict[str, object]:
    """Return the settings that parameters stand for.

    Raises:
        ScenarioError: with a fault for every parameter that is unknown or impossible.
    """
    faults: list[Fault] = []
    settings: dict[str, object] = {}
    for name, value in values.items():
        field = f"{system.name}.{name}"
        if name not in system.parameters:
            faults.append(Fault(field, value, f"unknown parameter; {close_match(name, system.parameters)}"))
        else:
            settings |= _of_parameter(system.parameters[name], value, values, field, faults)
    stop_at(faults)
    return settings


def _of_parameter(
    parameter: Parameter, value: object, values: Values, field: str, faults: list[Fault]
) -> Mapping[str, object]:
    before = len(faults)
    usable = read(parameter.kind, value, field, faults)
    if len(faults) == before and not _positive(usable, parameter.may_be_zero):
        least = "of zero or more" if parameter.may_be_zero else "above zero"
        faults.append(Fault(field, value, f"give numbers {least}"))
    if parameter.only and values.get(parameter.only[0], parameter.only[1]) != parameter.only[1]:
        faults.append(Fault(field, value, f"leave it out, or give {'='.join(parameter.only)}"))
    if len(faults) > before:
        return {}
    try:
        return parameter.settings(usable)
    except ValueError as error:
        faults.append(Fault(field, value, str(error)))
        return {}


def _positive(value: object, or_zero: bool) -> bool:
    numbers = value if isinstance(value, list) else [value]
    return all(number > 0 or (or_zero and number == 0) for number in numbers if isinstance(number, int | float))
