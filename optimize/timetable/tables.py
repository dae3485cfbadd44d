"""Hold case and plan as the arrays that compiled code works on."""

from typing import NamedTuple

from optimize.timetable.arrays import BoolArray, Counts, IntArray

MIXED, SKILL, CONTINUITY, LOAD, OPENED, TRANSFER, DELAY, UNSCHEDULED = range(8)
"""Places of the weights, as in `optimize.timetable.case.COSTS`."""


class Problem(NamedTuple):
    """Hold a case as arrays; as in `TimetableCase`, with what leaving out a patient costs, (n,).

    `on_duty` (shifts, nurses) lists who works,
    the first `n_on_duty` of each row. `window` (n,) holds the days from release to due as bits, `stay_bits` (q,) as
    many bits as a stay has days.
    """

    n_days: int
    weight: Counts
    gender: Counts
    age: Counts
    stay: Counts
    workload: Counts
    skill: Counts
    release: Counts
    due: Counts
    minutes: Counts
    surgeon: Counts
    left_out: Counts
    suits: BoolArray
    beds: Counts
    theatre_min: Counts
    surgeon_min: Counts
    nurse_skill: Counts
    most_load: Counts
    on_duty: Counts
    n_on_duty: Counts
    window: IntArray
    stay_bits: IntArray


class State(NamedTuple):
    """Hold a plan and its sums.

    `day`, `room`, `theatre` (q,), -1 for who is not admitted; `nurse` (rooms, shifts). `n_in` and `people` (rooms,
    days[, beds]) say who lies where, `n_gender` and `n_age` (rooms, days, .) of which kind, `room_load` (rooms,
    shifts) and `n_skill` (rooms, shifts, skills) what nurses must do there, `spare` (nurses, shifts) how much more
    each should do, `seen` (q, nurses) in how many shifts each person has each nurse. `surgeon_used`, `theatre_used`
    are minutes, `n_cases` (theatres, days) and `n_of_surgeon` (surgeons, theatres, days) count operations. `blocked`
    (rooms, genders) holds the days on which a gender may not enter, `alone` (rooms,) those with one person, as bits.
    `mark` (nurses + 1,) and `moved` (q, 4) are scratch paper.
    """

    day: Counts
    room: Counts
    theatre: Counts
    nurse: Counts
    n_in: Counts
    people: Counts
    n_gender: Counts
    n_age: Counts
    room_load: Counts
    n_skill: Counts
    spare: Counts
    seen: Counts
    surgeon_used: Counts
    theatre_used: Counts
    n_cases: Counts
    n_of_surgeon: Counts
    blocked: IntArray
    alone: IntArray
    mark: Counts
    moved: Counts
