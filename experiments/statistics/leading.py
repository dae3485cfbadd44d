"""Say how probable it is that each system is the best, by the Bayesian bootstrap.

Rubin 1981, doi:10.1214/aos/1176345338: replications get weights from a flat Dirichlet distribution; the share of draws
in which a system has the best weighted mean is the posterior probability that it is the best. Systems on the same
replications share their weights, so that what pairs have in common cancels. With few replications the probabilities
are too sure: no value is thought possible that was not seen.
"""

from collections.abc import Sequence

import numpy as np

from sim.units import FloatArray

N_DRAWS = 4000


def probabilities_of_best(
    values: Sequence[FloatArray],
    groups: Sequence[object],
    generator: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> FloatArray:
    """Return the probability that each system has the highest mean, shape (k,); systems that tie share it.

    `values` has one array of replications for each system; those of one group have the same replications, in the same
    order.

    Raises:
        ValueError: when arrays of one group differ in length, or one is empty.
    """
    weights: dict[object, FloatArray] = {}
    for mine, group in zip(values, groups, strict=True):
        if not len(mine) or len(weights.setdefault(group, _weights(len(mine), generator, n_draws)).T) != len(mine):
            raise ValueError("systems of one group need the same replications, one at least")
    means = np.array([weights[group] @ mine for mine, group in zip(values, groups, strict=True)])
    best = np.isclose(means, means.max(axis=0), rtol=1e-12, atol=0.0)
    shares: FloatArray = (best / best.sum(axis=0)).mean(axis=1)
    return shares


def _weights(n: int, generator: np.random.Generator, n_draws: int) -> FloatArray:
    return generator.dirichlet(np.ones(n), n_draws)
