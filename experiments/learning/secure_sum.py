"""Add up numbers of several parties so that nobody, not even who adds, learns what one of them put in.

Each pair of parties shares a secret. From it both draw the same random words; one adds them to what it sends, the
other takes them away, modulo 2^64, so that they cancel in the sum of all and nowhere else (Bonawitz et al. 2017,
10.1145/3133956.3133982). Numbers are sent as two words, whole and fraction, so that their sum is exact to 2^-48 each.

Here all parties live in one process and their secrets come from named streams; between real hospitals a key agreement
and a cryptographic generator take that place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.faults import Fault, ScenarioError
from sim.streams import Replication, stream
from sim.units import FloatArray

Words = NDArray[np.uint64]
FEWEST = 3
"""Of two parties each would learn from the sum what the other put in."""
FRACTION_BITS = 48
LARGEST = 2.0**53
"""Greater numbers are refused: doubles do not hold their ones."""
BYTES_PER_WORD = 8
WORDS_PER_NUMBER = 2


@dataclass(slots=True)
class Party:
    """Hold what one party knows: its name and the secret that it shares with each other one."""

    name: str
    secrets: Mapping[str, int]
    _labels: set[tuple[str, ...]] = field(default_factory=set)

    def masked(self, values: FloatArray, label: str, among: Sequence[str]) -> Words:
        """Return what this party sends for the sum `label` among some parties: its values (m,) masked, (m, 2).

        Raises:
            ValueError: when a mask would be used twice, or a value cannot be sent.
        """
        key = (label, *among)
        if key in self._labels:
            raise ValueError(f"{self.name} has sent for {label!r} before; two sums under one mask would tell a value")
        self._labels.add(key)
        sent = encoded(values)
        for other in among:
            if other != self.name:
                mask = _mask(self.secrets[other], label, among, sent.shape)
                sent = sent + mask if self.name < other else sent - mask
        return sent


def _mask(secret: int, label: str, among: Sequence[str], shape: tuple[int, ...]) -> Words:
    chance = stream(Replication(0, secret), "mask", label, *among)
    return chance.integers(0, 2**64, shape, dtype=np.uint64)


def encoded(values: FloatArray) -> Words:
    """Return numbers (m,) as words (m, 2): the whole below, modulo 2^64, and what is above it in units of 2^-48.

    Raises:
        ValueError: when a number is not finite, or greater than `LARGEST`.
    """
    if not (np.abs(values) <= LARGEST).all():
        raise ValueError(f"a number is not finite, or beyond {LARGEST:.0f}, and cannot be summed")
    whole = np.floor(values)
    fraction = np.rint((values - whole) * 2.0**FRACTION_BITS)
    return np.stack((whole.astype(np.int64).view(np.uint64), fraction.astype(np.uint64)), axis=1)


def decoded(words: Words) -> FloatArray:
    """Return the numbers (m,) of summed words (m, 2)."""
    whole = np.ascontiguousarray(words[:, 0]).view(np.int64)
    return whole + words[:, 1] * 2.0**-FRACTION_BITS


@dataclass(frozen=True, slots=True)
class Crossing:
    """Record one sum: its label, who took part, how many numbers each put in, and bytes sent up and told to all."""

    label: str
    parties: tuple[str, ...]
    n_numbers: int
    bytes_up: int
    bytes_down: int


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """Hold a sum, (m,), and the names of those who took part."""

    values: FloatArray
    parties: tuple[str, ...]


@dataclass(slots=True)
class Circle:
    """Let parties add up numbers; keep a record of every sum, and none of what was sent for it."""

    parties: Mapping[str, Party]
    crossings: list[Crossing] = field(default_factory=list)

    def total(self, values: Mapping[str, FloatArray], label: str) -> Total:
        """Return the sum of what the parties put in, each (m,); a party without values has dropped out.

        Those who are left then mask anew among themselves; what the silent one sends later is not taken, since the
        difference of both sums would be its own.

        Raises:
            ScenarioError: when fewer than `FEWEST` are left.
        """
        present = tuple(name for name in self.parties if name in values)
        if len(present) < FEWEST:
            silent = ", ".join(sorted(set(self.parties) - set(present))) or "nobody"
            mend = f"{FEWEST} hospitals must take part, or one would learn what another put in; silent: {silent}"
            raise ScenarioError([Fault(f"secure sum {label}", f"{len(present)} hospitals", mend)])
        sent = [self.parties[name].masked(values[name], label, present) for name in present]
        added: Words = np.add.reduce(np.stack(sent), axis=0)
        n = len(added)
        up = n * WORDS_PER_NUMBER * BYTES_PER_WORD * len(present)
        self.crossings.append(Crossing(label, present, n, up, n * BYTES_PER_WORD * len(present)))
        return Total(decoded(added), present)


def circle_of(names: Iterable[str], root_seed: int) -> Circle:
    """Return parties who have agreed on secrets in pairs, from the stream "secret" of each pair.

    Raises:
        ScenarioError: when there are fewer than `FEWEST`.
    """
    ordered = sorted(names)
    if len(ordered) < FEWEST:
        mend = f"secure sums need {FEWEST} hospitals or more, or one would learn what another put in"
        raise ScenarioError([Fault("hospitals", ", ".join(ordered), mend)])
    secrets: dict[str, dict[str, int]] = {name: {} for name in ordered}
    for a, b in combinations(ordered, 2):
        chance = stream(Replication(0, root_seed), "secret", a, b)
        secrets[a][b] = secrets[b][a] = int(chance.integers(0, 2**63))
    return Circle({name: Party(name, known) for name, known in secrets.items()})
