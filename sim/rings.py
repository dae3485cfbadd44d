"""Find rings of places: patients who each wait for a place that the next one holds would wait for ever."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from sim.faults import Fault
from sim.pathway import Pathway


def place_rings(pathways: Iterable[Pathway], elsewhere: Mapping[str, tuple[str, ...]] | None = None) -> Iterator[Fault]:
    """Yield a fault when places are needed in an order that could close a ring.

    A patient who holds place P and waits for Q, as the next place or for a step, makes an edge from P to Q. When no
    edges close a ring, some patient can always go on: the one who waits for a place whose holders wait for nothing.
    `elsewhere` names places that a patient may hold instead of one.
    """
    after: dict[str, set[str]] = {}
    for pathway in pathways:
        holding = [(_code(phase.place), phase.steps) for phase in pathway.phases if phase.place]
        for i, (held, steps) in enumerate(holding):
            needed = {place for place, _ in holding[i + 1 :]}
            needed.update(_code(code) for step in steps for choice in step.choices for code in choice)
            for code in (held, *(elsewhere or {}).get(held, ())):
                after.setdefault(code, set()).update(needed)
    try:
        TopologicalSorter(after).prepare()
    except CycleError as ring:
        # Nodes are listed with what comes before: what is needed next stands first.
        yield Fault(
            "pathways",
            " -> ".join(reversed(ring.args[1])),
            "order the phases so that places are never needed in a ring",
        )


def _code(code: str) -> str:
    """Return the code of a pool without the hospital that it may name: rings may run through several hospitals."""
    return code.partition("@")[0]
