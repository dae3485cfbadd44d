"""Tell who has received more transfers than is due to hospitals of its size."""

import numpy as np

from sim.units import FloatArray, IntArray


def ahead_share(moved: IntArray, size: FloatArray) -> FloatArray:
    """Return how far each hospital's share of all transfers lies above what is due to it, shape (n_hospitals,).

    Each transfer out of hospital o is due to the other hospitals in proportion to their size s, so of M transfers,
    m[o, h] from o to h,

        ahead[h] = (sum over o of m[o, h] - sum over o != h of m[o, .] s[h] / (sum over k != o of s[k])) / M

    Entries lie in [-1, 1] and sum to 0. Before the first transfer all are 0.

    Args:
        moved: transfers so far, from row to column; shape (n_hospitals, n_hospitals).
        size: market share, beds or any other measure of size, 0 for who takes no part; shape (n_hospitals,).
    """
    others = size.sum() - size
    weight = np.where(np.eye(len(size), dtype=np.bool_), 0.0, size[None, :])
    due_of = np.divide(weight, others[:, None], out=np.zeros_like(weight), where=others[:, None] > 0)
    due = moved.sum(axis=1) @ due_of
    ahead: FloatArray = (moved.sum(axis=0) - due) / max(int(moved.sum()), 1)
    return ahead


def deviation_share(moved: IntArray, size: FloatArray) -> float:
    """Return the share of transfers that would have to go elsewhere for all to receive what is due, 0 to 1."""
    return float(np.abs(ahead_share(moved, size)).sum() / 2)
