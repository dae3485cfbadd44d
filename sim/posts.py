"""Let ambulance crews wait at posts: how long the one that answers a call drives to the patient.

Which crews are free at the moment of a call is drawn, not followed: each is busy for the same share b of the time,
independently of the others, so the k-th nearest of n crews answers with probability (1 - b) b^(k-1) / (1 - b^n), the
assumption of the maximum expected covering model (M. S. Daskin 1983, 10.1287/trsc.17.1.48). How many crews there are,
and whether one is free at all, is followed as ever, by the pool of ambulances.
"""

from dataclasses import replace

import numpy as np

from sim.cohort import Cohort
from sim.layout import Layout
from sim.scenario import Scenario
from sim.streams import Replication, stream
from sim.units import FloatArray, IntArray, on_grid
from sim.ways import drive_slots


def respond(travel_min: FloatArray, crews: IntArray, busy_share: float, zone: IntArray, u: FloatArray) -> FloatArray:
    """Return the minutes from the station that answers to the patient, shape (m,).

    `travel_min` (s, z), `crews` (s,) that wait at each station, `zone` (m,) and uniform numbers `u` (m,) of the calls.
    """
    n = int(crews.sum())
    p_first = 1.0 - busy_share**n
    rank = np.zeros(len(u)) if busy_share == 0 else np.log1p(-u * p_first) / np.log(busy_share)
    rank = np.minimum(rank.astype(np.int64), n - 1)
    order = np.argsort(travel_min, axis=0, kind="stable")
    reached = np.cumsum(crews[order], axis=0)
    position = (reached[:, zone] <= rank).sum(axis=0)
    minutes: FloatArray = travel_min[order[position, zone], zone]
    return minutes


def with_responses(scenario: Scenario, cohort: Cohort, replication: Replication, crews: IntArray) -> Cohort:
    """Return the patients with the way of the crew that answers in their drive, and `response_min` (n,).

    It is NaN for those who are not driven.

    Patient k of a source has the k-th draw of a stream of its own, so where crews wait changes nothing else.
    """
    posts, layout = scenario.posts, Layout.of(scenario)
    ways = cohort.ways(layout)
    assert posts is not None
    if ways is None:
        return cohort
    u = np.zeros(cohort.n_patients)
    for number, source in enumerate(scenario.sources):
        mine = np.flatnonzero(cohort.source == number)
        u[mine] = stream(replication, source.name, "post").random(len(mine))
    rows = ways.driven()
    response = on_grid(respond(posts.travel_min, crews, posts.busy_share, cohort.zone[rows], u[rows]))
    minutes, told = cohort.minutes.copy(), np.full(cohort.n_patients, np.nan)
    minutes[rows, drive_slots(layout)[cohort.pathway[rows]]] += response
    told[rows] = response
    return replace(cohort, minutes=minutes, response_min=told)
