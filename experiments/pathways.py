"""Read durations, probabilities and pathways as planners write them in YAML.

A duration names one family of `sim.distributions` and its parameters in minutes: `{lognormal: {mean_min: 8,
sd_min: 5}}`. `{residual: ...}` is what is left of a stay met by chance. `{by_acuity: [...]}` holds five values,
from the most urgent acuity to the least. `times: x` beside any of them multiplies a duration or a probability.
"""

from dataclasses import dataclass, fields
from typing import Any

from experiments.schema import READERS, close_match, join, mapping, read, unknown_keys
from sim.distributions import FAMILIES, Distribution, Fixed, Residual
from sim.faults import Fault
from sim.pathway import Graded, Phase
from sim.units import ACUITIES

RESIDUAL = "residual"
BY_ACUITY = "by_acuity"
TIMES = "times"


@dataclass(frozen=True, slots=True)
class PathwayText:
    """Hold the phases of one pathway; its name is the key it stands under."""

    phases: tuple[Phase, ...]


def read_distribution(value: object, field: str, faults: list[Fault]) -> Distribution | None:
    """Return the distribution written as `{family: {parameters}}`, times a factor if one is given."""
    before = len(faults)
    table = mapping(value, field, faults)
    factor = _factor(table, field, faults)
    names = [key for key in table if key != TIMES]
    if len(faults) > before:
        return None
    if len(names) != 1 or names[0] not in (*FAMILIES, RESIDUAL):
        faults.append(_family_fault(names, value, field))
        return None
    inside = join(field, names[0])
    if names[0] == RESIDUAL:
        stay = read_distribution(table[RESIDUAL], inside, faults)
        return None if stay is None else Residual(_scaled(stay, factor))
    made = read(FAMILIES[names[0]], table[names[0]], inside, faults)
    return None if len(faults) > before else _scaled(made, factor)


def read_graded_durations(value: object, field: str, faults: list[Fault]) -> Graded[Distribution]:
    """Return one duration for all acuities, or five under `by_acuity`."""
    if not (isinstance(value, dict) and BY_ACUITY in value):
        return Graded((_usable(read_distribution(value, field, faults)),))
    items, factor = _five(value, field, faults)
    read_items = [read_distribution(item, f"{field}.{BY_ACUITY}[{i}]", faults) for i, item in enumerate(items)]
    return Graded(tuple(_scaled(_usable(item), factor) for item in read_items))


def read_graded_probabilities(value: object, field: str, faults: list[Fault]) -> Graded[float]:
    """Return one probability for all acuities, or five under `by_acuity`; a factor never lifts one above 1."""
    if not isinstance(value, dict):
        return Graded((_probability(value, field, faults),))
    items, factor = _five(value, field, faults)
    read_items = [_probability(item, f"{field}.{BY_ACUITY}[{i}]", faults) for i, item in enumerate(items)]
    return Graded(tuple(min(1.0, item * factor) for item in read_items))


def _five(value: dict[str, Any], field: str, faults: list[Fault]) -> tuple[list[Any], float]:
    faults.extend(unknown_keys(value, (BY_ACUITY, TIMES), field))
    items = value.get(BY_ACUITY)
    if not isinstance(items, list) or len(items) != ACUITIES:
        mend = f"give a list of {ACUITIES} values, from the most urgent acuity to the least"
        faults.append(Fault(f"{field}.{BY_ACUITY}", items, mend))
        items = []
    return items, _factor(value, field, faults)


def _probability(value: object, field: str, faults: list[Fault]) -> float:
    before = len(faults)
    p = read(float, value, field, faults)
    if len(faults) > before:
        return 0.0
    if not 0 <= p <= 1:
        faults.append(Fault(field, p, "give a probability between 0 and 1"))
    return float(p)


def _factor(table: dict[str, Any], field: str, faults: list[Fault]) -> float:
    """Return the factor under `times`, 1 when there is none."""
    before = len(faults)
    factor = read(float, table.get(TIMES, 1.0), join(field, TIMES), faults)
    if len(faults) > before:
        return 1.0
    if factor <= 0:
        faults.append(Fault(join(field, TIMES), factor, "give a factor above zero"))
    return float(factor)


def _family_fault(names: list[str], value: object, field: str) -> Fault:
    known = (*FAMILIES, RESIDUAL)
    if len(names) == 1:
        return Fault(join(field, names[0]), names[0], f"unknown distribution; {close_match(names[0], known)}")
    return Fault(field, value, f"name exactly one distribution of {', '.join(sorted(known))}")


def _scaled(law: Distribution, factor: float) -> Distribution:
    """Return the distribution of `factor` times a duration: every parameter is a time, so every one is multiplied."""
    if factor == 1.0:
        return law
    if isinstance(law, Residual):
        return Residual(_scaled(law.stay, factor))
    parameters = {item.name: getattr(law, item.name) * factor for item in fields(law)}  # type: ignore[arg-type]
    return type(law)(**parameters)


def _usable(law: Distribution | None) -> Distribution:
    """Return a stand-in where a fault was found, so that reading goes on and lists the rest."""
    return Fixed(0.0) if law is None else law


READERS[Distribution] = read_distribution
READERS[Graded[Distribution]] = read_graded_durations
READERS[Graded[float]] = read_graded_probabilities
