"""Define what is seen of posts where ambulance crews wait for calls, and how many wait at each."""

from dataclasses import dataclass

from sim.contract.base import Decision
from sim.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PostsFacts:
    """State what never changes about s stations and z zones.

    `travel_min` (s, z) are minutes of a single way; `room` (s,) crews that may wait at each station; `usual` (s,) those
    that do when nobody decides. A crew is busy for `busy_share` of the time.
    """

    zone_ids: tuple[str, ...]
    station_ids: tuple[str, ...]
    travel_min: FloatArray
    room: IntArray
    usual: IntArray
    busy_share: float


@dataclass(frozen=True, slots=True, eq=False)
class PostsView:
    """Show where crews may wait; asked once, before the run begins. Nothing of it is about calls to come."""

    facts: PostsFacts
    now_min: float


@dataclass(frozen=True, slots=True, eq=False)
class PostsDecision(Decision):
    """Let so many crews wait at each station, (s,), as many in all as usual; None leaves them where they are."""

    crews: IntArray | None = None
