"""Ask a policy at every review, and log what it decided and why."""

import json
from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from math import nan
from operator import attrgetter
from typing import Any, Protocol, cast

import numpy as np
from simpy.events import Event

from sim.contract import Decision, Policy
from sim.journey import REVIEW, Alarm
from sim.log import DecisionRow
from sim.motion import Motion

IDLE = "nothing to decide"
"""The ending of a review at which the policy was not asked."""


class Seat(Protocol):
    """Show a policy what it may see, and carry out what it decides."""

    name: str

    def view(self) -> Any:
        """Return what the policy may see now."""
        ...

    def n_options(self, view: Any) -> int:
        """Count what there is to decide about in a view."""
        ...

    def idle(self) -> bool:
        """Say whether there is nothing to decide about."""
        ...

    def carry_out(self, decision: Any) -> tuple[int, int]:
        """Do what was decided and can be done; return how many things were asked for, and how many refused."""
        ...


class Review:
    """Ask the policy of a seat every so many minutes, for the first time after `first_min`.

    A policy whose `asked_when_idle` is False is not asked when there is nothing to decide about.
    """

    def __init__(
        self, motion: Motion, seat: Seat, policy: Policy[Any, Any], every_min: float, first_min: float | None = None
    ) -> None:
        self._motion = motion
        self._seat = seat
        self._policy = policy
        self._policy_name = type(policy).__name__
        self._always = getattr(policy, "asked_when_idle", True)
        self._every_min = every_min
        self._alarm = Alarm(motion.env, REVIEW, self._review).set(every_min if first_min is None else first_min)

    def _review(self, _: Event) -> None:
        self._motion.log.decisions.append(self._decided() if self._always or not self._seat.idle() else self._nothing())
        self._alarm.set(self._every_min)

    def ask_on_alert(self) -> None:
        """Ask before the next review, which stays when it is; not when there is nothing to decide about."""
        if self._always or not self._seat.idle():
            self._motion.log.decisions.append(self._decided()._replace(cause="alert"))

    def _nothing(self) -> DecisionRow:
        return DecisionRow(self._seat.name, self._policy_name, self._motion.env.now, "", 0, 0, 0, IDLE, 0.0, nan, "")

    def _decided(self) -> DecisionRow:
        """Ask the policy, and carry out what it says."""
        row, seconds = ask(self._seat, self._policy, self._motion.env.now)
        self._motion.log.seconds_deciding += seconds
        return row


def ask(seat: Seat, policy: Policy[Any, Any], now_min: float) -> tuple[DecisionRow, float]:
    """Ask a policy, carry out what it says, and return the row of its decision and the seconds it took."""
    view = seat.view()
    decision: Decision = policy.decide(view)
    n_moves, n_refused = seat.carry_out(decision)
    row = DecisionRow(
        seat=seat.name,
        policy=type(policy).__name__,
        time_min=now_min,
        view_hash=view_hash(view),
        n_options=seat.n_options(view),
        n_moves=n_moves,
        n_refused=n_refused,
        ending=decision.ending,
        objective=decision.objective,
        gap=decision.gap,
        binding=json.dumps(decision.binding) if decision.binding else "",
        figures=json.dumps(decision.figures) if decision.figures else "",
    )
    return row, decision.seconds


def view_hash(view: Any) -> str:
    """Return a hash over all that a view holds; equal views have equal hashes."""
    return blake2b(b"".join(map(_part, _values(view))), digest_size=8).hexdigest()


def _values(value: Any) -> tuple[Any, ...]:
    found = _getter(cast(Hashable, type(value)))(value)
    return found if isinstance(found, tuple) else (found,)


@cache
def _getter(kind: Hashable) -> "attrgetter[Any]":
    return attrgetter(*(field.name for field in fields(cast(Any, kind))))


def _part(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, np.ndarray):
        numbers = value.tobytes()
        return len(numbers).to_bytes(8, "little") + numbers
    if is_dataclass(value):
        return _facts_hash(cast(Hashable, value))
    return repr(value).encode()


@lru_cache(maxsize=16)
def _facts_hash(facts: Hashable) -> bytes:
    """Return the hash of a part of views that stays the same object, and so is hashed once."""
    return blake2b(b"".join(map(_part, _values(facts))), digest_size=8).digest()
