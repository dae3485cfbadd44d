"""Draw random numbers in compiled code: xorshift64* (Vigna 2016, 10.1145/2845077), one word of state per chain."""

import numpy as np

from optimize.timetable.arrays import Word
from optimize.timetable.jit import inner


@inner
def uniform(random: Word) -> float:
    """Return a number above 0 and below 1."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return (float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) + 0.5) / 9007199254740992.0


@inner
def below(random: Word, n: int) -> int:
    """Return a whole number from 0 to n - 1."""
    return int(uniform(random) * n)
