"""Say what the simulation of points takes, before anything runs."""

from experiments.dry_run import estimate, takes
from experiments.settings import Keep
from sim.scenario import Scenario


def size_in_words(scenario: Scenario, n: int, n_workers: int) -> str:
    """Return in words what n replications of about this scenario take, of which only measures are kept."""
    return takes([estimate(scenario, Keep.MEASURES)], n, n_workers)
