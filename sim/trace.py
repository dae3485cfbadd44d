"""Certify what happened: one hash of a whole replication, and one of each simulated day.

Two replications moved alike when their trace hashes are equal. When they are not, the hashes of days say from which
day on they differ.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from sim.log import Log, Transfer
from sim.units import MINUTES_PER_DAY, FloatArray, IntArray

ROWS_AT_ONCE = 1 << 12
HOSPITAL_BIT = 40
"""Where the hospital of arrival stands in the number of an event, above every patient and mark."""


def trace_hash(log: Log) -> str:
    """Return a hash over all marks, all whereabouts and all transfers, 32 hexadecimal digits."""
    digest = blake2b(digest_size=16)
    digest.update(log.marks)
    digest.update(log.hospital_at)
    digest.update(repr(log.transfers).encode())
    return digest.hexdigest()


def day_hashes(marks: FloatArray, hospital: IntArray, transfers: Sequence[Transfer], end_min: float) -> tuple[str, ...]:
    """Return one hash for each day, 16 hexadecimal digits: its marks and arrivals, and the transfers of that day.

    `marks` (n, n_marks) holds moments in minutes, NaN where none; `hospital` (n,) is where each patient came to. A
    day's events count by patient and mark, with their exact times, so that one changed bit changes the day.
    """
    digests = [blake2b(digest_size=8) for _ in range(int(np.ceil(end_min / MINUTES_PER_DAY)))]
    for first in range(0, len(marks), ROWS_AT_ONCE):  # a few rows at once stay in the processor's cache
        times, events = _events(marks, hospital, first)
        day = np.clip(times / MINUTES_PER_DAY, 0, len(digests) - 1).astype(np.uint16)
        order = np.argsort(day, kind="stable")
        pairs = np.empty((len(order), 2), dtype=np.int64)
        pairs[:, 0], pairs[:, 1] = times.view(np.int64)[order], events[order]
        ends = np.cumsum(np.bincount(day, minlength=len(digests)))
        for digest, start, end in zip(digests, (0, *ends[:-1].tolist()), ends.tolist(), strict=True):
            digest.update(pairs[start:end].data)
    for row in transfers:
        digests[int(row.time_min // MINUTES_PER_DAY)].update(repr(row).encode())
    return tuple(digest.hexdigest() for digest in digests)


def _events(marks: FloatArray, hospital: IntArray, first: int) -> tuple[FloatArray, IntArray]:
    """Return times and numbers of the events of some patients, from row `first` on, patient by patient."""
    some = np.ascontiguousarray(marks[first : first + ROWS_AT_ONCE])
    n_marks = marks.shape[1]
    events = np.flatnonzero(~np.isnan(some))
    times = some.ravel()[events]
    came = np.flatnonzero(~np.isnan(some[:, 0]))
    arrivals = np.searchsorted(events, came * n_marks)
    events += first * n_marks
    events[arrivals] += hospital[first + came].astype(np.int64) << HOSPITAL_BIT
    return times, events
