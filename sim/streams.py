"""Give every kind of chance its own named stream of random numbers."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


@dataclass(frozen=True, slots=True)
class Replication:
    """Name one repetition of an experiment."""

    index: int
    root_seed: int


def stream(replication: Replication, *names: str | int) -> np.random.Generator:
    """Return the generator of one purpose, for example `stream(replication, "zone-3", "arrivals")`.

    The same names give the same numbers, whatever else is drawn, in whatever order and on whichever worker.
    """
    words = blake2b("\x1f".join(map(str, names)).encode(), digest_size=16).digest()
    key = (replication.index, *(int.from_bytes(words[i : i + 4], "little") for i in range(0, 16, 4)))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(replication.root_seed, spawn_key=key)))
