"""Record what policies see in a simulated city of 36 hospitals: seven districts and one more hospital."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

import numpy as np

from experiments.build import build
from experiments.config import compose
from experiments.schema import read, stop_at
from experiments.settings import Settings
from sim.contract import Policies
from sim.faults import Fault
from sim.run import simulate
from sim.streams import Replication, stream

N_HOSPITALS, WORLD = 36, Replication(0, 20261122)
SPACING_DEGREES, SPREAD_DEGREES = 0.16, 0.03
"""Districts stand on a grid this far apart, and each place in them is moved by so much at random."""
SIZES = (0.7, 1.35)
"""How large a hospital or zone is in comparison with the one that it is made from: uniform."""

Tree = dict[str, Any]


class Recorder:
    """Decide like a policy, and keep the views that it saw."""

    def __init__(self, policy: Any) -> None:
        self.policy = policy
        self.views: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.policy, name)

    def decide(self, view: Any) -> Any:
        """Decide, and keep the view."""
        self.views.append(view)
        return self.policy.decide(view)


def large_settings(overrides: Sequence[str], hospitals: int = N_HOSPITALS) -> Settings:
    """Return the settings of the last cell that overrides ask for, in a city of so many hospitals.

    The shipped city is laid side by side until there are enough; hospitals and zones differ in size from their
    originals, each by a number of its own. Waiting lists, and the sessions that a roster opens for them, do not.
    """
    tree = deepcopy(compose(overrides)[-1].resolved)
    sizes = stream(WORLD, "sizes")
    city, ids = tree["city"], list(tree["city"]["hospitals"])
    city["hospitals"] = {
        _named(name, copy): _hospital(one, copy, sizes)
        for copy in range(-(-hospitals // len(ids)))
        for name, one in city["hospitals"].items()
        if copy * len(ids) + ids.index(name) < hospitals
    }
    share, zones = hospitals / len(ids), list(city["zones"].items())
    city["zones"] = {
        _named(name, copy): _zone(one, copy, sizes)
        for copy in range(-(-hospitals // len(ids)))
        for name, one in zones[: round((share - copy) * len(zones))]
    }
    tree["sources"] = dict(_sources(tree.get("sources") or {}, city["hospitals"]))
    tree["transfers"]["crews"] = round(tree["transfers"]["crews"] * share)
    faults: list[Fault] = []
    settings: Settings = read(Settings, tree, "", faults)
    stop_at(faults)
    return settings


def recorded(seat: str, settings: Settings) -> tuple[Any, list[Any]]:
    """Simulate a city once; return the policy of a seat, taught, and all views at which it was asked."""
    scenario, policies = build(settings)
    watched = Recorder(getattr(policies, seat))
    simulate(scenario, replace(policies, **{seat: watched}), WORLD)
    return watched.policy, watched.views


def fresh(policy: Any) -> Any:
    """Return the policy as it was before it decided anything: with its settings and what it was taught."""
    return replace(policy, **{one.name: getattr(policy, one.name) for one in fields(policy) if one.init})


def seats() -> tuple[str, ...]:
    """Return the names of all seats."""
    return tuple(one.name for one in fields(Policies))


def _named(name: str, copy: int) -> str:
    return f"{name}_{copy + 1}" if copy else name


def _size(sizes: np.random.Generator) -> float:
    return float(sizes.uniform(*SIZES))


def _placed(one: Tree, copy: int, sizes: np.random.Generator) -> Tree:
    """Return a place of a district, moved to where that district stands."""
    north, east = np.array(divmod(copy, 3)) * SPACING_DEGREES + sizes.uniform(-SPREAD_DEGREES, SPREAD_DEGREES, 2)
    return one | {"latitude": one["latitude"] + float(north), "longitude": one["longitude"] + 1.5 * float(east)}


def _hospital(one: Tree, copy: int, sizes: np.random.Generator) -> Tree:
    size = _size(sizes)
    scaled = {group: {code: max(1, round(n * size)) for code, n in one[group].items()} for group in ("places", "staff")}
    return _placed(one, copy, sizes) | scaled | {"attraction": one["attraction"] * size}


def _zone(one: Tree, copy: int, sizes: np.random.Generator) -> Tree:
    return _placed(one, copy, sizes) | {"population": round(one["population"] * _size(sizes))}


def _sources(sources: Tree, hospitals: Tree) -> Any:
    """Yield the sources of each hospital; those of none stay as they are."""
    for name, source in sources.items():
        hospital = source.get("hospital")
        if hospital is None:
            yield name, source
        for copy in range(N_HOSPITALS if hospital else 0):
            if _named(hospital, copy) in hospitals:
                yield _named(name, copy), source | {"hospital": _named(hospital, copy)}
