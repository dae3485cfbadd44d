"""Lay out the tables that the compiled engine works on: records of numbers, and rows that name each other by index."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.units import BoolArray, FloatArray, IntArray

Records = NDArray[Any]
"""Structured rows; compiled code reads and writes their fields as attributes."""

NONE = -1
"""Stands where a row names no other row."""


def _fields(kind: str, names: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names.split()]


CLOCK = np.dtype(_fields("i8", "n_due n_arrived first_ready last_ready n_logged spare width n_phases n_slots worsened"))
"""The one row of numbers: how much of the tables is in use, who goes on at this instant, how many log rows one call may
need, how many queues a patient may stand in, how many phases and slots there are, and the mark of growing worse."""

DUE = np.dtype([("time", "f8"), ("order", "i8")])
"""What is due: a heap, earliest first. Orders are those of `sim.journey`."""

POOL = np.dtype([*_fields("i8", "level busy n_waiting first rostered guests establishment down"), ("since", "f8")])
"""A pool: units on duty and taken, its queue, its duty as in `sim.duty`, and since when that is not logged yet."""

LINK = np.dtype(_fields("i8", "next previous"))
"""A patient's place in one queue; row patient * width + k is in the queue of the k-th pool of the request."""

REQUEST = np.dtype(_fields("i8", "first_need n_needs first_choice n_choices in_turn"))
"""What is asked for: the pools in whose queues to stand, and the choices of units; `in_turn` without urgency."""

CHOICE = np.dtype(_fields("i8", "first_need n_needs") + _fields("f8", "way"))
"""Pools of which one unit each is taken together: rows of `need`; and the minutes there and back, where that counts."""

PHASE = np.dtype(
    _fields("i8", "index place room asked ready entered left move cleaning first_step last_step first_balk last_balk")
    + _fields("i8", "may_leave may_worsen transferable")
)
"""A phase at a hospital: columns, its place (the number of a pool, and of the request and the choice for it), and its
steps from the first up to, not including, the last; so for the rows of those who balk."""

STEP = np.dtype(_fields("i8", "slot started ended request plain cleaning"))
"""A step at a hospital: columns, and what it asks for."""

BALK = np.dtype([("waiting", "i8"), ("p", "f8")])
"""With so many waiting, patients turn away with this probability."""

LOGGED = np.dtype([("kind", "i8"), ("pool", "i8"), ("times", "f8", (3,)), ("units", "i8")])
"""What the marks do not show: overtime and units out of use (since, until), pieces of work (asked, started, ended)."""

PATIENT = np.dtype(
    _fields("f8", "arrived patience placement worsens balk_u return_after asked ride")
    + _fields("i4", "acuity again returns comes state phase step held taken urgency request waits outcome next_ready")
)
"""A patient: what is drawn, where the story stands (rows of phase and step, the phase whose place is held, the choice
taken), the wait, and the visit that may follow: its row, and whether after care (1) and unseen (2) it does."""


class World(NamedTuple):
    """Hold everything that moves, and the tables that say how.

    `tail` (n_pools, 6) is the last of each urgency in a queue; `need` lists pools; `cleaned` (n * n_slots) the choices
    that are being cleaned. `marks` (n, n_marks) and `ended` (n,) are those of the log, `minutes` (n, n_slots) and
    `enters` (n, n_phases) those of the cohort.
    """

    clock: Records
    agenda: Records
    pool: Records
    tail: IntArray
    link: Records
    patient: Records
    phase: Records
    step: Records
    request: Records
    choice: Records
    need: IntArray
    balk: Records
    cleaned: IntArray
    logged: Records
    marks: FloatArray
    ended: NDArray[np.uint8]
    minutes: FloatArray
    enters: BoolArray
