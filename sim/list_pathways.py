"""Find in a pathway what patients who wait on a list come for, and the place that they need first."""

from collections.abc import Iterator, Sequence

from sim.faults import Fault
from sim.pathway import Pathway, Phase, Step
from sim.sources import Condition, Source


def listing_faults(
    sources: Sequence[Source], conditions: Sequence[Condition], pathways: Sequence[Pathway]
) -> Iterator[Fault]:
    """Yield a fault for every source whose patients are listed for what not all of them need."""
    for source in sources:
        for condition in source.conditions if source.listed_for is not None else ():
            if listed_slot(pathway_of(condition, conditions, pathways), str(source.listed_for)) is None:
                mend = f"name a pool that everybody with {condition} needs, in needs of a step that is sure to happen"
                yield Fault(f"sources.{source.name}.listed_for", source.listed_for, mend)
        if source.listed_for is not None and source.hospital < 0:
            yield Fault(f"sources.{source.name}.hospital", None, "name the hospital on whose list the patients wait")


def pathway_of(condition: str, conditions: Sequence[Condition], pathways: Sequence[Pathway]) -> Pathway:
    """Return the pathway of a condition."""
    name = next(one.pathway for one in conditions if one.name == condition)
    return next(one for one in pathways if one.name == name)


def listed_slot(pathway: Pathway, code: str) -> str | None:
    """Return the slot of the first step that needs a pool and happens to everybody, None where there is none."""
    slots = (
        f"{phase.name}.{step.name}"
        for phase in pathway.phases
        for step in phase.steps
        if code in step.needs and _is_sure(phase) and _is_sure(step)
    )
    return next(slots, None)


def first_place(pathway: Pathway) -> tuple[str, str] | None:
    """Return phase and code of the first place that everybody on a pathway needs, None where there is none."""
    places = ((phase.name, phase.place) for phase in pathway.phases if phase.place and _is_sure(phase))
    return next(places, None)


def _is_sure(part: Phase | Step) -> bool:
    """Say whether a phase or step happens to everybody."""
    return min(part.p.values) >= 1 and part.after is None
