"""Turn beds that are expected to be free into rooms, and nurses on rosters into posts, for a plan of some days."""

from dataclasses import dataclass

import numpy as np

from optimize.timetable.case import SHIFTS
from sim.contract import AdmissionView
from sim.units import FloatArray, IntArray

LOAD_UNITS = 10
"""Plans count workload in whole numbers: so many for an ordinary patient in a shift."""
SHIFT_STARTS_HOUR, SHIFT_HOURS = (7, 15, 23), 8
"""The three shifts of a day (P74): early, late, night."""
ENDLESS = 10**6
"""The workload that a post takes where no nursing is described."""
NO_PLACE = -1


@dataclass(frozen=True, slots=True)
class Room:
    """Hold a room of a plan: the kind of place, its name, its beds, and the first day on which it can be used."""

    place: int
    name: str
    beds: int
    from_day: int = 0


def rooms_of(place: int, name: str, free: FloatArray, beds_per_room: int) -> list[Room]:
    """Cut the beds of a place that are expected to be free on each day, (n_days,), into rooms.

    A bed that is needed on a day counts as taken until then. Beds that are free from the first day on make rooms of
    `beds_per_room`, and one of the rest; any other bed is a room by itself from the day on which it is free.
    """
    beds = np.floor(np.maximum(free, 0.0) + 1e-9).astype(np.int64)
    beds = np.minimum.accumulate(beds[::-1])[::-1]
    sizes = [min(beds_per_room, int(beds[0]) - start) for start in range(0, int(beds[0]), beds_per_room)]
    shared = [Room(place, f"{name} room {i + 1}", size) for i, size in enumerate(sizes)]
    from_day = np.searchsorted(beds, np.arange(beds[0], beds[-1]), side="right").tolist()
    return shared + [Room(place, f"{name} single {i + 1}", 1, day) for i, day in enumerate(from_day)]


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """Hold the posts of nurses in a plan: names, skills (n,), and the most load in each shift, -1 for not there."""

    names: tuple[str, ...]
    skill: IntArray
    most_load: IntArray


def skill_of(view: AdmissionView) -> IntArray:
    """Return the skill that nursing in each place takes, (k,): the fewer patients a nurse has there, the more."""
    wards = view.facts.wards
    if wards is None:
        return np.zeros(len(view.facts.place_codes), dtype=np.int64)
    each = np.nan_to_num(wards.patients_each, nan=np.inf)
    return np.array([len({other for other in each.tolist() if other > one}) for one in each.tolist()], dtype=np.int64)


def posts_of(view: AdmissionView, hospital: int, free: FloatArray) -> Posts:
    """Return the posts of a hospital's nurses that are left for new patients, of beds `free` (k, n_days).

    A post has one of three shifts on all days. What nurses on the roster can take, less one ordinary patient for every
    bed that is not free, is shared by as many as it takes; there is always one, who may have nothing to give.
    """
    names, skill, most_load, skills = [], [], [], skill_of(view)
    for k, code in enumerate(view.facts.place_codes):
        load, each = _left(view, hospital, k, free[k])
        for shift in range(SHIFTS):
            n_posts = np.maximum(1, np.ceil(load[:, shift] / (LOAD_UNITS * each))).astype(np.int64)
            for post in range(int(n_posts.max())):
                names.append(f"{code} nurse {post + 1} of shift {shift + 1}")
                skill.append(int(skills[k]))
                row = np.full((len(load), SHIFTS), -1, dtype=np.int64)
                row[post < n_posts, shift] = (load[:, shift] // n_posts)[post < n_posts]
                most_load.append(row.ravel())
    return Posts(tuple(names), np.array(skill, dtype=np.int64), np.array(most_load, dtype=np.int64))


def _left(view: AdmissionView, hospital: int, k: int, free: FloatArray) -> tuple[IntArray, float]:
    """Return the load that nurses of a place have left by day and shift, (n_days, 3), and patients for each nurse."""
    wards, n_days = view.facts.wards, len(free)
    if wards is None or not wards.patients_each[k] > 0:
        return np.full((n_days, SHIFTS), ENDLESS, dtype=np.int64), float(ENDLESS)
    hours = 24 * (view.day + np.arange(n_days))[:, None, None]
    hours = hours + np.array(SHIFT_STARTS_HOUR)[:, None] + np.arange(SHIFT_HOURS)
    on_roster = wards.nurses[hospital, k][hours % wards.nurses.shape[2]].min(axis=2)
    taken = np.maximum(view.beds[hospital, k] - np.maximum(free, 0.0), 0.0)
    left = on_roster * float(wards.patients_each[k]) - taken[:, None]
    return np.floor(LOAD_UNITS * np.maximum(left, 0.0)).astype(np.int64), float(wards.patients_each[k])
