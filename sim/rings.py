"""Find rings of places: patients who each wait for a place that the next one holds would wait for ever."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from sim.faults import Fault
from sim.pathway import Pathway


def place_rings(pathways: Iterable[Pathway]) -> Iterator[Fault]:
    """Yield a fault when places are needed in an order that could close a ring.

    A patient who holds place P and waits for place Q makes an edge from P to Q. When no edges close a ring,
    some patient can always go on: the one who waits for a place whose holders wait for nothing.
    """
    after: dict[str, set[str]] = {}
    for pathway in pathways:
        places = [phase.place for phase in pathway.phases if phase.place]
        for i, held in enumerate(places):
            after.setdefault(held, set()).update(places[i + 1 :])
    try:
        TopologicalSorter(after).prepare()
    except CycleError as ring:
        yield Fault(
            "pathways",
            " -> ".join(ring.args[1]),
            "order the phases so that places are never needed in a ring",
        )
