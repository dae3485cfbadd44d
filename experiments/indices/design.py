"""Draw the points of a sensitivity analysis with SALib (Iwanaga, Usher and Herman 2022, doi:10.18174/sesmo.18155)."""

import numpy as np

from experiments.indices.asked import Method, Question
from sim.streams import Replication, stream
from sim.units import FloatArray

LEVELS = 4
"""Levels of Morris' grid: 0, 1/3, 2/3 and 1, with steps of 2/3."""


def points_of(question: Question) -> FloatArray:
    """Return the points in the unit cube, shape (n_points, d), in the order in which indices are computed."""
    d = len(question.space.ranges)
    problem = {"num_vars": d, "names": [one.key for one in question.space.ranges], "bounds": [[0.0, 1.0]] * d}
    rng = stream(Replication(0, question.space.cell.settings.run.root_seed), "sensitivity")
    if question.method is Method.MORRIS:
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, question.n, num_levels=LEVELS, seed=rng), dtype=np.float64)
    from SALib.sample import sobol

    drawn = sobol.sample(problem, question.n, calc_second_order=False, seed=rng)
    return np.asarray(drawn, dtype=np.float64)
