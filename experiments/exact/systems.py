"""List the systems with exact answers: those that run, and those that wait for a behavior of the engine."""

from experiments.exact.networks import NETWORKS
from experiments.exact.queues import QUEUES
from experiments.exact.system import System

SYSTEMS: dict[str, System] = {system.name: system for system in (*QUEUES, *NETWORKS)}

NOT_RUN = {
    "E6": "preemptive-resume priorities: preemption",
    "E10": "M/M/2/3: a waiting room of finite size",
    "E11": "Jackson network: routing back to an earlier station",
    "E15": "dedicated and shared beds: a pool that several kinds of patients overflow to",
    "E16": "machine repair: breakdown and repair crews",
    "E17": "perishable stock: medicines with an expiry date",
}
"""What is not run yet, with the behavior it needs."""
