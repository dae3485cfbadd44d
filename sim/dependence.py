"""Check what values depend on: every table must know all patients that it is read for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.choices import Choice
from sim.faults import Fault
from sim.graded import ACUITY, CONDITION, OTHERWISE, Graded
from sim.pathway import Pathway
from sim.sources import Condition

Levels = Mapping[str, Sequence[str]]


def dependence_faults(
    pathways: Sequence[Pathway], conditions: Sequence[Condition], attributes: Sequence[Choice]
) -> Iterator[Fault]:
    """Yield faults of values that depend on what is unknown, on unknown levels of it, or not on all levels."""
    names = tuple(condition.name for condition in conditions)
    known: dict[str, Sequence[str]] = {ACUITY.name: ACUITY.levels, CONDITION: names}
    yield from _choice_faults(attributes, known, names, "attributes")
    for pathway in pathways:
        own = tuple(condition.name for condition in conditions if condition.pathway == pathway.name)
        here = known | {CONDITION: own}
        field = f"pathways.{pathway.name}"
        yield from _choice_faults(pathway.choices, here, names, f"{field}.choices")
        for place, table in _tables(pathway):
            yield from _table_faults(table, f"{field}.{place}", here, names)


def _choice_faults(
    choices: Sequence[Choice], known: dict[str, Sequence[str]], conditions: Sequence[str], field: str
) -> Iterator[Fault]:
    """Yield the faults of choices made one after another; each is known from then on."""
    for choice in choices:
        if choice.name in known and choice.name not in (ACUITY.name, CONDITION):
            yield Fault(f"{field}.{choice.name}", choice.name, "give every choice and attribute its own name")
        for option, share in zip(choice.options, choice.shares, strict=False):
            yield from _table_faults(share, f"{field}.{choice.name}.{option}", known, conditions)
        known[choice.name] = choice.options


def _tables(pathway: Pathway) -> Iterator[tuple[str, Graded[Any]]]:
    """Yield every table of a pathway and where it stands."""
    for phase in pathway.phases:
        yield f"{phase.name}.p", phase.p
        for part in phase.parts:
            yield f"{phase.name}.{part.name}.p", part.p
            yield f"{phase.name}.{part.name}.duration", part.duration


def _table_faults(table: Graded[Any], field: str, known: Levels, conditions: Sequence[str]) -> Iterator[Fault]:
    for axis in table.over:
        if axis.name not in known:
            yield Fault(field, axis.name, f"let it depend on one of {', '.join(known)}")
            continue
        possible = conditions if axis.name == CONDITION else known[axis.name]
        for level in axis.levels:
            if level not in (*possible, OTHERWISE):
                yield Fault(field, level, f"name levels of {axis.name!r}: {', '.join(possible)}")
        missing = [level for level in known[axis.name] if level not in axis.levels]
        if missing and OTHERWISE not in axis.levels:
            yield Fault(field, missing, f"give a value for each of these too, or one for {OTHERWISE!r}")
