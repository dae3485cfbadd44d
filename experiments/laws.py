"""Read durations as planners write them in YAML: one family of `sim.distributions` and its parameters in minutes.

`{lognormal: {mean_min: 8, sd_min: 5}}`, and further: `{empirical: {probabilities: [0, 0.5, 1], quantiles_min: [2, 9,
60]}}`, `{mixture: {weights: [0.3, 0.7], parts: [..., ...]}}`, `{truncated: {law: ..., low_min: 5, high_min: 90}}`,
`{residual: ...}` (what is left of a stay met by chance), `{remaining: {stay: ..., elapsed_min: 600}}` (of one that has
lasted so long), `{drive: {factor: 2, extra: ...}}` (so often the way to the hospital, and some time more). `times: x`
beside any of them multiplies the duration.
"""

from typing import Any

from experiments.schema import READERS, close_match, join, mapping, read
from sim.distributions import FAMILIES, Distribution, Drive, Mixture, Remaining, Residual, Truncated
from sim.faults import Fault

RESIDUAL = "residual"
TIMES = "times"
KINDS: dict[str, type[Distribution]] = FAMILIES | {
    "mixture": Mixture,
    "truncated": Truncated,
    "remaining": Remaining,
    "drive": Drive,
}


def read_distribution(value: object, field: str, faults: list[Fault]) -> Distribution | None:
    """Return the distribution written as `{family: {parameters}}`, times a factor if one is given."""
    before = len(faults)
    table = mapping(value, field, faults)
    factor = read_factor(table, field, faults)
    names = [key for key in table if key != TIMES]
    if len(faults) > before:
        return None
    if len(names) != 1 or names[0] not in (*KINDS, RESIDUAL):
        faults.append(_family_fault(names, value, field))
        return None
    inside = join(field, names[0])
    if names[0] == RESIDUAL:
        stay = read_distribution(table[RESIDUAL], inside, faults)
        return None if stay is None else Residual(scaled(stay, factor))
    made = read(KINDS[names[0]], table[names[0]], inside, faults)
    return None if len(faults) > before else scaled(made, factor)


def read_factor(table: dict[str, Any], field: str, faults: list[Fault]) -> float:
    """Return the factor under `times`, 1 when there is none."""
    before = len(faults)
    factor = read(float, table.get(TIMES, 1.0), join(field, TIMES), faults)
    if len(faults) > before:
        return 1.0
    if factor <= 0:
        faults.append(Fault(join(field, TIMES), factor, "give a factor above zero"))
    return float(factor)


def scaled(law: Distribution, factor: float) -> Distribution:
    """Return the distribution of `factor` times a duration."""
    return law if factor == 1.0 else law.scaled(factor)


def _family_fault(names: list[str], value: object, field: str) -> Fault:
    known = (*KINDS, RESIDUAL)
    if len(names) == 1:
        return Fault(join(field, names[0]), names[0], f"unknown distribution; {close_match(names[0], known)}")
    return Fault(field, value, f"name exactly one distribution of {', '.join(sorted(known))}")


READERS[Distribution] = read_distribution
