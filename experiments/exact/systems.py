"""List the systems with exact answers."""

from experiments.exact.networks import NETWORKS
from experiments.exact.queues import QUEUES
from experiments.exact.stations import JACKSON
from experiments.exact.supplies import SUPPLIES
from experiments.exact.system import System
from experiments.exact.triaged import TRIAGED

_ALL = (*QUEUES, *NETWORKS, JACKSON, *SUPPLIES, *TRIAGED)

SYSTEMS: dict[str, System] = {one.name: one for one in sorted(_ALL, key=lambda one: int(one.name.removeprefix("E")))}
