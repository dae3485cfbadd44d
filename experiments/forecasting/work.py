"""Let staffing policies learn how much work to expect, from a past of the city's own, never from what is to be run."""

from dataclasses import replace

import numpy as np

from experiments.forecasting.history import SETTLING_WEEKS, past_of, requests
from policies.staffing.expected_work import ExpectedWork
from sim.cohort import Cohort, draw_cohort
from sim.layout import Layout
from sim.loans import staff_roles
from sim.scenario import Horizon, Scenario
from sim.streams import Replication
from sim.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, MINUTES_PER_WEEK, FloatArray, IntArray


def learn_work(
    scenario: Scenario, history: Replication, weeks: int, roles: tuple[str, ...] | None = None
) -> ExpectedWork:
    """Return the load of roles (those that can be lent, where none are named) by hour of the week from time zero.

    It is that of `weeks` of a past, on average and week by week.

    The past is drawn for that purpose, from streams with names of their own, as `experiments.forecasting.history`
    tells. Work is counted in the hour in which it is asked for, as if nobody ever waited.
    """
    hospitals = [hospital.id for hospital in scenario.city.hospitals]
    roles = staff_roles(scenario) if roles is None else roles
    past = past_of(scenario)
    past = replace(past, horizon=Horizon(0.0, (weeks + SETTLING_WEEKS) * MINUTES_PER_WEEK))
    cohort, layout = draw_cohort(past, history), Layout.of(past)
    settled = SETTLING_WEEKS * HOURS_PER_WEEK
    minutes, asked = work_by_hour(past, layout, cohort, roles)
    minutes, asked = minutes[:, :, settled:], asked[:, :, settled:].sum(axis=2)
    by_week = minutes.reshape(*minutes.shape[:2], weeks, HOURS_PER_WEEK).transpose(2, 0, 1, 3) / MINUTES_PER_HOUR
    load = minutes.reshape(*minutes.shape[:2], weeks, HOURS_PER_WEEK).sum(axis=2) / MINUTES_PER_HOUR / weeks
    return ExpectedWork(tuple(hospitals), roles, load, minutes.sum(axis=2) / np.maximum(asked, 1.0), by_week)


def work_by_hour(
    scenario: Scenario, layout: Layout, cohort: Cohort, roles: tuple[str, ...]
) -> tuple[FloatArray, IntArray]:
    """Return the minutes of work that is asked for, and how often, in each hour of the horizon; shapes (h, r, n_hours).

    Work is counted in the hour, and at the hospital, in which it would be asked for if nobody ever waited or was moved,
    so it is the same whatever is decided.
    """
    n, n_hours = len(scenario.city.hospitals), int(-(-scenario.horizon.end_min // MINUTES_PER_HOUR))
    minutes, asked = np.zeros((n, len(roles), n_hours)), np.zeros((n, len(roles), n_hours), dtype=np.int64)
    for code, patient, moment_min, work_min in requests(scenario, layout, cohort):
        if code in roles:
            within = (moment_min >= 0) & (moment_min < scenario.horizon.end_min)
            hour = (moment_min[within] // MINUTES_PER_HOUR).astype(np.int64)
            cell, role = cohort.hospital[patient[within]] * n_hours + hour, roles.index(code)
            minutes[:, role] += np.bincount(cell, work_min[within], n * n_hours).reshape(n, n_hours)
            asked[:, role] += np.bincount(cell, minlength=n * n_hours).reshape(n, n_hours)
    return minutes, asked
