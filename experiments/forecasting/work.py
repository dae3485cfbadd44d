"""Let staffing policies learn how much work to expect, from a past of the city's own, never from what is to be run."""

from dataclasses import replace

import numpy as np

from experiments.forecasting.history import SETTLING_WEEKS, past_of, requests
from policies.staffing.expected_work import ExpectedWork
from sim.cohort import draw_cohort
from sim.layout import Layout
from sim.loans import staff_roles
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, MINUTES_PER_WEEK


def learn_work(scenario: Scenario, history: Replication, weeks: int) -> ExpectedWork:
    """Return the load of every role by hour of the week from time zero, averaged over `weeks` of a past.

    The past is drawn for that purpose, from streams with names of their own, as `experiments.forecasting.history`
    tells. Work is counted in the hour in which it is asked for, as if nobody ever waited.
    """
    hospitals, roles = [hospital.id for hospital in scenario.city.hospitals], staff_roles(scenario)
    past = past_of(scenario)
    past = replace(past, horizon=Horizon(0.0, (weeks + SETTLING_WEEKS) * MINUTES_PER_WEEK))
    cohort, layout = draw_cohort(past, history), Layout.of(past)
    minutes = np.zeros((len(hospitals), len(roles), HOURS_PER_WEEK))
    asked = np.zeros(minutes.shape[:2])
    for code, patient, moment_min, work_min in requests(past, layout, cohort):
        settled = (moment_min >= SETTLING_WEEKS * MINUTES_PER_WEEK) & (moment_min < past.horizon.end_min)
        if code in roles:
            at, role = cohort.hospital[patient[settled]], roles.index(code)
            hour = (moment_min[settled] // MINUTES_PER_HOUR).astype(np.int64) % HOURS_PER_WEEK
            cell, n = at * HOURS_PER_WEEK + hour, len(hospitals)
            minutes[:, role] += np.bincount(cell, work_min[settled], n * HOURS_PER_WEEK).reshape(n, HOURS_PER_WEEK)
            asked[:, role] += np.bincount(at, minlength=n)
    mean_min = minutes.sum(axis=2) / np.maximum(asked, 1.0)
    return ExpectedWork(tuple(hospitals), roles, minutes / MINUTES_PER_HOUR / weeks, mean_min)
