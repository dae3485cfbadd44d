"""Find what activities need: pools of those who are busy together, as many as ever were busy at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.from_log.journeys import Journeys, plain_name

Alternatives = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """Hold what each activity needs, alternatives in order, and by hospital how many units each pool has.

    A size is the most that were ever busy at once: a lower bound, which is reached where queues form.
    """

    of: Mapping[str, Alternatives] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    staff: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def find_needs(training: Journeys, journeys: Journeys) -> Needs:
    """Return the needs of activities that have resources and starts, with sizes from all journeys until the split."""
    steps = training.steps[(training.steps["resource"] != "") & training.steps["start"].notna()]
    if not training.stays.empty:
        of = {str(name): _written(str(some.iloc[0])) for name, some in steps.groupby("activity")["resource"]}
    else:
        of = _shared(steps)
    return Needs(of, _sizes(training.stays, None), _sizes(steps, of))


def _written(resource: str) -> Alternatives:
    """Return the alternatives of a resource as CityCare writes it, `a+b or c`."""
    return tuple(tuple(choice.split("+")) for choice in resource.split(" or "))


def _shared(steps: pd.DataFrame) -> dict[str, Alternatives]:
    """Return one pool for activities that share people, directly or by others, named by its first activity."""
    people = {str(name): set(some) for name, some in steps.groupby("activity")["resource"]}
    pools: list[tuple[list[str], set[str]]] = []
    for name, mine in people.items():
        joined = [one for one in pools if one[1] & mine]
        pools = [one for one in pools if not one[1] & mine]
        names = [name, *(each for one in joined for each in one[0])]
        pools.append((names, mine.union(*(one[1] for one in joined))))
    found: dict[str, Alternatives] = {}
    for names, mine in pools:
        code = plain_name(next(iter(mine))) if len(mine) == 1 else f"staff_{min(names)}"
        found.update(dict.fromkeys(names, ((code,),)))
    return found


def _sizes(spans: pd.DataFrame, of: Mapping[str, Alternatives] | None) -> dict[str, dict[str, int]]:
    """Return by hospital the most units of each pool that were busy at once; without `of` the resource is the pool."""
    sizes: dict[str, dict[str, int]] = {}
    for hospital, mine in spans.groupby("hospital"):
        pools = {str(one) for one in mine["resource"]} if of is None else {p for alts in of.values() for p in alts[0]}
        for pool in sorted(pools):
            users = mine["resource"] == pool
            if of is not None:
                users = mine["activity"].map({name: pool in alts[0] for name, alts in of.items()})
            busiest = most_at_once(mine[users])
            if busiest:
                sizes.setdefault(str(hospital), {})[pool] = busiest
    return sizes


def most_at_once(spans: pd.DataFrame) -> int:
    """Return how many spans overlapped at most; one that ends when another begins does not overlap it."""
    spans = spans[spans["start"].notna()]
    ends = spans["end"].dropna()
    moments = np.concatenate([spans["start"].to_numpy(float), ends.to_numpy(float)])
    changes = np.concatenate([np.ones(len(spans)), -np.ones(len(ends))])
    busy = np.cumsum(changes[np.lexsort((changes, moments))])
    return int(busy.max()) if len(busy) else 0
