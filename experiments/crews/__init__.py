"""Hold the places where jobs can be done, each behind the same two words: open a crew, submit to it."""

from importlib import import_module
from importlib.util import find_spec

from experiments.crews.crew import Open, Wanted
from experiments.schema import close_match
from sim.faults import Fault

CREWS = {
    "processes": ("experiments.crews.processes", "open_processes"),
    "serial": ("experiments.crews.serial", "open_serial"),
    "loky": ("experiments.crews.processes", "open_loky"),
    "dask": ("experiments.crews.dask", "open_dask"),
    "ray": ("experiments.crews.ray", "open_ray"),
}
"""Where the function is that opens a crew; modules that need an optional library are read when they are asked for."""
LIBRARIES = {"dask": "distributed", "ray": "ray"}

__all__ = ["CREWS", "Open", "Wanted", "crew_faults", "opener"]


def opener(name: str) -> Open:
    """Return the function that opens a crew of this name."""
    module, function = CREWS[name]
    found: Open = getattr(import_module(module), function)
    return found


def crew_faults(name: str, address: str | None, place: str) -> list[Fault]:
    """Return faults of a name that is unknown, of a library that is missing, of an address that nobody calls."""
    if name not in CREWS:
        return [Fault(f"{place}.executor", name, close_match(name, CREWS))]
    library = LIBRARIES.get(name)
    if address and not library:
        return [Fault(f"{place}.address", address, f"set {place}.executor to dask or ray, or leave the address out")]
    if library and find_spec(library) is None:
        return [Fault(f"{place}.executor", name, f"install it first: pip install 'citycare[{name}]'")]
    return []
