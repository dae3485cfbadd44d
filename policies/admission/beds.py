"""Expect the places that will be free for patients from the lists, with a reserve for emergencies."""

import numpy as np

from sim.contract import AdmissionView
from sim.units import FloatArray


def expected_free(view: AdmissionView, safety: float) -> FloatArray:
    """Return the places expected to be free on each day, (h, k, n_days); fewer than none where they are overfull.

    Kept for everybody who is not from the lists is what they held on average at the last reviews, and `safety` times
    its standard deviation: demand looks like its recent past, as in a moving average.
    """
    others, n_known = np.nan_to_num(view.others), (~np.isnan(view.others)).sum(axis=2)
    n_known = np.maximum(n_known, 1)
    mean = others.sum(axis=2) / n_known
    deviation = np.where(np.isnan(view.others), 0.0, view.others - mean[:, :, None])
    spread = np.sqrt((deviation**2).sum(axis=2) / n_known)
    kept: FloatArray = view.beds - mean - safety * spread
    return kept[:, :, None] - view.held
