"""List the systems with exact answers."""

from experiments.exact.networks import NETWORKS
from experiments.exact.queues import QUEUES
from experiments.exact.stations import JACKSON
from experiments.exact.supplies import SUPPLIES
from experiments.exact.system import System

SYSTEMS: dict[str, System] = {
    system.name: system
    for system in sorted((*QUEUES, *NETWORKS, JACKSON, *SUPPLIES), key=lambda one: int(one.name.removeprefix("E")))
}
