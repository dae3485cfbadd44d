"""Say which scenarios the compiled engine can move; it leaves the others to the stories."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from importlib.util import find_spec
from typing import Any

from sim.city import INTERRUPTING, AtEnd, City, Discipline, Hospital, Pool
from sim.faults import Fault
from sim.partner_choices import is_limited, steps_at_partners
from sim.pathway import Pathway, Phase, Step
from sim.scenario import Scenario
from sim.sources import Source

MEND = "leave it out, or let engine be auto or simpy"

HANDLED: dict[type, frozenset[str]] = {
    City: frozenset({"crews", "zone_travel_min"}),  # a crew without breakdowns has nothing to do
    Hospital: frozenset({"agreed", "shelves", "region"}),  # shelves follow from the marks, regions are for policies
    Pathway: frozenset({"choices"}),  # drawn at the door
    Phase: frozenset({"place", "may_leave", "transferable", "p", "may_worsen", "balks", "move", "cleaning", "after"}),
    Pool: frozenset({"discipline", "waiting_room", "at_shift_end", "breakdown", "maintenance"}),
    Scenario: frozenset(
        {"attributes", "deterioration", "returns", "census", "dispatch", "posts", "exchange", "agreements", "lists"}
    ),
    Source: frozenset({"zone", "hospital", "at_start", "patience", "pattern", "listed_for"}),
    Step: frozenset({"needs", "or_needs", "p", "cleaning", "after", "medicines", "travels"}),
}
"""Fields with defaults that may be set; any other one, also one not thought of yet, must be left at its default."""


def supported(scenario: Scenario) -> list[Fault]:
    """Return what the compiled engine cannot do, each with field, value and mend; nothing when it can do it all."""
    return [*_missing_compiler(), *_unhandled(scenario), *_limited_choices(scenario)]


def _limited_choices(scenario: Scenario) -> Iterator[Fault]:
    """Yield a fault for every step whose choices at partners depend on agreements: only stories leave such a queue."""
    for field, choices in steps_at_partners(scenario) if is_limited(scenario) else ():
        mend = "leave agreements out, or let engine be auto or simpy"
        yield Fault(field, " or ".join(", ".join(codes) for codes in choices), mend)


def _missing_compiler() -> Iterator[Fault]:
    if find_spec("numba") is None:
        yield Fault("numba", "not installed", "install it, or let engine be auto or simpy")


def _unhandled(scenario: Scenario) -> Iterator[Fault]:
    for part, field in _parts(scenario):
        for one in fields(part):
            value = getattr(part, one.name)
            if one.name not in HANDLED[type(part)] and _is_set(one, value):
                yield Fault(f"{field}.{one.name}", value, MEND)
        if isinstance(part, Pool):
            yield from _pool_faults(part, field)


def _pool_faults(pool: Pool, field: str) -> Iterator[Fault]:
    """Yield a fault for every rule that only the stories follow."""
    if pool.discipline not in (Discipline.PRIORITY, Discipline.FIFO):
        yield Fault(
            f"{field}.discipline", pool.discipline.value, "give priority or fifo, or let engine be auto or simpy"
        )
    if pool.at_shift_end is not AtEnd.FINISH:
        yield Fault(f"{field}.at_shift_end", pool.at_shift_end.value, "give finish, or let engine be auto or simpy")
    if pool.breakdown and pool.breakdown.in_hand in INTERRUPTING:
        in_hand = pool.breakdown.in_hand.value
        yield Fault(f"{field}.breakdown.in_hand", in_hand, "give finish, or let engine be auto or simpy")


def _is_set(field: "Field[Any]", value: object) -> bool:
    """Say whether a field has a default, and another value."""
    return field.default is not MISSING and value != field.default


def _parts(scenario: Scenario) -> Iterator[tuple[Any, str]]:
    """Yield everything that may ask for a behaviour of the engine, with its field."""
    yield scenario, "scenario"
    yield scenario.city, "city"
    for hospital in scenario.city.hospitals:
        yield hospital, f"city.hospitals.{hospital.id}"
        for pool in hospital.pools:
            yield pool, f"city.hospitals.{hospital.id}.pools.{pool.code}"
    for pathway in scenario.pathways:
        yield pathway, f"pathways.{pathway.name}"
        for phase in pathway.phases:
            yield phase, f"pathways.{pathway.name}.{phase.name}"
            for step in phase.steps:
                yield step, f"pathways.{pathway.name}.{phase.name}.{step.name}"
    for source in scenario.sources:
        yield source, f"sources.{source.name}"
